"""A cloud-optimised GeoTIFF whose tiles workers compress; its bytes depend on nothing else.

GDAL compresses one file inside one lock and places tiles as they come. Here each worker has a file
in memory for GDAL to compress into, and tiles are taken out of it. In the end all directories come
first, then overviews from the coarsest, then the raster, each in rows of tiles from the north;
until the last tile is there, tiles wait in unnamed files beside the target.
"""

from __future__ import annotations

import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray
from rasterio.io import MemoryFile

from zoning.grid import Grid
from zoning.overlay.blocks.tiff import (
    ANYWHERE,
    ASCII,
    DOUBLE,
    LONG,
    LONG8,
    SHORT,
    Entry,
    directory,
    geo_keys,
    numbers,
    tags_of,
    told,
)
from zoning.overlay.parallel import abreast

Tile = tuple[int, int, bytes]

_CLASSIC_BYTES = 4_000_000_000  # what classic TIFF can address, with room for headers
_PROMISE = (
    b"LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n"
    b"BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n "
)
_GHOST = b"GDAL_STRUCTURAL_METADATA_SIZE=%06d bytes\n" % len(_PROMISE) + _PROMISE
"""What GDAL's COG driver writes before the first directory, so that readers trust the order."""
_FORMAT = {"u": 1, "i": 2, "f": 3}  # SampleFormat (TIFF 6.0, section 19)
COARSE_LEVEL = 5
"""Of DEFLATE, for overviews: half of the time of 6, for an eighth more of their bytes."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a raster is stored.

    Parameters
    ----------
    grid : Grid
    dtype : str
        Name of a numpy type of unsigned, signed or float numbers.
    nodata : float, optional
    tile : int
        Side of a tile [cell], a multiple of 16.
    level : int
        Of DEFLATE, 0-9.
    overviews : bool
        Halved again and again until a tile holds it all; of each two by two cells the north-western
        one stays, so that an overview shows no value that is none.
    tags : tuple of (str, str)
        What goes with the file, as GDAL's metadata; `DESCRIPTION` is a tag of TIFF's own, which
        other readers show too.
    """

    grid: Grid
    dtype: str
    nodata: float | None = None
    tile: int = 512
    level: int = 6
    overviews: bool = True
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def coarse(self) -> Layout:
        """How overviews are compressed."""
        return replace(self, level=min(self.level, COARSE_LEVEL))

    @property
    def reduced(self) -> bool:
        """Whether there is any overview."""
        return self.overviews and max(self.grid.height, self.grid.width) > self.tile

    @property
    def across(self) -> int:
        """Tiles in a row of tiles."""
        return -(-self.grid.width // self.tile)

    @property
    def down(self) -> int:
        """Rows of tiles."""
        return -(-self.grid.height // self.tile)


def packed(layout: Layout, row: int, col: int, values: NDArray[np.generic]) -> list[Tile]:
    """Compress a block that begins at a tile's corner, and cut it into tiles.

    Parameters
    ----------
    layout : Layout
    row, col : int
        First cell of the block; multiples of the tile.
    values : array[height, width]

    Returns
    -------
    list of (tile row, tile column, bytes)
        Tiles that the grid's edge cuts are filled up with 0, which readers drop.
    """
    side = layout.tile
    down, across = -(-values.shape[0] // side), -(-values.shape[1] // side)
    whole = np.zeros((down * side, across * side), np.dtype(layout.dtype))
    whole[: values.shape[0], : values.shape[1]] = values
    return [
        (row // side + k // across, col // side + k % across, data)
        for k, data in enumerate(_deflated(layout, whole))
    ]


def halved(layout: Layout, row: int, col: int, values: NDArray[np.generic]) -> list[Tile]:
    """The first overview of a block that begins at the corner of an even tile, as `packed`."""
    return packed(layout.coarse, row // 2, col // 2, values[::2, ::2])


def _deflated(layout: Layout, values: NDArray[np.generic]) -> list[bytes]:
    """Tiles of an array, compressed by GDAL: its libdeflate takes two thirds of zlib's time."""
    profile = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": layout.dtype,
        "tiled": True,
        "blockxsize": layout.tile,
        "blockysize": layout.tile,
        "compress": "DEFLATE",
        "zlevel": layout.level,
        "transform": ANYWHERE,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as dataset:
            dataset.write(values, 1)
        data = bytes(memory.getbuffer())
    tags = {tag: (kind, raw) for tag, kind, raw in tags_of(data)}
    offset, length = (numbers(*tags[tag]) for tag in (324, 325))
    return [data[int(o) : int(o + n)] for o, n in zip(offset, length, strict=True)]


@dataclass(slots=True)
class _Heap:
    """Compressed tiles of one resolution in an unnamed file, in order."""

    file: IO[bytes]
    height: int
    width: int
    offset: list[int] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    waiting: dict[int, bytes] = field(default_factory=dict)
    end: int = 0
    alone: Lock = field(default_factory=Lock)

    @property
    def side(self) -> int:
        """Cells along the longer side."""
        return max(self.height, self.width)

    def take(self, tiles: Iterable[Tile], side: int) -> None:
        """Take tiles; those whose turn it is are written."""
        across = -(-self.width // side)
        for row, col, data in tiles:
            self.waiting[row * across + col] = data
        while (data := self.waiting.pop(len(self.offset), b"")) != b"":
            self.put(data)

    def tiles(self, side: int) -> int:
        """How many tiles there are to be."""
        return -(-self.width // side) * -(-self.height // side)

    def put(self, data: bytes) -> None:
        """Add the next tile, its size before it and its last four bytes after it once more."""
        self.file.write(struct.pack("<I", len(data)) + data + data[-4:])
        self.offset.append(self.end + 4)
        self.length.append(len(data))
        self.end += len(data) + 8

    def tile(self, number: int) -> bytes:
        """Compressed bytes of a tile; for several threads, once all are there."""
        with self.alone:
            self.file.seek(self.offset[number])
            return self.file.read(self.length[number])


@dataclass(slots=True)
class TileFile:
    """An open file that takes tiles in any order and writes them in one.

    Parameters
    ----------
    path : Path
    layout : Layout
    threads : int
        For the overviews.
    """

    path: Path
    layout: Layout
    threads: int = 2
    _heaps: list[_Heap] = field(init=False)
    _stack: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> TileFile:
        self._heaps = [self._heap(self.layout.grid.height, self.layout.grid.width)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with self._stack:
            if kind is not None:
                return
            side = self.layout.tile
            for heap in self._heaps:
                count = heap.tiles(side)
                if lacking := count - len(heap.offset):
                    raise ValueError(f"{lacking} of {count} tiles are missing")
            while self.layout.overviews and self._heaps[-1].side > side:
                self._halve(self._heaps[-1])
            self._write()

    def add(self, tiles: Iterable[Tile], overview: Sequence[Tile] = ()) -> None:
        """Take tiles of the raster, and of its first overview: of that all, or none."""
        main, side = self._heaps[0], self.layout.tile
        main.take(tiles, side)
        if overview and len(self._heaps) == 1:
            self._heaps.append(self._heap(-(-main.height // 2), -(-main.width // 2)))
        if overview:
            self._heaps[1].take(overview, side)

    def _heap(self, height: int, width: int) -> _Heap:
        file = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115  closed by the stack
        return _Heap(self._stack.enter_context(file), height, width)

    def _halve(self, fine: _Heap) -> None:
        """Make the next overview from the tiles of the last."""
        side, dtype = self.layout.tile, np.dtype(self.layout.dtype)
        coarse = self._heap(-(-fine.height // 2), -(-fine.width // 2))
        down, across = -(-fine.height // side), -(-fine.width // side)

        def quartered(place: tuple[int, int]) -> bytes:
            found = np.zeros((side, side), dtype)
            for r, c in ((0, 0), (0, 1), (1, 0), (1, 1)):
                row, col = 2 * place[0] + r, 2 * place[1] + c
                if row < down and col < across:
                    data = zlib.decompress(fine.tile(row * across + col))
                    cells = np.frombuffer(data, dtype.newbyteorder("<"))
                    cells = cells.reshape(side, side)[::2, ::2]
                    half = side // 2
                    found[r * half : (r + 1) * half, c * half : (c + 1) * half] = cells
            return _deflated(self.layout.coarse, found)[0]

        places = ((r, c) for r in range(-(-down // 2)) for c in range(-(-across // 2)))
        for data in abreast(quartered, places, threads=self.threads):
            coarse.put(data)
        self._heaps.append(coarse)

    def _write(self) -> None:
        size = len(_head(self.layout, self._heaps, [0] * len(self._heaps)))
        starts, at = [0] * len(self._heaps), size
        for level in reversed(range(len(self._heaps))):
            starts[level] = at
            at += self._heaps[level].end
        with self.path.open("wb") as target:
            target.write(_head(self.layout, self._heaps, starts))
            for heap in reversed(self._heaps):
                heap.file.seek(0)
                shutil.copyfileobj(heap.file, target, 1 << 20)


def _head(layout: Layout, heaps: Sequence[_Heap], starts: Sequence[int]) -> bytes:
    """Header and directories; their size depends on the layout alone."""
    cells = sum(len(heap.offset) for heap in heaps) * layout.tile**2
    big = cells * np.dtype(layout.dtype).itemsize * 1.01 > _CLASSIC_BYTES
    start = 16 if big else 8
    head = _GHOST + bytes(-(start + len(_GHOST)) % 8)
    for level, (heap, first) in enumerate(zip(heaps, starts, strict=True)):
        offset = tuple(first + at for at in heap.offset)
        entries = _entries(layout, heap, offset, level, big=big)
        last = level == len(heaps) - 1
        head += directory(entries, start + len(head), big=big, last=last)
    first_at = start + len(_GHOST) + -(start + len(_GHOST)) % 8
    if big:
        return struct.pack("<2sHHHQ", b"II", 43, 8, 0, first_at) + head
    return struct.pack("<2sHI", b"II", 42, first_at) + head


def _entries(
    layout: Layout, heap: _Heap, offset: tuple[int, ...], level: int, *, big: bool
) -> list[Entry]:
    """Tags of a resolution; an overview says so and leaves its place to the raster."""
    grid, dtype = layout.grid, np.dtype(layout.dtype)
    entries: list[Entry] = [
        (254, LONG, (1 if level else 0,)),
        (256, LONG, (heap.width,)),
        (257, LONG, (heap.height,)),
        (258, SHORT, (dtype.itemsize * 8,)),
        (259, SHORT, (8,)),  # Adobe DEFLATE
        (262, SHORT, (1,)),  # 0 is black
        (277, SHORT, (1,)),
        (284, SHORT, (1,)),
        (322, LONG, (layout.tile,)),
        (323, LONG, (layout.tile,)),
        (324, LONG8 if big else LONG, offset),
        (325, LONG, tuple(heap.length)),
        (339, SHORT, (_FORMAT[dtype.kind],)),
    ]
    if not level:
        entries += [
            (33550, DOUBLE, (grid.res, grid.res, 0.0)),
            (33922, DOUBLE, (0.0, 0.0, 0.0, grid.x0, grid.y1, 0.0)),
            *geo_keys(grid.crs),
            *told(layout.tags),
        ]
        entries.sort(key=lambda entry: entry[0])  # TIFF 6.0, section 2: in the order of their tags
    if layout.nodata is not None:
        entries.append((42113, ASCII, f"{layout.nodata:.17g}".encode() + b"\0"))
    return entries
