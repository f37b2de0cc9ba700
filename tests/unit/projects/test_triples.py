"""Degrees, minutes and seconds in columns of their own."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.scenes.project_lists import read, said, xlsx_of
from zoning.projects import read_projects


@pytest.mark.parametrize(
    "head",
    [
        "经度(度),经度(分),经度(秒),纬度(度),纬度(分),纬度(秒)",
        "东经（°）,东经（′）,东经（″）,北纬（°）,北纬（′）,北纬（″）",
        "经度度,经度分,经度秒,纬度度,纬度分,纬度秒",
    ],
)
def test_three_columns_each(tmp_path: Path, head: str) -> None:
    sites = read(
        tmp_path,
        f"项目名称,{head},坐标系",
        "甲,106,42,30.5,26,38,20.5,CGCS2000",
        "乙,106,42,,26,38,,CGCS2000",
        "丙,106,,30,26,38,20,CGCS2000",
        "丁,106,71,30,26,38,20,CGCS2000",
        "戊,,,,,,,CGCS2000",
    )
    assert sites.table["lon"][0] == pytest.approx(106 + 42 / 60 + 30.5 / 3600, abs=1e-9)
    assert sites.table["lat"][0] == pytest.approx(26 + 38 / 60 + 20.5 / 3600, abs=1e-9)
    # half a tenth of a second; half a minute
    degree = math.hypot(111_320 * math.cos(math.radians(26.64)), 111_700)
    assert sites.table["accuracy_m"][0] == pytest.approx(30 + degree * 0.05 / 3600, rel=1e-3)
    assert sites.table["accuracy_m"][1] == pytest.approx(30 + degree * 0.5 / 60, rel=1e-3)
    assert [shape is None for shape in sites.geometry] == [False, False, True, True, True]
    assert "不全" in said(sites, 2)
    assert "不小于 60" in said(sites, 3)
    assert "没有坐标" in said(sites, 4)
    assert "joined as degrees" in "".join(sites.notes)


def test_under_a_header_of_two_rows(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "经度", None, None, "纬度", None, None, "坐标系"],
        [None, "度", "分", "秒", "度", "分", "秒", None],
        ["甲", 106, 42, 30.5, 26, 38, 20.5, "CGCS2000"],
    ]
    import openpyxl

    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for area in ("A1:A2", "B1:D1", "E1:G1", "H1:H2"):
        book.active.merge_cells(area)
    path = tmp_path / "merged.xlsx"
    book.save(path)
    sites = read_projects(path, crs="EPSG:4545")
    assert sites.table["lon"].tolist() == pytest.approx([106 + 42 / 60 + 30.5 / 3600])


def test_one_column_of_degrees_is_left_alone(tmp_path: Path) -> None:
    rows = [
        ["项目名称", "经度(度)", "纬度(度)", "坐标系"],
        ["甲", 106.712345, 26.612345, "CGCS2000"],
    ]
    sites = read_projects(xlsx_of(tmp_path, {"表": rows}), crs="EPSG:4545")
    assert sites.table["lon"][0] == pytest.approx(106.712345)
    assert "joined" not in "".join(sites.notes)
