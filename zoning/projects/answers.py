"""Answered questions, read back: which cell of the list each fills, who answered, and when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.values import to_text
from zoning.projects.cells.words import plain
from zoning.projects.formats.contents import TABLES, read_tables
from zoning.projects.tables.answered import EVERY_ROW, HEADS, PLACE, Answer, AnswerSheet
from zoning.sites import COLUMNS


def read_answers(path: Path | str) -> AnswerSheet:
    """Read ``questions.xlsx`` as it was filled; empty cells answer nothing.

    Raises
    ------
    ProjectFaults
        Not such a workbook, or a row that names no row of a list or no column.
    """
    path = Path(path)
    if path.suffix.lower() not in TABLES or not path.exists():
        raise ProjectFaults(_not_there(path))
    raw = read_tables(path, sheet=None, recognise=_recognised)
    at = {plain(head): i for i, head in enumerate(raw.headers)}
    if missing := [head for head in ("行号", "项目", "回答", "列") if plain(head) not in at]:
        raise ProjectFaults(_lacks(path, missing))

    def cell(head: str, i: int) -> str:
        where = at.get(plain(head))
        value = None if where is None else raw.cells[where][i]
        return "" if value is None else to_text(value)

    answers, faults = [], []
    for i in range(len(raw.rows)):
        if not (value := cell("回答", i)):
            continue
        row, column = cell("行号", i), cell("列", i)
        number = 0 if row == EVERY_ROW else int(row) if row.isdecimal() and len(row) < 9 else -1
        if number < 0 or (column != PLACE and column not in COLUMNS):
            faults.append(_odd(path, int(raw.rows[i]), f"{row} {column}"))
            continue
        name, by, on = cell("项目", i), cell("回答人", i), cell("日期", i)
        answers.append(Answer(number, name, column, value, by, on))
    if faults:
        raise ProjectFaults(tuple(faults))
    return AnswerSheet(path.name, tuple(answers))


def _recognised(row: Sequence[object]) -> int:
    known = {plain(head) for head in HEADS}
    return len({plain(c) for c in row if isinstance(c, str)} & known)


def _not_there(path: Path) -> Fault:
    return Fault(
        zh="找不到回答表，或不是 .xlsx、.csv",
        en="no such answers, or no .xlsx or .csv",
        file=path.name,
        remedy_zh="给出筛查写出、填好的 questions.xlsx",
        remedy_en="give the questions.xlsx that a screening wrote, filled in",
    )


def _lacks(path: Path, missing: Sequence[str]) -> Fault:
    return Fault(
        zh=f"回答表缺少列: {'、'.join(missing)}",
        en="columns of the answers are missing",
        file=path.name,
        remedy_zh="请在筛查写出的 questions.xlsx 上填写，不要改表头",
        remedy_en="fill in the questions.xlsx of a screening; leave its headers",
    )


def _odd(path: Path, row: int, value: str) -> Fault:
    return Fault(
        zh="看不出回答的是哪一行、哪一列",
        en="which row and column does this answer?",
        file=path.name,
        row=row,
        value=value,
        remedy_zh="不要改「行号」和「列」",
        remedy_en="leave the columns 行号 and 列 as they are",
    )
