"""Answers for a list, and answered questions: blanks are filled, nothing else, and it is said."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.scenes.project_lists import csv_of
from zoning.errors import ProjectFaults
from zoning.projects.answers import read_answers
from zoning.projects.read import read_projects
from zoning.projects.tables.answered import HEADS, AnswerSheet

LIST = (
    "项目名称,经度,纬度,建设性质,妨碍行洪",
    "甲加油站,106.712345,26.612345,,",
    "乙加油站,106.722345,26.622345,扩建,有",
)


def sheet(path: Path, *rows: tuple[object, ...]) -> AnswerSheet:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADS)
    for row, name, column, value in rows:
        page.append((row, name, "", "", "", "", value, "张三", "2026-12-01", column))
    book.save(path)
    return read_answers(path)


def test_an_answer_for_the_list_fills_blanks_only(tmp_path: Path) -> None:
    path = csv_of(tmp_path, *LIST)
    sites = read_projects(path, crs="EPSG:4545", answers={"建设性质": "新建"})
    assert sites.table["stage"].tolist() == ["新建", "扩建"]
    assert any("建设性质 = 新建（1 行" in note for note in sites.notes)


def test_an_answer_for_no_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match="颜色"):
        read_projects(csv_of(tmp_path, *LIST), crs="EPSG:4545", answers={"颜色": "红"})


def test_answered_cells_come_back(tmp_path: Path) -> None:
    given = sheet(
        tmp_path / "q.xlsx",
        (2, "甲加油站", "is_obstructs_flood", "否"),
        (3, "乙加油站", "place", "106.5, 26.5"),
        ("全部", "", "stage", "新建"),
        (2, "甲加油站", "kind", None),
    )
    assert len(given.answers) == 3
    sites = read_projects(csv_of(tmp_path, *LIST), crs="EPSG:4545", answer_sheet=given)
    assert sites.table["is_obstructs_flood"].tolist() == [0.0, 1.0]
    assert sites.table["stage"].tolist() == ["新建", "扩建"]
    assert sites.table["lon"][1] == pytest.approx(106.5, abs=1e-6)
    assert any("张三 2026-12-01" in note for note in sites.notes)


def test_answers_of_another_list_are_refused(tmp_path: Path) -> None:
    given = sheet(tmp_path / "q.xlsx", (2, "丙", "kind", "工业"))
    with pytest.raises(ProjectFaults, match="与清单对不上"):
        read_projects(csv_of(tmp_path, *LIST), crs="EPSG:4545", answer_sheet=given)


def test_a_row_that_cannot_be_told_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match="哪一行"):
        sheet(tmp_path / "q.xlsx", ("第二", "甲", "kind", "工业"))
