"""What was understood of a list: row by row, with what is doubted, and in figures.

The JSON form, ``zoning/reading/1``, is one object: ``rows`` (the figures), ``columns``, ``notes``
and ``sites``, one record a row of the list that became a site. Keys are always there; what a list
does not say is null, "" or an empty list. It holds no time and no path: the same list gives the
same bytes.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from zoning.crs import geodesic_area
from zoning.errors import Fault
from zoning.projects.cells.words import plain, tidy, words
from zoning.projects.counties import Located, locate, open_counties
from zoning.projects.tables.match_header import suggestion
from zoning.sites import COLUMNS, Sites

if TYPE_CHECKING:
    from zoning.catalog import Catalog

SCHEMA: Final = "zoning/reading/1"
SHOWN: Final = 50  # rows of the table in a notebook; doubted rows are all told
# Told apart in a record; every other column that says something is among its values
_OWN = frozenset(
    ("id", "project", "component", "component_kind", "name", "kind", "stage", "row", "lon", "lat")
) | frozenset(
    ("accuracy_m", "accuracy_default", "crs_stated", "crs_read", "coordinates_doubted", "place")
)
_LEFT_OUT = frozenset(("source", "sheet", "capacity_unit", "unit_energy_unit", "accepted_doubted"))
_UNITS = {
    "declared_m2": "m2",
    "energy_tce": "tce/a",
    "water_m3": "m3/a",
    "swap_ratio": "1",
    "ac_power": "kWh/t",
    "gypsum_use": "1",
    **{name: "t/a" for name in COLUMNS if name.startswith("emission_")},
}
_BRACKETS = re.compile(r"\([^()]*\)")
_TOLD_OF_DOUBTS = ("column", "value", "zh", "en", "remedy_zh", "remedy_en")
_SHAPES = {"Point": "点", "LineString": "线", "Polygon": "面"}


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """A header of the list: the column it was read as ("" not read), and what it may have meant."""

    header: str
    column: str
    suggestion: str
    why: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How many rows came in, and what became of them.

    ``rows_in == sites + blank + told`` as read; ``told`` rows belong to another row's site, or are
    spoken of in the notes. ``placed + refused == sites``: a row whose place was refused stays, as
    a site that cannot be passed.
    """

    rows_in: int
    sites: int
    blank: int
    told: int
    placed: int
    refused: int
    doubted: int

    def __str__(self) -> str:
        told = f"，并入或另述 {self.told}" if self.told else ""
        told_en = f", {self.told} told in notes" if self.told else ""
        return (
            f"{self.rows_in} 行 = {self.sites} 个组成部分 + 空行 {self.blank}{told}; "
            f"落图 {self.placed}，无法落图 {self.refused}，存疑 {self.doubted} 行\n"
            f"{self.rows_in} rows = {self.sites} sites + {self.blank} blank{told_en}; "
            f"{self.placed} placed, {self.refused} not placed, {self.doubted} doubted"
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """One value of a row: a column of `zoning.sites.COLUMNS`, what was read, its unit."""

    column: str
    value: str | float | bool
    unit: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The geometry of a row: its type, vertices, area [m2, geodesic] and length [m]."""

    type: str
    vertices: int
    area_m2: float | None
    length_m: float | None

    def __str__(self) -> str:
        kind = _SHAPES.get(self.type.removeprefix("Multi"), self.type or "无")
        if self.area_m2 is not None:
            return f"{kind} {self.area_m2 / 1e4:.2f} ha"
        return f"{kind} {self.length_m / 1000:.2f} km" if self.length_m is not None else kind


@dataclass(frozen=True, slots=True)
class RowRead:
    """One row as it was understood.

    ``coordinates_doubted`` is true where the coordinates were refused, null where the datum is
    assumed; ``counties`` those that it surely and that it possibly lies in, null without a catalog.
    """

    row: int
    id: str
    project: str
    component: str
    component_kind: str
    name: str
    kind: str
    stage: str
    values: tuple[Amount, ...]
    place: str
    crs_stated: str
    crs_read: str
    coordinates_doubted: bool | None
    accuracy_m: float | None
    accuracy_default: bool
    geometry: Shape
    lon: float | None
    lat: float | None
    counties: tuple[tuple[str, ...], tuple[str, ...]] | None
    doubts: tuple[Fault, ...]

    @property
    def counties_text(self) -> str:
        """Counties in words: sure ones, or those it may lie in."""
        if self.counties is None:
            return ""
        sure, possible = self.counties
        return "、".join(sure) if sure == possible else "或".join(possible) + "?"


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was understood of a list; shows itself in a notebook.

    Parameters
    ----------
    sites : Sites
        n sites, examined.
    located : Located or None
        None without a catalog.
    """

    sites: Sites
    located: Located | None

    @property
    def file(self) -> str:
        """Name of the file, "" where the sites come from none."""
        return str(self.sites.table["source"].iat[0]) if len(self.sites) else ""

    @property
    def figures(self) -> Figures:
        """Rows in, and what became of them."""
        sites = self.sites
        n, missing = len(sites), int(shapely.is_missing(sites.geometry).sum())
        return Figures(
            rows_in=sites.rows_in,
            sites=n,
            blank=sites.rows_blank,
            told=sites.rows_in - n - sites.rows_blank,
            placed=n - missing,
            refused=missing,
            doubted=sum(1 for faults in sites.faults if faults),
        )

    @property
    def columns(self) -> tuple[ColumnRead, ...]:
        """Every header, read or not."""
        return tuple(_column(header, name) for header, name in self.sites.headers)

    def rows(self) -> Iterator[RowRead]:
        """Give each row as it was understood, in list order, one at a time."""
        table = self.sites.table
        shapes = _shapes(self.sites)
        said = {name: table[name].tolist() for name in COLUMNS}
        for i, shape in enumerate(shapes):
            row = {name: column[i] for name, column in said.items()}
            yield RowRead(
                row=int(said["row"][i]),
                id=_text(row["id"]),
                project=_text(row["project"]),
                component=_text(row["component"]),
                component_kind=_text(row["component_kind"]),
                name=_text(row["name"]),
                kind=_text(row["kind"]),
                stage=_text(row["stage"]),
                values=tuple(_amounts(row)),
                place=_text(row["place"]),
                crs_stated=_text(row["crs_stated"]),
                crs_read=_text(row["crs_read"]),
                coordinates_doubted=_flag(row["coordinates_doubted"]),
                accuracy_m=_finite(row["accuracy_m"], 3),
                accuracy_default=bool(row["accuracy_default"]),
                geometry=shape,
                lon=_finite(row["lon"], 8),
                lat=_finite(row["lat"], 8),
                counties=self._counties(i),
                doubts=self.sites.faults[i],
            )

    def _counties(self, i: int) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
        if self.located is None:
            return None
        return tuple(sorted(self.located.sure[i])), tuple(sorted(self.located.possible[i]))

    def json(self) -> Iterator[str]:
        """Give the text of the JSON form, piece by piece, ending with a newline."""
        figures, sites = asdict(self.figures), self.sites
        head = {
            "$schema": SCHEMA,
            "file": self.file,
            "sheet": str(sites.table["sheet"].iat[0]) if len(sites) else "",
            "crs": sites.crs,
            "rows": {"in": figures.pop("rows_in"), **figures},
            "columns": [asdict(column) for column in self.columns],
            "notes": list(sites.notes),
        }
        yield json.dumps(head, ensure_ascii=False)[:-1] + ', "sites": ['
        for number, row in enumerate(self.rows()):
            yield (",\n" if number else "\n") + json.dumps(_record(row), ensure_ascii=False)
        yield "\n]}\n"

    def __str__(self) -> str:
        doubts = [str(fault) for faults in self.sites.faults for fault in faults]
        return "\n".join([str(self.figures), *self.sites.notes, *doubts])

    def _repr_html_(self) -> str:
        rows = list(_first(self.rows(), SHOWN))
        head = ("行", "编号", "名称", "类型", "性质", "图形", "区县", "坐标系", "精度 (m)", "存疑")
        body = "".join(f"<tr>{''.join(map(_cell, _html_cells(row)))}</tr>" for row in rows)
        more = len(self.sites) - len(rows)
        rest = f"<p>另有 {more} 行 {more} more rows</p>" if more else ""
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.sites.notes)
        doubts = "".join(
            f"<li>{html.escape(str(fault))}</li>" for each in self.sites.faults for fault in each
        )
        return (
            f"<p>{html.escape(str(self.figures))}</p><ul>{notes}</ul>"
            f"<table><tr>{''.join(f'<th>{name}</th>' for name in head)}</tr>{body}</table>{rest}"
            f"<ol style='white-space:pre-wrap'>{doubts}</ol>"
        )


