"""A workbook that planners print and sign: text as text, numbers as numbers, rows that fit.

Wraps XlsxWriter. Text never becomes a formula or a link, whatever it starts with. Row heights are
worked out from the width of East Asian text, which the file format does not do by itself.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from zoning.render.style import VERDICT
from zoning.render.tables.columns import Column, Form, Value

Look: TypeAlias = dict[str, object]

NUMBER_FORMAT: Final[dict[Form, str]] = {
    "int": "#,##0",
    "ha": "#,##0.00_ ",  # "_ " keeps a gap to the next column
    "area4": "#,##0.0000_ ",  # 套合面积 is published to four decimals of a hectare
    "metres": "#,##0_ ",
    "share": "0.0%_ ",
    "degrees": "0.000000_ ",
    "date": "yyyy-mm-dd",
    "number": "#,##0.####_ ",
}
FONT = "宋体"  # on every office machine in China; others fall back to their own
INK, RULE, HEAD, HEAD_INK = "#22282B", "#C9C4B8", "#EFEBE1", "#22282B"
WARNING = VERDICT["FORBID"].text
SIZE = 10  # [pt]
LINE = 14.5  # height of one line of that size [pt]
TALLEST = 409.0  # a row of Excel [pt]
READABLE = 340.0
"""[Latin character] A page of A3 across at some 60 % of its size; wider tables take several."""
FEW = 5
"""Notices that every printed page repeats; of more, the first page alone has them."""
LONGEST = 32_000  # a cell holds 32,767 signs


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with its own colours."""

    value: Value
    tint: str = ""
    ink: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Cells of one row, and the tint of those that have none of their own."""

    cells: Sequence[Value | Cell]
    tint: str = ""


@dataclass(slots=True)
class Book:
    """An open workbook and the formats it has made so far.

    Parameters
    ----------
    workbook : xlsxwriter.workbook.Workbook
    title : str
        Stands on every sheet.
    footer : str
        Printed under every page.
    notices : tuple of (text, look)
        Lines under the title of every sheet.
    """

    workbook: Workbook
    title: str = ""
    footer: str = ""
    notices: tuple[tuple[str, Look], ...] = ()
    _formats: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)
    _cells: dict[tuple[Form, bool, str, str, bool], Format] = field(default_factory=dict)

    def format(self, **options: object) -> Format:
        """Make a format, each once."""
        base: dict[str, object] = {"font_name": FONT, "font_size": SIZE, "font_color": INK}
        key = tuple(sorted((base | {"valign": "vcenter"} | options).items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(key))
        return self._formats[key]

    def cell_format(self, form: Form, cell: Cell, tint: str) -> Format:
        """Format of a cell of a table, each looked up by what decides it."""
        numeric = form in NUMBER_FORMAT and not isinstance(cell.value, str)
        key = (form, numeric, cell.tint or tint, cell.ink, cell.bold)
        if key not in self._cells:
            self._cells[key] = self._made(form, cell, tint, numeric=numeric)
        return self._cells[key]

    def _made(self, form: Form, cell: Cell, tint: str, *, numeric: bool) -> Format:
        options: dict[str, object] = {"border": 1, "border_color": RULE}
        if form in ("text", "wrap"):
            options |= {"text_wrap": True}
        elif form in ("centre", "date", "int"):
            options |= {"text_wrap": True, "align": "center"}
        if numeric:
            options["num_format"] = NUMBER_FORMAT[form]
        elif form in NUMBER_FORMAT:  # words where a number could not be had
            options |= {"align": "center", "text_wrap": True}
        if colour := cell.tint or tint:
            options["bg_color"] = colour
        if cell.ink:
            options["font_color"] = cell.ink
        if cell.bold:
            options["bold"] = True
        return self.format(**options)

    def sheet(self, name: str, *, landscape: bool = True, paper: int = 8) -> Worksheet:
        """Add a sheet, set up for print; paper 8 is A3, 9 is A4."""
        sheet = self.workbook.add_worksheet(name)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(paper)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{_plain(self.footer)}&R&8&A  第 &P 页 / 共 &N 页")
        sheet.hide_gridlines(2)
        return sheet


def open_book(
    target: BytesIO, aside: Path, *, title: str, made: date, many: bool = False
) -> Workbook:
    """Open a workbook to be written.

    Parameters
    ----------
    target : BytesIO
        Takes the file's bytes. A file would be left open when the disk fills up.
    aside : Path
        Folder for rows that wait.
    title : str
    made : date
        Date of creation in the file's properties: the screening's own, never today's.
    many : bool
        Keep rows on disk while writing; needed past some 20,000.
    """
    workbook = xlsxwriter.Workbook(
        target,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "constant_memory": many,
            "in_memory": False,
            "tmpdir": str(aside),
        },
    )
    workbook.set_properties(
        {"title": title, "author": "zoning", "created": datetime(made.year, made.month, made.day)}
    )
    return workbook


def write_cell(sheet: Worksheet, at: tuple[int, int], value: Value, how: Format) -> None:
    """Write a value by its own type; text stays text."""
    row, column = at
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(row, column, None, how)
    elif isinstance(value, str):
        sheet.write_string(row, column, value[:LONGEST], how)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
        sheet.write_datetime(row, column, moment, how)
    else:
        sheet.write_number(row, column, value, how)


class Table:
    """A sheet with a title, headings (two rows where columns are grouped) and rows.

    Parameters
    ----------
    book : Book
    sheet : Worksheet
    columns : sequence of Column
    freeze : int
        Columns that stay in view.
    spread : bool
        A table too wide for a page is printed on several, each with the frozen columns.
    """

    def __init__(
        self,
        book: Book,
        sheet: Worksheet,
        columns: Sequence[Column],
        *,
        freeze: int = 0,
        spread: bool = False,
    ) -> None:
        self.book, self.sheet, self.columns = book, sheet, columns
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
        top = _write_title(book, sheet, columns)
        self._first = _write_heads(book, sheet, columns, top)
        self.at = self._first
        sheet.freeze_panes(self._first, freeze)
        sheet.repeat_rows(top if len(book.notices) > FEW else 0, self._first - 1)
        if spread and freeze:
            _spread(sheet, columns, freeze)

    def add(self, row: Row) -> None:
        """Write a row below the last."""
        _write_row(self.book, self.sheet, self.columns, row, self.at)
        self.at += 1

    def close(self, rest: str = "") -> None:
        """End the table: the filter spans what was written; ``rest`` says what was not."""
        last = max(self.at - 1, self._first)
        self.sheet.autofilter(self._first - 1, 0, last, len(self.columns) - 1)
        self.sheet.print_area(0, 0, last, len(self.columns) - 1)
        if rest:
            how = self.book.format(bold=True, font_color=WARNING)
            self.sheet.write_string(self.at, 0, rest, how)


def _spread(sheet: Worksheet, columns: Sequence[Column], freeze: int) -> None:
    """Print a wide table on several pages across, each with its first columns."""
    widths = [column.width for column in columns]
    fixed, rest = sum(widths[:freeze]), sum(widths[freeze:])
    pages = math.ceil(rest / (READABLE - fixed))
    if pages > 1:
        sheet.repeat_columns(0, freeze - 1)
        sheet.fit_to_pages(pages, 0)


def _write_title(book: Book, sheet: Worksheet, columns: Sequence[Column]) -> int:
    """Write what every sheet says before its table: the title, the scope, whether data is made up.

    A text runs on over the empty cells to its right; one that is longer than the table is wrapped
    in merged cells, which would jump under frozen columns and are kept for narrow tables.
    """
    sheet.set_row(0, 24)
    how = book.format(bold=True, font_size=14)
    sheet.write_string(0, 0, f"{sheet.get_name()} · {book.title}", how)
    width = sum(column.width for column in columns)
    for row, (text, look) in enumerate(book.notices, 1):
        lines = _lines(text, width * 0.95)  # bold is wider
        how = book.format(text_wrap=lines > 1, **look)
        sheet.set_row(row, lines * LINE + 3, how)
        if lines > 1:
            sheet.merge_range(row, 0, row, len(columns) - 1, text, how)
        else:
            sheet.write_string(row, 0, text, how)
    return 1 + len(book.notices)


def _write_heads(book: Book, sheet: Worksheet, columns: Sequence[Column], top: int) -> int:
    how = book.format(
        bold=True,
        text_wrap=True,
        align="center",
        bg_color=HEAD,
        font_color=HEAD_INK,
        border=1,
        border_color=RULE,
    )
    if any(column.group for column in columns):
        sheet.set_row(top, 20)
        for begin, end, group in _groups(columns):
            if end > begin:
                sheet.merge_range(top, begin, top, end, group, how)
            else:
                sheet.write_string(top, begin, group, how)
        top += 1
    # the filter's arrow covers the last 2.5 characters of a heading
    lines = max(_lines(column.title, column.width - 1) for column in columns)
    sheet.set_row(top, max(lines, 2) * LINE + 8)
    for number, column in enumerate(columns):
        sheet.write_string(top, number, column.title, how)
    return top + 1


def _groups(columns: Sequence[Column]) -> Iterator[tuple[int, int, str]]:
    begin = 0
    for number in range(1, len(columns) + 1):
        ended = number == len(columns) or columns[number].group != columns[begin].group
        if ended or not columns[begin].group:
            yield begin, number - 1, columns[begin].group
            begin = number


def _write_row(book: Book, sheet: Worksheet, columns: Sequence[Column], row: Row, at: int) -> None:
    cells = [value if isinstance(value, Cell) else Cell(value) for value in row.cells]
    sheet.set_row(at, row_height(columns, cells))
    for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        how = book.cell_format(column.form, cell, row.tint)
        write_cell(sheet, (at, number), cell.value, how)


def row_height(columns: Sequence[Column], cells: Sequence[Cell]) -> float:
    """Height in points at which every wrapped text of a row is read whole.

    Examples
    --------
    >>> row_height([Column("名称", 10)], [Cell("息烽磷酸铁锂")])
    33.0
    """
    lines = max(
        _lines(cell.value, column.width) if isinstance(cell.value, str) else 1
        for column, cell in zip(columns, cells, strict=True)
    )
    return min(lines * LINE + 6, TALLEST)


def _lines(text: str, width: float) -> int:
    room = max(width - 1.0, 1.0)  # cells keep a margin left and right
    return sum(max(1, math.ceil(text_width(part) / room)) for part in text.split("\n"))


@lru_cache(maxsize=100_000)  # the same words stand in most rows
def text_width(text: str) -> float:
    """Width in Latin characters: East Asian signs take two.

    References
    ----------
    .. [1] Unicode Standard Annex 11, East Asian Width; A (ambiguous) is wide in Chinese fonts.
    """
    return sum(2.0 if unicodedata.east_asian_width(sign) in "WFA" else 1.0 for sign in text)


def _plain(text: str) -> str:
    """Text for a page footer, where ``&`` commands."""
    return text.replace("&", "&&")[:200]
