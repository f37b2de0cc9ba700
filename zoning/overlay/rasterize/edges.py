"""Geometry as flat arrays of corners, cut into short runs, for burning into cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Longs, Mask
from zoning.overlay.engine import GROUP

RUN = 32
"""Segments in a run: few enough to pass over most of a big outline, box by box."""
FEW = 512
"""Boxes up to so many are looked at without their groups, which costs less."""
LOOKED_AT = 64
"""Runs up to so many are looked at edge by edge."""


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Boxes (west, south, east, north) in groups of neighbours."""

    box: Floats
    order: Longs
    group: Floats

    @classmethod
    def of(cls, box: Floats) -> Boxes:
        """Group boxes by the place of their middles."""
        if not len(box):
            return cls(box, np.zeros(0, np.int64), box)
        middle = (box[:, :2] + box[:, 2:]) / 2
        low, high = middle.min(axis=0), middle.max(axis=0)
        side = max(np.sqrt(np.prod(np.maximum(high - low, 1e-9)) * GROUP / len(box)), 1e-9)
        tile = np.floor((middle - low) / side)
        order = np.lexsort((tile[:, 0], tile[:, 1]))
        start = np.arange(0, len(box), GROUP)
        sorted_ = box[order]
        low = np.minimum.reduceat(sorted_[:, :2], start, axis=0)
        high = np.maximum.reduceat(sorted_[:, 2:], start, axis=0)
        return cls(sorted_, order.astype(np.int64), np.hstack([low, high]))

    def meeting(self, west: float, south: float, east: float, north: float) -> Longs:
        """Numbers of the boxes that touch a box, ascending."""
        if len(self.box) <= FEW:
            return np.sort(self.order[_meet(self.box, west, south, east, north)])
        group = np.flatnonzero(_meet(self.group, west, south, east, north))
        place = (group[:, None] * GROUP + np.arange(GROUP)).ravel()
        place = place[place < len(self.box)]
        return np.sort(self.order[place[_meet(self.box[place], west, south, east, north)]])


