"""Determinations: what a person judged of a clause and a project, with name, date and text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.determinations import Determination, text_sha
from zoning.errors import Fault, ProjectFaults
from zoning.facts.vocabulary import DETERMINED, DIMENSIONS
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal, to_date, to_text
from zoning.projects.cells.words import plain
from zoning.projects.formats.contents import TABLES, read_tables
from zoning.projects.tables.raw import RawTable

RESULTS = DETERMINED[:3]  # 符合 不符合 不涉及; 未研判 is the absence of a determination
_ALIASES = {
    "project": ("项目", "项目编号", "项目代码", "项目名称", "project"),
    "clause": ("条款", "管控单元", "单元编码", "规则", "clause"),
    "dimension": ("维度", "dimension"),
    "result": ("结论", "研判结论", "result"),
    "reason": ("理由", "研判理由", "依据", "reason"),
    "by": ("研判人", "姓名", "by"),
    "on": ("日期", "研判日期", "on"),
    "text": ("原文", "研判所依原文", "准入文本", "text"),
}
_HEADERS = {plain(word): name for name, many in _ALIASES.items() for word in many}
_REQUIRED = ("project", "clause", "result", "by", "on", "text")
_SHA = re.compile(r"^[0-9a-fA-F]{64}$")
_UNIT = re.compile(r"^ZH\d")  # control units; anything else is the id of a rule
_DIMENSIONS = {title: name for name, title in DIMENSIONS.items()} | {
    name: name for name in DIMENSIONS
}


def read_determinations(path: Path | str, *, sheet: str | None = None) -> tuple[Determination, ...]:
    """Read a table of determinations.

    Parameters
    ----------
    path : path
        .xlsx or .csv with the columns 项目, 条款 (unit code and dimension, or rule id), 结论, 理由,
        研判人, 日期, 原文 (the text judged, or its SHA-256); 维度 may stand in a column of its own.
    sheet : str, optional

    Returns
    -------
    tuple of Determination
        In the order of the table.

    Raises
    ------
    ProjectFaults
        Everything wrong with it, row by row: a judgement without name, date or text counts for
        nothing, and so none is taken from a faulty table.
    """
    path = Path(path)
    raw = _read(path, sheet)
    columns = _columns(raw)
    source = Source(raw.file, raw.rows)
    rows = [_determination(i, columns, source) for i in range(len(raw.rows))]
    faults = [fault for row in rows if not isinstance(row, Determination) for _, fault in row]
    given = [(i, row) for i, row in enumerate(rows) if isinstance(row, Determination)]
    faults += [fault for _, fault in _contradictions(given, source)]
    if faults:
        raise ProjectFaults(tuple(sorted(faults, key=lambda fault: fault.row or 0)))
    return tuple(row for _, row in given)


def _read(path: Path, sheet: str | None) -> RawTable:
    suffix = path.suffix.lower()
    if suffix not in TABLES:
        raise ProjectFaults(
            Fault(
                zh="研判表请存为 .xlsx 或 .csv",
                en="save the determinations as .xlsx or .csv",
                file=path.name,
                value=suffix,
            )
        )
    if not path.exists():
        raise ProjectFaults(Fault(zh="找不到文件", en="no such file", file=path.name))
    return read_tables(path, sheet=sheet, recognise=_recognised)


def _recognised(row: Sequence[object]) -> int:
    return len({_HEADERS[plain(c)] for c in row if isinstance(c, str) and plain(c) in _HEADERS})


def _columns(raw: RawTable) -> dict[str, NDArray[np.object_]]:
    named = [(_HEADERS.get(plain(text)), i) for i, text in enumerate(raw.headers)]
    found = {name: raw.cells[i] for name, i in reversed(named) if name is not None}
    missing = [name for name in _REQUIRED if name not in found]
    doubled = [name for name in found if [n for n, _ in named].count(name) > 1]
    if missing or doubled:
        raise ProjectFaults(
            tuple(
                Fault(
                    zh=f"缺少列「{_ALIASES[name][0]}」"
                    if name in missing
                    else f"有多列表示「{_ALIASES[name][0]}」",
                    en=f"column {name} is missing" if name in missing else f"two columns {name}",
                    file=raw.file,
                    row=raw.header_row,
                    column=_ALIASES[name][0],
                )
                for name in (*missing, *doubled)
            )
        )
    return found


def _determination(
    i: int, columns: dict[str, NDArray[np.object_]], source: Source
) -> Determination | list[RowFault]:
    cells = {name: column[i] for name, column in columns.items()}
    text = {name: to_text(cell) for name, cell in cells.items() if cell is not None}
    faults = [
        source.fault(i, _empty(name), _ALIASES[name][0]) for name in _REQUIRED if name not in text
    ]
    clause, dimension = _clause(text.get("clause", ""), text.get("dimension", ""))
    if not dimension and (text.get("dimension") or _UNIT.match(clause)):
        faults.append(source.fault(i, _no_dimension(), "条款", text.get("dimension", clause)))
    if "result" in text and text["result"] not in RESULTS:
        faults.append(source.fault(i, _no_result(), "结论", text["result"]))
    day = to_date(cells["on"]) if cells.get("on") is not None else None
    if isinstance(day, Refusal):
        faults.append(source.fault(i, day, "日期", cells["on"]))
    if faults or not isinstance(day, dt.date):
        return faults
    judged = text["text"]
    return Determination(
        project=text["project"],
        clause=clause,
        dimension=dimension,
        result=text["result"],
        reason=text.get("reason", ""),
        by=text["by"],
        on=day,
        text_sha=judged.lower() if _SHA.match(judged) else text_sha(judged),
    )


def _clause(clause: str, dimension: str) -> tuple[str, str]:
    """Split ``ZH52012120003 空间布局约束``; a rule's id has no dimension."""
    for title, name in _DIMENSIONS.items():
        if dimension == title:
            return clause, name
        if not dimension and clause.endswith(title) and _UNIT.match(clause):
            return clause.removesuffix(title).strip(" /:：·-"), name
    return clause, ""


def _contradictions(given: Sequence[tuple[int, Determination]], source: Source) -> list[RowFault]:
    """Return faults for a second judgement of the same project, clause and dimension."""
    seen: set[tuple[str, str, str]] = set()
    faults = []
    for i, one in given:
        mark = (one.project, one.clause, one.dimension)
        if mark in seen:
            faults.append(source.fault(i, _twice(), "条款", f"{one.project} {one.clause}"))
        seen.add(mark)
    return faults


def _empty(name: str) -> Refusal:
    return Refusal(f"没有填「{_ALIASES[name][0]}」", f"{name} is empty", "请补填", "fill it in")


def _no_result() -> Refusal:
    return Refusal(
        "不认识的结论", "unknown result", f"可填: {'、'.join(RESULTS)}", "use one of these"
    )


def _no_dimension() -> Refusal:
    names = "、".join(DIMENSIONS.values())
    return Refusal(
        "管控单元的条款要写明维度",
        "a control unit is judged by dimension",
        f"可填: {names}",
        "name one of these after the code",
    )


def _twice() -> Refusal:
    return Refusal(
        "同一项目同一条款研判了两次", "judged twice", "请只留有效的一行", "keep the valid row only"
    )
