"""Doubts of common sense: each kind by a list made for it, numbers worked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.map_scene import Scene, X, Y, box
from tests.scenes.project_lists import csv_of
from tests.unit.projects.test_datum import as_shown, inside
from zoning import crs
from zoning.errors import ProjectFaults
from zoning.projects import examine, read_projects
from zoning.projects.counties import open_counties
from zoning.projects.sanity.steps import half_step_m, steps_of
from zoning.projects.sanity.twins import _bound, _full, _stem
from zoning.sites import Sites

HERE = shapely.Point(X + 5_000, Y + 5_000)


def doubts(sites: Sites, scene: Scene | None = None) -> list[list[str]]:
    examined = examine(sites, None if scene is None else scene.catalog)
    return [[fault.zh for fault in faults] for faults in examined.faults]


def one(text: list[str], word: str) -> str:
    [found] = [said for said in text if word in said]
    return found


# --- region ------------------------------------------------------------------------------------


def test_outside_across_and_near_the_border(scene: Scene) -> None:
    """The region is 40 km x 20 km from its corner; the layer's lines have no error."""
    sites = Sites.of(
        [
            shapely.Point(X + 20_000, Y + 23_000),
            box(39_000, 5_000, 2_000),
            shapely.Point(X + 20_000, Y + 19_990),
            shapely.Point(X + 20_000, Y + 19_000),
        ],
        accuracy_m=[10, 1, 20, 20],
        name=["甲", "乙", "丙", "丁"],
    )
    outside, across, near, inside = doubts(sites, scene)
    assert outside == ["不在辖区内，距界线 3.0 km"]
    assert across == ["一部分在辖区外"]
    assert near == ["边界存疑: 距辖区界线不到误差 20 m，在界内还是界外说不准"]
    assert inside == []


def test_a_list_of_another_jurisdiction_is_noted_as_a_whole(scene: Scene) -> None:
    away = [shapely.Point(X + 90_000 + 1_000 * i, Y) for i in range(3)]
    most = examine(Sites.of([*away, HERE, None], name=list("甲乙丙丁戊")), scene.catalog)
    assert most.notes[-1].startswith("4 个落图的组成部分里有 3 个在辖区外")
    half = examine(Sites.of([away[0], HERE], name=list("甲乙")), scene.catalog)
    assert half.notes == ()


# --- county ------------------------------------------------------------------------------------


def test_another_county_than_declared(scene: Scene) -> None:
    """50 m east of the border with 花溪区: ±40 m contradicts, ±100 m does not."""
    point = shapely.Point(X + 20_050, Y + 10_000)
    sites = Sites.of(
        [point, point], accuracy_m=[40, 100], county="花溪区", project=["甲", "甲"],
        component=["1号风机", "2号风机"],
    )  # fmt: skip
    wrong, possible = doubts(sites, scene)
    assert wrong == ["申报在花溪区，坐标落在开阳县，相距 0.1 km"]
    assert possible == []


@pytest.mark.parametrize(
    ("county", "adcode", "name", "said"),
    [
        ("花溪", "", "甲", None),
        ("", "520111", "甲", None),
        ("", "520121", "甲", "区划代码是开阳县，坐标落在花溪区，相距 15.0 km"),
        ("花溪区", "520121", "甲", "区划代码是开阳县，区县写的是「花溪区」"),
        ("", "520100", "甲", None),
        ("", "520321", "甲", "贵州省现行县级行政区划代码里没有这个代码"),
        ("", "", "开阳县某厂", "名称提到开阳县，坐标落在花溪区，相距 15.0 km"),
        ("花溪区", "", "开阳县某厂迁建", None),  # the county cell stands above the name
        ("平坝区", "", "甲", "申报在平坝区，坐标落在花溪区"),
        ("武侯区", "", "甲", "不认识的区县，无法与坐标核对"),
        ("贵安新区", "", "甲", None),
        ("贵阳市", "", "甲", None),
    ],
)
def test_what_a_row_says_of_its_county(
    scene: Scene, county: str, adcode: str, name: str, said: str | None
) -> None:
    """15 km inside 花溪区, whose border with 开阳县 is 15 km away."""
    sites = Sites.of([HERE], county=county, adcode=adcode, name=name)
    assert doubts(sites, scene) == [[said] if said else []]


