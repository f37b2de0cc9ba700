"""Tables of vertices: one row a vertex, gathered into one row a project before anything is read.

Such a table has a column of vertex numbers (拐点编号, 点号), or says in the headers of its
coordinates that they are of vertices. Names may be repeated in every row or stand in the first one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal, half_width, to_text
from zoning.projects.cells.words import key, plain
from zoning.projects.coordinates.coordinates import PAIRS
from zoning.projects.coordinates.notation import coarsest
from zoning.projects.coordinates.outlines import Vertices
from zoning.projects.coordinates.pairs import ReadColumn, follow_letters, ordered_pair, read_column
from zoning.projects.coordinates.vertices import Drawn
from zoning.projects.tables.columns import Column, Columns
from zoning.projects.tables.crs_statements import joined
from zoning.projects.tables.raw import RawTable

_IDENTITY = ("project", "code24", "name", "component")
_OF_VERTICES = re.compile(r"拐点|界址点|角点|顶点")
_OWN = frozenset(("vertex", "ring", "serial", "remark"))  # differ from row to row by nature
_JOINT = re.compile(r"(?:J|拐点|界址点)\s*[0-9]", re.IGNORECASE)
_LOOSE = frozenset(("点号", "pointno", "vertexno"))  # headers that number points of any sort
_LAST_NUMBER = re.compile(r"([0-9]{1,6})[^0-9]*$")

_NO_COORDINATES = Refusal(
    "拐点没有坐标",
    "a vertex without coordinates",
    "请补齐这个拐点",
    "supply this vertex",
)
_BROKEN = Refusal(
    "有拐点读不出，边界不完整，未采用",
    "a vertex cannot be read: the boundary is incomplete and is not used",
    "请改正上列拐点",
    "mend the vertices named",
)
_FRAMES = Refusal(
    "同一项目各拐点的坐标系写得不同",
    "the vertices of one project state different CRSs",
    "请换算到同一坐标系后填写",
    "convert them to one CRS",
)


def gathered(raw: RawTable, columns: Columns) -> tuple[RawTable, Columns, list[RowFault]]:
    """Return the table with one row a project, its vertices in one cell of a column ``vertices``.

    Any other table is returned as it is.

    Returns
    -------
    raw : RawTable
        Rows are the first ones of each project; faults point at them, and name their own rows.
    columns : Columns
    faults : list of RowFault
        Vertices that cannot be read, numbers that are missing, rows that contradict each other.
    """
    names = next((pair for pair in PAIRS if all(name in columns for name in pair)), None)
    if raw.geometry is not None or names is None or not _of_vertices(columns, names):
        return raw, columns, []
    groups = _groups(columns, len(raw.rows))
    source = raw.source()
    x, y, order = ordered_pair(names[0], columns[names[0]], columns[names[1]])
    drawn, faults = _drawn(groups, (x, y), columns, source)
    for group in groups:
        faults += _contradictions(group, columns, {*names, *_OWN}, source)
    first = np.asarray([group[0] for group in groups], dtype=np.int64)
    place = Column(f"{x.header}, {y.header}", drawn, crs=joined(x.crs, y.crs), notation=x.notation)
    kept = {
        name: replace(column, values=_first_said(column.values, groups), sorted=None)
        for name, column in columns.items()
        if name not in (*names, "vertex", "ring")
    }
    note = (
        f"拐点表: {len(raw.rows)} 行拐点合为 {len(groups)} 个项目  "
        f"{len(raw.rows)} rows of vertices gathered into {len(groups)} projects"
    )
    owner = np.empty(len(raw.rows), dtype=np.int64)
    for k, group in enumerate(groups):
        owner[group] = k
    table = _taken(_one_amount_each(raw, owner), first, owner)
    table = replace(table, notes=(*table.notes, note, *order))
    return table, {**kept, "vertices": place}, [(int(owner[i]), fault) for i, fault in faults]


def _of_vertices(columns: Columns, names: tuple[str, str]) -> bool:
    """Whether the rows of a table are vertices."""
    if any(_OF_VERTICES.search(columns[name].header) for name in names):
        return True
    if "vertex" not in columns:
        return False
    # 点号 alone may number turbines or wells: J1, J2 … are what vertices are called
    vertex = columns["vertex"]
    called = any(cell is not None and _JOINT.match(half_width(cell)) for cell in vertex.values)
    return called or plain(vertex.header) not in _LOOSE


def _groups(columns: Columns, n: int) -> list[list[int]]:
    """Return the rows of each project, in the order in which the projects appear.

    A blank cell of a name says what the row above says, where no other name of the row changes.
    """
    identity = [columns[name].values for name in _IDENTITY if name in columns]
    groups: dict[tuple[str, ...], list[int]] = {}
    last: tuple[str, ...] = ()
    for i in range(n):
        said = tuple("" if c[i] is None else key(to_text(c[i])) for c in identity)
        same = not last or all(mine in ("", above) for mine, above in zip(said, last, strict=True))
        if last and same:
            said = last
        last = said
        groups.setdefault(said, []).append(i)
    return list(groups.values())


def _drawn(
    groups: Sequence[list[int]], pair: tuple[Column, Column], columns: Columns, source: Source
) -> tuple[NDArray[np.object_], list[RowFault]]:
    """Return a `Drawn` or a refusal for every group, and what is said of single vertices."""
    has = [np.asarray([cell is not None for cell in c.values], dtype=bool) for c in pair]
    both = np.flatnonzero(has[0] & has[1])
    packed = "dms" in (pair[0].notation, pair[1].notation)
    first, second = (read_column(column, both.tolist(), packed=packed) for column in pair)
    faults = [
        source.fault(i, refusal, column.header, column.values[i])
        for read, column in ((first, pair[0]), (second, pair[1]))
        for i, refusal in read.refused.items()
    ]
    faults += follow_letters(first, second, pair, source)
    number, ring = _numbers(columns, len(has[0])), _labels(columns, "ring", len(has[0]))
    result = np.full(len(groups), None, dtype=object)
    for k, group in enumerate(groups):
        rows = np.asarray(group, dtype=np.int64)
        lacking = rows[~(has[0] & has[1])[rows]]
        if len(lacking) < len(rows):
            faults += source.faults(lacking, _NO_COORDINATES, pair[0].header)
            result[k] = _one(rows, first, second, number, ring, source)
            if (
                "crs" in columns
                and len({_text(columns["crs"].values[i]) for i in group} - {""}) > 1
            ):
                result[k] = _FRAMES
            faults += _gaps(rows, number, source)
    return result, faults


def _one(
    rows: NDArray[np.int64],
    first: ReadColumn,
    second: ReadColumn,
    number: NDArray[np.int64],
    ring: NDArray[np.object_],
    source: Source,
) -> Drawn | Refusal:
    """Return what the rows of one project draw."""
    xy = np.column_stack((first.value[rows], second.value[rows]))
    if np.isnan(xy).any():
        return _BROKEN
    step = coarsest(one for read in (first, second) for one in read.coordinates(rows))
    named = {text: k for k, text in enumerate(dict.fromkeys(ring[rows]))}
    rings = np.asarray([named[text] for text in ring[rows]], dtype=np.int64)
    return Drawn(
        Vertices(xy, rings, number[rows]),
        step,
        int(max(first.decimals[rows].max(), second.decimals[rows].max())),
        not np.isnan(step),
        f"; 第 {spans(source.rows[rows])} 行 rows" if len(rows) > 1 else "",
        gaps=len(_skipped(number[rows])) > 0,
    )


def spans(rows: NDArray[np.int64]) -> str:
    """Return row numbers as spans.

    Examples
    --------
    >>> spans(np.array([2, 3, 4, 7]))
    '2-4, 7'
    """
    parts = np.split(rows, np.flatnonzero(np.diff(rows) != 1) + 1)
    return ", ".join(f"{p[0]}-{p[-1]}" if len(p) > 1 else f"{p[0]}" for p in parts)


def _text(cell: object) -> str:
    return "" if cell is None else key(to_text(cell))


def _labels(columns: Columns, name: str, n: int) -> NDArray[np.object_]:
    result = np.full(n, "", dtype=object)
    if name in columns:
        result[:] = [_text(cell) for cell in columns[name].values]
    return result


def _numbers(columns: Columns, n: int) -> NDArray[np.int64]:
    """Return the number of each vertex: the last digits of J1, 拐点3 or 1-12; 0 where none is."""
    result = np.zeros(n, dtype=np.int64)
    if "vertex" in columns:
        for i, cell in enumerate(columns["vertex"].values):
            match = _LAST_NUMBER.search(half_width(cell)) if cell is not None else None
            result[i] = int(match[1]) if match else 0
    return result


def _skipped(number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions behind which numbers are skipped."""
    return np.flatnonzero((np.diff(number) > 1) & (number[:-1] > 0))


