"""What the markup of an ods says beside its values: merged cells, hidden rows, failed formulas."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from zoning.projects.formats.packages import Package
from zoning.projects.tables.margins import Margin, about_formulas, check_extent
from zoning.projects.tables.raw import ERROR_CELL, ERRORS, UNSAVED

_TAGS = re.compile(
    rb"<table:(table|table-column|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>"
    rb"|</table:(table-row)>|<text:p[^>]*>([^<]*)"
)
_ATTRIBUTE = re.compile(rb'([\w:.-]+)="([^"]*)"')
_FURTHEST = 1_048_576  # rows of a sheet; larger repeats are of empty cells, or hostile
_FAILED = frozenset(error.encode() for error in ERRORS)
_SEEN = b"visible"


def open_margins(package: Package) -> tuple[dict[str, Margin], tuple[str, ...]]:
    """Look over every sheet of an ods.

    Raises
    ------
    ProjectFaults
        A damaged part, a DTD, or a sheet that reaches too far.
    """
    parts = dict(package.parts())
    walks: list[_Walk] = []
    for tag in _TAGS.finditer(parts.get("content.xml", b"")):
        kind = tag[1]
        told = dict(_ATTRIBUTE.findall(tag[2])) if tag[2] else {}
        if kind == b"table":
            name = html.unescape(told.get(b"table:name", b"").decode("utf-8", "replace"))
            walks.append(_Walk(package.path.name, name))
        elif not walks:
            continue
        elif kind == b"table-column":
            walks[-1].column(told)
        elif kind == b"table-row":
            walks[-1].begin_row(told)
            if tag[2].endswith(b"/"):
                walks[-1].end_row()
        elif kind is not None:
            walks[-1].cell(told)
        elif tag[3] is not None:
            walks[-1].end_row()
        else:
            walks[-1].text(tag[4])
    found = {walk.name: walk.finished() for walk in walks}
    return found, about_formulas(found.values())


def _count(told: Mapping[bytes, bytes], what: bytes) -> int:
    text = told.get(b"table:number-" + what, b"1")
    return min(int(text), _FURTHEST) if text.isdigit() else 1


class _Walk:
    """Where the tags of one sheet have got to; a cell may stand for many, and so may a row."""

    def __init__(self, file: str, name: str) -> None:
        self.file, self.name = file, name
        self._margin = Margin()
        self._formulas = 0
        self._columns = 0  # columns declared
        self._row, self._repeated, self._at = 0, 1, 0
        self._last = 0  # width of the current row up to the last cell that holds anything
        self._wide, self._high = 0, 0
        self._unsaid: tuple[int, int] | None = None  # a formula whose result is not yet seen

    def column(self, told: Mapping[bytes, bytes]) -> None:
        """Take a declaration of columns."""
        repeat = _count(told, b"columns-repeated")
        if told.get(b"table:visibility", _SEEN) != _SEEN:
            self._margin.hidden_columns.update(range(self._columns, self._columns + repeat))
        self._columns += repeat

    def begin_row(self, told: Mapping[bytes, bytes]) -> None:
        """Take the beginning of a row."""
        self._at, self._last, self._repeated = 0, 0, _count(told, b"rows-repeated")
        if told.get(b"table:visibility", _SEEN) != _SEEN:
            self._margin.hidden_rows.update(range(self._row, self._row + self._repeated))

    def end_row(self) -> None:
        """Take the end of a row."""
        self._settle()
        self._row += self._repeated
        if self._last:
            self._wide, self._high = max(self._wide, self._last), self._row
        check_extent(self.file, self.name, self._high, self._wide)

    def cell(self, told: Mapping[bytes, bytes]) -> None:
        """Take the beginning of a cell."""
        self._settle()
        row, column = self._row, self._at
        self._at += _count(told, b"columns-repeated")
        holds = any(name.startswith(b"office:") for name in told)
        if holds:
            self._last = self._at
        if b"table:formula" in told:
            self._formulas += 1
            self._unsaid = None if holds else (row, column)
        wide, high = _count(told, b"columns-spanned"), _count(told, b"rows-spanned")
        if wide > 1 or high > 1:
            self._margin.merged.append((row, column, row + high - 1, column + wide - 1))

    def text(self, text: bytes) -> None:
        """Take what a cell shows."""
        self._last, self._unsaid = self._at, None
        if text.strip() in _FAILED or text.startswith(b"Err:"):
            self._margin.broken[(self._row, self._at - 1)] = ERROR_CELL

    def _settle(self) -> None:
        if self._unsaid is not None:
            self._margin.broken[self._unsaid] = UNSAVED
            self._unsaid = None

    def finished(self) -> Margin:
        """Return all that was found."""
        have = self._margin
        return Margin(
            have.merged, have.broken, have.hidden_rows, have.hidden_columns, self._formulas
        )