def test_a_county_without_lines_may_hold_what_lies_at_the_edge(scene: Scene) -> None:
    """平坝区 is not in the catalog: 10 m inside the region, ±50 m, it cannot be excluded."""
    sites = Sites.of([shapely.Point(X + 10, Y + 5_000)], accuracy_m=50.0, county="平坝区")
    [said] = doubts(sites, scene)
    assert [text for text in said if "申报" in text] == []


def test_what_no_line_follows_is_noted_not_doubted(scene: Scene) -> None:
    sites = Sites.of([HERE, HERE], project="甲", component=["方阵", "道路"], county="贵安新区")
    examined = examine(sites, scene.catalog)
    assert examined.faults == ((), ())
    assert "2 行的区县写作「贵安新区」" in examined.notes[-1]


def test_a_list_picked_from_a_web_map_is_doubted_as_a_whole(repo: Path) -> None:
    """150 points near the borders of the real districts, as GCJ-02 shows them, named rightly."""
    import zoning

    catalog = zoning.Catalog.open(repo / "data")
    counties = open_counties(catalog)
    assert counties is not None
    points, named = inside(counties.zones.geometry, 150, seed=3, within_m=1_500)
    shown = as_shown(points, crs.to_gcj02)
    county = [counties.names[k] for k in named[:75]] + [""] * 75
    adcode = [""] * 75 + [counties.adcodes[k] for k in named[75:149]] + ["520100"]
    columns = {"county": county, "adcode": adcode, "accuracy_m": 10.0}
    names = [f"第{chr(0x4E00 + 9 * i)}厂" for i in range(150)]
    off = examine(Sites.of(shown, name=names, **columns), catalog).faults
    shifted = [[fault.zh for fault in each if "整体偏离" in fault.zh] for each in off]
    assert all("像是 GCJ-02 坐标" in text for [text] in shifted[:149])
    assert shifted[149] == []  # it names the city, not a county
    right = examine(Sites.of(points, name=names, **columns), catalog).faults
    assert not any("整体偏离" in fault.zh for each in right for fault in each)


# --- twins -------------------------------------------------------------------------------------


def test_one_project_under_two_numbers() -> None:
    same, near = shapely.Point(X, Y), shapely.Point(X + 30, Y)
    sites = Sites.of([same, near], name="清风电站", accuracy_m=20.0)  # 30 m < 20 + 20
    first, second = doubts(sites)
    assert first == ["与2同名，位置也相同，看来是同一项目报了两次"]
    assert second == ["与1同名，位置也相同，看来是同一项目报了两次"]


def test_one_name_at_two_places() -> None:
    sites = Sites.of(
        [shapely.Point(X, Y), shapely.Point(X + 3_000, Y + 4_000)], name=["清风 电站", "清风电站"]
    )
    assert doubts(sites) == [["与2同名，位置相距 5.0 km"], ["与1同名，位置相距 5.0 km"]]


def test_different_codes_are_different_projects_whatever_they_are_called() -> None:
    sites = Sites.of(
        [shapely.Point(X, Y), shapely.Point(X + 5_000, Y)], name="清风电站",
        code24=["2026-520181-26-03-123456", "2026-520181-26-03-123457"],
    )  # fmt: skip
    assert doubts(sites) == [[], []]


def test_one_place_under_two_names() -> None:
    here = shapely.box(X, Y, X + 100, Y + 100)
    turned = shapely.Polygon([(X + 100, Y), (X + 100, Y + 100), (X, Y + 100), (X, Y)])
    sites = Sites.of([here, turned, box(900, 0, 100)], name=["甲厂", "乙厂", "丙厂"])
    assert doubts(sites) == [
        ["与2不同名，坐标或边界却完全相同"],
        ["与1不同名，坐标或边界却完全相同"],
        [],
    ]


