"""Cells to places in the numbers as written: degrees or metres, WKT; what is doubtful is refused.

Only decimal degrees and metres are read here. Degrees, minutes and seconds are refused with the
decimal that they seem to mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.projects.columns import Column, Columns
from zoning.projects.doubts import RowFault, Source
from zoning.projects.tables import RawTable
from zoning.projects.values import (
    NOT_A_NUMBER,
    Refusal,
    half_width,
    plain_number,
    split_number,
    to_text,
)

_SEXAGESIMAL = re.compile(r"[分秒′″‵'\"]|°\s*\d|度\s*\d|^\d{2,3}[\s:-]\d{1,2}[\s:-]\d")
_GROUPS = re.compile(r"\d+(?:\.\d+)?")
_COMPASS = re.compile(r"^(?:东经|北纬|[EN])[:\s]*|[EN]$", re.IGNORECASE)
_DECIMALS = re.compile(r"\.(\d+)")
_SRID = re.compile(r"^SRID=(\d+);\s*", re.IGNORECASE)
_PAIRS = (("lon", "lat"), ("east", "north"), ("x", "y"))

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
_DMS_HEADER = Refusal(
    "表头写明是度分秒，这里只读十进制度",
    "the header says degrees, minutes, seconds; only decimal degrees are read",
    "请换算: 度 + 分/60 + 秒/3600",
    "convert: degrees + minutes/60 + seconds/3600",
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
    plain_degrees : bool array [n]
        The header says that degrees are decimal.
    """

    shape: NDArray[np.object_]
    statement: NDArray[np.object_]
    shown: NDArray[np.object_]
    column: NDArray[np.object_]
    decimals: NDArray[np.int64]
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
            plain_degrees=np.zeros(n, dtype=bool),
        )


def claimed_places(
    raw: RawTable, columns: Columns, source: Source, *, default: str
) -> tuple[Claimed, list[RowFault], tuple[str, ...]]:
    """Read the places of a list, as written.

    Parameters
    ----------
    raw : RawTable
    columns : Columns
    source : Source
    default : str
        Statement about coordinates that neither rows nor headers make.

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
    refused = np.zeros(n, dtype=bool)
    if raw.geometry is not None:
        _take_geometry(places, raw, default)
    else:
        if "wkt" in columns:
            faults += _take_wkt(places, columns, source, default)
        for x_name, y_name in _PAIRS:
            if x_name in columns and y_name in columns:
                x, y, said = _ordered(x_name, columns[x_name], columns[y_name])
                notes += said
                faults += _take_pairs(places, (x, y), columns, source, default)
    refused[[i for i, _ in (*faults, *_by_reader(raw))]] = True
    empty = np.flatnonzero(shapely.is_missing(places.shape) & ~refused)
    column = "" if raw.geometry is None else "geometry"
    return places, faults + source.faults(empty, _NO_PLACE, column), tuple(notes)


def anything_written(raw: RawTable, columns: Columns) -> NDArray[np.bool_]:
    """Whether a row says anything of its place, understood or not."""
    if raw.geometry is not None:
        written = ~np.asarray(shapely.is_missing(raw.geometry))
        written[[i for i, _ in _by_reader(raw)]] = True
        return written
    result = np.zeros(len(raw.rows), dtype=bool)
    for name in ("wkt", *(name for pair in _PAIRS for name in pair)):
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
    places.statement[:] = raw.crs or default
    if raw.as_written is not None:
        places.statement[:] = [own or default for own in raw.as_written.stated]
        places.decimals[:] = raw.as_written.decimals
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


def _take_wkt(places: Claimed, columns: Columns, source: Source, default: str) -> list[RowFault]:
    column = columns["wkt"]
    statements = _statements(columns, column, default)
    rows = np.asarray([i for i, cell in enumerate(column.values) if cell is not None], dtype=int)
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
    bad = rows[shapely.is_missing(places.shape[rows])]
    return source.faults(bad, _BAD_WKT, column.header, column.values)


def _ordered(name: str, first: Column, second: Column) -> tuple[Column, Column, list[str]]:
    """Return the east column and the north column.

    ``X`` is north in Chinese surveying and east elsewhere; the numbers tell, since northings and
    eastings, latitudes and longitudes do not overlap here. The whole list has one order; a row that
    goes against it is refused later, as swapped.
    """
    if name != "x":
        return first, second, []
    a, b = (np.asarray([_rough(cell) for cell in c.values]) for c in (first, second))
    east_first = _looks_eastern(a, b).sum()
    north_first = _looks_eastern(b, a).sum()
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


def _looks_eastern(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether x reads as east and y as north, in degrees or in Gauss-Krüger metres of China."""
    degrees = (x >= 73) & (x <= 136) & (y >= 3) & (y <= 54)
    easting = ((x >= 5e4) & (x < 1e6)) | ((x >= 1.3e7) & (x < 4.6e7))
    return np.asarray(degrees | (easting & (y >= 1.0e6) & (y <= 6.1e6)))


