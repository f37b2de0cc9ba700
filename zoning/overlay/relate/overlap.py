"""How much of each site lies in a layer, and whether wholly.

Doubt is a rigid shift of the site against the layer by any vector of length at most t. Every bound
here holds for every such shift; at t = 0 low, measured and high are one and the same.
"""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.bounds import Bounds
from zoning.overlay.geometry import dimensions, outline, per_site
from zoning.overlay.relate.pairs import Pairs
from zoning.overlay.vector.erode import (
    clear_of,
    covered,
    dilated,
    eroded,
    local_ground,
    reaches_inside,
    room,
    shared,
    shared_ground,
)
from zoning.overlay.vector.sites import SiteIndex, index_sites
from zoning.overlay.vector.zones import Zones

ROUNDED_M = 1e-8
"""[m] What lacks no more than this along a site's outline does not lack: corners on cuts are
rounded."""


def overlap(
    geometry: Geometries | SiteIndex,
    zones: Zones,
    pairs: Pairs,
    t: Floats | float,
    chosen: Mask | None = None,
) -> Bounds:
    """Area of polygon sites, length of line sites, inside the union of the chosen features.

    Parameters
    ----------
    geometry, zones, pairs, t
        As given to and got from `touching`.
    chosen : bool[m], optional
        Features to count; all by default. Ground covered by several of them counts once. Lines and
        points have no inside and count nothing.

    Returns
    -------
    Bounds
        [m2] for polygons, [m] for lines; missing for points and where there is no geometry.
        Low and high come from the zone eroded and dilated by t (0.5 % more, so that rounded
        corners, which GEOS draws as chords, never cut the bound short).
    """
    sites = index_sites(geometry).geometry
    shift = per_site(t, len(sites))
    whole = extent(sites)
    site, feature = _areal(sites, zones, pairs, chosen)
    kept = zones.all_or(chosen)
    known, steady, measured = _swept(sites, zones, pairs, kept, shift)
    low, high = measured.copy(), measured.copy()
    open_ = ~known[site]
    site, feature = site[open_], feature[open_]
    full, safe = covered(sites, zones, site, feature, shift)
    measured[full], low[safe] = whole[full], whole[safe]
    high[~known] = measured[~known]
    part = ~safe & (known | (np.bincount(site, minlength=len(sites)) > 0)) & ~steady
    owner, size = shared_ground(sites, zones, part & ~full & ~known, kept)
    measured[owner] = low[owner] = high[owner] = size
    owner, small, large = _doubted(sites, zones, part & (shift > 0), kept, shift)
    low[owner] = np.minimum(small, measured[owner])
    high[owner] = np.maximum(large, measured[owner])
    point = np.isnan(whole)
    measured = np.where(point, np.nan, np.minimum(measured, whole))
    low = np.where(point, -np.inf, np.clip(low, 0.0, whole))
    return Bounds(measured, low, np.where(point, np.inf, np.minimum(high, whole)))


