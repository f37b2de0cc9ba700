"""Rasters that are read in windows of a grid, whatever their own cells are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from zoning.arrays import Mask, Values
from zoning.crs import read_crs, same
from zoning.errors import Fault, InputError
from zoning.grid import Grid, Window

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first
from rasterio.enums import MaskFlags, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window as Pixels

Rule = Literal["aligned", "nearest", "bilinear"]

OFF = 1e-6
"""[cell] Rounding within which a raster's cells are the grid's."""
EXACT = 1e-9
"""[cell] Error allowed to GDAL's transform (0.125 by default, which depends on the block; GDAL does
not open a warped raster with 0)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A raster that is read along.

    Parameters
    ----------
    path : Path
    band : int
        Counted from 1.
    rule : {"aligned", "nearest", "bilinear"}
        aligned: its cells are cells of the grid, though it may cover less or more; the others bring
        it onto the grid from any CRS and resolution (classes: nearest).
    nodata : float, optional
        In place of what the file says.
    valid_range : (float, float), optional
        What lies outside is unknown.
    """

    path: Path
    band: int = 1
    rule: Rule = "aligned"
    nodata: float | None = None
    valid_range: tuple[float, float] | None = None


class Reader(Protocol):
    """An open raster."""

    def read(self, window: Window) -> tuple[Values, Mask | None]:
        """Values with the halo, and which of them are known; None: all."""


@dataclass(frozen=True, slots=True)
class _Aligned:
    """An open raster whose cells are the grid's, and its first cell in the grid."""

    dataset: rasterio.DatasetReader
    source: Source
    row: int
    col: int

    def read(self, window: Window) -> tuple[Values, Mask | None]:
        shape = window.outer_height, window.outer_width
        top, left = window.outer_row - self.row, window.outer_col - self.col
        r0, r1 = max(top, 0), min(top + shape[0], self.dataset.height)
        c0, c1 = max(left, 0), min(left + shape[1], self.dataset.width)
        if (r1 - r0, c1 - c0) == shape:
            return _held(self.dataset, self.source, Pixels(c0, r0, c1 - c0, r1 - r0))
        values = np.zeros(shape, self.dataset.dtypes[self.source.band - 1])
        known = np.zeros(shape, np.bool_)
        if r0 < r1 and c0 < c1:
            part = slice(r0 - top, r1 - top), slice(c0 - left, c1 - left)
            values[part], held = _held(self.dataset, self.source, Pixels(c0, r0, c1 - c0, r1 - r0))
            known[part] = True if held is None else held
        return values, known


@dataclass(frozen=True, slots=True)
class _Nearest:
    """An open raster in the grid's CRS, north up, with cells of its own."""

    dataset: rasterio.DatasetReader
    source: Source
    grid: Grid

    def read(self, window: Window) -> tuple[Values, Mask | None]:
        """Values of the cells in which the grid's centres lie."""
        place, grid = self.dataset.transform, self.grid
        x = grid.x0 + (window.outer_col + np.arange(window.outer_width) + 0.5) * grid.res
        y = grid.y1 - (window.outer_row + np.arange(window.outer_height) + 0.5) * grid.res
        col = np.floor((x - place.c) / place.a).astype(np.int64)
        row = np.floor((y - place.f) / place.e).astype(np.int64)
        r, c = (row >= 0) & (row < self.dataset.height), (col >= 0) & (col < self.dataset.width)
        shape = window.outer_height, window.outer_width
        values = np.zeros(shape, self.dataset.dtypes[self.source.band - 1])
        known = np.zeros(shape, np.bool_)
        if r.any() and c.any():
            r0, c0 = int(row[r].min()), int(col[c].min())
            size = int(col[c].max()) + 1 - c0, int(row[r].max()) + 1 - r0
            part, held = _held(self.dataset, self.source, Pixels(c0, r0, *size))
            pick = np.ix_(row[r] - r0, col[c] - c0)
            values[np.ix_(r, c)] = part[pick]
            known[np.ix_(r, c)] = True if held is None else held[pick]
        return values, known


@contextmanager
def opened(source: Source, grid: Grid) -> Iterator[Reader]:
    """Open a raster to be read in windows of a grid."""
    with ExitStack() as stack:
        dataset = stack.enter_context(rasterio.open(source.path))
        if source.rule == "aligned":
            yield _Aligned(dataset, source, *_corner(dataset, source, grid))
        elif source.rule == "nearest" and _straight(dataset, grid):
            yield _Nearest(dataset, source, grid)
        else:
            yield _Aligned(stack.enter_context(_warped(dataset, source, grid)), source, 0, 0)


def _straight(dataset: rasterio.DatasetReader, grid: Grid) -> bool:
    place = dataset.transform
    upright = place.b == place.d == 0 and place.a > 0 and place.e < 0
    return bool(upright and dataset.crs is not None and same(dataset.crs.to_wkt(), grid.crs))


def _warped(dataset: rasterio.DatasetReader, source: Source, grid: Grid) -> WarpedVRT:
    nodata = dataset.nodata if source.nodata is None else source.nodata
    alpha = {"add_alpha": True}
    options = alpha if nodata is None else {"src_nodata": nodata, "nodata": nodata}
    return WarpedVRT(
        dataset,
        crs=read_crs(grid.crs).to_wkt(),
        transform=rasterio.Affine(*grid.transform),
        width=grid.width,
        height=grid.height,
        resampling=Resampling[source.rule],
        tolerance=EXACT,
        **options,
    )


def _held(
    dataset: rasterio.DatasetReader, source: Source, pixels: Pixels
) -> tuple[Values, Mask | None]:
    """Values, and which are known; None: all."""
    band = source.band
    values: Values = dataset.read(band, window=pixels)
    known = np.ones(values.shape, np.bool_)
    doubted = False
    flags = set(dataset.mask_flag_enums[band - 1])
    if flags == {MaskFlags.nodata}:
        known &= values != np.asarray(dataset.nodatavals[band - 1]).astype(values.dtype)
        doubted = True
    elif flags != {MaskFlags.all_valid}:
        known &= dataset.read_masks(band, window=pixels) > 0
        doubted = True
    if values.dtype.kind == "f":
        known &= np.isfinite(values)
        doubted = True
    if source.nodata is not None:
        known &= values != source.nodata
        doubted = True
    if source.valid_range is not None:
        least, greatest = source.valid_range
        known &= np.greater_equal(values, least) & np.less_equal(values, greatest)
        doubted = True
    return values, known if doubted else None


def _corner(dataset: rasterio.DatasetReader, source: Source, grid: Grid) -> tuple[int, int]:
    """Row and column in the grid of the raster's first cell."""
    place = dataset.transform
    col, row = (place.c - grid.x0) / grid.res, (grid.y1 - place.f) / grid.res
    drift = max(abs(place.a / grid.res - 1), abs(place.e / grid.res + 1))
    if (
        not _straight(dataset, grid)
        or drift * max(dataset.width, dataset.height) > OFF
        or max(abs(row - round(row)), abs(col - round(col))) > OFF
    ):
        raise InputError(
            Fault(
                zh="栅格的像元与格网不重合",
                en="the cells of this raster are not cells of the grid",
                file=source.path.name,
                value=f"{place.a:g} m, ({place.c:g}, {place.f:g}); {grid.res:g} m",
                remedy_zh="声明重采样方式 nearest 或 bilinear",
                remedy_en="state how to resample: nearest or bilinear",
            )
        )
    return round(row), round(col)
