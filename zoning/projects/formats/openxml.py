"""What the markup of an xlsx says beside its values: hidden rows, failed and unsaved formulas.

The library that reads the values gives an empty cell for a formula that failed and for one that
was never calculated; both are looked for here, in one pass over the bytes each.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from zoning.errors import ProjectFaults
from zoning.projects.cells.values import Refusal
from zoning.projects.formats.packages import Package
from zoning.projects.tables.margins import LINKED, MOST_CELLS, Margin, about_formulas, check_extent
from zoning.projects.tables.raw import ERROR_CELL, UNSAVED, unreadable

_LAST_COLUMN = 16_384
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="(?:[A-Z]+\d+:)?([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(r"\d{1,9}")
_PLACE = re.compile(r"\$?([A-Z]{1,7})\$?(\d{1,9})")
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
# Spellings of a place that the searches below would not see: then every cell is parsed
_ODDLY_SPELT = re.compile(
    rb"""\br(?:\s+=|=\s|=')|\br="[^"A-Z0-9]|\br="[A-Z]{4}|<(?:\w+:)?c(?![^>]*\sr\s*=)[\s/>]"""
)
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row (?=[^>]*\bhidden="(?:1|true)")[^>]*\br="(\d+)"')
_COLUMN = re.compile(rb'<(?:\w+:)?col (?=[^>]*\bhidden="(?:1|true)")([^>]*)>')
_PREFIX = re.compile(rb"<(\w+:)?worksheet")


def margins(package: Package) -> tuple[dict[str, Margin], tuple[str, ...]]:
    """Look over every sheet of an xlsx or xlsm.

    Returns
    -------
    margins : dict
        Name of the sheet -> what stands beside its values.
    notes : tuple of str
        Formulas, links to other files, macros: what was done about them.

    Raises
    ------
    ProjectFaults
        A damaged part, a DTD, or a sheet that reaches too far.
    """
    sheets, recalculated, from_1904 = _sheets(package)
    result = {}
    seen = {part: name for name, part in sheets.items()}
    for part, data in package.parts():
        if part in seen:
            _check_extent(package.path.name, seen[part], data)
            result[seen[part]] = replace(_margin(data), from_1904=from_1904)
    notes = about_formulas(result.values(), recalculated=recalculated)
    return result, (*notes, *about_package(package))


def about_package(package: Package) -> tuple[str, ...]:
    """Say what else an Excel package holds: links to other files, macros."""
    notes = []
    if any(name.startswith("xl/externalLinks/") for name in package.names):
        notes.append(LINKED)
    if any(name.endswith("vbaProject.bin") for name in package.names):
        notes.append("工作簿带宏: 未运行  macros were not run")
    return tuple(notes)


def _sheets(package: Package) -> tuple[dict[str, str], bool, bool]:
    """Return name of sheet -> part, whether formulas wait to be calculated anew, days from 1904."""
    try:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
        links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    except ElementTree.ParseError as error:
        raise ProjectFaults(unreadable(package.path, error)) from None
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    found = {}
    recalculated = from_1904 = False
    for element in book.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "sheet":
            link = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            target = targets.get(link, "")
            found[element.get("name", "")] = posixpath.normpath(
                target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            )
        recalculated |= tag == "calcPr" and element.get("fullCalcOnLoad") in ("1", "true")
        from_1904 |= tag == "workbookPr" and element.get("date1904") in ("1", "true")
    return found, recalculated, from_1904


def _check_extent(file: str, sheet: str, data: bytes) -> None:
    """Refuse a sheet whose furthest cell makes a rectangle beyond all sense.

    The rectangle that the sheet claims is checked against its cells by one search for any that
    lies clearly beyond; only where there is one are all of them looked at.
    """
    claim = _DIMENSION.search(data, 0, 4096)
    if claim is not None:
        column, rows = claim[1], int(claim[2])
        bound = _looser(rows) * _column_bound(column)
        plain = not _ODDLY_SPELT.search(data)
        if bound <= MOST_CELLS and plain and not _beyond(column, rows).search(data):
            return
    check_extent(file, sheet, *_held_extent(file, data))


