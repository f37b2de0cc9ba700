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

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.grid import Grid
from zoning.overlay.index import Floats, Geometries
from zoning.overlay.runs import Counts, Numbers, Runs

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

    start: Numbers
    corners: Counts
    length: Counts


def follow(runs: Runs, *, compiled: bool) -> Numbers:
    """Side that follows each side on its ring."""
    following = np.empty(len(runs.at), np.int32)
    if compiled:
        from zoning.overlay import run_kernels as kernel

        kernel.link(runs.at, runs.first, runs.piece, following)
    else:
        _link(runs, following)
    return following


def survey(runs: Runs, following: Numbers, *, compiled: bool) -> Rings:
    """Find the rings."""
    if compiled:
        from zoning.overlay import run_kernels as kernel

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
    runs: Runs, following: Numbers, rings: Rings, grid: Grid, *, compiled: bool
) -> Geometries:
    """Draw the polygon (several pieces: the multipolygon) of each component, in the map's metres."""
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


def _batches(outer: NDArray[np.intp], corners: Counts) -> Iterator[tuple[int, int]]:
    """Spans of whole pieces with about `BATCH` corners."""
    if not len(outer):
        return
    done = np.cumsum(np.add.reduceat(corners, outer))
    begin, before = 0, 0
    while begin < len(outer):
        end = max(int(np.searchsorted(done, before + BATCH, side="right")), begin + 1)
        yield begin, end
        begin, before = end, int(done[end - 1])


def _gathered(pieces: Geometries, component: Numbers) -> Geometries:
    """Pieces of one component put together."""
    alone = np.diff(component, prepend=-1) != 0
    first = np.flatnonzero(alone)
    if len(first) == len(pieces):
        return pieces
    count = np.diff(np.append(first, len(pieces)))
    found = pieces[first]
    several = np.repeat(count > 1, count)
    which = np.repeat(np.cumsum(count > 1) - 1, count)[several]
    found[count > 1] = shapely.multipolygons(pieces[several], indices=which)
    return found


def _draw(
    at: Numbers,
    row: Numbers,
    following: Numbers,
    start: Numbers,
    grid: Grid,
    xy: Floats,
    *,
    compiled: bool,
) -> None:
    if compiled:
        from zoning.overlay import run_kernels as kernel

        kernel.draw(at, row, following, start, grid.x0, grid.y1, grid.res, xy)
        return
    n = 0
    for first in start:
        side = np.array(_sides(following, int(first)))
        then = following[side]
        turns = at[side] != at[then]
        column = np.stack([at[side[turns]], at[then[turns]]], axis=1).ravel()
        line = np.repeat(row[side[turns] >> 1] + 1 - (side[turns] & 1), 2)
        end = n + len(line)
        xy[n:end, 0], xy[n:end, 1] = grid.x0 + column * grid.res, grid.y1 - line * grid.res
        xy[end] = xy[n]
        n = end + 1


def _sides(following: Numbers, first: int) -> list[int]:
    """Sides of a ring in their order."""
    sides = [first]
    while (side := int(following[sides[-1]])) != first:
        sides.append(side)
    return sides


def _survey(at: Numbers, following: Numbers) -> tuple[Numbers, Counts, Counts]:
    seen = np.zeros(len(at), np.bool_)
    start: list[int] = []
    corners: list[int] = []
    length: list[int] = []
    for first in range(len(at)):
        if not seen[first]:
            side = np.array(_sides(following, first))
            seen[side] = True
            step = np.abs(at[following[side]] - at[side])
            start.append(first)
            corners.append(2 * np.count_nonzero(step) + 1)
            length.append(int(step.sum()) + len(step))
    return np.array(start, np.int32), np.array(corners, np.int64), np.array(length, np.int64)


def _link(runs: Runs, following: Numbers) -> None:
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
