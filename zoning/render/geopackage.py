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
from zoning.render.digest import WEIGHED
from zoning.render.qml import Category, Shape, layer_qml
from zoning.render.style import VERDICT
from zoning.render.table import VERDICT_COLUMNS
from zoning.render.words import RULE_OUTCOME, hectares
from zoning.sites import COLUMNS

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.screening import Screening
    from zoning.screening.views import FindingView, ProjectView, SiteView

SHAPES: Final[Mapping[Shape, int]] = {"polygon": 2, "line": 1, "point": 0}
"""Shape -> dimension, in the order of the layers."""

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
    """Parts of sites that lie in layers they conflict with, where these may be shown."""

    def __init__(self, screening: Screening, catalog: Catalog) -> None:
        self._rules = {rule.id: rule for rule in screening.rules.rules}
        table = screening.sites.table
        self._shapes = dict(zip(table["id"], screening.sites.geometry, strict=True))
        self._catalog = catalog
        self._ground: dict[str, Ground | None] = {}
        self._rows: list[dict[str, object]] = []
        self._parts: list[shapely.Geometry] = []

    def add(self, project: ProjectView) -> None:
        """Take the conflicts of a project."""
        for site in project.components:
            shape = self._shapes[site.id]
            if shape is None:
                continue
            for finding in site.findings:
                if finding.outcome in WEIGHED and finding.direction in ("forbid", "conditional"):
                    self._cut(shape, site, finding)

    def parts(self) -> tuple[pd.DataFrame, NDArray[np.object_]]:
        """Rows, and the geometry of each."""
        geometry = np.empty(len(self._parts), dtype=object)
        geometry[:] = self._parts
        return pd.DataFrame(self._rows, columns=list(CONFLICT_NAMES)), geometry

    def _cut(self, shape: shapely.Geometry, site: SiteView, finding: FindingView) -> None:
        for fact in overlap_tests(self._rules[finding.rule]):
            ground = self._open(fact.layer)
            part = overlapped(shape, ground, fact) if ground is not None else None
            if part is None:
                continue
            self._parts.append(part)
            self._rows.append(
                {
                    "site": site.id,
                    "project": site.project,
                    "rule": finding.rule,
                    "title": finding.title,
                    "layer": fact.layer,
                    "layer_title": self._catalog.layers[fact.layer].title,
                    "decision": finding.direction.upper(),
                    "outcome": RULE_OUTCOME[finding.outcome],
                    "size": _size(part),
                }
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
    screening: Screening, verdicts: Sequence[Sequence[str]], conflicts: ConflictTable, path: Path
) -> None:
    """Write sites by geometry, conflicting parts, and the styles of both.

    Parameters
    ----------
    screening : Screening
    verdicts : sequence of rows
        As ``verdicts.csv`` holds them, list order.
    conflicts : ConflictTable
        Every project added.
    path : Path
        File to write; must not exist.
    """
    sites = site_table(screening, verdicts)
    crs = screening.sites.crs
    rows, parts = conflicts.parts()
    with _dated(screening.as_of):
        names = [
            *_write_layers(path, "sites", sites, screening.sites.geometry, crs),
            *_write_layers(path, "conflicts", rows, parts, crs),
        ]
        unplaced = np.asarray([shape is None for shape in screening.sites.geometry], np.bool_)
        if unplaced.any() or not names:
            pyogrio.write_dataframe(sites[unplaced], path, layer=UNPLACED, driver="GPKG")
    _write_styles(path, names, tuple(sites.columns), screening.as_of)


def site_table(screening: Screening, verdicts: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return sites with their verdicts, then every column of the list that says anything."""
    table = screening.sites.table
    told = pd.DataFrame(verdicts, columns=list(VERDICT_COLUMNS), dtype=object)
    area = screening.facts.columns.get("site.area")
    measured = getattr(area, "measured", np.full(len(table), np.nan))
    first = {
        "seq": np.arange(1, len(table) + 1),
        **{name: table[name] for name in ("id", "project", "component", "name")},
        **{name: told[name] for name in VERDICT_COLUMNS[4:]},
        "area_ha": np.round(np.asarray(measured, np.float64) / 10_000, 4),
        **{name: table[name] for name in ("kind", "stage")},
    }
    rest = {name: table[name] for name in COLUMNS if name not in first and _says(table[name])}
    if any(screening.sites.faults):
        rest["faults"] = pd.Series([_faults(faults) for faults in screening.sites.faults])
    return pd.DataFrame({name: _plain(values) for name, values in {**first, **rest}.items()})


def _says(column: pd.Series) -> bool:
    return any(value not in ("", None) and value == value for value in column.tolist())


def _faults(faults: Sequence[Fault]) -> str:
    """Faults of a row as JSON, for reading the folder back; empty where there are none."""
    texts = [asdict(fault) for fault in faults]
    return json.dumps(texts, ensure_ascii=False) if texts else ""


def _plain(values: object) -> object:
    """Dates as text: a GeoPackage date column would turn empty cells into 1970 in some readers."""
    if isinstance(values, pd.Series) and values.dtype == object:
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


def _write_layers(
    path: Path, stem: str, rows: pd.DataFrame, geometry: NDArray[np.object_], crs: str
) -> Iterator[tuple[str, Shape]]:
    dimension = shapely.get_dimensions(geometry)
    for shape, number in SHAPES.items():
        chosen = dimension == number
        if not chosen.any():
            continue
        frame = gpd.GeoDataFrame(rows[chosen], geometry=geometry[chosen], crs=crs)
        name = f"{stem}_{shape}"
        options = {"layer": name, "driver": "GPKG", "geometry_name": "geom"}
        pyogrio.write_dataframe(frame, path, promote_to_multi=shape != "point", **options)
        yield name, shape


def _categories(stem: str) -> tuple[Category, ...]:
    if stem == "conflicts":
        return tuple(
            Category(name, f"{VERDICT[name].short}方向重叠", VERDICT[name].text, VERDICT[name].text,
                     opacity=1.0, brush=brush)
            for name, brush in (("FORBID", "f_diagonal"), ("CONDITIONAL", "b_diagonal"))
        )  # fmt: skip
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
    """Add the table in which QGIS looks for the style of a layer.

    References
    ----------
    .. [1] QGIS source, src/core/providers/ogr/qgsogrprovidermetadata.cpp, ``loadStyle``.
    """
    moment = f"{day}T00:00:00.000Z"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(_STYLES_TABLE)
        base.execute(_STYLES_ENTRY, (moment,))
        for name, shape in layers:
            stem = name.partition("_")[0]
            names = CONFLICT_NAMES
            if stem == "sites":
                names = {column: SITE_NAMES.get(column, column) for column in columns}
            label = "project" if stem == "sites" else ""
            style = layer_qml(shape, "decision", _categories(stem), label=label, names=names)
            base.execute(_STYLES_ROW, (name, "结论" if stem == "sites" else "冲突", style, moment))
