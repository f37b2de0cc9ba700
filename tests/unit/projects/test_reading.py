"""What was understood of a list: figures, columns, rows, and a JSON form that stays the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely

from tests.map_scene import Scene, X, Y
from tests.scenes.project_lists import CRS, csv_of
from zoning.projects import describe, examine, read_projects
from zoning.projects.list_report import Reading
from zoning.sites import Sites

LIST = (
    "项目编号,项目名称,组成部分,项目类型,建设性质,受理日期,装机容量(MW),占地面积(亩),经度,纬度,"
    "坐标系,是否排放污染物,环评文件,联系人,所属区县名",
    "P1,甲<站>,方阵,光伏,新建,2026-03-01,60,1500,106.712345,26.581234,CGCS2000,否,有,张,清镇市",
    "P1,甲<站>,升压站,光伏,新建,2026-03-01,60,,106.713345,26.582234,CGCS2000,,,张,清镇市",
    ",,,,,,,,,,,,,,",
    "P2,乙厂,,工业,扩建,,,3,106.8,,CGCS2000,,,李,",
    "P3,丙厂,,工业,新建,,,3,106.9123,26.6123,,,,李,",
)


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return describe(examine(read_projects(csv_of(tmp_path, *LIST), crs=CRS)))


def test_figures_add_up(reading: Reading) -> None:
    """Five rows: four sites, one blank; one place is half filled in; P2 and P3 are doubted."""
    figures = reading.figures
    assert (figures.rows_in, figures.sites, figures.blank, figures.told) == (5, 4, 1, 0)
    assert (figures.placed, figures.refused, figures.doubted) == (3, 1, 2)
    assert "5 行 = 4 个组成部分 + 空行 1; 落图 3，无法落图 1，存疑 2 行" in str(figures)
    assert "5 rows = 4 sites + 1 blank" in str(figures)


def test_columns_read_and_not(reading: Reading) -> None:
    columns = {each.header: each for each in reading.columns}
    assert columns["装机容量(MW)"].column == "capacity"
    assert columns["联系人"].column == columns["联系人"].suggestion == ""
    assert columns["所属区县名"].column == ""
    assert columns["所属区县名"].suggestion == "所属区县"  # suggested, never taken


def test_why_a_column_is_not_read(tmp_path: Path) -> None:
    path = csv_of(tmp_path, "项目名称,经度,纬度,环评批复", "甲,106.71234,26.58123,有")
    [column] = [c for c in describe(read_projects(path, crs=CRS)).columns if not c.column]
    assert column.header == "环评批复"
    assert "两份文件" in column.why


def test_a_row_as_it_was_understood(reading: Reading) -> None:
    """1500 亩 are 1 000 000 m2; degrees to eight decimals; papers and claims as yes and no."""
    row = next(reading.rows())
    assert (row.row, row.id, row.component_kind, row.kind) == (2, "P1/方阵", "array", "pv")
    values = {each.column: (each.value, each.unit) for each in row.values}
    assert values["declared_m2"] == (pytest.approx(1_000_000.0), "m2")
    assert values["capacity"] == (60.0, "MW")
    assert values["is_discharges_pollutants"] == (False, "")
    assert values["document_eia"] == (True, "")
    assert values["accepted"] == ("2026-03-01", "")
    assert (row.lon, row.lat) == (106.712345, 26.581234)
    assert (row.crs_stated, row.crs_read) == ("CGCS2000", "EPSG:4490")
    assert row.coordinates_doubted is False
    assert row.geometry.type == "Point"
    assert row.counties is None  # no catalog was given


def test_refused_and_assumed_places(reading: Reading) -> None:
    half, unstated = list(reading.rows())[2:]
    assert half.coordinates_doubted is True
    assert (half.geometry.type, half.lon, half.crs_read) == ("", None, "")
    assert unstated.coordinates_doubted is None
    assert unstated.accuracy_default is True


def test_shapes_have_sizes(scene: Scene) -> None:
    """A square of 200 m: planar 4 ha, on the ellipsoid within 0.1 % of it; a line of 5 km."""
    square = shapely.box(X + 1_000, Y + 1_000, X + 1_200, Y + 1_200)
    line = shapely.LineString([(X + 18_000, Y + 1_000), (X + 21_000, Y + 5_000)])
    plot, road = describe(Sites.of([square, line]), scene.catalog).rows()
    assert plot.geometry.area_m2 == pytest.approx(40_000, rel=1e-3)
    assert (plot.geometry.vertices, plot.geometry.length_m) == (5, None)
    assert road.geometry.length_m == pytest.approx(5_000)
    assert plot.counties == (("花溪区",), ("花溪区",))
    assert road.counties == (("开阳县", "花溪区"), ("开阳县", "花溪区"))


def test_the_json_form_is_whole_and_the_same_twice(tmp_path: Path) -> None:
    texts = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        sites = examine(read_projects(csv_of(tmp_path / folder, *LIST), crs=CRS))
        texts.append("".join(describe(sites).json()))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]
    told = json.loads(texts[0])
    assert list(told) == ["$schema", "file", "sheet", "crs", "rows", "columns", "notes", "sites"]
    assert told["$schema"] == "zoning/reading/1"
    assert told["rows"] == {
        "in": 5, "sites": 4, "blank": 1, "told": 0, "placed": 3, "refused": 1, "doubted": 2,
    }  # fmt: skip
    keys = set(told["sites"][0])
    assert all(set(site) == keys for site in told["sites"])
    assert told["sites"][2]["doubts"][0]["column"] == "纬度"
    assert set(told["sites"][2]["doubts"][0]) == {
        "column", "value", "zh", "en", "remedy_zh", "remedy_en",
    }  # fmt: skip


def test_every_key_of_the_json_form_is_documented(reading: Reading, repo: Path) -> None:
    page = (repo / "docs/reading.md").read_text(encoding="utf-8")
    told = json.loads("".join(reading.json()))
    site = told["sites"][0]
    named = {*told, *told["rows"], *told["columns"][0], *site, *site["values"][0]}
    named |= {*site["geometry"], *told["sites"][2]["doubts"][0], "sure", "possible"}
    assert {key for key in named if f"`{key}`" not in page} == set()


def test_a_list_of_nothing_reads_as_nothing() -> None:
    told = json.loads("".join(describe(Sites.of([])).json()))
    assert told["sites"] == []
    assert told["rows"]["in"] == 0


def test_a_notebook_shows_the_list_and_runs_nothing_of_it(reading: Reading) -> None:
    page = reading._repr_html_()
    assert "甲&lt;站&gt;" in page
    assert "<站>" not in page
    assert "5 rows = 4 sites" in page
    assert "没有写坐标系" in page
    assert str(reading).startswith("5 行")
