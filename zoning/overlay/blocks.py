"""One pass over a grid: read rasters block by block with a halo, compute, write.

Memory depends on the block, never on the grid; what is written depends on neither block nor
threads, provided that the work on a block uses nothing but what lies within the halo.
"""

from __future__ import annotations

import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from zoning.crs import read_crs, same
from zoning.errors import Fault, InputError
from zoning.grid import Grid, Window
from zoning.overlay.index import Mask
from zoning.overlay.tiles import Layout, Tile, TileFile, packed

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first
from rasterio.enums import MaskFlags, Resampling
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window as Pixels

Values = NDArray[np.generic]
Rule = Literal["aligned", "nearest", "bilinear"]
T = TypeVar("T")

CACHE_BYTES = 64 * 2**20
"""[B] GDAL's block cache; blocks are read once, so that a larger one buys nothing."""
OFF = 1e-6
"""[cell] Rounding within which a raster's cells are the grid's."""


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


@dataclass(frozen=True, slots=True)
class Block:
    """What the work on a block gets.

    Attributes
    ----------
    grid : Grid
    window : Window
        The block, and its place in what was read with the halo.
    """

    grid: Grid
    window: Window
    _read: Mapping[str, tuple[Values, Mask | None]]

    def values(self, name: str, *, halo: bool = False) -> Values:
        """Values of a raster in its own type, on the block or with the halo (cut at the grid)."""
        found = self._read[name][0]
        return found if halo else found[self.window.inner]

    def known(self, name: str, *, halo: bool = False) -> Mask:
        """Cells with data: not nodata, not nan, in the valid range, inside the raster."""
        values, known = self._read[name]
        if known is None:
            known = np.ones(values.shape, dtype=np.bool_)
        return known if halo else known[self.window.inner]


Progress = Callable[[int, int], None]