def _gaps(rows: NDArray[np.int64], number: NDArray[np.int64], source: Source) -> list[RowFault]:
    """Say where numbers of vertices are skipped: one may be missing from the list."""
    mine = number[rows]
    return [
        source.fault(
            int(rows[k + 1]),
            Refusal(
                f"拐点编号从 {mine[k]} 跳到 {mine[k + 1]}，可能缺拐点",
                f"vertex {mine[k]} is followed by {mine[k + 1]}: some may be missing",
                "请核对拐点是否齐全",
                "check that all vertices are there",
            ),
            "",
        )
        for k in _skipped(mine)
    ]


def _contradictions(
    group: Sequence[int], columns: Columns, own: set[str], source: Source
) -> list[RowFault]:
    """Say where the rows of one project say different things of it."""
    faults = []
    for name, column in columns.items():
        if name in own or name == "crs":
            continue
        said = {_text(column.values[i]): i for i in reversed(group)}
        said.pop("", None)
        if len(said) > 1:
            rows = spans(source.rows[np.asarray(group, dtype=np.int64)])
            reason = Refusal(
                f"同一项目各行 (第 {rows} 行) 填写不一致，取第一个",
                "the rows of one project say different things; the first one is used",
                "请核对后统一填写",
                "make them agree",
            )
            i = min(said.values())
            faults.append(source.fault(i, reason, column.header, column.values[i]))
    return faults


