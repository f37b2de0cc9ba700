"""Reading layers: every format gives the same features; repaired, reprojected, named alike."""

from __future__ import annotations

import pickle
import sqlite3
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from tests.scenes.catalog_files import X, Y, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.layers import Features, VectorLayer, read_features

WETLANDS = frame(
    [box(0, 0, 100, 100), box(200, 0, 300, 100)],
    名称=["花溪湿地", "红枫湖"],
    重要性=["国家重要湿地", "其他湿地"],
)


def opened(folder: Path, path: str, layer: str = "wetland", more: str = "") -> VectorLayer:
    write_catalog(folder, f'[layers.{layer}]\npath = "{path}"\n{more}')
    handle = Catalog.open(folder).layers[layer]
    assert isinstance(handle, VectorLayer)
    return handle


def read(folder: Path, path: str, layer: str = "wetland", more: str = "") -> Features:
    return read_features(opened(folder, path, layer, more), crs="EPSG:4545")


def check_wetlands(features: Features, tolerance_m: float = 1e-6) -> None:
    table = features.attributes
    order = np.argsort(table["name"].to_numpy())  # 红枫湖 before 花溪湿地
    assert table["name"].to_numpy()[order].tolist() == ["红枫湖", "花溪湿地"]
    assert table["importance"].to_numpy()[order].tolist() == ["其他湿地", "国家重要湿地"]
    bounds = shapely.bounds(features.geometry[order]) - [X, Y, X, Y]
    wanted = [[200, 0, 300, 100], [0, 0, 100, 100]]
    assert bounds == pytest.approx(np.array(wanted), abs=tolerance_m)
    assert features.crs == "EPSG:4545"


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.gdb", "a.parquet", "a.geoparquet"])
def test_formats(tmp_path: Path, name: str) -> None:
    if "parquet" in name:
        WETLANDS.to_parquet(tmp_path / name)
    else:
        driver = {"driver": "OpenFileGDB"} if name.endswith("gdb") else {}
        save(WETLANDS, tmp_path / name, **driver)
    check_wetlands(read(tmp_path, name), 1e-3)


def test_geojson_is_reprojected(tmp_path: Path) -> None:
    save(WETLANDS.to_crs(4490), tmp_path / "a.geojson", COORDINATE_PRECISION=12)
    check_wetlands(read(tmp_path, "a.geojson"), 1e-3)


def test_zone_prefix_is_reprojected(tmp_path: Path) -> None:
    save(WETLANDS.to_crs(4524), tmp_path / "a.gpkg")
    check_wetlands(read(tmp_path, "a.gpkg"), 1e-6)


