"""The loops of `kernels` in numpy, with the same answers, and the cells that an edge enters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Longs, Mask
from zoning.overlay.rasterize.edges import Outlines

BATCH = 1_000_000
"""[row] Rows of strips that are held at a time."""
Frame = tuple[float, float, float]
Span = tuple[int, int, int, int]


def fill_parts(outlines: Outlines, parts: Longs, frame: Frame, span: Span, out: Mask) -> None:
    """Set the cells whose centre lies in one of the parts, each by the even-odd rule."""
    x0, y1, res = frame
    row0, col0, height, width = span
    run, rank = spread_out(outlines.part_run[parts], outlines.part_run[parts + 1])
    i, at = spread_out(outlines.run[run, 0], outlines.run[run, 1])
    xy, rank, turn = outlines.xy, rank[at], outlines.clockwise[outlines.run_ring[run]][at]
    # As GDAL takes it: through the inverse of the grid's transform.
    xa, ya = -x0 / res + xy[i, 0] * (1.0 / res), -y1 / -res + xy[i, 1] * (1.0 / -res)
    xb, yb = -x0 / res + xy[i + 1, 0] * (1.0 / res), -y1 / -res + xy[i + 1, 1] * (1.0 / -res)
    change = np.zeros((height, width + 1), dtype=np.int32)

    level = (ya == yb) & (ya - np.floor(ya) == 0.5) & np.where(turn, xa > xb, xa < xb)
    row = np.floor(ya[level]).astype(np.int64) - row0
    a, b = np.floor(np.minimum(xa, xb)[level] + 0.5), np.floor(np.maximum(xa, xb)[level] + 0.5)
    _add(change, row, a.astype(np.int64) - col0, b.astype(np.int64) - col0)

    up = ya > yb
    xa, ya, xb, yb = (
        np.where(up, xb, xa),
        np.where(up, yb, ya),
        np.where(up, xa, xb),
        np.where(up, ya, yb),
    )
    top = np.maximum(np.ceil(ya - 0.5).astype(np.int64) - row0, 0)
    end = np.minimum(np.ceil(yb - 0.5).astype(np.int64) - row0, height)
    row, e = spread_out(top, end)
    across = (row + row0 + 0.5 - ya[e]) * (xb[e] - xa[e]) / (yb[e] - ya[e]) + xa[e]
    col = np.clip(np.floor(across + 0.5).astype(np.int64) - col0, 0, width)
    order = np.lexsort((col, row, rank[e]))
    row, col = row[order], col[order]
    _add(change, row[::2], col[::2], col[1::2])
    out |= np.cumsum(change[:, :-1], axis=1) > 0


def near_runs(
    outlines: Outlines,
    runs: Longs,
    side: NDArray[np.int8],
    reach: float,
    tol: float,
    frame: Frame,
    span: Span,
    strict: bool,
    out: Mask,
) -> None:
    """Set the cells within reach of the segments of some runs.

    side, of each ring: -1 left, 1 right, 0 both.
    """
    xy = outlines.xy
    i, at = spread_out(outlines.run[runs, 0], outlines.run[runs, 1])
    flank = side[outlines.run_ring[runs[at]]]
    ends = np.hstack([xy[i], xy[i + 1]])
    some = (ends[:, :2] != ends[:, 2:]).any(axis=1)
    ends, flank = ends[some], flank[some]
    left = np.where(flank > 0, tol, reach)
    right = np.where(flank < 0, -tol, -reach)
    brush = _Brush(frame, span, reach, strict, out)
    rows = int(2 * reach / frame[2]) + 2
    step = max(BATCH // rows, 1)
    long = np.abs(ends[:, 3] - ends[:, 1]) > frame[2] * rows
    for part in (*_batches(np.flatnonzero(~long), step), *_batches(np.flatnonzero(long), 64)):
        brush.strips(ends[part], left[part], right[part], tol)
    corner, before, after = _corners(outlines, runs, side)
    if reach <= tol:  # the ends of the strips hold so small a disc
        alone = (xy[before] == xy[corner]).all(axis=1) & (xy[after] == xy[corner]).all(axis=1)
        corner, before, after = corner[alone], before[alone], after[alone]
    for part in _batches(np.arange(len(corner)), step):
        brush.discs(xy[corner[part]], xy[before[part]], xy[after[part]], tol)
    brush.lift()


class _Brush:
    """Collects sure intervals of rows, and asks about the cells at their ends."""

    def __init__(self, frame: Frame, span: Span, reach: float, strict: bool, out: Mask) -> None:
        self.frame, self.span, self.reach, self.strict, self.out = frame, span, reach, strict, out
        self.change = np.zeros((span[2], span[3] + 1), dtype=np.int32)

    def rows(self, low: Floats, high: Floats) -> tuple[Longs, Longs, Floats]:
        """Rows whose centre may lie between, whose they are, and their y."""
        _, y1, res = self.frame
        row0, _, height, _ = self.span
        top = np.maximum(np.ceil((y1 - high) / res - 0.5 - 1e-9).astype(np.int64) - row0, 0)
        end = np.floor((y1 - low) / res - 0.5 + 1e-9).astype(np.int64) + 1 - row0
        row, at = spread_out(top, np.minimum(end, height))
        return row, at, _float(y1 - (row0 + row + 0.5) * res)

    def strips(self, ends: Floats, left: Floats, right: Floats, tol: float) -> None:
        """Strips along segments, `left` to the left and `-right` to the right."""
        ax, ay, bx, by = ends.T
        length = np.sqrt((bx - ax) * (bx - ax) + (by - ay) * (by - ay))
        ux, uy = (bx - ax) / length, (by - ay) / length
        low = np.minimum(ay, by) + np.minimum(ux * left, ux * right) - tol
        high = np.maximum(ay, by) + np.maximum(ux * left, ux * right) + tol
        row, at, y = self.rows(low, high)
        dy = y - ay[at]
        along = _slab(ux[at], uy[at], dy, np.zeros(len(at)), length[at], tol)
        aside = _slab(-uy[at], ux[at], dy, right[at], left[at], tol)
        maybe = ax[at] + np.maximum(along[0], aside[0]), ax[at] + np.minimum(along[1], aside[1])
        sure = ax[at] + np.maximum(along[2], aside[2]), ax[at] + np.minimum(along[3], aside[3])
        self.settle(row, y, maybe, sure, ends, ends, at)

    def discs(self, centre: Floats, before: Floats, after: Floats, tol: float) -> None:
        """Discs around corners."""
        x, y = centre.T
        row, at, yc = self.rows(y - self.reach - tol, y + self.reach + tol)
        slack = 2.0 * (self.reach + tol) * tol
        square = self.reach * self.reach - (yc - y[at]) * (yc - y[at])
        wide = np.where(square + slack < 0, -1.0, np.sqrt(np.maximum(square + slack, 0)))
        narrow = np.where(square > slack, np.sqrt(np.maximum(square - slack, 0)), -1.0)
        maybe, sure = (x[at] - wide, x[at] + wide), (x[at] - narrow, x[at] + narrow)
        one, two = np.hstack([before, centre]), np.hstack([centre, after])
        self.settle(row, yc, maybe, sure, one, two, at)

    def settle(
        self,
        row: Longs,
        y: Floats,
        maybe: tuple[Floats, Floats],
        sure: tuple[Floats, Floats],
        ends: Floats,
        other: Floats,
        at: Longs,
    ) -> None:
        """Note the sure cells, ask about the others."""
        x0, _, res = self.frame
        col0 = self.span[1]
        a, b = self.columns(maybe)
        c, d = self.columns(sure)
        none = (c >= d) | (sure[0] > sure[1])
        c, d = np.where(none, b, np.maximum(c, a)), np.where(none, b, np.minimum(d, b))
        _add(self.change, row, c, d)
        for first, last in ((a, c), (d, b)):
            col, k = spread_out(first, last)
            if not len(col):
                continue
            x, where = _float(x0 + (col0 + col + 0.5) * res), at[k]
            far = np.minimum(_gap(x, y[k], ends[where]), _gap(x, y[k], other[where]))
            held = far < self.reach if self.strict else far <= self.reach
            self.out[row[k[held]], col[held]] = True

    def columns(self, edge: tuple[Floats, Floats]) -> tuple[Longs, Longs]:
        """First column inside, and first beyond, in the window."""
        x0, _, res = self.frame
        _, col0, _, width = self.span
        first = np.clip(np.ceil((edge[0] - x0) / res - 0.5) - col0, 0, width)
        last = np.clip(np.floor((edge[1] - x0) / res - 0.5) + 1 - col0, 0, width)
        return first.astype(np.int64), last.astype(np.int64)

    def lift(self) -> None:
        """Set the sure cells."""
        self.out |= np.cumsum(self.change[:, :-1], axis=1) > 0


def _slab(
    k: Floats, m: Floats, dy: Floats, low: Floats, high: Floats, tol: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """X where low <= k x + m dy <= high: possibly from, to; surely from, to."""
    steep = np.abs(k) > 1e-12
    safe = np.where(steep, k, 1.0)
    v = m * dy
    a, b, w = (low - v) / safe, (high - v) / safe, tol / np.abs(safe)
    a, b = np.minimum(a, b), np.maximum(a, b)
    can, must = (v >= low - tol) & (v <= high + tol), (v >= low + tol) & (v <= high - tol)
    return (
        np.where(steep, a - w, np.where(can, -np.inf, 1.0)),
        np.where(steep, b + w, np.where(can, np.inf, -1.0)),
        np.where(steep, a + w, np.where(must, -np.inf, 1.0)),
        np.where(steep, b - w, np.where(must, np.inf, -1.0)),
    )


def _gap(x: Floats, y: Floats, ends: Floats) -> Floats:
    """Distance from points to segments, step by step as GEOS takes it."""
    ax, ay, bx, by = ends.T
    dx, dy = bx - ax, by - ay
    square = dx * dx + dy * dy
    dot = square == 0
    square = np.where(dot, 1.0, square)
    along = ((x - ax) * dx + (y - ay) * dy) / square
    from_a = np.sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay))
    from_b = np.sqrt((x - bx) * (x - bx) + (y - by) * (y - by))
    aside = np.abs(((ay - y) * dx - (ax - x) * dy) / square) * np.sqrt(square)
    return _float(np.where(dot | (along <= 0), from_a, np.where(along >= 1, from_b, aside)))


def _corners(outlines: Outlines, runs: Longs, side: NDArray[np.int8]) -> tuple[Longs, Longs, Longs]:
    """Corners that need a disc, with the corners before and after."""
    xy, ring = outlines.xy, outlines.run_ring[runs]
    first, end = outlines.ring[ring], outlines.ring[ring + 1] - 1
    closed = (first < end) & (xy[first] == xy[end]).all(axis=1)
    stop = outlines.run[runs, 1]
    i, at = spread_out(outlines.run[runs, 0], stop + ((stop == end) & ~closed))
    first, end, closed, flank = first[at], end[at], closed[at], side[ring][at]
    before = np.where(i > first, i - 1, np.where(closed, end - 1, i))
    after = np.where(i < end, i + 1, i)
    u, v = xy[i] - xy[before], xy[after] - xy[i]
    turn = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) * flank
    flat = 1e-9 * np.sqrt((u * u).sum(axis=1) * (v * v).sum(axis=1))
    open_ = (turn > flat) | ((turn >= -flat) & ((u * v).sum(axis=1) <= 0))
    kept = (flank == 0) | open_
    return i[kept], before[kept], after[kept]


def mark_entered(outlines: Outlines, runs: Longs, frame: Frame, span: Span, out: Mask) -> None:
    """Set the cells whose inside a segment of the runs enters."""
    x0, y1, res = frame
    row0, col0, height, width = span
    i, _ = spread_out(outlines.run[runs, 0], outlines.run[runs, 1])
    ends = np.hstack([outlines.xy[i], outlines.xy[i + 1]])
    ends = ends[(ends[:, :2] != ends[:, 2:]).any(axis=1)]
    for part in _batches(np.arange(len(ends)), BATCH // 64):
        ax, ay, bx, by = ends[part].T
        low = np.floor((y1 - np.maximum(ay, by)) / res - 1e-6).astype(np.int64) - row0
        high = np.floor((y1 - np.minimum(ay, by)) / res + 1e-6).astype(np.int64) + 1 - row0
        row, e = spread_out(np.maximum(low, 0), np.minimum(high, height))
        x, y, dx, dy = ax[e], ay[e], (bx - ax)[e], (by - ay)[e]
        # The part of the segment between the row's edges, a little widened.
        north, south = y1 - (row0 + row) * res, y1 - (row0 + row + 1) * res
        flat = np.abs(dy) < 1e-6 * res
        safe = np.where(flat, 1.0, dy)
        s0 = np.where(flat, 0.0, np.clip((south - y) / safe, 0, 1))
        s1 = np.where(flat, 1.0, np.clip((north - y) / safe, 0, 1))
        one, two = x + s0 * dx, x + s1 * dx
        first = np.floor((np.minimum(one, two) - x0) / res - 1e-6).astype(np.int64) - col0
        last = np.floor((np.maximum(one, two) - x0) / res + 1e-6).astype(np.int64) + 1 - col0
        col, k = spread_out(np.maximum(first, 0), np.minimum(last, width))
        row = row[k]
        held = _enters(ends[part][e[k]], row0 + row, col0 + col, frame)
        out[row[held], col[held]] = True


def _enters(ends: Floats, row: Longs, col: Longs, frame: Frame) -> Mask:
    """Whether segments meet the inside of cells: no axis, and no normal, parts the two."""
    x0, y1, res = frame
    ax, ay, bx, by = ends.T
    west, east = _float(x0 + col * res), _float(x0 + (col + 1) * res)
    north, south = _float(y1 - row * res), _float(y1 - (row + 1) * res)
    met = (np.minimum(ax, bx) < east) & (np.maximum(ax, bx) > west)
    met &= (np.minimum(ay, by) < north) & (np.maximum(ay, by) > south)
    side = [turns(ends, x, y) for x in (west, east) for y in (south, north)]
    above, below = np.max(side, axis=0) > 0, np.min(side, axis=0) < 0
    return np.asarray(met & above & below, dtype=np.bool_)


def turns(ends: Floats, x: Floats, y: Floats) -> NDArray[np.int8]:
    """On which side of segments points lie: 1 left, -1 right, 0 in line, exactly.

    A filter on the rounding error first (Shewchuk 1997, eq. 3.3 "ccwerrboundA"), then fractions.
    """
    ax, ay, bx, by = ends.T
    one, two = (ax - x) * (by - y), (ay - y) * (bx - x)
    turn: NDArray[np.int8] = np.sign(one - two).astype(np.int8)
    unsure = np.abs(one - two) <= 3.3306690738754716e-16 * (np.abs(one) + np.abs(two))
    unsure &= (one != 0) | (two != 0)  # a difference that is 0 is so exactly
    for k in np.flatnonzero(unsure):
        turn[k] = _exact_turn(*(float(v) for v in (*ends[k], x[k], y[k])))
    return turn


def _exact_turn(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> int:
    # Doubles are fractions with a power of two below: scaled, they are whole numbers.
    ratios = [v.as_integer_ratio() for v in (ax, ay, bx, by, x, y)]
    scale = max(d for _, d in ratios)
    a, b, c, d, e, f = (n * (scale // q) for n, q in ratios)
    turn = (a - e) * (d - f) - (b - f) * (c - e)
    return (turn > 0) - (turn < 0)


def _float(values: NDArray[np.floating]) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _add(change: NDArray[np.int32], row: Longs, start: Longs, end: Longs) -> None:
    """Note intervals of columns as +1 where they start and -1 where they end."""
    height, width = change.shape[0], change.shape[1] - 1
    start, end = np.clip(start, 0, width), np.clip(end, 0, width)
    kept = (start < end) & (row >= 0) & (row < height)
    flat = row[kept] * (width + 1)
    total = change.size
    change += (
        np.bincount(flat + start[kept], minlength=total)
        - np.bincount(flat + end[kept], minlength=total)
    ).reshape(change.shape)


def spread_out(start: Longs, end: Longs) -> tuple[Longs, Longs]:
    """Numbers from each start to before its end, and whose they are."""
    count = np.maximum(end - start, 0)
    at = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    return start[at] + step, at


def _batches(items: Longs, size: int) -> Iterator[Longs]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
