"""Compiled loops of `overlap_areas.py`: the ground that sites and pieces of a layer have in common.

A window is swept from south to north, from corner to corner and crossing to crossing. In between,
edges do not meet: ground is trapezia, whose areas add up. Edges that coincide may come in either
order, for what lies between them has no area: no case is special.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.arrays import Floats, Integers, Longs, Mask
from zoning.overlay.kernels.clip import longer, ordered
from zoning.overlay.kernels.edge_tree import ROOM, found
from zoning.overlay.kernels.window import gathered

MOST = 400
"""Edges in a window that is swept at once; with more it is halved."""
DEEP = 48
"""Halvings after which a window is swept whatever is in it."""
SMALL = 0.01
"""[m] Windows are not halved below this."""
TINY = 1e-9
"""[m] Edges that change order by less do not cross: that is rounding."""


@njit(cache=True, nogil=True)
def at_height(edge: Floats, e: int, y: float) -> float:
    """Where an edge is at a height between its ends."""
    x0, y0, x1, y1 = edge[e, 0], edge[e, 1], edge[e, 2], edge[e, 3]
    along = min(max((y - y0) / (y1 - y0), 0.0), 1.0)
    return float(min(max(x0 + along * (x1 - x0), min(x0, x1)), max(x0, x1)))


@njit(cache=True, nogil=True)
def strip(
    edge: Floats,
    whose: Longs,
    active: Longs,
    count: int,
    low: float,
    high: float,
    wide: float,
    split: bool,
    bottom: Floats,
    top: Floats,
    within: Mask,
    area: Floats,
) -> tuple[bool, float]:
    """Add the common ground between two heights: of each piece, and (returned) of their union.

    `active` are the edges there, which are put in order from west to east. With `split`, edges
    that cross are left for the caller to see to: (True, 0).
    """
    for k in range(count):
        e = active[k]
        foot, head = at_height(edge, e, low), at_height(edge, e, high)
        j = k
        while j > 0 and bottom[j - 1] + top[j - 1] > foot + head:
            active[j], bottom[j], top[j] = active[j - 1], bottom[j - 1], top[j - 1]
            j -= 1
        active[j], bottom[j], top[j] = e, foot, head
    if split:
        for k in range(1, count):
            if bottom[k - 1] > bottom[k] + TINY or top[k - 1] > top[k] + TINY:
                return True, 0.0
    height = high - low
    ours, pieces = False, 0
    mine, union, last = 0.0, 0.0, 0.0
    for k in range(count + 1):
        x = (bottom[k] + top[k]) / 2 if k < count else wide
        if ours:
            mine += (x - last) * height
            if pieces > 0:
                union += (x - last) * height
        last = x
        if k == count:
            break
        p = whose[active[k]]
        if p == 0:
            ours = not ours
        elif within[p]:
            area[p] += mine
            within[p] = False
            pieces -= 1
        else:
            area[p] -= mine
            within[p] = True
            pieces += 1
    for k in range(count):
        p = whose[active[k]]
        if within[p]:
            area[p] += mine
            within[p] = False
    return False, union


@njit(cache=True, nogil=True)
def crossings(count: int, low: float, high: float, bottom: Floats, top: Floats) -> Floats:
    """Heights at which edges cross between two others, in order; both ends are among them."""
    heights = np.empty(16)
    heights[0], heights[1] = low, high
    n = 2
    for i in range(count):
        for j in range(i + 1, count):
            foot, head = bottom[j] - bottom[i], top[j] - top[i]
            if (foot < 0) != (head < 0) and abs(foot) + abs(head) > TINY:
                y = low + foot / (foot - head) * (high - low)
                if low < y < high:
                    heights = longer(heights, n + 1)
                    heights[n] = y
                    n += 1
    order = np.empty(n, np.int64)
    ordered(heights, n, order)
    found = np.empty(n)
    for k in range(n):
        found[k] = heights[order[k]]
    return found


@njit(cache=True, nogil=True)
def swept(
    edge: Floats, whose: Longs, n: int, wide: float, tall: float, within: Mask, area: Floats
) -> float:
    """Add the ground that a site (0) and pieces (1, 2, …) have in common in a window.

    Returns
    -------
    float
        Of the union of the pieces.
    """
    stops, place = np.empty(2 * n + 2), np.empty(2 * n + 2, np.int64)
    feet, order = np.empty(n), np.empty(n, np.int64)
    stops[0], stops[1] = 0.0, tall
    m = 2
    for e in range(n):
        feet[e] = edge[e, 1]
        for y in (edge[e, 1], edge[e, 3]):
            if 0 < y < tall:
                stops[m] = y
                m += 1
    ordered(stops, m, place)
    ordered(feet, n, order)
    active, bottom, top = np.empty(n, np.int64), np.empty(n), np.empty(n)
    count, next_ = 0, 0
    union = 0.0
    for s in range(m - 1):
        low, high = stops[place[s]], stops[place[s + 1]]
        if high <= low:
            continue
        kept = 0
        for k in range(count):
            if edge[active[k], 3] > low:
                active[kept] = active[k]
                kept += 1
        count = kept
        while next_ < n and edge[order[next_], 1] <= low:
            if edge[order[next_], 3] > low:
                active[count] = order[next_]
                count += 1
            next_ += 1
        crossed, part = strip(
            edge, whose, active, count, low, high, wide, True, bottom, top, within, area
        )
        union += part
        if crossed:
            heights = crossings(count, low, high, bottom, top)
            for k in range(len(heights) - 1):
                if heights[k + 1] > heights[k]:
                    union += strip(
                        edge, whose, active, count, heights[k], heights[k + 1], wide, False,
                        bottom, top, within, area,
                    )[1]  # fmt: skip
    return union


@njit(cache=True, nogil=True)
def touch(
    one: Floats, a: int, b: int, other: Floats, c: int, d: int, box: Floats, close: float
) -> bool:
    """Whether an edge of one ring, near a box, comes close to an edge of another."""
    for v in range(c, d):
        x0, x1 = min(other[v, 0], other[v + 1, 0]), max(other[v, 0], other[v + 1, 0])
        y0, y1 = min(other[v, 1], other[v + 1, 1]), max(other[v, 1], other[v + 1, 1])
        if x0 > box[2] + close or x1 < box[0] - close:
            continue
        if y0 > box[3] + close or y1 < box[1] - close:
            continue
        for w in range(a, b):
            if (
                min(one[w, 0], one[w + 1, 0]) > x1 + close
                or max(one[w, 0], one[w + 1, 0]) < x0 - close
                or min(one[w, 1], one[w + 1, 1]) > y1 + close
                or max(one[w, 1], one[w + 1, 1]) < y0 - close
            ):
                continue
            if not (_aside(one, w, other, v, close) or _aside(other, v, one, w, close)):
                return True
    return False


@njit(cache=True, nogil=True)
def _aside(one: Floats, w: int, other: Floats, v: int, close: float) -> bool:
    """Whether both ends of an edge lie clearly on one side of another's line."""
    dx, dy = one[w + 1, 0] - one[w, 0], one[w + 1, 1] - one[w, 1]
    a = dx * (other[v, 1] - one[w, 1]) - dy * (other[v, 0] - one[w, 0])
    b = dx * (other[v + 1, 1] - one[w, 1]) - dy * (other[v + 1, 0] - one[w, 0])
    far = close * (abs(dx) + abs(dy))
    return bool((a > far and b > far) or (a < -far and b < -far))