def _meet(box: Floats, west: float, south: float, east: float, north: float) -> Mask:
    found: Mask = box[:, 0] <= east
    found &= box[:, 2] >= west
    found &= box[:, 1] <= north
    found &= box[:, 3] >= south
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Corners of n geometries, for `burn`, `within` and `touched`.

    Attributes
    ----------
    geometry : object[n]
        What was given; None and empty have no part.
    xy : f8[v, 2]
    ring : i8[r + 1]
        First corner of each ring or line, and the end. A point is a line of one corner.
    inner : i1[r]
        On which side of a ring the polygon lies: -1 left, 1 right; 0: no polygon.
    clockwise : bool[r]
    run, run_ring, run_box : i8[k, 2], i8[k], f8[k, 4]
        First and last corner of each run of up to `RUN` segments, its ring, its box.
    part_run : i8[p + 1]
        First run of each polygon (those of a multipolygon apart), and the end; lines and points
        come after the polygons.
    part_feature : i8[p]
    parts, runs : Boxes
    """

    geometry: Geometries
    xy: Floats
    ring: Longs
    inner: NDArray[np.int8]
    clockwise: Mask
    run: Longs
    run_ring: Longs
    run_box: Floats
    part_run: Longs
    part_feature: Longs
    parts: Boxes
    runs: Boxes

    @classmethod
    def of(cls, geometry: Geometries) -> Outlines:
        """Take geometries apart.

        Parameters
        ----------
        geometry : object[n]
            Points, lines, polygons or collections, in the grid's CRS [m]; None allowed. Setbacks
            want valid polygons, as `zoning.layers` hands them out.
        """
        shapes = np.asarray(geometry, dtype=object).ravel()
        plain = (shapely.get_type_id(shapes) == 3) & ~shapely.is_empty(shapes)
        plain &= shapely.get_num_interior_rings(shapes) == 0
        # One ring is all of a polygon without holes: its corners are taken without a copy of it.
        first, rest = np.flatnonzero(plain), np.flatnonzero(~plain)
        part, feature = _single(shapes[rest])
        area = shapely.get_type_id(part) == 3
        part = np.concatenate([shapes[first], part[area], part[~area]])
        feature = np.concatenate([first, rest[feature[area]], rest[feature[~area]]])
        simple, count = len(first), len(first) + int(area.sum())
        rings, owner = shapely.get_rings(part[simple:count], return_index=True)
        owner = np.concatenate([np.arange(simple), owner + simple])
        outer = np.append(True, owner[1:] != owner[:-1])[: len(owner)]
        lines = np.concatenate([part[:simple], rings, part[count:]])
        owner = np.concatenate([owner, np.arange(count, len(part))])
        xy = shapely.get_coordinates(lines)
        ring = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))])
        turn = _turn(xy, ring)
        inner = np.where(turn > 0, -1, 1)
        inner[: len(outer)][~outer] *= -1
        inner[len(outer) :] = 0
        run, run_ring, run_box = _runs(xy, ring)
        run_part = owner[run_ring]
        part_run = np.searchsorted(run_part, np.arange(count + 1))
        boxes = shapely.bounds(part[:count])
        return cls(
            shapes,
            np.ascontiguousarray(xy),
            ring.astype(np.int64),
            inner.astype(np.int8),
            np.asarray(turn < 0, dtype=np.bool_),
            run,
            run_ring,
            run_box,
            part_run.astype(np.int64),
            feature[:count].astype(np.int64),
            Boxes.of(boxes),
            Boxes.of(run_box),
        )

    def __len__(self) -> int:
        return len(self.geometry)

    def edges(self, runs: Longs) -> Floats:
        """Edges of runs, one row each: both ends, x before y; a point is an edge. f8[k, 4]"""
        run = self.run[runs]
        size = np.maximum(run[:, 1] - run[:, 0], 1)
        at = np.repeat(run[:, 0] - np.cumsum(size) + size, size) + np.arange(size.sum())
        last = np.repeat(run[:, 1], size)
        return np.hstack([self.xy[at], self.xy[np.minimum(at + 1, last)]])

    def enter(
        self, west: float, south: float, east: float, north: float, *, compiled: bool = False
    ) -> bool:
        """Whether an edge, a line or a point enters a box; by numpy of many edges: may enter."""
        if compiled:
            from zoning.overlay.kernels import entry as kernel

            box = self.runs.group, self.runs.box, self.runs.order
            return bool(kernel.enter(*box, self.run, self.xy, west, south, east, north))
        runs = self.runs.meeting(west, south, east, north)
        if not 0 < len(runs) <= LOOKED_AT:
            return len(runs) > 0
        ax, ay, bx, by = self.edges(runs).T
        near = (np.minimum(ax, bx) <= east) & (np.maximum(ax, bx) >= west)
        near &= (np.minimum(ay, by) <= north) & (np.maximum(ay, by) >= south)
        # all corners on one side of an edge: it passes by (separating axes)
        x, y, across, along = (west + east) / 2, (south + north) / 2, east - west, north - south
        side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        near &= 2 * np.abs(side) <= np.abs(by - ay) * across + np.abs(bx - ax) * along
        return bool(near.any())


def _single(shapes: Geometries) -> tuple[Geometries, Longs]:
    """Points, lines and polygons that shapes are made of, and whose they are."""
    flat = shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
    part, feature = shapely.get_parts(flat, return_index=True)
    while np.any(shapely.get_type_id(part) > 3):
        part, inner = shapely.get_parts(part, return_index=True)
        feature = feature[inner]
    kept = ~shapely.is_empty(part)
    return part[kept], feature[kept]


def _turn(xy: Floats, ring: Longs) -> Floats:
    """Twice the signed area of each ring; positive: counter-clockwise."""
    if len(ring) < 2:
        return np.zeros(0)
    size = np.diff(ring)
    local = xy - np.repeat(xy[ring[:-1]], size, axis=0)
    cross = np.zeros(len(xy))
    cross[:-1] = local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1]
    cross[ring[1:] - 1] = 0.0
    return np.add.reduceat(cross, ring[:-1])


def _runs(xy: Floats, ring: Longs) -> tuple[Longs, Longs, Floats]:
    size = np.diff(ring)
    count = np.maximum(-(-(size - 1) // RUN), 1)
    owner = np.repeat(np.arange(len(size)), count)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    start = ring[:-1][owner] + step * RUN
    stop = np.minimum(start + RUN, ring[1:][owner] - 1)
    run = np.stack([start, stop], axis=1).astype(np.int64)
    if not len(run):
        return run, owner.astype(np.int64), np.zeros((0, 4))
    # Corners start..stop, the last shared with the next run: reduced without it, then joined.
    low, high = np.minimum.reduceat(xy, start, axis=0), np.maximum.reduceat(xy, start, axis=0)
    box = np.hstack([np.minimum(low, xy[stop]), np.maximum(high, xy[stop])])
    return run, owner.astype(np.int64), box