def test_layer_inside_a_file(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg", layer="湿地")
    save(WETLANDS.iloc[:1], tmp_path / "a.gpkg", layer="other")
    check_wetlands(read(tmp_path, "a.gpkg|湿地"))
    check_wetlands(read(tmp_path, "a.gpkg|layername=湿地"))  # as QGIS writes it


def test_table_without_geometry_is_no_second_layer(tmp_path: Path) -> None:
    """QGIS keeps ``layer_styles`` beside the layer."""
    save(WETLANDS, tmp_path / "a.gpkg")
    save(pd.DataFrame({"styleName": ["x"]}), tmp_path / "a.gpkg", layer="layer_styles")
    check_wetlands(read(tmp_path, "a.gpkg"))


def test_where_chooses_rows(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    features = read(tmp_path, "a.gpkg", more="where = \"重要性 = '其他湿地'\"")
    assert features.attributes["name"].tolist() == ["红枫湖"]


def test_where_that_is_no_sql_is_one_message(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    with pytest.raises(InputError, match=r"a\.gpkg"):
        read(tmp_path, "a.gpkg", more='where = "nonsense ="')


def test_heights_and_measures_are_dropped(tmp_path: Path) -> None:
    flat = WETLANDS.geometry.force_3d(5.0)
    save(WETLANDS.set_geometry(flat), tmp_path / "a.gpkg")
    features = read(tmp_path, "a.gpkg")
    assert not shapely.has_z(features.geometry).any()
    check_wetlands(features)


def test_bow_tie_is_repaired_and_counted(tmp_path: Path) -> None:
    bow = shapely.Polygon([(X, Y), (X + 2, Y + 2), (X + 2, Y), (X, Y + 2)])
    save(frame([bow, box(5, 5, 6, 6)], name=["a", "b"]), tmp_path / "a.gpkg")
    features = read(tmp_path, "a.gpkg", "lake")
    assert features.repaired == 1
    assert shapely.is_valid(features.geometry).all()
    assert shapely.area(features.geometry) == pytest.approx([2.0, 1.0])  # two triangles of 1 m2


def test_ground_that_a_ring_covers_twice_stays_ground(tmp_path: Path) -> None:
    """A ring that crosses itself round a square: even-odd filling would cut the square out."""
    ring = [(0, 0), (3, 0), (3, 3), (1, 3), (1, 1), (4, 1), (4, 2), (0, 2)]
    shape = shapely.Polygon([(X + x, Y + y) for x, y in ring])
    save(frame([shape], name=["a"]), tmp_path / "a.gpkg")
    geometry = read(tmp_path, "a.gpkg", "lake").geometry
    assert shapely.covers(geometry[0], shapely.Point(X + 2, Y + 1.5))


def test_rows_without_ground_are_dropped_and_counted(tmp_path: Path) -> None:
    flat = shapely.Polygon([(X, Y), (X + 1, Y), (X + 2, Y)])
    rows = frame([box(0, 0, 1, 1), None, shapely.Polygon(), flat], name=["a", "b", "c", "d"])
    save(rows, tmp_path / "a.gpkg")
    features = read(tmp_path, "a.gpkg", "lake")
    assert features.attributes["name"].tolist() == ["a"]
    assert features.dropped == 3


def test_mixed_geometries_are_refused(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 1, 1), shapely.Point(X, Y)], name=["a", "b"])
    save(rows, tmp_path / "a.gpkg", geometry_type="Unknown")
    with pytest.raises(InputError, match="混有不同类型"):
        read(tmp_path, "a.gpkg", "lake")


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        (shapely.Point(X, Y), "point"),
        (shapely.MultiPoint([(X, Y), (X + 1, Y)]), "point"),
        (shapely.LineString([(X, Y), (X + 1, Y)]), "line"),
        (box(0, 0, 1, 1), "polygon"),
    ],
)
@pytest.mark.parametrize("declared", [None, "Unknown"])
def test_geometry_kind(
    tmp_path: Path, shape: shapely.Geometry, kind: str, declared: str | None
) -> None:
    options = {"geometry_type": declared} if declared else {}
    save(frame([shape], name=["a"]), tmp_path / "a.gpkg", **options)
    assert opened(tmp_path, "a.gpkg", "receptor").geometry_kind == kind


def test_attributes_are_those_of_the_vocabulary(tmp_path: Path) -> None:
    rows = frame(
        [box(0, 0, 1, 1), box(2, 0, 3, 1), box(4, 0, 5, 1)],
        园区名称=[" 甲园\n", "乙园", None],
        级别=["省级", "县级", "超级"],
        主导产业=["C3985、c26", "C26", "/"],
        规划环评=["是", "否", "不详"],
        规划环评日期=["2021年5月6日", "2021-05-06", "无"],
        其它=["x", "y", "z"],
    )
    save(rows, tmp_path / "a.gpkg")
    table = read(tmp_path, "a.gpkg", "park").attributes
    assert list(table.columns) == [
        "name", "level", "leading", "planning_eia", "eia_number", "eia_date", "lawful",
        "sewage_plant", "chemical_park",
    ]  # fmt: skip
    assert table["name"].tolist() == ["甲园", "乙园", None]
    assert table["level"].tolist() == ["省级", "市县级", "超级"]
    assert table["leading"].tolist() == ["C26;C3985", "C26", None]
    assert table["planning_eia"].tolist()[:2] == [1.0, 0.0]
    assert np.isnan(table["planning_eia"][2])
    assert table["eia_date"].tolist() == [date(2021, 5, 6), date(2021, 5, 6), None]
    assert table["eia_number"].tolist() == [None] * 3
    assert table["sewage_plant"].isna().all()
    assert table["sewage_plant"].dtype == np.float64


def test_booleans_and_numbers_of_the_file(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 1, 1)] * 2, planning_eia=[True, False], lawful=[1, 0], name=[1.0, 2.0])
    save(rows, tmp_path / "a.gpkg")
    table = read(tmp_path, "a.gpkg", "park").attributes
    assert table["planning_eia"].tolist() == [1.0, 0.0]
    assert table["lawful"].tolist() == [1.0, 0.0]
    assert table["name"].tolist() == ["1", "2"]


