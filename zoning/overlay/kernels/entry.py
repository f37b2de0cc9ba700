"""Compiled twin of `Outlines.enter`."""

from __future__ import annotations

from numba import njit

from zoning.arrays import Floats, Longs
from zoning.overlay.engine import GROUP


@njit(cache=True, nogil=True)
def enter(
    group: Floats, box: Floats, order: Longs, run: Longs, xy: Floats,
    west: float, south: float, east: float, north: float,
) -> bool:  # fmt: skip
    """Whether an edge of the runs, whose boxes lie in groups, enters a box."""
    x, y, across, along = (west + east) / 2, (south + north) / 2, east - west, north - south
    for g in range(len(group)):
        if not _meet(group[g], west, south, east, north):
            continue
        for k in range(g * GROUP, min((g + 1) * GROUP, len(box))):
            if not _meet(box[k], west, south, east, north):
                continue
            start, stop = run[order[k], 0], run[order[k], 1]
            for i in range(start, max(stop, start + 1)):
                j = min(i + 1, stop)
                ax, ay, bx, by = xy[i, 0], xy[i, 1], xy[j, 0], xy[j, 1]
                if min(ax, bx) > east or max(ax, bx) < west:
                    continue
                if min(ay, by) > north or max(ay, by) < south:
                    continue
                side = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
                if 2 * abs(side) <= abs(by - ay) * across + abs(bx - ax) * along:
                    return True
    return False


@njit(cache=True, nogil=True)
def _meet(box: Floats, west: float, south: float, east: float, north: float) -> bool:
    return bool(box[0] <= east and box[2] >= west and box[1] <= north and box[3] >= south)
