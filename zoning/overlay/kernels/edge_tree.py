"""Compiled loops of `edges.py`: points and edges against runs of edges."""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.arrays import Floats, Integers, Longs
from zoning.overlay.engine import FAN
from zoning.overlay.kernels.clip import longer

ROOM = 512
"""Open nodes on the way through a tree: FAN a level, and 8 ** 20 leaves are never reached."""


@njit(cache=True, nogil=True)
def found(
    box: Floats,
    level: Longs,
    leaf: Integers,
    west: float,
    south: float,
    east: float,
    north: float,
    stack: Longs,
    out: Integers,
) -> int:
    """Write the leaves whose boxes meet a box; return their number. `out` has room for all."""
    top = len(level) - 2
    if top < 0 or level[top + 1] == level[top]:
        return 0
    stack[0], stack[1] = top, 0
    n, open_ = 0, 1
    while open_ > 0:
        open_ -= 1
        high, node = stack[2 * open_], stack[2 * open_ + 1]
        at = level[high] + node
        if box[at, 0] > east or box[at, 2] < west or box[at, 1] > north or box[at, 3] < south:
            continue
        if high == 0:
            out[n] = leaf[node]
            n += 1
            continue
        end = min((node + 1) * FAN, level[high] - level[high - 1])
        for child in range(node * FAN, end):
            stack[2 * open_], stack[2 * open_ + 1] = high - 1, child
            open_ += 1
    return n


@njit(cache=True, nogil=True)
def runs(
    xy: Floats, ring: Longs, first: Longs, edges: int
) -> tuple[Longs, Longs, Integers, Floats]:
    """Cut rings into runs of few edges: first and last corner, shape, and box of each."""
    count = 0
    for r in range(len(ring) - 1):
        count += (ring[r + 1] - 1 - ring[r] + edges - 1) // edges
    start, stop = np.empty(count, np.int64), np.empty(count, np.int64)
    owner, box = np.empty(count, np.int32), np.empty((count, 4))
    n = 0
    for s in range(len(first) - 1):
        for r in range(first[s], first[s + 1]):
            last = ring[r + 1] - 1
            for v in range(ring[r], last, edges):
                start[n], stop[n], owner[n] = v, min(v + edges, last), s
                west, south = xy[v, 0], xy[v, 1]
                east, north = west, south
                for w in range(v + 1, stop[n] + 1):
                    west, east = min(west, xy[w, 0]), max(east, xy[w, 0])
                    south, north = min(south, xy[w, 1]), max(north, xy[w, 1])
                box[n, 0], box[n, 1], box[n, 2], box[n, 3] = west, south, east, north
                n += 1
    return start, stop, owner, box


@njit(cache=True, nogil=True)
def gap(x: float, y: float, xy: Floats, start: int, stop: int) -> float:
    """Distance of a point to a run of edges, each taken from its lesser corner."""
    least = np.inf
    for v in range(start, stop):
        x0, y0, x1, y1 = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
        if x0 > x1 or (x0 == x1 and y0 > y1):
            x0, y0, x1, y1 = x1, y1, x0, y0
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        along = (x - x0) * dx + (y - y0) * dy
        if along <= 0 or square == 0:
            one = np.sqrt((x - x0) ** 2 + (y - y0) ** 2)
        elif along >= square:
            one = np.sqrt((x - x1) ** 2 + (y - y1) ** 2)
        else:
            one = abs((y0 - y) * dx - (x0 - x) * dy) / square * np.sqrt(square)
        least = min(least, one)
    return least


@njit(cache=True, nogil=True)
def close_by(
    place: Floats,
    reach: Floats,
    begin: int,
    end: int,
    box: Floats,
    level: Longs,
    leaf: Integers,
    xy: Floats,
    start: Longs,
    stop: Longs,
    owner: Integers,
    features: int,
) -> tuple[Longs, Integers, Floats]:
    """Points `begin` to `end` and the features whose edges are within reach: point, feature, gap.

    A point of no reach has none.
    """
    site, feature = np.empty(1024, np.int64), np.empty(1024, np.int32)
    apart = np.empty(1024)
    stack, some = np.empty(2 * ROOM, np.int64), np.empty(len(leaf), np.int32)
    best = np.full(features, np.inf)
    n = 0
    for i in range(begin, end):
        x, y, far = place[i, 0], place[i, 1], reach[i]
        if not (np.isfinite(x) and np.isfinite(y)) or far <= 0:
            continue
        count = found(box, level, leaf, x - far, y - far, x + far, y + far, stack, some)
        opened = n
        for k in range(count):
            run = some[k]
            one, f = gap(x, y, xy, start[run], stop[run]), owner[run]
            if one > far:
                continue
            if best[f] == np.inf:
                site, feature = longer(site, n + 1), longer(feature, n + 1)
                apart = longer(apart, n + 1)
                site[n], feature[n] = i, f
                n += 1
            best[f] = min(best[f], one)
        for k in range(opened, n):
            apart[k] = best[feature[k]]
            best[feature[k]] = np.inf
    return site[:n].copy(), feature[:n].copy(), apart[:n].copy()


