"""Distances: to the nearest feature, and to ground that a layer does not cover."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.bounds import Bounds
from zoning.overlay.geometry import per_site
from zoning.overlay.relate.hits import AS_POINTS, as_points, by_loops, touching, union_reach
from zoning.overlay.relate.overlap import extent, overlap
from zoning.overlay.relate.pairs import Pairs, chosen_pairs
from zoning.overlay.vector.sites import SiteIndex, index_sites
from zoning.overlay.vector.zones import Zones


def nearest(
    geometry: Geometries | SiteIndex,
    zones: Zones,
    chosen: Mask | None = None,
    *,
    t: Floats | float = 0.0,
    limit: float | None = None,
    pairs: Pairs | None = None,
    compiled: bool | None = None,
) -> tuple[Floats, Integers]:
    """Signed depth to the nearest of the chosen features.

    Parameters
    ----------
    geometry : object[n]
        Sites in the CRS of the zones [m].
    zones : Zones
        The layer.
    chosen : bool[m], optional
        Features to look at; all by default.
    t : f8[n] or float
        [m] How deep matters for sites that meet a feature (see `Pairs.depth`); the union of the
        features counts, so that a point near the edge between two of them is deep.
    limit : float, optional
        [m] Features farther away are not sought.
    pairs : Pairs, optional
        Of ``touching(geometry, zones, t)`` with this very t, if at hand: saves finding them again.
    compiled : bool, optional
        As of `touching`.

    Returns
    -------
    f8[n], i4[n]
        depth [m]: the distance where apart; 0 or less where they meet. Distance under any shift of
        at most t lies in [max(0, depth - t), max(0, depth + t)]. feature: the nearest, the first
        on ties. No feature (within the limit): inf, -1. No geometry: nan, -1.
    """
    index = index_sites(geometry)
    sites = index.geometry
    shift = per_site(t, len(sites))
    kept = zones.all_or(chosen)
    depth = np.where(shapely.is_missing(sites), np.nan, np.inf)
    feature = np.full(len(sites), -1, dtype=np.int32)
    pairs = chosen_pairs(
        touching(index, zones, shift, chosen=kept, compiled=compiled) if pairs is None else pairs,
        kept,
    )
    hit = pairs.depth <= 0
    np.minimum.at(depth, pairs.site[hit], pairs.depth[hit])
    first, at = np.unique(pairs.site[hit], return_index=True)
    feature[first] = pairs.feature[hit][at]
    shallow = (depth <= 0) & (-depth <= shift) & (shift > 0)
    owner, deep = union_reach(sites, zones, pairs, shallow, kept, shift)
    met = depth[owner] <= 0
    depth[owner[met]] = np.minimum(depth[owner[met]], -deep[met])
    apart = np.flatnonzero(np.isinf(depth))
    depth[apart], feature[apart] = _sought(sites[apart], zones, kept, limit, compiled)
    return depth, feature


def outside(
    geometry: Geometries | SiteIndex,
    zones: Zones,
    chosen: Mask | None = None,
    t: Floats | float = 0.0,
    *,
    pairs: Pairs | None = None,
) -> tuple[Floats, Bounds]:
    """How near and how much of each site is ground that the union of features does not cover.

    Parameters
    ----------
    geometry : object[n]
        Sites in the CRS of the zones [m].
    zones : Zones
        The coverage: polygons; those that meet are one ground.
    chosen : bool[m], optional
        Features to look at; all by default.
    t : f8[n] or float
        [m] Greatest shift of each site, for the bounds.
    pairs : Pairs, optional
        Of ``touching(geometry, zones, t)``, if at hand.

    Returns
    -------
    f8[n], Bounds
        Distance [m] from the unshifted site to uncovered ground, 0 if any part lies on it (a
        shifted site: within t of that), nan without geometry; area [m2] or length [m] outside,
        missing for points.
    """
    index = index_sites(geometry)
    sites = index.geometry
    shift = per_site(t, len(sites))
    kept = zones.all_or(chosen)
    if pairs is None:
        pairs = touching(index, zones, shift, chosen=kept)
    pairs = chosen_pairs(pairs, kept)
    inside = overlap(index, zones, pairs, shift, kept)
    ground = zones.dissolved(kept)
    whole = extent(sites)
    distance = np.where(shapely.is_missing(sites), np.nan, 0.0)
    if len(ground):
        # Points in one of the polygons are in their union; to ask each of the union is dear.
        held = np.zeros(len(sites), dtype=bool)
        held[pairs.site[pairs.meets & (zones.dimension[pairs.feature] == 2)]] = True
        held &= shapely.get_type_id(sites) == 0
        held[~held] = shapely.covers(ground.prepared()[0], sites[~held])
        distance[held] = _sought(sites[held], ground, ground.all_or(None), None)[0]
    missing = np.isnan(whole)
    low = np.where(missing, -np.inf, whole - inside.high)
    high = np.where(missing, np.inf, whole - inside.low)
    return distance, Bounds(whole - inside.measured, low, high)


def _sought(
    sites: Geometries,
    zones: Zones,
    chosen: Mask,
    limit: float | None,
    compiled: bool | None = None,
) -> tuple[Floats, Integers]:
    """Distance to the nearest boundary of the chosen features, and which (first on ties)."""
    depth, feature = np.full(len(sites), np.inf), np.full(len(sites), -1, dtype=np.int32)
    if not chosen.any() or not len(sites):
        return depth, feature
    kind = shapely.get_type_id(sites)
    point, plot = kind == 0, (kind == 3) | (kind == 6)
    point &= by_loops(zones, AS_POINTS * int(point.sum()), compiled)
    plot &= by_loops(zones, as_points(sites[plot]), compiled)
    if point.any():
        from zoning.overlay.vector import edges as spots

        depth[point], feature[point] = spots.nearest_edge(sites[point], zones, chosen, limit)
    if plot.any():
        from zoning.overlay.relate import overlap_areas as shares

        depth[plot], feature[plot] = shares.nearest_outline(sites[plot], zones, chosen, limit)
    rest = np.flatnonzero(~(point | plot))
    if len(rest):
        depth[rest], feature[rest] = _by_geos(sites[rest], zones, chosen, limit)
    return depth, feature


def _by_geos(
    sites: Geometries, zones: Zones, chosen: Mask, limit: float | None
) -> tuple[Floats, Integers]:
    """Distance to the nearest boundary, and which, for sites and features of any kind."""
    depth, feature = np.full(len(sites), np.inf), np.full(len(sites), -1, dtype=np.int32)
    rim = zones.rim(chosen)
    (site, piece), gap = rim.tree.query_nearest(
        sites, max_distance=limit, return_distance=True, all_matches=True
    )
    order = np.lexsort((rim.feature[piece], site))
    found, at = np.unique(site[order], return_index=True)
    depth[found] = gap[order][at]
    feature[found] = rim.feature[piece[order][at]]
    return depth, feature
