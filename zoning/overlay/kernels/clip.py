"""Compiled loops of `subdivide.py`: polygons halved until each piece is small."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.arrays import Floats, Longs, Mask

Kind = TypeVar("Kind", bound=np.generic)

DEEP = 64
"""Halvings after which a piece is left as it is."""
CLEAR = 1e-6
"""[m] Cuts keep this far from corners, if they can: crossings are then distinct."""
TRIES = 15
"""Places tried for a cut."""


def _longer(array: NDArray[Kind], length: int) -> NDArray[Kind]:
    """Give the same entries in memory that is at least so long."""
    if length <= len(array):
        return array
    new = np.empty((max(length, 2 * len(array)), *array.shape[1:]), array.dtype)
    new[: len(array)] = array
    return new


# To the checker itself: the decorated function no longer says that it gives what it takes.
if TYPE_CHECKING:
    longer = _longer
else:
    longer = njit(cache=True, nogil=True)(_longer)


@njit(cache=True, nogil=True)
def ordered(key: Floats, count: int, order: Longs) -> None:
    """Write the order of the first keys, by Shell's steps: quick to compile, and there are few."""
    for k in range(count):
        order[k] = k
    step = 1
    while 3 * step + 1 < count:
        step = 3 * step + 1
    while step > 0:
        for k in range(step, count):
            one, j = order[k], k
            while j >= step and key[order[j - step]] > key[one]:
                order[j] = order[j - step]
                j -= step
            order[j] = one
        step //= 3


@njit(cache=True, nogil=True)
def copied(to: Floats, at: int, xy: Floats, begin: int, end: int) -> int:
    """Write corners from entry `at` on; return the entry after."""
    for v in range(begin, end):
        to[at, 0], to[at, 1] = xy[v, 0], xy[v, 1]
        at += 1
    return at


