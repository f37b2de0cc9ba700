"""Compiled loops of `coverage.py`, which says what they mean."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.arrays import Floats, Integers, Longs, Places


@njit(cache=True, nogil=True)
def sweep(
    xy: Floats,
    ring: Longs,
    one: int,
    end: int,
    top: int,
    rows: int,
    left: int,
    columns: int,
    change: Floats,
    low: Longs,
    high: Longs,
) -> None:
    """Add what each edge of the rings `one` to `end` changes, in a window of cells.

    `change` [row, column] becomes the step in coverage from a cell's left neighbour to it; `low`
    and `high` the columns of each row between which there are steps. Ground left of the window
    counts from its first column on, ground right of it does not.
    """
    bottom = top + rows
    for r in range(one, end):
        for v in range(ring[r], ring[r + 1] - 1):
            x0, y0, x1, y1 = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
            if y0 == y1 or max(y0, y1) <= top or min(y0, y1) >= bottom:
                continue
            way = 1.0
            if y0 > y1:
                x0, y0, x1, y1 = x1, y1, x0, y0
                way = -1.0
            slope = (x1 - x0) / (y1 - y0)
            west, east = min(x0, x1), max(x0, x1)
            y = max(y0, float(top))
            x = min(max(x0 + (y - y0) * slope, west), east) if y > y0 else x0
            stop = min(y1, float(bottom))
            row = int(np.floor(y))
            while y < stop:
                below = min(row + 1.0, stop)
                x_below = min(max(x0 + (below - y0) * slope, west), east) if below < y1 else x1
                spread(
                    x - left, x_below - left, (below - y) * way, columns, row - top,
                    change, low, high,
                )  # fmt: skip
                x, y = x_below, below
                row += 1


@njit(cache=True, nogil=True)
def spread(
    a: float,
    b: float,
    rise: float,
    columns: int,
    row: int,
    change: Floats,
    low: Longs,
    high: Longs,
) -> None:
    """Add one piece of an edge, within a row, to the cells it crosses."""
    if a > b:
        a, b = b, a
    if a >= columns:
        high[row] = columns - 1  # ground that began further left goes on to the window's end
        return
    column = int(np.floor(max(a, -1.0)))
    low[row] = min(low[row], max(column, 0))
    if b <= column + 1 or b <= 0:
        part = min(max((a + b) / 2 - column, 0.0), 1.0) if b > 0 else 0.0
        step(change, row, column, columns, rise, part)
        high[row] = max(high[row], min(column + 1, columns - 1))
        return
    each = rise / (b - a)
    if a < 0:
        change[row, 0] += each * (0 - a)
        a = 0.0
        column = 0
    while a < b and column < columns:
        edge = min(column + 1.0, b)
        step(change, row, column, columns, each * (edge - a), (a + edge) / 2 - column)
        a = edge
        column += 1
    high[row] = max(high[row], min(column, columns - 1))


@njit(cache=True, nogil=True)
def step(change: Floats, row: int, column: int, columns: int, rise: float, part: float) -> None:
    """Split a piece's change between the cell it crosses and the one after."""
    if column < 0:
        change[row, 0] += rise
        return
    change[row, column] += rise * (1 - part)
    if column + 1 < columns:
        change[row, column + 1] += rise * part


@njit(cache=True, nogil=True)
def split(
    xy: Floats,
    ring: Longs,
    first: Longs,
    box: Longs,
    which: Places,
    room: int,
    least: Floats,
    fill: bool,
    start: Longs,
    row_of: Longs,
    col_of: Longs,
    weight: Floats,
) -> None:
    """Count the cells of each shape (`start[k + 1]`), or write them from `start[k]` on."""
    change = np.zeros(room, np.float64)
    low, high = np.empty(room, np.int64), np.empty(room, np.int64)
    for k in range(which.shape[0]):
        s = which[k]
        left, top, right, bottom = box[s]
        columns = right - left
        n = start[k] if fill else 0
        if columns <= 0:
            continue
        some = max(room // columns, 1)
        for begin in range(top, bottom, some):
            rows = min(some, bottom - begin)
            window = change[: rows * columns].reshape(rows, columns)
            low[:rows], high[:rows] = columns, -1
            sweep(
                xy, ring, first[s], first[s + 1], begin, rows, left, columns, window, low, high
            )  # fmt: skip
            for r in range(rows):
                cover = 0.0
                for c in range(low[r], high[r] + 1):
                    cover += window[r, c]
                    window[r, c] = 0.0
                    if cover > least[s]:
                        if fill:
                            row_of[n], col_of[n] = begin + r, left + c
                            weight[n] = min(cover, 1.0)
                        n += 1
        if not fill:
            start[k + 1] = n


@njit(cache=True, nogil=True)
def tally(
    block: NDArray[np.generic],
    held: NDArray[np.bool_],
    corner: tuple[int, int],
    limits: tuple[float, float, float, float],
    place: Integers,
    which: Places,
    xy: Floats,
    ring: Longs,
    first: Longs,
    box: Longs,
    least: Floats,
    sums: Floats,
    ground: Floats,
) -> None:
    """Sum up the cells of a block under each shape; `place` is a value's column, or -1.

    sums[k]: weight, known weight, weighted sum, least, greatest of shape `which[k]`.
    """
    change = np.zeros(block.size, np.float64)
    low, high = np.empty(block.shape[0], np.int64), np.empty(block.shape[0], np.int64)
    masked, classes = held.size > 0, place.shape[0]
    for k in range(which.shape[0]):
        s = which[k]
        left, top, right, bottom = box[s]
        rows, columns = bottom - top, right - left
        if rows <= 0 or columns <= 0:
            continue
        window = change[: rows * columns].reshape(rows, columns)
        low[:rows], high[:rows] = columns, -1
        sweep(xy, ring, first[s], first[s + 1], top, rows, left, columns, window, low, high)
        weight, known, total = 0.0, 0.0, 0.0
        smallest, largest = np.inf, -np.inf
        for r in range(rows):
            cover = 0.0
            y, x = top - corner[0] + r, left - corner[1]
            line = block[y]
            for c in range(low[r], high[r] + 1):
                cover += window[r, c]
                window[r, c] = 0.0
                if cover > least[s]:
                    share = min(cover, 1.0)
                    weight += share
                    value = float(line[x + c])
                    if not limits[0] <= value <= limits[1]:
                        continue
                    if value == limits[2] or value == limits[3] or (masked and not held[y, x + c]):
                        continue
                    known += share
                    total += share * value
                    smallest, largest = min(smallest, value), max(largest, value)
                    if 0.0 <= value < classes:
                        code = int(value)
                        if code == value and place[code] >= 0:
                            ground[k, place[code]] += share
        sums[k, 0] += weight
        sums[k, 1] += known
        sums[k, 2] += total
        sums[k, 3] = min(sums[k, 3], smallest)
        sums[k, 4] = max(sums[k, 4], largest)
