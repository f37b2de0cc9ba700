"""Compiled loops that gather the edges of rings as a window sees them, for `sweep.py`."""

from __future__ import annotations

from numba import njit

from zoning.arrays import Floats, Longs
from zoning.overlay.kernels.clip import longer


@njit(cache=True, nogil=True)
def gathered(
    xy: Floats,
    begin: int,
    end: int,
    window: Floats,
    mark: int,
    edge: Floats,
    whose: Longs,
    n: int,
) -> tuple[Floats, Longs, int]:
    """Add the edges of a ring, as seen in a window, from entry n on.

    An edge is x and y of its lower end, x and y of its upper end, from the window's corner. Ground
    west of the window begins at its west side; what is east of it is not seen.
    """
    west, south = window[0], window[1]
    wide, tall = window[2] - west, window[3] - south
    open_, foot, head = False, 0.0, 0.0
    for v in range(begin, end):
        x0, y0, x1, y1 = (
            xy[v, 0] - west,
            xy[v, 1] - south,
            xy[v + 1, 0] - west,
            xy[v + 1, 1] - south,
        )
        if y0 == y1:
            continue
        edge, whose = longer(edge, n + 4), longer(whose, n + 4)
        if x0 <= 0 and x1 <= 0:
            if not open_:
                open_, foot = True, y0
            head = y1
            continue
        up = y1 > y0
        if not up:
            x0, y0, x1, y1 = x1, y1, x0, y0
        seen = not ((x0 >= wide and x1 >= wide) or y0 >= tall or y1 <= 0)
        if x0 < 0 or x1 < 0:
            middle = min(max(y0 + (0 - x0) / (x1 - x0) * (y1 - y0), y0), y1)
            if (x0 < 0) == up:  # comes from the west
                if not open_:
                    foot = y0 if up else y1
                n = _closed(edge, whose, n, mark, foot, middle, tall)
                open_ = False
            else:
                if open_:
                    n = _closed(edge, whose, n, mark, foot, head, tall)
                open_, foot, head = True, middle, y1 if up else y0
            if x0 < 0:
                x0, y0 = 0.0, middle
            else:
                x1, y1 = 0.0, middle
        elif open_:
            n = _closed(edge, whose, n, mark, foot, head, tall)
            open_ = False
        if not seen:
            continue
        if x0 > wide or x1 > wide:
            middle = min(max(y0 + (wide - x0) / (x1 - x0) * (y1 - y0), y0), y1)
            if x0 > wide:
                x0, y0 = wide, middle
            else:
                x1, y1 = wide, middle
        if y1 > y0 and y0 < tall and y1 > 0:
            edge[n, 0], edge[n, 1], edge[n, 2], edge[n, 3] = x0, y0, x1, y1
            whose[n] = mark
            n += 1
    if open_:
        n = _closed(edge, whose, n, mark, foot, head, tall)
    return edge, whose, n


@njit(cache=True, nogil=True)
def _closed(
    edge: Floats, whose: Longs, n: int, mark: int, foot: float, head: float, tall: float
) -> int:
    """Add what a chain of edges west of the window does: it is one upright edge on its side."""
    low, high = max(min(foot, head), 0.0), min(max(foot, head), tall)
    if high > low:
        edge[n, 0], edge[n, 1], edge[n, 2], edge[n, 3] = 0.0, low, 0.0, high
        whose[n] = mark
        n += 1
    return n