def describe(sites: Sites, catalog: Catalog | None = None) -> Reading:
    """Return what was understood of a list, to be looked at before it is screened.

    Parameters
    ----------
    sites : Sites
        From `read_projects`; `examine` adds the doubts of common sense.
    catalog : Catalog, optional
        Gives the counties that each row lies in.

    Examples
    --------
    >>> sites = zoning.examine(zoning.read_projects("list.xlsx", crs=catalog.crs), catalog)
    ... # doctest: +SKIP
    >>> zoning.describe(sites, catalog)  # doctest: +SKIP
    """
    counties = open_counties(catalog) if catalog is not None else None
    return Reading(sites, locate(sites, counties) if counties is not None else None)


def _column(header: str, name: str) -> ColumnRead:
    if name:
        return ColumnRead(header, name, "", "")
    why = words().unused.get(plain(_BRACKETS.sub("", tidy(header))), "")
    return ColumnRead(header, "", "" if why else suggestion(header), why)


def _shapes(sites: Sites) -> list[Shape]:
    geometry = sites.geometry
    kinds = shapely.get_type_id(geometry)
    drawn, lines = np.isin(kinds, (3, 6)), np.isin(kinds, (1, 2, 5))
    area = np.full(len(geometry), np.nan)
    area[drawn] = geodesic_area(geometry[drawn], sites.crs)
    length = np.where(lines, shapely.length(geometry), np.nan)
    count = np.asarray(shapely.get_num_coordinates(geometry))
    return [
        Shape("" if shape is None else shape.geom_type, int(k), _finite(a, 2), _finite(m, 2))
        for shape, k, a, m in zip(geometry, count, area.tolist(), length.tolist(), strict=True)
    ]


