"""Coordinates: read where they are sure, refused with a reason where they are not."""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.scenes.project_lists import CRS, REGION, csv_of, read, said
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.tables.crs_statements import gauss_kruger, read_statement

HEAD = "项目名称,经度,纬度,坐标系"


def one(folder: Path, line: str, head: str = HEAD, **options: object):
    return read(folder, head, line, **options)


# --- statements -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "degrees", "metres"),
    [
        ("CGCS2000", "EPSG:4490", ""),
        ("国家2000", "EPSG:4490", ""),
        ("2000国家大地坐标系", "EPSG:4490", ""),
        ("WGS-84", "EPSG:4326", ""),
        ("EPSG:4490", "EPSG:4490", ""),
        ("epsg：4545", "", "EPSG:4545"),
        ("4524", "", "EPSG:4524"),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 108E", "", "EPSG:4545"),
        ("CGCS2000_3_Degree_GK_Zone_36", "", "EPSG:4545"),
        ("CGCS2000 3度带 35带", "", "EPSG:4544"),
        ("2000国家大地坐标系 6度带 18带", "", "EPSG:4544"),  # same meridian, 105 E
        ("CGCS2000 中央子午线108", "", "EPSG:4545"),
        ("WGS 84 / UTM zone 48N", "", "EPSG:32648"),
        ("GCJ-02", "GCJ-02", ""),
        ("高德地图", "GCJ-02", ""),
        ("火星坐标系", "GCJ-02", ""),
        ("百度", "BD-09", ""),
        ("BD09", "BD-09", ""),
    ],
)
def test_statements(text: str, degrees: str, metres: str) -> None:
    frame = read_statement(text)
    assert frame is not None
    assert not frame.zh
    assert (frame.degrees, frame.metres) == (degrees, metres)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("1980西安坐标系", "西安80"),
        ("EPSG:2360", "西安80"),
        ("EPSG:4610", "西安80"),
        ("北京54", "北京54"),
        ("贵阳独立坐标系", "独立"),
        ("贵阳城市坐标系", "独立"),
        ("贵阳坐标系", "独立"),
        ("地方坐标系", "独立"),
    ],
)
def test_refused_statements(tmp_path: Path, text: str, why: str) -> None:
    assert why in read_statement(text).zh
    sites = one(tmp_path, f"甲,106.7123,26.6123,{text}")
    assert sites.geometry[0] is None
    assert sites.table["coordinates_doubted"][0] == 1
    assert why in said(sites)
    assert math.isnan(sites.table["lon"][0])


@pytest.mark.parametrize(
    "text",
    [
        *(
            "非CGCS2000",
            "非2000国家大地坐标系",
            "未转CGCS2000",
            "待核实CGCS2000",
            "CGCS2000坐标系?",
        ),
        *(
            "不是WGS84",
            "CGCS2000或WGS84",
            "非高德坐标",
            "奥维(CGCS2000)",
            "WGS84(奥维)",
            "高德转CGCS2000",
        ),
        *("疑似高德坐标", "CGCS2000 EPSG:4326", "CGCS2000/WGS84", "非北京54", "CGCS2000 自定义"),
        *("1985", "2013"),  # years, not EPSG codes
    ],
)
def test_denied_and_doubtful_statements_state_nothing(text: str) -> None:
    assert read_statement(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "CGCS2000坐标系",
            "2000国家大地坐标系(CGCS2000)",
            "国家2000大地坐标",
            "EPSG:4490 (CGCS2000)",
        ),
        *("中国2000国家大地坐标系", "CGCS2000 经纬度", "2000", "CGCS2000,1985国家高程基准"),
    ],
)
def test_harmless_words_beside_a_statement(text: str) -> None:
    frame = read_statement(text)
    assert frame is not None
    assert frame.degrees == "EPSG:4490"


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("项目名称,经度(高德),纬度,坐标系", "甲,106.7123,26.6123,国家2000"),
        ("项目名称,经度(GCJ-02),纬度(CGCS2000)", "甲,106.7123,26.6123"),
        ("项目名称,边界(WKT),坐标系", "甲,SRID=4326;POINT (106.7123 26.6123),GCJ-02"),
        ("项目名称,X坐标(EPSG:4544),Y坐标,坐标系", "甲,2944000.5,397818.5,EPSG:4545"),
    ],
)
def test_two_statements_that_contradict_each_other(tmp_path: Path, head: str, line: str) -> None:
    sites = one(tmp_path, line, head)
    assert sites.geometry[0] is None
    assert "坐标系写得不同" in said(sites)


@pytest.mark.parametrize(
    ("head", "far", "near"),
    [
        (
            "项目名称,边界(WKT),经度,纬度,坐标系",
            "甲,POINT (106.7123 26.6123),106.9876,26.6123,CGCS2000",
            "甲,POINT (106.7123 26.6123),106.7124,26.6123,CGCS2000",
        ),
        (
            "项目名称,拐点坐标,经度,纬度,坐标系",
            '甲,"106.71,26.61;106.7267,26.61;106.7267,26.6278",106.9876,26.6123,CGCS2000',
            '甲,"106.71,26.61;106.7267,26.61;106.7267,26.6278",106.7250,26.6120,CGCS2000',
        ),
        (
            "项目名称,经度(CGCS2000),纬度(CGCS2000),X坐标(EPSG:4524),Y坐标(EPSG:4524)",
            "甲,108.000000,26.512345,2944000.5,36397818.5",
            "甲,106.974100,26.602500,2944000.5,36397818.5",
        ),
    ],
)
def test_two_places_of_one_row(tmp_path: Path, head: str, far: str, near: str) -> None:
    sites = one(tmp_path, far, head)
    assert sites.geometry[0] is not None
    assert math.isnan(sites.table["coordinates_doubted"][0])
    assert "两处位置相距" in said(sites)
    assert "两处位置相距" not in said(one(tmp_path, near, head))


