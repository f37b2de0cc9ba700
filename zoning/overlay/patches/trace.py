"""Outlines of components, from their runs straight to polygons.

Every run has a left side, which is walked down, and a right side, which is walked up, so that
ground lies to the left: outer rings turn counter-clockwise, holes clockwise. Along a line between
two rows the sides that end there are sorted by column; sides of the row above and below at one
column go straight on; the others are neighbours pair by pair, joined by a horizontal edge. Where
two cells touch at a corner only, the order of the pair decides: cells of one piece are walked
through (each of the two gaps gets a ring of its own, which touches there), cells of two pieces
are walked round. No ring so meets itself, and every piece is one valid polygon.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Integers, Longs
from zoning.grid import Grid
from zoning.overlay.patches.runs import Runs

BATCH = 1 << 18
"""[corner] Corners drawn at a time, or one polygon's."""


@dataclass(frozen=True, slots=True, eq=False)
class Rings:
    """Rings of all pieces: component by component, piece by piece, the outer ring first.

    Attributes
    ----------
    start : i4[m]
        First side of the ring, row by row.
    corners : i8[m]
        Corners, the closing one counted.
    length : i8[m]
        [side of a cell]
    """

    start: Integers
    corners: Longs
    length: Longs


def follow(runs: Runs, *, compiled: bool) -> Integers:
    """Side that follows each side on its ring."""
    following = np.empty(len(runs.at), np.int32)
    if compiled:
        from zoning.overlay.kernels import runs as kernel

        kernel.link(runs.at, runs.first, runs.piece, following)
    else:
        _link(runs, following)
    return following


def survey(runs: Runs, following: Integers, *, compiled: bool) -> Rings:
    """Find the rings."""
    if compiled:
        from zoning.overlay.kernels import runs as kernel

        most = len(runs.piece)  # a ring has a left and a right side at least
        start = np.empty(most, np.int32)
        corners, length = np.empty(most, np.int64), np.empty(most, np.int64)
        count = kernel.survey(runs.at, following, start, corners, length)
        start, corners, length = start[:count], corners[:count], length[:count]
    else:
        start, corners, length = _survey(runs.at, following)
    run = start >> 1
    order = np.lexsort((start, runs.piece[run], runs.component[run]))
    return Rings(start[order], corners[order], length[order])


def polygons(
    runs: Runs, following: Integers, rings: Rings, grid: Grid, *, compiled: bool
) -> Geometries:
    """Draw each component in map coordinates; one of several pieces is a multipolygon."""
    run = rings.start >> 1
    outer = np.flatnonzero(np.diff(runs.piece[run], prepend=-1))  # first ring of each piece
    pieces = np.empty(len(outer), dtype=object)
    row = runs.row
    for begin, end in _batches(outer, rings.corners):
        ring = slice(outer[begin], outer[end] if end < len(outer) else len(rings.start))
        xy = np.empty((int(rings.corners[ring].sum()), 2))
        _draw(runs.at, row, following, rings.start[ring], grid, xy, compiled=compiled)
        ends = np.concatenate([[0], np.cumsum(rings.corners[ring])])
        parts = np.append(outer[begin:end], ring.stop) - ring.start
        pieces[begin:end] = shapely.from_ragged_array(
            shapely.GeometryType.POLYGON, xy, (ends, parts)
        )
    return _gathered(pieces, runs.component[run[outer]])


def _batches(outer: NDArray[np.intp], corners: Longs) -> Iterator[tuple[int, int]]:
    """Spans of whole pieces with about `BATCH` corners."""
    if not len(outer):
        return
    done = np.cumsum(np.add.reduceat(corners, outer))
    begin, before = 0, 0
    while begin < len(outer):
        end = max(int(np.searchsorted(done, before + BATCH, side="right")), begin + 1)
        yield begin, end
        begin, before = end, int(done[end - 1])


def _gathered(pieces: Geometries, component: Integers) -> Geometries:
    """Pieces of one component put together."""
    first = np.flatnonzero(np.diff(component, prepend=-1))
    if len(first) == len(pieces):
        return pieces
    count = np.diff(np.append(first, len(pieces)))
    found = pieces[first]
    several = np.repeat(count > 1, count)
    which = np.repeat(np.cumsum(count > 1) - 1, count)[several]
    found[count > 1] = shapely.multipolygons(pieces[several], indices=which)
    return found


