"""Coordinates: read where they are sure, refused with a reason where they are not."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from project_lists import CRS, REGION, csv_of, read, said

from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.statements import gauss_kruger, read_statement

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
        ("GCJ-02", "GCJ-02"),
        ("高德地图", "GCJ-02"),
        ("百度", "BD-09"),
        ("BD09", "BD-09"),
        ("1980西安坐标系", "西安80"),
        ("EPSG:2360", "西安80"),
        ("EPSG:4610", "西安80"),
        ("北京54", "北京54"),
        ("贵阳独立坐标系", "独立"),
    ],
)
def test_refused_statements(tmp_path: Path, text: str, why: str) -> None:
    assert why in read_statement(text).zh
    sites = one(tmp_path, f"甲,106.7123,26.6123,{text}")
    assert sites.geometry[0] is None
    assert sites.table["coordinates_doubted"][0] == 1
    assert why in said(sites)
    assert math.isnan(sites.table["lon"][0])


def test_contradictory_and_unknown_statements() -> None:
    assert read_statement("CGCS2000 3度带 18带") is None
    assert read_statement("CGCS2000 35带 CM108") is None
    assert read_statement("EPSG:99999") is None
    assert read_statement("坐标") is None


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
        "甲,１０８.000000,26.500000,WGS84",
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


def test_one_row_against_the_order_of_its_list_is_refused(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,X坐标,Y坐标,坐标系",
        "甲,2944000,500000,EPSG:4545",
        "乙,2944100,500100,EPSG:4545",
        "丙,500200,2944200,EPSG:4545",
    )
    assert [shape is None for shape in sites.geometry] == [False, False, True]
    assert "写反了" in said(sites, 2)


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
        ("甲,26.6123,106.7123,CGCS2000", "经度和纬度写反了", "请对调"),
        ("甲,26.6123,106.7123,", "经度和纬度写反了", "请对调"),
        ("甲,10.6123,26.7123,CGCS2000", "不在中国范围", ""),
        ("甲,397818.5,2944000.5,", "没有写坐标系", ""),
        ("甲,36397818.5,2944000.5,", "没有写坐标系", "EPSG:4524"),
        ("甲,397818.5,2944000.5,CGCS2000", "没有写带号", ""),
        ("甲,397818.5,2944000.5,EPSG:4490", "数值却像米制", "EPSG:4545"),
        ("甲,106.7123,26.6123,EPSG:4545", "数值却像经纬度", "EPSG:4490"),
        ("甲,36397818.5,2944000.5,EPSG:4545", "以 36 开头", "EPSG:4524"),
        ("甲,35397818.5,2944000.5,EPSG:4524", "以 35 开头", "EPSG:4523"),
        ("甲,397818.5,2944000.5,EPSG:4524", "没有带号", ""),
        ("甲,18662296,2944000.5,CGCS2000 3度带 35带", "以 18 开头", "EPSG:4496"),
        ("甲,2944000.5,397818.5,EPSG:4545", "写反了", "请对调"),
        ("甲,2944000.5,36397818.5,EPSG:4524", "写反了", "请对调"),
        ("甲,2944000.5,36397818.5,CGCS2000", "写反了", "请对调"),
        ("甲,106°42′30.5″,26°30′0″,CGCS2000", "度分秒", "106.708472"),
        ("甲,106度42分30.5秒,26度30分,CGCS2000", "度分秒", "106.708472"),
        ("甲,106 42 30,26 30 00,CGCS2000", "度分秒", "106.708333"),
        ('甲,"106.7,26.6",,CGCS2000', "只填了一半", ""),
        ("甲,106.7123,,CGCS2000", "只填了一半", ""),
        ("甲,,,CGCS2000", "没有坐标", ""),
        ("甲,abc,26.6,CGCS2000", "不是数", ""),
        ("甲,106.7123,26.6123,某某坐标", "坐标系写法看不懂", "EPSG:4490"),
        ("甲,500,26.6,CGCS2000", "既不像经纬度", ""),
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


def test_a_header_that_says_dms_is_refused(tmp_path: Path) -> None:
    sites = one(tmp_path, "甲,106.4230,26.3012", "项目名称,经度(度分秒),纬度(度分秒)")
    assert sites.geometry[0] is None
    assert "表头写明是度分秒" in said(sites)


def test_a_list_that_reads_as_ddd_mmss_is_refused(tmp_path: Path) -> None:
    points = ["106.4230,26.3015", "106.4105,26.2530", "106.3959,26.3559", "106.5001,26.4040"]
    rows = [f"甲{i},{point},CGCS2000" for i, point in enumerate([*points, "106.4444,26.3333"])]
    suspected = read(tmp_path, HEAD, *rows)
    assert all(shape is None for shape in suspected.geometry)
    assert "ddd.mmss" in said(suspected)
    # one row whose digits cannot be minutes and seconds clears the list
    cleared = read(tmp_path, HEAD, *rows, "乙,106.7123,26.6123,CGCS2000")
    assert all(shape is not None for shape in cleared.geometry)
    # and so do headers that say decimal
    decimal = read(tmp_path, HEAD.replace("经度", "经度(十进制度)"), *rows)
    assert all(shape is not None for shape in decimal.geometry)


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
        ("POLYGON ((26.5 106.7, 26.6 106.7, 26.6 106.8, 26.5 106.7))", "写反了"),
        ("GEOMETRYCOLLECTION (POINT (108 26), LINESTRING (108 26, 108 27))", "混合"),
    ],
)
def test_bad_wkt(tmp_path: Path, wkt: str, why: str) -> None:
    sites = one(tmp_path, f'甲,"{wkt}",CGCS2000', WKT)
    assert sites.geometry[0] is None
    assert why in said(sites)


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


def test_order_and_count_are_kept(tmp_path: Path) -> None:
    path = csv_of(tmp_path, HEAD, "乙,108,26.512345,CGCS2000", "", "甲,1,2,3", ",,,", "丙,,,")
    sites = read_projects(path, crs=CRS)
    assert sites.table["name"].tolist() == ["乙", "甲", "丙"]
    assert sites.table["row"].tolist() == [2, 4, 6]
    assert (sites.rows_in, sites.rows_blank) == (5, 2)
    assert sites.rows_in == len(sites) + sites.rows_blank
    assert np.array_equal([shape is None for shape in sites.geometry], [False, True, True])
