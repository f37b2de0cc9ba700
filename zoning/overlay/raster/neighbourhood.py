"""Least and greatest value that a shift can bring to a cell."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats

Kind = TypeVar("Kind", bound=np.generic)

STEPS = 12
"""Rectangles that stand for a big disc; their corners stick out by at most 7 % of its radius."""
FINE = 8
"""Up to this many cells a shift is rounded up by an eighth of a cell, beyond by 5 %."""

NEAR = 64
"""[cell] Discs of at most so many cells are looked through one by one, by compiled loops."""

ROWS = 64
"""Rows filtered at a time, or four times the reach: few enough to stay in a CPU's cache."""

Reach = tuple[tuple[int, int], ...]


def reachable(t: float, width: float, height: float) -> Reach:
    """Cells whose square a shift of at most t can reach from anywhere in a cell.

    Parameters
    ----------
    t : float
        [m] Greatest shift; 0 reaches no other cell.
    width, height : float
        [m] Size of a cell.

    Returns
    -------
    tuple of (rows, columns)
        Half sizes of centred rectangles. Their union is that set of cells: offset (i, j) is in it
        where hypot(max(|i| - 1, 0) * height, max(|j| - 1, 0) * width) <= t. For large t it is a
        staircase of `STEPS` rectangles around the set, which only widens bounds.
    """
    if t <= 0:
        return ((0, 0),)
    rows = np.arange(int(t / height + 1e-9) + 2)
    gap = np.maximum(rows - 1, 0) * height
    columns = 1 + np.floor(np.sqrt(np.maximum(t * t - gap * gap, 0)) / width + 1e-9).astype(int)
    ends = np.flatnonzero(np.append(columns[1:] < columns[:-1], True))
    if len(ends) > STEPS:
        angle = np.linspace(0, np.pi / 2, STEPS + 1)[1:]
        ends = np.unique(np.ceil(rows[-1] * np.sin(angle) - 1e-9).astype(int))
    starts = np.concatenate([[0], ends[:-1] + 1])
    return tuple((int(rows[e]), int(columns[s])) for s, e in zip(starts, ends, strict=True))


def rounded_up(t: Floats, cell: float) -> Floats:
    """Round shifts up [m], so that few different ones remain."""
    fine = np.ceil(t / cell * FINE - 1e-9) * cell / FINE
    ratio = np.maximum(t / cell / FINE, 1e-9)
    coarse = cell * FINE * 1.05 ** np.ceil(np.log(ratio) / np.log(1.05) - 1e-9)
    return np.where(t <= FINE * cell, fine, np.maximum(coarse, t))


def halo(reach: Reach) -> tuple[int, int]:
    """Rows and columns that a filter looks beyond a window."""
    return max(r for r, _ in reach), max(c for _, c in reach)


def lowest(values: NDArray[Kind], reach: Reach) -> NDArray[Kind]:
    """Minimum over the reachable cells, of all cells but the `halo` along the array's edge."""
    return _filtered(values, reach, np.minimum)


def highest(values: NDArray[Kind], reach: Reach) -> NDArray[Kind]:
    """Maximum over the reachable cells, of all cells but the `halo` along the array's edge."""
    return _filtered(values, reach, np.maximum)


