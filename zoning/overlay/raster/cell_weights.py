"""Sites as cells of a grid: how much of each site lies in each cell, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Places
from zoning.overlay.geometry import dimensions, polygonal

LEAST_WEIGHT = 1e-9
"""[cell], of lines [m]. Less than this is rounding of coordinates (1e-11 of a cell)."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells that shapes touch, ordered by shape.

    Attributes
    ----------
    shape, row, col : intp[k]
        Which shape, which cell; rows count downwards and may lie outside the raster.
    weight : f8[k]
        Area of polygons in the cell [cells], length of lines [m]; 1 for points.
    """

    shape: Places
    row: Places
    col: Places
    weight: Floats


def cells(shapes: Geometries, width: float = 1.0, height: float = 1.0) -> Cells:
    """Split shapes into cells.

    Parameters
    ----------
    shapes : object[n]
        Valid geometries in cell coordinates: x = column, y = row (downwards), cell (r, c) is the
        square from (c, r) to (c + 1, r + 1). None has no cells. A line along the edge between two
        cells, or a point on it, belongs to the cell right of or below it.
    width, height : float
        [m] Size of a cell, for lengths.

    Returns
    -------
    Cells
        Every cell with a positive share of a shape. Weights sum to the area of a polygon [cells],
        the length of a line [m], the number of points.
    """
    kind = dimensions(shapes)
    none = np.zeros(0, dtype=np.intp)
    found: list[_Table] = [(none, none, none, np.zeros(0))]
    for dimension, split in ((0, _point_cells), (1, _line_cells), (2, _polygon_cells)):
        which = np.flatnonzero(kind == dimension)
        if len(which):
            found.append(split(which, shapes, np.array([width, height])))
    shape, row, col, weight = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(shape, kind="stable")
    return Cells(shape[order], row[order], col[order], weight[order])


_Table = tuple[Places, Places, Places, Floats]


def _point_cells(which: Places, shapes: Geometries, _: Floats) -> _Table:
    xy, owner = shapely.get_coordinates(shapes[which], return_index=True)
    col, row = np.floor(xy).astype(np.intp).T
    return which[owner], row, col, np.ones(len(owner))


def _line_cells(which: Places, shapes: Geometries, side: Floats) -> _Table:
    a, b, owner = _segments(_once(shapes[which]))
    a, b, source = _split(a, b)
    owner = owner[source]
    col, row = np.floor((a + b) / 2).astype(np.intp).T
    length = np.hypot(*((b - a) * side).T)
    base, wide, _ = _windows(row, col, owner, len(which))
    flat = base[0][owner] + (row - base[1][owner]) * wide[owner] + (col - base[2][owner])
    some, back = np.unique(flat, return_inverse=True)
    weight = np.bincount(back, weights=length, minlength=len(some)).astype(np.float64)
    held = np.searchsorted(base[0], some, side="right") - 1
    whole = np.bincount(held, weights=weight, minlength=len(which))
    real = weight > np.minimum(LEAST_WEIGHT, 1e-6 * whole)[held]
    some, held, weight = some[real], held[real], weight[real]
    local = some - base[0][held]
    return (
        which[held],
        base[1][held] + local // wide[held],
        base[2][held] + local % wide[held],
        weight,
    )


def _polygon_cells(which: Places, shapes: Geometries, _: Floats) -> _Table:
    """Exact coverage by the trapezoids right of each edge, summed along the rows."""
    ring = shapely.orient_polygons(polygonal(shapes[which]), exterior_cw=True)
    a, b, owner = _segments(shapely.boundary(ring))
    a, b, source = _split(a, b)
    owner = owner[source]
    col, row = np.floor((a + b) / 2).astype(np.intp).T
    rise = b[:, 1] - a[:, 1]
    part = (a[:, 0] + b[:, 0]) / 2 - col
    base, wide, size = _windows(row, col, owner, len(which))
    flat = base[0][owner] + (row - base[1][owner]) * wide[owner] + (col - base[2][owner])
    total = int(size.sum())
    change = np.bincount(flat, weights=rise * (1 - part), minlength=total)
    change += np.bincount(flat + 1, weights=rise * part, minlength=total)
    cover = np.cumsum(change)
    held = np.repeat(np.arange(len(which)), size)
    drift = np.concatenate([[0.0], cover])[base[0]]  # rounding left over by the shapes before
    cover -= drift[held]
    whole = np.bincount(held, weights=cover, minlength=len(which))
    some = np.flatnonzero(cover > np.minimum(LEAST_WEIGHT, 1e-6 * whole)[held])
    held, local = held[some], some - base[0][held[some]]
    rows = base[1][held] + local // wide[held]
    return which[held], rows, base[2][held] + local % wide[held], np.minimum(cover[some], 1.0)


def _windows(
    row: Places, col: Places, owner: Places, count: int
) -> tuple[tuple[Places, Places, Places], Places, Places]:
    """Lay one window of cells per shape end to end: (start, first row, first column), width, size.

    Each row has a spare column at its right for what a trapezoid hands on.
    """
    top, left = np.full(count, np.iinfo(np.intp).max), np.full(count, np.iinfo(np.intp).max)
    low, right = np.full(count, np.iinfo(np.intp).min), np.full(count, np.iinfo(np.intp).min)
    np.minimum.at(top, owner, row)
    np.maximum.at(low, owner, row)
    np.minimum.at(left, owner, col)
    np.maximum.at(right, owner, col)
    empty = low < top
    top[empty] = left[empty] = 0
    wide = np.where(empty, 1, right - left + 2)
    size = np.where(empty, 0, (low - top + 1) * wide)
    return (np.cumsum(size) - size, top, left), wide, size


def _once(lines: Geometries) -> Geometries:
    """Lines that run over themselves, once: what is walked twice is still there once."""
    twice = ~shapely.is_simple(lines)
    if not twice.any():
        return lines
    single = lines.copy()
    single[twice] = [shapely.unary_union(line) for line in lines[twice]]
    return single


def _segments(lines: Geometries) -> tuple[Floats, Floats, Places]:
    """Ends of all segments of (multi)lines, and the shape each belongs to."""
    part, owner = shapely.get_parts(lines, return_index=True)
    part, inner = shapely.get_parts(part, return_index=True)
    owner = owner[inner]
    line = shapely.get_dimensions(part) == 1
    xy, at = shapely.get_coordinates(part[line], return_index=True)
    joined = at[1:] == at[:-1]
    return xy[:-1][joined], xy[1:][joined], owner[line][at[:-1][joined]]


def _split(a: Floats, b: Floats) -> tuple[Floats, Floats, Places]:
    """Cut segments at all lines of the grid; return pieces and their segment."""
    fraction, source = [np.zeros(len(a))], [np.arange(len(a))]
    for axis in (0, 1):
        start, end = a[:, axis], b[:, axis]
        first = np.floor(np.minimum(start, end)).astype(np.intp) + 1
        count = np.maximum(0, np.ceil(np.maximum(start, end)).astype(np.intp) - first)
        segment = np.repeat(np.arange(len(a)), count)
        step = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
        line = first[segment] + step
        fraction.append((line - start[segment]) / (end - start)[segment])
        source.append(segment)
    where, owner = np.concatenate(fraction), np.concatenate(source)
    order = np.lexsort((where, owner))
    where, owner = where[order], owner[order]
    point = a[owner] + where[:, None] * (b - a)[owner]
    last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
    end = np.roll(point, -1, axis=0)
    end[last] = b[owner[last]]
    return point, end, owner
