"""Compiled loops of `distance.py`: cells and the nearest of many edges, tile by tile."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from zoning.arrays import Floats, Longs, Mask

COARSE, FINE = 64, 8
"""[cell] Sides of the tiles that edges are sorted out by, the small ones within the large."""


@njit(cache=True, nogil=True)
def squared(x: float, y: float, edge: Floats) -> float:
    """Squared distance from a point to an edge, which may be a point."""
    ax, ay, bx, by = edge[0], edge[1], edge[2], edge[3]
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0
    if length > 0:
        along = min(max(((x - ax) * dx + (y - ay) * dy) / length, 0.0), 1.0)
    ex, ey = x - (ax + along * dx), y - (ay + along * dy)
    gap: float = ex * ex + ey * ey
    return gap


@njit(cache=True, nogil=True)
def left(
    x: float, y: float, radius: float, reach: float, slack: float,
    edges: Floats, some: Longs, n: int, gap: Floats, out: Longs,
) -> int:  # fmt: skip
    """Edges of `some` that are the nearest, and within reach, of any point so near to (x, y).

    Where the nearest edge is d from (x, y), it is at most d + radius from every such point; an
    edge that is farther than d + 2 radius from (x, y) is farther than that from all of them.
    """
    best = math.inf
    for k in range(n):
        gap[k] = math.sqrt(squared(x, y, edges[some[k]]))
        best = min(best, gap[k])
    limit = min(best + 2 * radius, reach + radius) + slack
    count = 0
    for k in range(n):
        if gap[k] <= limit:
            out[count] = some[k]
            count += 1
    return count


@njit(cache=True, nogil=True)
def nearest_edges(
    edges: Floats,
    wanted: Mask,
    frame: tuple[float, float, float],
    corner: tuple[int, int],
    reach: float,
    slack: float,
    out: Floats,
) -> None:
    """Write the distance of each wanted cell's centre to the nearest edge, if within reach."""
    x0, y1, res = frame
    row0, col0 = corner
    height, width = wanted.shape
    n = len(edges)
    every, gap = np.arange(n), np.empty(n)
    coarse, fine = np.empty(n, np.int64), np.empty(n, np.int64)
    for top in range(0, height, COARSE):
        for west in range(0, width, COARSE):
            if not wanted[top : top + COARSE, west : west + COARSE].any():
                continue
            x = x0 + (col0 + west + COARSE / 2) * res
            y = y1 - (row0 + top + COARSE / 2) * res
            radius = COARSE * res * math.sqrt(0.5)
            some = left(x, y, radius, reach, slack, edges, every, n, gap, coarse)
            if some == 0:
                continue
            for i in range(top, min(top + COARSE, height), FINE):
                for j in range(west, min(west + COARSE, width), FINE):
                    if not wanted[i : i + FINE, j : j + FINE].any():
                        continue
                    x = x0 + (col0 + j + FINE / 2) * res
                    y = y1 - (row0 + i + FINE / 2) * res
                    radius = FINE * res * math.sqrt(0.5)
                    few = left(x, y, radius, reach, slack, edges, coarse, some, gap, fine)
                    for row in range(i, min(i + FINE, height)):
                        for col in range(j, min(j + FINE, width)):
                            if not wanted[row, col]:
                                continue
                            x = x0 + (col0 + col + 0.5) * res
                            y = y1 - (row0 + row + 0.5) * res
                            best = math.inf
                            for k in range(few):
                                best = min(best, squared(x, y, edges[fine[k]]))
                            best = math.sqrt(best)
                            if best <= reach:
                                out[row, col] = best
