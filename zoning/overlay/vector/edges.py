"""Points against a layer of polygons, by compiled loops: in which they are, which edges are near.

A point within `SLACK_M` of an edge is asked of GEOS, whose predicates are exact; of all others
rounding cannot change the answer.
"""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.engine import worth
from zoning.overlay.geometry import CORNERS
from zoning.overlay.parallel import in_parts
from zoning.overlay.vector.sites import SiteIndex, along, coordinates
from zoning.overlay.vector.zones import Zones


def inside(sites: SiteIndex, zones: Zones, chosen: Mask) -> tuple[Integers, Integers]:
    """Points among the sites and the chosen features they are in or on, by point, then feature."""
    from zoning.overlay.kernels import point_grid as kernel

    site, feature, doubt = sites.spots().inside(*zones.corners(), chosen)
    asked = np.flatnonzero(doubt)
    if len(asked):
        held = ~doubt
        zone, place = zones.prepared()[feature[asked]], sites.geometry[site[asked]]
        held[asked] = shapely.intersects(zone, place)
        site, feature = site[held], feature[held]
    ordered: tuple[Integers, Integers] = kernel.by_point(site, feature, len(sites))
    return ordered


def near(
    sites: SiteIndex, zones: Zones, reach: Floats, chosen: Mask
) -> tuple[Integers, Integers, Floats]:
    """Points, the chosen features whose edges are within reach > 0 [m] of them, and how far."""
    from zoning.overlay.kernels import edge_tree as kernel

    edges, (place, order) = zones.edges(chosen), sites.curve()
    tree, reach = edges.tree, reach[order]
    parts = in_parts(
        lambda begin, end: kernel.close_by(
            place, reach, begin, end, tree.box, tree.level, tree.leaf,
            edges.xy, edges.start, edges.stop, edges.owner, len(zones),
        ),
        len(sites),
    )  # fmt: skip
    site = order[np.concatenate([part[0] for part in parts])].astype(np.int32)
    feature, gap = (np.concatenate([part[k] for part in parts]) for k in (1, 2))
    return site, feature, gap


def nearest_edge(
    sites: Geometries | Floats,
    zones: Zones,
    chosen: Mask,
    limit: float | None = None,
    only: Integers | None = None,
) -> tuple[Floats, Integers]:
    """Distance [m] of points (or f8[n, 2]) to the nearest edge of the chosen features, and whose.

    The first on ties; inf and -1 where there is none within the limit. With `only`, each point
    is asked of one feature, which must be a chosen one.
    """
    from zoning.overlay.kernels import edge_tree as kernel

    edges, (place, order) = zones.edges(chosen), along(coordinates(sites))
    tree = edges.tree
    far = np.full(len(sites), np.inf if limit is None else limit)
    one = np.full(len(sites), -1, np.int32) if only is None else only[order].astype(np.int32)
    depth, feature = np.empty(len(sites)), np.empty(len(sites), np.int32)
    in_parts(
        lambda begin, end: kernel.nearest(
            place, far, one, begin, end, tree.box, tree.level, tree.leaf,
            edges.xy, edges.start, edges.stop, edges.owner, depth, feature,
        ),
        len(sites),
    )  # fmt: skip
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return depth[back], feature[back]


def boundary_gap(zones: Zones, feature: Integers, place: Geometries) -> Floats:
    """Distance [m] of each place to the boundary of its feature (lines, points: to itself)."""
    points = bool((shapely.get_type_id(place) == 0).all())
    if points and zones.areal and worth(len(place), zones.size):
        return nearest_edge(place, zones, zones.dimension == 2, only=feature)[0]
    edge = zones.boundary()
    gap = np.full(len(feature), np.nan)
    big = shapely.get_num_coordinates(edge[feature]) > CORNERS
    gap[~big] = shapely.distance(edge[feature[~big]], place[~big])
    for one in np.unique(feature[big]):
        which = np.flatnonzero(big & (feature == one))
        if len(which) < 8:
            gap[which] = shapely.distance(edge[one], place[which])
            continue
        tree = zones.rim(np.arange(len(zones)) == one).tree
        (at, _), near = tree.query_nearest(place[which], return_distance=True, all_matches=False)
        gap[which[at]] = near
    return gap
