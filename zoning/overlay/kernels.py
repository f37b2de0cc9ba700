"""Compiled inner loops; each has a twin in numpy that gives the same answer.

Imported only by `burn` and `terrain`, when a run is large enough for compiling to pay. Compiled code
is kept in numba's cache folder. Windows are (first row, first column, rows, columns) in cells.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Four = tuple[int, int, int, int]


@njit(cache=True, nogil=True)
def burn_parts(
    parts: Integers,
    part_chunks: Integers,
    chunks: Integers,
    boxes: Floats,
    clockwise: Mask,
    xy: Floats,
    frame: tuple[float, float, float],
    window: Four,
    out: Mask,
) -> None:
    """Set the cells whose centre lies in one of the parts, each by the even-odd rule."""
    x0, y1, res = frame
    row0, col0, height, width = window
    ax, bx, ay, by = -x0 / res, 1.0 / res, -y1 / -res, 1.0 / -res
    flips = np.zeros((height, width + 1), np.bool_)
    first = np.full(height, width + 1, np.int64)
    last = np.full(height, -1, np.int64)
    for part in parts:
        top, bottom = height, -1
        for chunk in range(part_chunks[part], part_chunks[part + 1]):
            low = max(math.floor(ay + boxes[chunk, 3] * by) - 1 - row0, 0)
            high = min(math.ceil(ay + boxes[chunk, 1] * by) + 1 - row0, height - 1)
            if low > high or ax + boxes[chunk, 0] * bx > col0 + width + 1:
                continue
            top, bottom = min(top, low), max(bottom, high)
            start, stop = chunks[chunk, 0], chunks[chunk, 1]
            if ax + boxes[chunk, 2] * bx < col0 - 1:  # left of the window: only its ends matter
                ya, yb = ay + xy[start, 1] * by, ay + xy[stop, 1] * by
                r0 = max(math.ceil(min(ya, yb) - 0.5) - row0, 0)
                r1 = min(math.ceil(max(ya, yb) - 0.5) - 1 - row0, height - 1)
                for row in range(r0, r1 + 1):
                    flips[row, 0] ^= True
                    first[row] = 0
                    last[row] = max(last[row], 0)
                continue
            for i in range(start, stop):
                xa, ya = ax + xy[i, 0] * bx, ay + xy[i, 1] * by
                xb, yb = ax + xy[i + 1, 0] * bx, ay + xy[i + 1, 1] * by
                if ya == yb:
                    row = math.floor(ya) - row0
                    leftwards = xa > xb if clockwise[chunk] else xa < xb
                    if leftwards and 0 <= row < height and ya == row + row0 + 0.5:
                        c0 = max(math.floor(min(xa, xb) + 0.5) - col0, 0)
                        c1 = min(math.floor(max(xa, xb) + 0.5) - col0, width)
                        for col in range(c0, c1):
                            out[row, col] = True
                    continue
                if ya > yb:
                    xa, ya, xb, yb = xb, yb, xa, ya
                r0 = max(math.ceil(ya - 0.5) - row0, 0)
                r1 = min(math.ceil(yb - 0.5) - 1 - row0, height - 1)
                for row in range(r0, r1 + 1):
                    across = (row + row0 + 0.5 - ya) * (xb - xa) / (yb - ya) + xa
                    col = math.floor(across + 0.5) - col0
                    if col < width:
                        col = max(col, 0)
                        flips[row, col] ^= True
                        first[row] = min(first[row], col)
                        last[row] = max(last[row], col)
        for row in range(top, bottom + 1):
            inside = False
            for col in range(first[row], last[row] + 1):
                inside ^= flips[row, col]
                flips[row, col] = False
                if inside:
                    out[row, col] = True
            if inside:
                for col in range(last[row] + 1, width):
                    out[row, col] = True
            first[row], last[row] = width + 1, -1


@njit(cache=True, nogil=True)
def gap(px: float, py: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Distance from a point to a segment, step by step as GEOS takes it."""
    if ax == bx and ay == by:
        return math.sqrt((px - ax) * (px - ax) + (py - ay) * (py - ay))
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    along = ((px - ax) * dx + (py - ay) * dy) / square
    if along <= 0.0:
        return math.sqrt((px - ax) * (px - ax) + (py - ay) * (py - ay))
    if along >= 1.0:
        return math.sqrt((px - bx) * (px - bx) + (py - by) * (py - by))
    return abs(((ay - py) * dx - (ax - px) * dy) / square) * math.sqrt(square)