def test_phases_and_components_may_share_a_place() -> None:
    phases = Sites.of([HERE] * 2, name=["盘南电站一期", "盘南电站二期"])
    units = Sites.of([HERE] * 2, name=["GZ Plant Unit 1", "GZ Plant Unit 2"])
    parts = Sites.of([HERE] * 2, project="甲", component=["方阵", "升压站"], name="甲")
    numbered = Sites.of([HERE] * 2, name=["项目1", "项目2"])  # a bare number is no phase
    assert doubts(phases) == doubts(units) == doubts(parts) == [[], []]
    assert all("不同名" in said[0] for said in doubts(numbered))


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("某电厂1号机组", "某电厂"),
        ("某电厂 #2", "某电厂"),
        ("某电厂 Phase II Unit 3", "某电厂"),
        ("某园三期(重报)", "某园"),
        ("一期", "一期"),  # nothing would be left
        ("G75 高速", "g75高速"),
    ],
)
def test_names_without_their_phases(name: str, stem: str) -> None:
    assert _stem(_full(name)) == stem


def test_many_projects_on_one_round_coordinate() -> None:
    """Five of thirty at 106.80, 26.80, which is nobody's centre; the rest is spread over 1 deg."""
    lon = [106.80] * 5 + [106.10371 + 0.0411137 * i for i in range(25)]
    lat = [26.80] * 5 + [26.20391 + 0.0311713 * ((7 * i) % 25) for i in range(25)]
    sites = Sites.from_points(lon, lat, name=[f"第{chr(0x4E00 + 9 * i)}厂" for i in range(30)])
    said = doubts(sites)
    assert all(
        one(each, "占位").startswith("看来是占位坐标: 30 个项目里有 5 个都用一个整数坐标")
        for each in said[:5]
    )
    assert all(each == [] for each in said[5:])


def test_two_on_one_round_coordinate_may_be_chance() -> None:
    """Two of thirty: 435 pairs x (10 cells of 1.1 km2 over some 9000 km2) is no rarity."""
    lon = [106.80] * 2 + [106.10371 + 0.0411137 * i for i in range(28)]
    lat = [26.80] * 2 + [26.20391 + 0.0311713 * ((9 * i) % 28) for i in range(28)]
    said = doubts(
        Sites.from_points(lon, lat, name=[f"第{chr(0x4E00 + 9 * i)}厂" for i in range(30)])
    )
    assert "不同名" in said[0][0]
    assert not any("占位" in text for each in said for text in each)


def test_a_copy_of_a_gazetteer_centre_needs_no_twin() -> None:
    """修文县 106.592108, 26.838926 to six decimals, and cut to five; not to two."""
    lon = [106.592108, 106.8123, 106.9371, 106.3217]
    lat = [26.838926, 26.7711, 26.9103, 26.5127]
    exact = doubts(Sites.from_points(lon, lat, name=list("甲乙丙丁")))
    assert one(exact[0], "占位").startswith("看来是占位坐标: 正是修文县的地名库中心点")
    assert exact[1:] == [[], [], []]
    cut = doubts(Sites.from_points([106.59, *lon[1:]], [26.84, *lat[1:]], name=list("甲乙丙丁")))
    assert not any("占位" in text for text in cut[0])


def test_the_bound_on_chance_by_hand_and_by_drawing() -> None:
    """3 pairs of 3 on one cell of 1 %: 0.03. Drawn: 50 on 730 cells, three or more on one."""
    assert _bound(3, 2, 0.01, 1) == pytest.approx(0.03)
    assert _bound(50, 3, 1 / 730, 2) == pytest.approx(math.comb(50, 3) / 730**2)
    rng = np.random.default_rng(7)
    drawn = rng.integers(0, 730, (4000, 50))
    crowded = np.mean([np.bincount(row).max() >= 3 for row in drawn])
    assert 0.5 * _bound(50, 3, 1 / 730, 2) < crowded <= _bound(50, 3, 1 / 730, 2) * 1.2


# --- amounts -----------------------------------------------------------------------------------


def pv(area_m2: float, capacity: float, unit: str = "MW", **columns: object) -> Sites:
    return Sites.of(
        [HERE], kind="pv", capacity=capacity, capacity_unit=unit, declared_m2=area_m2,
        accuracy_m=10.0, **columns,
    )  # fmt: skip


