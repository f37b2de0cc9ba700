"""How much of each cell polygons cover, exactly, and what a raster holds under them, compiled.

Every edge changes the coverage of the cells of a row from where it crosses it eastwards; the
running sum of these changes along the row is the coverage: a trapezoid on the cells that an edge
crosses, 1 inside. `cell_weights.py` does the same in numpy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Integers, Longs, Places
from zoning.overlay.geometry import polygonal
from zoning.overlay.raster.cell_weights import LEAST_WEIGHT, Cells
from zoning.overlay.raster.chunks import Span
from zoning.overlay.raster.raster import Sheet

ROOM = 1 << 18
"""[cell] Worked on at a time; a shape wider than this is done row by row."""


@dataclass(frozen=True, slots=True, eq=False)
class Polygons:
    """Polygons in cell coordinates (x = column, y = row, downwards) as flat arrays.

    Attributes
    ----------
    xy : f8[v, 2]
        Corners, clockwise round the ground in a plane whose y points up.
    ring : i8[r + 1]
        First corner of each ring.
    first : i8[n + 1]
        First ring of each shape.
    box : i8[n, 4]
        Columns and rows of each shape: left, top, right, bottom; the last two past the end.
    least : f8[n]
        [cell] Coverage up to this is rounding, not ground.
    """

    xy: Floats
    ring: Longs
    first: Longs
    box: Longs
    least: Floats

    def __len__(self) -> int:
        return len(self.box)

    @classmethod
    def of(cls, shapes: Geometries) -> Polygons:
        """Flatten valid (multi)polygons; None, and what has no area, covers nothing."""
        sound = shapely.orient_polygons(polygonal(shapes), exterior_cw=True)
        part, shape = shapely.get_parts(sound, return_index=True)
        rings, owner = shapely.get_rings(part, return_index=True)
        xy, corner = shapely.get_coordinates(rings, return_index=True)
        count = len(shapes)
        bounds = np.nan_to_num(shapely.bounds(sound)).reshape(count, 4)
        return cls(
            xy=xy,
            ring=_offsets(corner, len(rings)),
            first=_offsets(shape[owner], count),
            box=np.hstack([np.floor(bounds[:, :2]), np.ceil(bounds[:, 2:])]).astype(np.int64),
            least=np.minimum(LEAST_WEIGHT, 1e-6 * np.nan_to_num(shapely.area(sound))),
        )


def _offsets(owner: NDArray[np.intp], count: int) -> Longs:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Sums over the cells under each shape, weighed by coverage.

    Attributes
    ----------
    weight, known : f8[n]
        Ground [cell], and ground on known cells.
    total : f8[n]
        Sum of value times coverage over the known cells.
    least, greatest : f8[n]
        Of the known cells with any coverage; inf and -inf where there is none.
    ground : f8[n, k]
        Ground on cells of each class.
    """

    weight: Floats
    known: Floats
    total: Floats
    least: Floats
    greatest: Floats
    ground: Floats


def coverage(polygons: Polygons, which: Places, span: Span) -> Cells:
    """Cells of a window that polygons cover, shape by shape, row by row, and how much of them.

    Parameters
    ----------
    polygons : Polygons
        In cell coordinates.
    which : intp[m]
        Those wanted; the cells name them by their place in this list.
    span : Span
        The window.

    Returns
    -------
    Cells
        Weights are exact areas [cell] up to rounding (1e-9).
    """
    from zoning.overlay.kernels import coverage as kernel

    box = _within(polygons.box, span)
    room = max(int((box[:, 2] - box[:, 0])[which].max(initial=0)), ROOM)
    start = np.zeros(len(which) + 1, np.int64)
    given = (polygons.xy, polygons.ring, polygons.first, box, which, room, polygons.least)
    row, col, weight = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    kernel.split(*given, False, start, row, col, weight)
    start = np.cumsum(start)
    row, col = np.empty(start[-1], np.int64), np.empty(start[-1], np.int64)
    weight = np.empty(start[-1])
    kernel.split(*given, True, start, row, col, weight)
    shape = np.repeat(np.arange(len(which)), np.diff(start))
    return Cells(shape, row.astype(np.intp), col.astype(np.intp), weight)


def tally(polygons: Polygons, which: Places, sheet: Sheet, place: Integers, classes: int) -> Tally:
    """Mean, least and greatest value, and ground of classes, of a window under polygons.

    Parameters
    ----------
    polygons : Polygons
        In the cell coordinates of the raster; may reach beyond the window.
    which : intp[m]
        Those wanted.
    sheet : Sheet
    place : i4[v]
        Column of each value from 0 on in the table of classes, or -1.
    classes : int
        Columns of that table.
    """
    from zoning.overlay.kernels import coverage as kernel

    rows, columns = sheet.values.shape
    box = _within(polygons.box, (sheet.row, sheet.col, rows, columns))
    sums, ground = np.zeros((len(which), 5)), np.zeros((len(which), classes))
    sums[:, 3], sums[:, 4] = np.inf, -np.inf
    kernel.tally(
        np.ascontiguousarray(sheet.values),
        np.zeros((0, 0), np.bool_) if sheet.held is None else np.ascontiguousarray(sheet.held),
        (sheet.row, sheet.col),
        (*sheet.valid, *sheet.nodata),
        place,
        which,
        polygons.xy,
        polygons.ring,
        polygons.first,
        box,
        polygons.least,
        sums,
        ground,
    )
    weight, known, total, least, greatest = sums.T
    return Tally(weight, known, total, least, greatest, ground)


def _within(box: Longs, span: Span) -> Longs:
    """Boxes cut at a window; empty where there is nothing left."""
    row, col, rows, columns = span
    return np.clip(box, (col, row) * 2, (col + columns, row + rows) * 2)