def _first_said(values: NDArray[np.object_], groups: Sequence[list[int]]) -> NDArray[np.object_]:
    result = np.empty(len(groups), dtype=object)
    for k, group in enumerate(groups):
        result[k] = next((values[i] for i in group if values[i] is not None), None)
    return result


def _one_amount_each(raw: RawTable, owner: NDArray[np.int64]) -> RawTable:
    """Return the table without what was said of cells merged over the rows of one project only."""
    within = {
        (first, raw.headers[column])
        for column, first, last in raw.spans
        if (owner[first : last + 1] == owner[first]).all()
    }
    kept = tuple((i, f) for i, f in raw.faults if (i, f.column) not in within)
    return replace(raw, faults=kept)


def _taken(raw: RawTable, first: NDArray[np.int64], owner: NDArray[np.int64]) -> RawTable:
    """Return the table of the chosen rows, whatever a row of it carries."""
    n = len(raw.rows)
    arrays = {
        field.name: value[first]
        for field in fields(raw)
        if isinstance(value := getattr(raw, field.name), np.ndarray) and len(value) == n
    }
    faults: tuple[tuple[int, Fault], ...] = tuple((int(owner[i]), fault) for i, fault in raw.faults)
    taken = replace(raw, **arrays)  # type: ignore[arg-type]  # arrays by the names they have there
    cells = tuple(column[first] for column in raw.cells)
    return replace(taken, cells=cells, faults=faults, spans=(), broken=(), sorted=None)