def lowest_around(values: Floats, at: Floats, t: Floats, width: float, height: float) -> Floats:
    """Minimum of the cells within t of points, exactly.

    A disc is a span of cells in each row; the minimum of a span is that of two overlapping runs
    whose length is a power of two, and the runs of all lengths come from doubling.

    Parameters
    ----------
    values : f8[rows, columns]
        Must hold all cells within t of all points.
    at : f8[n, 2]
        Points in cell coordinates of `values`: column, row.
    t : f8[n]
        [m] Distances; a cell that is exactly as far away counts.
    width, height : float
        [m] Size of a cell.

    Returns
    -------
    f8[n]
        One minimum a point.
    """
    first = np.floor(at[:, 1] - t / height).astype(np.intp)
    count = np.floor(at[:, 1] + t / height).astype(np.intp) - first + 1
    point = np.repeat(np.arange(len(at)), count)
    start = np.cumsum(count) - count
    row = first[point] + np.arange(len(point)) - start[point]
    gap = np.maximum(np.maximum(row - at[point, 1], at[point, 1] - row - 1), 0) * height
    half = np.sqrt(np.maximum(t[point] ** 2 - gap**2, 0)) / width
    left = np.floor(at[point, 0] - half).astype(np.intp)
    span = np.floor(at[point, 0] + half).astype(np.intp) - left + 1
    level = np.frexp(span)[1] - 1
    found = np.empty(len(point))
    runs = values
    for k in range(int(level.max(initial=-1)) + 1):
        if k:
            runs = np.minimum(runs[:, : -(1 << (k - 1))], runs[:, 1 << (k - 1) :])
        mine = np.flatnonzero(level == k)
        one = runs[row[mine], left[mine]]
        found[mine] = np.minimum(one, runs[row[mine], left[mine] + span[mine] - (1 << k)])
    return np.minimum.reduceat(found, start) if len(at) else found


def ends_around(
    ends: tuple[Floats, Floats],
    x: Floats,
    y: Floats,
    t: float,
    width: float,
    height: float,
    *,
    compiled: bool = False,
) -> tuple[Floats, Floats]:
    """Minimum of the one and maximum of the other raster within t of the centres of a grid.

    Parameters
    ----------
    ends : (f8[rows, columns], f8[rows, columns])
        Least and greatest value of each cell; without nan. Hold all cells within t of all centres.
    x, y : f8[c], f8[r]
        Of the grid's columns and rows, in cell coordinates of the raster.
    t, width, height : float
        [m] As for `lowest_around`.
    compiled : bool
        By numba, where discs are small enough to pay; the answer is the same.

    Returns
    -------
    f8[r, c], f8[r, c]
    """
    low, high = ends
    if compiled and near(t, width, height):
        from zoning.overlay.kernels.disc import ends_around as looked_through

        least, greatest = np.empty((len(y), len(x))), np.empty((len(y), len(x)))
        looked_through(low, high, x, y, float(t), width, height, least, greatest)
        return least, greatest
    columns, rows = np.meshgrid(x, y)
    at = np.column_stack([columns.ravel(), rows.ravel()])
    reach = np.full(len(at), t), width, height
    least, greatest = lowest_around(low, at, *reach), -lowest_around(-high, at, *reach)
    return least.reshape(rows.shape), greatest.reshape(rows.shape)


def near(t: float, width: float, height: float) -> bool:
    """Whether discs of so many metres are small enough to be looked through cell by cell."""
    return (2 * t / width + 2) * (2 * t / height + 2) <= NEAR


def _filtered(values: NDArray[Kind], reach: Reach, join: np.ufunc) -> NDArray[Kind]:
    rows, columns = halo(reach)
    height, width = values.shape[0] - 2 * rows, values.shape[1] - 2 * columns
    found = np.empty((height, width), values.dtype)
    step = max(ROWS, 4 * rows)
    for top in range(0, height, step):
        part, out = values[top : top + step + 2 * rows], found[top : top + step]
        for k, (r, c) in enumerate(reach):
            cut = part[rows - r : len(part) - rows + r, columns - c : columns + width + c]
            one = _runs(_runs(cut.T, 2 * c + 1, join).T, 2 * r + 1, join)
            out[:] = join(out, one) if k else one
    return found


def _runs(values: NDArray[Kind], size: int, join: np.ufunc) -> NDArray[Kind]:
    """Join each row with the size - 1 rows after it: by doubling, then two runs that overlap."""
    length = 1
    while 2 * length <= size:
        values = join(values[:-length], values[length:])
        length *= 2
    more = size - length
    return join(values[:-more], values[more:]) if more else values
