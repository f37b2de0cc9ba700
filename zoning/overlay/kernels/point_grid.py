"""Compiled loops of `point_grid.py`: polygons walked edge by edge through a grid of points.

Column i of the grid reaches from just past `cols[i]` to `cols[i + 1]` itself, and so do the rows.
Whether a corner or a point is past a line is a comparison of numbers, without rounding, so an edge
whose ends are in one cell is in no other. A point is in a polygon if the lower left corner of its
cell is, or if an odd number of edges crosses the way from there: up the left side of the cell,
then east. Only edges that enter the cell can cross it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.arrays import Bytes, Floats, Integers, Longs, Mask

Field = tuple[Floats, Floats, Integers, Floats, Bytes, Mask, int, int, int]
"""Columns and rows of the grid; first point of each cell, points and their notes; whether the lower
left corner of each of a polygon's cells is in it, the first of them, how many are in a row."""

ODD, NEAR = np.uint8(1), np.uint8(2)
"""What is noted of a point: edges crossed, modulo 2, and whether rounding may have had a say."""


@njit(cache=True, nogil=True)
def placed(place: Floats, begin: int, end: int, cols: Floats, rows: Floats, cell: Integers) -> None:
    """Write the cell of each point, row by row; past the last cell, of points that are nowhere."""
    wide = len(cols) - 1
    nowhere = wide * (len(rows) - 1)
    for p in range(begin, end):
        x, y = place[p, 0], place[p, 1]
        if np.isfinite(x) and np.isfinite(y):
            cell[p] = column(rows, y) * wide + column(cols, x)
        else:
            cell[p] = nowhere


@njit(cache=True, nogil=True)
def column(lines: Floats, value: float) -> int:
    """Where a number is between lines, of which the first and the last are infinite."""
    low, size = 0, len(lines) - 1
    while size > 1:
        half = size >> 1
        low += half if lines[low + half] < value else 0
        size -= half
    return low


@njit(cache=True, nogil=True)
def sorted_by_cell(
    place: Floats, cell: Integers, cells: int, start: Integers, spot: Floats, which: Integers
) -> None:
    """Sort points by cell; write the first of each cell, coordinates, and which point each is."""
    for p in range(len(cell)):
        start[cell[p] + 1] += 1
    for c in range(cells):
        start[c + 1] += start[c]
    following = start[:-1].copy()
    for p in range(len(cell)):
        if cell[p] < cells:
            at = following[cell[p]]
            following[cell[p]] += 1
            spot[at, 0], spot[at, 1], which[at] = place[p, 0], place[p, 1], p


@njit(cache=True, nogil=True)
def inside(
    xy: Floats,
    first: Longs,
    chosen: Mask,
    begin: int,
    end: int,
    cols: Floats,
    rows: Floats,
    start: Integers,
    spot: Floats,
    which: Integers,
    close: float,
) -> tuple[Integers, Integers, Mask]:
    """Polygons `begin` to `end` and the points in them, or close to their edges.

    Returns
    -------
    i4[k], i4[k], bool[k]
        Point, polygon, and whether that is for another to say: rounding may have had a say.
    """
    point, feature = np.empty(1024, np.int32), np.empty(1024, np.int32)
    doubt = np.empty(1024, np.bool_)
    note, flip = np.zeros(len(spot), np.uint8), np.zeros(1024, np.bool_)
    wide, n = len(cols) - 1, 0
    for f in range(begin, end):
        if not chosen[f] or first[f] == first[f + 1]:
            continue
        west, south, east, north = (
            xy[first[f], 0],
            xy[first[f], 1],
            xy[first[f], 0],
            xy[first[f], 1],
        )
        for v in range(first[f] + 1, first[f + 1]):
            west, east = min(west, xy[v, 0]), max(east, xy[v, 0])
            south, north = min(south, xy[v, 1]), max(north, xy[v, 1])
        c0, c1 = column(cols, west), column(cols, east)
        r0, r1 = column(rows, south), column(rows, north)
        count = 0
        for r in range(r0, r1 + 1):
            count += start[r * wide + c1 + 1] - start[r * wide + c0]
        if count == 0:
            continue
        span = c1 - c0 + 2
        if len(flip) < span * (r1 - r0 + 1):
            flip = np.zeros(2 * span * (r1 - r0 + 1), np.bool_)
        field = (cols, rows, start, spot, note, flip, c0, r0, span)
        _walk(xy, first[f], first[f + 1], field, close)
        if len(point) < n + count:
            room = max(n + count, 2 * len(point))
            point, feature, doubt = _more(point, room), _more(feature, room), _more(doubt, room)
        for r in range(r0, r1 + 1):
            odd = False
            base = (r - r0) * span
            for c in range(c0, c1 + 1):
                odd ^= flip[base + c - c0]
                flip[base + c - c0] = False
                for p in range(start[r * wide + c], start[r * wide + c + 1]):
                    near = note[p] & NEAR != 0
                    if near or odd != (note[p] & ODD != 0):
                        point[n], feature[n], doubt[n] = which[p], f, near
                        n += 1
                    note[p] = 0
            flip[base + span - 1] = False
    return point[:n].copy(), feature[:n].copy(), doubt[:n].copy()


@njit(cache=True, nogil=True)
def _more(array, room):  # type: ignore[no-untyped-def]  # of any kind
    new = np.empty(room, array.dtype)
    new[: len(array)] = array
    return new


