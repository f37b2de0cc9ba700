"""A raw table to standard columns: headers matched, constants, joined and renamed values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.faults import RowFault
from zoning.projects.cells.sorting import Sorted, sort_cells
from zoning.projects.cells.values import serial_1904
from zoning.projects.cells.words import key, plain
from zoning.projects.tables.mapping import Mapping
from zoning.projects.tables.match_header import (
    MANY,
    Header,
    doubled,
    match_headers,
    recognised,
    suggestion,
)
from zoning.projects.tables.merged import filled_down
from zoning.projects.tables.raw import JOINT, RawTable, Recognise
from zoning.sites import COLUMNS

_IDENTITY = ("project", "code24", "name")
_WHOLE_PLACES = ("wkt", "coordinates", "vertices")
_PAIRS = (("lon", "lat"), ("x", "y"), ("east", "north"))


@dataclass(frozen=True, slots=True)
class Column:
    """One standard column, not yet understood.

    Parameters
    ----------
    header : str
        As written in the file; several joined by " + "; "" for a constant.
    values : object array [n]
        None where blank.
    unit, crs, notation : str
        As in `Header`.
    sorted : Sorted, optional
        The values as they were sorted on the way in; out of use where they have changed since.
    """

    header: str
    values: NDArray[np.object_]
    unit: str = ""
    crs: str = ""
    notation: str = ""
    sorted: Sorted | None = None

    def by_kind(self) -> Sorted:
        """Return the values by what they are."""
        known = self.sorted
        if known is not None and known.cells is self.values:
            return known
        return sort_cells(self.values)


Columns = MappingOf[str, Column]


def recogniser(mapping: Mapping | None) -> Recognise:
    """Return what counts the known columns of a header row."""
    if mapping is None:
        return recognised
    named = {plain(header) for headers in mapping.columns.values() for header in _listed(headers)}

    def count(row: Sequence[object]) -> int:
        hits = len({plain(cell) for cell in row if isinstance(cell, str)} & named)
        return hits + (recognised(row) if mapping.about.aliases else 0)

    return count


def standard_columns(
    raw: RawTable, mapping: Mapping | None
) -> tuple[Columns, tuple[str, ...], list[RowFault]]:
    """Return the standard columns of a table.

    Returns
    -------
    columns : Columns
    notes : tuple of str
        Headers that were not read, merged cells that were filled.
    faults : list of RowFault
        Cells of read columns that hold no value, or one for several rows.

    Raises
    ------
    ProjectFaults
        Two columns of one meaning, a header that the mapping names and the file lacks, or no
        column for name and place.
    """
    filled = [any(cell is not None for cell in column) for column in raw.cells]
    if mapping is None:
        headers, notes, faults = match_headers(
            raw.headers, filled, file=raw.file, row=raw.header_row
        )
    else:
        headers, notes, faults = _mapped(raw, filled, mapping)
    raw, filled_in, doubts = filled_down(raw, headers)
    columns = _joined(raw, headers)
    if raw.from_1904:
        columns = {name: _from_1904(name, column) for name, column in columns.items()}
    if mapping is not None:
        columns |= _constants(raw, mapping)
        columns = {name: _translated(name, col, mapping) for name, col in columns.items()}
    missing = _missing(raw, columns, headers)
    if faults or missing:
        raise ProjectFaults((*faults, *missing))
    columns, located = _by_address(columns)
    return columns, (*notes, *filled_in, *located), doubts


def _from_1904(name: str, column: Column) -> Column:
    """Return a column of dates with bare numbers of days, counted from 1904, as days."""
    if COLUMNS.get(name) != "date":
        return column
    values = np.empty(len(column.values), dtype=object)
    values[:] = [serial_1904(cell) for cell in column.values]
    return replace(column, values=values)


def _by_address(columns: dict[str, Column]) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Return the columns with the county taken from the address, where no other column has it.

    Only addresses that name a county, district or city say anything of it.
    """
    address = columns.pop("address", None)
    if address is None or "county" in columns:
        return columns, ()
    values = np.empty(len(address.values), dtype=object)
    values[:] = [
        cell if isinstance(cell, str) and any(mark in cell for mark in "县区市") else None
        for cell in address.values
    ]
    note = f"没有区县列: 区县取自「{address.header}」  the county is taken from the address"
    return {**columns, "county": replace(address, values=values)}, (note,)


def _listed(headers: str | list[str]) -> list[str]:
    return [headers] if isinstance(headers, str) else headers


def _mapped(
    raw: RawTable, filled: Sequence[bool], mapping: Mapping
) -> tuple[tuple[Header, ...], tuple[str, ...], tuple[Fault, ...]]:
    """Match by the mapping; the rest by aliases where it says so."""
    at = _positions(raw.headers)
    wanted = [(name, text) for name, many in mapping.columns.items() for text in _listed(many)]
    found = [
        Header(at[plain(text)], text, name, unit=mapping.units.get(name, ""))
        for name, text in wanted
        if plain(text) in at
    ]
    faults = [
        _absent(raw, mapping, f"columns.{name}", text)
        for name, text in wanted
        if plain(text) not in at
    ]
    if mapping.accuracy is not None:
        text = mapping.accuracy.column
        if plain(text) in at:
            found.append(Header(at[plain(text)], text, "accuracy_m", unit="m"))
        else:
            faults.append(_absent(raw, mapping, "accuracy.column", text))
    if not mapping.about.aliases:
        return tuple(found), (), tuple(faults)
    more, notes, twice = _by_alias(raw, filled, found, mapping)
    return (*found, *more), notes, (*faults, *twice)


