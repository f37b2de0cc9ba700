"""One answer for a whole list: what its rows leave blank is taken as somebody says, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.words import plain, words
from zoning.projects.tables.columns import Column, Columns
from zoning.sites import COLUMNS

HEADS: Final = ("行号", "项目", "问题", "可填", "依据", "回答之后", "回答", "回答人", "日期", "列")
EVERY_ROW: Final = "全部"
PLACE: Final = "place"


@dataclass(frozen=True, slots=True)
class Answer:
    """One filled cell.

    Parameters
    ----------
    row : int
        Of the list; 0 means all rows that leave the column blank.
    name : str
        Of the project, to see that the list is still the same.
    column : str
    value, by, on : str
        As written.
    """

    row: int
    name: str
    column: str
    value: str
    by: str
    on: str

    def __str__(self) -> str:
        where = f"第 {self.row} 行「{self.name}」" if self.row else "整张清单"
        who = " ".join(part for part in (self.by, self.on) if part)
        return f"回答: {where} {self.column} = {self.value}" + (f"（{who}）" if who else "")


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """All that was answered.

    Parameters
    ----------
    file : str
    answers : tuple of Answer
    """

    file: str = ""
    answers: tuple[Answer, ...] = field(default=())

    @property
    def for_all(self) -> Mapping[str, str]:
        """Column -> value, for rows that leave it blank."""
        return {a.column: a.value for a in self.answers if not a.row}


_NOT_ONE_FOR_ALL = frozenset(("id", "project", "code24", "name", "lon", "lat"))


def answered(
    columns: Columns, answers: Mapping[str, str], n: int, file: str
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Fill blank cells with the answers given for the list.

    Parameters
    ----------
    columns : Columns
        n rows.
    answers : Mapping
        Column, by its own name or by any header known for it -> the cell to take.
    n : int
    file : str
        For messages.

    Returns
    -------
    columns : dict
    notes : tuple of str
        What was taken, and for how many rows.

    Raises
    ------
    ProjectFaults
        An answer for a column that there is not, or that no answer for a whole list can fill.
    """
    filled, notes, faults = dict(columns), [], []
    for said, value in answers.items():
        name = words().headers.get(plain(said), said)
        if name not in COLUMNS or name in _NOT_ONE_FOR_ALL:
            faults.append(_unknown(said, value, file))
            continue
        column = filled.get(name) or Column("", np.full(n, None, dtype=object))
        blank = np.asarray([cell is None for cell in column.values], np.bool_)
        values = column.values.copy()
        values[blank] = value
        filled[name] = replace(column, values=values, sorted=None)
        if blank.any():
            notes.append(f"设定: {said} = {value}（{int(blank.sum())} 行没有写）  assumed")
    if faults:
        raise ProjectFaults(tuple(faults))
    return filled, tuple(notes)


def _unknown(said: str, value: str, file: str) -> Fault:
    return Fault(
        zh=f"没有可以整张清单设定的列「{said}」",
        en="no column that one answer could fill for a whole list",
        file=file,
        value=f"{said}={value}",
        remedy_zh="如 --assume 建设性质=新建、--assume crs=CGCS2000",
        remedy_en="for example --assume stage=新建, --assume crs=CGCS2000",
    )


def filled_by_row(
    columns: Columns, sheet: AnswerSheet, rows: NDArray[np.int64]
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Put answers into the cells of the rows that they are for; they stand above the list.

    Parameters
    ----------
    columns : Columns
    sheet : AnswerSheet
    rows : int array [n]
        Row numbers of the list.

    Returns
    -------
    columns : dict
    notes : tuple of str
        Each answer, with who gave it and when.

    Raises
    ------
    ProjectFaults
        A row that the list has not, or one whose name is another now.
    """
    filled, faults, notes = dict(columns), [], []
    at = {int(row): i for i, row in enumerate(rows)}
    names = columns["name"].values if "name" in columns else None
    for answer in (a for a in sheet.answers if a.row):
        i = at.get(answer.row)
        if i is None or (names is not None and plain(str(names[i])) != plain(answer.name)):
            faults.append(_another_list(sheet.file, answer))
            continue
        for name, value in _cells(answer):
            column = filled.get(name) or Column("", np.full(len(rows), None, dtype=object))
            values = column.values.copy()
            values[i] = value
            filled[name] = replace(column, values=values, sorted=None)
        notes.append(str(answer))
    if faults:
        raise ProjectFaults(tuple(faults))
    return filled, tuple(notes)


def _cells(answer: Answer) -> tuple[tuple[str, str], ...]:
    """The cells that one answer fills: two for a place."""
    if answer.column != PLACE:
        return ((answer.column, answer.value),)
    lon, _, lat = answer.value.replace("，", ",").partition(",")
    return ("lon", lon.strip()), ("lat", lat.strip())


def _another_list(file: str, answer: Answer) -> Fault:
    return Fault(
        zh=f"回答表里的第 {answer.row} 行「{answer.name}」与清单对不上",
        en="the list has no such row, or another project in it",
        file=file,
        value=answer.value,
        remedy_zh="清单改动后请重新筛查，再填新的 questions.xlsx",
        remedy_en="screen the changed list again and fill in its new questions.xlsx",
    )
