"""Cells to places in the numbers as written: pairs of columns, whole places in a cell, WKT.

How a single number is written is `notation`'s, what a cell with several draws is `vertices`'.
What is doubtful is refused; what was read otherwise than it stands is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import SHIFTED
from zoning.projects.columns import Column, Columns
from zoning.projects.doubts import RowFault, Source
from zoning.projects.notation import Coordinate, coarsest, read_coordinate, written_decimals
from zoning.projects.outlines import outline
from zoning.projects.tables import RawTable
from zoning.projects.values import NOT_A_NUMBER, Refusal, half_width, split_number, to_text
from zoning.projects.vertices import WKT, Drawn, looks_eastern, read_drawn

_SRID = re.compile(r"^SRID=(\d+);\s*", re.IGNORECASE)
PAIRS = (("lon", "lat"), ("east", "north"), ("x", "y"))
_DRAWN = ("vertices", "coordinates")  # columns whose cells hold whole places, the better one first

_NO_PLACE = Refusal(
    "没有坐标，也没有边界",
    "neither coordinates nor a boundary",
    "请补坐标或边界",
    "add coordinates or a boundary",
)
_HALF = Refusal(
    "坐标只填了一半",
    "one of the two coordinates is missing",
    "请补齐",
    "fill in the other",
)
_ONE_CELL = Refusal(
    "两个坐标写在同一格里，已按这一格读取",
    "both coordinates stand in one cell, and were read from it",
    "请分两列填写",
    "write them in two columns",
)
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
_BAD_WKT = Refusal(
    "边界 (WKT) 看不懂，或多边形没有闭合",
    "the WKT is not understood, or a ring is not closed",
    "请写成 POLYGON ((x y, x y, …, 首点))",
    "write POLYGON ((x y, x y, …, the first point again))",
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Places as a list claims them.

    Parameters
    ----------
    shape : object array [n]
        In the numbers as written, x (east) before y; None where there is none.
    statement : object array [n] of str
        About the CRS, "" where nobody said.
    shown : object array [n] of str
        The place as written, for people.
    column : object array [n] of str
        Header that the place came from.
    decimals : int array [n]
        Decimals written in text cells; 0 for numbers, whose decimals are in their value.
    step : float array [n]
        Unit of the last place written where that is no decimal of the number: degrees, minutes and
        seconds [deg]; NaN elsewhere.
    plain_degrees : bool array [n]
        Degrees cannot be ``ddd.mmss``: the header says decimal, or minutes are written.
    """

    shape: NDArray[np.object_]
    statement: NDArray[np.object_]
    shown: NDArray[np.object_]
    column: NDArray[np.object_]
    decimals: NDArray[np.int64]
    step: NDArray[np.float64]
    plain_degrees: NDArray[np.bool_]

    @classmethod
    def none(cls, n: int) -> Claimed:
        """Return n places of which nothing is known."""
        return cls(
            shape=np.full(n, None, dtype=object),
            statement=np.full(n, "", dtype=object),
            shown=np.full(n, "", dtype=object),
            column=np.full(n, "", dtype=object),
            decimals=np.zeros(n, dtype=np.int64),
            step=np.full(n, np.nan),
            plain_degrees=np.zeros(n, dtype=bool),
        )


def claimed_places(
    raw: RawTable,
    columns: Columns,
    source: Source,
    *,
    default: str,
    linear: NDArray[np.bool_],
) -> tuple[Claimed, list[RowFault], tuple[str, ...]]:
    """Read the places of a list, as written.

    Parameters
    ----------
    raw : RawTable
    columns : Columns
    source : Source
    default : str
        Statement about coordinates that neither rows nor headers make.
    linear : bool array [n]
        The project is a line or a road.

    Returns
    -------
    claimed : Claimed
    faults : list of RowFault
    notes : tuple of str
    """
    n = len(raw.rows)
    places = Claimed.none(n)
    faults: list[RowFault] = []
    notes: list[str] = []
    if raw.geometry is not None:
        _take_geometry(places, raw, default)
    else:
        if "wkt" in columns:
            rows = [i for i, cell in enumerate(columns["wkt"].values) if cell is not None]
            faults += _take_wkt(places, rows, columns["wkt"], columns, source, default)
        for name in _DRAWN:
            if name in columns:
                said, told = _take_drawn(places, columns[name], columns, source, default, linear)
                faults += said
                notes += told
        for x_name, y_name in PAIRS:
            if x_name in columns and y_name in columns:
                x, y, order = ordered_pair(x_name, columns[x_name], columns[y_name])
                notes += order
                faults += _take_pairs(places, (x, y), columns, source, default)
    refused = np.zeros(n, dtype=bool)
    refused[[i for i, _ in faults]] = True
    empty = np.flatnonzero(shapely.is_missing(places.shape) & ~refused)
    column = "" if raw.geometry is None else "geometry"
    return places, faults + source.faults(empty, _NO_PLACE, column), tuple(notes)


