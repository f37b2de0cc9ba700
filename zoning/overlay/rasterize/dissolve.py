"""Polygons that overlap or adjoin made one, so that depth counts from the edge of their ground."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Longs, Mask
from zoning.overlay.geometry import polygonal
from zoning.overlay.rasterize.burn_numpy import spread_out, turns
from zoning.overlay.rasterize.edges import Outlines

_Segments = tuple[Longs, Longs]
"""First corners of segments, and their runs."""
BATCH = 4096
"""[pair of runs] Looked at together."""


def dissolved(geometry: Geometries) -> Geometries:
    """Polygons with those that overlap or share a stretch of edge made one.

    Depths then count from the edge of the ground; polygons that meet at points only stay apart,
    since nothing changes for them. Hairline gaps are gaps.
    """
    shapes = polygonal(np.asarray(geometry, dtype=object).ravel())
    shapes = shapes[~shapely.is_missing(shapes)]
    return _united(shapes, *joined(Outlines.of(shapes)))


def deepened(outlines: Outlines) -> Outlines:
    """Outlines of polygons dissolved, for depths in them; the same ones where nothing is joined."""
    one, other = joined(outlines)
    return Outlines.of(_united(outlines.geometry, one, other)) if len(one) else outlines


def _united(shapes: Geometries, one: Longs, other: Longs) -> Geometries:
    if not len(one):
        return shapes
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    links = (np.ones(len(one)), (one, other))
    _, label = connected_components(coo_array(links, shape=(len(shapes),) * 2), directed=False)
    order = np.argsort(label, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(label[order])) + 1)
    united = [shapes[g[0]] if len(g) == 1 else shapely.union_all(shapes[g]) for g in groups]
    return np.array(united, dtype=object)


def joined(outlines: Outlines) -> tuple[Longs, Longs]:
    """Pairs of features whose polygons share ground or a stretch of edge, not points alone.

    Two polygons whose edges cross or run together do. Where edges meet at points only, the ground
    round the point decides; where they do not meet, one polygon may lie wholly in the other.
    """
    feature = np.repeat(outlines.part_feature, np.diff(outlines.part_run))
    box = outlines.run_box[: len(feature)]
    boxes = np.asarray(shapely.box(*box.T), dtype=object)
    one, other = shapely.STRtree(boxes).query(boxes)
    apart = feature[one] < feature[other]
    found = [_inside(outlines)]
    for start in range(0, int(apart.sum()), BATCH):
        runs = one[apart][start : start + BATCH], other[apart][start : start + BATCH]
        pair, a, b = _near(outlines, *runs)
        linked = np.unique(pair[_linked(outlines, (a, runs[0][pair]), (b, runs[1][pair]))])
        found.append((feature[runs[0][linked]], feature[runs[1][linked]]))
    one, other = (np.concatenate(column) for column in zip(*found, strict=True))
    return one, other


def _inside(outlines: Outlines) -> tuple[Longs, Longs]:
    """Features with a polygon whose first corner lies in another feature, and that one."""
    corner = shapely.points(outlines.xy[outlines.run[outlines.part_run[:-1], 0]])
    shapes = polygonal(outlines.geometry)
    outer, part = shapely.STRtree(corner).query(shapes)
    apart = outlines.part_feature[part] != outer
    outer, part = outer[apart], part[apart]
    shapely.prepare(shapes[np.unique(outer)])
    held = shapely.contains(shapes[outer], corner[part])
    return outlines.part_feature[part[held]], outer[held].astype(np.int64)


def _near(outlines: Outlines, one: Longs, other: Longs) -> tuple[Longs, Longs, Longs]:
    """Pairs of segments of pairs of runs whose boxes touch: which pair, first corner of each."""
    found = []
    for run, beside in ((one, other), (other, one)):
        corner, pair = spread_out(outlines.run[run, 0], outlines.run[run, 1])
        low, high = _boxes(outlines.xy, corner)
        box = outlines.run_box[beside[pair]]
        kept = ((low <= box[:, 2:]) & (high >= box[:, :2])).all(axis=1)
        found.append((corner[kept], pair[kept]))
    (a, pair), (b, pair_b) = found
    k, at = spread_out(np.searchsorted(pair_b, pair), np.searchsorted(pair_b, pair, side="right"))
    a, b, pair = a[at], b[k], pair[at]
    (low_a, high_a), (low_b, high_b) = _boxes(outlines.xy, a), _boxes(outlines.xy, b)
    kept = ((low_a <= high_b) & (low_b <= high_a)).all(axis=1)
    return pair[kept], a[kept], b[kept]


def _boxes(xy: Floats, corner: Longs) -> tuple[Floats, Floats]:
    one, two = xy[corner], xy[corner + 1]
    return np.minimum(one, two), np.maximum(one, two)


def _linked(outlines: Outlines, a: _Segments, b: _Segments) -> Mask:
    """Whether polygons share ground or a stretch of edge where two of their segments meet."""
    xy = outlines.xy
    ends = [np.hstack([xy[i], xy[i + 1]]) for i, _ in (a, b)]
    side = [[turns(ends[k], *xy[i + j].T) for j in (0, 1)] for k, (i, _) in ((0, b), (1, a))]
    found: Mask = np.less(side[0][0] * side[0][1], 0)
    found &= np.less(side[1][0] * side[1][1], 0)
    low = np.maximum(*(np.minimum(end[:, :2], end[:, 2:]) for end in ends))
    high = np.minimum(*(np.maximum(end[:, :2], end[:, 2:]) for end in ends))
    level = (side[0][0] == 0) & (side[0][1] == 0)
    found[level] |= (low < high)[level].any(axis=1)
    for k, (mine, (i, _)) in enumerate(((a, b), (b, a))):
        for j in (0, 1):  # an end of one that lies on the other
            at = np.flatnonzero(~found & (side[k][j] == 0) & _on(xy[i + j], ends[k]))
            theirs = (b, a)[k]
            point = xy[i[at] + j]
            rays = [
                _rays(outlines, segment[0][at], segment[1][at], point) for segment in (mine, theirs)
            ]
            found[at] = _sharing(point, rays[0], rays[1])
    return found


def _on(point: Floats, ends: Floats) -> Mask:
    """Whether points in line with segments lie on them."""
    low, high = np.minimum(ends[:, :2], ends[:, 2:]), np.maximum(ends[:, :2], ends[:, 2:])
    return np.asarray(((point >= low) & (point <= high)).all(axis=1), np.bool_)


def _rays(outlines: Outlines, corner: Longs, run: Longs, point: Floats) -> tuple[Floats, Floats]:
    """Points towards which the edge leaves a point of a segment; the ground is left of the first.

    That is: anticlockwise from the first to the second.
    """
    xy, ring = outlines.xy, outlines.run_ring[run]
    first, last = outlines.ring[ring], outlines.ring[ring + 1] - 1
    begins = (xy[corner] == point).all(axis=1)
    ends = (xy[corner + 1] == point).all(axis=1)
    back = np.where(corner > first, corner - 1, last - 1)
    ahead = np.where(corner + 1 < last, corner + 2, first + 1)
    before = xy[np.where(begins, back, corner)]
    after = xy[np.where(ends, ahead, corner + 1)]
    left = (outlines.inner[ring] < 0)[:, None]
    return np.where(left, after, before), np.where(left, before, after)


def _sharing(point: Floats, one: tuple[Floats, Floats], two: tuple[Floats, Floats]) -> Mask:
    """Whether sectors round points share ground; edges in one line are told elsewhere."""
    found = np.zeros(len(point), np.bool_)
    for (start, end), rays in ((one, two), (two, one)):
        wide = turns(np.hstack([point, start]), *end.T)
        for ray in rays:
            left = turns(np.hstack([point, start]), *ray.T)
            right = turns(np.hstack([point, ray]), *end.T)
            narrow, reflex = (left > 0) & (right > 0), (left > 0) | (right > 0)
            found |= np.where(wide > 0, narrow, np.where(wide < 0, reflex, left > 0))
    return found