def test_the_geometry_of_a_file_and_the_numbers_beside_it(tmp_path: Path) -> None:
    point = [shapely.Point(106.7123, 26.6123)]
    data = gpd.GeoDataFrame(
        {"项目名称": ["甲"], "经度": [106.9876], "纬度": [26.6123]}, geometry=point, crs="EPSG:4490"
    )
    data.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    sites = read_projects(tmp_path / "a.gpkg", crs=CRS)
    assert math.isnan(sites.table["coordinates_doubted"][0])
    assert "两处位置相距" in said(sites)


def test_a_file_whose_own_crs_seems_wrong_is_doubted(tmp_path: Path) -> None:
    # metres on CM 108 labelled CM 105: 3 degrees west of where they lie
    metres = [shapely.box(397_800, 2_944_000, 398_000, 2_944_200)]
    for code in (4545, 4544):
        path = tmp_path / f"{code}.gpkg"
        gpd.GeoDataFrame({"项目名称": ["甲"]}, geometry=metres, crs=code).to_file(path)
        sites = read_projects(path, crs=CRS, region=REGION)
        assert sites.geometry[0] is not None
        assert math.isnan(sites.table["coordinates_doubted"][0]) == (code == 4544)
        assert ("EPSG:4545" in said(sites)) == (code == 4544)


def test_vertices_that_are_skipped_or_out_of_order(tmp_path: Path) -> None:
    head = "项目名称,拐点编号,经度(CGCS2000),纬度(CGCS2000)"
    corners = ["106.7100,26.6100", "106.7267,26.6100", "106.7267,26.6278", "106.7100,26.6278"]
    rows = {f"J{i}": f"甲,J{i},{point}" for i, point in enumerate(corners, 1)}
    skipped = read(tmp_path, head, rows["J1"], rows["J2"], rows["J4"])
    assert math.isnan(skipped.table["coordinates_doubted"][0])
    turned = read(tmp_path, head, rows["J1"], rows["J2"], rows["J4"], rows["J3"])
    assert turned.geometry[0] is None
    assert "次序颠倒" in said(turned)
    assert read(tmp_path, head, *rows.values()).table["coordinates_doubted"][0] == 0


def test_zones_of_another_width_than_stated(tmp_path: Path) -> None:
    head = "项目名称,东坐标,北坐标,坐标系"
    sites = one(tmp_path, "甲,18370818.5,2944000.5,CGCS2000 3度带", head)
    assert sites.geometry[0] is None
    assert "6 度带" in said(sites)
    assert one(tmp_path, "甲,18670818.5,2944000.5,CGCS2000 6度带", head).geometry[0] is not None


def test_x_is_north_where_the_rows_of_metres_disagree(tmp_path: Path) -> None:
    rows = ("甲,2944000.5,36397818.5,CGCS2000", "乙,36397818.5,2944000.5,CGCS2000")
    sites = read(tmp_path, "项目名称,X坐标,Y坐标,坐标系", *rows)
    assert any("X is north" in note for note in sites.notes)


def test_latin_letters_for_degrees_minutes_seconds(tmp_path: Path) -> None:
    # 42/60 + 30.5/3600 = 0.7084722
    sites = one(tmp_path, "甲,106d42m30.5s,26d30m00.0s,CGCS2000")
    assert sites.table["lon"][0] == pytest.approx(106.7084722, abs=1e-7)
    assert sites.table["lat"][0] == pytest.approx(26.5, abs=1e-7)


def test_degrees_converted_from_whole_seconds_are_no_finer(tmp_path: Path) -> None:
    # 106 deg 42 min 31 s and 26 deg 30 min 17 s; half a second is 15.4 m north, 13.8 m east
    row = "甲,106.70861111111111,26.504722222222222,CGCS2000"
    sites = one(tmp_path, row)
    fine = one(tmp_path, "甲,106.70861134111111,26.504722222222222,CGCS2000")
    coarser = sites.table["accuracy_m"][0] - fine.table["accuracy_m"][0]
    assert coarser == pytest.approx(math.hypot(15.4, 13.8), abs=0.3)
    assert any("整秒" in note for note in sites.notes)


@pytest.mark.parametrize(
    ("head", "cell"),
    [("带号", "36"), ("带号", "36带"), ("中央子午线", "108°"), ("中央子午线", "108")],
)
def test_zone_and_meridian_in_columns_of_their_own(tmp_path: Path, head: str, cell: str) -> None:
    row = f"甲,397818.5,2944000.5,CGCS2000,{cell}"
    sites = one(tmp_path, row, f"项目名称,东坐标,北坐标,坐标系,{head}")
    assert sites.table["crs_read"][0] == "EPSG:4545"


def test_a_row_that_names_the_datum_leaves_the_zone_to_the_header(tmp_path: Path) -> None:
    head = "项目名称,X坐标(CGCS2000 3度带 36带),Y坐标,坐标系"
    assert one(tmp_path, "甲,2944000.5,397818.5,国家2000", head).geometry[0] is not None
    # GIS write SRID 4326 beside CGCS2000: the two agree within what is counted for WGS 84
    head, wkt = "项目名称,边界(WKT),坐标系", "SRID=4326;POINT (106.7123 26.6123)"
    assert one(tmp_path, f"甲,{wkt},CGCS2000", head).table["crs_read"][0] == "EPSG:4326"


def test_2000_alone_is_cgcs2000_and_told(tmp_path: Path) -> None:
    sites = one(tmp_path, "甲,106.7123,26.6123,2000")
    assert sites.geometry[0] is not None
    assert "只写「2000」" in said(sites)


