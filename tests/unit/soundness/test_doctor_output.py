"""What the doctor prints, writes for programs, and writes for QGIS; and what it must not show."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from test_doctor import SPIKE, _shape

from tests.scenes.catalog_files import X, Y, box
from tests.scenes.town import Town, town
from zoning.catalog import Catalog
from zoning.errors import OutputFault
from zoning.soundness import check
from zoning.soundness.locations import write_marks
from zoning.soundness.report import as_json, lines

GAP = _shape("control_unit", 2, box(1000, 500, 2000, 1900))  # leaves 1000 m x 100 m


def faulty(folder: Path, share: str = "full") -> Catalog:
    """A town with a gap between units and a redline drawn twice."""
    made: Town = town(folder)
    GAP(made)
    rows = made.vectors["redline"]
    made.vectors["redline"] = gpd.GeoDataFrame(
        {"code": ["HX01", "HX02"], "name": ["红线一"] * 2},
        geometry=[rows.geometry[0]] * 2,
        crs=rows.crs,
    )
    path = made.write()
    text = path.read_text(encoding="utf-8").replace('share = "full"', f'share = "{share}"')
    path.write_text(text, encoding="utf-8")
    return Catalog.open(path)


def test_geopackage_holds_the_places(tmp_path: Path) -> None:
    catalog = faulty(tmp_path)
    out = tmp_path / "疑点.gpkg"
    assert write_marks(catalog, check(catalog), out) == ("gap", "duplicate")
    gap = gpd.read_file(out, layer="gap")
    assert gap.crs.to_epsg() == 4545
    assert gap.area_m2.tolist() == [100_000.0]
    assert shapely.equals(gap.geometry[0], box(1000, 1900, 2000, 2000))
    assert (gap.layer[0], gap.severity[0]) == ("control_unit", "error")
    double = gpd.read_file(out, layer="duplicate")
    assert double.label.tolist() == ["HX01 = HX02"]
    assert double.area_m2.tolist() == [250_000.0]


def test_geopackage_is_styled_by_severity(tmp_path: Path) -> None:
    catalog = faulty(tmp_path)
    out = tmp_path / "a.gpkg"
    write_marks(catalog, check(catalog), out)
    with sqlite3.connect(out) as base:
        rows = base.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall()
    assert {name for name, _ in rows} == {"gap", "duplicate"}
    assert all('attr="severity"' in qml for _, qml in rows)


@pytest.mark.parametrize(
    ("share", "layers", "outlines"),
    [
        ("full", {"gap", "duplicate"}, {"gap", "duplicate"}),
        ("clipped", {"gap", "duplicate_point"}, {"gap"}),  # a whole feature is more than a clip
        ("result_only", {"gap_point", "duplicate_point"}, set()),
    ],
)
def test_no_more_geometry_than_the_catalog_shares(
    tmp_path: Path, share: str, layers: set[str], outlines: set[str]
) -> None:
    catalog = faulty(tmp_path, share)
    out = tmp_path / "a.gpkg"
    assert set(write_marks(catalog, check(catalog), out)) == layers
    for name in layers:
        rows = gpd.read_file(out, layer=name)
        assert set(rows.geom_type) == ({"MultiPolygon"} if name in outlines else {"Point"})
        assert set(rows.area_m2) <= {100_000.0, 250_000.0}  # the size of a place is a result
    assert {str(name) for name, kind in pyogrio.list_layers(out) if kind is not None} == layers


def test_the_strictest_layer_decides(tmp_path: Path) -> None:
    catalog = faulty(tmp_path)
    text = (tmp_path / "catalog.toml").read_text(encoding="utf-8")
    head, tail = text.split("[layers.districts]")
    tail = tail.replace('share = "full"', 'share = "result_only"', 1)
    (tmp_path / "catalog.toml").write_text(f"{head}[layers.districts]{tail}", encoding="utf-8")
    catalog = Catalog.open(tmp_path)
    out = tmp_path / "a.gpkg"
    # a gap is cut from the districts as well as from the units
    assert set(write_marks(catalog, check(catalog), out)) == {"gap_point", "duplicate"}


def test_nothing_is_shown_of_a_layer_that_shares_nothing(tmp_path: Path) -> None:
    catalog = faulty(tmp_path, "none")
    findings = check(catalog)
    out = tmp_path / "a.gpkg"
    assert write_marks(catalog, findings, out) == ()
    assert not out.exists()
    told = json.dumps(as_json(catalog, findings), ensure_ascii=False)
    printed = "\n".join(lines(catalog, findings))
    assert "share = none" in printed
    for text in (told, printed):  # the gap lies at 107.7 E, 26.5 N
        assert "100,000.0 m²" in text
        assert "106." not in text
        assert "107." not in text


@pytest.mark.parametrize(("share", "shown"), [("full", True), ("none", False)])
def test_a_vertex_is_shown_only_where_the_layer_may_be(
    tmp_path: Path, share: str, shown: bool
) -> None:
    made = town(tmp_path)
    _shape("park", 0, SPIKE)(made)
    path = made.write()
    text = path.read_text(encoding="utf-8").replace('share = "full"', f'share = "{share}"')
    path.write_text(text, encoding="utf-8")
    finding = check(Catalog.open(path))[0]
    assert finding.kind == "far_vertex"
    assert "示例园区" in finding.where
    assert ("5940600.0" in finding.where) == shown  # 2,940,000 m and 3,000,600 m north


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    catalog = faulty(tmp_path)
    findings = check(catalog)
    out = tmp_path / "a.gpkg"
    out.write_bytes(b"years of work")
    with pytest.raises(OutputFault, match="不覆盖"):
        write_marks(catalog, findings, out)
    assert out.read_bytes() == b"years of work"
    assert write_marks(catalog, findings, out, overwrite=True)
    assert gpd.read_file(out, layer="gap").shape[0] == 1
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part.gpkg")] == []


@pytest.mark.parametrize(("name", "word"), [("a.shp", ".gpkg"), ("gone/a.gpkg", "文件夹不存在")])
def test_where_it_cannot_be_written(tmp_path: Path, name: str, word: str) -> None:
    catalog = faulty(tmp_path)
    with pytest.raises(OutputFault, match=word):
        write_marks(catalog, (), tmp_path / name)


def test_printed_by_layer_with_the_gravest_first(tmp_path: Path) -> None:
    catalog = faulty(tmp_path)
    printed = list(lines(catalog, check(catalog)))
    heads = [line.split()[0] for line in printed if line and not line.startswith(" ")]
    assert heads == ["control_unit", "redline", "11"]  # error, warning, the sum of layers
    assert printed[-1].startswith("11 个图层 layers, 2 条 findings: 1 错误 error, 1 警告 warning")
    assert "环境管控单元 · control_unit.gpkg · 2024-05-01" in printed[0]


def test_json_says_where_and_names_editions(tmp_path: Path) -> None:
    catalog = faulty(tmp_path)
    told = json.loads(json.dumps(as_json(catalog, check(catalog))))
    edition = {layer["name"]: layer["edition"] for layer in told["layers"]}
    assert len(edition) == 11
    assert all(len(text) == 64 for text in edition.values())
    gap = told["findings"][0]
    assert (gap["layer"], gap["kind"], gap["severity"]) == ("control_unit", "gap", "error")
    place = gap["places"][0]
    point = gpd.GeoSeries([shapely.Point(X + 1500, Y + 1950)], crs=4545).to_crs(4490)[0]
    assert place["lon"] == pytest.approx(point.x, abs=1e-5)
    assert place["lat"] == pytest.approx(point.y, abs=1e-5)
    assert place["area_m2"] == 100_000.0


def test_progress_reaches_the_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    check(Catalog.open(town(tmp_path).write()), progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (12, 12)  # eleven layers, and all of them together
    assert [done for done, _ in seen] == list(range(1, 13))
