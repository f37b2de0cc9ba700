"""Compiled inner loops; each has a twin in numpy that gives the same answer.

Imported only when a run is large enough for compiling to pay; compiled code stays in numba's cache
folder. Windows are (first row, first column, rows, columns) in cells.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from zoning.arrays import Floats, Longs, Mask

Four = tuple[int, int, int, int]


@njit(cache=True, nogil=True)
def burn_parts(
    parts: Longs,
    part_chunks: Longs,
    chunks: Longs,
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
    words = np.zeros((height, (width >> 3) + 1), np.int64)  # eight cells to a word
    flips = words.view(np.bool_)
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
            for word in range(first[row] >> 3, (last[row] >> 3) + 1):
                if words[row, word] == 0:
                    if inside:
                        for col in range(word << 3, min((word << 3) + 8, width)):
                            out[row, col] = True
                    continue
                for col in range(word << 3, min((word << 3) + 8, width)):
                    inside ^= flips[row, col]
                    if inside:
                        out[row, col] = True
                words[row, word] = 0
            if inside:
                for col in range(((last[row] >> 3) + 1) << 3, width):
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
    y: float,
    maybe: tuple[float, float],
    sure: tuple[float, float],
    origin: float,
    res: float,
    ends: tuple[float, float, float, float],
    other: tuple[float, float, float, float],
    reach: float,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells of a row between the sure ends; ask those between sure and maybe one by one.

    Ends in columns of the window, 0 the middle of the first.
    """
    m0, m1 = max(maybe[0], 0.0), min(maybe[1], out.shape[1] - 1.0)
    if m0 > m1:
        return
    a, b = math.ceil(m0), math.floor(m1)
    if a > b:
        return
    s0, s1 = max(sure[0], m0), min(sure[1], m1)
    c, d = b + 1, b
    if s0 <= s1:
        c, d = math.ceil(s0), math.floor(s1)
        if c > d:
            c, d = b + 1, b
    for col in range(c, d + 1):
        out[row, col] = True
    for col in range(a, c):
        if not out[row, col]:
            out[row, col] = _held(origin + (col + 0.5) * res, y, ends, other, reach, strict)
    for col in range(d + 1, b + 1):
        if not out[row, col]:
            out[row, col] = _held(origin + (col + 0.5) * res, y, ends, other, reach, strict)


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
    x0, y1, res = frame
    row0, col0, height, _ = window
    length = math.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
    ux, uy = (bx - ax) / length, (by - ay) / length
    low = min(ay, by) + min(ux * span[0], ux * span[1]) - tol
    high = max(ay, by) + max(ux * span[0], ux * span[1]) + tol
    top = max(math.ceil((y1 - high) / res - 0.5 - 1e-9) - row0, 0)
    bottom = min(math.floor((y1 - low) / res - 0.5 + 1e-9) - row0, height - 1)
    left = (ax - x0) / res - 0.5 - col0
    upright, level = abs(ux) <= 1e-12, abs(uy) <= 1e-12
    # Columns where a row enters and leaves the strip lengthwise (p) and sideways (q).
    p0, p1, p_step, p_tol = -math.inf, math.inf, 0.0, 0.0
    if not upright:
        k = 1.0 / (ux * res)
        p0, p1, p_step, p_tol = (
            left + min(0.0, length * k),
            left + max(0.0, length * k),
            uy * k,
            0.0,
        )
        p_tol = tol * abs(k)
    q0, q1, q_step, q_tol = -math.inf, math.inf, 0.0, 0.0
    if not level:
        k = -1.0 / (uy * res)
        q0, q1 = left + min(span[0] * k, span[1] * k), left + max(span[0] * k, span[1] * k)
        q_step, q_tol = ux * k, tol * abs(k)
    for row in range(top, bottom + 1):
        y = y1 - (row0 + row + 0.5) * res
        dy = y - ay
        p, q = dy * p_step, dy * q_step
        m0, m1 = max(p0 - p - p_tol, q0 - q - q_tol), min(p1 - p + p_tol, q1 - q + q_tol)
        if math.ceil(max(m0, -1.0)) > m1:
            continue
        s0, s1 = max(p0 - p + p_tol, q0 - q + q_tol), min(p1 - p - p_tol, q1 - q - q_tol)
        if (upright and not tol <= dy * uy <= length - tol) or (
            level and not span[0] + tol <= dy * ux <= span[1] - tol
        ):
            s0, s1 = 1.0, 0.0
        origin = x0 + col0 * res
        _settle(row, y, (m0, m1), (s0, s1), origin, res, ends, ends, reach, strict, out)


