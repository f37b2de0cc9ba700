"""Cells that hold a pair or a whole boundary, and the geometry that vertices make."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.scenes.project_lists import read, said
from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.outlines import Outline, Vertices, outline
from zoning.projects.coordinates.vertices import Drawn, read_drawn

TRIANGLE = [(106.7, 26.6), (106.8, 26.6), (106.8, 26.7)]


def drawn(text: str, **options: bool) -> Drawn:
    made = read_drawn(text, **options)
    assert isinstance(made, Drawn), made
    return made


@pytest.mark.parametrize(
    "text",
    [
        "东经106°42′ 北纬26°38′",
        "北纬26°38′，东经106°42′",
        "东经106°42′\n北纬26°38′",
        "106°42′E, 26°38′N",
        "E106°42′N26°38′",
        "E：106°42′；N：26°38′",
        "106度42分、26度38分",
        "经度:106°42' 纬度:26°38'",
        "106°42′ E 26°38′ N",
        "106°42′E 26°38′N",
        "26°38′/106°42′",
        "106 42 00 26 38 00",
        "106 42 00\n26 38 00",
        "106-42-00,26-38-00",
        "106:42:00 26:38:00",
        "中心点坐标：东经106°42′，北纬26°38′",
    ],
)
def test_one_pair(text: str) -> None:
    xy = drawn(text).vertices.xy
    assert xy == pytest.approx(np.array([[106.7, 26 + 38 / 60]]), abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "1: 106.7,26.6; 2: 106.8,26.6; 3: 106.8,26.7",
        "1、106.7，26.6；2、106.8，26.6；3、106.8，26.7",
        "J1 26.6 106.7 J2 26.6 106.8 J3 26.7 106.8",
        "J1,1,26.6,106.7\nJ2,1,26.6,106.8\nJ3,1,26.7,106.8",
        "(106.7,26.6),(106.8,26.6),(106.8,26.7)",
        "[[106.7,26.6],[106.8,26.6],[106.8,26.7]]",
        "106.7,26.6 106.8,26.6 106.8,26.7",
        "106.7\n26.6\n106.8\n26.6\n106.8\n26.7",
        "1 106.7 26.6 2 106.8 26.6 3 106.8 26.7",
        "①106.7,26.6②106.8,26.6③106.8,26.7",
        "拐点1：E106.7°，N26.6°；拐点2：E106.8°，N26.6°；拐点3：E106.8°，N26.7°",
        "A: 106.7,26.6; B: 106.8,26.6; C: 106.8,26.7",
    ],
)
def test_vertices(text: str) -> None:
    read = drawn(text)
    assert read.vertices.xy == pytest.approx(np.array(TRIANGLE))
    assert read.decimals == 1
    assert not read.sexagesimal


def test_metres_in_either_order() -> None:
    for text in ("X=2944000.5,Y=397818.5", "397818.5 2944000.5", "Y:36397818.5\nX:2944000.5"):
        x, y = drawn(text).vertices.xy[0]
        assert x % 1e6 == 397_818.5
        assert y == 2_944_000.5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("106.7", "成对"),
        ("106.7,26.6,106.8", "成对"),
        ("106.7,126.6", "成对"),
        ("东经106°42′,东经26°38′", "同一个方向"),
        ("106°61′,26°30′", "不小于 60"),
        ("见附图", "看不懂"),
        ("106.7,26.6 (示意)", "看不懂"),
        ("106，26，107，27，106，27", "不止一种读法"),
        ("中心点：106.7,26.6；J1：106.8,26.6；J2：106.8,26.7", "中心点"),
        ("W106.7 N26.6", "西经"),
        ("", "成对"),
        pytest.param("106.7,26.6;" * 400_000, "过长", id="long"),
    ],
)
def test_cells_that_are_refused(text: str, why: str) -> None:
    read = read_drawn(text)
    assert isinstance(read, Refusal)
    assert why in read.zh


def test_numbers_under_a_header_that_says_dms() -> None:
    xy = drawn("1,106.4230,26.3800;2,106.4231,26.3800", packed=True).vertices.xy
    assert xy[0] == pytest.approx([106 + 42 / 60 + 30 / 3600, 26 + 38 / 60])


# --- rings ------------------------------------------------------------------------------------

SQUARE = [(0, 0), (0, 10), (10, 10), (10, 0)]
HOLE = [(4, 4), (4, 6), (6, 6), (6, 4)]
APART = [(20, 0), (20, 10), (30, 10), (30, 0)]


def made(
    *rings: list[tuple[float, float]], numbered: bool = False, ringed: bool = False
) -> Outline:
    xy = np.array([point for ring in rings for point in ring], dtype=float)
    number = [i + 1 if numbered else 0 for ring in rings for i in range(len(ring))]
    ring = [k if ringed else 0 for k, points in enumerate(rings) for _ in points]
    shape = outline(Vertices(xy, np.array(ring), np.array(number)))
    assert isinstance(shape, Outline), shape
    return shape


def closed(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [*ring, ring[0]]


def test_an_open_ring_is_closed_and_told() -> None:
    open_, shut = made(SQUARE), made(closed(SQUARE))
    assert open_.shape.equals(shut.shape)
    assert open_.shape.area == 100
    assert (open_.closed, shut.closed) == (True, False)
    assert "首尾相连" in open_.told
    assert "首尾相连" not in shut.told


@pytest.mark.parametrize(
    ("rings", "options"),
    [
        ((closed(SQUARE), closed(HOLE)), {}),  # behind a closing vertex another ring begins
        ((SQUARE, HOLE), {"numbered": True}),  # J1 again
        ((SQUARE, HOLE), {"ringed": True}),
        ((closed(SQUARE), closed(HOLE)), {"numbered": True, "ringed": True}),
        ((HOLE, SQUARE), {"ringed": True}),  # the hole first
    ],
)
def test_a_ring_inside_another_is_a_hole(rings, options) -> None:
    shape = made(*rings, **options)
    assert shape.shape.geom_type == "Polygon"
    assert shape.shape.area == 96
    assert "空洞 1 个" in shape.told


def test_rings_apart_are_parts() -> None:
    shape = made(SQUARE, APART, HOLE, ringed=True)
    assert shape.shape.geom_type == "MultiPolygon"
    assert shape.shape.area == 196


def test_an_island_in_a_hole() -> None:
    hole = [(1, 1), (1, 9), (9, 9), (9, 1)]
    assert made(SQUARE, hole, HOLE, ringed=True).shape.area == 100 - 64 + 4


def test_many_rings_end() -> None:
    rings = [[(x, 0), (x + 0.5, 0), (x + 0.5, 0.5)] for x in range(3_000)]
    assert len(made(*rings, ringed=True).shape.geoms) == 3_000


def refused(xy: list[tuple[float, float]], ring: list[int] | None = None) -> Refusal:
    none = np.zeros(len(xy), dtype=int)
    shape = outline(Vertices(np.array(xy, float), none if ring is None else np.array(ring), none))
    assert isinstance(shape, Refusal)
    return shape


def test_too_few_points() -> None:
    assert "两个点" in refused([(0, 0), (1, 1)]).zh
    assert "两个点" in refused([(0, 0), (1, 1), (0, 0)]).zh
    assert "不足三个" in refused([*SQUARE, (20, 0), (30, 0)], [0, 0, 0, 0, 1, 1]).zh
    assert made([(3, 4)]).shape.geom_type == "Point"
    assert made([(3, 4), (3, 4)]).shape.geom_type == "Point"


def test_a_linear_project_is_a_line() -> None:
    xy, none = np.array(SQUARE, float), np.zeros(4, dtype=int)
    line = outline(Vertices(xy, none, none), linear=True)
    assert isinstance(line, Outline)
    assert line.shape.geom_type == "LineString"
    assert line.shape.length == 30
    two = outline(Vertices(xy[:2], none[:2], none[:2]), linear=True)
    assert isinstance(two, Outline)
    assert two.shape.length == 10


# --- lists ------------------------------------------------------------------------------------


def test_a_boundary_in_a_cell(tmp_path: Path) -> None:
    # 100 m x 100 m in metres; as a list writes it, north first, with the zone
    cell = (
        "J1 2944000.0 36500000.0 J2 2944000.0 36500100.0 "
        "J3 2944100.0 36500100.0 J4 2944100.0 36500000.0"
    )
    sites = read(tmp_path, "项目名称,拐点坐标,坐标系", f"甲,{cell},CGCS2000")
    assert sites.geometry[0].area == pytest.approx(10_000)
    assert sites.geometry[0].bounds == pytest.approx((500_000, 2_944_000, 500_100, 2_944_100))
    assert "4 个拐点" in sites.table["place"][0]
    assert "首尾相连" in sites.table["place"][0]
    assert "1 rings were closed" in "".join(sites.notes)
    assert sites.table["accuracy_m"][0] == pytest.approx(10 + 0.05 * 2**0.5)
    assert not sites.faults[0]


def test_vertices_come_before_a_centre_and_a_centre_before_nothing(tmp_path: Path) -> None:
    head = "项目名称,中心坐标,拐点坐标(CGCS2000)"
    ring = "108.1,26.5;108.2,26.5;108.2,26.6"
    sites = read(tmp_path, head, f'甲,"108.15,26.55","{ring}"', '乙,"108.15,26.55",')
    assert [shape.geom_type for shape in sites.geometry] == ["Polygon", "Point"]


def test_a_line_stays_a_line(tmp_path: Path) -> None:
    head = "项目名称,项目类型,拐点坐标(CGCS2000)"
    route = "108.123456,26.512345;108.223456,26.512345;108.223456,26.612345"
    sites = read(tmp_path, head, f'甲,输电线路,"{route}"', f'乙,工业项目,"{route}"')
    assert sites.table["kind"].tolist() == ["transmission", "industry"]
    assert [shape.geom_type for shape in sites.geometry] == ["LineString", "Polygon"]


def test_a_boundary_that_crosses_itself_is_repaired_and_told(tmp_path: Path) -> None:
    cell = "108.1,26.5;108.2,26.6;108.2,26.5;108.1,26.6"
    sites = read(tmp_path, "项目名称,拐点坐标(CGCS2000)", f'甲,"{cell}"')
    assert bool(sites.table["repaired"][0])
    assert "已修复" in said(sites)


def test_two_points_make_no_boundary(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,拐点坐标(CGCS2000)", '甲,"108.1,26.5;108.2,26.6"', "乙,108.1")
    assert [shape is None for shape in sites.geometry] == [True, True]
    assert "两个点围不成面" in said(sites)
    assert sites.table["coordinates_doubted"].tolist() == [1, 1]