def test_contradictory_and_unknown_statements() -> None:
    assert read_statement("CGCS2000 3度带 18带") is None
    assert read_statement("CGCS2000 35带 CM108") is None
    assert read_statement("EPSG:99999") is None
    assert read_statement("坐标") is None
    # picked on AMap and said to be CGCS2000: which of the two the numbers are in is not said
    assert read_statement("高德取点，已转CGCS2000") is None
    assert read_statement("EPSG:4490 (GCJ-02)") is None
    assert read_statement("高德/百度") is None


def test_an_old_datum_with_its_parameters_is_read(tmp_path: Path) -> None:
    proj = (
        "+proj=tmerc +lat_0=0 +lon_0=108 +k=1 +x_0=36500000 +y_0=0 +a=6378140 +rf=298.257 "
        "+towgs84=10,20,30,0,0,0,0 +units=m +type=crs"
    )
    head = "项目名称,X坐标,Y坐标,坐标系"
    moved = one(tmp_path, f'甲,2944000.5,36397818.5,"{proj}"', head)
    plain = one(tmp_path, "甲,2944000.5,36397818.5,CGCS2000 36带", head)
    # the three metres of the shift are 37 m in space; the ellipsoid differs by 3 m
    assert 5 < moved.geometry[0].distance(plain.geometry[0]) < 100
    assert not moved.faults[0]
    bare = one(
        tmp_path,
        f'甲,2944000.5,36397818.5,"{proj.replace("+towgs84=10,20,30,0,0,0,0 ", "")}"',
        head,
    )
    assert bare.geometry[0] is None
    assert "+towgs84" in said(bare)
    assert one(tmp_path, '甲,2944000.5,36397818.5,"+proj=nonsense"', head).geometry[0] is None


def test_codes_of_gauss_kruger_are_those_of_proj() -> None:
    import pyproj

    for central in range(75, 136, 3):
        name = pyproj.CRS(gauss_kruger(central)).name
        assert name == f"CGCS2000 / 3-degree Gauss-Kruger CM {central}E"
        zoned = pyproj.CRS(gauss_kruger(central, zone=central // 3)).name
        assert zoned == f"CGCS2000 / 3-degree Gauss-Kruger zone {central // 3}"
    for zone in range(13, 24):
        name = pyproj.CRS(gauss_kruger(6 * zone - 3, zone=zone)).name
        assert name == f"CGCS2000 / Gauss-Kruger zone {zone}"


# --- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "甲,108.000000,26.500000,CGCS2000",
        "甲,１０８.000000,26.500000,CGCS2000",
        "甲,E108.000000°,N26.500000°,EPSG:4490",
    ],
)
def test_degrees_on_the_central_meridian(tmp_path: Path, line: str) -> None:
    sites = one(tmp_path, line)
    assert sites.faults[0] == ()
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)
    assert sites.table["coordinates_doubted"][0] == 0
    # half of the sixth decimal: 0.05 m east, 0.056 m north; 30 m is the default of points
    assert sites.table["accuracy_m"][0] == pytest.approx(30 + math.hypot(0.0498, 0.0559), abs=2e-3)
    assert bool(sites.table["accuracy_default"][0])


def test_wgs_84_is_cgcs2000_within_a_metre(tmp_path: Path) -> None:
    head = HEAD + ",定位精度(m)"
    wgs = one(tmp_path, "甲,108.000000,26.500000,WGS84,5", head)
    national = one(tmp_path, "甲,108.000000,26.500000,CGCS2000,5", head)
    assert wgs.geometry[0].distance(national.geometry[0]) < 0.01
    assert national.table["accuracy_m"][0] == 5
    assert wgs.table["accuracy_m"][0] == 6
    assert "1 on WGS 84" in "".join(wgs.notes)


@pytest.mark.parametrize(
    ("x", "crs", "lon"),
    [
        ("500000", "EPSG:4545", 108),
        ("36500000", "EPSG:4524", 108),
        ("36500000", "CGCS2000 3度带 36带", 108),
        ("500000", "CGCS2000 3度带 36带", 108),
        ("36500000", "CGCS2000", 108),  # datum stated, zone in front of the easting
        ("35500000", "CGCS2000 高斯", 105),
        ("18500000", "2000国家大地坐标系 6度带 18带", 105),
        ("18500000", "CGCS2000", 105),
    ],
)
def test_metres_with_a_stated_crs(tmp_path: Path, x: str, crs: str, lon: float) -> None:
    sites = one(tmp_path, f"甲,{x}.00,2944000.00,{crs}")
    assert sites.faults[0] == ()
    assert sites.table["lon"][0] == pytest.approx(lon, abs=1e-6)
    assert sites.table["lat"][0] == pytest.approx(26.6, abs=0.05)
    assert sites.table["crs_stated"][0] == crs
    assert sites.table["crs_read"][0].startswith("EPSG:4")


@pytest.mark.parametrize("head", ["X坐标,Y坐标", "X,Y"])
def test_x_may_be_north_or_east_by_its_numbers(tmp_path: Path, head: str) -> None:
    chinese = one(tmp_path, "甲,2944000,500000,EPSG:4545", f"项目名称,{head},坐标系")
    western = one(tmp_path, "甲,500000,2944000,EPSG:4545", f"项目名称,{head},坐标系")
    assert chinese.geometry[0].equals(western.geometry[0])
    assert chinese.geometry[0].coords[0] == (500_000, 2_944_000)
    assert "X is north" in "".join(chinese.notes)
    assert "X is east" in "".join(western.notes)


def test_one_row_against_the_order_of_its_list_is_read_and_told(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,X坐标,Y坐标,坐标系",
        "甲,2944003,500001,EPSG:4545",
        "乙,2944103,500101,EPSG:4545",
        "丙,500201,2944203,EPSG:4545",
    )
    assert sites.geometry[2].coords[0] == (500_201, 2_944_203)
    assert "写反了" in said(sites, 2)
    assert not sites.faults[0]
    assert not sites.faults[1]
    # read in the only order that is possible, and still to be confirmed
    assert sites.table["coordinates_doubted"].tolist()[:2] == [0, 0]
    assert math.isnan(sites.table["coordinates_doubted"][2])