def test_pv_area_per_megawatt() -> None:
    """60 MW need 24 ha at 0.4 ha/MW; 300 ha are 5 ha/MW."""
    assert doubts(pv(239_000, 60)) == [
        ["光伏规模与用地不相称: 23.9 ha / 60 MW = 0.4 ha/MW，小于合理范围的 0.4; "
         "已知项目 1.2-2.2 ha/MW"]
    ]  # fmt: skip
    assert doubts(pv(241_000, 60)) == [[]]
    assert doubts(pv(2_990_000, 60)) == [[]]
    assert "大于合理范围的 5" in doubts(pv(3_010_000, 60))[0][0]


@pytest.mark.parametrize(
    ("capacity", "unit"), [(60_000, "kW"), (6, "万千瓦"), (0.06, "GW"), (60, "兆瓦"), (60, "MWp")]
)
def test_capacity_in_every_unit(capacity: float, unit: str) -> None:
    assert doubts(pv(600_000, capacity, unit)) == [[]]
    assert "不相称" in doubts(pv(60_000, capacity, unit))[0][0]


def test_an_unknown_unit_or_no_amount_claims_nothing() -> None:
    assert (
        doubts(pv(600, 60, "t/a")) == doubts(pv(math.nan, 60)) == doubts(pv(600, math.nan)) == [[]]
    )


def test_components_of_a_project_add_up() -> None:
    """Two arrays of 15 ha: 60 MW of the whole, stated in both rows, or 30 MW each, is plausible."""
    parts = {
        "project": "甲",
        "component": ["1号方阵", "2号方阵"],
        "kind": "pv",
        "capacity_unit": "MW",
    }
    shapes = [shapely.box(X, Y, X + 300, Y + 500), shapely.box(X + 900, Y, X + 1200, Y + 500)]
    assert doubts(Sites.of(shapes, capacity=60.0, **parts)) == [[], []]
    assert doubts(Sites.of(shapes, capacity=30.0, **parts)) == [[], []]
    assert all(
        "30 ha / 100 MW" in each[0] for each in doubts(Sites.of(shapes, capacity=100.0, **parts))
    )


def test_a_heap_deeper_than_any() -> None:
    """500 万 m3 on 2 ha are 250 m high."""
    heap = Sites.of([HERE], kind="tailings", capacity=500.0, capacity_unit="万m3", declared_m2=2e4)
    assert "尾矿库库容规模与用地不相称" in one(doubts(heap)[0], "不相称")


def test_points_where_a_boundary_is_announced(tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "项目编号,项目名称,项目类型,建设性质,经度,纬度,边界(WKT),坐标系,占地面积(亩),备注",
        "1,甲厂,工业,新建,106.71234,26.61234,,CGCS2000,300,",
        "2,乙厂,工业,新建,106.81234,26.61234,,CGCS2000,3,",
        "3,丙厂,工业,新建,,,POINT (106.91234 26.61234),CGCS2000,3,",
        "4,丁厂,工业,新建,106.71234,26.71234,,CGCS2000,3,边界见红线图",
        "5,戊园,园区,新建,106.71234,26.81234,,CGCS2000,3,",
        '6,己厂,工业,新建,,,"POLYGON ((106.7 26.6,106.71 26.6,106.71 26.61,106.7 26.6))",'
        "CGCS2000,800,见红线图",
    )
    said = doubts(read_projects(path, crs="EPSG:4545"))
    assert said[0] == ["清单有边界列，这一行占地 1 公顷以上却只有点位"]
    assert said[1] == []
    assert said[2] == ["边界列里写的是一个点"]
    assert said[3] == ["备注提到「红线图」，这一行却只有点位"]
    assert said[4] == ["园区只给了一个点位"]
    assert said[5] == []