def _positions(headers: Sequence[str]) -> dict[str, int]:
    """Return where each header stands, by its whole or, where only one has it, its last part."""
    leaves = [plain(text.rpartition(JOINT)[2]) for text in headers]
    at = {leaf: i for i, leaf in enumerate(leaves) if leaf and leaves.count(leaf) == 1}
    return at | {plain(text): i for i, text in reversed(list(enumerate(headers))) if text}


def _by_alias(
    raw: RawTable, filled: Sequence[bool], found: Sequence[Header], mapping: Mapping
) -> tuple[tuple[Header, ...], tuple[str, ...], tuple[Fault, ...]]:
    """Match by the alias table what the mapping leaves."""
    used = {header.index for header in found}
    rest = ["" if i in used else text for i, text in enumerate(raw.headers)]
    left = [full and i not in used for i, full in enumerate(filled)]
    own, notes, _ = match_headers(rest, left, file=raw.file, row=raw.header_row)
    named = {header.standard for header in found} | mapping.constants.keys()
    more = tuple(header for header in own if header.standard not in named)
    return more, notes, doubled(more, raw.file, raw.header_row)


def _absent(raw: RawTable, mapping: Mapping, key_: str, header: str) -> Fault:
    return Fault(
        zh=f"映射文件指的表头在 {raw.file} 里没有",
        en=f"the mapping names a header that {raw.file} lacks",
        file=mapping.file,
        key=key_,
        value=header,
        remedy_zh=f"文件里的表头: {'、'.join(text for text in raw.headers if text)}",
        remedy_en="use one of the headers in the file",
    )


def _joined(raw: RawTable, headers: Sequence[Header]) -> dict[str, Column]:
    """Return one column a meaning; several headers of one meaning are joined by a blank."""
    columns: dict[str, Column] = {}
    counts = Counter(header.standard for header in headers)
    for header in headers:
        values = raw.cells[header.index]
        ordered = raw.sorted[header.index] if raw.sorted is not None else None
        if header.standard in MANY and counts[header.standard] > 1:
            values = _labelled(header.text, values)
        have = columns.get(header.standard)
        if have is None:
            columns[header.standard] = Column(
                header.text, values, header.unit, header.crs, header.notation, ordered
            )
        else:
            columns[header.standard] = replace(
                have,
                header=f"{have.header} + {header.text}",
                values=_pasted(have.values, values),
            )
    return columns


def _labelled(header: str, values: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return each value with its header in front: joined remarks must tell which is which."""
    result = np.empty(len(values), dtype=object)
    result[:] = [None if value is None else f"{header}: {value};" for value in values]
    return result


def _pasted(first: NDArray[np.object_], second: NDArray[np.object_]) -> NDArray[np.object_]:
    result = np.empty(len(first), dtype=object)
    for i, pair in enumerate(zip(first, second, strict=True)):
        parts = [str(part) for part in pair if part is not None]
        result[i] = " ".join(parts) or None
    return result


def _constants(raw: RawTable, mapping: Mapping) -> dict[str, Column]:
    n = len(raw.rows)
    return {
        name: Column("", np.full(n, value, dtype=object), mapping.units.get(name, ""))
        for name, value in mapping.constants.items()
    }


def _translated(name: str, column: Column, mapping: Mapping) -> Column:
    """Return the column with the words of the list replaced by standard ones."""
    table: dict[str, object] = {
        key(word): value for word, value in mapping.values.get(name, {}).items()
    }
    if mapping.accuracy is not None and name == "accuracy_m":
        table |= {key(word): metres for word, metres in mapping.accuracy.metres.items()}
    if not table:
        return column
    values = np.empty(len(column.values), dtype=object)
    values[:] = [
        table.get(key(cell), cell) if isinstance(cell, str) else cell for cell in column.values
    ]
    return replace(column, values=values)


def _missing(raw: RawTable, columns: Columns, headers: Sequence[Header]) -> tuple[Fault, ...]:
    """Return faults for the required columns that the table lacks."""
    faults = []
    if not any(name in columns for name in _IDENTITY):
        faults.append(
            _lacks(
                raw,
                headers,
                "没有项目名称或编号列",
                "no column for name or number",
                "请加一列「项目名称」或「项目编号」",
                "add a column 项目名称 or 项目编号",
            )
        )
    place = raw.geometry is not None or any(name in columns for name in _WHOLE_PLACES)
    if not (place or any(a in columns and b in columns for a, b in _PAIRS)):
        faults.append(
            _lacks(
                raw,
                headers,
                "没有位置列",
                "no columns for the place",
                "请加两列「经度」「纬度」(或 X坐标、Y坐标, 或 边界(WKT)) 和一列「坐标系」",
                "add 经度 and 纬度 (or X坐标, Y坐标, or 边界(WKT)), and 坐标系",
            )
        )
    return tuple(faults)


def _lacks(
    raw: RawTable, headers: Sequence[Header], zh: str, en: str, remedy_zh: str, remedy_en: str
) -> Fault:
    known = {header.index for header in headers}
    strange = [text for i, text in enumerate(raw.headers) if i not in known and text]
    likes = [f"「{text}」是否指「{like}」" for text in strange if (like := suggestion(text))]
    return Fault(
        zh="; ".join([zh, *likes]),
        en=en,
        file=raw.file,
        row=raw.header_row or None,
        value="、".join(strange)[:200],
        remedy_zh=remedy_zh + "，或用映射文件 (--mapping) 说明",
        remedy_en=remedy_en + ", or give a mapping file (--mapping)",
    )