@pytest.mark.parametrize(
    ("line", "head"),
    [
        ("甲,26.5,108,CGCS2000", HEAD),
        ("甲,2933000.5,500000,EPSG:4545", HEAD),
        ("甲,2933000.5,36500000,EPSG:4524", HEAD),
        ("甲,2933000.5,36500000,CGCS2000", HEAD),
        ("甲,2933000.5,500000,EPSG:4545", "项目名称,东坐标,北坐标,坐标系"),
    ],
)
def test_exchanged_coordinates_of_which_one_order_is_possible(
    tmp_path: Path, line: str, head: str
) -> None:
    sites = one(tmp_path, line, head)
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)
    assert sites.geometry[0].y == pytest.approx(2_933_000, abs=2_000)
    assert "写反了" in said(sites)
    assert math.isnan(sites.table["coordinates_doubted"][0])


def test_an_order_that_could_be_right_elsewhere_is_refused(tmp_path: Path) -> None:
    # 44 E, 85 N lies in the Arctic, 85 E, 44 N in Xinjiang: neither is impossible
    sites = one(tmp_path, "甲,44.123,85.123,CGCS2000")
    assert sites.geometry[0] is None
    assert "写反了" in said(sites)
    # 15, 108: an area before a longitude, moved there by a comma too many
    assert one(tmp_path, "甲,15,108.123,CGCS2000").geometry[0] is None


def test_exchanged_coordinates_that_lead_elsewhere_are_refused(tmp_path: Path) -> None:
    sites = one(tmp_path, "甲,30.6789,104.1234,CGCS2000", region=REGION)
    assert sites.geometry[0] is None
    assert "对调后也不在辖区" in said(sites)
    assert one(tmp_path, "甲,26.6789,106.7234,CGCS2000", region=REGION).geometry[0] is not None


def test_letters_in_the_cells_against_the_headers(tmp_path: Path) -> None:
    # 经度 holds a latitude and says so: the cells are followed, and it is told
    sites = one(tmp_path, "甲,北纬26.512345,东经108.000000,CGCS2000")
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)
    assert "已按单元格读取" in said(sites)
    assert sites.table["coordinates_doubted"][0] == 0
    # the letters are wrong, the numbers and the headers agree
    sites = one(tmp_path, "甲,108.000000N,26.512345E,CGCS2000")
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)
    assert "已按表头读取" in said(sites)
    assert one(tmp_path, "甲,E108,E26.5,CGCS2000").geometry[0] is None


def test_a_pair_in_one_of_two_columns(tmp_path: Path) -> None:
    sites = one(tmp_path, '甲,"108.000000,26.512345",,CGCS2000')
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)
    assert "同一格" in said(sites)


def test_zones_mixed_in_one_list(tmp_path: Path) -> None:
    # 50 km east of 105 E and 50 km west of 108 E, told apart by the zone in front of the easting
    sites = read(
        tmp_path,
        "项目名称,X坐标,Y坐标,坐标系",
        "甲,2944000.50,35550000.50,CGCS2000",
        "乙,2944000.50,36450000.50,CGCS2000",
        "丙,2944000.50,18550000.50,CGCS2000",
    )
    assert sites.table["crs_read"].tolist() == ["EPSG:4523", "EPSG:4524", "EPSG:4496"]
    east, west = sites.table["lon"][0] - 105, 108 - sites.table["lon"][1]
    assert east == pytest.approx(west, abs=2e-5)
    assert east == pytest.approx(50_000.5 / (111_320 * math.cos(math.radians(26.6))), rel=2e-3)
    assert sites.table["lon"][2] == pytest.approx(sites.table["lon"][0], abs=1e-9)
    assert not any(sites.faults)


def test_metres_with_a_zone_but_no_datum(tmp_path: Path) -> None:
    sites = one(tmp_path, "甲,36397818.5,2944000.5,")
    assert sites.geometry[0].x == pytest.approx(397_818.5)
    assert math.isnan(sites.table["coordinates_doubted"][0])
    # 30 m of a point, half a decimetre across, 200 m should it be an old datum
    assert sites.table["accuracy_m"][0] == pytest.approx(230.07, abs=0.01)
    assert "200 m" in said(sites)


@pytest.mark.parametrize("crs", ["", "CGCS2000"])
def test_metres_without_zone_say_which_meridian_fits(tmp_path: Path, crs: str) -> None:
    east = one(tmp_path, f"甲,397818.5,2944000.5,{crs}", region=REGION)
    assert east.geometry[0] is None
    assert "EPSG:4545" in said(east)
    assert "EPSG:4544" not in said(east)
    west = one(tmp_path, f"甲,650000.5,2944000.5,{crs}", region=REGION)
    assert "EPSG:4544" in said(west)
    # a region of both zones: two readings fit, both are said, none is used
    wide = shapely.box(0, 2_890_000, 1_000_000, 3_040_000)
    both = one(tmp_path, f"甲,397818.5,2944000.5,{crs}", region=wide)
    assert both.geometry[0] is None
    assert "EPSG:4544" in said(both)
    assert "EPSG:4545" in said(both)


# --- web maps ---------------------------------------------------------------------------------


def test_stated_gcj_02_is_converted_and_recorded(tmp_path: Path) -> None:
    # (106.63, 26.65) shown by AMap; the public algorithm as in prcoords 1.0.2, see tests/parity
    sites = one(tmp_path, "甲,106.633568,26.646330,高德")
    assert sites.table["lon"][0] == pytest.approx(106.63, abs=1e-6)
    assert sites.table["lat"][0] == pytest.approx(26.65, abs=1e-6)
    assert sites.table["crs_stated"][0] == "高德"
    assert sites.table["crs_read"][0] == "GCJ-02"
    assert sites.table["coordinates_doubted"][0] == 0
    assert sites.table["accuracy_m"][0] == pytest.approx(35.07, abs=0.01)  # 30 + 5 + rounding
    assert "GCJ-02" in "".join(sites.notes)
    assert not sites.faults[0]


