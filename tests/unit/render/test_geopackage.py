"""The GeoPackage: sites with verdicts, conflicts where they may be shown, styles for QGIS."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from tests.map_scene import Scene, box, make_sites
from zoning.catalog import Catalog
from zoning.render.qgis.geopackage import ConflictTable, _categories, write_geopackage
from zoning.render.qgis.qml import Category, colour, layer_qml
from zoning.render.reopen import read_sites
from zoning.render.style import VERDICT
from zoning.render.tables.csv import VerdictTable
from zoning.screening import Screening, screen


@pytest.fixture(scope="module")
def package(result: Path) -> Path:
    return result / "screening.gpkg"


def test_layers_by_geometry(package: Path) -> None:
    kinds = {str(name): kind for name, kind in pyogrio.list_layers(package)}
    assert kinds == {
        "sites_polygon": "MultiPolygon",
        "sites_line": "MultiLineString",
        "sites_point": "Point",
        "sites_unplaced": None,
        "conflicts_polygon": "MultiPolygon",
        "conflicts_line": "MultiLineString",
        "layer_styles": None,
    }
    assert pyogrio.read_info(package, layer="sites_polygon")["crs"] == "EPSG:4545"


def test_sites_with_their_verdicts(package: Path) -> None:
    sites = gpd.read_file(package, layer="sites_polygon").set_index("id")
    assert sites.loc["P-01", "decision"] == "FORBID"
    assert sites.loc["P-01", "decision_zh"] == "判定不通过"
    assert sites.loc["P-03/array", "least"] == "CONDITIONAL"
    assert sites.loc["P-01", "owner"] == "测试公司"
    assert sites.loc["P-01", "accepted"] == "2026-09-03"
    assert sites.loc["P-01", "geometry"].equals(box(4_500, 4_500, 1_000))
    assert "water_m3" not in sites  # nobody stated any
    point = gpd.read_file(package, layer="sites_point")
    assert list(point["id"]) == ["P-02"]
    assert list(gpd.read_file(package, layer="sites_line")["id"]) == ["P-03/line"]
    unplaced = pyogrio.read_dataframe(package, layer="sites_unplaced")
    assert list(unplaced["id"]) == ["P-07"]
    assert "坐标缺失" in unplaced["faults"][0]


def test_conflicts_only_where_the_layer_may_be_shown(package: Path) -> None:
    parts = gpd.read_file(package, layer="conflicts_polygon").set_index(["site", "layer"])
    # redline full, wetland clipped; farmland result_only and protected area none are not there
    assert set(parts.index) == {("P-01", "redline"), ("P-03/array", "wetland")}
    redline = parts.loc[("P-01", "redline")]
    assert redline.geometry.equals(box(4_500, 4_500, 500))
    assert redline["size"] == 25.0
    assert redline["decision"] == "FORBID"
    assert parts.loc[("P-03/array", "wetland"), "layer_title"] == "湿地"
    line = gpd.read_file(package, layer="conflicts_line")
    assert list(line["site"]) == ["P-03/line"]


def styles(package: Path) -> dict[str, tuple[str, int, Xml.Element]]:
    with closing(sqlite3.connect(package)) as base:
        rows = base.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
    return {name: (column, default, Xml.fromstring(qml)) for name, column, default, qml in rows}


def test_qgis_opens_it_coloured(package: Path) -> None:
    found = styles(package)
    assert set(found) == {
        "sites_polygon",
        "sites_line",
        "sites_point",
        "conflicts_polygon",
        "conflicts_line",
    }
    for name, (column, default, root) in found.items():
        assert (column, default) == ("geom", 1)
        renderer = root.find("renderer-v2")
        assert renderer is not None
        assert (renderer.get("type"), renderer.get("attr")) == ("categorizedSymbol", "decision")
        classes = {c.get("value"): c.get("symbol") for c in renderer.iter("category")}
        symbols = {s.get("name"): s for s in renderer.iter("symbol")}
        assert set(classes.values()) == set(symbols), name
        wanted = "fill" if "polygon" in name else "line" if "line" in name else "marker"
        assert {s.get("type") for s in symbols.values()} == {wanted}


def test_colours_and_names(package: Path) -> None:
    _, _, root = styles(package)["sites_polygon"]
    labels = [c.get("label") for c in root.iter("category")]
    assert labels == ["× 判定不通过", "? 待补充信息", "! 受限准入", "✓ 判定通过"]
    [first, *_] = root.iter("symbol")
    options = {o.get("name"): o.get("value") for o in first.iter("Option") if o.get("name")}
    props = {p.get("k"): p.get("v") for p in first.iter("prop")}
    assert options == props  # QGIS before and after 3.18
    assert options["color"] == "163,38,42,89"  # #A3262A at 35 %
    aliases = {a.get("field"): a.get("name") for a in root.iter("alias")}
    assert aliases["decision_zh"] == "结论"
    [label] = root.iter("text-style")
    assert label.get("fieldName") == "project"


def written(screening: Screening, catalog: Catalog, path: Path, *, chunk: int = 1000) -> Path:
    table, conflicts = VerdictTable(screening), ConflictTable(screening, catalog)
    list(write_geopackage(screening, table, conflicts, path, chunk=chunk))
    return path


def test_pieces_make_the_same_layers(scene: Scene, tmp_path: Path) -> None:
    whole = written(scene.screening, scene.catalog, tmp_path / "a.gpkg")
    pieces = written(scene.screening, scene.catalog, tmp_path / "b.gpkg", chunk=2)
    names = [str(name) for name, _ in pyogrio.list_layers(whole)]
    assert names == [str(name) for name, _ in pyogrio.list_layers(pieces)]
    for name in names:
        one, other = (pyogrio.read_dataframe(path, layer=name) for path in (whole, pieces))
        pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


def test_styles_are_registered(scene: Scene, tmp_path: Path) -> None:
    earlier = replace(scene.screening, as_of=date(2019, 3, 4))
    package = written(earlier, scene.catalog, tmp_path / "a.gpkg")
    with closing(sqlite3.connect(package)) as base:
        kind = base.execute(
            "SELECT data_type FROM gpkg_contents WHERE table_name = 'layer_styles'"
        ).fetchone()
        days = {row[0][:10] for row in base.execute("SELECT last_change FROM gpkg_contents")}
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kind == ("attributes",)
    assert days == {"2019-03-04"}  # the screening's day, not the hour of writing


def test_list_without_any_place(scene: Scene, tmp_path: Path) -> None:
    sites = make_sites().take([7])
    screening = screen(sites, scene.catalog, scene.screening.rules, as_of=scene.screening.as_of)
    path = written(screening, scene.catalog, tmp_path / "a.gpkg")
    assert [str(n) for n, _ in pyogrio.list_layers(path)] == ["sites_unplaced", "layer_styles"]


def test_a_style_by_hand() -> None:
    text = layer_qml("point", "a", [Category("x", "甲<", "#000000", "#FFFFFF")])
    assert text.startswith("<!DOCTYPE qgis PUBLIC")
    assert "甲&lt;" in text
    assert colour("#FFFFFF") == "255,255,255,255"


def test_marks_are_told_apart_without_colour() -> None:
    marks = {c.value: (c.marker, c.dash) for c in _categories("sites")}
    assert set(marks) == set(VERDICT)
    assert len(set(marks.values())) == 4


def test_multi_part_is_undone(scene: Scene, result: Path) -> None:
    sites = read_sites(result / "screening.gpkg", "EPSG:4545")
    shapes = scene.screening.sites.geometry
    placed = np.array([g is not None for g in shapes])
    assert shapely.equals_exact(sites.geometry[placed], shapes[placed]).all()
    assert [g is None for g in sites.geometry] == list(~placed)
