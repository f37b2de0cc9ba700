"""Two columns to pairs of numbers: which is east, how each is written, what letters say of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import NOT_A_NUMBER, Refusal, split_number, to_text
from zoning.projects.coordinates.notation import (
    Coordinate,
    coarsest,
    read_coordinate,
    written_decimals,
)
from zoning.projects.coordinates.vertices import looks_eastern
from zoning.projects.tables.columns import Column

_BY_LETTER = Refusal(
    "单元格里写的方向 (东经、北纬) 与表头相反，已按单元格读取",
    "the letters in the cells contradict the headers: the cells were followed",
    "请核对两列的表头",
    "check the headers of the two columns",
)
_WRONG_LETTER = Refusal(
    "单元格里写的方向 (东经、北纬) 与数值不符，已按表头读取",
    "the letters in the cells contradict the numbers: the headers were followed",
    "请核对单元格里的方向",
    "check the letters in the cells",
)
_ONE_AXIS = Refusal(
    "两个数写的是同一个方向",
    "both numbers name the same axis",
    "请核对东经、北纬",
    "check which is east and which is north",
)


def ordered_pair(name: str, first: Column, second: Column) -> tuple[Column, Column, list[str]]:
    """Return the east column and the north column.

    ``X`` is north in Chinese surveying and east elsewhere; the numbers tell, since northings and
    eastings, latitudes and longitudes do not overlap here. The whole list has one order; a row that
    goes against it is refused later, as swapped. Where metres leave it open, X is
    north, as in Chinese surveying.
    """
    if name != "x":
        return first, second, []
    a, b = (np.asarray([_rough(cell) for cell in c.values]) for c in (first, second))
    east_first = looks_eastern(a, b).sum()
    north_first = looks_eastern(b, a).sum()
    metres = bool((np.fmax(a, b) > 1000).any())  # no degrees are so large
    if north_first > east_first or (metres and north_first == east_first):
        note = (
            f"列「{first.header}」按北坐标、「{second.header}」按东坐标读取  X is north, Y is east"
        )
        return second, first, [note]
    note = f"列「{first.header}」按东坐标、「{second.header}」按北坐标读取  X is east, Y is north"
    return first, second, [note]


def _rough(cell: object) -> float:
    parts = split_number(cell) if cell is not None else NOT_A_NUMBER
    return parts[0] if isinstance(parts, tuple) else np.nan


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """The cells of one column of a pair, NaN where they are blank or refused."""

    value: NDArray[np.float64]
    decimals: NDArray[np.int64]
    step: NDArray[np.float64]
    axis: NDArray[np.object_]
    refused: dict[int, Refusal]

    def coordinates(self, rows: Iterable[int]) -> Iterator[Coordinate]:
        """Return the coordinates of some rows, one by one."""
        for i in rows:
            yield Coordinate(float(self.value[i]), float(self.step[i]), "", int(self.decimals[i]))


def read_column(column: Column, rows: Iterable[int], *, packed: bool) -> ReadColumn:
    """Read the cells of some rows; plain numbers first, for most are."""
    n = len(column.values)
    read = ReadColumn(
        np.full(n, np.nan),
        np.zeros(n, dtype=np.int64),
        np.full(n, np.nan),
        np.full(n, "", dtype=object),
        {},
    )
    if not packed:
        rows = _take_numbers(read, column, rows)
    for i in rows:
        cell = column.values[i]
        if type(cell) is str and not packed and (number := _plain(cell)) is not None:
            read.value[i] = number
            read.decimals[i] = written_decimals(cell)
            continue
        one = read_coordinate(cell, packed=packed)
        if isinstance(one, Refusal):
            read.refused[i] = one
        else:
            _enter(read, i, one)
    return read


def _take_numbers(read: ReadColumn, column: Column, rows: Iterable[int]) -> list[int]:
    """Take cells that are numbers all at once; return the rows that are left."""
    numbers = column.by_kind().numbers
    wanted = np.asarray(list(rows), dtype=np.int64)
    read.value[wanted] = numbers[wanted]
    return [int(i) for i in wanted[np.isnan(numbers[wanted])]]


def _plain(cell: str) -> float | None:
    """Return the number of a text of digits and one point, the common case by far."""
    return float(cell) if cell.replace(".", "", 1).isdecimal() and cell.isascii() else None


def _enter(read: ReadColumn, i: int, one: Coordinate) -> None:
    read.value[i], read.decimals[i] = one.value, one.decimals
    read.step[i], read.axis[i] = one.step, one.axis


def steps(
    first: ReadColumn, second: ReadColumn, rows: NDArray[np.int64], *, packed: bool
) -> NDArray[np.float64]:
    """Return the unit of the last place of pairs, NaN where both are decimal."""
    a, b = first.step[rows], second.step[rows]
    if packed:  # zeros at the end get lost from ddd.mmss as from any number: the finer axis speaks
        return np.fmin(a, b)
    result = np.fmax(a, b)
    for k in np.flatnonzero(np.isnan(a) != np.isnan(b)):
        row = [rows[k]]
        result[k] = coarsest((*first.coordinates(row), *second.coordinates(row)))
    return result


def follow_letters(
    first: ReadColumn, second: ReadColumn, pair: tuple[Column, Column], source: Source
) -> list[RowFault]:
    """Follow the letters in the cells where they contradict the headers, in place; tell it."""
    faults = []
    for i in np.flatnonzero((first.axis != "") | (second.axis != "")).tolist():
        axes = (first.axis[i], second.axis[i])
        if axes in (("lon", "lon"), ("lat", "lat")):
            first.value[i] = math.nan
            reason = _ONE_AXIS
        elif axes[0] == "lat" or axes[1] == "lon":
            here, there = (np.asarray([read.value[i]]) for read in (first, second))
            wrong = bool(looks_eastern(here, there)[0])  # the letters are, not the headers
            if not wrong:
                first.value[i], second.value[i] = second.value[i], first.value[i]
            reason = _WRONG_LETTER if wrong else _BY_LETTER
        else:
            continue
        written = ", ".join(to_text(column.values[i]) for column in pair)
        faults.append(source.fault(i, reason, pair[0].header, written))
    return faults
