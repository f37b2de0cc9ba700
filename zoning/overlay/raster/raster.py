"""A raster opened as one layer of known and unknown cells in the work CRS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Protocol
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Geometries, Mask, Values
from zoning.crs import read_crs, same
from zoning.layers import RasterLayer

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first
import shapely
from rasterio.enums import MaskFlags
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

AS_THEY_ARE = ("uint8", "int16", "float32", "float64")
"""Types that compiled loops are made for; others are read as float64."""
CACHE_BYTES = 1 << 26
"""[byte] GDAL's cache of tiles: those that two chunks share are decoded once."""


class _Dataset(Protocol):
    def read(self, band: int, *, window: Window) -> Values: ...
    def read_masks(self, band: int, *, window: Window) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A window of a raster.

    Attributes
    ----------
    row, col : int
        Its first cell; may lie beyond the raster.
    values : array[rows, columns]
        In the raster's own type.
    held : bool[rows, columns] or None
        Cells on the raster that its mask lets stand; None: all.
    nodata : (float, float)
        Values of unknown cells; nan where there is none.
    valid : (float, float)
        Finite; what lies outside is unknown, and so is nan.
    """

    row: int
    col: int
    values: Values
    held: Mask | None
    nodata: tuple[float, float]
    valid: tuple[float, float]

    def cut(self, row: int, col: int, rows: int, columns: int) -> Sheet:
        """A smaller window, without copying."""
        part = (
            slice(row - self.row, row - self.row + rows),
            slice(col - self.col, col - self.col + columns),
        )
        held = None if self.held is None else self.held[part]
        return Sheet(row, col, self.values[part], held, self.nodata, self.valid)

    def known(self) -> Mask:
        """Which cells have a value."""
        # As float64, or a limit would be rounded to the type of the raster.
        known: Mask = np.greater_equal(self.values, np.float64(self.valid[0]))
        known &= np.less_equal(self.values, np.float64(self.valid[1]))
        for value in self.nodata:
            if not np.isnan(value):
                known &= self.values != np.float64(value)
        if self.held is not None:
            known &= self.held
        return known


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """An open raster, north up, in the work CRS.

    Attributes
    ----------
    left, top, width, height : float
        [m] Corner of the raster and size of a cell.
    rows, columns : int
        Number of cells.
    block : (int, int)
        Rows and columns of the blocks that the file is stored in.
    blur : float
        [m] How far the cells may lie from where the file has them: 0, or, where it had to be
        warped, the diagonal of a cell (nearest neighbour moves a value by half of it at most).
    """

    layer: RasterLayer
    handles: SimpleQueue[_Dataset]
    masked: bool
    nodata: tuple[float, float]
    left: float
    top: float
    width: float
    height: float
    rows: int
    columns: int
    block: tuple[int, int]
    blur: float

    def in_cells(self, geometry: Geometries) -> Geometries:
        """Geometries in cell coordinates: x = column, y = row, downwards."""
        origin, size = np.array([self.left, self.top]), np.array([self.width, -self.height])
        return np.asarray(shapely.transform(geometry, lambda xy: (xy - origin) / size), object)

    def read(self, row: int, col: int, rows: int, columns: int) -> Sheet:
        """Read a window, which may reach beyond the raster."""
        r0, r1 = max(row, 0), min(row + rows, self.rows)
        c0, c1 = max(col, 0), min(col + columns, self.columns)
        some = r0 < r1 and c0 < c1
        values, held = self._stored(Window(c0, r0, c1 - c0, r1 - r0)) if some else (None, None)
        valid = self.layer.valid_range or (-np.inf, np.inf)
        most = np.finfo(np.float64).max
        valid = max(valid[0], -most), min(valid[1], most)
        if values is None or values.shape != (rows, columns):
            wide = np.zeros((rows, columns), np.uint8 if values is None else values.dtype)
            on = np.zeros((rows, columns), np.bool_)
            if values is not None:
                part = slice(r0 - row, r1 - row), slice(c0 - col, c1 - col)
                wide[part], on[part] = values, True if held is None else held
            values, held = wide, on
        return Sheet(row, col, values, held, self.nodata, valid)

    def _stored(self, window: Window) -> tuple[Values, Mask | None]:
        band = self.layer.band
        dataset = self.handles.get()
        try:
            values = dataset.read(band, window=window)
            held = dataset.read_masks(band, window=window) > 0 if self.masked else None
        finally:
            self.handles.put(dataset)
        if values.dtype.name not in AS_THEY_ARE:
            values = values.astype(np.float64)
        return values, held


@contextmanager
def opened(layer: RasterLayer, crs: str, *, threads: int = 1) -> Iterator[Surface]:
    """Open a raster in the work CRS; warped by nearest neighbour if it is in another one."""
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), ExitStack() as stack:
        yield _opened(layer, crs, threads, stack)


class Surfaces:
    """A raster that stays open between blocks: a surface for each thread that asks at once.

    Opening costs more than reading a block does. Files are closed with the last reference.

    Parameters
    ----------
    layer : RasterLayer
    crs : str
        Work CRS, as of `opened`.
    """

    def __init__(self, layer: RasterLayer, crs: str) -> None:
        self._layer, self._crs = layer, crs
        self._idle: SimpleQueue[Surface] = SimpleQueue()
        self._stack = ExitStack()
        finalize(self, self._stack.close)

    @contextmanager
    def taken(self) -> Iterator[Surface]:
        """A surface that no other thread has meanwhile."""
        with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES):
            try:
                surface = self._idle.get_nowait()
            except Empty:
                surface = _opened(self._layer, self._crs, 1, self._stack)
            try:
                yield surface
            finally:
                self._idle.put(surface)


def _opened(layer: RasterLayer, crs: str, threads: int, stack: ExitStack) -> Surface:
    sources = [
        stack.enter_context(rasterio.open(layer.path, sharing=False)) for _ in range(threads)
    ]
    place = sources[0].transform
    straight = place.b == place.d == 0 and place.e < 0 and same(layer.crs, crs)
    if not straight:
        sources = [stack.enter_context(_warped(layer, source, crs)) for source in sources]
    blur = 0.0 if straight else float(np.hypot(*sources[0].res))
    return _surface(layer, sources, blur)


def _warped(layer: RasterLayer, source: rasterio.DatasetReader, crs: str) -> WarpedVRT:
    nodata = source.nodata if layer.nodata is None else layer.nodata
    options = {"add_alpha": True} if nodata is None else {"src_nodata": nodata, "nodata": nodata}
    return WarpedVRT(
        source, src_crs=read_crs(layer.crs).to_wkt(), crs=read_crs(crs).to_wkt(), **options
    )


def _surface(layer: RasterLayer, sources: list[rasterio.DatasetReader], blur: float) -> Surface:
    """A surface over handles of one raster: GDAL wants one of its own in every thread."""
    handles: SimpleQueue[_Dataset] = SimpleQueue()
    for source in sources:
        handles.put(source)
    dataset, at = sources[0], layer.band - 1
    place, flags = dataset.transform, set(dataset.mask_flag_enums[at])
    kind = np.dtype(dataset.dtypes[at])
    return Surface(
        layer,
        handles,
        not flags <= {MaskFlags.all_valid, MaskFlags.nodata},
        (_stored_as(dataset.nodatavals[at], kind), _stored_as(layer.nodata, kind)),
        place.c,
        place.f,
        place.a,
        -place.e,
        dataset.height,
        dataset.width,
        dataset.block_shapes[at],
        blur,
    )


def _stored_as(nodata: float | None, kind: np.dtype[np.generic]) -> float:
    """A value as cells of a raster hold it: 0.1 is another number in float32; nan: they cannot."""
    if nodata is None:
        return np.nan
    if kind.kind == "f":
        return float(np.asarray(nodata).astype(kind))
    held = np.asarray(nodata if np.isfinite(nodata) else 0.5).astype(kind)
    return float(nodata) if float(held) == nodata else np.nan
