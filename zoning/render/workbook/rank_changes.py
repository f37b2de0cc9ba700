"""The sheet of ranks that changed weights move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.render.tables.rank_changes import CHANGE_COLUMNS, SHEET, change_values
from zoning.render.workbook.book import Book, Row, Table

if TYPE_CHECKING:
    from zoning.siting.scores.comparison import Comparison


def movers_sheet(book: Book, comparison: Comparison) -> None:
    """Write the sheet of the comparison, every place."""
    sheet = Table(book, book.sheet(SHEET), CHANGE_COLUMNS, freeze=4)
    for _, row in comparison.table.iterrows():
        sheet.add(Row(change_values(row)))
    sheet.close()
