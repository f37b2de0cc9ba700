"""Cells whose centre lies in a polygon, for rasters whose cells are taken whole or not at all."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Places
from zoning.overlay.geometry import polygonal
from zoning.overlay.raster.cell_weights import Cells
from zoning.overlay.raster.chunks import Span


def centre_cells(shapes: Geometries, span: Span) -> Cells:
    """Cells of a window whose centre lies in polygons, each with weight 1.

    Parameters
    ----------
    shapes : object[n]
        Valid (multi)polygons in cell coordinates; None has no cells.
    span : Span
        The window.

    Returns
    -------
    Cells
        By the rule of `burn`: a centre on a western edge is out, on an eastern in, on a northern
        or level southern edge in.
    """
    shape, row, start, end = _runs(shapes, span)
    count = end - start
    at = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    return Cells(shape[at], row[at], start[at] + step, np.ones(len(at)))


def centre_count(shapes: Geometries) -> Floats:
    """Number of cells whose centre lies in each polygon, however many they are."""
    bounds = np.nan_to_num(shapely.bounds(shapes)).reshape(len(shapes), 4)
    low, high = np.floor(bounds[:, :2]).min(axis=0), np.ceil(bounds[:, 2:]).max(axis=0)
    size = high - low + 2
    span = int(low[1]) - 1, int(low[0]) - 1, int(size[1]), int(size[0])
    shape, _, start, end = _runs(shapes, span)
    return np.bincount(shape, weights=end - start, minlength=len(shapes)).astype(np.float64)


def _runs(shapes: Geometries, span: Span) -> tuple[Places, Places, Places, Places]:
    """Shape, row, first column and column past the end of each run of cells, in order."""
    top, left, rows, columns = span
    part, shape = shapely.get_parts(polygonal(shapes), return_index=True)
    ring, owner = shapely.get_rings(part, return_index=True)
    xy, at = shapely.get_coordinates(ring, return_index=True)
    joined = at[1:] == at[:-1]
    one, two, at = xy[:-1][joined], xy[1:][joined], at[:-1][joined]
    owner = shape[owner[at]].astype(np.intp)
    # Seen with y upwards a ring that runs left along its southern edge is clockwise.
    turn = np.bincount(at, weights=one[:, 0] * two[:, 1] - two[:, 0] * one[:, 1])[at] > 0

    level = (one[:, 1] == two[:, 1]) & (one[:, 1] - np.floor(one[:, 1]) == 0.5)
    level &= np.where(turn, one[:, 0] > two[:, 0], one[:, 0] < two[:, 0])
    south = owner[level], np.floor(one[level, 1]).astype(np.intp)
    ends = np.stack([np.minimum(one[level, 0], two[level, 0]), np.maximum(one, two)[level, 0]])

    up = one[:, 1] > two[:, 1]
    low, high = np.where(up[:, None], two, one), np.where(up[:, None], one, two)
    first = np.clip(np.ceil(low[:, 1] - 0.5).astype(np.intp), top, top + rows)
    count = np.maximum(np.clip(np.ceil(high[:, 1] - 0.5).astype(np.intp), top, top + rows), first)
    count -= first
    e = np.repeat(np.arange(len(count)), count)
    row = first[e] + np.arange(len(e)) - np.repeat(np.cumsum(count) - count, count)
    slope = (high[e, 0] - low[e, 0]) / (high[e, 1] - low[e, 1])
    crossed = np.floor((row + 0.5 - low[e, 1]) * slope + low[e, 0] + 0.5)
    order = np.lexsort((crossed, row, owner[e]))
    who, row, crossed = owner[e][order], row[order], crossed[order]
    return _united(
        np.concatenate([who[::2], south[0]]),
        np.concatenate([row[::2], south[1]]),
        np.clip(np.concatenate([crossed[::2], np.floor(ends[0] + 0.5)]), left, left + columns),
        np.clip(np.concatenate([crossed[1::2], np.floor(ends[1] + 0.5)]), left, left + columns),
        (top, top + rows),
    )


def _united(
    shape: Places, row: Places, start: Floats, end: Floats, rows: tuple[int, int]
) -> tuple[Places, Places, Places, Places]:
    """Runs in order, none of them empty, what two hold given once."""
    some = (start < end) & (row >= rows[0]) & (row < rows[1])
    shape, row, start, end = shape[some], row[some], start[some], end[some]
    order = np.lexsort((end, start, row, shape))
    shape, row, start, end = shape[order], row[order], start[order], end[order]
    begun = np.append(True, (shape[1:] != shape[:-1]) | (row[1:] != row[:-1]))[: len(shape)]
    line = np.cumsum(begun)
    # Lines laid end to end, so that the farthest end so far is that of the same line.
    wide = float(np.ptp(np.concatenate([start, end]))) + 1 if len(start) else 1.0
    farthest = np.maximum.accumulate(end + line * wide) - line * wide
    reached = np.append(-np.inf, farthest[:-1])[: len(start)]
    start = np.where(begun, start, np.maximum(start, reached))
    kept = start < end
    whole = (start[kept].astype(np.intp), end[kept].astype(np.intp))
    return shape[kept], row[kept], *whole