@njit(cache=True, nogil=True)
def _walk(
    xy: Floats,
    begin: int,
    end: int,
    field: Field,
    close: float,
) -> None:
    """Note in points and cells what the edges of a polygon cross."""
    cols, rows, start, spot, note = field[:5]
    wide = len(cols) - 1
    v = begin
    while v < end:
        head = v
        x1, y1 = xy[v, 0], xy[v, 1]
        c, r = column(cols, x1), column(rows, y1)
        v += 1
        while v < end:
            x0, y0, was_c, was_r = x1, y1, c, r
            x1, y1 = xy[v, 0], xy[v, 1]
            while x1 <= cols[c]:
                c -= 1
            while x1 > cols[c + 1]:
                c += 1
            while y1 <= rows[r]:
                r -= 1
            while y1 > rows[r + 1]:
                r += 1
            if c == was_c and r == was_r:
                for p in range(start[r * wide + c], start[r * wide + c + 1]):
                    note[p] ^= passed(spot[p, 0], spot[p, 1], x0, y0, x1, y1, close, note[p])
            elif r >= was_r:
                _across(x0, y0, was_c, was_r, x1, y1, c, r, field, close)
            else:
                _across(x1, y1, c, r, x0, y0, was_c, was_r, field, close)
            v += 1
            if x1 == xy[head, 0] and y1 == xy[head, 1] and v > head + 2:
                break  # a ring of a valid polygon comes back to its first corner only at its end


@njit(cache=True, nogil=True)
def passed(
    x: float, y: float, x0: float, y0: float, x1: float, y1: float, close: float, note: np.uint8
) -> np.uint8:
    """What an edge changes in the note of a point: it is west of it, or close to it."""
    if (y0 > y + close and y1 > y + close) or (y0 < y - close and y1 < y - close):
        return np.uint8(0)
    if x0 > x + close and x1 > x + close:
        return np.uint8(0)
    crossed = (y0 <= y) != (y1 <= y)
    if x0 < x - close and x1 < x - close:
        return ODD if crossed else np.uint8(0)
    dx, dy = x1 - x0, y1 - y0
    turn = dx * (y - y0) - dy * (x - x0)
    change = ODD if crossed and (turn < 0) == (dy > 0) else np.uint8(0)
    if abs(turn) <= close * (abs(dx) + abs(dy)):
        change |= NEAR & ~note
    return change


@njit(cache=True, nogil=True)
def _across(
    x0: float,
    y0: float,
    i0: int,
    j0: int,
    x1: float,
    y1: float,
    i1: int,
    j1: int,
    field: Field,
    close: float,
) -> None:
    """Note what an edge through several cells crosses, which goes from row j0 up to row j1."""
    cols, rows, start, spot, note, flip, c0, r0, span = field
    wide = len(cols) - 1
    left, right = min(i0, i1), max(i0, i1)
    a, b, cut = i0, i0, i0
    xa = x0
    for j in range(j0, j1 + 1):
        xb = x1 if j == j1 else x0 + (rows[j + 1] - y0) / (y1 - y0) * (x1 - x0)
        if left == right:
            a = b = cut = left
        else:
            a = _moved(cols, a, min(xa, xb) - close, left, right)
            b = _moved(cols, b, max(xa, xb) + close, left, right)
            cut = _moved(cols, cut, xa, left, right)
        if j > j0:  # corners of cells that are east of where it crosses the line
            flip[(j - r0) * span + cut + 1 - c0] ^= True
            for c in (cut, cut + 1):
                if abs(cols[c] - xa) <= close:
                    for p in range(start[j * wide + c], start[j * wide + c + 1]):
                        note[p] |= NEAR
        for c in range(a, b + 1):
            for p in range(start[j * wide + c], start[j * wide + c + 1]):
                x, y = spot[p, 0], spot[p, 1]
                note[p] ^= passed(x, y, x0, y0, x1, y1, close, note[p])
                note[p] ^= passed(cols[c], y, x0, y0, x1, y1, close, note[p])
                if (x0 <= cols[c]) != (x1 <= cols[c]):
                    up = y0 + (cols[c] - x0) / (x1 - x0) * (y1 - y0)
                    if (up < y) != (up < rows[j]):
                        note[p] ^= ODD
                    if abs(up - y) <= close or abs(up - rows[j]) <= close:
                        note[p] |= NEAR
        xa = xb


@njit(cache=True, nogil=True)
def _moved(lines: Floats, at: int, value: float, least: int, most: int) -> int:
    """Where a number is between lines, sought from near by; no less and no more than two places."""
    while at > least and value <= lines[at]:
        at -= 1
    while at < most and value > lines[at + 1]:
        at += 1
    return at


@njit(cache=True, nogil=True)
def by_point(point: Integers, feature: Integers, points: int) -> tuple[Integers, Integers]:
    """Sort pairs by point; those of one point stay in their order."""
    start = np.zeros(points + 1, np.int32)
    for k in range(len(point)):
        start[point[k] + 1] += 1
    for p in range(points):
        start[p + 1] += start[p]
    ordered, whose = np.empty_like(point), np.empty_like(feature)
    for k in range(len(point)):
        at = start[point[k]]
        start[point[k]] += 1
        ordered[at], whose[at] = point[k], feature[k]
    return ordered, whose
