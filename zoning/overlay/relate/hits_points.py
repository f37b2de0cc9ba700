"""Points that meet polygons, by compiled loops."""

from __future__ import annotations

import numpy as np

from zoning.arrays import Floats, Mask
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.relate.pairs import Found, joined
from zoning.overlay.vector.sites import SiteIndex
from zoning.overlay.vector.zones import Zones


def points(sites: SiteIndex, zones: Zones, t: Floats, chosen: Mask) -> Found:
    """Points among the sites and the polygons they are in, or within t (f8[n]) of."""
    from zoning.overlay.vector import edges as spots

    site, feature = spots.inside(sites, zones, chosen)
    hit, depth = np.ones(len(site), dtype=bool), np.full(len(site), np.nan)
    if (t > 0).any():
        far = np.where(t > 0, t + 2 * SLACK_M, 0.0)
        site, feature, hit, depth = joined(
            (site, feature), spots.near(sites, zones, far, chosen), t + SLACK_M, len(zones)
        )
    return Found(site, feature, hit, depth, np.full(len(site), np.nan), np.zeros_like(hit))
