"""Sites: places to be screened, a table with one row a component and a geometry beside it."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from zoning.components import component_kinds
from zoning.crs import GEOGRAPHIC, WORK, project
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import DOCUMENTS, POLLUTANTS, PROJECT_CLAIMS

ColumnKind = Literal["text", "number", "flag", "bool", "row", "date"]

DERIVED_CLAIMS = frozenset({"two_high"})  # computed in `measure`, never read from a list

# Column -> kind. text: "" is not stated; number: NaN; flag: 1 true, 0 false, NaN not stated;
# bool and row are always there; date: datetime.date or None. Units end the names or stand beside.
_COLUMNS: dict[str, ColumnKind] = {
    "id": "text",  # unique: project, or project/component; "#2" on duplicates
    "project": "text",
    "code24": "text",  # 全国投资项目在线审批监管平台 code, YYYY-AAAAAA-II-II-NNNNNN
    "component": "text",  # in the list's words
    "component_kind": "text",  # one of COMPONENTS, "" unknown
    "name": "text",
    "owner": "text",
    "kind": "text",  # of zoning.facts.kinds, several joined "a;b" where either may be, "" unknown
    "kind_from": "text",  # how it was found: LISTED, CODED, NAMED of zoning.facts.kinds
    "stage": "text",  # of STAGES, several joined "改建;扩建", "" unknown
    "accepted": "date",
    "accepted_doubted": "flag",  # 1 a day was written and refused, 0 none was, or it was read
    "industry": "text",  # GB/T 4754 codes with letter, "C2619;C3985"
    "product": "text",
    "process": "text",
    "capacity": "number",  # [capacity_unit]
    "capacity_unit": "text",
    "energy_tce": "number",  # [tce/a]
    "unit_energy": "number",  # [unit_energy_unit]
    "unit_energy_unit": "text",
    "water_m3": "number",  # [m3/a]
    "declared_m2": "number",  # [m2]
    "county": "text",  # as declared
    "adcode": "text",  # as declared
    "accuracy_m": "number",  # maximal positional error [m]
    "accuracy_default": "bool",  # part of accuracy_m is a default of ours
    "swap_ratio": "number",  # [1]
    "ac_power": "number",  # [kWh/t]
    "gypsum_use": "number",  # [1]
    "eia_date": "date",
    **{f"emission_{name}": "number" for name in POLLUTANTS},  # [t/a]
    **{f"is_{name}": "flag" for name in PROJECT_CLAIMS if name not in DERIVED_CLAIMS},
    **{f"document_{name}": "flag" for name in DOCUMENTS},
    "remark": "text",
    "lon": "number",  # representative point, CGCS2000 [deg]
    "lat": "number",
    "place": "text",  # what the list said of the place, for people
    "crs_stated": "text",  # the CRS as stated, "" where nobody said
    "crs_read": "text",  # the CRS that the coordinates were read in, "" where they were refused
    "coordinates_doubted": "flag",  # 1 refused, NaN placed under a doubt that accuracy_m holds
    "from_raster": "bool",  # the boundary was traced from a raster, no layer confirms it
    "repaired": "bool",  # the boundary crossed itself and was made valid
    "source": "text",  # file name
    "sheet": "text",
    "row": "row",  # as the file's own program shows it, from 1; 0 where there is no file
}
COLUMNS: Mapping[str, ColumnKind] = MappingProxyType(_COLUMNS)
SIGNED = frozenset({"unit_energy", "lon", "lat"})  # converter steel making gains energy


def blank(kind: ColumnKind, n: int) -> NDArray[np.generic]:
    """Return a column of n values that say nothing."""
    if kind in ("number", "flag"):
        return np.full(n, np.nan)
    if kind == "bool":
        return np.zeros(n, dtype=bool)
    if kind == "row":
        return np.zeros(n, dtype=np.int64)
    return np.full(n, "" if kind == "text" else None, dtype=object)


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """Places to be screened, in the order of the list they came from.

    Parameters
    ----------
    table : pandas.DataFrame
        RangeIndex, one row a component, the columns of `COLUMNS`.
    geometry : object array [n]
        Shapely point, line or polygon in ``crs``; None where the place cannot be read.
    crs : str
        Work CRS, metres.
    faults : tuple of tuple of Fault
        What is wrong or doubted, per row.
    notes : tuple of str
        What was understood of the list as a whole: header row, ignored columns, CRS, repairs.
    rows_in, rows_blank, rows_gathered : int
        Rows below the header, those among them without any value, and those that are further
        vertices of a boundary: ``rows_in == len(sites) + rows_blank + rows_gathered`` as read,
        before any `take`.
    headers : tuple of (str, str)
        Header as the list writes it, and the column it was read as; "" where it was not read.
    """

    table: pd.DataFrame
    geometry: NDArray[np.object_]
    crs: str
    faults: tuple[tuple[Fault, ...], ...]
    notes: tuple[str, ...] = ()
    rows_in: int = 0
    rows_blank: int = field(default=0)
    rows_gathered: int = 0
    headers: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not len(self.table) == len(self.geometry) == len(self.faults):
            raise ValueError("table, geometry and faults differ in length")
        if missing := [name for name in COLUMNS if name not in self.table.columns]:
            raise ValueError(f"columns missing: {missing}")
        if not self.table["id"].is_unique:
            raise ValueError("ids are not unique")

    def __len__(self) -> int:
        return len(self.table)

    @property
    def ids(self) -> NDArray[np.object_]:
        """Ids in list order."""
        return self.table["id"].to_numpy(dtype=object)

    def take(self, order: ArrayLike | slice) -> Sites:
        """Return the chosen rows, in the order given.

        Parameters
        ----------
        order : int array, bool mask or slice
        """
        rows = np.arange(len(self))[order if isinstance(order, slice) else np.asarray(order)]
        return Sites(
            self.table.iloc[rows].reset_index(drop=True),
            self.geometry[rows],
            self.crs,
            tuple(self.faults[i] for i in rows),
            self.notes,
            self.rows_in,
            self.rows_blank,
            rows_gathered=self.rows_gathered,
            headers=self.headers,
        )

    @classmethod
    def of(
        cls,
        geometries: Iterable[shapely.Geometry | None],
        *,
        crs: str = WORK,
        to: str | None = None,
        **columns: object,
    ) -> Sites:
        """Make sites from geometries, for one place asked about, and for tests.

        Parameters
        ----------
        geometries : iterable of shapely geometry or None
        crs : str
            Of the geometries.
        to : str, optional
            Work CRS; that of the geometries unless given.
        **columns
            Columns of `COLUMNS`: one value for all, or a sequence. Unless given, ``project`` is
            1, 2, 3 …, ``id`` the project (with the component where given), ``accuracy_m`` and
            ``coordinates_doubted`` 0: geometry given in code has a stated CRS. Days are
            ``datetime`` or ``numpy`` days; NaT, NaN and None say nothing.

        Raises
        ------
        InputError
            No such column, a sequence of another length, a number below zero, or no day.

        Examples
        --------
        >>> sites = Sites.of([shapely.box(0, 0, 1, 1)], kind="pv", stage="新建")
        >>> list(sites.ids)
        ['1']
        """
        given = _object_array(list(geometries))
        work = to or crs
        table = _filled(len(given), columns)
        placed = project(given, crs, work)
        table["lon"], table["lat"] = representative(placed, work)
        return cls(table, placed, work, ((),) * len(given), rows_in=len(given))

    @classmethod
    def from_points(
        cls,
        lon: Sequence[float],
        lat: Sequence[float],
        *,
        crs: str = WORK,
        degrees: str = GEOGRAPHIC,
        **columns: object,
    ) -> Sites:
        """Make point sites from decimal degrees on CGCS2000 (or WGS84, the same here).

        Parameters
        ----------
        lon, lat : sequence of float [deg]
        crs : str
            Work CRS of the result.
        degrees : str
            CRS of the degrees.
        **columns
            As in `of`.
        """
        points = [shapely.Point(x, y) for x, y in zip(lon, lat, strict=True)]
        return cls.of(points, crs=degrees, to=crs, **columns)

    def _repr_html_(self) -> str:
        shown = ["id", "name", "component", "kind", "stage", "county", "accuracy_m", "row"]
        rows = self.table[shown].head(10)
        faulty = sum(1 for faults in self.faults if faults)
        unplaced = int(sum(shape is None for shape in self.geometry))
        head = "".join(f"<th>{name}</th>" for name in [*shown, "geometry", "doubts"])
        body = "".join(
            "<tr>"
            + "".join(f"<td>{html.escape(str(value))}</td>" for value in row)
            + f"<td>{'—' if shape is None else shape.geom_type}</td><td>{len(faults)}</td></tr>"
            for row, shape, faults in zip(
                rows.itertuples(index=False), self.geometry, self.faults, strict=False
            )
        )
        return (
            f"<p>{len(self)} 个组成部分 sites · {self.crs} · "
            f"{unplaced} 个无法落图 not placed · {faulty} 行有疑问 rows with doubts</p>"
            f"<table><tr>{head}</tr>{body}</table>"
        )


def _object_array(values: Sequence[object]) -> NDArray[np.object_]:
    """Return a one-dimensional object array, whatever the values look like to numpy."""
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _filled(n: int, columns: Mapping[str, object]) -> pd.DataFrame:
    """Return the whole table: what is given, the rest not stated."""
    if unknown := [name for name in columns if name not in COLUMNS]:
        raise InputError(Fault(zh="没有这样的列", en="no such column", value=", ".join(unknown)))
    data = {name: _column(name, kind, n, columns) for name, kind in COLUMNS.items()}
    numbers = [str(i + 1) for i in range(n)]
    if "project" not in columns:
        data["project"] = _object_array(numbers)
    if "id" not in columns:
        pairs = zip(data["project"], data["component"], strict=True)
        data["id"] = _object_array([f"{p}/{c}" if c else str(p) for p, c in pairs])
    for name in ("accuracy_m", "coordinates_doubted", "accepted_doubted"):
        if name not in columns:
            data[name] = np.zeros(n)
    if "component_kind" not in columns:
        named = ([str(text) for text in data[c]] for c in ("project", "component", "kind"))
        data["component_kind"] = component_kinds(*named)
    return table_of(data)


def _column(
    name: str, kind: ColumnKind, n: int, columns: Mapping[str, object]
) -> NDArray[np.generic]:
    if name not in columns:
        return blank(kind, n)
    value = columns[name]
    if isinstance(value, (str, int, float, bool, dt.date, np.datetime64)) or value is None:
        value = [value] * n
    values = list(value) if isinstance(value, Iterable) else []
    if len(values) != n:
        raise InputError(
            Fault(zh=f"列 {name} 应有 {n} 个值", en=f"column {name} needs {n} values", key=name)
        )
    if kind == "text":
        return _object_array(["" if _says_nothing(value) else value for value in values])
    if kind == "date":
        return _object_array([_day(value, name) for value in values])
    result = blank(kind, n)
    result[:] = values
    if kind == "number" and name not in SIGNED and (result.astype(float) < 0).any():
        raise InputError(Fault(zh="不能小于 0", en="must not be below zero", key=name))
    return result


def _says_nothing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value  # NaN, NaT


def _day(value: object, name: str) -> dt.date | None:
    """Return a calendar day; None for NaT, NaN and None."""
    if _says_nothing(value):
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, np.datetime64):
        return dt.date.fromisoformat(str(value.astype("datetime64[D]")))
    raise InputError(Fault(zh="不是日期", en="not a date", key=name, value=str(value)))


def table_of(data: Mapping[str, NDArray[np.generic]]) -> pd.DataFrame:
    """Return the table of `COLUMNS`, text kept as plain Python strings in every pandas.

    Columns are taken over, not copied; one that says nothing takes no room.
    """
    columns = {
        name: pd.Series(
            _thin(data[name], kind), dtype=object if kind in ("text", "date") else None, copy=False
        )
        for name, kind in COLUMNS.items()
    }
    return pd.DataFrame(columns, copy=False)


def _thin(values: NDArray[np.generic], kind: ColumnKind) -> NDArray[np.generic]:
    """Return a column as given, or one blank cell seen n times where that is all it holds."""
    if len(values) < 2 or kind in ("bool", "row"):
        return values
    if kind in ("number", "flag"):
        silent = bool(np.isnan(values.astype(np.float64, copy=False)).all())
    else:
        silent = all(value is None or value == "" for value in values.tolist())
    return np.broadcast_to(blank(kind, 1), len(values)) if silent else values


def representative(
    geometry: NDArray[np.object_], crs: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude [deg, CGCS2000] of a point on each geometry; NaN for None."""
    points = shapely.point_on_surface(geometry)
    degrees = project(np.asarray(points, dtype=object), crs, GEOGRAPHIC)
    return shapely.get_x(degrees), shapely.get_y(degrees)
