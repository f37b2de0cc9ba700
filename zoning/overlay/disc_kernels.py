"""Compiled twin of `filters.lowest_around` for the cells of a grid; both ends in one go."""

from __future__ import annotations

import math

from numba import njit

from zoning.overlay.index import Floats


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
        first = math.floor(y[i] - t / height)
        last = math.floor(y[i] + t / height)
        for r in range(first, last + 1):
            gap = max(max(r - y[i], y[i] - r - 1), 0.0) * height
            half = math.sqrt(max(t * t - gap * gap, 0.0)) / width
            for j in range(len(x)):
                left, right = math.floor(x[j] - half), math.floor(x[j] + half)
                under, over = low[r, left], high[r, left]
                for c in range(left + 1, right + 1):
                    under, over = min(under, low[r, c]), max(over, high[r, c])
                if r > first:
                    under, over = min(under, least[i, j]), max(over, greatest[i, j])
                least[i, j], greatest[i, j] = under, over