def test_metres_of_a_web_map_are_refused(tmp_path: Path) -> None:
    assert one(tmp_path, "甲,397818.5,2944000.5,GCJ-02").geometry[0] is None


def test_a_vector_file_whose_degrees_are_gcj_02(tmp_path: Path) -> None:
    import geopandas as gpd

    path = tmp_path / "a.geojson"
    point = shapely.Point(106.633568, 26.646330)
    gpd.GeoDataFrame({"项目名称": ["甲"]}, geometry=[point], crs="EPSG:4326").to_file(path)
    sites = read_projects(path, crs=CRS, list_crs="GCJ-02")
    assert sites.table["lon"][0] == pytest.approx(106.63, abs=1e-6)
    assert sites.table["crs_read"][0] == "GCJ-02"


def test_a_list_may_state_its_crs_once(tmp_path: Path) -> None:
    by_header = one(tmp_path, "甲,108,26.512345", "项目名称,经度(CGCS2000),纬度(CGCS2000)")
    by_option = one(tmp_path, "甲,108,26.512345", "项目名称,经度,纬度", list_crs="EPSG:4490")
    assert by_header.faults[0] == by_option.faults[0] == ()
    assert by_header.geometry[0].equals(by_option.geometry[0])
    with pytest.raises(ProjectFaults, match="不认识的坐标系"):
        one(tmp_path, "甲,108,26.5", "项目名称,经度,纬度", list_crs="nonsense")


def test_an_unstated_datum_is_placed_with_its_whole_doubt(tmp_path: Path) -> None:
    sites = one(tmp_path, "甲,108.000000,26.512345,")
    assert sites.geometry[0].x == pytest.approx(500_000, abs=1e-3)
    assert math.isnan(sites.table["coordinates_doubted"][0])
    assert sites.table["accuracy_m"][0] == pytest.approx(1530, abs=1)
    assert bool(sites.table["accuracy_default"][0])
    assert "没有写坐标系" in said(sites)
    # a stated accuracy is that of the point on its datum: the datum's doubt comes on top
    stated = one(tmp_path, "甲,108.000000,26.512345,5", "项目名称,经度,纬度,定位精度(m)")
    assert stated.table["accuracy_m"][0] == pytest.approx(1505)
    with pytest.raises(ProjectFaults, match="没有写坐标系"):
        one(tmp_path, "甲,108.0,26.5,", strict=True)


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "why", "advice"),
    [
        ("甲,10.6123,26.7123,CGCS2000", "不在中国范围", ""),
        ("甲,397818.5,2944000.5,", "没有写坐标系", ""),
        ("甲,397818.5,2944000.5,CGCS2000", "没有写带号", ""),
        ("甲,397818.5,2944000.5,EPSG:4490", "数值却像米制", "EPSG:4545"),
        ("甲,106.7123,26.6123,EPSG:4545", "数值却像经纬度", "EPSG:4490"),
        ("甲,36397818.5,2944000.5,EPSG:4545", "以 36 开头", "EPSG:4524"),
        ("甲,35397818.5,2944000.5,EPSG:4524", "以 35 开头", "EPSG:4523"),
        ("甲,397818.5,2944000.5,EPSG:4524", "没有带号", ""),
        ("甲,18662296,2944000.5,CGCS2000 3度带 35带", "以 18 开头", "EPSG:4496"),
        ("甲,106.7123,,CGCS2000", "只填了一半", ""),
        ("甲,,,CGCS2000", "没有坐标", ""),
        ("甲,abc,26.6,CGCS2000", "不是数", ""),
        ("甲,106.7123,26.6123,某某坐标", "坐标系写法看不懂", "EPSG:4490"),
        ("甲,500,26.6,CGCS2000", "既不像经纬度", ""),
        ("甲,W106.7123,26.6123,CGCS2000", "西经", "东经"),
        ("甲,-106°42′30″,26°30′0″,CGCS2000", "负值", ""),
        ("甲,106.7123,南纬26.6123,CGCS2000", "南纬", ""),
        ("甲,-106.7123,26.6123,CGCS2000", "不在中国范围", ""),
        ("甲,106°60′30″,26°30′0″,CGCS2000", "不小于 60", ""),
        ("甲,106 42,26 30,CGCS2000", "可能是 106°42′", "106.42"),
        ("甲,397.8185,2944.0005,EPSG:4545", "公里", "1000"),
        ("甲,36397.8185,2944.0005,EPSG:4524", "公里", "1000"),
        ("甲,39781.5,2944000.5,EPSG:4545", "位数不对", "7 位"),
        ("甲,397818.5,294400.5,EPSG:4545", "位数不对", "7 位"),
        ("甲,3639781.5,2944000.5,EPSG:4524", "位数不对", "8 位"),
        ("甲,1067123,266123,CGCS2000", "位数不对", "小数点"),
    ],
)
def test_doubtful_coordinates_are_refused(tmp_path: Path, line: str, why: str, advice: str) -> None:
    sites = one(tmp_path, line)
    assert len(sites) == 1
    assert sites.geometry[0] is None
    assert why in said(sites)
    assert advice in said(sites)
    assert sites.faults[0][0].row == 2
    assert math.isnan(sites.table["lon"][0])
    assert sites.table["crs_read"][0] == ""
    # nothing written is nothing to doubt: the site has no place, which is another matter
    assert sites.table["coordinates_doubted"][0] == (0 if why == "没有坐标" else 1)


