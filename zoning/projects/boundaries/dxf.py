"""DXF text to entities: polylines with their vertices, texts, and the sort of everything else.

Read here and not by GDAL: its driver goes round for ever on some files that are cut short, and it
does not tell a circle of old releases from a closed polyline. A file is read to its end or refused.

References
----------
.. [1] Autodesk, DXF Reference: group codes, LWPOLYLINE, POLYLINE, object coordinate systems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from zoning.arrays import Floats
from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.values import plain_number

_ESCAPE = re.compile(r"\\[Uu]\+([0-9A-Fa-f]{4})")
_SAGITTA_M = 0.01  # largest distance of an arc from the chords that stand for it. illustrative
_CLOSED, _MESH = 1, 16 | 64  # flags of POLYLINE, group 70
_CONTROL_POINT = 16  # flag of VERTEX: of the frame, not of the curve
_POINTS = 1_000  # most chords of one arc

Pair = tuple[int, int, str]  # line, group code, value


@dataclass(slots=True)
class Entity:
    """One entity of model or paper space.

    Parameters
    ----------
    kind, layer : str
    line : int
        Where it begins.
    paper : bool
        On a layout.
    flags : int
        Group 70.
    mirrored, tilted : bool
        Drawn on the back of the plane, or on another plane.
    vertices : list of (x, y, bulge)
    text : str
    decimals : int
        Most that any coordinate has.
    """

    kind: str
    line: int
    layer: str = "0"
    paper: bool = False
    flags: int = 0
    mirrored: bool = False
    tilted: bool = False
    vertices: list[list[float]] = field(default_factory=list)
    text: str = ""
    decimals: int = 0

    @property
    def outline(self) -> Floats | None:
        """Vertices [n, 2] of a closed polyline, arcs as chords, the last not repeated; or None."""
        if self.kind not in ("LWPOLYLINE", "POLYLINE") or self.tilted:
            return None
        if self.kind == "POLYLINE" and self.flags & _MESH:
            return None
        points = self.vertices
        shut = len(points) > 3 and points[0][:2] == points[-1][:2]
        if not (self.flags & _CLOSED or shut):
            return None
        points = points[:-1] if shut else points
        if len(points) < 2:
            return None
        xy = _with_arcs(points)
        return xy * (-1, 1) if self.mirrored else xy


def _with_arcs(points: list[list[float]]) -> Floats:
    """Return the corners of a ring, and points on the arcs between them."""
    result: list[tuple[float, float]] = []
    for (x, y, bulge), following in zip(points, [*points[1:], points[0]], strict=True):
        result.append((x, y))
        if bulge:
            result += _arc(x, y, following[0], following[1], bulge)
    return np.asarray(result, dtype=np.float64)


def _arc(x0: float, y0: float, x1: float, y1: float, bulge: float) -> list[tuple[float, float]]:
    """Return points between the ends of an arc; the bulge is the tangent of a quarter angle."""
    dx, dy = x1 - x0, y1 - y0
    k = (1 - bulge * bulge) / (4 * bulge)
    cx, cy = (x0 + x1) / 2 - k * dy, (y0 + y1) / 2 + k * dx
    radius, angle = float(np.hypot(x0 - cx, y0 - cy)), 4 * float(np.arctan(bulge))
    if not np.isfinite(radius) or radius <= _SAGITTA_M:
        return []
    step = 2 * float(np.arccos(1 - _SAGITTA_M / radius))
    n = min(int(np.ceil(abs(angle) / step)), _POINTS) if step > 0 else _POINTS
    turns = np.arctan2(y0 - cy, x0 - cx) + angle * np.arange(1, n) / n
    pairs = zip(cx + radius * np.cos(turns), cy + radius * np.sin(turns), strict=True)
    return [(float(x), float(y)) for x, y in pairs]


def entities(lines: list[str], file: str) -> list[Entity]:
    """Return the entities of a drawing.

    Raises
    ------
    ProjectFaults
        No DXF text, a group code that is none, or an end that is missing.
    """
    found: list[Entity] = []
    section, naming, ended = "", False, False
    for line, code, value in _pairs(lines, file):
        if code == 0:
            naming = value == "SECTION"
            ended = value == "EOF"
            if value in ("SECTION", "ENDSEC"):
                section = ""
            elif section == "ENTITIES":
                found.append(Entity(value, line))
        elif naming and code == 2:
            section, naming = value, False
        elif section == "ENTITIES" and found:
            _take(found[-1], code, value)
    if not ended:
        raise ProjectFaults(_cut(file, len(lines)))
    return _gathered(found)


def _pairs(lines: list[str], file: str) -> Iterator[Pair]:
    """Give group code and value, two lines each."""
    for i in range(0, len(lines) - 1, 2):
        code = lines[i].strip()
        if not re.fullmatch(r"-?\d{1,5}", code):
            if not any(line.strip() for line in lines[i:]):
                return
            raise ProjectFaults(_no_code(file, i + 1, code))
        yield i + 1, int(code), lines[i + 1].strip()


def _take(entity: Entity, code: int, value: str) -> None:
    if code == 8:
        entity.layer = _plain(value)
    elif code == 67:
        entity.paper = value == "1"
    elif code == 70:
        number = plain_number(value)
        entity.flags = int(number) if number is not None and 0 <= number < 2**15 else 0
    elif code in (1, 3):
        entity.text += _plain(value)
    elif code in (10, 20, 42):
        _vertex(entity, code, value)
    elif code in (210, 220, 230):
        number = plain_number(value)
        axis = {210: 0.0, 220: 0.0, 230: 1.0}[code]
        entity.mirrored |= code == 230 and number == -1
        entity.tilted |= number != axis and not (code == 230 and number == -1)


def _vertex(entity: Entity, code: int, value: str) -> None:
    number = plain_number(value)
    number = np.nan if number is None else number
    if code == 10:
        entity.vertices.append([number, np.nan, 0.0])
    elif entity.vertices:
        entity.vertices[-1][1 if code == 20 else 2] = number
    if code != 42:
        entity.decimals = max(entity.decimals, min(len(value.partition(".")[2]), 9))


def _gathered(found: list[Entity]) -> list[Entity]:
    """Put the VERTEX entities into the POLYLINE before them."""
    result: list[Entity] = []
    open_: Entity | None = None
    for entity in found:
        if entity.kind == "POLYLINE":
            open_, entity.vertices = entity, []
            result.append(entity)
        elif entity.kind == "VERTEX" and open_ is not None:
            if not entity.flags & _CONTROL_POINT:
                open_.vertices += entity.vertices[:1]
                open_.decimals = max(open_.decimals, entity.decimals)
        elif entity.kind == "SEQEND":
            open_ = None
        else:
            open_ = None
            result.append(entity)
    return result


def _plain(text: str) -> str:
    r"""Return text with ``\U+7EA2`` written out."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)


def _no_code(file: str, line: int, text: str) -> Fault:
    return Fault(
        zh="不是 DXF 文本，或在这一行损坏",
        en="no DXF text, or damaged in this line",
        file=file,
        row=line,
        value=text[:40],
        remedy_zh="请在 CAD 中另存为 ASCII DXF (2007 版或更新)",
        remedy_en="save it as ASCII DXF in the CAD program",
    )


def _cut(file: str, line: int) -> Fault:
    return Fault(
        zh="DXF 没有结尾 (EOF)，文件不完整",
        en="the DXF has no end (EOF): it is cut short",
        file=file,
        row=line,
        remedy_zh="请重新导出或重新传送",
        remedy_en="export it or send it again",
    )