def _held_extent(file: str, data: bytes) -> tuple[int, int]:
    """Return the last row and column of cells that hold something, by a parser of XML.

    A check before another parser must see all that it sees: any spelling of a cell, and cells
    that state no place of their own and stand one further than the last.
    """
    reader = expat.ParserCreate(namespace_separator=" ")
    row = column = rows = columns = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns
        match name.rpartition(" ")[2]:
            case "row":
                stated = attributes.get("r", "").strip()
                row, column = (int(stated) if _ROW.fullmatch(stated) else row + 1), 0
            case "c":
                place = _PLACE.fullmatch(attributes.get("r", "").strip())
                column = number(place[1].encode()) if place else column + 1
                row = int(place[2]) if place else row
            case "v" | "f" | "is":
                rows, columns = max(rows, row), max(columns, column)

    reader.StartElementHandler = start
    try:
        reader.Parse(data, True)
    except expat.ExpatError as error:
        raise ProjectFaults(unreadable(Path(file), error)) from None
    return rows, columns


def _looser(rows: int) -> int:
    """Return the next number of one digit and zeros: 100001 -> 200000."""
    power = int("1" + "0" * (len(str(rows)) - 1))
    return (rows // power + 1) * power


def _column_bound(column: bytes) -> int:
    return number(column[:1] + b"Z" * (len(column) - 1))


def _beyond(column: bytes, rows: int) -> re.Pattern[bytes]:
    """Return a pattern of the references that lie outside the bounds of a claimed corner."""
    digits, first = len(str(rows)), str(rows)[0]
    higher = b'|[%d-9][0-9]{%d}"' % (int(first) + 1, digits - 1) if first != "9" else b""
    further = b"|[%c-Z][A-Z]{%d}[0-9]" % (column[0] + 1, len(column) - 1)
    if column[:1] == b"Z":
        further = b""
    return re.compile(
        b' r="(?:[A-Z]{%d}%s|[A-Z]+(?:[0-9]{%d}%s))'
        % (len(column) + 1, further, digits + 1, higher)
    )


def _margin(data: bytes) -> Margin:
    match = _PREFIX.search(data, 0, 4096)
    prefix = (match[1] or b"") if match else b""
    broken: dict[tuple[int, int], Refusal] = {}
    if b't="e"' in data:
        failed = re.compile(rb'<%sc ([^>]*t="e"[^>]*)>' % prefix)
        broken |= dict.fromkeys(_places(failed, data), ERROR_CELL)
    formulas = 0
    if b"<%sf" % prefix in data:
        formulas = data.count(b"<%sf>" % prefix) + data.count(b"<%sf " % prefix)
        broken |= dict.fromkeys(_places(_unsaved(prefix), data), UNSAVED)
    rows, columns = set[int](), set[int]()
    if b'hidden="' in data:
        rows = {int(row) - 1 for row in _HIDDEN_ROW.findall(data)}
        columns = {i for tag in _COLUMN.findall(data) for i in _columns(tag)}
    return Margin([], broken, rows, columns, formulas)


def _unsaved(prefix: bytes) -> re.Pattern[bytes]:
    """Return a pattern of cells with a formula and no value; empty text (t="str") is a value."""
    return re.compile(
        rb'<%(p)sc ((?:(?!t="str")[^>])*)>\s*<%(p)sf\b(?:[^>]*/>|[^>]*>[^<]*</%(p)sf>)\s*'
        rb"(?:<%(p)sv\s*/>|<%(p)sv>\s*</%(p)sv>)?\s*</%(p)sc>" % {b"p": prefix}
    )


def _places(pattern: re.Pattern[bytes], data: bytes) -> list[tuple[int, int]]:
    references = (_REFERENCE.search(match[1]) for match in pattern.finditer(data))
    return [(int(r[2]) - 1, number(r[1]) - 1) for r in references if r is not None]


def _columns(tag: bytes) -> range:
    ends = {m[1]: int(m[2]) for m in re.finditer(rb'\b(min|max)="(\d{1,5})"', tag)}
    first = ends.get(b"min", 1)
    return range(first - 1, min(ends.get(b"max", first), _LAST_COLUMN))


def number(letters: bytes) -> int:
    """Return the number of a column, from 1: A is 1, AA is 27."""
    result = 0
    for letter in letters:
        result = result * 26 + letter - 64
    return result