def _amounts(row: dict[str, object]) -> Iterator[Amount]:
    """Give the values that a row states beyond who and where it is."""
    for name, kind in COLUMNS.items():
        value = row[name]
        if name in _OWN or name in _LEFT_OUT or value is None or value == "" or value != value:
            continue
        if kind == "flag":
            yield Amount(name, bool(value), "")
        elif kind == "bool":
            if value:
                yield Amount(name, True, "")
        elif kind == "number" and isinstance(value, float):
            unit = row[f"{name}_unit"] if f"{name}_unit" in COLUMNS else _UNITS.get(name, "")
            yield Amount(name, value, str(unit))
        elif isinstance(value, dt.date):
            yield Amount(name, value.isoformat(), "")
        else:
            yield Amount(name, str(value), "")


def _finite(value: object, digits: int) -> float | None:
    return round(value, digits) if isinstance(value, float) and math.isfinite(value) else None


def _text(value: object) -> str:
    return str(value or "")


def _flag(value: object) -> bool | None:
    return None if value != value else bool(value)


def _record(row: RowRead) -> dict[str, object]:
    """Return a row as JSON has it."""
    made: dict[str, object] = _fields(row)
    counties = row.counties
    made["values"] = [_fields(amount) for amount in row.values]
    made["geometry"] = _fields(row.geometry)
    made["counties"] = (
        None if counties is None else {"sure": list(counties[0]), "possible": list(counties[1])}
    )
    made["doubts"] = [
        {name: getattr(fault, name) for name in _TOLD_OF_DOUBTS} for fault in row.doubts
    ]
    return made


def _fields(thing: RowRead | Amount | Shape) -> dict[str, object]:
    """Return the fields of a dataclass, not those of what it holds; `asdict` is far slower."""
    return {name: getattr(thing, name) for name in thing.__dataclass_fields__}


def _first(rows: Iterator[RowRead], count: int) -> Iterator[RowRead]:
    return (row for row, _ in zip(rows, range(count), strict=False))


def _html_cells(row: RowRead) -> tuple[object, ...]:
    place = row.crs_read if row.crs_stated else f"{row.crs_read} (未注明)"
    return (
        row.row,
        row.id,
        row.name,
        row.kind,
        row.stage,
        row.geometry,
        row.counties_text,
        place,
        "" if row.accuracy_m is None else f"{row.accuracy_m:g}",
        len(row.doubts) or "",
    )


def _cell(value: object) -> str:
    return f"<td>{html.escape(str(value))}</td>"