@njit(cache=True, nogil=True)
def _held(
    x: float,
    y: float,
    ends: tuple[float, float, float, float],
    other: tuple[float, float, float, float],
    reach: float,
    strict: bool,
) -> bool:
    """Whether a point is within reach of one of two segments."""
    far = gap(x, y, ends[0], ends[1], ends[2], ends[3])
    if far > 0.0:
        far = min(far, gap(x, y, other[0], other[1], other[2], other[3]))
    return far < reach if strict else far <= reach


@njit(cache=True, nogil=True)
def _settle(
    row: int,
    maybe: tuple[float, float],
    sure: tuple[float, float],
    y: float,
    frame: tuple[float, float, float],
    window: Four,
    ends: tuple[float, float, float, float],
    other: tuple[float, float, float, float],
    reach: float,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells of a row between the sure ends; ask those between sure and maybe one by one."""
    x0, _, res = frame
    col0, width = window[1], window[3]
    m0 = max(maybe[0], x0 + (col0 - 1) * res)
    m1 = min(maybe[1], x0 + (col0 + width + 1) * res)
    if m0 > m1:
        return
    a = max(math.ceil((m0 - x0) / res - 0.5) - col0, 0)
    b = min(math.floor((m1 - x0) / res - 0.5) - col0, width - 1)
    c, d = b + 1, b
    if sure[0] <= sure[1] and sure[1] >= m0 and sure[0] <= m1:
        c = max(math.ceil((max(sure[0], m0) - x0) / res - 0.5) - col0, a)
        d = min(math.floor((min(sure[1], m1) - x0) / res - 0.5) - col0, b)
        if c > d:
            c, d = b + 1, b
    for col in range(c, d + 1):
        out[row, col] = True
    for col in range(a, c):
        if not out[row, col]:
            out[row, col] = _held(x0 + (col0 + col + 0.5) * res, y, ends, other, reach, strict)
    for col in range(d + 1, b + 1):
        if not out[row, col]:
            out[row, col] = _held(x0 + (col0 + col + 0.5) * res, y, ends, other, reach, strict)


@njit(cache=True, nogil=True)
def _slab(
    k: float, m: float, dy: float, low: float, high: float, tol: float
) -> tuple[float, float, float, float]:
    """X where low <= k x + m dy <= high: possibly from, to; surely from, to."""
    if abs(k) > 1e-12:
        a, b, w = (low - m * dy) / k, (high - m * dy) / k, tol / abs(k)
        if a > b:
            a, b = b, a
        return a - w, b + w, a + w, b - w
    v = m * dy
    if v < low - tol or v > high + tol:
        return 1.0, -1.0, 1.0, -1.0
    if v < low + tol or v > high - tol:
        return -math.inf, math.inf, 1.0, -1.0
    return -math.inf, math.inf, -math.inf, math.inf


@njit(cache=True, nogil=True)
def _strip(
    ends: tuple[float, float, float, float],
    span: tuple[float, float],
    reach: float,
    tol: float,
    frame: tuple[float, float, float],
    window: Four,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells within the strip along a segment, from span[0] to span[1] on its left."""
    ax, ay, bx, by = ends
    _, y1, res = frame
    row0, height = window[0], window[2]
    length = math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
    ux, uy = (bx - ax) / length, (by - ay) / length
    low = min(ay, by) + min(ux * span[0], ux * span[1]) - tol
    high = max(ay, by) + max(ux * span[0], ux * span[1]) + tol
    top = max(math.ceil((y1 - high) / res - 0.5 - 1e-9) - row0, 0)
    bottom = min(math.floor((y1 - low) / res - 0.5 + 1e-9) - row0, height - 1)
    for row in range(top, bottom + 1):
        y = y1 - (row0 + row + 0.5) * res
        dy = y - ay
        p0, p1, s0, s1 = _slab(ux, uy, dy, 0.0, length, tol)
        q0, q1, t0, t1 = _slab(-uy, ux, dy, span[0], span[1], tol)
        m0, m1 = ax + max(p0, q0), ax + min(p1, q1)
        if m0 <= m1:
            sure = ax + max(s0, t0), ax + min(s1, t1)
            _settle(row, (m0, m1), sure, y, frame, window, ends, ends, reach, strict, out)


@njit(cache=True, nogil=True)
def _disc(
    centre: tuple[float, float],
    before: tuple[float, float],
    after: tuple[float, float],
    reach: float,
    tol: float,
    frame: tuple[float, float, float],
    window: Four,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells within the disc around a corner; in doubt both segments there are asked."""
    x, y = centre
    _, y1, res = frame
    row0, height = window[0], window[2]
    slack = 2.0 * (reach + tol) * tol
    top = max(math.ceil((y1 - y - reach - tol) / res - 0.5 - 1e-9) - row0, 0)
    bottom = min(math.floor((y1 - y + reach + tol) / res - 0.5 + 1e-9) - row0, height - 1)
    for row in range(top, bottom + 1):
        yc = y1 - (row0 + row + 0.5) * res
        square = reach * reach - (yc - y) * (yc - y)
        if square + slack < 0.0:
            continue
        wide = math.sqrt(square + slack)
        narrow = math.sqrt(square - slack) if square > slack else -1.0
        maybe, sure = (x - wide, x + wide), (x - narrow, x + narrow)
        one, two = (before[0], before[1], x, y), (x, y, after[0], after[1])
        _settle(row, maybe, sure, yc, frame, window, one, two, reach, strict, out)


@njit(cache=True, nogil=True)
def near_chunks(
    near: Integers,
    chunks: Integers,
    ring: Integers,
    rings: Integers,
    outward: NDArray[np.int8],
    xy: Floats,
    reach: float,
    tol: float,
    frame: tuple[float, float, float],
    window: Four,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells within reach of the segments of some chunks, on their outward side.

    outward, of each ring: -1 left, 1 right, 0 both sides.
    """
    for chunk in near:
        side = outward[ring[chunk]]
        first, end = rings[ring[chunk]], rings[ring[chunk] + 1] - 1
        closed = first < end and xy[first, 0] == xy[end, 0] and xy[first, 1] == xy[end, 1]
        start, stop = chunks[chunk, 0], chunks[chunk, 1]
        span = (-reach, reach)
        if side < 0:
            span = (-tol, reach)
        elif side > 0:
            span = (-reach, tol)
        for i in range(start, stop):
            ends = (xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1])
            if ends[0] != ends[2] or ends[1] != ends[3]:
                _strip(ends, span, reach, tol, frame, window, strict, out)
        for i in range(start, stop + 1 if stop == end and not closed else stop):
            before = i - 1 if i > first else (end - 1 if closed else i)
            after = i + 1 if i < end else i
            here = (xy[i, 0], xy[i, 1])
            back = (xy[before, 0], xy[before, 1])
            ahead = (xy[after, 0], xy[after, 1])
            if side == 0 or rounds(back, here, ahead, side):
                _disc(here, back, ahead, reach, tol, frame, window, strict, out)


@njit(cache=True, nogil=True)
def rounds(
    back: tuple[float, float], here: tuple[float, float], ahead: tuple[float, float], side: int
) -> bool:
    """Whether strips on that side leave a wedge open at a corner (in doubt: yes)."""
    ux, uy = here[0] - back[0], here[1] - back[1]
    vx, vy = ahead[0] - here[0], ahead[1] - here[1]
    turn = (ux * vy - uy * vx) * side  # a left turn opens a wedge on the right
    flat = 1e-9 * math.sqrt((ux * ux + uy * uy) * (vx * vx + vy * vy))
    return turn > flat or (turn >= -flat and ux * vx + uy * vy <= 0.0)
