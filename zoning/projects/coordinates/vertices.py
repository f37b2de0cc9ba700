"""A cell that holds whole places: one pair in any order, or all the vertices of a boundary."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.frames import LAT, LON, Extent
from zoning.projects.coordinates.notation import (
    AXIS_AFTER,
    AXIS_BEFORE,
    Coordinate,
    coarsest,
    read_coordinate,
    tidy_marks,
)
from zoning.projects.coordinates.outlines import Vertices

_DEGREES = r"[0-9]{1,3}(?:\.[0-9]+)?\s*°"
_MINUTES = r"\s*[0-9]{1,2}(?:\.[0-9]*)?\s*(?:'|(?![0-9.°]))"
_SECONDS = r"\s*[0-9]{1,2}(?:\.[0-9]*)?\s*[\"']?(?![0-9.°])"
_BODY = (
    rf"(?:{_DEGREES}(?:{_MINUTES}(?:{_SECONDS})?)?"
    r"|[0-9]{1,3}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?![0-9:])"
    r"|[0-9]{1,3}-[0-9]{1,2}-[0-9]{1,2}(?:\.[0-9]+)?(?![0-9-])"
    r"|[-+]?[0-9]+(?:\.[0-9]+)?(?:\s*(?:M(?![A-Z])|米))?)"
)
_COUNT = r"[0-9一二三四五六七八九十]+"
_RING = (
    rf"第?\s*{_COUNT}\s*[圈环]|[圈环]号?\s*{_COUNT}|[外内][圈环]|空?洞|孔"
    rf"|(?:地块|宗地|图斑|片区|区块)\s*(?:{_COUNT}|[A-D])?(?![0-9])"
)
_LETTERS = "A-DF-MO-RT-VZ"  # E, N, S, W, X and Y name axes
_LABEL = rf"(?:界址点|拐点|角点|顶点|点|NO\.?|[{_LETTERS}])\s*-?(?P<number>[0-9]{{1,5}})(?![0-9.°])"
_WORDS = "拐点|界址点|角点|顶点|控制点|点位|点|范围|边界|大地|地理|坐标|位置|起|终|中心|编号|号|为"


def _tokens(coordinate: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<break>(?:{_RING})\s*[:、.]?|[\])}}]\s*[\])}}])"
        rf"|(?P<label>{_LABEL}\s*[:、,.)#号]?|[{_LETTERS}]\s*[:、])"
        r"|(?P<serial>(?<![0-9.])(?P<count>[0-9]{1,4})\s*[:、)#号](?![0-9]{1,2}:))"
        rf"|(?P<coordinate>{coordinate})"
        rf"|(?P<word>{_WORDS})"
        r"|(?P<end>[;\n|。\])}])"
        r"|(?P<gap>[,:=、/\s(\[{~]|和|及|至)"
    )


_BEFORE = _tokens(rf"(?:{AXIS_BEFORE}\s*[:=]?\s*)?{_BODY}")
_AFTER = _tokens(rf"{_BODY}(?:\s*{AXIS_AFTER})?")
_LETTER_BEHIND = re.compile(rf"(?<=[0-9°'\"]){AXIS_AFTER}(?![:=]?[0-9])")
_LONGEST = 4_000_000  # characters: some 200,000 vertices, more than any cell should hold
_SIZES = (2, 3, 4, 6)  # numbers a vertex: a pair; with its number; and its ring; degrees in words
WKT = re.compile(r"\s*(?:SRID\s*=|(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b|GEOMETRY)", re.I)

_NO_PAIRS = Refusal(
    "坐标串里的数不能两两成对",
    "the numbers do not make pairs of coordinates",
    "请一行一个点，如 J1, 106.712345, 26.612345",
    "write one vertex a line, such as J1, 106.712345, 26.612345",
)
_TWO_READINGS = Refusal(
    "坐标串有不止一种读法",
    "the numbers can be grouped in more than one way",
    "请一行一个点，经纬度用逗号分开，点之间用分号",
    "write one vertex a line, a comma between longitude and latitude",
)
_TOO_LONG = Refusal(
    "坐标串过长",
    "the cell is too long for a list of vertices",
    "请另附边界文件，如 GeoPackage 或勘测定界 TXT",
    "supply the boundary as a file of its own",
)
_CENTRE = Refusal(
    "中心点和拐点写在同一格",
    "a centre and vertices stand in one cell",
    "请分两列: 「中心坐标」和「拐点坐标」",
    "use two columns, one for the centre, one for the vertices",
)
_SAME_AXIS = Refusal(
    "两个数写的是同一个方向",
    "both numbers name the same axis",
    "请核对东经、北纬 (或 X、Y)",
    "check which is east and which is north",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a cell draws.

    Parameters
    ----------
    vertices : Vertices
    step : float
        Unit of the coarsest last place written, NaN where all are decimal.
    decimals : int
        Most decimals written.
    sexagesimal : bool
        Minutes were written.
    rows : str
        Rows that the vertices stand in, where each has one of its own.
    gaps : bool
        Numbers of vertices are skipped: some may be missing.
    """

    vertices: Vertices
    step: float
    decimals: int
    sexagesimal: bool
    rows: str = ""
    gaps: bool = False


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a cell, and where in the cell it stands."""

    read: Coordinate
    record: int  # changes at every semicolon, line end and label
    ring: int
    label: int  # number of the vertex written before it, 0 none


@dataclass(frozen=True, slots=True)
class _Corner:
    """A pair with what was written of its place in the order."""

    first: Coordinate
    second: Coordinate
    ring: int
    label: int


def read_drawn(cell: object, *, packed: bool = False) -> Drawn | Refusal:
    """Return the vertices of a cell.

    Parameters
    ----------
    cell : cell
        ``东经106°42′ 北纬26°38′``, ``106.7,26.6``, ``J1 2944000.1,36397818.5; J2 …``.
    packed : bool
        The header says degrees, minutes, seconds: bare numbers are ``ddd.mmss``.

    Examples
    --------
    >>> read_drawn("北纬26°30′，东经106°42′").vertices.xy.tolist()
    [[106.7, 26.5]]
    """
    if isinstance(cell, str) and len(cell) > _LONGEST:
        return _TOO_LONG
    text = tidy_marks(str(cell))
    letters_behind = _LETTER_BEHIND.search(text)
    numbers = _numbers(text, _AFTER if letters_behind else _BEFORE, packed=packed)
    if isinstance(numbers, Refusal) and not letters_behind:
        other = _numbers(text, _AFTER, packed=packed)  # 106.7 E 26.6 N
        numbers = numbers if isinstance(other, Refusal) else other
    if isinstance(numbers, Refusal):
        return numbers
    readings = [read for size in _SIZES if (read := _grouped(numbers, size)) is not None]
    if not readings:
        return _no_pairs(numbers)
    if len(readings) > 1:
        return _TWO_READINGS
    if "中心" in text and len(readings[0]) > 1:
        return _CENTRE
    return _drawn(readings[0])


def _numbers(text: str, pattern: re.Pattern[str], *, packed: bool) -> list[_Number] | Refusal:
    """Return the numbers of a cell in their order."""
    numbers: list[_Number] = []
    at = record = ring = label = 0
    while at < len(text):
        token = pattern.match(text, at)
        if token is None:
            return _unreadable(text[at : at + 12])
        at = token.end()
        match token.lastgroup:
            case "coordinate":
                read = read_coordinate(token[0], packed=packed)
                if isinstance(read, Refusal):
                    return read
                numbers.append(_Number(read, record, ring, label))
            case "break":
                record, ring, label = record + 1, ring + 1, 0
            case "label" | "serial":
                record, label = record + 1, int(token["number"] or token["count"] or 0)
            case "end":
                record, label = record + 1, 0
    return numbers


def _unreadable(rest: str) -> Refusal:
    return Refusal(
        f"坐标串里的「{rest.strip()}」看不懂",
        "something among the coordinates is not understood",
        "请一行一个点，只写点号和坐标，如 J1, 106.712345, 26.612345",
        "write one vertex a line: its number and its coordinates",
    )


def _grouped(numbers: list[_Number], size: int) -> list[_Corner] | None:
    """Return a corner for every so many numbers; None where they do not read that way."""
    if not numbers or len(numbers) % size:
        return None
    corners = []
    for k in range(0, len(numbers), size):
        group = numbers[k : k + size]
        together = len({number.record for number in group}) == 1
        corner = _corner(group) if together or _one_a_line(numbers, k, size) else None
        if corner is None or isinstance(oriented_pair(corner.first, corner.second), Refusal):
            return None
        corners.append(corner)
    return corners


def _one_a_line(numbers: list[_Number], k: int, size: int) -> bool:
    """Whether the two coordinates of a pair stand in two lines."""
    half = size // 2
    own = [{number.record for number in numbers[j : j + half]} for j in (k, k + half)]
    around = {numbers[j].record for j in (k - 1, k + size) if 0 <= j < len(numbers)}
    return size in (2, 6) and len(own[0]) == len(own[1]) == 1 and not (own[0] | own[1]) & around


def _corner(group: list[_Number]) -> _Corner | None:
    """Return the pair of a group: alone, behind its number or ring, behind both, or as d m s."""
    read = [number.read for number in group]
    ring, label = group[0].ring, group[0].label
    if len(group) == 2:
        return _Corner(read[0], read[1], ring, label)
    if len(group) == 3 and _whole(read[:1]):
        own = int(read[0].value)  # J1,1,x,y: behind a label stands the ring
        ring, label = (_below(ring, own), label) if label else (ring, own)
        return _Corner(read[1], read[2], ring, label)
    if len(group) == 4 and _whole(read[:2]):
        ring, label = _below(ring, int(read[1].value)), int(read[0].value)
        return _Corner(read[2], read[3], ring, label)
    if len(group) == 6 and _whole([*read[:2], *read[3:5]]):
        first, second = _angle(read[:3]), _angle(read[3:])
        if isinstance(first, Coordinate) and isinstance(second, Coordinate):
            return _Corner(first, second, ring, label)
    return None


def _below(ring: int, own: int) -> int:
    """Return one number for a ring that is numbered within another."""
    return 10_000 * ring + own


def _whole(read: list[Coordinate]) -> bool:
    """Whether all are bare whole numbers: of vertices, rings, degrees or minutes."""
    return all(
        not (c.axis or c.decimals)
        and 0 <= c.value < 10_000
        and (not c.sexagesimal or c.step == 1.0)
        for c in read
    )


def _angle(parts: list[Coordinate]) -> Coordinate | Refusal:
    d, m, s = parts
    return read_coordinate(f"{d.value:.0f} {m.value:.0f} {s.value:.{s.decimals}f}")


def oriented_pair(a: Coordinate, b: Coordinate) -> tuple[float, float] | Refusal:
    """Return east and north of two numbers: by the letters beside them, else by their size.

    Longitudes and latitudes of China do not overlap, nor do eastings and northings; X is north in
    Chinese surveying and east elsewhere, so those letters say nothing.
    """
    sides = {"lon": 0, "lat": 1}
    said = (sides.get(a.axis), sides.get(b.axis))
    if said[0] is not None or said[1] is not None:
        if said[0] == said[1]:
            return _SAME_AXIS
        east_first = said[0] == 0 or said[1] == 1
        return (a.value, b.value) if east_first else (b.value, a.value)
    for x, y in ((a.value, b.value), (b.value, a.value)):
        if looks_eastern(np.asarray([x]), np.asarray([y]))[0]:
            return x, y
    return _NO_PAIRS


def looks_eastern(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether x reads as east and y as north, in degrees or in Gauss-Krüger metres of China."""
    both = Extent(x, y, x, y)
    return both.inside(LON, LAT) | both.gauss


def _no_pairs(numbers: list[_Number]) -> Refusal:
    """Say why the numbers make no vertices."""
    if len(numbers) == 2:
        read = oriented_pair(numbers[0].read, numbers[1].read)
        return read if isinstance(read, Refusal) else _NO_PAIRS
    return _NO_PAIRS


def _drawn(corners: list[_Corner]) -> Drawn:
    pairs = [oriented_pair(corner.first, corner.second) for corner in corners]
    read = [c for corner in corners for c in (corner.first, corner.second)]
    step = coarsest(read)
    return Drawn(
        Vertices(
            np.asarray([pair for pair in pairs if isinstance(pair, tuple)], dtype=np.float64),
            np.asarray([corner.ring for corner in corners], dtype=np.int64),
            np.asarray([corner.label for corner in corners], dtype=np.int64),
        ),
        step,
        max(c.decimals for c in read),
        not np.isnan(step),
    )