def test_coordinates_too_coarse_for_the_ground(tmp_path: Path) -> None:
    """0.01 deg leaves 0.005 deg both ways: 557 m north, 498 m east, 747 m in all; 1 ha is 56 m."""
    [error] = half_step_m(np.array([0.01]), np.array([26.6]))
    assert error == pytest.approx(746.5, abs=0.5)
    path = csv_of(
        tmp_path,
        "项目编号,项目名称,经度,纬度,坐标系,占地面积(公顷)",
        "1,甲厂,106.73,26.61,CGCS2000,1",
        "2,乙厂,106.7500,26.6100,CGCS2000,1",  # the zeros were written
        "3,丙园,106.83,26.61,CGCS2000,400",  # 1.1 km across: found all the same
        "4,丁厂,106.731,26.612,CGCS2000,1",  # 75 m
    )
    said = doubts(read_projects(path, crs="EPSG:4545"))
    assert one(said[0], "一格").startswith("坐标只写到约 1493 m 一格，最多偏 747 m")
    assert said[1:] == [[], [], []]


def test_steps_of_numbers() -> None:
    lon = np.array([106.5, 106 + 38 / 60, 106.63, 106 + 38 / 60 + 7 / 3600, 106.7123, np.nan])
    lat = np.array([26.4, 26.5, 26.65, 26.5, 26.61, 26.0])
    expected = [0.1, 1 / 60, 0.01, 1 / 3600, 1e-4, np.nan]
    np.testing.assert_allclose(steps_of(lon, lat), expected)


def test_accuracies_that_cannot_be() -> None:
    """A list that states them: a millimetre; a square of 100 m, 56 m in radius, ±60 m."""
    from dataclasses import replace

    plot = box(0, 0, 100)
    sites = Sites.of(
        [plot, plot, plot], accuracy_m=[0.001, 60.0, 50.0], project="甲", component=list("ABC")
    )
    sites = replace(sites, headers=(("定位精度(m)", "accuracy_m"),))
    assert doubts(sites) == [
        ["没有哪种测量能达到这个精度"],
        ["声明的误差比地块本身 (半径约 56 m) 还大"],
        [],
    ]


# --- the whole ---------------------------------------------------------------------------------


def test_strict_says_every_row_at_once(scene: Scene, tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "项目编号,项目名称,经度,纬度,坐标系",
        "1,甲厂,106.71234,,CGCS2000",
        "2,乙厂,116.71234,26.61234,CGCS2000",
    )
    with pytest.raises(ProjectFaults) as caught:
        examine(read_projects(path, crs="EPSG:4545"), scene.catalog, strict=True)
    assert [fault.row for fault in caught.value.faults] == [2, 3]


def test_faults_point_into_the_file(scene: Scene, tmp_path: Path) -> None:
    path = csv_of(
        tmp_path,
        "项目编号,项目名称,东经,北纬,坐标系,所在区县",
        "1,甲厂,106.71234,26.61234,CGCS2000,花溪区",
    )
    sites = read_projects(path, crs="EPSG:4545")
    found = examine(sites, scene.catalog).faults[0]
    places = {(f.file, f.row, f.column, f.value) for f in found}
    assert ("list.csv", 2, "所在区县", "花溪区") in places or not found
    assert all(f.en and f.remedy_zh and f.remedy_en for f in found)


def test_the_sample_is_doubted_where_it_was_made_wrong(repo: Path) -> None:
    """The two rows that the sample makes wrong in place, and arrays too small for 60 MW."""
    import zoning

    catalog = zoning.Catalog.open(repo / "data")
    read = read_projects(repo / "data/projects/proposed_projects.xlsx", crs=catalog.crs)
    examined = examine(read, catalog)
    new = {
        str(site): " ".join(fault.zh for fault in after[len(before) :])
        for site, before, after in zip(read.ids, read.faults, examined.faults, strict=True)
        if len(after) > len(before)
    }
    assert "申报在清镇市，坐标落在白云区" in new.pop("SL-018")  # dirty = "county"
    assert "不在辖区内" in new.pop("SL-040")  # dirty = "far"
    assert "边界存疑" in new.pop("SL-021")  # on the bank of the Wu, which is the border
    assert "只有点位" in new.pop("SL-042")  # dirty = "swap", of 1.6 ha
    assert set(new) == {"SL-013", "SL-015", "SL-020", "SL-029", "SL-044"}
    assert all("60 MW" in text for text in new.values())
