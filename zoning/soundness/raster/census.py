"""Every cell of a raster counted, block by block, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.layers import RasterLayer

_STRIP_CELLS = 8_000_000
_MOST_CELLS = 250_000_000  # illustrative: beyond, every n-th strip is counted, and that is said
_FEW = 4096  # values told apart one by one; more than classes and fills can be
_COMMON = 0.01  # illustrative: a constant that fills is not rare


@dataclass(frozen=True, slots=True, eq=False)
class Census:
    """What the cells of one band hold.

    Parameters
    ----------
    cells : int
        Counted.
    share : float
        Of the raster that was counted.
    nodata : int
        Cells without value: the nodata value, NaN, infinite.
    low, high : float
        Least and greatest value; NaN where no cell holds one.
    out_low, out_high : int
        Cells below and above ``valid_range``.
    fractional : int
        Cells whose value is no whole number.
    values, counts : arrays [k]
        Common values and how many cells hold them; in full where there are few values.
    complete : bool
        All values are among ``values``.
    size : tuple of int
        Rows, columns.
    cell_m : float
        Longer side of a cell. [m], for degrees along the meridian
    overviews, tiled : bool
    transform : tuple of float
        Affine coefficients a, b, c, d, e, f.
    """

    cells: int
    share: float
    nodata: int
    low: float
    high: float
    out_low: int
    out_high: int
    fractional: int
    values: NDArray[np.float64]
    counts: NDArray[np.int64]
    complete: bool
    size: tuple[int, int]
    cell_m: float
    overviews: bool
    tiled: bool
    transform: tuple[float, ...]


_METRES_PER_DEGREE = 111_320.0  # of latitude, WGS 84, rounded


def count_cells(layer: RasterLayer) -> Census:
    """Count the cells of a raster layer."""
    import rasterio

    with rasterio.open(layer.path) as raster:
        height, width = raster.shape
        strips = list(_strips(height, width))
        step = -(-height * width // _MOST_CELLS)
        tally = _Tally()
        for window in strips[::step]:
            tally.add(raster.read(layer.band, window=window), layer)
        side = max(map(abs, raster.res))
        return Census(
            cells=tally.cells,
            share=tally.cells / (height * width),
            nodata=tally.nodata,
            low=tally.low,
            high=tally.high,
            out_low=tally.out_low,
            out_high=tally.out_high,
            fractional=tally.fractional,
            values=np.array(sorted(tally.seen), dtype=np.float64),
            counts=np.array([tally.seen[v] for v in sorted(tally.seen)], dtype=np.int64),
            complete=tally.complete,
            size=(height, width),
            cell_m=side * (_METRES_PER_DEGREE if raster.crs and raster.crs.is_geographic else 1.0),
            overviews=bool(raster.overviews(layer.band)),
            tiled=bool(raster.profile.get("tiled")),
            transform=tuple(raster.transform)[:6],
        )


def _strips(height: int, width: int) -> Iterator[object]:
    from rasterio.windows import Window

    rows = max(256, _STRIP_CELLS // max(width, 1) // 256 * 256)
    for top in range(0, height, rows):
        yield Window(0, top, width, min(rows, height - top))


class _Tally:
    """Counts that grow strip by strip."""

    def __init__(self) -> None:
        self.cells = self.nodata = self.out_low = self.out_high = self.fractional = 0
        self.low = self.high = float("nan")
        self.seen: dict[float, int] = {}
        self.complete = True

    def add(self, data: NDArray[np.generic], layer: RasterLayer) -> None:
        """Count a strip."""
        values = data[_held(data, layer.nodata)]
        self.cells += data.size
        self.nodata += data.size - values.size
        if not values.size:
            return
        self.low = float(np.nanmin([self.low, values.min()]))
        self.high = float(np.nanmax([self.high, values.max()]))
        if layer.valid_range is not None:
            self.out_low += int(np.less(values, layer.valid_range[0]).sum())
            self.out_high += int(np.greater(values, layer.valid_range[1]).sum())
        if values.dtype.kind == "f":
            self.fractional += int((values != np.rint(values)).sum())
        self._remember(values)

    def _remember(self, values: NDArray[np.generic]) -> None:
        if values.dtype.kind == "f":
            # real measurements seldom repeat: what fills shows at the ends or in a sparse sample
            ends = values[(values == values.min()) | (values == values.max())]
            sample = values[:: max(1, values.size // _FEW)]
            often, count = np.unique(sample, return_counts=True)
            often = often[count > _COMMON * sample.size]
            self.complete = False
            for value in {*np.unique(ends).tolist(), *often.tolist()}:
                self._more(value, int((values == value).sum()))
            return
        found, count = np.unique(values, return_counts=True)
        if len(found) + len(self.seen) > 4 * _FEW:
            self.complete = False
            kept = np.argsort(-count)[:_FEW]
            found, count = found[kept], count[kept]
        for value, n in zip(found.tolist(), count.tolist(), strict=True):
            self._more(value, n)

    def _more(self, value: float, count: int) -> None:
        self.seen[float(value)] = self.seen.get(float(value), 0) + count


def _held(data: NDArray[np.generic], nodata: float | None) -> NDArray[np.bool_]:
    """Cells that hold a value."""
    held = np.ones(data.shape, dtype=np.bool_)
    if data.dtype.kind == "f":
        held &= np.isfinite(data)
    if nodata is not None and np.isfinite(nodata):
        held &= data != nodata
    return held
