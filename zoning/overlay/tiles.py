"""A tiled GeoTIFF whose tiles are compressed elsewhere and whose bytes depend on nothing else.

GDAL compresses inside its own lock and places tiles as they come. Here workers compress, and tiles
are put in order, rows of tiles from the north, behind the directory (as in a cloud-optimised file).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BufferedWriter
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from zoning.crs import read_crs
from zoning.grid import Grid

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first
from rasterio.io import MemoryFile

Tile = tuple[int, int, bytes]

_SHORT, _LONG, _LONG8, _DOUBLE, _ASCII = 3, 4, 16, 12, 2
_SIZE = {_SHORT: 2, _LONG: 4, _LONG8: 8, _DOUBLE: 8, _ASCII: 1}
_CODE = {_SHORT: "H", _LONG: "I", _LONG8: "Q", _DOUBLE: "d"}
_GEO = (34735, 34736, 34737)  # GeoKeyDirectory, GeoDoubleParams, GeoAsciiParams (GeoTIFF 1.1, 7.1)
_CLASSIC_BYTES = 4_000_000_000  # what classic TIFF can address, with room for headers
_FORMAT = {"u": 1, "i": 2, "f": 3}  # SampleFormat (TIFF 6.0, section 19)


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
    """

    grid: Grid
    dtype: str
    nodata: float | None = None
    tile: int = 512
    level: int = 6

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
    side, found = layout.tile, []
    values = np.asarray(values, dtype=np.dtype(layout.dtype).newbyteorder("<"))
    for top in range(0, values.shape[0], side):
        for left in range(0, values.shape[1], side):
            part = values[top : top + side, left : left + side]
            if part.shape != (side, side):
                whole = np.zeros((side, side), values.dtype)
                whole[: part.shape[0], : part.shape[1]] = part
                part = whole
            data = zlib.compress(np.ascontiguousarray(part).data, layout.level)
            found.append(((row + top) // side, (col + left) // side, data))
    return found


@dataclass(slots=True)
class TileFile:
    """An open file that takes tiles in any order and writes them in one.

    Parameters
    ----------
    path : Path
    layout : Layout
    """

    path: Path
    layout: Layout
    _file: BufferedWriter = field(init=False)
    _waiting: dict[int, bytes] = field(init=False, default_factory=dict)
    _offset: list[int] = field(init=False, default_factory=list)
    _length: list[int] = field(init=False, default_factory=list)

    def __enter__(self) -> TileFile:
        self._file = self.path.open("wb")
        count = self.layout.across * self.layout.down
        self._file.write(bytes(len(_head(self.layout, [0] * count, [0] * count))))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                count = self.layout.across * self.layout.down
                if len(self._offset) != count:
                    raise ValueError(f"{count - len(self._offset)} of {count} tiles are missing")
                self._file.seek(0)
                self._file.write(_head(self.layout, self._offset, self._length))
        finally:
            self._file.close()

    def add(self, tiles: Iterable[Tile]) -> None:
        """Take tiles; those whose turn it is are written."""
        for row, col, data in tiles:
            self._waiting[row * self.layout.across + col] = data
        while (data := self._waiting.pop(len(self._offset), b"")) != b"":
            self._offset.append(self._file.tell())
            self._length.append(len(data))
            self._file.write(data)


def _head(layout: Layout, offset: list[int], length: list[int]) -> bytes:
    """Header and directory; its size depends on the layout alone."""
    grid, dtype = layout.grid, np.dtype(layout.dtype)
    big = (len(offset) * layout.tile**2 * dtype.itemsize) * 1.01 > _CLASSIC_BYTES
    place = _LONG8 if big else _LONG
    entries: list[tuple[int, int, tuple[float, ...] | bytes]] = [
        (256, _LONG, (grid.width,)),
        (257, _LONG, (grid.height,)),
        (258, _SHORT, (dtype.itemsize * 8,)),
        (259, _SHORT, (8,)),  # Adobe DEFLATE
        (262, _SHORT, (1,)),  # 0 is black
        (277, _SHORT, (1,)),
        (284, _SHORT, (1,)),
        (322, _LONG, (layout.tile,)),
        (323, _LONG, (layout.tile,)),
        (324, place, tuple(offset)),
        (325, _LONG, tuple(length)),
        (339, _SHORT, (_FORMAT[dtype.kind],)),
        (33550, _DOUBLE, (grid.res, grid.res, 0.0)),
        (33922, _DOUBLE, (0.0, 0.0, 0.0, grid.x0, grid.y1, 0.0)),
        *_geo_keys(grid.crs),
    ]
    if layout.nodata is not None:
        entries.append((42113, _ASCII, f"{layout.nodata:.17g}".encode() + b"\0"))
    return _directory(entries, big=big)


def _directory(entries: list[tuple[int, int, tuple[float, ...] | bytes]], *, big: bool) -> bytes:
    """Header, one directory, and behind it the values that do not fit into it (TIFF 6.0, 2)."""
    count, number, slot = ("<Q", "<HHQ", 8) if big else ("<H", "<HHI", 4)
    start = 16 if big else 8
    head = (
        struct.pack("<2sHHHQ", b"II", 43, 8, 0, 16) if big else struct.pack("<2sHI", b"II", 42, 8)
    )
    size = start + struct.calcsize(count) + len(entries) * (struct.calcsize(number) + slot) + slot
    size += -size % 8
    body, tail = struct.pack(count, len(entries)), b""
    for tag, kind, values in entries:
        data = values if isinstance(values, bytes) else _bytes(kind, values)
        body += struct.pack(number, tag, kind, len(data) // _SIZE[kind])
        if len(data) <= slot:
            body += data.ljust(slot, b"\0")
        else:
            body += struct.pack("<Q" if big else "<I", size + len(tail))
            tail += data + bytes(-len(data) % 8)
    return (head + body).ljust(size, b"\0") + tail


def _bytes(kind: int, values: tuple[float, ...]) -> bytes:
    numbers = values if kind == _DOUBLE else [int(v) for v in values]
    return struct.pack(f"<{len(values)}{_CODE[kind]}", *numbers)


def _geo_keys(crs: str) -> list[tuple[int, int, tuple[float, ...] | bytes]]:
    """GeoTIFF keys of a CRS, as GDAL writes them."""
    profile = {"driver": "GTiff", "width": 1, "height": 1, "count": 1, "dtype": "uint8"}
    place = rasterio.Affine(1.0, 0.0, 0.0, 0.0, -1.0, 1.0)
    with MemoryFile() as memory:
        with memory.open(crs=read_crs(crs).to_wkt(), transform=place, **profile) as dataset:
            dataset.write(np.zeros((1, 1, 1), np.uint8))
        data = bytes(memory.getbuffer())
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    found: list[tuple[int, int, tuple[float, ...] | bytes]] = []
    for k in range(count):
        tag, kind, number, place_ = struct.unpack_from("<HHII", data, at + 2 + 12 * k)
        if tag in _GEO:
            size = number * _SIZE[kind]
            raw = data[place_ : place_ + size] if size > 4 else data[at + 10 + 12 * k :][:size]
            values = raw if kind == _ASCII else struct.unpack(f"<{number}{_CODE[kind]}", raw)
            found.append((tag, kind, values))
    return found