def test_a_header_that_says_dms_is_followed(tmp_path: Path) -> None:
    head = "项目名称,经度(度分秒),纬度(度分秒),坐标系"
    # 106 deg 42 min 30 s = 106 + 42/60 + 30/3600
    for line in ("甲,106.4230,26.3000,CGCS2000", "甲,106°42′30″,26°30′00″,CGCS2000"):
        sites = one(tmp_path, line, head)
        assert sites.table["lon"][0] == pytest.approx(106.7083333, abs=1e-7)
        assert sites.table["lat"][0] == pytest.approx(26.5, abs=1e-7)
        assert not sites.faults[0]
    refused = one(tmp_path, "甲,106.7123,26.3000,CGCS2000", head)
    assert refused.geometry[0] is None
    assert "表头写明是度分秒" in said(refused)


def test_a_list_that_reads_as_ddd_mmss_is_refused(tmp_path: Path) -> None:
    points = ["106.4230,26.3015", "106.4105,26.2530", "106.3959,26.3559", "106.5001,26.4040"]
    rows = [f"甲{i},{point},CGCS2000" for i, point in enumerate([*points, "106.4444,26.3333"])]
    suspected = read(tmp_path, HEAD, *rows)
    assert all(shape is None for shape in suspected.geometry)
    assert "ddd.mmss" in said(suspected)
    # 106.4230 or 106.7083 E, 26.3015 or 26.5042 N: 0.2853 x 111 km x cos 26.3, 0.2027 x 111 km
    assert "36.3 km" in said(suspected) or "36.2 km" in said(suspected)
    # five among six are doubted: a row in decimal degrees says nothing of the others
    mixed = read(tmp_path, HEAD, *rows, "乙,106.7123,26.6123,CGCS2000")
    assert np.isnan(mixed.table["coordinates_doubted"][:5].astype(float)).all()
    assert all("ddd.mmss" in faults[0].zh for faults in mixed.faults[:5])
    assert mixed.table["coordinates_doubted"][5] == 0
    assert not mixed.faults[5]
    # headers that say decimal decide
    decimal = read(tmp_path, HEAD.replace("经度", "经度(十进制度)"), *rows)
    assert all(shape is not None for shape in decimal.geometry)


def test_one_decimal_row_does_not_clear_the_others(tmp_path: Path) -> None:
    seconds = range(2, 59, 3)
    rows = [
        f"甲{k},106.{30 + k}{s:02d}179,26.{58 - k}{60 - s:02d}213" for k, s in enumerate(seconds)
    ]
    head = "项目名称,经度(CGCS2000),纬度(CGCS2000)"
    sites = read(tmp_path, head, *rows, "乙,106.57812,26.57861")
    assert len(rows) == 19
    assert all(shape is None for shape in sites.geometry[:19])
    assert sites.table["coordinates_doubted"][19] == 0


def test_few_points_with_more_decimals_are_doubted(tmp_path: Path) -> None:
    points = ["106.403050,26.301250", "106.415511,26.312244", "106.421020,26.343015"]
    few = read(tmp_path, HEAD, *(f"甲{i},{p},CGCS2000" for i, p in enumerate(points)))
    assert np.isnan(few.table["coordinates_doubted"].astype(float)).all()
    assert "ddd.mmss" in said(few)
    ring = "106.42305,26.36125;106.42405,26.36125;106.42405,26.36225"
    one_ring = one(tmp_path, f'甲,"{ring}",CGCS2000', "项目名称,拐点坐标,坐标系")
    assert math.isnan(one_ring.table["coordinates_doubted"][0])


def test_decimal_degrees_of_one_town_are_not_doubted(tmp_path: Path) -> None:
    # all minutes could be minutes, 36 in 100 of the seconds seconds: as many as by chance
    rows = [
        f"甲{a}{b},106.4{a}{37 * b % 100:02d},26.4{b}{61 * a % 100:02d},CGCS2000"
        for a in range(10)
        for b in range(10)
    ]
    sites = read(tmp_path, HEAD, *rows)
    assert not sites.table["coordinates_doubted"].any()


def test_packed_near_the_region(tmp_path: Path) -> None:
    # 26.59 lies 9 km south of this region; read as 26 deg 59 min it lies inside
    near = shapely.box(360_000, 2_950_000, 380_000, 2_990_000)
    row = "106.400012,26.590012"
    assert one(tmp_path, f"甲,{row},CGCS2000", region=near).geometry[0] is None
    head = HEAD.replace("经度", "经度(十进制度)")
    assert one(tmp_path, f"甲,{row},CGCS2000", head, region=near).geometry[0] is not None


def test_few_points_with_four_decimals_may_be_ddd_mmss(tmp_path: Path) -> None:
    row = "甲,106.4230,26.3015,CGCS2000"
    assert "ddd.mmss" in said(one(tmp_path, row))
    assert "ddd.mmss" in said(one(tmp_path, row, region=REGION))
    # elsewhere there is no second reading: 106.7083 E, 26.5042 N lies outside this region
    south = shapely.box(330_000, 2_900_000, 350_000, 2_920_000)
    assert one(tmp_path, row, region=south).geometry[0] is not None
    # five and six decimals are how decimal degrees are written
    assert one(tmp_path, "甲,106.423012,26.301512,CGCS2000").geometry[0] is not None


def test_a_boundary_may_be_ddd_mmss_too(tmp_path: Path) -> None:
    cell = "106.4230,26.3015;106.4240,26.3015;106.4240,26.3025"
    sites = one(tmp_path, f'甲,"{cell}",CGCS2000', "项目名称,拐点坐标,坐标系")
    assert sites.geometry[0] is None
    assert "ddd.mmss" in said(sites)