def _take_pairs(
    places: Claimed, pair: tuple[Column, Column], columns: Columns, source: Source, default: str
) -> list[RowFault]:
    """Read points where no place is known yet."""
    x, y = pair
    if "refused" in (x.notation, y.notation):
        rows = [i for i, cell in enumerate(x.values) if cell is not None]
        return source.faults(rows, _DMS_HEADER, x.header, x.values)
    statements = _statements(columns, x, y.crs or default)
    faults: list[RowFault] = []
    rows, xs, ys = [], [], []
    taken = ~shapely.is_missing(places.shape)
    for i, (a, b) in enumerate(zip(x.values, y.values, strict=True)):
        if taken[i] or (a is None and b is None):
            continue
        if a is None or b is None:
            faults.append(source.fault(i, _HALF, y.header if b is None else x.header))
            continue
        first, second = to_coordinate(a), to_coordinate(b)
        faults += [
            source.fault(i, read, column.header, cell)
            for read, column, cell in ((first, x, a), (second, y, b))
            if isinstance(read, Refusal)
        ]
        if isinstance(first, float) and isinstance(second, float):
            rows.append(i)
            xs.append(first)
            ys.append(second)
            places.decimals[i] = max(_written(a), _written(b))
            places.shown[i] = f"{to_text(a)}, {to_text(b)}"
    places.shape[rows] = shapely.points(np.asarray(xs, dtype=float), np.asarray(ys, dtype=float))
    places.statement[rows] = statements[rows]
    places.column[rows] = f"{x.header}, {y.header}"
    places.plain_degrees[rows] = "degrees" in (x.notation, y.notation)
    return faults


def _written(cell: object) -> int:
    """Return how many decimals a text cell has; zeros at its end count, for they were written."""
    if not isinstance(cell, str):
        return 0
    tail = cell.rpartition(".")[2]
    if tail.isdigit():
        return len(tail) if "." in cell else 0
    match = _DECIMALS.search(half_width(cell))
    return len(match[1]) if match else 0


def to_coordinate(cell: object) -> float | Refusal:
    """Return one coordinate: a number, ``106.7°`` or ``E106.7``.

    Examples
    --------
    >>> to_coordinate("E106.708°")
    106.708
    """
    if (number := plain_number(cell)) is not None:
        return number
    if isinstance(cell, str):
        text = half_width(cell)
        if _SEXAGESIMAL.search(text):
            return _dms(text)
        cell = _COMPASS.sub("", text).removesuffix("°").strip()
    parts = split_number(cell)
    if isinstance(parts, Refusal):
        return parts
    if parts[1] not in ("", "m", "米", "度"):
        return Refusal(
            "不是单个坐标值",
            "not a single coordinate",
            "请把经度和纬度分两列填写",
            "write longitude and latitude in two columns",
        )
    return parts[0]


def _dms(text: str) -> Refusal:
    """Refuse degrees, minutes and seconds, with the decimal that they seem to mean."""
    parts = [float(group) for group in _GROUPS.findall(text)][:3]
    remedy = "请换算为十进制度: 度 + 分/60 + 秒/3600"
    if 2 <= len(parts) <= 3 and all(part < 60 for part in parts[1:]):
        value = sum(part / 60**power for power, part in enumerate(parts))
        remedy = f"看来是 {value:.6f} 度; 若是，请这样填写"
    return Refusal(
        "度分秒写法",
        "degrees, minutes, seconds: only decimal degrees are read",
        remedy,
        "write decimal degrees",
    )