@njit(cache=True, nogil=True)
def halved(
    xy: Floats, ring: Longs, first: Longs, begin: int, end: int, corners: int
) -> tuple[Floats, Longs, Longs, Longs, Mask]:
    """Halve the shapes `begin` to `end` across their longer side until pieces are small.

    Returns
    -------
    f8[v, 2], i8[r + 1], i8[k + 1], i8[k], bool[k]
        Corners, first corner of each ring, first ring of each piece; the shape of each piece, and
        whether rounding may have upset it: crossings or corners of the cut nearly coincide.
    """
    room = ring[first[end]] - ring[first[begin]]
    out = np.empty((room + room // 4 + 64, 2), np.float64)
    out_ring = np.zeros(first[end] - first[begin] + room // corners * 2 + 64, np.int64)
    out_first = np.zeros(2 * (end - begin + room // corners) + 64, np.int64)
    owner = np.empty(len(out_first), np.int64)
    upset = np.empty(len(out_first), np.bool_)
    corner_n, ring_n, piece_n = 0, 0, 0
    # Open pieces lie one after another: their corners, ring ends, and where each begins.
    stack = np.empty((1024, 2), np.float64)
    stack_ring = np.zeros(64, np.int64)
    at_xy, at_ring = np.zeros(4 * DEEP, np.int64), np.zeros(4 * DEEP, np.int64)
    depth = np.zeros(4 * DEEP, np.int64)
    bad = np.zeros(4 * DEEP, np.bool_)
    for s in range(begin, end):
        if first[s] == first[s + 1]:
            continue
        v0, v1 = ring[first[s]], ring[first[s + 1]]
        if v1 - v0 <= corners:
            out = longer(out, corner_n + v1 - v0)
            copied(out, corner_n, xy, v0, v1)
            out_ring = longer(out_ring, ring_n + first[s + 1] - first[s] + 1)
            for r in range(first[s], first[s + 1]):
                ring_n += 1
                out_ring[ring_n] = corner_n + ring[r + 1] - v0
            corner_n += v1 - v0
            out_first, owner = longer(out_first, piece_n + 2), longer(owner, piece_n + 1)
            upset = longer(upset, piece_n + 1)
            owner[piece_n], upset[piece_n] = s, False
            piece_n += 1
            out_first[piece_n] = ring_n
            continue
        stack = longer(stack, v1 - v0)
        copied(stack, 0, xy, v0, v1)
        count = first[s + 1] - first[s]
        stack_ring = longer(stack_ring, count + 1)
        stack_ring[0] = 0
        for r in range(count):
            stack_ring[r + 1] = ring[first[s] + r + 1] - v0
        at_xy[0], at_xy[1], at_ring[0], at_ring[1] = 0, v1 - v0, 0, count
        depth[0], bad[0] = 0, False
        top = 1
        while top > 0:
            top -= 1
            a, b, ra, rb = at_xy[top], at_xy[top + 1], at_ring[top], at_ring[top + 1]
            if b - a <= corners or depth[top] >= DEEP:
                if b > a:
                    out = longer(out, corner_n + b - a)
                    copied(out, corner_n, stack, a, b)
                    out_ring = longer(out_ring, ring_n + rb - ra + 1)
                    for r in range(ra, rb):
                        ring_n += 1
                        out_ring[ring_n] = corner_n + stack_ring[r + 1] - a
                    corner_n += b - a
                    out_first, owner = longer(out_first, piece_n + 2), longer(owner, piece_n + 1)
                    upset = longer(upset, piece_n + 1)
                    owner[piece_n], upset[piece_n] = s, bad[top]
                    piece_n += 1
                    out_first[piece_n] = ring_n
                continue
            low, low_ring, high, high_ring, unsure = cut(stack[a:b], stack_ring[ra : rb + 1] - a)
            stack = longer(stack, a + len(low) + len(high))
            stack_ring = longer(stack_ring, ra + len(low_ring) + len(high_ring))
            copied(stack, a, low, 0, len(low))
            copied(stack, a + len(low), high, 0, len(high))
            middle = ra + len(low_ring) - 1
            for r in range(len(low_ring)):
                stack_ring[ra + r] = a + low_ring[r]
            for r in range(1, len(high_ring)):
                stack_ring[middle + r] = a + len(low) + high_ring[r]
            at_xy[top + 1], at_ring[top + 1] = a + len(low), middle
            at_xy[top + 2] = a + len(low) + len(high)
            at_ring[top + 2] = middle + len(high_ring) - 1
            deep, unsure = depth[top] + 1, unsure or bad[top]
            depth[top], depth[top + 1], bad[top], bad[top + 1] = deep, deep, unsure, unsure
            top += 2
    return (
        out[:corner_n].copy(),
        out_ring[: ring_n + 1].copy(),
        out_first[: piece_n + 1].copy(),
        owner[:piece_n].copy(),
        upset[:piece_n].copy(),
    )


@njit(cache=True, nogil=True)
def place_of_cut(xy: Floats) -> tuple[int, float, bool]:
    """Axis across which to cut, where, and whether corners are too close to it."""
    low_x, low_y = xy[0, 0], xy[0, 1]
    high_x, high_y = low_x, low_y
    for v in range(1, len(xy)):
        low_x, high_x = min(low_x, xy[v, 0]), max(high_x, xy[v, 0])
        low_y, high_y = min(low_y, xy[v, 1]), max(high_y, xy[v, 1])
    axis = 0 if high_x - low_x > high_y - low_y else 1
    low, high = (low_x, high_x) if axis == 0 else (low_y, high_y)
    best, clear = (low + high) / 2, -1.0
    for k in range(TRIES):
        step = (k + 1) // 2 * 0.0173 * (1 if k % 2 else -1)
        at = low + (high - low) * (0.5 + step)
        gap = np.inf
        for v in range(len(xy)):
            gap = min(gap, abs(xy[v, axis] - at))
        if gap > clear:
            best, clear = at, gap
        if clear > CLEAR:
            break
    return axis, best, clear <= CLEAR


@njit(cache=True, nogil=True)
def cut(xy: Floats, ring: Longs) -> tuple[Floats, Longs, Floats, Longs, bool]:
    """Cut rings in two by a line across their longer side.

    The line meets their ground between its first and second crossing with a ring, its third and
    fourth, and so on: there the chains of corners on either side are joined to rings again.
    """
    axis, at, upset = place_of_cut(xy)
    other = 1 - axis
    count = 0
    for r in range(len(ring) - 1):
        for v in range(ring[r], ring[r + 1] - 1):
            if (xy[v, axis] >= at) != (xy[v + 1, axis] >= at):
                count += 1
    # Crossing k: its place on the line, the edge it is on.
    place, edge = np.empty(count), np.empty(count, np.int64)
    after = np.empty(count, np.int64)  # next crossing along the ring
    before = np.empty(count, np.int64)
    size = np.zeros(2, np.int64)
    rings_n = np.zeros(2, np.int64)
    n = 0
    for r in range(len(ring) - 1):
        opened = n
        for v in range(ring[r], ring[r + 1] - 1):
            upper = xy[v, axis] >= at
            size[int(upper)] += 1
            if upper != (xy[v + 1, axis] >= at):
                a, b = (v + 1, v) if upper else (v, v + 1)
                part = (at - xy[a, axis]) / (xy[b, axis] - xy[a, axis])
                place[n] = xy[a, other] + part * (xy[b, other] - xy[a, other])
                edge[n] = v
                n += 1
        if n == opened:
            side = int(xy[ring[r], axis] >= at)
            size[side] += 1
            rings_n[side] += 1
        for k in range(opened, n):
            after[k] = k + 1 if k + 1 < n else opened
            before[k] = k - 1 if k > opened else n - 1
    order = np.empty(count, np.int64)
    ordered(place, count, order)
    rank = np.empty(count, np.int64)
    for k in range(count):
        rank[order[k]] = k
        if k > 0 and place[order[k]] - place[order[k - 1]] < CLEAR:
            upset = True
    # Every crossing is on one ring of either side, which it may close again: 2 corners at most.
    low = np.empty((size[0] + 2 * count, 2), np.float64)
    high = np.empty((size[1] + 2 * count, 2), np.float64)
    low_ring = np.zeros(rings_n[0] + count + 1, np.int64)
    high_ring = np.zeros(rings_n[1] + count + 1, np.int64)
    low_n, low_rings = joined(
        xy, ring, axis, at, False, place, edge, after, before, order, rank, low, low_ring
    )
    high_n, high_rings = joined(
        xy, ring, axis, at, True, place, edge, after, before, order, rank, high, high_ring
    )
    return (
        low[:low_n],
        low_ring[: low_rings + 1],
        high[:high_n],
        high_ring[: high_rings + 1],
        upset,
    )


@njit(cache=True, nogil=True)
def joined(
    xy: Floats,
    ring: Longs,
    axis: int,
    at: float,
    upper: bool,
    place: Floats,
    edge: Longs,
    after: Longs,
    before: Longs,
    order: Longs,
    rank: Longs,
    out: Floats,
    out_ring: Longs,
) -> tuple[int, int]:
    """Write the rings of one side; return the numbers of their corners and of rings."""
    n, m = 0, 0
    for r in range(len(ring) - 1):  # rings that the line does not meet
        whole = True
        for v in range(ring[r], ring[r + 1]):
            if (xy[v, axis] >= at) != upper:
                whole = False
                break
        if whole:
            n = copied(out, n, xy, ring[r], ring[r + 1])
            m += 1
            out_ring[m] = n
    done = np.zeros(len(place), np.bool_)
    of_ring = np.empty(len(place), np.int64)  # crossings come ring by ring
    r = 0
    for k in range(len(place)):
        while ring[r + 1] <= edge[k]:
            r += 1
        of_ring[k] = r
    for start in range(len(place)):
        # A chain of this side goes from a crossing into the side to the next, out of it.
        if done[start] or (xy[edge[start] + 1, axis] >= at) != upper:
            continue
        begin = n
        k, ahead = start, True
        while True:
            stop = after[k] if ahead else before[k]
            done[k if ahead else stop] = True
            out[n, axis], out[n, 1 - axis] = at, place[k]
            n += 1
            first, last = ring[of_ring[k]], ring[of_ring[k] + 1] - 1
            if ahead:
                v = edge[k] + 1
                while True:
                    n = copied(out, n, xy, v, v + 1)
                    if v == edge[stop]:
                        break
                    v = v + 1 if v + 1 < last else first
            else:
                v = edge[k]
                while True:
                    n = copied(out, n, xy, v, v + 1)
                    if v == edge[stop] + 1 or (edge[stop] + 1 == last and v == first):
                        break
                    v = v - 1 if v > first else last - 1
            out[n, axis], out[n, 1 - axis] = at, place[stop]
            n += 1
            k = order[rank[stop] ^ 1]
            ahead = (xy[edge[k] + 1, axis] >= at) == upper
            if k == start:
                break
        n = copied(out, n, out, begin, begin + 1)
        m += 1
        out_ring[m] = n
    return n, m


@njit(cache=True, nogil=True)
def around(xy: Floats, ring: Longs, first: Longs) -> Longs:
    """Shell of each ring that is a hole of its piece; -1 of shells."""
    shell = np.full(len(ring) - 1, -1, np.int64)
    for s in range(len(first) - 1):
        a, b = first[s], first[s + 1]
        if b - a < 2:
            continue
        for r in range(a, b):
            v = ring[r]
            x, y = (xy[v, 0] + xy[v + 1, 0]) / 2, (xy[v, 1] + xy[v + 1, 1]) / 2
            closest = -np.inf
            outer, wraps = -1, 0
            for q in range(a, b):
                if q == r:
                    continue
                east = westward(xy, ring[q], ring[q + 1] - 1, x, y)
                if east > -np.inf:
                    wraps += 1
                    if east > closest:  # of rings around, the innermost is met first
                        closest, outer = east, q
            if wraps % 2 == 1:
                shell[r] = outer
    return shell


@njit(cache=True, nogil=True)
def westward(xy: Floats, begin: int, end: int, x: float, y: float) -> float:
    """Where the way west from a point that is in a ring first meets it; -inf: it is outside."""
    odd, best = False, -np.inf
    for v in range(begin, end):
        x0, y0, x1, y1 = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
        if (y0 <= y) != (y1 <= y):
            at = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
            if at <= x:
                odd = not odd
                best = max(best, at)
    return best if odd else -np.inf