@njit(cache=True, nogil=True)
def common(
    begin: int,
    end: int,
    site_xy: Floats,
    site_ring: Longs,
    site_first: Longs,
    site_box: Floats,
    box: Floats,
    level: Longs,
    leaf: Integers,
    xy: Floats,
    ring: Longs,
    first: Longs,
    owner: Integers,
    piece_box: Floats,
    chosen: Mask,
    close: float,
    least: float,
) -> tuple[Longs, Integers, Floats, Floats]:
    """Ground that site pieces `begin` to `end` have in common with the chosen features.

    Returns
    -------
    i8[k], i4[k], f8[k], f8[end - begin]
        Site piece, feature, area [m2], of which several of a pair add up; nan: less than `least`
        in this piece, and the edges come close to each other. Area in the union of the features.
    """
    row, feature, size = np.empty(1024, np.int64), np.empty(1024, np.int32), np.empty(1024)
    united = np.zeros(end - begin)
    n = 0
    stack, hits = np.empty(2 * ROOM, np.int64), np.empty(len(leaf), np.int32)
    edge, whose = np.empty((1024, 4)), np.empty(1024, np.int64)
    windows, deep = np.empty((2 * DEEP, 4)), np.empty(2 * DEEP, np.int64)
    total, within = np.zeros(64), np.zeros(64, np.bool_)
    for s in range(begin, end):
        if site_first[s] == site_first[s + 1]:
            continue
        around = site_box[s]
        count = found(
            box, level, leaf, around[0] - close, around[1] - close, around[2] + close,
            around[3] + close, stack, hits,
        )  # fmt: skip
        m = 0
        for k in range(count):
            if chosen[owner[hits[k]]]:
                hits[m] = hits[k]
                m += 1
        if m == 0:
            continue
        total, within = longer(total, m + 1), longer(within, m + 1)
        total[: m + 1], within[: m + 1] = 0.0, False
        windows[0], deep[0] = around, 0
        open_ = 1
        while open_ > 0:
            open_ -= 1
            window, depth = windows[open_].copy(), deep[open_]
            wide, tall = window[2] - window[0], window[3] - window[1]
            halve = depth < DEEP and max(wide, tall) > SMALL
            edges = 0
            for r in range(site_first[s], site_first[s + 1]):
                edge, whose, edges = gathered(
                    site_xy, site_ring[r], site_ring[r + 1] - 1, window, 0, edge, whose, edges
                )
            if edges == 0:
                continue
            mine = edges
            for k in range(m):
                p = hits[k]
                if (
                    piece_box[p, 0] >= window[2]
                    or piece_box[p, 2] <= window[0]
                    or piece_box[p, 1] >= window[3]
                    or piece_box[p, 3] <= window[1]
                ):
                    continue
                for r in range(first[p], first[p + 1]):
                    edge, whose, edges = gathered(
                        xy, ring[r], ring[r + 1] - 1, window, k + 1, edge, whose, edges
                    )
                if edges > MOST and halve:
                    break
            if edges == mine:
                continue
            if edges > MOST and halve:
                windows[open_], windows[open_ + 1] = window, window
                if wide > tall:
                    middle = window[0] + wide / 2
                    windows[open_, 2], windows[open_ + 1, 0] = middle, middle
                else:
                    middle = window[1] + tall / 2
                    windows[open_, 3], windows[open_ + 1, 1] = middle, middle
                deep[open_], deep[open_ + 1] = depth + 1, depth + 1
                open_ += 2
                continue
            united[s - begin] += swept(edge, whose, edges, wide, tall, within, total)
        for k in range(m):
            p = hits[k]
            some: float = total[k + 1]
            if some <= least:
                some = np.nan
                meet = False
                for r in range(first[p], first[p + 1]):
                    for q in range(site_first[s], site_first[s + 1]):
                        meet |= touch(
                            site_xy, site_ring[q], site_ring[q + 1] - 1,
                            xy, ring[r], ring[r + 1] - 1, around, close,
                        )  # fmt: skip
                if not meet and total[k + 1] <= 0:
                    continue
            row, feature, size = longer(row, n + 1), longer(feature, n + 1), longer(size, n + 1)
            row[n], feature[n], size[n] = s, owner[p], some
            n += 1
    return row[:n].copy(), feature[:n].copy(), size[:n].copy(), united
