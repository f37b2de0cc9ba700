"""Sites against a layer: which features they meet, and whether surely.

Doubt is a rigid shift of the site against the layer by any vector of length at most t. Every bound
here holds for every such shift; at t = 0 low, measured and high are one and the same.
"""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.engine import numba_held, worth
from zoning.overlay.geometry import SLACK_M, outline, per_site
from zoning.overlay.relate.depth import reach
from zoning.overlay.relate.hits_geos import others
from zoning.overlay.relate.hits_points import points
from zoning.overlay.relate.hits_polygons import plots
from zoning.overlay.relate.pairs import Pairs, in_order
from zoning.overlay.vector.erode import local_ground, room
from zoning.overlay.vector.sites import SiteIndex, index_sites
from zoning.overlay.vector.zones import Zones

AS_POINTS = 10
"""Points that are as much work as one polygon of few corners."""
MANY = 1_000
"""Points from which the union of a whole layer may be sooner made than that around each of them."""
CORNERS_A_UNION = 100
"""Corners of a layer that are united in the time of the union around one point."""
AS_POINT = 8
"""Corners of polygons that are as much work as one point."""


def touching(
    geometry: Geometries | SiteIndex,
    zones: Zones,
    t: Floats | float,
    *,
    chosen: Mask | None = None,
    compiled: bool | None = None,
) -> Pairs:
    """Find all pairs that some shift of at most t brings together.

    Parameters
    ----------
    geometry : object[n] or SiteIndex
        Sites in the CRS of the zones [m]; None has no pairs. Asked of several layers, they are
        best made ready once, by `index_sites`.
    zones : Zones
        The layer.
    t : f8[n] or float
        [m] Greatest shift of each site against the layer, >= 0.
    chosen : bool[m], optional
        Features to look at; all by default.
    compiled : bool, optional
        By compiled loops, as far as there are any, or by GEOS; by default whichever is sooner
        done. The answers are the same within rounding.

    Returns
    -------
    Pairs
        k pairs.
    """
    index = index_sites(geometry)
    sites, kind = index.geometry, index.kind
    shift = per_site(t, len(sites))
    kept = zones.all_or(chosen)
    point, plot = kind == 0, (kind == 3) | (kind == 6)
    point &= by_loops(zones, int(point.sum()), compiled)
    plot &= by_loops(zones, as_points(sites[plot]), compiled)
    found, union = [], np.broadcast_to(np.nan, len(sites))
    if point.any():
        found.append(points(index, zones, np.where(point, shift, 0.0), kept))
    if plot.any():
        rows = np.flatnonzero(plot)
        part, area = plots(sites, rows, zones, shift, kept)
        union = np.full(len(sites), np.nan)
        union[rows] = area
        found.append(part)
    rest = ~(point | plot | (kind < 0))
    if rest.any() or not found:
        found.append(others(sites, np.flatnonzero(rest), zones, shift, kept))
    return in_order(found, union, sites, zones, shift)


def as_points(plots: Geometries) -> int:
    """Points that are as much work as some polygons."""
    corners = int(shapely.get_num_coordinates(plots).sum())
    return max(AS_POINTS * len(plots), corners // AS_POINT)


def by_loops(zones: Zones, sites: int, compiled: bool | None) -> bool:
    """Whether compiled loops are to be used, and can be: for layers of polygons alone."""
    if not zones.areal:
        return False
    return worth(sites, zones.size) if compiled is None else compiled


def meets(
    geometry: Geometries | SiteIndex,
    zones: Zones,
    pairs: Pairs,
    t: Floats | float,
    chosen: Mask | None = None,
) -> tuple[Mask, Mask]:
    """Whether each site meets the union of the chosen features, surely and possibly.

    Parameters
    ----------
    geometry, zones, pairs, t
        As given to and got from `touching`.
    chosen : bool[m], optional
        Features to look at; all by default.

    Returns
    -------
    bool[n], bool[n]
        sure, maybe. A point on the edge between two features is surely in their union, though in
        neither for sure. Sites without geometry: (False, True).
    """
    sites = index_sites(geometry).geometry
    shift = per_site(t, len(sites))
    kept = zones.all_or(chosen)[pairs.feature]
    sure, maybe = shapely.is_missing(sites) & False, shapely.is_missing(sites)
    sure[pairs.site[kept & pairs.sure]] = True
    maybe[pairs.site[kept & pairs.maybe]] = True
    met = np.zeros(len(sites), dtype=bool)
    met[pairs.site[kept & pairs.meets]] = True
    doubt = met & ~sure & (shift > 0)
    owner, depth = union_reach(sites, zones, pairs, doubt, zones.all_or(chosen), shift)
    sure[owner] |= depth > shift[owner] + SLACK_M
    return sure, maybe


def union_reach(
    sites: Geometries, zones: Zones, pairs: Pairs, asked: Mask, chosen: Mask, t: Floats
) -> tuple[Integers, Floats]:
    """Reach of sites into the union of the chosen polygons, as far as t asks.

    Returns
    -------
    i4[u], f8[u]
        Of the sites asked for (bool[n]), those that have two or more of the polygons within t and
        meet their union (points asked for do); reach [m].
    """
    key = chosen.tobytes(), asked.tobytes()
    if key not in pairs._reached:
        pairs._reached[key] = _union_reach(sites, zones, pairs, asked, chosen, t)
    return pairs._reached[key]


def _union_reach(
    sites: Geometries, zones: Zones, pairs: Pairs, asked: Mask, chosen: Mask, t: Floats
) -> tuple[Integers, Floats]:
    near = pairs.site[(chosen & (zones.dimension == 2))[pairs.feature]]
    asked = asked & (np.bincount(near, minlength=len(sites)) > 1)
    point = np.flatnonzero(asked & (shapely.get_type_id(sites) == 0)).astype(np.int32)
    many = len(point) >= MANY and len(point) * CORNERS_A_UNION >= zones.size
    if many and zones.areal and numba_held():
        from zoning.overlay.vector.edges import nearest_edge

        whole = zones.closed(chosen)
        deep = nearest_edge(sites[point], whole, whole.all_or(None))[0]
        rest = asked.copy()
        rest[point] = False
        owner, more = _local_reach(sites, zones, rest, chosen, t)
        owner, deep = np.concatenate([point, owner]), np.concatenate([deep, more])
        order = np.argsort(owner)
        return owner[order], deep[order]
    return _local_reach(sites, zones, asked, chosen, t)


def _local_reach(
    sites: Geometries, zones: Zones, asked: Mask, chosen: Mask, t: Floats
) -> tuple[Integers, Floats]:
    owner, ground = local_ground(sites, zones, asked, chosen, room(t), closed=True)
    met = np.asarray(shapely.intersects(ground, sites[owner]), dtype=bool)
    owner, ground = owner[met], ground[met]
    return owner, reach(sites[owner], ground, outline(ground), t[owner])
