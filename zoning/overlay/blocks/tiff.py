"""Directories of TIFF files: entries to bytes and back, GeoTIFF keys, tags that people read."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from zoning.crs import read_crs

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first
from rasterio.io import MemoryFile

SHORT, LONG, LONG8, DOUBLE, ASCII = 3, 4, 16, 12, 2
_SIZE = {SHORT: 2, LONG: 4, LONG8: 8, DOUBLE: 8, ASCII: 1}
_CODE = {SHORT: "H", LONG: "I", LONG8: "Q", DOUBLE: "d"}
_GEO = (34735, 34736, 34737)  # GeoKeyDirectory, GeoDoubleParams, GeoAsciiParams (GeoTIFF 1.1, 7.1)
ANYWHERE = rasterio.Affine(1.0, 0.0, 0.0, 0.0, -1.0, 1.0)
Entry = tuple[int, int, tuple[float, ...] | bytes]
DESCRIPTION = "TIFFTAG_IMAGEDESCRIPTION"
"""GDAL's name of the tag ImageDescription."""


def told(tags: Sequence[tuple[str, str]]) -> list[Entry]:
    """ImageDescription (TIFF 6.0, section 8) and GDAL_METADATA, an XML of items.

    GDAL unescapes a value once more after the XML is read, as it writes it escaped twice.
    """
    said = [(270, text) for name, text in tags if name == DESCRIPTION]
    items = "".join(
        f"  <Item name={quoteattr(name)}>{escape(escape(text))}</Item>\n"
        for name, text in tags
        if name != DESCRIPTION
    )
    if items:
        said.append((42112, f"<GDALMetadata>\n{items}</GDALMetadata>\n"))
    return [(tag, ASCII, text.encode() + b"\0") for tag, text in said]


def directory(entries: list[Entry], at: int, *, big: bool, last: bool) -> bytes:
    """One directory that begins at a place of the file, and behind it the values too long for it.

    TIFF 6.0, section 2; BigTIFF has 8 bytes where it has 4.
    """
    count, number, slot = ("<Q", "<HHQ", 8) if big else ("<H", "<HHI", 4)
    place = "<Q" if big else "<I"
    size = struct.calcsize(count) + len(entries) * (struct.calcsize(number) + slot) + slot
    size += -size % 8
    body, tail = struct.pack(count, len(entries)), b""
    for tag, kind, values in entries:
        data = values if isinstance(values, bytes) else _bytes(kind, values)
        body += struct.pack(number, tag, kind, len(data) // _SIZE[kind])
        if len(data) <= slot:
            body += data.ljust(slot, b"\0")
        else:
            body += struct.pack(place, at + size + len(tail))
            tail += data + bytes(-len(data) % 8)
    body += struct.pack(place, 0 if last else at + size + len(tail))
    return body.ljust(size, b"\0") + tail


def _bytes(kind: int, values: tuple[float, ...]) -> bytes:
    whole = values if kind == DOUBLE else [int(v) for v in values]
    return struct.pack(f"<{len(values)}{_CODE[kind]}", *whole)


def geo_keys(crs: str) -> list[Entry]:
    """GeoTIFF keys of a CRS, as GDAL writes them."""
    profile = {"driver": "GTiff", "width": 1, "height": 1, "count": 1, "dtype": "uint8"}
    with MemoryFile() as memory:
        wkt = read_crs(crs).to_wkt()
        with memory.open(crs=wkt, transform=ANYWHERE, **profile) as dataset:
            dataset.write(np.zeros((1, 1, 1), np.uint8))
        data = bytes(memory.getbuffer())
    return [
        (tag, kind, raw if kind == ASCII else numbers(kind, raw))
        for tag, kind, raw in tags_of(data)
        if tag in _GEO
    ]


def tags_of(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Tag, type and bytes of what the first directory of a small classic TIFF holds."""
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    for k in range(count):
        start = at + 2 + 12 * k
        tag, kind, number, place = struct.unpack_from("<HHII", data, start)
        size = number * _SIZE.get(kind, 0)
        yield tag, kind, data[place : place + size] if size > 4 else data[start + 8 :][:size]


def numbers(kind: int, raw: bytes) -> tuple[float, ...]:
    """Values of an entry from their bytes."""
    return struct.unpack(f"<{len(raw) // _SIZE[kind]}{_CODE[kind]}", raw)
