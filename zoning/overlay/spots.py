"""Points against a layer of polygons, by compiled loops: in which they are, which edges are near.

A point within `SLACK_M` of an edge is asked of GEOS, whose predicates are exact; of all others
rounding cannot change the answer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.overlay.flat import Longs, Rings, Tree, along_a_curve
from zoning.overlay.index import SLACK_M, Floats, Geometries, Integers, Mask, Zones
from zoning.overlay.pieces import in_parts

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
        from zoning.overlay import tree_kernels as kernel

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


def _coordinates(points: Geometries | Floats) -> Floats:
    return np.stack([shapely.get_x(points), shapely.get_y(points)], axis=1)


def _in_order(sites: Geometries | Floats) -> tuple[Floats, Longs]:
    """Coordinates of points (nan where there is none), neighbours together, and whose they are.

    What one point needs is then still at hand for the next: half the time, of many points.
    """
    place = np.asarray(sites if sites.ndim == 2 else _coordinates(sites), dtype=np.float64)
    order = along_a_curve(place, fine=False)
    return place[order], order


def inside(sites: Geometries, zones: Zones, chosen: Mask) -> tuple[Integers, Integers]:
    """Points (None: nowhere) and the chosen features they are in or on, by point, then feature."""
    from zoning.overlay import tree_kernels as kernel

    pieces = zones.ground()
    flat, tree = pieces.rings, pieces.tree

    def some(begin: int, end: int) -> tuple[Longs, Integers, Mask]:
        place, order = _in_order(sites[begin:end])
        site, feature, doubt = kernel.inside(
            place, 0, len(place), tree.box, tree.level, tree.leaf,
            flat.xy, flat.ring, flat.first, pieces.owner, chosen, SLACK_M,
        )  # fmt: skip
        return begin + order[site], feature, doubt

    parts = in_parts(some, len(sites))
    site, feature, doubt = (np.concatenate([part[k] for part in parts]) for k in range(3))
    pair = site * max(len(zones), 1) + feature
    if doubt.any():
        asked = np.unique(pair[doubt])
        on, whose = np.divmod(asked, len(zones))
        held = shapely.intersects(zones.prepared()[whose], sites[on])
        pair = np.concatenate([np.setdiff1d(pair[~doubt], asked), asked[held]])
    pair.sort()
    site, feature = (part.astype(np.int32) for part in np.divmod(pair, max(len(zones), 1)))
    return site, feature


def near(
    sites: Geometries, zones: Zones, reach: Floats, chosen: Mask
) -> tuple[Integers, Integers, Floats]:
    """Points, the chosen features whose edges are within reach > 0 [m] of them, and how far."""
    from zoning.overlay import tree_kernels as kernel

    edges, (place, order) = zones.edges(chosen), _in_order(sites)
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
    from zoning.overlay import tree_kernels as kernel

    edges, (place, order) = zones.edges(chosen), _in_order(sites)
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
