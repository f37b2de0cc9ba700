"""CASS coordinate files (.dat) in: points in the order of the survey, a boundary only where said.

A line is ``点号,编码,东坐标Y,北坐标X,高程``. Most such files are heaps of shots: joining them up
would invent a boundary. One is said where the code names it, or where the points are numbered
``J1, J2 …`` without a gap and the last is the first again.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from zoning.errors import Fault, ProjectFaults
from zoning.projects.boundaries.parcel_shapes import looks_eastern
from zoning.projects.cells.values import Refusal, plain_number
from zoning.projects.coordinates.rings import area_of
from zoning.projects.formats.plaintext import read_lines
from zoning.projects.tables.raw import NO_CRS, AsWritten, RawTable, clean, no_such_part

CASS = (".dat",)
_HEADERS = ("项目名称", "组成部分", "备注")
_CODE = re.compile(
    r"^(?:JZ[DX线]|界址[点线]?|用地红线|红线|用地边界|边界|用地范围|范围线?|300000)[-_#]?(?:\d{0,4})$"
)
_NUMBERED = re.compile(r"^J(\d{1,6})$")

_FEW = Refusal(
    "边界不足 3 个点",
    "fewer than three points in the boundary",
    "请补齐界址点",
    "supply the points",
)
_EXCHANGED = Refusal(
    "东坐标与北坐标的顺序与本格式相反，已按数值对调",
    "easting and northing stand the other way round; exchanged by their numbers",
    "请核对",
    "check them",
)
_PARTLY = Refusal(
    "有的点东、北坐标写反了，有的没有",
    "easting and northing are exchanged in some points only",
    "请核对并改正",
    "correct them",
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One line: a point with its code, x (east) and y as written."""

    line: int
    label: str
    code: str
    x: float
    y: float
    decimals: int


def read_cass(path: Path, *, sheet: str | None) -> RawTable:
    """Read the boundaries in a CASS coordinate file.

    Raises
    ------
    ProjectFaults
        No text, lines that are no points, or points of which nothing says that they bound.
    """
    if sheet is not None:
        raise ProjectFaults(no_such_part(path.name, sheet, ()))
    lines, encoding = read_lines(path)
    shots = parse_shots(lines, path.name)
    groups = _boundaries(shots)
    if not groups:
        raise ProjectFaults(_only_points(path.name, len(shots)))
    used = sum(len(group) for group in groups.values())
    others = f"{len(shots) - used} 个点不是界址点，未读  {len(shots) - used} other points not read"
    geometry = np.full(len(groups), None, dtype=object)
    faults, exchanged = [], []
    for i, group in enumerate(groups.values()):
        geometry[i], doubts = _outline(group)
        exchanged.append(_EXCHANGED in doubts)
        faults += [(i, _fault(path.name, group[0], doubt)) for doubt in doubts]
    several = len(groups) > 1
    cells = [(path.stem, name if several else None, f"编码 {name}") for name in groups]
    rows = [group[0].line for group in groups.values()]
    finest = [max(shot.decimals for shot in group) for group in groups.values()]
    return RawTable(
        path.name,
        "",
        0,
        _HEADERS,
        tuple(clean(column) for column in zip(*cells, strict=True)),
        np.asarray(rows, dtype=np.int64),
        geometry,
        "",
        len(groups),
        0,
        (f"编码 encoding: {encoding}", NO_CRS, *([others] if used < len(shots) else [])),
        tuple(faults),
        as_written=AsWritten(
            np.full(len(groups), "", dtype=object),
            np.asarray(finest, dtype=np.int64),
            np.asarray(exchanged, dtype=np.bool_),
        ),
    )


