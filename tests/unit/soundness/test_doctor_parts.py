"""The parts of the doctor: codes, garbled text, ground against ground, cut names and texts."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from test_doctor import _shape, only

from tests.scenes.catalog_files import box, frame
from tests.scenes.town import Town, town
from zoning.catalog import Catalog
from zoning.crs import GEOGRAPHIC, project, to_gcj02
from zoning.errors import CatalogFaults, InputError
from zoning.layers.aliases import Column, cut_columns
from zoning.layers.tables import read_table
from zoning.soundness import check
from zoning.soundness.units.codes import unfolded
from zoning.soundness.vector.ground import bare, common, cut, overlapping
from zoning.soundness.vector.mojibake import garbled
from zoning.soundness.vector.shapes import twins
from zoning.soundness.vector.shift import edge_shift


@pytest.fixture
def sound(tmp_path: Path) -> Town:
    return town(tmp_path)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ZH52011110001-005", [f"ZH5201111000{i}" for i in range(1, 6)]),
        ("ZH52011110001～ZH52011110003", [f"ZH5201111000{i}" for i in (1, 2, 3)]),
        ("ZH52011110008至ZH52011110011", ["ZH52011110008", "ZH52011110009", "ZH52011110010",
                                          "ZH52011110011"]),
        ("ZH52011110001、ZH52011120001", ["ZH52011110001", "ZH52011120001"]),
        ("zh52011110001-2", ["ZH52011110001", "ZH52011110002"]),
        ("001-005", ["001", "002", "003", "004", "005"]),
    ],
)  # fmt: skip
def test_ranges_are_unfolded(text: str, codes: list[str]) -> None:
    assert list(unfolded(text) or ()) == codes


@pytest.mark.parametrize(
    "text",
    [
        "ZH52011110001",
        "ZH52011110005-001",  # backwards
        "ZH52011110001-ZH52011120003",  # into another class
        "001-999999",
        "",
        "一般管控单元",
        "2024-05-01",
    ],
)
def test_what_is_no_range_stays_one(text: str) -> None:
    assert unfolded(text) is None


@pytest.mark.parametrize(
    "text", ["贵阳市", "息烽县小寨坝镇", "示例·乌江", "开阳经开区（一期）", "A区2号"]
)
@pytest.mark.parametrize(
    ("real", "taken_for"), [("utf-8", "latin-1"), ("gb18030", "latin-1"), ("gbk", "cp1252")]
)
def test_a_wrong_encoding_is_undone(text: str, real: str, taken_for: str) -> None:
    bad = text.encode(real).decode(taken_for)
    found = garbled(bad)
    assert found is not None
    assert found.meant == text


@pytest.mark.parametrize("text", ["贵阳", "花溪", "乌当区", "修文", "开阳县", "AB", "Ⅱ级", "±5%"])
def test_sound_text_is_not_called_garbled(text: str) -> None:
    assert garbled(text) is None


def test_no_name_of_a_township_is_called_garbled(shared: Path) -> None:
    names = (shared / "data" / "townships_guiyang_names.csv").read_text("utf-8").split(",")
    assert len(names) > 200
    assert [name for name in names if garbled(name)] == []


def _ring(n: int, radius: float) -> shapely.Geometry:
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    wave = radius * (1 + 0.02 * np.sin(40 * turn))
    return shapely.Polygon(np.column_stack((wave * np.cos(turn), wave * np.sin(turn))))


def test_cut_pieces_are_the_polygon() -> None:
    big = np.array([_ring(9000, 5000.0), shapely.box(0, 0, 10, 10)], dtype=object)
    ground = cut(big)
    assert len(ground.piece) > 9
    assert (shapely.get_num_coordinates(ground.piece) <= 1000).all()
    for i in (0, 1):
        area = shapely.area(ground.piece[ground.owner == i]).sum()
        assert area == pytest.approx(big[i].area, rel=1e-12)


def test_ground_of_big_polygons_against_shapely() -> None:
    """The pieces put together again are what GEOS finds of the whole."""
    ring, other = _ring(9000, 5000.0), shapely.affinity.translate(_ring(7000, 4000.0), 3000, 500)
    one, two = np.array([ring], dtype=object), np.array([other], dtype=object)
    both = common(cut(one), cut(two))
    assert both.area.sum() == pytest.approx(shapely.intersection(ring, other).area, rel=1e-9)
    left = bare(cut(one), cut(two))
    assert left.area.sum() == pytest.approx(shapely.difference(ring, other).area, rel=1e-9)
    assert len(left) == len(shapely.get_parts(shapely.difference(ring, other)))
    pair = overlapping(cut(np.array([ring, other], dtype=object)))
    assert (pair.first.tolist(), pair.second.tolist()) == ([0] * len(pair), [1] * len(pair))
    assert pair.area.sum() == pytest.approx(both.area.sum(), rel=1e-9)


def test_a_hole_in_a_crowd_of_small_polygons_is_found() -> None:
    """Forty by forty squares of 10 m less one: the hole is that one."""
    squares = [shapely.box(10 * i, 10 * j, 10 * i + 10, 10 * j + 10)
               for i in range(40) for j in range(40) if (i, j) != (17, 23)]  # fmt: skip
    whole = np.array([shapely.box(0, 0, 400, 400)], dtype=object)
    left = bare(cut(whole), cut(np.array(squares, dtype=object)))
    assert len(left) == 1
    assert shapely.equals(left.geometry[0], shapely.box(170, 230, 180, 240))


def test_twins_start_anywhere() -> None:
    a = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    b = shapely.Polygon([(10, 10), (0, 10), (0, 0), (10, 0)])
    c = shapely.Polygon([(0, 0), (10, 0), (10, 10), (1, 10)])
    later, first = twins(np.array([a, c, b], dtype=object))
    assert (later.tolist(), first.tolist()) == ([2], [0])


def test_cut_names() -> None:
    columns = [Column("环境管控单"), Column("空间布局约"), Column("HJGKDYBM"), Column("COUNTY")]
    assert cut_columns("control_unit", columns, "gb18030") == (
        ("环境管控单", ("code", "name", "class")),
        ("空间布局约", ("spatial",)),
    )


def shapefile(made: Town, layer: str, encoding: str) -> None:
    made.suffix[layer], made.options[layer] = ".shp", {"encoding": encoding}


def test_shapefile_with_a_cut_name(sound: Town) -> None:
    rows = sound.vectors["control_unit"].assign(空间布局约=["禁止", "限制", "无"])
    sound.vectors["control_unit"] = rows
    shapefile(sound, "control_unit", "gb18030")
    finding = only(sound.findings())
    assert (finding.kind, finding.severity, finding.where) == ("cut_name", "note", "空间布局约")
    assert "按 spatial 读取" in finding.zh


def test_shapefile_with_cut_texts(sound: Town) -> None:
    """A field of 254 bytes takes 127 characters of GBK; the other texts are shorter."""
    long = "严格控制新增污染物排放" * 20  # 220 characters
    rows = sound.vectors["control_unit"].assign(spatial=[long, "禁止", long[:100]])
    sound.vectors["control_unit"] = rows
    shapefile(sound, "control_unit", "gb18030")
    finding = only(sound.findings())
    assert (finding.kind, finding.severity, finding.count) == ("cut_text", "warning", 1)


def test_sound_shapefile(sound: Town) -> None:
    shapefile(sound, "control_unit", "gb18030")
    assert sound.findings() == ()


def test_long_texts_that_were_not_cut(sound: Town) -> None:
    rows = sound.vectors["control_unit"]
    sound.vectors["control_unit"] = rows.assign(spatial=["界" * 127, "界" * 300, "x" * 255])
    assert sound.findings() == ()


def test_file_without_a_crs_is_told_which_it_looks_like(sound: Town) -> None:
    shapefile(sound, "redline", "utf-8")
    sound.write()
    (sound.folder / "redline.prj").unlink()
    with pytest.raises(CatalogFaults) as caught:
        Catalog.open(sound.folder)
    fault = caught.value.faults[0]
    assert fault.key == "layers.redline.path"
    assert "没有坐标系" in fault.zh
    assert "EPSG:4545" in fault.remedy_zh


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_list_of_units_in_any_encoding(sound: Town, encoding: str) -> None:
    sound.texts["units.csv"] = str(sound.texts["units.csv"]).encode(encoding)
    assert sound.findings() == ()


def test_list_of_units_as_a_workbook(sound: Town, tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "units.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "清单见下一表")
        sheet = book.add_worksheet("清单")
        for i, row in enumerate((("标题",), ("单元编码", "单元名称"), ("ZH52010210001-003", "甲"))):
            sheet.write_row(i, 0, row)
    table = read_table(path, "control_unit")
    assert table["code"].tolist() == ["ZH52010210001-003"]
    assert table["row"].tolist() == [3]


def test_list_with_ranges_is_unfolded(sound: Town) -> None:
    """One line for both units of the eastern district that are numbered in a row."""
    rows = sound.vectors["control_unit"]
    rows["code"] = ["ZH52010210001", "ZH52010330001", "ZH52010330002"]
    rows["class"] = ["优先保护", "一般管控", "一般管控"]
    sound.texts["units.csv"] = "编码,分类\nZH52010210001,优先\nZH52010330001-002,一般\n"
    finding = only(sound.findings())
    assert (finding.kind, finding.severity) == ("list_range", "note")
    assert "展开为 2 个编码" in finding.zh


@pytest.mark.parametrize(("name", "word"), [("gone.csv", "不存在"), ("units.doc", "格式不支持")])
def test_list_that_cannot_be_read(sound: Town, name: str, word: str) -> None:
    sound.more["control_unit"] = f'table = "{name}"'
    with pytest.raises(CatalogFaults, match=word) as caught:
        Catalog.open(sound.write())
    assert [fault.key for fault in caught.value.faults] == ["layers.control_unit.table"]


def test_workbook_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no workbook")
    with pytest.raises(InputError, match="无法读取"):
        read_table(tmp_path / "a.xlsx", "control_unit")


def test_a_redline_that_only_both_accuracies_put_outside_is_a_note(sound: Town) -> None:
    """20 m beyond the priority unit, 10 m of accuracy on each side."""
    _shape("redline", 0, box(520, 600, 1020, 1100))(sound)
    for layer in ("redline", "control_unit"):
        sound.drop[layer] = ("accuracy_m",)
        sound.more[layer] = f"{sound.more.get(layer, '')}\naccuracy_m = 10"
    finding = only(sound.findings())
    assert (finding.kind, finding.severity) == ("outside", "note")
    sound.more["redline"] = "accuracy_m = 9"
    assert only(sound.findings()).severity == "warning"


def test_real_districts_of_two_makers(shared: Path, repo: Path) -> None:
    """AMap's outline, converted by somebody else, agrees with Tianditu's; shifted it does not."""
    path = shared / "data" / "admin_guizhou.gpkg"
    region = Catalog.open(repo / "data").region_geometry()
    amap = gpd.read_file(path, layer="guiyang_districts_amap").to_crs("EPSG:4545")
    shapes = amap.geometry.to_numpy()
    assert edge_shift(region, shapes, "EPSG:4545") is None
    degrees = project(shapes, "EPSG:4545", GEOGRAPHIC)
    drawn = project(shapely.transform(degrees, to_gcj02), GEOGRAPHIC, "EPSG:4545")
    found = edge_shift(region, drawn, "EPSG:4545")
    assert found is not None
    assert found.frame == "GCJ-02"
    # two generalised outlines: the shift is measured to some tens of metres
    assert found.metres == pytest.approx(540, abs=60)
    assert found.bearing == pytest.approx(135, abs=15)


def test_coarse_real_terrain_is_unfit_for_slopes(shared: Path, sound: Town) -> None:
    del sound.rasters["dem"]
    path = sound.write()
    source = shared / "data" / "dem_vfp15s_guiyang_450m.tif"
    (sound.folder / "dem.tif").symlink_to(source)
    with path.open("a", encoding="utf-8") as file:
        file.write('[layers.dem]\npath = "dem.tif"\nunit = "m"\nvalid_range = [300, 2500]\n')
        file.write('source = "x"\nlicence = "x"\ndate = 2024-05-01\naccuracy_m = 450\n')
    kinds = {f.kind: f for f in check(Catalog.open(path)) if f.layer == "dem"}
    assert set(kinds) == {"coarse", "grid"}
    assert kinds["coarse"].severity == "warning"
    assert "464 m" in kinds["coarse"].zh  # 15 arc seconds of latitude: 111,320 m / 240


def test_big_raster_without_overviews(sound: Town) -> None:
    import rasterio
    from affine import Affine

    path = sound.write()
    big = sound.folder / "karst.tif"
    with rasterio.open(
        big, "w", driver="GTiff", height=5000, width=5000, count=1, dtype="uint8", nodata=0,
        crs="EPSG:4545", transform=Affine(100, 0, 370_000, 0, -100, 2_942_000), compress="deflate",
    ) as raster:  # fmt: skip
        raster.write(np.full((5000, 5000), 1, dtype="uint8"), 1)
    with path.open("a", encoding="utf-8") as file:
        file.write('[layers.karst]\npath = "karst.tif"\nclasses = { 1 = "弱发育" }\n')
        file.write('source = "x"\nlicence = "x"\ndate = 2024-05-01\naccuracy_m = 50\n')
    finding = only(check(Catalog.open(path)))
    assert (finding.kind, finding.severity) == ("overviews", "note")
    assert "gdaladdo" in finding.remedy_zh
    with rasterio.open(big, "r+") as raster:
        raster.build_overviews([8, 16])
    assert check(Catalog.open(path)) == ()


def test_two_layers_of_one_file(sound: Town) -> None:
    path = sound.write()
    with path.open("a", encoding="utf-8") as file:
        file.write('[layers.lake]\npath = "park.gpkg"\ncoverage = "region"\n')
        file.write('source = "x"\nlicence = "x"\ndate = 2024-05-01\naccuracy_m = 0\n')
    finding = only(check(Catalog.open(path)))
    assert (finding.layer, finding.kind) == ("lake", "same_file")


def test_layer_outside_the_vocabulary(sound: Town) -> None:
    sound.vectors["red_lines"] = frame([box(0, 0, 9, 9)], name=["a"])
    finding = only(sound.findings())
    assert (finding.kind, finding.severity) == ("vocabulary", "note")
