"""Is the data sound: each thing that can be wrong, and a place where it is."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import shapely.affinity

from tests.scenes.catalog_files import (
    HEAD,
    X,
    Y,
    box,
    frame,
    save,
    units,
    write_catalog,
    write_raster,
)
from zoning.catalog import Catalog
from zoning.crs import project
from zoning.soundness import CheckFinding, check
from zoning.soundness.vector.ground import bare, cut, overlapping

UNITS = f'[layers.control_unit]\npath = "units.gpkg"\ncoverage = "region"\n{HEAD}'
LAKE = f'[layers.lake]\npath = "lake.gpkg"\ncoverage = "region"\n{HEAD}'


def found(folder: Path, layers: str = "", region: str = "") -> tuple[CheckFinding, ...]:
    return check(Catalog.open(write_catalog(folder, layers, region)))


def of_units(folder: Path, rows: gpd.GeoDataFrame) -> tuple[CheckFinding, ...]:
    save(rows, folder / "units.gpkg")
    return found(folder, UNITS)


def only(findings: tuple[CheckFinding, ...]) -> CheckFinding:
    assert len(findings) == 1, "\n".join(map(str, findings))
    assert findings[0].zh
    assert findings[0].en
    return findings[0]


def lon_lat(x: float, y: float) -> tuple[float, float]:
    point = project(np.array([shapely.Point(X + x, Y + y)]), "EPSG:4545", "EPSG:4490")[0]
    return point.x, point.y


def place(finding: CheckFinding) -> tuple[float, float]:
    match = re.match(r"([\d.]+), ([\d.]+) ", finding.where)
    assert match
    return float(match[1]), float(match[2])


def test_sound_data_have_no_findings(tmp_path: Path) -> None:
    assert of_units(tmp_path, units()) == ()


def test_gap_is_found_with_area_and_place(tmp_path: Path) -> None:
    rows = units()
    rows.loc[2, "geometry"] = box(1000, 500, 2000, 1900)  # 1000 m x 100 m are left
    finding = only(of_units(tmp_path, rows))
    assert (finding.severity, finding.layer, finding.count) == ("error", "control_unit", 1)
    assert "100,000.0 m²" in finding.zh
    # the middle of the gap; point_on_surface of a rectangle is its centre
    assert place(finding) == pytest.approx(lon_lat(1500, 1950), abs=2e-5)


def test_gap_along_the_edge_within_the_accuracy_is_a_note(tmp_path: Path) -> None:
    rows = units()
    rows.loc[2, "geometry"] = box(1000, 500, 2000, 1995)
    save(rows, tmp_path / "units.gpkg")
    loose = UNITS.replace("accuracy_m = 0", "accuracy_m = 10")
    assert only(found(tmp_path, loose)).severity == "note"
    assert only(found(tmp_path, UNITS)).severity == "error"


def test_gap_inside_is_an_error_however_loose_the_accuracy(tmp_path: Path) -> None:
    rows = units()
    hole = shapely.difference(rows.geometry[0], box(400, 900, 420, 920))
    rows.loc[0, "geometry"] = hole
    save(rows, tmp_path / "units.gpkg")
    loose = UNITS.replace("accuracy_m = 0", "accuracy_m = 30")
    finding = only(found(tmp_path, loose))
    assert finding.severity == "error"
    assert "400.0 m²" in finding.zh


def test_gap_that_reaches_deeper_than_the_accuracy_is_an_error(tmp_path: Path) -> None:
    rows = units()
    rows.loc[2, "geometry"] = box(1000, 500, 2000, 1980)  # 20 m at the edge, accuracy 10 m
    save(rows, tmp_path / "units.gpkg")
    loose = UNITS.replace("accuracy_m = 0", "accuracy_m = 10")
    assert only(found(tmp_path, loose)).severity == "error"


def test_overlap_is_found_with_area_and_place(tmp_path: Path) -> None:
    rows = units()
    rows.loc[1, "geometry"] = box(1000, 0, 2000, 510)
    finding = only(of_units(tmp_path, rows))
    assert finding.severity == "error"
    assert "重叠" in finding.zh
    assert "10,000.0 m²" in finding.zh
    assert place(finding) == pytest.approx(lon_lat(1500, 505), abs=2e-5)


def test_overlap_of_districts_is_found(tmp_path: Path) -> None:
    rows = frame(
        [box(0, 0, 1000, 2000), box(900, 0, 2000, 2000)],
        adcode=["520102", "520103"],
        name=["a", "b"],
    )
    save(rows, tmp_path / "districts.gpkg")
    assert "重叠" in only(found(tmp_path)).zh


def test_rounding_is_no_gap_and_no_overlap() -> None:
    nearly = np.array([box(0, 0, 1000, 2000), box(1000 - 1e-5, 0, 2000, 2000 - 1e-5)], object)
    assert len(overlapping(cut(nearly))) == 0
    assert len(bare(cut(np.array([box(0, 0, 2000, 2000)])), cut(nearly))) == 0


def test_tiling_survives_reprojection(tmp_path: Path) -> None:
    assert of_units(tmp_path, units().to_crs(4524)) == ()


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("ZH5201021001", "不合规"),
        ("YS52010210001", "不合规"),
        ("ZH52010240001", "不合规"),
        ("ZH52010220001", "类别位"),
        ("ZH52010310002", "不在编码所示的区县"),
        ("ZH52019910001", "不在辖区图层中"),
    ],
)
def test_code_of_a_unit(tmp_path: Path, code: str, word: str) -> None:
    rows = units()
    rows.loc[0, "code"] = code  # a unit of 优先保护 in 520102
    finding = only(of_units(tmp_path, rows))
    assert word in finding.zh
    assert code in finding.where
    assert finding.severity == ("warning" if "520199" in code else "error")
    assert finding.remedy


def test_a_unit_lies_where_most_of_it_lies(tmp_path: Path) -> None:
    rows = units()
    rows.loc[0, "geometry"] = box(0, 0, 1010, 2000)
    rows.loc[1, "geometry"] = box(1010, 0, 2000, 500)
    rows.loc[2, "geometry"] = box(1010, 500, 2000, 2000)
    assert of_units(tmp_path, rows) == ()


def test_code_shared_by_different_units(tmp_path: Path) -> None:
    rows = units()
    rows.loc[2, ["code", "class"]] = [rows.loc[1, "code"], "重点管控"]
    finding = only(of_units(tmp_path, rows))
    assert (finding.severity, finding.where) == ("error", "ZH52010320001")
    assert "共用" in finding.zh


def test_unit_in_several_rows_is_a_note(tmp_path: Path) -> None:
    rows = units()
    rows.loc[2, ["code", "name", "class"]] = rows.loc[1, ["code", "name", "class"]].tolist()
    assert only(of_units(tmp_path, rows)).severity == "note"


def test_unknown_class(tmp_path: Path) -> None:
    rows = units()
    rows.loc[0, "class"] = "特别管控"
    finding = only(of_units(tmp_path, rows))
    assert (finding.severity, finding.where, finding.count) == ("warning", "特别管控", 1)


def test_missing_class(tmp_path: Path) -> None:
    rows = units()
    rows.loc[0, "class"] = None
    finding = only(of_units(tmp_path, rows))
    assert finding.severity == "error"
    assert "class" in finding.zh


def test_no_units_at_all(tmp_path: Path) -> None:
    save(units().iloc[:0], tmp_path / "units.gpkg", geometry_type="Polygon")
    finding = only(found(tmp_path, UNITS))
    assert (finding.severity, finding.count) == ("error", 0)


def test_empty_layer_of_another_kind_is_a_warning(tmp_path: Path) -> None:
    save(
        frame([box(0, 0, 1, 1)], name=["a"]).iloc[:0],
        tmp_path / "lake.gpkg",
        geometry_type="Polygon",
    )
    assert only(found(tmp_path, LAKE)).severity == "warning"


def test_invalid_geometry_is_counted(tmp_path: Path) -> None:
    bow = shapely.Polygon([(X, Y), (X + 20, Y + 20), (X + 20, Y), (X, Y + 20)])
    other = shapely.affinity.translate(bow, 100)
    save(frame([bow, other, box(0, 0, 9, 9)], name=list("abc")), tmp_path / "lake.gpkg")
    finding = only(found(tmp_path, LAKE))
    assert (finding.severity, finding.count) == ("warning", 2)
    assert "a Self-intersection" in finding.where
    assert "b Self-intersection" in finding.where


def test_rows_without_geometry_are_counted(tmp_path: Path) -> None:
    save(frame([None, box(0, 0, 9, 9)], name=list("ab")), tmp_path / "lake.gpkg")
    assert only(found(tmp_path, LAKE)).count == 1


def test_wrong_zone(tmp_path: Path) -> None:
    """Metres of CM 105 said to be CM 108: a file three degrees off."""
    rows = frame([box(0, 0, 10, 10)], name=["a"]).to_crs(4544).set_crs(4545, allow_override=True)
    save(rows, tmp_path / "lake.gpkg")
    finding = only(found(tmp_path, LAKE))
    assert finding.severity == "error"
    assert "坐标系" in finding.zh


def test_one_feature_far_away(tmp_path: Path) -> None:
    save(frame([box(0, 0, 9, 9), box(5e5, 0, 5e5 + 9, 9)], name=list("ab")), tmp_path / "lake.gpkg")
    finding = only(found(tmp_path, LAKE))
    assert (finding.severity, finding.count) == ("warning", 1)


def test_mixed_geometry_is_an_error_not_a_traceback(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 9, 9), shapely.Point(X, Y)], name=list("ab"))
    save(rows, tmp_path / "lake.gpkg", geometry_type="Unknown")
    finding = only(found(tmp_path, LAKE))
    assert finding.severity == "error"
    assert "混有" in finding.zh


@pytest.mark.parametrize("key", ["coverage", "date", "licence", "source"])
def test_what_is_not_stated(tmp_path: Path, key: str) -> None:
    save(frame([box(0, 0, 9, 9)], name=["a"]), tmp_path / "lake.gpkg")
    entry = "\n".join(line for line in LAKE.splitlines() if not line.startswith(key))
    finding = only(found(tmp_path, entry))
    assert finding.severity == "warning"
    assert key in finding.remedy


def test_default_accuracy_is_a_note(tmp_path: Path) -> None:
    save(frame([box(0, 0, 9, 9)], name=["a"]), tmp_path / "lake.gpkg")
    finding = only(found(tmp_path, LAKE.replace("accuracy_m = 0", "")))
    assert (finding.severity, "30 m" in finding.zh) == ("note", True)


def test_layer_of_ones_own_is_a_note(tmp_path: Path) -> None:
    save(frame([box(0, 0, 9, 9)], name=["a"]), tmp_path / "lake.gpkg")
    finding = only(found(tmp_path, LAKE.replace("layers.lake", "layers.red_line")))
    assert finding.severity == "note"
    assert "redline" in finding.remedy


def raster(folder: Path, cells: np.ndarray, more: str, name: str = "slope") -> CheckFinding:
    write_raster(folder / "a.tif", cells, nodata=255, res=100)
    return only(found(folder, f'[layers.{name}]\npath = "a.tif"\n{HEAD}{more}'))


def test_cells_outside_the_valid_range(tmp_path: Path) -> None:
    cells = np.array([[1, 91], [255, 3]], dtype="uint8")
    finding = raster(tmp_path, cells, "valid_range = [0, 90]")
    assert (finding.severity, finding.count) == ("error", 1)


def test_cells_of_no_class(tmp_path: Path) -> None:
    cells = np.array([[1, 2], [255, 7]], dtype="uint8")
    finding = raster(tmp_path, cells, 'classes = { 1 = "a", 2 = "b" }', "karst")
    assert (finding.severity, finding.where) == ("warning", "7")


def test_raster_without_values(tmp_path: Path) -> None:
    cells = np.full((2, 2), 255, dtype="uint8")
    assert "没有有效像元" in raster(tmp_path, cells, "valid_range = [0, 90]").zh


def test_raster_elsewhere(tmp_path: Path) -> None:
    ones = np.ones((2, 2), dtype="uint8")
    write_raster(tmp_path / "a.tif", ones, crs="EPSG:4544", res=100)
    entry = f'[layers.slope]\npath = "a.tif"\nvalid_range = [0, 90]\n{HEAD}'
    finding = only(found(tmp_path, entry))
    assert finding.kind == "crs"
    assert "EPSG:4545" in finding.remedy_zh


def test_raster_without_range(tmp_path: Path) -> None:
    finding = raster(tmp_path, np.ones((2, 2), dtype="uint8"), "")
    assert finding.severity == "note"


def test_gravest_first(tmp_path: Path) -> None:
    rows = units()
    rows.loc[0, "code"] = "x"
    save(rows, tmp_path / "units.gpkg")
    findings = found(tmp_path, UNITS.replace("accuracy_m = 0", "").replace("licence", "source2")
                     .replace('source2 = "CC0"\n', ""))  # fmt: skip
    assert [f.severity for f in findings] == ["error", "warning", "note"]


def test_districts_without_codes(tmp_path: Path) -> None:
    save(frame([box(0, 0, 2000, 2000)], name=["a"]), tmp_path / "districts.gpkg")
    finding = only(of_units(tmp_path, units()))
    assert (finding.severity, finding.layer) == ("warning", "districts")


def test_district_code_that_is_none(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 2000, 2000)], adcode=["5201"], name=["a"])
    save(rows, tmp_path / "districts.gpkg")
    assert only(found(tmp_path)).where == "5201"


def test_empty_region(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 1, 1)], adcode=["520102"], name=["a"]).iloc[:0]
    save(rows, tmp_path / "districts.gpkg", geometry_type="Polygon")
    finding = only(found(tmp_path))
    assert (finding.severity, finding.layer) == ("error", "districts")


def test_sample_data_are_sound(repo: Path) -> None:
    assert [str(f) for f in check(Catalog.open(repo / "data"))] == []
