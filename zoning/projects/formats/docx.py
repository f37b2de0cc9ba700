"""Letters in: the tables of a Word document (.docx) to sheets.

Read from the markup itself: what a program's object model shows leaves out inserted text that is
not yet accepted, and rows and cells inside content controls.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from zoning.errors import ProjectFaults
from zoning.projects.cells.footnotes import lifted
from zoning.projects.formats.packages import Package
from zoning.projects.tables.raw import Area, Sheet, is_filled, unreadable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
# Wrappers that show what is in them: content controls, accepted insertions, smart tags
_WRAPPERS = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
_GONE = frozenset(_W + name for name in ("del", "moveFrom"))
_DOUBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MOST_COLUMNS = 1000


def read_letter(path: Path) -> tuple[list[Sheet], tuple[str, ...]]:
    """Return every table of a .docx that holds anything, named 表1, 表2 … in their order.

    Raises
    ------
    ProjectFaults
        Damaged, locked, or hostile.
    """
    package = Package(path)
    markup = package.read("word/document.xml").replace(_STRICT[1:-1].encode(), _W[1:-1].encode())
    try:
        root = ElementTree.fromstring(markup)
    except ElementTree.ParseError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    tables = [_sheet(table, i) for i, table in enumerate(_tables(root), 1)]
    gone = sum(map(_deleted, root.iter(_W + "tr")))
    notes = (f"修订中已删除的 {gone} 行未读  rows deleted in tracked changes",) if gone else ()
    return [sheet for sheet in tables if any(map(is_filled, sheet.grid))], notes


def _tables(element: Element) -> Iterator[Element]:
    """Yield tables in the order of the document, those within tables too."""
    for child in element:
        if child.tag == _DOUBLE or child.tag in _GONE:
            continue
        if child.tag == _W + "tbl":
            yield child
        yield from _tables(child)


def _parts(element: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, out of their wrappers."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _parts(child, tag)


def _sheet(table: Element, number: int) -> Sheet:
    """Return the cells of a table on its grid."""
    grid: list[list[str | None]] = []
    merged: list[Area] = []
    growing: dict[int, Area] = {}  # first column -> merged cells that may go on downwards
    for row in _parts(table, _W + "tr"):
        if _deleted(row):
            continue
        cells: list[str | None] = [None] * _number(row, "trPr", "gridBefore", 0)
        for cell in _parts(row, _W + "tc"):
            top, left = len(grid), len(cells)
            right = left + _number(cell, "tcPr", "gridSpan", 1) - 1
            upright = cell.find(f"{_W}tcPr/{_W}vMerge")
            above = growing.pop(left, None)
            goes_on = upright is not None and upright.get(_W + "val") != "restart"
            if goes_on and above is not None and above[2] == top - 1:
                growing[left] = (above[0], left, top, right)
                cells += [None] * (right - left + 1)
                continue
            if above is not None:
                merged.append(above)
            if upright is not None or right > left:
                growing[left] = (top, left, top, right)
            cells += [_text(cell), *[None] * (right - left)]
        grid.append(cells)
    merged += growing.values()
    areas = tuple(area for area in merged if area[:2] != area[2:])
    width = max(map(len, grid), default=0)
    return Sheet(f"表{number}", [row + [None] * (width - len(row)) for row in grid], areas)


def _deleted(row: Element) -> bool:
    return row.tag == _W + "tr" and row.find(f"{_W}trPr/{_W}del") is not None


def _number(element: Element, group: str, name: str, default: int) -> int:
    found = element.find(f"{_W}{group}/{_W}{name}")
    text = found.get(_W + "val", "") if found is not None else ""
    return min(int(text), _MOST_COLUMNS) if text.isdecimal() else default


def _text(cell: Element) -> str:
    lines = ("".join(_letters(paragraph)) for paragraph in cell.iter(_W + "p"))
    return "\n".join(line for line in lines if line.strip()).strip()


def _letters(element: Element) -> Iterator[str]:
    """Yield the text of a paragraph as it reads with all changes accepted and nothing hidden.

    Raised digits stay told from others: 12 with a note 1 is not 121.
    """
    for child in element:
        if child.tag in _GONE or child.tag in (_DOUBLE, _W + "p"):
            continue
        if child.tag == _W + "r" and child.find(f"{_W}rPr/{_W}vanish") is not None:
            continue
        if child.tag == _W + "r" and _is_raised(child):
            yield from map(lifted, _letters(child))
        elif child.tag == _W + "t":
            yield child.text or ""
        elif child.tag in (_W + "br", _W + "cr", _W + "tab"):
            yield " "
        else:
            yield from _letters(child)


def _is_raised(run: Element) -> bool:
    found = run.find(f"{_W}rPr/{_W}vertAlign")
    return found is not None and found.get(_W + "val") == "superscript"
