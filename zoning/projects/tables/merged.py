"""Cells merged over several rows: what they say of each row; and cells that hold no value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from zoning.projects.cells.faults import RowFault
from zoning.projects.cells.values import Refusal
from zoning.projects.tables.match_header import Header
from zoning.projects.tables.raw import RawTable
from zoning.sites import COLUMNS

_MOST_SAID = 12  # ranges of rows that one note lists
# A place or an accuracy that is merged over rows holds for each of them; an amount is their sum.
_SHARED_NUMBERS = frozenset(("lon", "lat", "accuracy_m"))


def filled_down(
    raw: RawTable, headers: Sequence[Header]
) -> tuple[RawTable, tuple[str, ...], list[RowFault]]:
    """Write what merged cells say into each of their rows, amounts excepted; tell what is broken.

    Only ranges that the file states are filled. An amount stays in the first row alone: it is one
    for all of them, and how much belongs to which is not said.

    Returns
    -------
    raw : RawTable
    notes : tuple of str
        What was filled, by column.
    faults : list of RowFault
        Amounts over several rows; cells of read columns that hold no value.
    """
    source = raw.source()
    read = {header.index: header for header in headers}
    faults = [source.fault(i, why, read[j].text) for j, i, why in raw.broken if j in read]
    cells = list(raw.cells)
    said: dict[int, list[str]] = {}
    for j, first, last in raw.spans:
        if j not in read or cells[j][first] is None:
            continue
        value = cells[j][first]
        if _is_amount(read[j].standard):
            faults.append(source.fault(first, _one_for(last - first + 1), read[j].text, value))
            continue
        cells[j] = cells[j] if j in said else cells[j].copy()
        for i in range(first + 1, last + 1):
            if cells[j][i] is None:
                cells[j][i] = value
        said.setdefault(j, []).append(f"{raw.rows[first]}-{raw.rows[last]}")
    notes = tuple(_note(read[j].text, ranges) for j, ranges in said.items())
    return replace(raw, cells=tuple(cells)), notes, faults


def _is_amount(standard: str) -> bool:
    return COLUMNS.get(standard) == "number" and standard not in _SHARED_NUMBERS


def _one_for(rows: int) -> Refusal:
    return Refusal(
        f"这个数合并在 {rows} 行上，是几行合计，只记在第一行",
        f"one amount merged over {rows} rows: kept in the first of them only",
        "请拆开合并单元格，分别填写各行的数",
        "split the cell and fill in the amount of each row",
    )


def _note(header: str, ranges: Sequence[str]) -> str:
    rows = "、".join(ranges[:_MOST_SAID]) + ("…" if len(ranges) > _MOST_SAID else "")
    return (
        f"列「{header}」的合并单元格按文件所合并的各行填写: 第 {rows} 行  "
        "merged cells hold for each of their rows"
    )
