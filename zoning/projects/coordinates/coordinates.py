"""Cells to places in the numbers as written: pairs of columns, whole places in a cell, WKT.

How a single number is written is `notation`'s, what a cell with several draws is `vertices`'.
What is doubtful is refused; what was read otherwise than it stands is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import SHIFTED
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal, half_width, to_text
from zoning.projects.coordinates.outlines import outline
from zoning.projects.coordinates.pairs import follow_letters, ordered_pair, read_column, steps
from zoning.projects.coordinates.vertices import WKT, Drawn, read_drawn
from zoning.projects.tables.columns import Column, Columns
from zoning.projects.tables.crs_statements import joined, read_statement
from zoning.projects.tables.raw import RawTable

_SRID = re.compile(r"^SRID=(\d+);\s*", re.IGNORECASE)
_WHOLE = re.compile(r"\D*(\d{2,3})(?:\.0)?\D*$")
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
    gaps : bool array [n]
        Numbers of vertices are skipped.
    """

    shape: NDArray[np.object_]
    statement: NDArray[np.object_]
    shown: NDArray[np.object_]
    column: NDArray[np.object_]
    decimals: NDArray[np.int64]
    step: NDArray[np.float64]
    plain_degrees: NDArray[np.bool_]
    gaps: NDArray[np.bool_]

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
            gaps=np.zeros(n, dtype=bool),
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
        for name in _holders(columns):
            said, told = _take(places, name, columns, source, default, linear)
            faults += said
            notes += told
    refused = np.zeros(n, dtype=bool)
    refused[[i for i, _ in (*faults, *_by_reader(raw))]] = True
    empty = np.flatnonzero(shapely.is_missing(places.shape) & ~refused)
    column = "" if raw.geometry is None else "geometry"
    return places, faults + source.faults(empty, _NO_PLACE, column), tuple(notes)


def other_places(
    raw: RawTable,
    columns: Columns,
    source: Source,
    places: Claimed,
    *,
    default: str,
    linear: NDArray[np.bool_],
) -> list[Claimed]:
    """Return the further places that rows hold beside the one that was taken, as written.

    What cannot be read of them is not said: the place that was taken stands without it.
    """
    holders = _holders(columns)
    if raw.geometry is None and len(holders) < 2:
        return []
    result = []
    for name in holders:
        other = Claimed.none(len(raw.rows))
        stated = default if raw.geometry is None else ""  # of the file's geometry, not of cells
        _take(other, name, columns, source, stated, linear)
        taken = (other.column == places.column) | shapely.is_missing(places.shape)
        other.shape[taken] = None
        if not shapely.is_missing(other.shape).all():
            result.append(other)
    return result


def _holders(columns: Columns) -> list[str]:
    """Return the columns that hold places, the best first; of pairs, the first of the two."""
    pairs = [x for x, y in PAIRS if x in columns and y in columns]
    return [name for name in ("wkt", *_DRAWN) if name in columns] + pairs


def _take(
    places: Claimed,
    name: str,
    columns: Columns,
    source: Source,
    default: str,
    linear: NDArray[np.bool_],
) -> tuple[list[RowFault], tuple[str, ...]]:
    """Read the places of one column or pair of columns, where none is known yet."""
    if name == "wkt":
        rows = [i for i, cell in enumerate(columns[name].values) if cell is not None]
        return _take_wkt(places, rows, columns[name], columns, source, default), ()
    if name in _DRAWN:
        return _take_drawn(places, columns[name], columns, source, default, linear)
    x, y, order = ordered_pair(name, columns[name], columns[dict(PAIRS)[name]])
    return _take_pairs(places, (x, y), columns, source, default), tuple(order)


def anything_written(raw: RawTable, columns: Columns) -> NDArray[np.bool_]:
    """Whether a row says anything of its place, understood or not."""
    if raw.geometry is not None:
        written = ~np.asarray(shapely.is_missing(raw.geometry))
        written[[i for i, _ in _by_reader(raw)]] = True
        return written
    result = np.zeros(len(raw.rows), dtype=bool)
    for name in ("wkt", *_DRAWN, *(name for pair in PAIRS for name in pair)):
        if name in columns:
            result |= np.asarray([cell is not None for cell in columns[name].values], dtype=bool)
    return result


def _by_reader(raw: RawTable) -> tuple[RowFault, ...]:
    """Return what the reader of a format said of rows whose geometry it did not hand on."""
    if raw.geometry is None:
        return ()
    return tuple(fault for fault in raw.faults if raw.geometry[fault[0]] is None)


def _take_geometry(places: Claimed, raw: RawTable, default: str) -> None:
    assert raw.geometry is not None
    places.shape[:] = raw.geometry
    places.statement[:] = default if default in SHIFTED else raw.crs or default
    if raw.as_written is not None:
        places.statement[:] = [own or default for own in raw.as_written.stated]
        places.decimals[:] = raw.as_written.decimals
    places.column[:] = "geometry"
    for i in np.flatnonzero(~shapely.is_missing(raw.geometry)):
        places.shown[i] = raw.geometry[i].geom_type


def _statements(columns: Columns, column: Column, default: str) -> NDArray[np.object_]:
    """Return what row and header say of the coordinates together, else what the list says."""
    if not {"crs", "zone", "meridian"} & columns.keys():
        return np.full(len(column.values), column.crs or default, dtype=object)
    blank = [None] * len(column.values)
    parts = [columns[k].values if k in columns else blank for k in ("crs", "zone", "meridian")]
    said = list(zip(*parts, strict=True))
    known = {}
    for cells in dict.fromkeys(said):
        own, zone, meridian = ("" if cell is None else to_text(cell) for cell in cells)
        known[cells] = _with_zone(joined(own, column.crs) or default, zone, meridian)
    result = np.empty(len(column.values), dtype=object)
    result[:] = [known[cells] for cells in said]
    return result


def _with_zone(stated: str, zone: str, meridian: str) -> str:
    """Return a statement of a datum with zone and central meridian from columns of their own."""
    frame = read_statement(stated) if stated else None
    if frame is None or not frame.datum_only:
        return stated  # complete, or of no use to say more of
    if number := _WHOLE.match(zone):
        stated = f"{stated} {number[1]}带"
    if number := _WHOLE.match(meridian):
        stated = f"{stated} 中央子午线{number[1]}"
    return stated


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
        own = f"EPSG:{prefix[1]}" if prefix else ""
        places.statement[i] = joined(own, statements[i])
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
    places.gaps[i] = drawn.gaps
    places.plain_degrees[i] = drawn.sexagesimal


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
    places.step[rows] = steps(first, second, rows, packed=packed)
    places.plain_degrees[rows] = ~np.isnan(places.step[rows]) | ("degrees" in _notations(pair))
    places.shown[rows] = [f"{to_text(x.values[i])}, {to_text(y.values[i])}" for i in rows.tolist()]
    faults += _take_halves(places, pair, np.flatnonzero(free & (has[0] ^ has[1])), source)
    placed = np.flatnonzero(free & ~shapely.is_missing(places.shape))
    both_say = replace(x, crs=joined(x.crs, y.crs))
    places.statement[placed] = _statements(columns, both_say, default)[placed]
    places.column[placed] = f"{x.header}, {y.header}"
    return faults


def _notations(pair: tuple[Column, Column]) -> tuple[str, str]:
    return pair[0].notation, pair[1].notation


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
