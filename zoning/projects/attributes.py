"""Columns of cells to columns of values: everything of a list but the places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from zoning.projects.cells import choices, identifiers
from zoning.projects.cells import values as cell
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.free_units import free_unit
from zoning.projects.cells.sorting import Sorted
from zoning.projects.cells.values import Refusal
from zoning.projects.cells.words import DIMENSION, plain, words
from zoning.projects.tables.columns import Column, Columns
from zoning.sites import COLUMNS, SIGNED, blank

Parse = Callable[[object], object]  # returns the value, or a Refusal
Values = dict[str, NDArray[np.generic]]

_ELSEWHERE = frozenset(("lon", "lat", "kind"))  # filled by the places, by `kinds`
_WITH_UNIT = {"capacity": "capacity_unit", "unit_energy": "unit_energy_unit"}
_LONGEST = 32_767  # letters that a cell of Excel holds
_TOO_LONG = Refusal(
    f"这一格超过 {_LONGEST} 个字，Excel 的格子放不下，未读",
    f"more than {_LONGEST} letters, which no cell of Excel holds: not read",
    "请核对文件，改写简短",
    "check the file and write it shorter",
)
_NEGATIVE = Refusal("不能小于 0", "must not be below zero")


def attribute_values(columns: Columns, n: int, source: Source) -> tuple[Values, list[RowFault]]:
    """Understand every attribute of a list.

    Parameters
    ----------
    columns : Columns
    n : int
        Rows.
    source : Source

    Returns
    -------
    values : dict
        Column of `zoning.sites.COLUMNS` -> array [n]; what is absent or refused says nothing.
    faults : list of RowFault
    """
    result = {name: _blank(name, n, columns) for name in COLUMNS}
    faults: list[RowFault] = []
    for name, column in columns.items():
        if name not in result or name in _ELSEWHERE or name in _WITH_UNIT:
            continue
        if name == "declared_m2" and "area_unit" in columns:
            continue
        parse, factor = _parser(name, column), _factor(name, column)
        faults += fill(result[name], column, parse, source, factor=factor)
    for name, unit_name in _WITH_UNIT.items():
        if name in columns:
            unit = result[unit_name]
            faults += _with_units(result[name], unit, columns[name], source)
    if "declared_m2" in columns and "area_unit" in columns:
        faults += _areas(result["declared_m2"], columns, source)
    result["accepted_doubted"] = _refused(result["accepted"], columns.get("accepted"))
    for name in result:
        if COLUMNS[name] == "number" and name not in SIGNED and name in columns:
            faults += _below_zero(result[name], columns[name], source)
    return result, faults


def _blank(name: str, n: int, columns: Columns) -> NDArray[np.generic]:
    """A column to be filled; of numbers and flags that the list lacks, one cell seen n times."""
    kind = COLUMNS[name]
    if kind in ("number", "flag") and name not in columns:
        return np.broadcast_to(blank(kind, 1), n)
    return blank(kind, n)


def fill(
    target: NDArray[np.generic],
    column: Column,
    parse: Parse,
    source: Source,
    *,
    factor: float | None = None,
) -> list[RowFault]:
    """Write parsed cells into a column; return the faults of those that were refused.

    Each different cell is parsed once; with a ``factor``, cells that are numbers are multiplied
    by it and not parsed at all.
    """
    cells = column.by_kind()
    numbers = np.flatnonzero(~np.isnan(cells.numbers))
    texts = np.flatnonzero(cells.codes >= 0)
    fresh = partial(_write, target, source=source, column=column)
    read: Sequence[object] = (
        cell.to_texts(cells.texts)
        if parse is cell.to_text
        else [parse(text) for text in cells.texts]
    )
    if any(len(text) > _LONGEST for text in cells.texts):
        pairs = zip(cells.texts, read, strict=True)
        read = [_TOO_LONG if len(text) > _LONGEST else value for text, value in pairs]
    faults = fresh(texts, cells.codes[texts], read)
    if factor is not None:
        target[numbers] = cells.numbers[numbers] * factor
    elif len(numbers):
        values, which = np.unique(cells.numbers[numbers], return_inverse=True)
        faults += fresh(numbers, which, [parse(value) for value in values.tolist()])
    odd = [column.values[i] for i in cells.others]
    marks = [(type(value), value) for value in odd]  # a day and its midnight may be equal
    once = {mark: parse(mark[1]) for mark in dict.fromkeys(marks)}
    return faults + fresh(cells.others, np.arange(len(odd)), [once[mark] for mark in marks])


def _write(
    target: NDArray[np.generic],
    rows: NDArray[np.int64],
    which: NDArray[np.int64],
    parsed: Sequence[object],
    *,
    column: Column,
    source: Source,
) -> list[RowFault]:
    """Write to each row the value that it takes of those parsed; return those refused."""
    refused: list[int] = []
    if Refusal in set(map(type, parsed)):
        refused = [i for i, value in enumerate(parsed) if type(value) is Refusal]
    table = np.empty(len(parsed), dtype=object)
    table[:] = parsed
    if target.dtype != object:
        table[refused] = np.nan
        table = table.astype(target.dtype)
    if not refused:
        target[rows] = table[which]
        return []
    bad = np.isin(which, refused)
    target[rows[~bad]] = table[which[~bad]]
    return [
        source.fault(int(i), _refusal(parsed[k]), column.header, column.values[i])
        for i, k in zip(rows[bad], which[bad], strict=True)
    ]


def _refusal(value: object) -> Refusal:
    assert isinstance(value, Refusal)
    return value


def _parser(name: str, column: Column) -> Parse:
    """Return what reads the cells of a standard column."""
    special: dict[str, Parse] = {
        "stage": choices.to_stage,
        "industry": identifiers.to_industry,
        "project": identifiers.to_identity,
        "code24": identifiers.to_code24,
        "adcode": identifiers.to_adcode,
        "swap_ratio": partial(cell.to_ratio, unit=column.unit),
        "gypsum_use": partial(cell.to_share, unit=column.unit),
        "declared_m2": partial(cell.to_number, dimension="area", unit=_implied(column, "m2")),
        "energy_tce": partial(cell.to_number, dimension="energy", unit=_implied(column, "tce")),
        "water_m3": partial(cell.to_number, dimension="water", unit=_implied(column, "m3")),
        "accuracy_m": partial(cell.to_number, dimension="length", unit=_implied(column, "m")),
    }
    if name in special:
        return special[name]
    if name.startswith("document_") and "指标" in column.header:
        return choices.to_quota
    if name.startswith("document_"):
        return choices.to_held
    by_kind: dict[str, Parse] = {
        "text": cell.to_text,
        "date": cell.to_date,
        "flag": choices.to_flag,
        "number": partial(cell.to_number, dimension=DIMENSION.get(name, ""), unit=column.unit),
    }
    return by_kind[COLUMNS[name]]


def _implied(column: Column, unit: str) -> str:
    """Return the unit stated, or the one that a standard column's own name ends with."""
    return column.unit or (unit if column.header.lower().endswith(f"_{unit}") else "")