def anything_written(raw: RawTable, columns: Columns) -> NDArray[np.bool_]:
    """Whether a row says anything of its place, understood or not."""
    if raw.geometry is not None:
        return ~np.asarray(shapely.is_missing(raw.geometry))
    result = np.zeros(len(raw.rows), dtype=bool)
    for name in ("wkt", *_DRAWN, *(name for pair in PAIRS for name in pair)):
        if name in columns:
            result |= np.asarray([cell is not None for cell in columns[name].values], dtype=bool)
    return result


def _take_geometry(places: Claimed, raw: RawTable, default: str) -> None:
    assert raw.geometry is not None
    places.shape[:] = raw.geometry
    places.statement[:] = default if default in SHIFTED else raw.crs or default
    places.column[:] = "geometry"
    for i in np.flatnonzero(~shapely.is_missing(raw.geometry)):
        places.shown[i] = raw.geometry[i].geom_type


def _statements(columns: Columns, column: Column, default: str) -> NDArray[np.object_]:
    """Return who said what of the coordinates: the row, else the header, else the list."""
    fallback = column.crs or default
    if "crs" not in columns:
        return np.full(len(column.values), fallback, dtype=object)
    result = np.empty(len(column.values), dtype=object)
    result[:] = [fallback if cell is None else to_text(cell) for cell in columns["crs"].values]
    return result


def _take_wkt(
    places: Claimed,
    rows: list[int],
    column: Column,
    columns: Columns,
    source: Source,
    default: str,
) -> list[RowFault]:
    """Read boundaries in WKT, with or without SRID, in the rows given."""
    statements = _statements(columns, column, default)
    texts = [half_width(column.values[i]) for i in rows]
    srid = [_SRID.match(text) for text in texts]
    bare = np.asarray([_SRID.sub("", text) for text in texts], dtype=object)
    with np.errstate(over="ignore"):  # 1e999 becomes infinite and is refused below
        shapes = shapely.from_wkt(bare, on_invalid="ignore")
    for i, shape, prefix in zip(rows, np.atleast_1d(shapes), srid, strict=True):
        places.shape[i] = shape
        places.statement[i] = f"EPSG:{prefix[1]}" if prefix else statements[i]
        places.column[i] = column.header
        if shape is not None:
            places.shown[i] = shape.geom_type
    bad = [i for i in rows if places.shape[i] is None]
    return source.faults(bad, _BAD_WKT, column.header, column.values)


def _take_drawn(
    places: Claimed,
    column: Column,
    columns: Columns,
    source: Source,
    default: str,
    linear: NDArray[np.bool_],
) -> tuple[list[RowFault], tuple[str, ...]]:
    """Read cells that hold a pair or a whole boundary, where no place is known yet."""
    there = np.asarray([cell is not None for cell in column.values], dtype=bool)
    rows = np.flatnonzero(there & shapely.is_missing(places.shape))
    wkt = [int(i) for i in rows if isinstance(c := column.values[i], str) and WKT.match(c)]
    faults = _take_wkt(places, wkt, column, columns, source, default)
    statements = _statements(columns, column, default)
    packed = column.notation == "dms"
    closed = 0
    for i in np.setdiff1d(rows, wkt):
        cell = column.values[i]
        known = isinstance(cell, (Drawn, Refusal))  # of a table of vertices
        drawn = cell if known else read_drawn(cell, packed=packed)
        made = drawn if isinstance(drawn, Refusal) else outline(drawn.vertices, linear=linear[i])
        if isinstance(made, Refusal) or isinstance(drawn, Refusal):
            assert isinstance(made, Refusal)
            faults.append(source.fault(int(i), made, column.header, _written(cell)))
            continue
        _claim(places, int(i), drawn)
        places.shape[i] = made.shape
        places.statement[i] = statements[i]
        places.column[i] = column.header
        places.plain_degrees[i] |= column.notation == "degrees"
        places.shown[i] = _shown(cell, drawn, made.told)
        closed += made.closed
    note = f"列「{column.header}」: {closed} 个边界的末点不是首点，已首尾相连"
    return faults, (f"{note}  {closed} rings were closed",) if closed else ()


