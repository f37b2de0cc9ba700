"""Polygons as flat arrays of rings, for compiled loops; boxes of many things as a packed tree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Integers, Longs, Mask
from zoning.overlay.engine import FAN
from zoning.overlay.geometry import polygonal

GRID = 65_535
"""Steps along either axis of the curve by which boxes are ordered."""
ALIKE = 1e-9
"""Lengths that differ by less differ by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """Closed rings of many polygons; ground is where an odd number of a polygon's rings goes round.

    Attributes
    ----------
    xy : f8[v, 2]
        Corners; the first of a ring is repeated as its last.
    ring : i8[r + 1]
        First corner of each ring.
    first : i8[n + 1]
        First ring of each polygon.
    """

    xy: Floats
    ring: Longs
    first: Longs

    def __len__(self) -> int:
        return len(self.first) - 1

    @classmethod
    def of(cls, shapes: Geometries) -> Rings:
        """Flatten valid (multi)polygons; what is None or has no area has no rings."""
        return cls.among(*corners(shapes))

    @classmethod
    def among(cls, xy: Floats, start: Longs) -> Rings:
        """Find the rings among the corners of valid (multi)polygons."""
        from zoning.overlay.kernels import rings as kernel

        first = np.zeros(len(start), np.int64)
        # A ring of a valid polygon comes back to its first corner only at its end.
        count = kernel.rings(xy, start, first, np.zeros(0, np.int64))
        ring = np.zeros(count + 1, np.int64)
        kernel.rings(xy, start, first, ring)
        return cls(xy, ring, first)

    def boxes(self) -> Floats:
        """Least and greatest x and y of each polygon, f8[n, 4]: an inverted box where no rings."""
        return boxes_of(self.xy, self.ring[self.first])


def corners(shapes: Geometries) -> tuple[Floats, Longs]:
    """Corners f8[v, 2] of (multi)polygons, ring after ring, and the first of each, i8[n + 1].

    Each ring ends where its first corner comes again, later than at once.
    """
    held = np.array(shapes, dtype=object)
    odd = ~np.isin(shapely.get_type_id(held), (3, 6))
    if odd.any():
        held[odd] = polygonal(held[odd])
    xy, start = _flat(held)
    again = np.flatnonzero(xy[1:, 0] == xy[:-1, 0]) + 1
    again = again[xy[again, 1] == xy[again - 1, 1]]
    whose = np.searchsorted(start, again, side="right") - 1
    asked = np.unique(whose[again > start[whose]])
    if len(asked):
        unclear = asked[_misread(xy, start, asked, shapely.length(held[asked]))]
        if len(unclear):
            held[unclear] = shapely.remove_repeated_points(held[unclear])
            xy, start = _flat(held)
    return xy, start


def _misread(xy: Floats, start: Longs, asked: Longs, length: Floats) -> Mask:
    """Whether polygons that say a corner twice in a row fall into other rings than they have.

    The corner twice may be the end of a ring and the beginning of the next, or the end of a ring
    said twice; then rings do not close any more, or have another length.
    """
    from zoning.overlay.kernels import rings as kernel

    read = kernel.lengths(xy, start, asked)
    return ~(np.abs(read - length) <= ALIKE * length)


def _flat(shapes: Geometries) -> tuple[Floats, Longs]:
    count = np.where(shapely.is_missing(shapes), 0, shapely.get_num_coordinates(shapes))
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return shapely.get_coordinates(shapes), start


def boxes_of(xy: Floats, start: Longs) -> Floats:
    """Boxes of runs of corners, the run k from `start[k]` to `start[k + 1]`; f8[n, 4]."""
    box = np.full((len(start) - 1, 4), np.inf)
    box[:, 2:] = -np.inf
    held = np.flatnonzero(np.diff(start))
    if len(held):
        box[held, :2] = np.minimum.reduceat(xy, start[held])
        box[held, 2:] = np.maximum.reduceat(xy, start[held])
    return box


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Boxes ordered along a curve, and boxes of `FAN` boxes, up to one.

    Attributes
    ----------
    box : f8[k, 4]
        Those of the leaves, then level after level, the root last.
    level : i8[l + 1]
        First box of each level.
    leaf : i4[n]
        Which box each leaf was.
    """

    box: Floats
    level: Longs
    leaf: Integers

    @classmethod
    def of(cls, box: Floats) -> Tree:
        """Build from boxes f8[n, 4]."""
        order = along_a_curve((box[:, :2] + box[:, 2:]) / 2)
        levels = [box[order]]
        while len(levels[-1]) > 1:
            below = levels[-1]
            pad = -len(below) % FAN
            full = np.concatenate([below, np.tile([np.inf, np.inf, -np.inf, -np.inf], (pad, 1))])
            group = full.reshape(-1, FAN, 4)
            low, high = group[:, :, :2].min(axis=1), group[:, :, 2:].max(axis=1)
            levels.append(np.hstack([low, high]))
        level = np.concatenate([[0], np.cumsum([len(each) for each in levels])])
        return cls(np.concatenate(levels), level.astype(np.int64), order.astype(np.int32))


def along_a_curve(place: Floats, *, fine: bool = True) -> Longs:
    """Order of points f8[n, 2] by their place on a Z-shaped curve; any order of what is nan.

    Not `fine`: by squares of a 256th of the whole, which is found much sooner.
    """
    if not len(place):
        return np.zeros(0, np.int64)
    at = np.nan_to_num(place, nan=0.0, posinf=0.0, neginf=0.0)
    low = at.min(axis=0)
    size = max(float((at - low).max()), float(np.finfo(np.float64).tiny))
    step = ((at - low) / size * (GRID if fine else 255)).astype(np.uint32)
    code = _spread(step[:, 0]) | (_spread(step[:, 1]) << np.uint32(1))
    return np.argsort(code if fine else code.astype(np.uint16), kind="stable").astype(np.int64)


def _spread(bits: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Put a nought between the sixteen bits of each number."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        bits = (bits | (bits << np.uint32(shift))) & np.uint32(mask)
    return bits
