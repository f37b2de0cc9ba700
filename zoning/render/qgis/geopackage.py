"""``screening.gpkg``: sites with their verdicts, and the parts in conflict, styled for QGIS.

Geometry is in the work CRS, so that areas and distances read off are those that were judged.
A layer's geometry enters only where its ``share`` is ``clipped`` or ``full``, and then only the
part inside a site.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from zoning.errors import Fault
from zoning.layers import VectorLayer, read_features
from zoning.render.conflicts import Ground, overlap_tests, overlapped
from zoning.render.qgis.qml import Category, Shape, layer_qml
from zoning.render.style import VERDICT
from zoning.render.tables.csv import VERDICT_COLUMNS, VerdictTable
from zoning.render.words import RULE_OUTCOME, hectares
from zoning.rules.judge import Outcome
from zoning.rules.model import Level, Rule
from zoning.screening.demands import WORDS, gravity
from zoning.sites import COLUMNS

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.screening import Screening

SHAPES: Final[Mapping[Shape, int]] = {"polygon": 2, "line": 1, "point": 0}
"""Shape -> dimension, in the order of the layers."""

_WEIGHED: Final = (Outcome.FIRES, Outcome.OPEN, Outcome.SUSPECTED, Outcome.ASSUMED)
_CHUNK: Final = 20_000  # sites written at a time
UNPLACED: Final = "sites_unplaced"
_MARKERS: Final = {
    "FORBID": "square",
    "CONDITIONAL": "triangle",
    "UNDETERMINED": "circle",
    "ALLOW": "circle",
}
SITE_NAMES: Final[Mapping[str, str]] = {
    "seq": "序号",
    "id": "组件编号",
    "project": "项目代码",
    "component": "组件",
    "name": "名称",
    "decision": "结论代码",
    "decision_zh": "结论",
    "least": "最好",
    "most": "最坏",
    "rules": "相关规则",
    "missing": "缺失事实",
    "demands": "需补材料及要求",
    "remedy": "可否补正",
    "area_ha": "实测面积(ha)",
    "kind": "类型",
    "stage": "性质",
    "faults": "数据问题",
}
"""Columns that come first, and what people call them."""

CONFLICT_NAMES: Final[Mapping[str, str]] = {
    "site": "组件编号",
    "project": "项目代码",
    "rule": "规则编号",
    "title": "要求",
    "layer": "图层代码",
    "layer_title": "图层",
    "decision": "方向",
    "outcome": "结果",
    "size": "面积(ha)或长度(m)",
}


class ConflictTable:
    """Parts of sites that lie in layers they conflict with, where these may be shown.

    Parameters
    ----------
    screening : Screening
    catalog : Catalog
        The one it was screened against; its ``share`` decides what may be shown.
    """

    def __init__(self, screening: Screening, catalog: Catalog) -> None:
        self._screening, self._catalog = screening, catalog
        self._ground: dict[str, Ground | None] = {}

    def parts(self) -> tuple[pd.DataFrame, NDArray[np.object_]]:
        """Rows, and the geometry of each: by project, the gravest finding first."""
        rows, parts = [], []
        for row, j in self._conflicts():
            for name, part in self._cut(row, j):
                rows.append(name)
                parts.append(part)
        geometry = np.empty(len(parts), dtype=object)
        geometry[:] = parts
        return pd.DataFrame(rows, columns=list(CONFLICT_NAMES)), geometry

    def _conflicts(self) -> list[tuple[int, int]]:
        """Sites with an extent, and rules that an overlapped part can show."""
        found, sites = self._screening.findings, self._screening.sites
        extent = shapely.get_dimensions(sites.geometry) > 0
        pairs = []
        for j, rule in enumerate(self._rules()):
            if rule.then in ("forbid", "conditional") and overlap_tests(rule):
                moved = extent & np.isin(found.outcome[:, j], _WEIGHED)
                pairs += [(row, j) for row in np.flatnonzero(moved).tolist()]
        return sorted(pairs, key=lambda pair: self._place(*pair))

    def _place(self, row: int, j: int) -> tuple[int, int, tuple[int, int, int, str]]:
        found = self._screening.findings
        ends = Level(int(found.least[row, j])), Level(int(found.most[row, j]))
        key = gravity(ends, self._rules()[j])
        return int(self._screening.project_of[row]), row, key

    def _rules(self) -> list[Rule]:
        return [self._screening.rule_by_id[name] for name in self._screening.findings.rules]

    def _cut(self, row: int, j: int) -> Iterator[tuple[dict[str, object], shapely.Geometry]]:
        rule, table = self._rules()[j], self._screening.sites.table
        outcome = Outcome(int(self._screening.findings.outcome[row, j]))
        for fact in overlap_tests(rule):
            ground = self._open(fact.layer)
            shape = self._screening.sites.geometry[row]
            part = overlapped(shape, ground, fact) if ground is not None else None
            if part is None:
                continue
            yield (
                {
                    "site": table["id"].iat[row],
                    "project": table["project"].iat[row],
                    "rule": rule.id,
                    "title": rule.title,
                    "layer": fact.layer,
                    "layer_title": self._catalog.layers[fact.layer].title,
                    "decision": rule.then.upper(),
                    "outcome": RULE_OUTCOME[WORDS[outcome]],
                    "size": _size(part),
                },
                part,
            )

    def _open(self, name: str) -> Ground | None:
        """Features of a layer whose parts inside sites may be shown."""
        if name not in self._ground:
            layer = self._catalog.layers.get(name)
            self._ground[name] = None
            if isinstance(layer, VectorLayer) and layer.share in ("clipped", "full"):
                read = read_features(layer, crs=self._catalog.crs)
                tree = shapely.STRtree(read.geometry)
                self._ground[name] = Ground(read.geometry, read.attributes, tree)
        return self._ground[name]


def _size(part: shapely.Geometry) -> float:
    """Area in hectares of a polygon, length in metres of a line; planar."""
    if shapely.get_dimensions(part) == 2:
        return round(hectares(float(shapely.area(part))), 4)
    return round(float(shapely.length(part)), 1)


def write_geopackage(
    screening: Screening,
    verdicts: VerdictTable,
    conflicts: ConflictTable,
    path: Path,
    *,
    chunk: int = _CHUNK,
) -> Iterator[int]:
    """Write sites by geometry, conflicting parts, and the styles of both.

    Parameters
    ----------
    screening : Screening
    verdicts : VerdictTable
    conflicts : ConflictTable
    path : Path
        File to write; must not exist.
    chunk : int
        Sites written at a time.

    Yields
    ------
    int
        Sites written so far.
    """
    sites = SiteTable(screening, verdicts)
    geometry, crs = screening.sites.geometry, screening.sites.crs
    names: list[tuple[str, Shape]] = []
    done = 0
    with _dated(screening.as_of):
        for shape, rows in _by_shape(geometry):
            names.append((f"sites_{shape}", shape))
            for part in _chunks(rows, chunk):
                frame = gpd.GeoDataFrame(sites.rows(part), geometry=geometry[part], crs=crs)
                _append(path, names[-1][0], frame, shape)
                done += len(part)
                yield done
        rows_of, parts = conflicts.parts()
        for shape, rows in _by_shape(parts):
            names.append((f"conflicts_{shape}", shape))
            frame = gpd.GeoDataFrame(rows_of.iloc[rows], geometry=parts[rows], crs=crs)
            _append(path, names[-1][0], frame, shape)
        unplaced = np.flatnonzero(shapely.is_missing(geometry))
        if len(unplaced) or not names:
            pyogrio.write_dataframe(sites.rows(unplaced), path, layer=UNPLACED, driver="GPKG")
    _write_styles(path, names, sites.columns, screening.as_of)


class SiteTable:
    """Sites with their verdicts, then every column of the list that says anything."""

    def __init__(self, screening: Screening, verdicts: VerdictTable) -> None:
        self._screening, self._verdicts = screening, verdicts
        table = screening.sites.table
        of_list = ("id", "project", "component", "name")
        first = ("seq", *of_list, *VERDICT_COLUMNS[4:], "area_ha", "kind", "stage")
        said = [name for name in COLUMNS if name not in first and _says(table[name])]
        faults = ["faults"] if any(screening.sites.faults) else []
        self.columns: tuple[str, ...] = (*first, *said, *faults)

    def rows(self, chosen: NDArray[np.intp]) -> pd.DataFrame:
        """Return some sites."""
        table = self._screening.sites.table
        told = self._verdicts.columns(chosen)
        area = self._screening.facts.columns.get("site.area")
        measured = getattr(area, "measured", np.full(len(table), np.nan))[chosen]
        made: dict[str, object] = {
            "seq": chosen + 1,
            "area_ha": np.round(np.asarray(measured, np.float64) / 10_000, 4),
            **{name: told[name] for name in VERDICT_COLUMNS[4:]},
        }
        if "faults" in self.columns:
            made["faults"] = [_faults(self._screening.sites.faults[row]) for row in chosen.tolist()]
        given = {
            name: made[name] if name in made else _plain(table[name].to_numpy()[chosen])
            for name in self.columns
        }
        return pd.DataFrame(given)


def _chunks(rows: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _says(column: pd.Series) -> bool:
    if column.dtype != object:
        return bool(column.notna().any())
    return any(value not in ("", None) and value == value for value in column)


def _faults(faults: Sequence[Fault]) -> str:
    """Faults of a row as JSON, for reading the folder back; empty where there are none."""
    texts = [asdict(fault) for fault in faults]
    return json.dumps(texts, ensure_ascii=False) if texts else ""


def _plain(values: NDArray[np.generic]) -> object:
    """Dates as text: a GeoPackage date column would turn empty cells into 1970 in some readers."""
    if values.dtype == object:
        return [str(v) if isinstance(v, dt.date) else (v or "") for v in values.tolist()]
    return values


@contextmanager
def _dated(day: dt.date) -> Iterator[None]:
    """Have the file state the screening's date, not the hour of writing."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _by_shape(geometry: NDArray[np.object_]) -> Iterator[tuple[Shape, NDArray[np.intp]]]:
    dimension = shapely.get_dimensions(geometry)
    for shape, number in SHAPES.items():
        rows = np.flatnonzero(dimension == number)
        if len(rows):
            yield shape, rows


