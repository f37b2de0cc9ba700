"""Office files as zip packages: looked over before anything opens them.

A part is inflated here first, within bounds and to its true end, so that neither a bomb nor a
header that lies about sizes reaches a parser; a part with a DTD (entity bombs, outside entities)
is refused: no office program writes one.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from zoning.errors import Fault, ProjectFaults
from zoning.projects.tables.raw import locked, unreadable

# Limits of sense, not of law: a sheet of a million rows of 40 cells is about 1.6 GB of markup,
# and markup packs 10 to 40 times smaller.
_MOST_BYTES = 2 * 1024**3
_MOST_PARTS = 20_000
_MOST_RATIO = 200
_RATIO_FROM = 16 * 1024**2  # small parts may well pack better
_LOCAL_HEADER = 30  # bytes; ends with the lengths of name and extra field
_ENCRYPTED = 0x1
_MARKUP = (".xml", ".rels")
_ELEMENT = re.compile(rb"<[A-Za-z_]")
_SUMMED = 16 * 1024**2  # bytes; the reader of values sums larger parts itself


class Package:
    """A zip of parts, each inflated on demand and never more than it says.

    Parameters
    ----------
    path : path

    Raises
    ------
    ProjectFaults
        Damaged, locked by a password, or larger inside than any list is.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with zipfile.ZipFile(path) as archive:
                self._parts = {info.filename: info for info in archive.infolist()}
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ProjectFaults(unreadable(path, error)) from None
        if any(info.flag_bits & _ENCRYPTED for info in self._parts.values()):
            raise ProjectFaults(locked(path.name))
        self._within_bounds()

    def _within_bounds(self) -> None:
        infos = self._parts.values()
        packed_well = (
            info
            for info in infos
            if info.file_size > max(_RATIO_FROM, _MOST_RATIO * info.compress_size)
        )
        total = sum(info.file_size for info in infos)
        if len(infos) > _MOST_PARTS or total > _MOST_BYTES or any(packed_well):
            raise ProjectFaults(bomb(self.path.name, total))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parts."""
        return tuple(self._parts)

    def __contains__(self, name: str) -> bool:
        return name in self._parts

    def read(self, name: str) -> bytes:
        """Return a part.

        Raises
        ------
        ProjectFaults
            It is missing or damaged, is not as long as it says, or is markup with a DTD.
        """
        try:
            with self.path.open("rb") as handle:
                data = _inflated(handle, self._parts[name])
        except (OSError, KeyError, zlib.error, struct.error, ValueError) as error:
            raise ProjectFaults(unreadable(self.path, error)) from None
        if name.endswith(_MARKUP) and _declares(data):
            raise ProjectFaults(
                Fault(
                    zh="文件里有 DTD 或实体声明 (可能是恶意文件)，不读",
                    en="the file declares a DTD or entities (it may be hostile): not read",
                    file=self.path.name,
                    value=name,
                    remedy_zh="请在 Excel 或 WPS 中打开并另存一份",
                    remedy_en="open it in Excel or WPS and save a fresh copy",
                )
            )
        return data

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Yield every part that a parser may open, checked; pictures are none."""
        for name in self._parts:
            if name.endswith((*_MARKUP, ".bin")):
                yield name, self.read(name)


def _declares(data: bytes) -> bool:
    """Whether markup has a DTD, which stands before its first element, or hides in UTF-16."""
    first = _ELEMENT.search(data)
    return b"<!DOCTYPE" in data[: first.start() if first else None] or b"\0" in data[:4]


def _inflated(handle: BinaryIO, info: zipfile.ZipInfo) -> bytes:
    """Return what a part holds; `zipfile` itself would stop at the size that its header claims."""
    handle.seek(info.header_offset)
    header = handle.read(_LOCAL_HEADER)
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    handle.seek(name_length + extra_length, 1)
    packed = handle.read(info.compress_size)
    if info.compress_type == zipfile.ZIP_STORED:
        data, whole = packed, True
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        unpack = zlib.decompressobj(-zlib.MAX_WBITS)
        data = unpack.decompress(packed, info.file_size + 1)
        whole = unpack.eof
    else:
        raise ValueError("compression that office programs do not use")
    summed = len(data) > _SUMMED or zlib.crc32(data) == info.CRC
    if not whole or len(data) != info.file_size or not summed:
        raise ValueError("the part is not as long as it says, or its sum is wrong")
    return data


def bomb(file: str, size: float) -> Fault:
    """Say that a file would unpack to more than any list holds."""
    return Fault(
        zh=f"文件解压后异常地大 (约 {size / 1024**2:,.0f} MB)，可能是恶意文件，不读",
        en=f"the file unpacks to about {size / 1024**2:,.0f} MB: not read",
        file=file,
        remedy_zh="若确为清单，请把表格复制到新工作簿，或拆成几个文件",
        remedy_en="if it is a list, copy it into a new workbook, or split it",
    )
