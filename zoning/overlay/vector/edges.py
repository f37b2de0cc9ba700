"""Points against a layer of polygons, by compiled loops: in which they are, which edges are near.

A point within `SLACK_M` of an edge is asked of GEOS, whose predicates are exact; of all others
rounding cannot change the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.overlay.vector.rings import Longs, Rings, Tree
from zoning.overlay.vector.sites import SiteIndex, along, coordinates
from zoning.overlay.vector.subdivide import in_parts
from zoning.overlay.vector.zones import Floats, Geometries, Integers, Mask, Zones

EDGES = 16
"""Edges in a run that has one box."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """The edges of some features, in short runs along their rings, with a tree over their boxes.

    Attributes
    ----------
    xy : f8[v, 2]
        Corners of all features.
    start, stop : i8[k]
        First and last corner of each run.
    owner : i4[k]
        Its feature.
    tree : Tree
    """

    xy: Floats
    start: Longs
    stop: Longs
    owner: Integers
    tree: Tree

    @classmethod
    def of(cls, rings: Rings) -> Edges:
        """Edges of all features."""
        from zoning.overlay.kernels import edge_tree as kernel

        start, stop, owner, box = kernel.runs(rings.xy, rings.ring, rings.first, EDGES)
        return cls(rings.xy, start, stop, owner, Tree.of(box))

    def some(self, chosen: Mask) -> Edges:
        """Only the edges of the chosen features."""
        kept = chosen[self.owner]
        if kept.all():
            return self
        box = np.empty((len(self.owner), 4))
        box[self.tree.leaf] = self.tree.box[: len(self.owner)]
        return Edges(
            self.xy, self.start[kept], self.stop[kept], self.owner[kept], Tree.of(box[kept])
        )


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