def test_outside_as_stated_but_inside_under_another_reading(tmp_path: Path) -> None:
    # 650 000 m on CM 108 is 109.5 E; on CM 105 it is 106.5 E, in the region
    sites = one(tmp_path, "甲,650000.5,2944000.5,EPSG:4545", region=REGION)
    assert sites.geometry[0] is None
    assert "EPSG:4544" in said(sites)
    assert one(tmp_path, "甲,650000.5,2944000.5,EPSG:4545").geometry[0] is not None
    # 26.59 lies 44 km south of this region; read as 26 deg 59 min it lies inside
    near = shapely.box(360_000, 2_985_000, 380_000, 2_990_000)
    sites = one(tmp_path, "甲,106.4000,26.5900,CGCS2000", region=near)
    assert "ddd.mmss" in said(sites)
    # plainly elsewhere: read as it is, the region's own rule speaks
    assert one(tmp_path, "甲,104.1234,30.6789,CGCS2000", region=REGION).geometry[0] is not None


# --- boundaries -------------------------------------------------------------------------------

WKT = "项目名称,边界(WKT),坐标系"


def test_wkt_in_metres(tmp_path: Path) -> None:
    sites = one(
        tmp_path,
        '甲,"POLYGON ((500000 2944000, 500100 2944000, 500100 2944100, 500000 2944000))",EPSG:4545',
        WKT,
    )
    assert sites.faults[0] == ()
    assert sites.geometry[0].area == pytest.approx(5000)
    assert sites.table["accuracy_m"][0] == pytest.approx(10 + 0.5 * math.sqrt(2))


def test_wkt_in_degrees_and_lines(tmp_path: Path) -> None:
    sites = one(tmp_path, '甲,"LINESTRING (108 26.5, 108 26.6)",CGCS2000', WKT)
    xs = [x for x, _ in sites.geometry[0].coords]
    assert xs == pytest.approx([500_000, 500_000], abs=1e-3)


@pytest.mark.parametrize(
    ("wkt", "why"),
    [
        ("POLYGON ((500000 2944000, 500100 2944000, 500100 2944100))", "没有闭合"),
        ("POLYGON EMPTY", "空的"),
        ("nonsense", "看不懂"),
        ("GEOMETRYCOLLECTION (POINT (108 26), LINESTRING (108 26, 108 27))", "混合"),
    ],
)
def test_bad_wkt(tmp_path: Path, wkt: str, why: str) -> None:
    sites = one(tmp_path, f'甲,"{wkt}",CGCS2000', WKT)
    assert sites.geometry[0] is None
    assert why in said(sites)


def test_wkt_with_latitude_first(tmp_path: Path) -> None:
    # the official axis order of EPSG:4490, which no WKT of a GIS has
    ring = "26.5 108.1, 26.6 108.1, 26.6 108.2, 26.5 108.1"
    swapped = one(tmp_path, f'甲,"POLYGON (({ring}))",CGCS2000', WKT)
    assert "写反了" in said(swapped)
    assert math.isnan(swapped.table["coordinates_doubted"][0])
    x0, y0, x1, y1 = swapped.geometry[0].bounds
    assert 500_000 < x0 < x1 < 530_000
    assert 2_900_000 < y0 < y1 < 2_950_000


def test_wkt_with_srid_and_in_a_column_of_vertices(tmp_path: Path) -> None:
    point = "SRID=4545;POINT (500000 2944000)"
    for head in (WKT, "项目名称,拐点坐标,坐标系", "项目名称,坐标,坐标系"):
        sites = one(tmp_path, f"甲,{point},CGCS2000", head)
        assert sites.geometry[0].coords[0] == (500_000, 2_944_000)
        assert sites.table["crs_read"][0] == "EPSG:4545"
    old = one(tmp_path, "甲,SRID=2360;POINT (36500000 2944000),", WKT)
    assert old.geometry[0] is None
    assert "西安80" in said(old)


def test_vertices_of_one_boundary_in_two_zones(tmp_path: Path) -> None:
    cell = "2944000.1 35649000.1; 2944000.1 36350000.1; 2945000.1 36350000.1"
    sites = one(tmp_path, f"甲,{cell},CGCS2000", "项目名称,拐点坐标,坐标系")
    assert sites.geometry[0] is None
    assert "不同的带" in said(sites)


def test_a_bow_tie_is_repaired_and_told(tmp_path: Path) -> None:
    # two triangles of 100 x 100 / 4 each: the signed areas cancel, the repaired area is 5000
    tie = (
        "POLYGON ((500000 2944000, 500100 2944100, 500100 2944000, 500000 2944100, 500000 2944000))"
    )
    sites = one(tmp_path, f'甲,"{tie}",EPSG:4545', WKT)
    assert sites.geometry[0].is_valid
    assert sites.geometry[0].area == pytest.approx(5000)
    assert bool(sites.table["repaired"][0])
    assert "已修复" in said(sites)
    assert "0.0 → 5000.0 m2" in said(sites)
    assert sites.table["coordinates_doubted"][0] == 0


def test_a_collapsed_boundary_is_refused(tmp_path: Path) -> None:
    flat = "POLYGON ((500000 2944000, 500100 2944000, 500200 2944000, 500000 2944000))"
    sites = one(tmp_path, f'甲,"{flat}",EPSG:4545', WKT)
    assert sites.geometry[0] is None
    assert "没有面积" in said(sites)


LINE = "500000 2944000, 500100 2944000"
RING = "500000 2944000, 500100 2944000, 500100 2944100, 500000 2944000"
SPIKE = "500000 2944500, 500100 2944500, 500200 2944500, 500000 2944500"


