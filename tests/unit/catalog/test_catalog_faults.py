"""Every fault of a catalog, in one message that a planner understands."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.scenes.catalog_files import X, Y, box, frame, save, units, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.errors import CatalogFaults, Fault, InputError
from zoning.layers.source import read_rows

LAKE = '[layers.lake]\npath = "lake.gpkg"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(frame([box(0, 0, 10, 10)], name=["a"]), tmp_path / "lake.gpkg")
    save(frame([shapely.Point(X, Y)], name=["a"]), tmp_path / "point.gpkg")
    save(units(), tmp_path / "units.gpkg")
    write_raster(tmp_path / "dem.tif", np.ones((2, 2), dtype="float32"))
    return tmp_path


def faults(folder: Path, layers: str = "", region: str = "") -> tuple[Fault, ...]:
    path = write_catalog(folder, layers, region)
    with pytest.raises(CatalogFaults) as caught:
        Catalog.open(path)
    return caught.value.faults


def only(folder: Path, layers: str = "", region: str = "") -> Fault:
    found = faults(folder, layers, region)
    assert len(found) == 1, "\n".join(map(str, found))
    assert found[0].zh
    assert found[0].en
    assert found[0].file == "catalog.toml"
    return found[0]


@pytest.mark.parametrize(
    ("entry", "key", "word"),
    [
        (f"{LAKE}acuracy_m = 1", "lake.acuracy_m", "accuracy_m"),
        (f"{LAKE}accuracy_m = -1", "lake.accuracy_m", "0"),
        (f"{LAKE}accuracy_m = nan", "lake.accuracy_m", ""),
        (f'{LAKE}accuracy_m = "10"', "lake.accuracy_m", "数字"),
        (f'{LAKE}share = "all"', "lake.share", "result_only"),
        (f'{LAKE}date = "2024"', "lake.date", "2024-05-01"),
        (f"{LAKE}date = 2024", "lake.date", "2024-05-01"),
        (f'{LAKE}synthetic = "yes"', "lake.synthetic", "true"),
        (f'{LAKE}role = "lakee"', "lake.role", "lake"),
        (f'{LAKE}coverage = "regoin"', "lake.coverage", "region"),
        (f'{LAKE}unit = "m"', "lake.unit", "栅格"),
        (f"{LAKE}title = 3", "lake.title", "文字"),
        (f'{LAKE}[layers.lake.fields]\nname = "title"', "lake.fields.name", "没有这一列"),
        (f'{LAKE}[layers.lake.fields]\nnam = "name"', "lake.fields.nam", "name"),
        ('[layers.lake]\npath = "lakes.gpkg"', "lake.path", "lake.gpkg"),
        ('[layers.lake]\npath = "lake.gpkg|other"', "lake.path", "没有这个图层"),
        ('[layers.lake]\npath = "catalog.toml"', "lake.path", ".gpkg"),
        ('[layers.lake]\ntitle = "湖"', "lake.path", "缺少"),
        ('[layers.lake]\npath = "a\\report.gpkg"', "lake.path", "/"),
        ('[layers.lake]\npath = "dem.tif"', "lake.path", "矢量"),
        ('[layers.dem]\npath = "lake.gpkg"', "dem.path", "栅格"),
        ('[layers.project]\npath = "lake.gpkg"', "project", "保留"),
        ('[layers."湖"]\npath = "lake.gpkg"', "湖", "title"),
        ('[layers.dem]\npath = "dem.tif"\nunit = "feet"', "dem.unit", "不认识"),
        ('[layers.dem]\npath = "dem.tif"\nunit = "deg"', "dem.unit", "同类"),
        ('[layers.dem]\npath = "dem.tif"\nvalid_range = [9, 1]', "dem.valid_range", "颠倒"),
        ('[layers.dem]\npath = "dem.tif"\nband = 2', "dem.band", "1 个波段"),
        ('[layers.dem]\npath = "dem.tif"\nwhere = "x"', "dem.where", "矢量"),
        ('[layers.karst]\npath = "dem.tif"\nclasses = { a = "x" }', "karst.classes.a", "整数"),
        (
            '[layers.receptor]\npath = "point.gpkg"\ncoverage = "own extent"',
            "receptor.coverage",
            "面积",
        ),
        ('[layers.control_unit]\npath = "lake.gpkg"', "control_unit.fields.code", ""),
        (f'{LAKE}[layer]\n', "layer", "layers"),
    ],
)  # fmt: skip
def test_one_fault(folder: Path, entry: str, key: str, word: str) -> None:
    found = faults(folder, entry)
    place = key if key == "layer" else f"layers.{key}"
    hit = [fault for fault in found if fault.key == place]
    assert len(hit) == 1, "\n".join(map(str, found))
    assert word in str(hit[0])
    assert hit[0].remedy_zh or hit[0].zh
    assert str(folder) not in str(hit[0])
    if key != "control_unit.fields.code":  # there the class is missing too
        assert len(found) == 1, "\n".join(map(str, found))


def test_all_at_once(folder: Path) -> None:
    keys = {
        fault.key
        for fault in faults(
            folder,
            f'{LAKE}share = "all"\ncoverage = "nowhere"\n'
            '[layers.dem]\npath = "dem.tif"\nunit = "feet"\nvalid_range = [9, 1]\n'
            '[layers.control_unit]\npath = "gone.gpkg"\n'
            '[layers.road]\npath = "lake.gpkg"\nrole = "rode"',
            "color = 1",
        )
    }
    assert keys == {
        "region.color", "layers.lake.share", "layers.lake.coverage", "layers.dem.unit",
        "layers.dem.valid_range", "layers.control_unit.path", "layers.road.role",
    }  # fmt: skip


def test_missing_required_columns_are_each_named(folder: Path) -> None:
    found = faults(folder, '[layers.control_unit]\npath = "lake.gpkg"')
    assert [f.key for f in found] == [
        "layers.control_unit.fields.code",
        "layers.control_unit.fields.class",
    ]
    assert "name" in found[0].remedy_zh  # what the file does have


def test_ambiguous_column(folder: Path) -> None:
    rows = units().rename(columns={"code": "HJGKDYBM"}).assign(单元编码="x")
    save(rows, folder / "u.gpkg")
    fault = only(folder, '[layers.control_unit]\npath = "u.gpkg"')
    assert fault.key == "layers.control_unit.fields.code"
    assert "HJGKDYBM、单元编码" in fault.value


def test_several_layers_and_none_named(folder: Path) -> None:
    save(frame([box(0, 0, 1, 1)], name=["a"]), folder / "lake.gpkg", layer="second")
    fault = only(folder, LAKE)
    assert "second" in fault.remedy_zh


def test_file_without_crs(folder: Path) -> None:
    save(frame([box(0, 0, 1, 1)], name=["a"]), folder / "a.shp")
    (folder / "a.prj").unlink()
    assert "没有坐标系" in only(folder, '[layers.lake]\npath = "a.shp"').zh


def test_raster_without_crs(folder: Path) -> None:
    write_raster(folder / "b.tif", np.ones((2, 2), dtype="float32"), crs=None)
    assert "没有坐标系" in only(folder, '[layers.dem]\npath = "b.tif"').zh


def test_old_datum(folder: Path) -> None:
    save(frame([box(0, 0, 1, 1)], crs="EPSG:2381", name=["a"]), folder / "a.gpkg")
    fault = only(folder, '[layers.lake]\npath = "a.gpkg"')
    assert "数十米" in fault.zh


def test_metres_in_a_geojson_of_degrees(folder: Path) -> None:
    text = save(frame([box(0, 0, 1, 1)], name=["a"]), folder / "a.geojson").read_text()
    start = text.index('"crs"')
    (folder / "a.geojson").write_text(text[:start] + text[text.index('"features"') :])
    assert "像以米为单位" in only(folder, '[layers.lake]\npath = "a.geojson"').zh


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.parquet"])
def test_unreadable_vector(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"this is no layer")
    fault = only(folder, f'[layers.lake]\npath = "{name}"')
    assert "无法读取" in fault.zh
    assert "Traceback" not in str(fault)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.gdb"])
def test_a_layer_that_points_to_another(folder: Path, name: str) -> None:
    """GDAL follows such a text, whatever it is called: to any file, or to the network."""
    (folder / name).write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{folder / "lake.gpkg"}'
        "</SrcDataSource><SrcLayer>lake</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert "无法读取" in only(folder, f'[layers.lake]\npath = "{name}"').zh


def test_a_layer_that_is_a_command(folder: Path) -> None:
    command = f"gdal vector pipeline ! read {folder / 'lake.gpkg'}"
    text = {"type": "gdal_streamed_alg", "command_line": command}
    (folder / "a.json").write_text(json.dumps(text))
    assert "无法读取" in only(folder, '[layers.lake]\npath = "a.json"').zh


def test_a_layer_that_was_exchanged_after_the_catalog_was_opened(folder: Path) -> None:
    Catalog.open(write_catalog(folder, LAKE))
    text = f'<OGRVRTDataSource><OGRVRTLayer name="lake"><SrcDataSource>{folder / "units.gpkg"}'
    (folder / "lake.gpkg").write_text(
        f"{text}</SrcDataSource><SrcLayer>units</SrcLayer></OGRVRTLayer></OGRVRTDataSource>"
    )
    with pytest.raises(InputError, match="无法读取"):
        read_rows(folder / "lake.gpkg", sublayer="lake", encoding=None, where=None)


def test_a_raster_that_points_to_another(folder: Path) -> None:
    (folder / "b.tif").write_text(
        '<VRTDataset rasterXSize="2" rasterYSize="2"><SRS>EPSG:4545</SRS>'
        "<GeoTransform>0, 1000, 0, 0, 0, -1000</GeoTransform>"
        '<VRTRasterBand dataType="Float32" band="1"><SimpleSource>'
        f"<SourceFilename>{folder / 'dem.tif'}</SourceFilename><SourceBand>1</SourceBand>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    assert "无法读取" in only(folder, '[layers.dem]\npath = "b.tif"').zh


def test_unreadable_raster(folder: Path) -> None:
    (folder / "b.tif").write_bytes(b"this is no raster")
    assert "无法读取" in only(folder, '[layers.dem]\npath = "b.tif"').zh


def test_shapefile_without_its_table_has_no_columns(folder: Path) -> None:
    save(units(), folder / "a.shp")
    (folder / "a.dbf").unlink()
    found = faults(folder, '[layers.control_unit]\npath = "a.shp"')
    assert {"layers.control_unit.fields.code"} <= {fault.key for fault in found}


def test_where_on_parquet(folder: Path) -> None:
    frame([box(0, 0, 1, 1)], name=["a"]).to_parquet(folder / "a.parquet")
    fault = only(folder, '[layers.lake]\npath = "a.parquet"\nwhere = "x = 1"')
    assert fault.key == "layers.lake.where"


@pytest.mark.parametrize(
    ("crs", "word"),
    [("EPSG:4490", "米"), ("EPSG:3857x", "不认识"), ("EPSG:2381", "旧坐标系"), ("EPSG:2225", "米")],
)
def test_work_crs(folder: Path, crs: str, word: str) -> None:
    path = write_catalog(folder)
    path.write_text(path.read_text(encoding="utf-8").replace("EPSG:4545", crs), encoding="utf-8")
    with pytest.raises(CatalogFaults, match=word) as caught:
        Catalog.open(path)
    assert [fault.key for fault in caught.value.faults] == ["region.crs"]


@pytest.mark.parametrize(
    ("boundary", "word"), [("district", "districts"), ("receptor", "面图层"), ("dem", "面图层")]
)
def test_boundary(folder: Path, boundary: str, word: str) -> None:
    entries = '[layers.receptor]\npath = "point.gpkg"\n[layers.dem]\npath = "dem.tif"'
    path = write_catalog(folder, entries)
    text = path.read_text(encoding="utf-8").replace('"districts"', f'"{boundary}"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogFaults, match=word) as caught:
        Catalog.open(path)
    assert [fault.key for fault in caught.value.faults] == ["region.boundary"]


def test_coverage_by_points(folder: Path) -> None:
    entry = f'{LAKE}coverage = "receptor"\n[layers.receptor]\npath = "point.gpkg"'
    assert only(folder, entry).key == "layers.lake.coverage"


def test_out_of_scope(folder: Path) -> None:
    both = 'out_of_scope = [{ layer = "lake", department = "x" }]'
    assert "既在目录中" in only(folder, LAKE, both).zh
    typo = 'out_of_scope = [{ layer = "forestmap", department = "x" }]'
    assert "forest_map" in only(folder, "", typo).remedy_zh
    short = 'out_of_scope = [{ layer = "forest_map" }]'
    assert only(folder, "", short).key == "region.out_of_scope.0.department"


def test_syntax_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text('[region]\nname = "a"\ncrs = EPSG:4545\n', encoding="utf-8")
    with pytest.raises(CatalogFaults, match="语法") as caught:
        Catalog.open(tmp_path)
    assert caught.value.faults[0].row == 3


def test_duplicate_keys(tmp_path: Path) -> None:
    path = tmp_path / "catalog.toml"
    path.write_text('[region]\nname = "a"\nname = "b"\n', encoding="utf-8")
    with pytest.raises(CatalogFaults, match="重复") as caught:
        Catalog.open(tmp_path)
    assert caught.value.faults[0].row == 3


def test_backslash_escape(tmp_path: Path) -> None:
    (tmp_path / "catalog.toml").write_text('[layers.a]\npath = "c:\\data\\x.gpkg"\n')
    with pytest.raises(CatalogFaults, match="正斜杠"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("text", ["", "[region]\n", "layers = 3\n", "region = 3\n[layers]\n"])
def test_hardly_a_catalog(tmp_path: Path, text: str) -> None:
    (tmp_path / "catalog.toml").write_text(text)
    with pytest.raises(CatalogFaults):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("name", ["nothing", "nothing.toml", "."])
def test_no_catalog_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogFaults, match="找不到") as caught:
        Catalog.open(tmp_path / name)
    assert str(tmp_path) not in str(caught.value)


def test_faults_survive_pickling(folder: Path) -> None:
    path = write_catalog(folder, f'{LAKE}share = "all"')
    with pytest.raises(CatalogFaults) as caught:
        Catalog.open(path)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