def sweep(
    grid: Grid,
    sources: Mapping[str, Source],
    work: Callable[[Block], Values],
    path: Path,
    *,
    dtype: str = "uint8",
    nodata: float | None = None,
    block: int = 1024,
    halo_m: float = 0.0,
    threads: int = 2,
    tile: int = 512,
    level: int = 6,
    progress: Progress | None = None,
) -> None:
    """Compute a raster block by block and write it as a tiled GeoTIFF.

    Parameters
    ----------
    grid : Grid
    sources : mapping of str to Source
    work : callable
        From a block to its cells (without halo); called in threads.
    path : Path
        Written beside and swapped in whole.
    dtype, nodata, tile, level
        As of `Layout`.
    block : int
        [cell] Side of a block, rounded up to tiles.
    halo_m : float
        [m] How far beyond the block rasters are read.
    threads : int
    progress : callable, optional
        Called with blocks done and blocks in all.

    Raises
    ------
    InputError
        A source that is said to be aligned is not.
    """
    layout = Layout(grid, dtype, nodata, tile, level)
    block = -(-block // tile) * tile

    def compute(piece: Block) -> list[Tile]:
        return packed(layout, piece.window.row, piece.window.col, _checked(piece, work(piece)))

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        with TileFile(beside, layout) as file:
            for tiles in passed(
                grid,
                sources,
                compute,
                block=block,
                halo_m=halo_m,
                threads=threads,
                progress=progress,
            ):
                file.add(tiles)
        beside.chmod(0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def passed(
    grid: Grid,
    sources: Mapping[str, Source],
    work: Callable[[Block], T],
    *,
    block: int = 1024,
    halo_m: float = 0.0,
    threads: int = 2,
    progress: Progress | None = None,
) -> Iterator[T]:
    """Yield the work on each block, row by row from the north.

    Parameters
    ----------
    grid, sources, work, block, halo_m, threads, progress
        As for `sweep`; work may return anything.

    Yields
    ------
    object
        In the order of the blocks, a few of them ahead of the caller at most.
    """
    windows = list(grid.windows(block=block, halo_m=halo_m))
    with rasterio.Env(GDAL_CACHEMAX=CACHE_BYTES), ExitStack() as stack:
        readers: SimpleQueue[dict[str, _Reader]] = SimpleQueue()
        for _ in range(max(threads, 1)):  # GDAL wants a handle of its own in every thread
            readers.put(
                {
                    name: stack.enter_context(_opened(source, grid))
                    for name, source in sources.items()
                }
            )
        pool = stack.enter_context(ThreadPoolExecutor(max(threads, 1)))

        def run(window: Window) -> T:
            mine = readers.get()
            try:
                read = {name: reader.read(window) for name, reader in mine.items()}
            finally:
                readers.put(mine)
            return work(Block(grid, window, read))

        ahead: deque[Future[T]] = deque()
        try:
            for done, window in enumerate(windows, 1):
                ahead.append(pool.submit(run, window))
                if len(ahead) > 2 * threads:
                    yield ahead.popleft().result()
                    if progress is not None:
                        progress(done - len(ahead), len(windows))
            while ahead:
                yield ahead.popleft().result()
                if progress is not None:
                    progress(len(windows) - len(ahead), len(windows))
        finally:
            for future in ahead:
                future.cancel()


def _checked(piece: Block, values: Values) -> Values:
    wanted = piece.window.height, piece.window.width
    if values.shape != wanted:
        raise ValueError(f"work on a block gave {values.shape}, wanted {wanted}")
    return values


@dataclass(frozen=True, slots=True)
class _Reader:
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
            return self._held(Pixels(c0, r0, c1 - c0, r1 - r0))
        values = np.zeros(shape, self.dataset.dtypes[self.source.band - 1])
        known = np.zeros(shape, np.bool_)
        if r0 < r1 and c0 < c1:
            part = slice(r0 - top, r1 - top), slice(c0 - left, c1 - left)
            values[part], held = self._held(Pixels(c0, r0, c1 - c0, r1 - r0))
            known[part] = True if held is None else held
        return values, known

    def _held(self, pixels: Pixels) -> tuple[Values, Mask | None]:
        band, source = self.source.band, self.source
        values: Values = self.dataset.read(band, window=pixels)
        known = np.ones(values.shape, np.bool_)
        doubted = False
        flags = set(self.dataset.mask_flag_enums[band - 1])
        if flags == {MaskFlags.nodata}:
            known &= values != np.asarray(self.dataset.nodatavals[band - 1]).astype(values.dtype)
            doubted = True
        elif flags != {MaskFlags.all_valid}:
            known &= self.dataset.read_masks(band, window=pixels) > 0
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


@contextmanager
def _opened(source: Source, grid: Grid) -> Iterator[_Reader]:
    with ExitStack() as stack:
        dataset = stack.enter_context(rasterio.open(source.path))
        if source.rule == "aligned":
            yield _Reader(dataset, source, *_corner(dataset, source, grid))
            return
        nodata = dataset.nodata if source.nodata is None else source.nodata
        alpha = {"add_alpha": True}
        options = alpha if nodata is None else {"src_nodata": nodata, "nodata": nodata}
        warped = WarpedVRT(
            dataset,
            crs=read_crs(grid.crs).to_wkt(),
            transform=rasterio.Affine(*grid.transform),
            width=grid.width,
            height=grid.height,
            resampling=Resampling[source.rule],
            tolerance=0.0,  # an approximate transform would depend on the block
            **options,
        )
        yield _Reader(stack.enter_context(warped), source, 0, 0)


def _corner(dataset: rasterio.DatasetReader, source: Source, grid: Grid) -> tuple[int, int]:
    """Row and column in the grid of the raster's first cell."""
    place = dataset.transform
    col, row = (place.c - grid.x0) / grid.res, (grid.y1 - place.f) / grid.res
    size = max(dataset.width, dataset.height)
    if (
        abs(place.a / grid.res - 1) * size > OFF
        or abs(place.e / grid.res + 1) * size > OFF
        or place.b != 0
        or place.d != 0
        or max(abs(row - round(row)), abs(col - round(col))) > OFF
        or dataset.crs is None
        or not same(dataset.crs.to_wkt(), grid.crs)
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