def _append(path: Path, name: str, frame: gpd.GeoDataFrame, shape: Shape) -> None:
    """Write a layer, or its next rows."""
    begun = path.exists() and name in pyogrio.list_layers(path)[:, 0]
    pyogrio.write_dataframe(
        frame, path, layer=name, driver="GPKG", geometry_name="geom",
        promote_to_multi=shape != "point", append=begun,
    )  # fmt: skip


def _categories(stem: str) -> tuple[Category, ...]:
    if stem == "conflicts":
        return tuple(
            Category(name, f"{VERDICT[name].short}方向重叠", VERDICT[name].text, VERDICT[name].text,
                     opacity=1.0, brush=brush)
            for name, brush in (("FORBID", "f_diagonal"), ("CONDITIONAL", "b_diagonal"))
        )  # fmt: skip
    return verdict_categories()


def verdict_categories() -> tuple[Category, ...]:
    """How places are drawn by their verdict."""
    return tuple(
        Category(
            name,
            f"{style.mark} {style.zh}",
            style.fill,
            style.colour if style.edge == "#FFFFFF" else style.edge,
            _MARKERS[name],
            dash=name == "UNDETERMINED",
        )
        for name, style in VERDICT.items()
    )


_STYLES_TABLE: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME
)"""
_STYLES_ENTRY: Final = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
    " VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)"
)
_STYLES_ROW: Final = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
    " styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)"
    " VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', 'zoning', NULL, ?)"
)


def _write_styles(
    path: Path, layers: Sequence[tuple[str, Shape]], columns: Sequence[str], day: dt.date
) -> None:
    """Style the layers of a screening."""
    styles = []
    for name, shape in layers:
        stem = name.partition("_")[0]
        names = CONFLICT_NAMES
        if stem == "sites":
            names = {column: SITE_NAMES.get(column, column) for column in columns}
        label = "project" if stem == "sites" else ""
        style = layer_qml(shape, "decision", _categories(stem), label=label, names=names)
        styles.append((name, "结论" if stem == "sites" else "冲突", style))
    add_styles(path, styles, day)


def add_styles(path: Path, styles: Sequence[tuple[str, str, str]], day: dt.date) -> None:
    """Add the table in which QGIS looks for the style of a layer.

    Parameters
    ----------
    path : Path
        GeoPackage whose geometry columns are named ``geom``.
    styles : sequence of (str, str, str)
        Layer, name of the style, QML.
    day : date
        Stands as the time of writing.

    References
    ----------
    .. [1] QGIS source, src/core/providers/ogr/qgsogrprovidermetadata.cpp, ``loadStyle``.
    """
    moment = f"{day}T00:00:00.000Z"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES_TABLE)
        base.execute(_STYLES_ENTRY, (moment,))
        for layer, name, style in styles:
            base.execute(_STYLES_ROW, (layer, name, style, moment))