def parse_shots(lines: list[str], file: str) -> list[Shot]:
    """Return the points of a file.

    Raises
    ------
    ProjectFaults
        Lines that are no points, all at once; no points; another number of them than the first
        line says.
    """
    shots: list[Shot] = []
    faults = []
    total: int | None = None
    for number, written in enumerate(lines, 1):
        line = unicodedata.normalize("NFKC", written).strip("\ufeff \t\x1a")
        if not line:
            continue
        if not shots and total is None and line.isdecimal():
            total = int(line[:9])
        elif (shot := _shot(number, line)) is not None:
            shots.append(shot)
        elif line.upper() != "END":
            faults.append(_not_a_point(file, number, line))
    if faults or not shots:
        raise ProjectFaults(tuple(faults[:20]) or (_only_points(file, 0),))
    if total is not None and total != len(shots):
        raise ProjectFaults(_another_number(file, total, len(shots)))
    return shots


def _shot(number: int, line: str) -> Shot | None:
    parts = [part.strip() for part in line.split(",")]
    if len(parts) < 4:
        return None
    x, y = plain_number(parts[2]), plain_number(parts[3])
    if x is None or y is None:
        return None
    decimals = max(len(part.partition(".")[2]) for part in parts[2:4])
    return Shot(number, parts[0], parts[1], x, y, min(decimals, 9))


def _boundaries(shots: list[Shot]) -> dict[str, list[Shot]]:
    """Return the points of each boundary, by what says so; empty where nothing does."""
    coded: dict[str, list[Shot]] = {}
    for shot in shots:
        if _CODE.match(shot.code.upper()):
            coded.setdefault(shot.code, []).append(shot)
    if coded:
        return coded
    numbers = [_NUMBERED.match(shot.label.upper()) for shot in shots]
    found = [int(match[1]) for match in numbers if match]
    if len(found) == len(shots) > 3 and found == [*range(1, len(shots)), 1]:
        return {"J1 …": shots}
    return {}


def _outline(group: list[Shot]) -> tuple[object, list[Refusal]]:
    """Return the area that points in a row enclose, the last joined to the first."""
    xy = np.asarray([(shot.x, shot.y) for shot in group])
    doubts = []
    turned = looks_eastern(xy[:, ::-1])
    if turned.all():
        xy, doubts = xy[:, ::-1], [_EXCHANGED]
    elif turned.any():
        return None, [_PARTLY]
    if len(np.unique(xy, axis=0)) < 3:
        return None, [*doubts, _FEW]
    area = area_of([xy])
    if isinstance(area, Refusal):
        return None, [*doubts, area]
    return area.shape, doubts


def _fault(file: str, shot: Shot, doubt: Refusal) -> Fault:
    return Fault(
        zh=doubt.zh,
        en=doubt.en,
        file=file,
        row=shot.line,
        value=shot.code,
        remedy_zh=doubt.remedy_zh,
        remedy_en=doubt.remedy_en,
    )


def _only_points(file: str, n: int) -> Fault:
    return Fault(
        zh=f"CASS 坐标文件只有 {n} 个点，没有说哪些点围成边界",
        en=f"{n} survey points; nothing says which of them bound a site",
        file=file,
        remedy_zh="请在编码列给界址点写「界址点」(几块地写 界址点1、界址点2)，"
        "或在 CASS 中导出勘测定界 TXT 或 DXF",
        remedy_en="write 界址点 into the code of the boundary points, or export TXT or DXF",
    )


def _not_a_point(file: str, line: int, text: str) -> Fault:
    return Fault(
        zh="这一行不是 点号,编码,东坐标,北坐标,高程",
        en="not a line of label, code, easting, northing, height",
        file=file,
        row=line,
        value=text[:60],
        remedy_zh="请改正或删去这一行",
        remedy_en="correct the line, or delete it",
    )


def _another_number(file: str, stated: int, found: int) -> Fault:
    return Fault(
        zh=f"首行写 {stated} 个点，实有 {found} 个，文件可能不完整",
        en=f"the first line says {stated} points, {found} are there",
        file=file,
        row=1,
        remedy_zh="请重新导出，或改正首行",
        remedy_en="export it again, or correct the first line",
    )