def within(
    geometry: Geometries | SiteIndex,
    zones: Zones,
    pairs: Pairs,
    t: Floats | float,
    chosen: Mask | None = None,
) -> tuple[Mask, Mask]:
    """Whether each site lies wholly in the union of the chosen features, surely and possibly.

    Parameters
    ----------
    geometry, zones, pairs, t
        As given to and got from `touching`.
    chosen : bool[m], optional
        Features to look at; all by default. The boundary belongs to a polygon; lines and points
        have no inside.

    Returns
    -------
    bool[n], bool[n]
        sure: in the union eroded by t; maybe: in the union dilated by t. Sites without geometry:
        (False, True).
    """
    sites = index_sites(geometry).geometry
    shift = per_site(t, len(sites))
    site, feature = _areal(sites, zones, pairs, chosen, points=True)
    full, sure = covered(sites, zones, site, feature, shift)
    maybe = full | shapely.is_missing(sites)
    hope = maybe | reaches_inside(sites, zones, site, feature, shift)
    kept = zones.all_or(chosen)
    several = np.bincount(site, minlength=len(sites)) > 1  # what one feature says is said above
    for closed in (False, True):  # closing hairline gaps may move an edge by a micron: try both
        asked = hope & several & ~sure
        owner, ground = local_ground(sites, zones, asked, kept, room(shift), closed=closed)
        inside = np.asarray(shapely.covers(ground, sites[owner]), dtype=bool)
        owner, ground = owner[inside], ground[inside]
        maybe[owner] = True
        sure[owner[clear_of(outline(ground), sites[owner], shift[owner])]] = True
    asked = hope & ~maybe & (shift > 0)
    owner, ground = local_ground(sites, zones, asked, kept, room(shift), closed=True)
    ground = dilated(ground, shift[owner])
    maybe[owner[np.asarray(shapely.covers(ground, sites[owner]), dtype=bool)]] = True
    return sure, maybe


def extent(sites: Geometries) -> Floats:
    """Area of polygons [m2], length of lines [m], nan of points and None."""
    return np.where(dimensions(sites) > 0, shared(sites, sites), np.nan)


def _swept(
    sites: Geometries, zones: Zones, pairs: Pairs, chosen: Mask, shift: Floats
) -> tuple[Mask, Mask, Floats]:
    """Sites whose common area with each feature is at hand: area in the union of the chosen.

    Returns
    -------
    bool[n], bool[n], f8[n]
        Those sites; those at which no shift changes the area, as one feature is all around; area
        [m2], else 0.
    """
    count = len(sites)
    some = chosen[pairs.feature]
    site, shared, clear = pairs.site[some], pairs.shared[some], pairs.clear[some]
    held = np.bincount(site, minlength=count)
    known = (held > 0) & (np.bincount(site[np.isnan(shared)], minlength=count) == 0)
    area = np.where(known, np.bincount(site, weights=shared, minlength=count), 0.0)
    every = np.bincount(pairs.site, weights=pairs.shared, minlength=count)
    whole = np.where(known, shapely.area(sites), np.inf)
    slack = ROUNDED_M * np.nan_to_num(shapely.length(sites))
    over = known & ~(every - pairs.union <= slack)  # features cover the same ground twice
    all_of_them = over & (held == np.bincount(pairs.site, minlength=count)) & (pairs.union >= 0)
    area[all_of_them] = pairs.union[all_of_them]
    asked = np.flatnonzero(over & ~all_of_them & (held > 1))
    if len(asked):
        from zoning.overlay.relate.overlap_areas import shares

        area[asked] = shares(sites[asked], zones, chosen).union
    around = np.zeros(count, dtype=bool)
    around[site[clear & (shared >= (whole - slack)[site])]] = True
    area = np.where(known & (around | (whole - area <= slack)), whole, area)
    return known, known & (around | (shift == 0)), area


def _areal(
    sites: Geometries, zones: Zones, pairs: Pairs, chosen: Mask | None, *, points: bool = False
) -> tuple[Integers, Integers]:
    """Pairs of the chosen polygon features with sites that have a size (or are points)."""
    kept = (zones.all_or(chosen) & (zones.dimension == 2))[pairs.feature]
    kept &= points | (dimensions(sites) > 0)[pairs.site]
    return pairs.site[kept], pairs.feature[kept]


def _doubted(
    sites: Geometries, zones: Zones, asked: Mask, chosen: Mask, shift: Floats
) -> tuple[Integers, Floats, Floats]:
    """Overlaps with the ground eroded and dilated by t."""
    owner, ground = local_ground(sites, zones, asked, chosen, room(shift), closed=True)
    place, t = sites[owner], shift[owner]
    small = shapely.intersection(place, eroded(ground, t))
    large = shapely.intersection(place, dilated(ground, t))
    return owner, shared(place, small), shared(place, large)
