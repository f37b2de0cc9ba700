"""One pass over a grid: read rasters block by block with a halo, compute, write.

Memory depends on the block, never on the grid; what is written depends on neither block nor
threads, provided that the work on a block uses nothing but what lies within the halo.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import numpy as np

from zoning.arrays import Mask, Values
from zoning.grid import Grid, Window
from zoning.overlay.blocks.cog import Layout, Tile, TileFile, halved, packed
from zoning.overlay.blocks.sources import Reader, Source, opened
from zoning.overlay.parallel import abreast

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first

T = TypeVar("T")

CACHE_BYTES = 64 * 2**20
"""[B] GDAL's block cache; blocks are read once, so that a larger one buys nothing."""


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
    overviews: bool = True,
    tags: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> None:
    """Compute a raster block by block and write it as a cloud-optimised GeoTIFF.

    Parameters
    ----------
    grid : Grid
    sources : mapping of str to Source
    work : callable
        From a block to its cells (without halo); called in threads.
    path : Path
        Written beside and swapped in whole.
    dtype, nodata, tile, level, overviews, tags
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
    layout = Layout(grid, dtype, nodata, tile, level, overviews, tuple((tags or {}).items()))
    block = -(-block // tile) * tile

    here = layout.reduced and block % (2 * tile) == 0  # else overviews are made in the end

    def compute(piece: Block) -> tuple[list[Tile], list[Tile]]:
        values, corner = _checked(piece, work(piece)), (piece.window.row, piece.window.col)
        return packed(layout, *corner, values), halved(layout, *corner, values) if here else []

    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    beside = Path(name)
    try:
        with TileFile(beside, layout, threads) as file:
            for tiles, overview in passed(
                grid,
                sources,
                compute,
                block=block,
                halo_m=halo_m,
                threads=threads,
                progress=progress,
            ):
                file.add(tiles, overview)
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
        readers: SimpleQueue[dict[str, Reader]] = SimpleQueue()
        for _ in range(max(threads, 1)):  # GDAL wants a handle of its own in every thread
            readers.put(
                {
                    name: stack.enter_context(opened(source, grid))
                    for name, source in sources.items()
                }
            )

        def run(window: Window) -> T:
            mine = readers.get()
            try:
                read = {name: reader.read(window) for name, reader in mine.items()}
            finally:
                readers.put(mine)
            return work(Block(grid, window, read))

        for done, found in enumerate(abreast(run, windows, threads=threads), 1):
            yield found
            if progress is not None:
                progress(done, len(windows))


def _checked(piece: Block, values: Values) -> Values:
    wanted = piece.window.height, piece.window.width
    if values.shape != wanted:
        raise ValueError(f"work on a block gave {values.shape}, wanted {wanted}")
    return values
