"""A raster opened as one layer of known and unknown cells in the work CRS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from zoning.crs import read_crs, same
from zoning.layers import RasterLayer
from zoning.overlay.index import Floats, Geometries, Mask

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first
import shapely
from rasterio.enums import MaskFlags
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window


class _Dataset(Protocol):
    def read(
        self, band: int, *, window: Window
    ) -> np.ndarray[tuple[int, int], np.dtype[np.generic]]: ...
    def read_masks(
        self, band: int, *, window: Window
    ) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """An open raster, north up, in the work CRS.

    Attributes
    ----------
    left, top, width, height : float
        [m] Corner of the raster and size of a cell.
    rows, columns : int
        Number of cells.
    blur : float
        [m] How far the cells may lie from where the file has them: 0, or, where it had to be
        warped, the diagonal of a cell (nearest neighbour moves a value by half of it at most).
    """

    layer: RasterLayer
    dataset: _Dataset
    masked: bool
    left: float
    top: float
    width: float
    height: float
    rows: int
    columns: int
    blur: float

    def in_cells(self, geometry: Geometries) -> Geometries:
        """Geometries in cell coordinates: x = column, y = row, downwards."""
        origin, size = np.array([self.left, self.top]), np.array([self.width, -self.height])
        return np.asarray(shapely.transform(geometry, lambda xy: (xy - origin) / size), object)

    def read(self, row: int, col: int, rows: int, columns: int) -> tuple[Floats, Mask]:
        """Values and which of them are known, in a window that may reach beyond the raster.

        Unknown are nodata, nan, values outside the layer's `valid_range`, and what lies beyond.
        """
        values = np.zeros((rows, columns))
        known = np.zeros((rows, columns), dtype=bool)
        r0, r1 = max(row, 0), min(row + rows, self.rows)
        c0, c1 = max(col, 0), min(col + columns, self.columns)
        if r0 < r1 and c0 < c1:
            part = slice(r0 - row, r1 - row), slice(c0 - col, c1 - col)
            values[part], known[part] = self._held(Window(c0, r0, c1 - c0, r1 - r0))
        return values, known

    def _held(self, window: Window) -> tuple[Floats, Mask]:
        band = self.layer.band
        values = self.dataset.read(band, window=window).astype(np.float64)
        known = np.isfinite(values)
        if self.masked:
            known &= self.dataset.read_masks(band, window=window) > 0
        if self.layer.nodata is not None:
            known &= values != self.layer.nodata
        if self.layer.valid_range is not None:
            least, greatest = self.layer.valid_range
            known &= (values >= least) & (values <= greatest)
        values[~known] = 0.0
        return values, known


@contextmanager
def opened(layer: RasterLayer, crs: str) -> Iterator[Surface]:
    """Open a raster in the work CRS; warped by nearest neighbour if it is in another one."""
    with rasterio.open(layer.path) as source:
        straight = source.transform.b == source.transform.d == 0 and source.transform.e < 0
        if straight and same(layer.crs, crs):
            yield _surface(layer, source, 0.0)
            return
        nodata = source.nodata if layer.nodata is None else layer.nodata
        options = (
            {"add_alpha": True} if nodata is None else {"src_nodata": nodata, "nodata": nodata}
        )
        with WarpedVRT(
            source, src_crs=read_crs(layer.crs).to_wkt(), crs=read_crs(crs).to_wkt(), **options
        ) as warped:
            yield _surface(layer, warped, float(np.hypot(*warped.res)))


def _surface(layer: RasterLayer, dataset: rasterio.DatasetReader, blur: float) -> Surface:
    flags = set(dataset.mask_flag_enums[layer.band - 1])
    place = dataset.transform
    return Surface(
        layer,
        dataset,
        flags != {MaskFlags.all_valid},
        place.c,
        place.f,
        place.a,
        -place.e,
        dataset.height,
        dataset.width,
        blur,
    )
