"""Compiled twins of `filters.lowest_around` for the cells of a grid; both ends in one go."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from zoning.arrays import Floats, Longs, Mask


@njit(cache=True, nogil=True)
def ends_around(
    low: Floats,
    high: Floats,
    x: Floats,
    y: Floats,
    t: float,
    width: float,
    height: float,
    least: Floats,
    greatest: Floats,
) -> None:
    """Minimum of `low` and maximum of `high` over the cells within t of each centre.

    x of columns and y of rows in cells of the raster; least and greatest get one entry a centre.
    """
    for i in range(len(y)):
        _line(low, high, x, y[i], t, width, height, least[i], greatest[i])


@njit(cache=True, nogil=True)
def _line(
    low: Floats, high: Floats, x: Floats, y: float, t: float, width: float, height: float,
    least: Floats, greatest: Floats,
) -> None:  # fmt: skip
    """One row of `ends_around`."""
    first = math.floor(y - t / height)
    last = math.floor(y + t / height)
    for r in range(first, last + 1):
        gap = max(max(r - y, y - r - 1), 0.0) * height
        half = math.sqrt(max(t * t - gap * gap, 0.0)) / width
        for j in range(len(x)):
            left, right = math.floor(x[j] - half), math.floor(x[j] + half)
            under, over = low[r, left], high[r, left]
            for c in range(left + 1, right + 1):
                under, over = min(under, low[r, c]), max(over, high[r, c])
            if r > first:
                under, over = min(under, least[j]), max(over, greatest[j])
            least[j], greatest[j] = under, over


@njit(cache=True, nogil=True)
def runs_around(
    now: Floats, low: Floats, high: Floats, x: Floats, y: Floats,
    t: float, width: float, height: float,
    line: Longs, start: Longs, column: Longs,
    value: Floats, least: Floats, greatest: Floats,
) -> int:  # fmt: skip
    """`ends_around` and the value under each centre, as runs of neighbours that agree.

    A row that repeats the one before it is not told again: ``line[i]`` is the line that row i is
    told by, ``start`` the first run of each line, and the end; ``column`` the first column of each
    run, which value, least and greatest are told of. Returns the number of lines.
    """
    n = len(x)
    mine = np.floor(x).astype(np.int64)
    under, over = np.empty((2, n)), np.empty((2, n))
    lines, runs, before = 0, 0, -1
    for i in range(len(y)):
        a, b = i % 2, (i + 1) % 2
        _line(low, high, x, y[i], t, width, height, under[a], over[a])
        row = math.floor(y[i])
        fresh = i == 0
        j = 0
        while not fresh and j < n:
            fresh = under[a, j] != under[b, j] or over[a, j] != over[b, j]
            if row != before and not fresh:
                fresh = _differ(now[row, mine[j]], now[before, mine[j]])
            j += 1
        before = row
        if fresh:
            start[lines] = runs
            lines += 1
            for j in range(n):
                found = now[row, mine[j]]
                if (
                    j == 0
                    or under[a, j] != least[runs - 1]
                    or over[a, j] != greatest[runs - 1]
                    or _differ(found, value[runs - 1])
                ):
                    column[runs], value[runs] = j, found
                    least[runs], greatest[runs] = under[a, j], over[a, j]
                    runs += 1
        line[i] = lines - 1
    start[lines] = runs
    return lines


@njit(cache=True, nogil=True)
def _differ(one: float, other: float) -> bool:
    """Whether values differ; nan is equal to itself."""
    return one != other and not (math.isnan(one) and math.isnan(other))


@njit(cache=True, nogil=True)
def unrolled(line: Longs, start: Longs, column: Longs, told: Mask, out: Mask) -> None:
    """Give every cell what is told of the run that it lies in."""
    height, width = out.shape
    for i in range(height):
        end = start[line[i] + 1]
        for k in range(start[line[i]], end):
            stop = column[k + 1] if k + 1 < end else width
            out[i, column[k] : stop] = told[k]
