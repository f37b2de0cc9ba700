"""How much of each cell polygons cover, exactly, and what a raster holds under them.

Every edge changes the coverage of the cells of a row from where it crosses it eastwards; the
running sum of these changes along the row is the coverage: a trapezoid on the cells that an edge
crosses, 1 inside. Rasters are read once, in blocks of rows, whatever the polygons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.overlay.cells import LEAST_WEIGHT, Cells, cells
from zoning.overlay.index import Floats, Geometries, polygonal
from zoning.overlay.runs import Counts, Numbers, numba_held

Blocks: TypeAlias = Iterable[NDArray[np.generic]]

COMPILED_FROM = 1_000_000
"""[cell] Below this, in the boxes of all shapes, numpy is done before the loops are loaded."""
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
    shapes : object[n]
        As they came.
    """

    xy: Floats
    ring: Counts
    first: Counts
    box: Counts
    least: Floats
    shapes: Geometries

    def __len__(self) -> int:
        return len(self.shapes)

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
            shapes=sound,
        )


def _offsets(owner: NDArray[np.intp], count: int) -> Counts:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Sums over the known cells under each shape, weighed by coverage.

    Attributes
    ----------
    known : f8[n]
        [cell] Ground on known cells.
    total : f8[n]
        Sum of value times coverage.
    least, greatest : f8[n]
        Of the cells with any coverage; inf and -inf where none is known.
    """

    known: Floats
    total: Floats
    least: Floats
    greatest: Floats

    @property
    def mean(self) -> Floats:
        """Mean value; nan where no cell is known."""
        held = self.known > 0
        mean = np.full(len(held), np.nan)
        np.divide(self.total, self.known, out=mean, where=held)
        return mean


def coverage(polygons: Polygons, *, compiled: bool | None = None) -> Cells:
    """Cells that polygons cover, shape by shape, row by row, and how much of them.

    Parameters
    ----------
    polygons : Polygons
        In cell coordinates.
    compiled : bool or None
        By numba, or by numpy; None: whichever is sooner done.

    Returns
    -------
    Cells
        Weights are exact areas [cell] up to rounding (1e-9).
    """
    if not _worth(polygons, compiled):
        return cells(polygons.shapes)
    from zoning.overlay import coverage_kernels as kernel

    room = _room(polygons)
    start = np.zeros(len(polygons) + 1, np.int64)
    given = (polygons.xy, polygons.ring, polygons.first, polygons.box, room, polygons.least)
    row, col, weight = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    kernel.split(*given, False, start, row, col, weight)
    start = np.cumsum(start)
    row, col = np.empty(start[-1], np.int64), np.empty(start[-1], np.int64)
    weight = np.empty(start[-1])
    kernel.split(*given, True, start, row, col, weight)
    shape = np.repeat(np.arange(len(polygons)), np.diff(start))
    return Cells(shape, row.astype(np.intp), col.astype(np.intp), weight)


def _room(polygons: Polygons) -> int:
    """Cells to work on at a time: one row of the widest shape at least."""
    return max(int((polygons.box[:, 2] - polygons.box[:, 0]).max(initial=0)), ROOM)


def _worth(polygons: Polygons, compiled: bool | None) -> bool:
    if compiled is not None:
        return compiled
    box = polygons.box
    size = ((box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])).sum()
    return bool(size >= COMPILED_FROM) and numba_held()


def tally(
    polygons: Polygons,
    blocks: Blocks,
    *,
    nodata: float | None = None,
    compiled: bool | None = None,
) -> Tally:
    """Mean, least and greatest value of a raster under polygons, in one pass over it.

    Parameters
    ----------
    polygons : Polygons
        In the cell coordinates of the raster; may reach beyond it.
    blocks : iterable of arrays
        Consecutive blocks of whole rows, from the raster's first.
    nodata : float or None
        Value of unknown cells; nan is always unknown.
    compiled : bool or None
        By numba, or by numpy; None: whichever is sooner done.
    """
    count = len(polygons)
    found = Tally(np.zeros(count), np.zeros(count), np.full(count, np.inf), np.full(count, -np.inf))
    unknown = np.nan if nodata is None else float(nodata)
    if _worth(polygons, compiled):
        from zoning.overlay import coverage_kernels as kernel

        sums = found.known, found.total, found.least, found.greatest
        flat = polygons.xy, polygons.ring, polygons.first, polygons.box
        for block, row, which, room in _meetings(polygons, blocks):
            kernel.tally(block, row, unknown, which, *flat, room, polygons.least, *sums)
        return found
    for shape, value, weight in _looked_up(polygons, blocks):
        held = ~(np.isnan(value) | (value == unknown))
        shape, value, weight = shape[held], value[held], weight[held]
        found.known[:] += np.bincount(shape, weights=weight, minlength=count)
        found.total[:] += np.bincount(shape, weights=weight * value, minlength=count)
        np.minimum.at(found.least, shape, value)
        np.maximum.at(found.greatest, shape, value)
    return found


def tally_classes(
    polygons: Polygons, blocks: Blocks, classes: Sequence[int], *, compiled: bool | None = None
) -> Floats:
    """Ground of each class of a raster of whole numbers under polygons, in one pass over it.

    Parameters
    ----------
    polygons, blocks, compiled
        As for `tally`.
    classes : sequence of int
        k values, none negative.

    Returns
    -------
    f8[n, k]
        [cell] Ground of each shape on cells of each class.
    """
    place = np.full(max(classes, default=0) + 1, -1, np.int32)
    place[list(classes)] = np.arange(len(classes), dtype=np.int32)
    found = np.zeros((len(polygons), len(classes)))
    if _worth(polygons, compiled):
        from zoning.overlay import coverage_kernels as kernel

        flat = polygons.xy, polygons.ring, polygons.first, polygons.box
        for block, row, which, room in _meetings(polygons, blocks):
            kernel.tally_classes(block, row, place, which, *flat, room, polygons.least, found)
        return found
    for shape, value, weight in _looked_up(polygons, blocks):
        for column, code in enumerate(classes):
            held = value == code
            found[:, column] += np.bincount(
                shape[held], weights=weight[held], minlength=len(polygons)
            )
    return found


def _meetings(
    polygons: Polygons, blocks: Blocks
) -> Iterator[tuple[NDArray[np.generic], int, Counts, Floats]]:
    """Blocks with their first row, the shapes that meet them, and zeroed room to work in."""
    top, bottom = polygons.box[:, 1], polygons.box[:, 3]
    row = 0
    room = np.zeros(0)
    for block in blocks:
        if block.size > len(room):
            room = np.zeros(block.size)  # touched only as far as the widest shape needs
        which = np.flatnonzero((top < row + len(block)) & (bottom > row)).astype(np.int64)
        yield np.ascontiguousarray(block), row, which, room
        row += len(block)


def _looked_up(
    polygons: Polygons, blocks: Blocks
) -> Iterator[tuple[Numbers | NDArray[np.intp], Floats, Floats]]:
    """Shape, value and weight of the cells of each block, all cells being held in memory."""
    every = cells(polygons.shapes)
    order = np.argsort(every.row, kind="stable")
    row = 0
    for block in blocks:
        begin, end = np.searchsorted(every.row, [row, row + len(block)], sorter=order)
        some = order[begin:end]
        some = some[(every.col[some] >= 0) & (every.col[some] < block.shape[1])]
        value = block[every.row[some] - row, every.col[some]].astype(np.float64)
        yield every.shape[some], value, every.weight[some]
        row += len(block)
