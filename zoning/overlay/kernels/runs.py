"""Compiled loops over runs of cells; `runs.py` and `trace.py` say what they mean.

Imported only where they are worth their start, and equal to the numpy paths beside them.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.arrays import Bytes, Integers, Longs


@njit(cache=True, nogil=True)
def find(parent: Integers, run: int) -> int:
    """Return the root of a run, halving the path to it."""
    while parent[run] != run:
        parent[run] = parent[parent[run]]
        run = parent[run]
    return run


@njit(cache=True, nogil=True)
def edges(line: Bytes, value: int, edge: Bytes, words: Longs, at: Integers, n: int) -> int:
    """Append the columns where eligible ground begins and ends in a row; return the new count.

    `edge` is room for a row and its end, `words` the same memory eight cells at a time.
    """
    width = line.shape[0]
    edge[0] = line[0] == value
    for x in range(1, width):
        edge[x] = (line[x] == value) != (line[x - 1] == value)
    edge[width] = line[width - 1] == value
    for word in range(words.shape[0]):
        if words[word]:
            for x in range(8 * word, 8 * word + 8):
                at[n] = x
                n += edge[x]
    return n


@njit(cache=True, nogil=True)
def join(at: Integers, parent: Integers, above: int, here: int, end: int, reach: int) -> None:
    """Unite the runs from `here` to `end` with those of the row above that they touch."""
    i = above
    for j in range(here, end):
        start, stop = at[2 * j] - reach, at[2 * j + 1] + reach
        while i < here and at[2 * i + 1] <= start:
            i += 1
        root = -1
        k = i
        while k < here and at[2 * k] < stop:
            other = find(parent, k)
            if root < 0:
                root = other
            elif other < root:
                parent[root] = other
                root = other
            else:
                parent[other] = root
            k += 1
        if root >= 0:
            # A later root may have been put under this run's former one: j has none yet.
            parent[j] = root
        i = max(i, k - 1)


@njit(cache=True, nogil=True)
def scan(
    block: Bytes, value: int, reach: int, at: Integers, parent: Integers, first: Longs, row: int
) -> None:
    """Append the runs of a block whose top row is `row`, and join each row to the one above."""
    rows, width = block.shape
    edge = np.zeros((width // 8 + 1) * 8, np.uint8)
    words = edge.view(np.int64)
    for r in range(row, row + rows):
        here = first[r]
        end = edges(block[r - row], value, edge, words, at, 2 * here) // 2
        first[r + 1] = end
        for run in range(here, end):
            parent[run] = run
        if r:
            join(at, parent, first[r - 1], here, end, reach)


@njit(cache=True, nogil=True)
def mark_wide(
    block: Bytes,
    value: int,
    side: int,
    height: Integers,
    at: Integers,
    first: Longs,
    row: int,
    wide: Bytes,
) -> None:
    """Mark the runs that hold the bottom row of a square of `side` x `side` eligible cells.

    `height` is carried from block to block: eligible cells in a row above each column.
    """
    rows, width = block.shape
    for r in range(row, row + rows):
        line = block[r - row]
        for x in range(width):
            height[x] = height[x] + 1 if line[x] == value else 0
        for run in range(first[r], first[r + 1]):
            wide[run] = 0
            count = 0
            for x in range(at[2 * run], at[2 * run + 1]):
                count = count + 1 if height[x] >= side else 0
                if count == side:
                    wide[run] = 1
                    break


@njit(cache=True, nogil=True)
def judge(
    at: Integers,
    parent: Integers,
    wide: Bytes,
    first: Longs,
    rows: int,
    least: int,
    more: bool,
    fate: Bytes,
) -> int:
    """Say of each root what becomes of its component; return the runs of the finished ones.

    `fate`: 0 forgotten (complete, and too small or nowhere wide enough), 1 finished, 2 still open
    (with `more` rows to come, the components of the last row). `wide` of no length: every run is.
    """
    count = first[rows]
    cells = np.zeros(count, np.int64)
    fate[:] = 0
    for run in range(count):
        parent[run] = parent[parent[run]]
        root = parent[run]
        cells[root] += at[2 * run + 1] - at[2 * run]
        if wide.shape[0] == 0 or wide[run]:
            fate[root] = 1
    for run in range(count):
        if cells[run] < least:
            fate[run] = 0
    if more:
        for run in range(first[rows - 1], count):
            fate[parent[run]] = 2
    finished = 0
    for run in range(count):
        finished += fate[parent[run]] == 1
    return finished


@njit(cache=True, nogil=True)
def part(
    at: Integers,
    parent: Integers,
    wide: Bytes,
    first: Longs,
    rows: int,
    fate: Bytes,
    done_at: Integers,
    done_parent: Integers,
    done_first: Longs,
) -> None:
    """Move the runs of finished components out, and those of the open ones together."""
    place = np.empty(first[rows], np.int32)  # of a root, which comes before its members
    to, done = 0, 0
    begin = 0
    done_first[0] = 0
    for r in range(rows):
        end = first[r + 1]
        for run in range(begin, end):
            root = parent[run]
            if fate[root] == 1:
                if root == run:
                    place[run] = done
                done_at[2 * done] = at[2 * run]
                done_at[2 * done + 1] = at[2 * run + 1]
                done_parent[done] = place[root]
                done += 1
            elif fate[root] == 2:
                if root == run:
                    place[run] = to
                at[2 * to] = at[2 * run]
                at[2 * to + 1] = at[2 * run + 1]
                parent[to] = place[root]
                if wide.shape[0]:
                    wide[to] = wide[run]
                to += 1
        begin = end
        first[r + 1] = to
        done_first[r + 1] = done


@njit(cache=True, nogil=True)
def rejoin(at: Integers, first: Longs, reach: int, parent: Integers) -> None:
    """Components of the runs anew, by another neighbourhood."""
    for run in range(parent.shape[0]):
        parent[run] = run
    for r in range(1, first.shape[0] - 1):
        join(at, parent, first[r - 1], first[r], first[r + 1], reach)
    for run in range(parent.shape[0]):
        parent[run] = parent[parent[run]]


@njit(cache=True, nogil=True)
def number(root: Integers) -> int:
    """Replace roots (the first run of each component) by 0, 1, … in their order; return how many.

    Works in place: a root stands before its members.
    """
    count = 0
    for run in range(root.shape[0]):
        if root[run] == run:
            root[run] = count
            count += 1
        else:
            root[run] = root[root[run]]
    return count


@njit(cache=True, nogil=True)
def link(at: Integers, first: Longs, piece: Integers, following: Integers) -> None:
    """Find the side that follows each side on its ring."""
    far = np.int32(2**31 - 1)
    rows = first.shape[0] - 1
    for line in range(rows + 1):
        above = 2 * first[line - 1] if line else 0
        here = 2 * first[line]
        end = 2 * first[line + 1] if line < rows else here
        a, b = above, here
        pending = -1
        while a < here or b < end:
            xa = at[a] if a < here else far
            xb = at[b] if b < end else far
            one, two = -1, -1
            if xa < xb:
                one = a
                a += 1
            elif xb < xa:
                one = b
                b += 1
            else:
                if (a & 1) == (b & 1):
                    if a & 1:
                        following[b] = a
                    else:
                        following[a] = b
                else:
                    closing, opening = (a, b) if a & 1 else (b, a)
                    if piece[a >> 1] == piece[b >> 1]:
                        one, two = opening, closing
                    else:
                        one, two = closing, opening
                a += 1
                b += 1
            for side in (one, two):
                if side < 0:
                    continue
                if pending < 0:
                    pending = side
                    continue
                # Left sides run down and right sides run up: which of the two arrives here?
                if (pending < here) == ((pending & 1) == 0):
                    following[pending] = side
                else:
                    following[side] = pending
                pending = -1


@njit(cache=True, nogil=True)
def survey(
    at: Integers, following: Integers, start: Integers, corners: Longs, length: Longs
) -> int:
    """Find the rings by their first side; return how many.

    Corners count the closing one; length is in sides of cells.
    """
    seen = np.zeros(at.shape[0], np.uint8)
    rings = 0
    for first in range(at.shape[0]):
        if seen[first]:
            continue
        corner, way = 1, 0
        side = first
        while True:
            seen[side] = 1
            then = following[side]
            step = abs(at[then] - at[side])
            way += step + 1
            if step:
                corner += 2
            side = then
            if side == first:
                break
        start[rings], corners[rings], length[rings] = first, corner, way
        rings += 1
    return rings


@njit(cache=True, nogil=True)
def draw(
    at: Integers,
    row: Integers,
    following: Integers,
    start: Integers,
    x0: float,
    y1: float,
    res: float,
    xy: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> None:
    """Write the corners of rings, one ring after the other, in map coordinates."""
    n = 0
    for first in start:
        begin = n
        side = first
        while True:
            then = following[side]
            if at[then] != at[side]:
                y = y1 - (row[side >> 1] + 1 - (side & 1)) * res
                xy[n, 0], xy[n, 1] = x0 + at[side] * res, y
                xy[n + 1, 0], xy[n + 1, 1] = x0 + at[then] * res, y
                n += 2
            side = then
            if side == first:
                break
        xy[n, 0], xy[n, 1] = xy[begin, 0], xy[begin, 1]
        n += 1