@njit(cache=True, nogil=True)
def _wedge(
    back: tuple[float, float], here: tuple[float, float], ahead: tuple[float, float], side: int
) -> tuple[float, float, float, float]:
    """Box (west, south, east, north) of the unit sector that strips leave open at a corner."""
    ux, uy = here[0] - back[0], here[1] - back[1]
    vx, vy = ahead[0] - here[0], ahead[1] - here[1]
    if side == 0 or ux * vx + uy * vy <= 0.0:
        return -1.0, -1.0, 1.0, 1.0
    u, v = side / math.sqrt(ux * ux + uy * uy), side / math.sqrt(vx * vx + vy * vy)
    ax, ay, bx, by = uy * u, -ux * u, vy * v, -vx * v  # the two normals, less than 90 deg apart
    west, east = min(0.0, ax, bx), max(0.0, ax, bx)
    south, north = min(0.0, ay, by), max(0.0, ay, by)
    if ay * by <= 0.0:
        west, east = (west, 1.0) if ax + bx > 0.0 else (-1.0, east)
    if ax * bx <= 0.0:
        south, north = (south, 1.0) if ay + by > 0.0 else (-1.0, north)
    return west, south, east, north


@njit(cache=True, nogil=True)
def _disc(
    centre: tuple[float, float],
    before: tuple[float, float],
    after: tuple[float, float],
    side: int,
    reach: float,
    tol: float,
    frame: tuple[float, float, float],
    window: Four,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells of the disc around a corner that strips may leave out."""
    x, y = centre
    x0, y1, res = frame
    row0, col0, height, _ = window
    slack = 2.0 * (reach + tol) * tol
    west, south, east, north = _wedge(before, centre, after, side)
    room = tol + 1e-8 * reach
    top = max(math.ceil((y1 - y - north * reach - room) / res - 0.5 - 1e-9) - row0, 0)
    bottom = min(math.floor((y1 - y - south * reach + room) / res - 0.5 + 1e-9) - row0, height - 1)
    left = (x - x0) / res - 0.5 - col0
    w, e = west * reach - room, east * reach + room
    origin = x0 + col0 * res
    one, two = (before[0], before[1], x, y), (x, y, after[0], after[1])
    for row in range(top, bottom + 1):
        yc = y1 - (row0 + row + 0.5) * res
        square = reach * reach - (yc - y) * (yc - y)
        if square > 1.0:
            half = math.sqrt(square)
            wide, narrow = half + slack, half - slack
        elif square + slack < 0.0:
            continue
        else:
            wide = math.sqrt(square + slack)
            narrow = math.sqrt(square - slack) if square > slack else -1.0
        maybe = left + max(-wide, w) / res, left + min(wide, e) / res
        sure = left + max(-narrow, w) / res, left + min(narrow, e) / res
        _settle(row, yc, maybe, sure, origin, res, one, two, reach, strict, out)


@njit(cache=True, nogil=True)
def near_chunks(
    near: Longs,
    chunks: Longs,
    ring: Longs,
    rings: Longs,
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
            if reach <= tol and (back != here or ahead != here):
                continue  # the ends of the strips hold so small a disc
            if side == 0 or rounds(back, here, ahead, side):
                _disc(here, back, ahead, side, reach, tol, frame, window, strict, out)


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


@njit(cache=True, nogil=True)
def rays(
    z: Floats, across: float, down: float, steps: int, res: float, rise: Floats, whole: Mask
) -> None:
    """Greatest rise per metre along a ray from every cell, and whether all of it is known."""
    height, width = z.shape
    whole[:] = True
    for step in range(1, steps + 1):
        x, y = round(across * step * 1e9) / 1e9, round(down * step * 1e9) / 1e9
        row, col = math.floor(y), math.floor(x)
        v, u = y - row, x - col
        below, beside = 1 if v > 0 else 0, 1 if u > 0 else 0
        w00, w01, w10, w11 = (1 - v) * (1 - u), (1 - v) * u, v * (1 - u), v * u
        far = step * res
        c0, c1 = max(0, -col), min(width, width - col - beside)
        for r in range(height):
            if r + row < 0 or r + row + below >= height:
                whole[r] = False
                continue
            whole[r, : min(c0, width)] = False
            whole[r, max(c1, 0) :] = False
            north, south = z[r + row], z[r + row + below]
            for c in range(c0, c1):
                level = w00 * north[c + col]
                if beside:
                    level += w01 * north[c + col + beside]
                if below:
                    level += w10 * south[c + col]
                    if beside:
                        level += w11 * south[c + col + beside]
                climb = (level - z[r, c]) / far
                if climb > rise[r, c]:
                    rise[r, c] = climb
                if math.isnan(climb):
                    whole[r, c] = False