def _shown(cell: object, drawn: Drawn, told: str) -> str:
    """Return a single point as it was written, a boundary by what was made of it."""
    if len(drawn.vertices.xy) > 1:
        return f"{told}{drawn.rows}"
    x, y = drawn.vertices.xy[0].tolist()
    return to_text(cell)[:80] if isinstance(cell, str) else f"{x:.10g}, {y:.10g}"


def _written(cell: object) -> object:
    return None if isinstance(cell, (Drawn, Refusal)) else cell


def _claim(places: Claimed, i: int, drawn: Drawn) -> None:
    places.decimals[i] = drawn.decimals
    places.step[i] = drawn.step
    places.plain_degrees[i] = drawn.sexagesimal


def ordered_pair(name: str, first: Column, second: Column) -> tuple[Column, Column, list[str]]:
    """Return the east column and the north column.

    ``X`` is north in Chinese surveying and east elsewhere; the numbers tell, since northings and
    eastings, latitudes and longitudes do not overlap here. The whole list has one order; a row that
    goes against it is refused later, as swapped.
    """
    if name != "x":
        return first, second, []
    a, b = (np.asarray([_rough(cell) for cell in c.values]) for c in (first, second))
    east_first = looks_eastern(a, b).sum()
    north_first = looks_eastern(b, a).sum()
    if north_first > east_first:
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


def _plain(cell: str) -> float | None:
    """Return the number of a text of digits and one point, the common case by far."""
    return float(cell) if cell.replace(".", "", 1).isdecimal() and cell.isascii() else None


def _enter(read: ReadColumn, i: int, one: Coordinate) -> None:
    read.value[i], read.decimals[i] = one.value, one.decimals
    read.step[i], read.axis[i] = one.step, one.axis


def _take_pairs(
    places: Claimed, pair: tuple[Column, Column], columns: Columns, source: Source, default: str
) -> list[RowFault]:
    """Read points where no place is known yet."""
    x, y = pair
    free = shapely.is_missing(places.shape)
    has = [np.asarray([cell is not None for cell in c.values], dtype=bool) for c in pair]
    both = np.flatnonzero(free & has[0] & has[1])
    packed = "dms" in (x.notation, y.notation)
    first, second = (read_column(c, both.tolist(), packed=packed) for c in pair)
    faults = [
        source.fault(i, refusal, column.header, column.values[i])
        for read, column in ((first, x), (second, y))
        for i, refusal in read.refused.items()
    ]
    faults += follow_letters(first, second, pair, source)
    rows = both[~np.isnan(first.value[both] + second.value[both])]
    places.shape[rows] = shapely.points(first.value[rows], second.value[rows])
    places.decimals[rows] = np.maximum(first.decimals, second.decimals)[rows]
    places.step[rows] = _steps(first, second, rows, packed=packed)
    places.plain_degrees[rows] = ~np.isnan(places.step[rows]) | ("degrees" in _notations(pair))
    places.shown[rows] = [f"{to_text(x.values[i])}, {to_text(y.values[i])}" for i in rows.tolist()]
    faults += _take_halves(places, pair, np.flatnonzero(free & (has[0] ^ has[1])), source)
    placed = np.flatnonzero(free & ~shapely.is_missing(places.shape))
    places.statement[placed] = _statements(columns, x, y.crs or default)[placed]
    places.column[placed] = f"{x.header}, {y.header}"
    return faults


def _steps(
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


def _notations(pair: tuple[Column, Column]) -> tuple[str, str]:
    return pair[0].notation, pair[1].notation


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


def _take_halves(
    places: Claimed, pair: tuple[Column, Column], rows: NDArray[np.int64], source: Source
) -> list[RowFault]:
    """Read rows of which one column is blank: the other may hold both coordinates."""
    faults = []
    for i in rows.tolist():
        blank, column = pair if pair[0].values[i] is None else (pair[1], pair[0])
        cell = column.values[i]
        drawn = read_drawn(cell) if isinstance(cell, str) else _HALF
        if isinstance(drawn, Refusal) or len(drawn.vertices.xy) != 1:
            faults.append(source.fault(i, _HALF, blank.header))
            continue
        _claim(places, i, drawn)
        places.shape[i] = shapely.Point(drawn.vertices.xy[0])
        places.shown[i] = to_text(cell)[:80]
        faults.append(source.fault(i, _ONE_CELL, column.header, cell))
    return faults
