"""Polygon sites that meet polygons, by compiled loops."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Mask
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.relate.hits_geos import reach_into
from zoning.overlay.relate.pairs import Found, joined
from zoning.overlay.vector.zones import Zones


def plots(
    sites: Geometries, rows: NDArray[np.intp], zones: Zones, shift: Floats, chosen: Mask
) -> tuple[Found, Floats]:
    """Polygons and the polygons they meet, touch, or are within t of; area in their union."""
    from zoning.overlay.relate.overlap_areas import alongside, shares

    place, t = sites[rows], shift[rows]
    found = shares(place, zones, chosen)
    site, feature, met, area = found.site, found.feature, found.meets, found.area
    hit, depth = np.ones(len(site), dtype=bool), np.full(len(site), np.nan)
    if (t > 0).any():
        far = np.where(t > 0, t + 2 * SLACK_M, 0.0)
        inside = site.astype(np.int64) * len(zones) + feature
        site, feature, hit, depth = joined(
            (site, feature), alongside(place, zones, far, chosen), t + SLACK_M, len(zones)
        )
        pair = site.astype(np.int64) * len(zones) + feature
        at = np.flatnonzero(hit)
        known = np.searchsorted(inside, pair[at])
        met, area = np.zeros(len(pair), dtype=bool), np.zeros(len(pair))
        met[at], area[at] = found.meets[known], found.area[known]
    clear = np.isnan(depth) & (t[site] > 0)
    depth[clear] = -(t[site[clear]] + 2 * SLACK_M)  # nothing parts them before edges meet
    hard = np.flatnonzero(hit & ~clear & (t[site] > 0))
    depth[hit & (t[site] == 0)] = 0.0
    depth[hard] = -reach_into(place[site[hard]], zones, feature[hard], t[site[hard]])
    depth[~hit] = np.maximum(depth[~hit], np.finfo(np.float64).tiny)
    return Found(rows[site].astype(np.int32), feature, met, depth, area, clear), found.union