def _factor(name: str, column: Column) -> float | None:
    """Return what bare numbers of a column are multiplied by; None where no unit is stated."""
    dimension = DIMENSION.get(name, "")
    if COLUMNS[name] != "number" or dimension == "share":
        return None
    if not dimension:
        return 1.0
    unit = _implied(column, name.rpartition("_")[2])
    return words().units[dimension].get(plain(unit)) if unit else None


def _with_units(
    target: NDArray[np.generic], unit: NDArray[np.generic], column: Column, source: Source
) -> list[RowFault]:
    """Split numbers from their own units; a unit column or header stands where they have none."""
    cells = column.by_kind()
    bare = ~np.isnan(cells.numbers)
    target[bare] = cells.numbers[bare]
    parts = np.full(len(target), None, dtype=object)
    faults = fill(parts, replace(column, sorted=_but_numbers(cells)), cell.split_number, source)
    if column.unit:
        unit[[i for i in np.flatnonzero(bare) if not unit[i]]] = column.unit
    for i in np.flatnonzero(cells.codes >= 0):
        if parts[i] is None:
            continue
        number, own = parts[i]
        beside = str(unit[i] or column.unit)
        if own in cell.MANY_FOLD:  # 1.2万 beside t/a is 1.2 万t/a
            if not beside or beside.startswith(tuple(cell.MANY_FOLD)):
                faults.append(source.fault(int(i), _OF_WHAT, column.header, column.values[i]))
                continue
            own += beside
        elif own and not (unit_read := free_unit(own)):
            faults.append(source.fault(int(i), _no_unit(own), column.header, column.values[i]))
            continue
        elif own:
            own = unit_read
        target[i] = number
        unit[i] = own or beside
    return faults


_OF_WHAT = Refusal(
    "写了「万」或「亿」，看不出单位",
    "so many ten thousands of what?",
    "请写完整，如 1.2万吨/年",
    "write it in full, such as 1.2万吨/年",
)


def _no_unit(own: str) -> Refusal:
    return Refusal(
        f"数后面的「{own}」不是单位",
        f"“{own}” behind the number is no unit",
        "一格只填一个数和一个单位，如 120万吨/年; 其余写入备注",
        "one number and one unit a cell, such as 120万吨/年; the rest goes into the remarks",
    )


def _but_numbers(cells: Sorted) -> Sorted:
    return replace(cells, numbers=np.full(len(cells.numbers), np.nan))


def _areas(target: NDArray[np.generic], columns: Columns, source: Source) -> list[RowFault]:
    """Read areas whose unit stands in a column beside them."""
    area, unit = columns["declared_m2"], columns["area_unit"].values
    faults = []
    for i, value in enumerate(area.values):
        if value is None:
            continue
        stated = cell.to_text(unit[i]) if unit[i] is not None else area.unit
        parsed = cell.to_number(value, dimension="area", unit=stated)
        if isinstance(parsed, Refusal):
            faults.append(source.fault(i, parsed, area.header, value))
        else:
            target[i] = parsed
    return faults


def _refused(read: NDArray[np.generic], column: Column | None) -> NDArray[np.float64]:
    """Return 1 where something was written and nothing of it could be taken, else 0."""
    if column is None:
        return np.zeros(len(read))
    pairs = zip(column.values, read, strict=True)
    return np.asarray([float(raw is not None and got is None) for raw, got in pairs])


def _below_zero(target: NDArray[np.generic], column: Column, source: Source) -> list[RowFault]:
    """Take out negative amounts."""
    rows = np.flatnonzero(np.asarray(target, dtype=float) < 0)
    target[rows] = np.nan
    return source.faults(rows, _NEGATIVE, column.header, column.values)
