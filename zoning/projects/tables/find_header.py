"""Where the header of a sheet is, and what its rows say together."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from zoning.projects.cells.free_units import free_unit
from zoning.projects.cells.sorting import Cell
from zoning.projects.cells.words import plain, words
from zoning.projects.tables.raw import JOINT, Recognise, Sheet, is_filled

_HEADER_WITHIN = 20  # rows; titles and remarks above the header are seldom more

_HEADER_ROWS = 3


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a sheet.

    Parameters
    ----------
    at, height : int
        First row, from 0, and number of rows.
    headers : tuple of str
        Headers one below another joined by `JOINT`.
    score : int
        How many known columns it names.
    """

    at: int
    height: int
    headers: tuple[str, ...]
    score: int

    @property
    def end(self) -> int:
        """First row below it."""
        return self.at + self.height


def head_of(sheet: Sheet, recognise: Recognise) -> Head:
    """Return the one to three rows that name most known columns, else the first filled row.

    Of equal ones the higher is taken: what stands above a header may say in which unit or datum it
    is. A row of cells that are merged over some of the columns below them belongs to the header
    even where it makes it less known: under 规划园区, 面积 is no area of the project.
    """
    grid = sheet.grid
    filled = [i for i, row in enumerate(grid[:_HEADER_WITHIN]) if is_filled(row)]
    if not filled:
        filled = [next((i for i, row in enumerate(grid) if is_filled(row)), 0)]
    first = _head(sheet, filled[0], 1, recognise)
    best = Head(first.at, 1, first.headers, min(first.score, 1))
    for height in range(1, _HEADER_ROWS + 1):
        for at in filled:
            rows = grid[at : at + height]
            if len(rows) < height or (height > 1 and not all(map(_only_text, rows))):
                continue
            head = _head(sheet, at, height, recognise)
            more = head.score > best.score or (
                head.score == best.score and head.at < best.at and head.end == best.end
            )
            if more and head.score > 1:
                best = head
    while best.score > 1 and best.height < _HEADER_ROWS and _groups(sheet, best.at - 1, best):
        best = _head(sheet, best.at - 1, best.height + 1, recognise)
    below = grid[best.end] if best.end < len(grid) else ()
    if best.height < _HEADER_ROWS and best.score > 1 and _states_units(below):
        return _head(sheet, best.at, best.height + 1, recognise)
    if best.height < _HEADER_ROWS and best.score > 1 and _divides(sheet, best):
        return _head(sheet, best.at, best.height + 1, recognise)
    return best


def _groups(sheet: Sheet, row: int, head: Head) -> bool:
    """Whether a row above a header groups some of its columns, by merged cells that say so.

    A title stands alone at the left or goes across the table; a remark ends a label with a colon.
    """
    if row < 0 or not _only_text(sheet.grid[row]):
        return False
    ends = {left: right for left, right in _ends(sheet, row).items() if right > left}
    width = sum(map(bool, head.headers))
    texts = [text_of(cell) for cell in sheet.grid[row]]
    said = [j for j, text in enumerate(texts) if text]
    first = next((j for j, text in enumerate(head.headers) if text), 0)
    if said == [first] or any(mark in text for text in texts for mark in ":："):
        return False
    return any(left in said and right - left + 1 < width for left, right in ends.items())


def _divides(sheet: Sheet, head: Head) -> bool:
    """Whether the row below a header divides columns of it that are merged from side to side."""
    row = head.end
    if row >= len(sheet.grid) or not _only_text(sheet.grid[row]):
        return False
    filled = {j for j, cell in enumerate(sheet.grid[row]) if text_of(cell)}
    wide = [(left, right) for left, right in _ends(sheet, row - 1).items() if right > left]
    under = {j for left, right in wide for j in range(left, right + 1)}
    return bool(filled) and len(filled) > 1 and filled <= under


def _head(sheet: Sheet, at: int, height: int, recognise: Recognise) -> Head:
    headers = _flattened(sheet, at, height)
    return Head(at, height, headers, recognise(headers))


def _only_text(row: Sequence[Cell]) -> bool:
    return is_filled(row) and all(cell is None or isinstance(cell, str) for cell in row)


def _states_units(row: Sequence[Cell]) -> bool:
    """Whether a row holds nothing but units, in brackets or not: it belongs to the header.

    Those of capacities too; no project has a unit for each of its values, its name among them.
    """
    texts = [plain(cell).strip("()") for cell in row if isinstance(cell, str) and cell.strip()]
    table = words()
    known = {unit for units in table.units.values() for unit in units} | table.hints.keys()
    return (
        bool(texts) and _only_text(row) and all(text in known or free_unit(text) for text in texts)
    )


def _flattened(sheet: Sheet, at: int, height: int) -> tuple[str, ...]:
    """Return one header a column, from the rows of a header: parent and child joined."""
    lines = [[text_of(cell) for cell in row] for row in sheet.grid[at : at + height]]
    width = max(map(len, lines), default=0)
    lines = [line + [""] * (width - len(line)) for line in lines]
    for k, line in enumerate(lines[:-1]):
        _spread(line, lines[k + 1 :], _ends(sheet, at + k))
    columns = zip(*lines, strict=True)
    return tuple(JOINT.join(k for k, _ in itertools.groupby(filter(None, c))) for c in columns)


def _ends(sheet: Sheet, row: int) -> dict[int, int]:
    """Return the last column of each cell of a row that the file states to be merged."""
    return {left: right for top, left, _, right in sheet.merged if top == row}


def _spread(line: list[str], below: Sequence[Sequence[str]], ends: dict[int, int]) -> None:
    """Write a parent over all of its children: as far as it is merged, else while these go on."""
    parent, until = "", len(line)
    for j, text in enumerate(line):
        if text:
            parent = text
            until = ends.get(j, len(line) - 1)
        elif parent and j <= until and any(lower[j] for lower in below):
            line[j] = parent
        else:
            parent = ""


def text_of(cell: Cell) -> str:
    """Return a cell as text without outer blanks; "" for none."""
    return "" if cell is None else str(cell).strip()
