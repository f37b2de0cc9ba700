"""``questions.xlsx``: what is open, the most telling first, with room for the answers.

`zoning.projects.answers` reads it back; the columns are shared with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from zoning.projects.tables.answered import EVERY_ROW, HEADS
from zoning.render.tables.columns import Column
from zoning.render.workbook.book import Book, Row, Table, open_book
from zoning.screening.questions import Question

if TYPE_CHECKING:
    from zoning.screening import Screening

SHEET: Final = "待答问题"
_WIDTHS: Final = (8.0, 26.0, 34.0, 22.0, 40.0, 12.0, 16.0, 10.0, 11.0, 16.0)
_ANSWER: Final = HEADS.index("回答")
_SHARED_FROM: Final = 3
"""Projects from which one answer for the whole list is offered."""
_FIRST_ROW: Final = 2
_MOST: Final = 5_000

Asked: TypeAlias = tuple[tuple[str | int, ...], tuple[str, ...]]
"""Cells of a row, and the answers offered."""


def write_questions(screening: Screening, path: Path) -> None:
    """Write the questions of a screening.

    Parameters
    ----------
    screening : Screening
        Its questions in order of worth; the first `_MOST` are written.
    path : Path
    """
    found, target = screening.questions, BytesIO()
    workbook = open_book(target, path.parent, title="待答问题", made=screening.as_of)
    book = Book(workbook, title="待答问题：回答后用 --answers 交回", footer=screening.region)
    columns = tuple(Column(head, width, "wrap") for head, width in zip(HEADS, _WIDTHS, strict=True))
    sheet = book.sheet(SHEET)
    table = Table(book, sheet, columns, freeze=2)
    rows = [*_shared(found), *(_row(question) for question in found[:_MOST])]
    for cells, _ in rows:
        table.add(Row(cells))
    table.close()
    for at, (_, options) in enumerate(rows):
        if options:
            sheet.data_validation(
                _FIRST_ROW + at, _ANSWER, _FIRST_ROW + at, _ANSWER,
                {"validate": "list", "source": list(options), "error_type": "information"},
            )  # fmt: skip
    workbook.close()
    path.write_bytes(target.getvalue())


def _row(question: Question) -> Asked:
    cells: tuple[str | int, ...] = (
        question.row,
        question.name,
        question.text,
        " / ".join(question.options),
        "；".join(question.clauses[:4]),
        _worth(question),
        "",
        "",
        "",
        question.column,
    )
    return cells, question.options


def _worth(question: Question) -> str:
    if question.decides == 1.0:
        return "怎么答都有结论"
    if question.decides > 0:
        return "可能有结论"
    return "范围收窄" if question.narrows > 0 else "须与其他问题一并回答"


def _shared(
    found: Sequence[Question],
) -> list[Asked]:
    """Questions that many projects share, to be answered once; the most shared first."""
    asked: dict[str, list[Question]] = defaultdict(list)
    for question in found:
        if question.column not in ("place", "kind", "product", "industry"):
            asked[question.column].append(question)
    rows: list[Asked] = []
    for column, many in sorted(asked.items(), key=lambda item: -len(item[1])):
        if len(many) >= _SHARED_FROM:
            first = many[0]
            name = f"整张清单没有写的各行（{len(many)} 个项目）"
            cells = (EVERY_ROW, name, first.text, " / ".join(first.options),
                     "；".join(first.clauses[:4]), "", "", "", "", column)  # fmt: skip
            rows.append((cells, first.options))
    return rows