def _draw(
    at: Integers,
    row: Integers,
    following: Integers,
    start: Integers,
    grid: Grid,
    xy: Floats,
    *,
    compiled: bool,
) -> None:
    if compiled:
        from zoning.overlay.kernels import runs as kernel

        kernel.draw(at, row, following, start, grid.x0, grid.y1, grid.res, xy)
        return
    side, ends = _walk(following, start.tolist())
    then = following[side]
    turns = np.flatnonzero(at[side] != at[then])
    side, then = side[turns], then[turns]
    corner = np.empty((2 * len(side), 2), np.int64)
    corner[::2, 0], corner[1::2, 0] = at[side], at[then]
    corner[:, 1] = np.repeat(row[side >> 1] + 1 - (side & 1), 2)
    begins = 2 * np.searchsorted(turns, np.append(0, ends[:-1]))
    # Each ring is closed by its first corner, put before the first one of the next.
    corner = np.insert(corner, np.append(begins[1:], len(corner)), corner[begins], axis=0)
    xy[:, 0], xy[:, 1] = grid.x0 + corner[:, 0] * grid.res, grid.y1 - corner[:, 1] * grid.res


def _walk(following: Integers, starts: Iterable[int]) -> tuple[Integers, Longs]:
    """Sides of rings in their order, one ring after the other, and where each ring ends."""
    then = following.data
    sides: list[int] = []
    ends: list[int] = []
    for first in starts:
        side = first
        while True:
            sides.append(side)
            side = then[side]
            if side == first:
                break
        ends.append(len(sides))
    return np.array(sides, np.int32), np.array(ends, np.int64)


def _survey(at: Integers, following: Integers) -> tuple[Integers, Longs, Longs]:
    """Follow every ring once: its first side, its turns and its length."""
    then = following.data
    new = bytearray(b"\1") * len(at)
    ring = np.empty(len(at), np.int32)
    label = ring.data
    start: list[int] = []
    side = new.find(1)
    while side >= 0:
        start.append(side)
        while new[side]:
            new[side] = 0
            label[side] = len(start) - 1
            side = then[side]
        side = new.find(1, side)
    step = np.abs(at[following] - at)
    turns = np.bincount(ring, weights=step > 0, minlength=len(start)).astype(np.int64)
    length = np.bincount(ring, weights=step + 1, minlength=len(start)).astype(np.int64)
    return np.array(start, np.int32), 2 * turns + 1, length


def _link(runs: Runs, following: Integers) -> None:
    """Sort the ends of all sides, and pair them."""
    side = np.tile(np.arange(len(runs.at), dtype=np.int32), 2)
    right = side & 1
    up = np.arange(len(side)) >= len(runs.at)  # the side hangs from this line
    line = runs.row[side >> 1] + ~up
    arrives = up == (right == 1)
    # Two cells that touch at a corner: first the one that ends there, so each keeps its corner.
    order = np.lexsort((1 - right, runs.at[side], line))
    side, right, arrives = side[order], right[order], arrives[order]
    column, line = runs.at[side], line[order]
    twin = np.flatnonzero((line[1:] == line[:-1]) & (column[1:] == column[:-1]))
    straight = right[twin] == right[twin + 1]
    piece = runs.piece[side >> 1]
    through = twin[~straight & (piece[twin] == piece[twin + 1])]
    for array in (side, arrives):
        array[through], array[through + 1] = array[through + 1], array[through]
    on = np.concatenate([twin[straight], twin[straight] + 1])
    left = np.ones(len(side), np.bool_)
    left[on] = False
    pairs = (
        np.concatenate([twin[straight], np.flatnonzero(left)[::2]]),
        np.concatenate([twin[straight] + 1, np.flatnonzero(left)[1::2]]),
    )
    one, two = pairs
    first = arrives[one]
    following[side[np.where(first, one, two)]] = side[np.where(first, two, one)]