def test_layer_of_the_planners_own_keeps_its_columns(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    table = read(tmp_path, "a.gpkg", "my_zone", "[layers.my_zone.fields]\nname = '名称'").attributes
    assert sorted(table.columns) == ["name", "重要性"]


def test_unit_classes(tmp_path: Path) -> None:
    values = ["1", "2.0", "一般", "优先保护单元", "重点管控区", "一般管控单元", "待定"]
    rows = frame(
        [box(i, 0, i + 1, 1) for i in range(7)],
        HJZHGKDYBM=[f"ＺＨ5201021000{i} " for i in range(7)],
        HJZHGKDYMC=list("abcdefg"),
        ZHGKDYFL=values,
    )
    save(rows, tmp_path / "a.gpkg")
    table = read(tmp_path, "a.gpkg", "control_unit").attributes
    assert table["class"].tolist() == [
        "优先保护", "重点管控", "一般管控", "优先保护", "重点管控", "一般管控", "待定",
    ]  # fmt: skip
    assert table["code"][0] == "ZH52010210000"


def test_numeric_unit_classes(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 1, 1)] * 2, code=["a", "b"], name=["a", "b"], GKDYFL=[1, 3])
    save(rows, tmp_path / "a.gpkg")
    table = read(tmp_path, "a.gpkg", "control_unit").attributes
    assert table["class"].tolist() == ["优先保护", "一般管控"]


def test_second_read_is_the_same_object_until_the_file_changes(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    layer = opened(tmp_path, "a.gpkg")
    first = read_features(layer, crs="EPSG:4545")
    assert read_features(layer, crs="EPSG:4545") is first
    (tmp_path / "a.gpkg").unlink()
    save(WETLANDS.iloc[:1], tmp_path / "a.gpkg")
    assert len(read_features(layer, crs="EPSG:4545")) == 1


def test_features_cannot_be_moved_by_accident(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    features = read(tmp_path, "a.gpkg")
    with pytest.raises(ValueError, match="read-only"):
        features.geometry[0] = None


def test_file_that_vanished_is_an_input_error(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    layer = opened(tmp_path, "a.gpkg")
    (tmp_path / "a.gpkg").unlink()
    with pytest.raises(InputError, match="文件不存在"):
        read_features(layer, crs="EPSG:4545")


def test_file_that_broke_is_an_input_error(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    layer = opened(tmp_path, "a.gpkg")
    with sqlite3.connect(tmp_path / "a.gpkg") as db:
        db.execute("DROP TABLE a")
    with pytest.raises(InputError, match="无法读取") as caught:
        read_features(layer, crs="EPSG:4545")
    assert str(tmp_path) not in str(caught.value)


def test_handles_pickle_small(tmp_path: Path) -> None:
    save(WETLANDS, tmp_path / "a.gpkg")
    layer = opened(tmp_path, "a.gpkg")
    read_features(layer, crs="EPSG:4545")
    packed = pickle.dumps(layer)
    assert len(packed) < 2000
    assert pickle.loads(packed) == layer


def test_geoparquet_without_crs_is_lon_lat(tmp_path: Path) -> None:
    """The format's own rule; an explicit null is another matter and refused."""
    rows = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shapely.box(106.6, 26.5, 106.7, 26.6)])
    rows.set_crs("OGC:CRS84").to_parquet(tmp_path / "a.parquet")
    assert opened(tmp_path, "a.parquet", "lake").crs in ("OGC:CRS84", "EPSG:4326")
    rows.to_parquet(tmp_path / "b.parquet")
    with pytest.raises(InputError, match="没有坐标系"):
        opened(tmp_path, "b.parquet", "lake")


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_where_on_a_column_of_no_standard_name(tmp_path: Path, name: str) -> None:
    """Drivers filter by the columns that are read: the filter saw nothing and took no row."""
    rows = WETLANDS.assign(状态=["现行", "废止"])
    save(rows, tmp_path / name, encoding="GBK" if name.endswith("shp") else "UTF-8")
    for where, left in (("状态 = '现行'", [0]), ("状态 <> '现行'", [1])):
        features = read(tmp_path, name, more=f'where = "{where}"')
        kept = [shapely.area(g.intersection(features.geometry[0])) > 1 for g in WETLANDS.geometry]
        assert np.flatnonzero(kept).tolist() == left
        assert len(features.geometry) == 1