@njit(cache=True, nogil=True)
def nearest(
    place: Floats,
    limit: Floats,
    only: Integers,
    begin: int,
    end: int,
    box: Floats,
    level: Longs,
    leaf: Integers,
    xy: Floats,
    start: Longs,
    stop: Longs,
    owner: Integers,
    depth: Floats,
    feature: Integers,
) -> None:
    """Write the distance to the nearest run of edges within the limit, and whose it is.

    The first feature on ties; with `only` >= 0 of a point, that feature and no other.
    """
    stack, order = np.empty(2 * ROOM, np.int64), np.empty(FAN, np.int64)
    away, open_away = np.empty(FAN), np.empty(ROOM)
    top = len(level) - 2
    for i in range(begin, end):
        x, y = place[i, 0], place[i, 1]
        least, whose = np.inf, -1
        if top < 0 or not (np.isfinite(x) and np.isfinite(y)):
            depth[i], feature[i] = least, whose
            continue
        stack[0], stack[1], open_away[0] = top, 0, 0.0
        open_ = 1
        bound = limit[i] * (1 + 1e-12)
        while open_ > 0:
            open_ -= 1
            if open_away[open_] > bound:
                continue
            high, node = stack[2 * open_], stack[2 * open_ + 1]
            if high == 0:
                run = leaf[node]
                f = owner[run]
                if only[i] >= 0 and only[i] != f:
                    continue
                one = gap(x, y, xy, start[run], stop[run])
                if one <= limit[i] and (one < least or (one == least and f < whose)):
                    least, whose = one, f
                    bound = min(bound, least * (1 + 1e-12))
                continue
            first = node * FAN
            count = min(FAN, level[high] - level[high - 1] - first)
            for c in range(count):
                at = level[high - 1] + first + c
                dx = max(box[at, 0] - x, 0.0, x - box[at, 2])
                dy = max(box[at, 1] - y, 0.0, y - box[at, 3])
                away[c] = np.sqrt(dx * dx + dy * dy)
                d = c
                while d > 0 and away[order[d - 1]] < away[c]:
                    order[d] = order[d - 1]
                    d -= 1
                order[d] = c
            for c in range(count):  # the nearest comes last, and is looked at first
                if away[order[c]] <= bound:
                    stack[2 * open_], stack[2 * open_ + 1] = high - 1, first + order[c]
                    open_away[open_] = away[order[c]]
                    open_ += 1
        depth[i], feature[i] = least, whose


@njit(cache=True, nogil=True)
def between(one: Floats, a: int, b: int, other: Floats, c: int, d: int, best: float) -> float:
    """Distance of two runs of edges, if it is less than the best so far; 0 where they cross."""
    for v in range(a, b):
        x0, x1 = min(one[v, 0], one[v + 1, 0]) - best, max(one[v, 0], one[v + 1, 0]) + best
        y0, y1 = min(one[v, 1], one[v + 1, 1]) - best, max(one[v, 1], one[v + 1, 1]) + best
        for w in range(c, d):
            if (
                min(other[w, 0], other[w + 1, 0]) > x1
                or max(other[w, 0], other[w + 1, 0]) < x0
                or min(other[w, 1], other[w + 1, 1]) > y1
                or max(other[w, 1], other[w + 1, 1]) < y0
            ):
                continue
            if across(one, v, other, w) and across(other, w, one, v):
                return 0.0
            best = min(
                best,
                gap(one[v, 0], one[v, 1], other, w, w + 1),
                gap(one[v + 1, 0], one[v + 1, 1], other, w, w + 1),
                gap(other[w, 0], other[w, 1], one, v, v + 1),
                gap(other[w + 1, 0], other[w + 1, 1], one, v, v + 1),
            )
    return best


@njit(cache=True, nogil=True)
def across(one: Floats, v: int, other: Floats, w: int) -> bool:
    """Whether the ends of an edge of the other lie on either side of an edge's line."""
    x, y = one[v, 0], one[v, 1]
    dx, dy = one[v + 1, 0] - x, one[v + 1, 1] - y
    a = dx * (other[w, 1] - y) - dy * (other[w, 0] - x)
    b = dx * (other[w + 1, 1] - y) - dy * (other[w + 1, 0] - x)
    return bool((a > 0) != (b > 0))


@njit(cache=True, nogil=True)
def alongside(
    begin: int,
    end: int,
    site_xy: Floats,
    site_start: Longs,
    site_stop: Longs,
    site_box: Floats,
    site: Longs,
    reach: Floats,
    box: Floats,
    level: Longs,
    leaf: Integers,
    xy: Floats,
    start: Longs,
    stop: Longs,
    owner: Integers,
    features: int,
) -> tuple[Longs, Integers, Floats]:
    """Runs `begin` to `end` of sites' edges, and the features whose edges are within reach.

    Returns
    -------
    i8[k], i4[k], f8[k]
        Site, feature, distance; several of a pair are possible.
    """
    whose, feature = np.empty(1024, np.int64), np.empty(1024, np.int32)
    apart = np.empty(1024)
    stack, some = np.empty(2 * ROOM, np.int64), np.empty(len(leaf), np.int32)
    best = np.full(features, np.inf)
    n = 0
    for i in range(begin, end):
        far = reach[site[i]]
        if far <= 0:
            continue
        count = found(
            box, level, leaf, site_box[i, 0] - far, site_box[i, 1] - far,
            site_box[i, 2] + far, site_box[i, 3] + far, stack, some,
        )  # fmt: skip
        opened = n
        for k in range(count):
            run = some[k]
            f = owner[run]
            known = best[f] < np.inf
            limit = best[f] if known else far
            one = between(
                site_xy, site_start[i], site_stop[i], xy, start[run], stop[run],
                limit if known else limit * (1 + 1e-12),
            )  # fmt: skip
            if not known:
                if one > far:
                    continue
                whose, feature = longer(whose, n + 1), longer(feature, n + 1)
                apart = longer(apart, n + 1)
                whose[n], feature[n] = site[i], f
                n += 1
            best[f] = min(limit, one)
        for k in range(opened, n):
            apart[k] = best[feature[k]]
            best[feature[k]] = np.inf
    return whose[:n].copy(), feature[:n].copy(), apart[:n].copy()
