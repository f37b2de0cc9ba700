"""Tables of one row a vertex: gathered, with every row accounted for."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.scenes.project_lists import read, said, xlsx_of
from zoning.projects import read_projects

HEAD = "项目名称,占地面积(公顷),拐点编号,X坐标,Y坐标,坐标系"


def test_names_repeated_or_blank(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        HEAD,
        "甲,1,J1,2944000.0,36500000.0,CGCS2000",
        ",,J2,2944000.0,36500100.0,",
        ",,J3,2944100.0,36500100.0,",
        ",,J4,2944100.0,36500000.0,",
        "乙,2,J1,2945000.0,36500000.0,CGCS2000",
        "乙,2,J2,2945000.0,36500200.0,CGCS2000",
        "乙,2,J3,2945100.0,36500200.0,CGCS2000",
    )
    assert sites.table["name"].tolist() == ["甲", "乙"]
    assert [shape.area for shape in sites.geometry] == pytest.approx([10_000, 10_000])
    assert sites.table["declared_m2"].tolist() == [10_000, 20_000]
    assert sites.table["row"].tolist() == [2, 6]
    assert "2-5" in sites.table["place"][0]
    assert "6-8" in sites.table["place"][1]
    assert (sites.rows_in, sites.rows_blank, sites.rows_gathered) == (7, 0, 5)
    assert "7 rows of vertices gathered into 2 projects" in "".join(sites.notes)
    assert sites.faults[0] == ()
    assert ["申报面积" in fault.zh for fault in sites.faults[1]] == [True]  # a triangle: half of it


def test_rings_and_holes(tmp_path: Path) -> None:
    corners = [(0, 0), (0, 10), (10, 10), (10, 0)]
    rows = [f"甲,{i},1,{2944000 + x}.0,{500000 + y}.0" for i, (x, y) in enumerate(corners, 1)]
    rows += [
        f",{i},2,{2944004 + x / 5:.1f},{500004 + y / 5:.1f}" for i, (x, y) in enumerate(corners, 1)
    ]
    sites = read(tmp_path, "项目名称,界址点号,圈号,X坐标(EPSG:4545),Y坐标(EPSG:4545)", *rows)
    assert sites.geometry[0].area == pytest.approx(100 - 4)
    assert "空洞 1 个" in sites.table["place"][0]


def test_degrees_of_vertices_by_their_headers(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,拐点坐标经度,拐点坐标纬度,坐标系",
        "甲,108°06′00″,26°30′00″,CGCS2000",
        "甲,108°06′36″,26°30′00″,CGCS2000",
        "甲,108°06′36″,26°30′36″,CGCS2000",
    )
    assert len(sites) == 1
    # half of 0.01 deg x 0.01 deg at 26.5 N: 0.5 x 996.6 m x 1107.9 m
    assert sites.geometry[0].area == pytest.approx(0.5 * 996.6 * 1107.9, rel=2e-3)
    assert sites.table["accuracy_m"][0] == pytest.approx(10 + math.hypot(13.84, 15.51), abs=0.1)


def test_a_vertex_that_cannot_be_read_takes_the_boundary_with_it(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        HEAD,
        "甲,1,J1,2944000.0,36500000.0,CGCS2000",
        ",,J2,abc,36500100.0,",
        ",,J3,2944100.0,,",
        "乙,,J1,2944000.0,36500000.0,CGCS2000",
    )
    assert sites.geometry[0] is None
    assert {fault.row for fault in sites.faults[0]} == {2, 3, 4}
    assert "拐点没有坐标" in said(sites)
    assert "边界不完整" in said(sites)
    assert sites.table["coordinates_doubted"][0] == 1
    assert sites.geometry[1].geom_type == "Point"


def test_numbers_that_are_skipped_and_rows_that_contradict(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        HEAD,
        "甲,1,J1,2944000.0,36500000.0,CGCS2000",
        "甲,2,J2,2944000.0,36500100.0,CGCS2000",
        "甲,1,J5,2944100.0,36500100.0,CGCS2000",
    )
    assert sites.geometry[0] is not None
    assert "从 2 跳到 5" in said(sites)
    assert "填写不一致" in said(sites)
    assert sites.table["declared_m2"][0] == 10_000


def test_vertices_in_different_frames_are_refused(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        HEAD,
        "甲,1,J1,2944000.0,36500000.0,CGCS2000",
        "甲,1,J2,2944000.0,36500100.0,西安80",
        "甲,1,J3,2944100.0,36500100.0,CGCS2000",
    )
    assert sites.geometry[0] is None
    assert "坐标系写得不同" in said(sites)


def test_two_vertices_and_one(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        HEAD,
        "甲,1,J1,2944000.0,36500000.0,CGCS2000",
        ",,J2,2944000.0,36500100.0,",
        "乙,1,J1,2944000.0,36500000.0,CGCS2000",
    )
    assert [shape is None for shape in sites.geometry] == [True, False]
    assert "两个点" in said(sites)


def test_rows_of_one_project_that_stand_apart(tmp_path: Path) -> None:
    rows = ["甲,1,J1,2944000.0,36500000.0", "乙,1,J1,2945000.0,36500000.0"]
    rows += ["甲,1,J2,2944000.0,36500100.0", "乙,1,J2,2945000.0,36500100.0"]
    rows += ["甲,1,J3,2944100.0,36500100.0", "乙,1,J3,2945100.0,36500100.0"]
    sites = read(tmp_path, HEAD.removesuffix(",坐标系"), *rows, list_crs="CGCS2000")
    assert len(sites) == 2
    assert [shape.area for shape in sites.geometry] == pytest.approx([5_000, 5_000])
    assert "2, 4, 6" in sites.table["place"][0]


def test_numbered_points_are_no_vertices(tmp_path: Path) -> None:
    # turbines with numbers: three places, and the list says thrice the same project
    head = "项目名称,点号,经度,纬度,坐标系"
    rows = [f"风电场,{i},108.{i}12345,26.512345,CGCS2000" for i in (1, 2, 3)]
    sites = read(tmp_path, head, *rows)
    assert len(sites) == 3
    assert sites.rows_gathered == 0
    joints = read(tmp_path, head, *[row.replace(",", ",J", 1) for row in rows])
    assert len(joints) == 1


def test_an_ordinary_list_is_left_alone(tmp_path: Path) -> None:
    sites = read(
        tmp_path, "项目名称,经度,纬度,坐标系", "甲,108.1,26.5,CGCS2000", ",108.2,26.5,CGCS2000"
    )
    assert len(sites) == 2
    assert "没有项目名称" in said(sites, 1)


def test_merged_cells_of_a_workbook(tmp_path: Path) -> None:
    rows = [["项目名称", "拐点号", "圈号", "X坐标", "Y坐标", "坐标系"]]
    corners = [(0, 0), (0, 100), (100, 100), (100, 0)]
    rows += [
        [
            "甲" if i == 0 else None,
            i + 1,
            1,
            2944000.5 + x,
            36500000.5 + y,
            "CGCS2000" if i == 0 else None,
        ]
        for i, (x, y) in enumerate(corners)
    ]
    sites = read_projects(xlsx_of(tmp_path, {"表": rows}), crs="EPSG:4545")
    assert len(sites) == 1
    assert sites.geometry[0].area == pytest.approx(10_000)
    assert sites.rows_in == len(sites) + sites.rows_blank + sites.rows_gathered


def test_cells_merged_over_the_vertices_of_a_project(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["项目名称", "占地面积(公顷)", "拐点坐标", None, None, "坐标系"])
    sheet.append([None, None, "点号", "X", "Y", None])
    for name, north in (("甲", 2944000.5), ("乙", 2945000.5)):
        corners = [(0, 0), (0, 100), (100, 100), (100, 0)]
        for i, (x, y) in enumerate(corners):
            first = (name, 1, "CGCS2000") if i == 0 else (None, None, None)
            sheet.append([*first[:2], i + 1, north + x, 36500000.5 + y, first[2]])
    for area in ("C1:E1", "A3:A6", "B3:B6", "F3:F6", "A7:A10", "B7:B10", "F7:F10"):
        sheet.merge_cells(area)
    path = tmp_path / "merged.xlsx"
    book.save(path)
    sites = read_projects(path, crs="EPSG:4545")
    assert sites.table["name"].tolist() == ["甲", "乙"]
    assert sites.table["declared_m2"].tolist() == [10_000, 10_000]
    assert [shape.area for shape in sites.geometry] == pytest.approx([10_000, 10_000])
    assert not any(sites.faults)  # one amount for one project, however many rows it has
