"""A raster in blocks of whole rows, the next one read while one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.crs import drop_foreign_proj

READ_CELLS = 1 << 22
"""[cell] Read at a time, in whole rows of tiles."""
CACHE_BYTES = 1 << 24
"""[byte] GDAL's cache of tiles meanwhile: each tile is used once."""


@dataclass(frozen=True, slots=True, eq=False)
class Strips:
    """Blocks of whole rows of a raster's band, to be gone through once.

    Attributes
    ----------
    crs : str or None
        As the file has it.
    transform : tuple of float
        Affine coefficients a, b, c, d, e, f.
    width, height : int
        Columns and rows.
    nodata : float or None
        Value of unknown cells.
    blocks : iterator of arrays
        In order, without gap, until all rows are read.
    """

    crs: str | None
    transform: tuple[float, float, float, float, float, float]
    width: int
    height: int
    nodata: float | None
    blocks: Iterator[NDArray[np.generic]]


@contextmanager
def in_strips(path: Path, *, band: int = 1) -> Iterator[Strips]:
    """Open a raster to read it once, from the north, with flat memory."""
    drop_foreign_proj()
    import rasterio
    from rasterio.windows import Window

    with (
        rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES, GDAL_NUM_THREADS="ALL_CPUS"),
        rasterio.open(path) as source,
        ThreadPoolExecutor(1) as reader,
    ):
        width, height = source.width, source.height
        tile = source.block_shapes[band - 1][0]
        step = tile * max(READ_CELLS // (tile * width), 1)

        def read(row: int) -> NDArray[np.generic]:
            window = Window(0, row, width, min(step, height - row))
            block: NDArray[np.generic] = source.read(band, window=window)
            return block

        def blocks() -> Iterator[NDArray[np.generic]]:
            ahead = reader.submit(read, 0)
            for row in range(step, height, step):
                block = ahead.result()
                ahead = reader.submit(read, row)
                yield block
            yield ahead.result()

        crs = None if source.crs is None else str(source.crs)
        place = tuple(source.transform)[:6]
        yield Strips(crs, place, width, height, source.nodatavals[band - 1], blocks())
