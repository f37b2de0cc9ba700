"""Pairs of sites and features that meet or may meet: as found of one kind of sites, and of all."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.vector.edges import boundary_gap
from zoning.overlay.vector.zones import Zones

Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Sites and features no farther than t from each other, sorted by site, then feature.

    Attributes
    ----------
    site, feature : i4[k]
        Positions in the two arrays.
    meets, sure, maybe : bool[k]
        They meet as they lie, under every shift, under some shift. Polygons meet in area, lines
        and polygons in length, points and everything else by touching.
    shared : f8[k]
        [m2] Area in common, where it was found on the way; else nan.
    clear : bool[k]
        It was found on the way that their edges do not come within t of each other.
    union : f8[n]
        [m2] Area of each site in the union of its features, where it was found on the way.
    """

    site: Integers
    feature: Integers
    meets: Mask
    sure: Mask
    maybe: Mask
    shared: Floats
    clear: Mask
    union: Floats
    _depths: Depths
    _reached: dict[tuple[bytes, bytes], tuple[Integers, Floats]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.site)

    @property
    def depth(self) -> Floats:
        """Above 0: their distance [m], f8[k].

        Otherwise they meet, and every shift shorter than -depth leaves them meeting: exact for
        points in polygons (found when first asked for), else a lower bound sought only as far as t
        asks (0 at t = 0).
        """
        return self._depths.all()


@dataclass(frozen=True, slots=True, eq=False)
class Depths:
    """Depths of pairs, of which some are not looked for before they are asked for (nan)."""

    known: Floats
    site: Integers
    feature: Integers
    sites: Geometries
    zones: Zones

    def all(self) -> Floats:
        """All of them; kept for the next time."""
        asked = np.flatnonzero(np.isnan(self.known))
        if len(asked):
            self.known[asked] = -boundary_gap(
                self.zones, self.feature[asked], self.sites[self.site[asked]]
            )
        return self.known


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Pairs of some sites, as in `Pairs`; depth and shared are nan where not looked for."""

    site: Integers
    feature: Integers
    met: Mask
    depth: Floats
    shared: Floats
    clear: Mask


def chosen_pairs(pairs: Pairs, chosen: Mask) -> Pairs:
    """Keep the pairs of the chosen features."""
    kept = chosen[pairs.feature]
    if kept.all():
        return pairs
    old = pairs._depths
    depths = Depths(old.known[kept], old.site[kept], old.feature[kept], old.sites, old.zones)
    return Pairs(
        pairs.site[kept],
        pairs.feature[kept],
        pairs.meets[kept],
        pairs.sure[kept],
        pairs.maybe[kept],
        pairs.shared[kept],
        pairs.clear[kept],
        np.full(len(pairs.union), np.nan),
        depths,
        pairs._reached,
    )


def joined(
    inside: tuple[Integers, Integers],
    beside: tuple[Integers, Integers, Floats],
    reach: Floats,
    features: int,
) -> tuple[Integers, Integers, Mask, Floats]:
    """Pairs of points in a feature and of points near an edge, as one list: hit, depth (or nan)."""
    within = inside[0].astype(np.int64) * features + inside[1]
    near = beside[0].astype(np.int64) * features + beside[1]
    pair = np.union1d(within, near)
    hit, depth = np.zeros(len(pair), dtype=bool), np.full(len(pair), np.nan)
    hit[np.searchsorted(pair, within)] = True
    depth[np.searchsorted(pair, near)] = beside[2]
    depth[hit] *= -1.0
    site, feature = (part.astype(np.int32) for part in np.divmod(pair, features))
    kept = hit | (depth <= reach[site])
    return site[kept], feature[kept], hit[kept], depth[kept]


def in_order(
    found: list[Found], union: Floats, sites: Geometries, zones: Zones, shift: Floats
) -> Pairs:
    """Pairs of all kinds of sites, in order."""
    site, feature = (
        _joint([part.site for part in found]),
        _joint([part.feature for part in found]),
    )
    met, clear = _joint([part.met for part in found]), _joint([part.clear for part in found])
    depth, shared = _joint([part.depth for part in found]), _joint([part.shared for part in found])
    sure = maybe = met
    if (shift > 0).any():
        t = shift[site]
        with np.errstate(invalid="ignore"):
            # No depth yet: no edge of the feature is within t of the point, which is in it.
            sure = met & ((t == 0) | np.isnan(depth) | (-depth > t + SLACK_M))
        maybe = met | (t > 0)
    later = (site[1:] > site[:-1]) | ((site[1:] == site[:-1]) & (feature[1:] > feature[:-1]))
    if not later.all():
        kept = np.lexsort((feature, site))
        site, feature, depth, shared = site[kept], feature[kept], depth[kept], shared[kept]
        met, sure, maybe, clear = met[kept], sure[kept], maybe[kept], clear[kept]
    depths = Depths(depth, site, feature, sites, zones)
    return Pairs(site, feature, met, sure, maybe, shared, clear, union, depths)


def _joint(parts: list[NDArray[Kind]]) -> NDArray[Kind]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
