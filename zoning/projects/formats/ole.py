"""What the records of xls and xlsb say beside their values: failed formulas, hidden rows.

References
----------
.. [1] [MS-XLS] Excel Binary File Format, 2.4 Records; [MS-XLSB] 2.4; [MS-CFB] Compound File.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from zoning.errors import ProjectFaults
from zoning.projects.formats.openxml import about_package
from zoning.projects.formats.packages import Package
from zoning.projects.tables.margins import LINKED, Margin, about_formulas, check_extent
from zoning.projects.tables.raw import ERROR_CELL, locked, unreadable

# [MS-XLS] 2.3: records of a workbook stream
_BOF, _FILEPASS, _SHEET, _LINK = 0x0809, 0x002F, 0x0085, 0x01AE
_FROM_1904 = 0x0022  # Date1904
_ROW, _COLUMNS, _ERROR, _FORMULA = 0x0208, 0x007D, 0x0205, 0x0006
_OWN_LINKS = (0x0401, 0x3A01)  # to the workbook itself, to add-ins
# [MS-XLSB] 2.3: records of a sheet part
_B_BOOK = 153  # BrtWbProp: its first bit is f1904
_B_ROW, _B_COLUMNS, _B_MERGED, _B_SHEET = 0, 60, 176, 156
_B_ERRORS, _B_FORMULAS = (3, 11), (8, 9, 10, 11)
_B_CELLS = (*range(2, 12), 62)
_FREE, _END = 0xFFFFFFFF, 0xFFFFFFFE


def stream(path: Path, *names: str) -> bytes | None:
    """Return a stream of an OLE file by the first name that it has, None where it has none.

    Raises
    ------
    ProjectFaults
        The file is damaged.
    """
    data = path.read_bytes()
    try:
        return _stream(data, names)
    except (struct.error, IndexError, ValueError) as error:
        raise ProjectFaults(unreadable(path, error)) from None


def _stream(data: bytes, names: tuple[str, ...]) -> bytes | None:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    first, cutoff, mini_fat = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    listed = [n for n in struct.unpack_from("<109I", data, 76) if n < _END]
    more, seen = struct.unpack_from("<I", data, 68)[0], 0
    while more < _END and seen <= len(data) // size:  # the rest of the list, sector by sector
        *some, more = struct.unpack(f"<{size // 4}I", sector(more))
        listed += [n for n in some if n < _END]
        seen += 1
    fat = [n for at in listed for n in struct.unpack(f"<{size // 4}I", sector(at))]
    directory = b"".join(sector(n) for n in _chain(fat, first))
    entries = [directory[i : i + 128] for i in range(0, len(directory) - 127, 128)]
    for entry in entries:
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(length - 2, 0)].decode("utf-16-le", "replace") not in names:
            continue
        start, long = struct.unpack_from("<II", entry, 116)
        if long >= cutoff:
            return b"".join(sector(n) for n in _chain(fat, start))[:long]
        root = b"".join(
            sector(n) for n in _chain(fat, struct.unpack_from("<I", entries[0], 116)[0])
        )
        table = b"".join(sector(n) for n in _chain(fat, mini_fat))
        mini = list(struct.unpack(f"<{len(table) // 4}I", table))
        return b"".join(root[n * 64 : n * 64 + 64] for n in _chain(mini, start))[:long]
    return None


def _chain(fat: list[int], start: int) -> Iterator[int]:
    steps = 0
    while start < _END:
        yield start
        start = fat[start]
        if (steps := steps + 1) > len(fat):
            raise ValueError("a chain of sectors that runs in a circle")


def record_margins(path: Path) -> tuple[dict[str, Margin], tuple[str, ...]]:
    """Look over every sheet of an xls.

    Raises
    ------
    ProjectFaults
        Damaged, or locked by a password.
    """
    data = stream(path, "Workbook", "Book")
    if data is None:
        raise ProjectFaults(
            locked(path.name)
            if stream(path, "EncryptedPackage") is not None
            else unreadable(path, ValueError("no workbook"))
        )
    names: dict[int, str] = {}
    found: dict[str, Margin] = {}
    counts: dict[str, int] = {}
    name, linked, from_1904, at = "", False, False, 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        body = data[at + 4 : at + 4 + length]
        if kind == _FILEPASS:
            raise ProjectFaults(locked(path.name))
        if kind == _SHEET and length > 8:
            names[struct.unpack_from("<I", body)[0]] = _sheet_name(body[6:])
        elif kind == _LINK and length >= 4:
            linked |= struct.unpack_from("<H", body, 2)[0] not in _OWN_LINKS
        elif kind == _FROM_1904 and length >= 2:
            from_1904 = struct.unpack_from("<H", body)[0] == 1
        elif kind == _BOF and at in names:
            name = names[at]
            found[name], counts[name] = Margin(), 0
        elif name and length >= 8:
            counts[name] += kind == _FORMULA
            _take_record(found[name], kind, body)
        at += 4 + length
    found = {
        name: Margin([], m.broken, m.hidden_rows, m.hidden_columns, counts[name], from_1904)
        for name, m in found.items()
    }
    notes = about_formulas(found.values())
    return found, (*notes, LINKED) if linked else notes


def _sheet_name(text: bytes) -> str:
    """Return a name of one length byte, one flag byte and letters; older files have no flag."""
    length, flag = text[0], text[1]
    if flag == 1:
        return text[2 : 2 + 2 * length].decode("utf-16-le", "replace")
    if flag == 0:
        return text[2 : 2 + length].decode("latin-1")
    return text[1 : 1 + length].decode("gb18030", "replace")


def _take_record(margin: Margin, kind: int, body: bytes) -> None:
    if kind == _ROW and len(body) >= 14:
        if struct.unpack_from("<H", body, 12)[0] & 0x20:
            margin.hidden_rows.add(struct.unpack_from("<H", body)[0])
    elif kind == _COLUMNS and len(body) >= 10:
        first, last = struct.unpack_from("<HH", body)
        if body[8] & 1:
            margin.hidden_columns.update(range(first, min(last, 255) + 1))
    elif (kind == _ERROR and body[7] == 1) or (
        kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2
    ):
        row, column = struct.unpack_from("<HH", body)
        margin.broken[(row, column)] = ERROR_CELL


def binary_margins(package: Package) -> tuple[dict[str, Margin], tuple[str, ...]]:
    """Look over every sheet of an xlsb.

    Raises
    ------
    ProjectFaults
        Damaged, or a sheet that reaches too far.
    """
    parts = dict(package.parts())
    try:
        sheets = _binary_sheets(parts)
        from_1904 = any(
            kind == _B_BOOK and body[0] & 1 for kind, body in _records(parts["xl/workbook.bin"])
        )
        found = {
            name: replace(
                _binary_margin(parts.get(part, b""), package.path.name, name), from_1904=from_1904
            )
            for name, part in sheets.items()
        }
    except (struct.error, IndexError, KeyError, ElementTree.ParseError, ValueError) as error:
        raise ProjectFaults(unreadable(package.path, error)) from None
    return found, (*about_formulas(found.values()), *about_package(package))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield records of a one- or two-byte kind and a length in up to four bytes of seven bits."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (data[at] & 0x7F) << 7
            at += 1
        length = 0
        for shift in (0, 7, 14, 21):
            byte = data[at]
            at += 1
            length |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, data[at : at + length]
        at += length


def _binary_sheets(parts: dict[str, bytes]) -> dict[str, str]:
    links = ElementTree.fromstring(parts["xl/_rels/workbook.bin.rels"])
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    found = {}
    for kind, body in _records(parts["xl/workbook.bin"]):
        if kind == _B_SHEET:
            length = struct.unpack_from("<I", body, 8)[0]
            link = body[12 : 12 + 2 * length].decode("utf-16-le")
            name = body[16 + 2 * length :].decode("utf-16-le", "replace")
            target = targets.get(link, "")
            found[name] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _binary_margin(data: bytes, file: str, sheet: str) -> Margin:
    margin = Margin()
    row, high, wide, formulas = 0, 0, 0, 0
    for kind, body in _records(data):
        if kind == _B_ROW:
            row = struct.unpack_from("<I", body)[0]
            if body[11] & 0x10:
                margin.hidden_rows.add(row)
        elif kind in _B_CELLS:
            column = struct.unpack_from("<I", body)[0]
            high, wide = max(high, row + 1), max(wide, column + 1)
            formulas += kind in _B_FORMULAS
            if kind in _B_ERRORS:
                margin.broken[(row, column)] = ERROR_CELL
        elif kind == _B_COLUMNS and body[16] & 1:
            first, last = struct.unpack_from("<II", body)
            margin.hidden_columns.update(range(first, min(last, 16_383) + 1))
        elif kind == _B_MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", body)
            margin.merged.append((top, left, bottom, right))
    check_extent(file, sheet, high, wide)
    return Margin(margin.merged, margin.broken, margin.hidden_rows, margin.hidden_columns, formulas)