@pytest.mark.parametrize(
    ("wkt", "crs", "why"),
    [
        ("LINESTRING (108 26.5, 108 26.5)", "CGCS2000", "长度为零"),
        ("LINESTRING (500000 2944000, 500000 2944000)", "EPSG:4545", "长度为零"),
        ("LINESTRING (500000 2944000, 500000.0000001 2944000)", "EPSG:4545", "长度为零"),
        ("MULTILINESTRING ((108 26.5, 108 26.5), (108 26.6, 108 26.6))", "CGCS2000", "长度为零"),
        ("POLYGON ((108 26.5, 108 26.5, 108 26.5, 108 26.5))", "CGCS2000", "没有面积"),
        # on one line in degrees; projected, its middle point leaves the line by 4 m
        ("POLYGON ((108.1 26.5, 108.2 26.6, 108.3 26.7, 108.1 26.5))", "CGCS2000", "没有面积"),
        (f"MULTIPOLYGON ((({SPIKE})), (({SPIKE})))", "EPSG:4545", "没有面积"),
    ],
)
def test_lines_without_length_and_areas_without_area(
    tmp_path: Path, wkt: str, crs: str, why: str
) -> None:
    sites = one(tmp_path, f'甲,"{wkt}",{crs}', WKT)
    assert len(sites) == 1
    assert sites.geometry[0] is None
    assert why in said(sites)
    assert sites.faults[0][0].column == "边界(WKT)"
    assert sites.table["coordinates_doubted"][0] == 1
    assert not sites.table["repaired"][0]


@pytest.mark.parametrize(
    ("wkt", "kind", "size"),
    [
        (f"MULTILINESTRING (({LINE}), (500000 2944500, 500000 2944500))", "LineString", 100),
        (f"MULTIPOLYGON ((({RING})), (({SPIKE})))", "Polygon", 5000),
        (f"MULTIPOLYGON ((({RING})), EMPTY)", "Polygon", 5000),
        (
            f"MULTILINESTRING (({LINE}), (0 0, 0 0), (500000 2944500, 500000 2944600))",
            "MultiLineString",
            200,
        ),
    ],
)
def test_parts_without_size_are_dropped_and_told(
    tmp_path: Path, wkt: str, kind: str, size: float
) -> None:
    sites = one(tmp_path, f'甲,"{wkt}",EPSG:4545', WKT)
    shape = sites.geometry[0]
    assert shape.geom_type == kind
    assert (shape.area or shape.length) == pytest.approx(size)
    assert "1 个部分" in said(sites)
    assert len(sites.faults[0]) == 1
    assert sites.table["coordinates_doubted"][0] == 0
    assert not sites.table["repaired"][0]


def test_thin_is_not_flat(tmp_path: Path) -> None:
    # a strip of 1 cm and one of 0.00001 deg (1 m) along a meridian are areas, if odd ones
    strip = "POLYGON ((500000 2944000, 500100 2944000, 500100 2944000.01, 500000 2944000))"
    assert one(tmp_path, f'甲,"{strip}",EPSG:4545', WKT).geometry[0].area == pytest.approx(0.5)
    strip = "POLYGON ((108 26.5, 108.00001 26.5, 108 26.6, 108 26.5))"
    assert one(tmp_path, f'甲,"{strip}",CGCS2000', WKT).geometry[0].area > 5_000


# --- accuracy ---------------------------------------------------------------------------------


def test_few_decimals_widen_the_accuracy(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        HEAD + ",定位精度(m)",
        "甲,106.71,26.61,CGCS2000,",
        "乙,106.71,26.61,CGCS2000,10",
        "丙,106.712345,26.612345,CGCS2000,10",
    )
    # half of 0.01 deg: 0.005 x 111.32 km x cos 26.61 = 497.6 m east, 0.005 x 111.7 km = 558.5 m
    rounding = math.hypot(497.6, 558.5)
    assert sites.table["accuracy_m"][0] == pytest.approx(30 + rounding, abs=1)
    assert sites.table["accuracy_m"][1] == pytest.approx(rounding, abs=1)
    assert "比声明的精度粗" in said(sites, 1)
    assert sites.table["accuracy_m"][2] == 10
    assert sites.table["accuracy_default"].tolist() == [True, False, False]


def test_one_axis_speaks_for_the_pair(tmp_path: Path) -> None:
    # 106.5 lost its zeros in a spreadsheet; 26.612345 shows to how many decimals both were written
    sites = one(tmp_path, "甲,106.5,26.612345,CGCS2000")
    assert sites.table["accuracy_m"][0] == pytest.approx(30.07, abs=0.02)


@pytest.mark.parametrize(
    ("lon", "lat", "half"),
    [
        ("108°00′00″", "26°30′00″", 0.5 / 3600),  # whole seconds: 13.8 m east, 15.5 m north
        ("108°00′", "26°30′", 0.5 / 60),  # whole minutes: 0.8 km east, 0.9 km north
        ("108°00′00.5″", "26°30′00.5″", 0.05 / 3600),
        ("108°00.000′", "26°30.000′", 0.0005 / 60),
        ("108°00′00.00″", "26°30′", 0.5 / 60),  # the coarser of two says how sure the pair is
        ("108.5", "26.50", 0.005),  # zeros that were written count
        ("108.5", "26°30′00.00″", 0.05),  # and a decimal beside seconds has one decimal
    ],
)
def test_what_was_written_bounds_how_sure_it_is(
    tmp_path: Path, lon: str, lat: str, half: float
) -> None:
    sites = one(tmp_path, f"甲,{lon},{lat},CGCS2000")
    # degrees at 26.5 N: 111 320 m x cos 26.5 = 99 624 m, and 111 700 m at most
    wanted = 30 + half * math.hypot(99_624, 111_700)
    assert sites.table["accuracy_m"][0] == pytest.approx(wanted, rel=1e-3)


def test_order_and_count_are_kept(tmp_path: Path) -> None:
    path = csv_of(tmp_path, HEAD, "乙,108,26.512345,CGCS2000", "", "甲,1,2,3", ",,,", "丙,,,")
    sites = read_projects(path, crs=CRS)
    assert sites.table["name"].tolist() == ["乙", "甲", "丙"]
    assert sites.table["row"].tolist() == [2, 4, 6]
    assert (sites.rows_in, sites.rows_blank) == (5, 2)
    assert sites.rows_in == len(sites) + sites.rows_blank
    assert np.array_equal([shape is None for shape in sites.geometry], [False, True, True])
