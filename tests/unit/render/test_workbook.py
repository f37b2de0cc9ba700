"""The workbook, read back by an independent library."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import shapely
from openpyxl.worksheet.worksheet import Worksheet
from pyproj import Geod

from tests.map_scene import Scene, box
from zoning.crs import GEOGRAPHIC, WORK, project
from zoning.render.style import VERDICT
from zoning.render.tables.columns import Column
from zoning.render.workbook.book import Cell, row_height, text_width
from zoning.render.workbook.workbook import write_workbook
from zoning.screening import Screening

FIRST = ("序号", "项目代码", "部门", "图层", "规则编号")
SHEETS = ["汇总", "项目结论", "组件", "判定明细", "未核查事项", "存疑", "数据来源与版本", "规则"]


@pytest.fixture(scope="module")
def book(result: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(result / "screening.xlsx")


def heads(sheet: Worksheet) -> tuple[dict[str, int], int]:
    """Column by "group/title", and the row of the headings."""
    first = [sheet.cell(number, 1).value for number in range(1, 9)]
    number = next(n for n, value in enumerate(first, 1) if value in FIRST)
    row = [cell.value for cell in sheet[number]]
    groups = [cell.value for cell in sheet[number - 1]]
    named, group = {}, ""
    for column, title in enumerate(row, 1):
        covered = any(
            r.min_row == number - 1 and r.min_col < column <= r.max_col
            for r in sheet.merged_cells.ranges
        )
        group = group if covered else (groups[column - 1] or "")
        named[f"{group}/{title}" if number > 3 and group else str(title)] = column
    return named, number


def rows_by(sheet: Worksheet, key: str) -> dict[str, dict[str, object]]:
    named, top = heads(sheet)
    return {
        str(row[named[key] - 1]).split("\n")[0]: {n: row[c - 1] for n, c in named.items()}
        for row in sheet.iter_rows(min_row=top + 1, values_only=True)
    }


def test_sheets(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == SHEETS


def geodesic_ha(shape: shapely.Geometry) -> float:
    [degrees] = project(np.array([shape], object), WORK, GEOGRAPHIC)
    area, _ = Geod(ellps="GRS80").geometry_area_perimeter(degrees)
    return abs(area) / 1e4


def test_a_row_a_project(book: openpyxl.Workbook) -> None:
    rows = rows_by(book["项目结论"], "项目代码")
    assert list(rows) == [f"P-0{n}" for n in range(1, 9)]  # list order
    redline = rows["P-01"]
    assert redline["结论"] == "× 判定不通过"
    assert redline["结论区间/最好"] == redline["结论区间/最坏"] == "判定不通过"
    assert redline["可否补正"] == "调整用地边界后可再报"
    assert redline["坐标系"] == "CGCS2000\n108E 3度带\nEPSG:4545"
    assert redline["面积/申报 (ha)"] == 6.4
    assert redline["面积/实测 (ha)"] == pytest.approx(
        geodesic_ha(box(4_500, 4_500, 1_000)), abs=1e-3
    )
    # the corner of the site in the redline: 500 m x 500 m
    corner = geodesic_ha(box(4_500, 4_500, 500))
    assert redline["生态保护红线/套合面积 (ha)"] == pytest.approx(corner, abs=1e-3)
    assert redline["生态保护红线/最近距离 (m)"] == 0
    assert redline["永久基本农田/套合面积 (ha)"] == 0  # measured, and none
    assert redline["饮用水水源保护区/套合面积 (ha)"] == "未测"  # no such layer: not 0
    assert redline["饮用水水源保护区/最近距离 (m)"] == "未测"
    assert redline["环境管控单元/编码"] == "ZH52011110001"
    assert redline["环境管控单元/占比"] == 1
    assert "base.benchmark" in str(redline["规则状态"])


def test_units_of_a_site_across_two(scene: Scene, book: openpyxl.Workbook) -> None:
    point = rows_by(book["项目结论"], "项目代码")["P-02"]
    assert point["环境管控单元/类别"] == "重点管控"
    assert point["环境管控单元/面积 (ha)"] == "—"
    assert point["生态保护红线/套合面积 (ha)"] == "点位"
    assert point["面积/实测 (ha)"] == "—"


def test_components(book: openpyxl.Workbook) -> None:
    named, top = heads(book["组件"])
    sheet = book["组件"]
    kinds = [sheet.cell(row, named["图形"]).value for row in range(top + 1, top + 10)]
    assert kinds == ["面", "点", "面", "线", "面", "面", "面", "无", "面"]
    line = [cell.value for cell in sheet[top + 4]]
    assert line[named["组件"] - 1] == "线路"
    assert line[named["生态保护红线/套合面积 (ha)"] - 1] == "线长 0 m"
    faulty = sheet.cell(top + 8, named["数据问题"]).value
    assert faulty == "坐标缺失"
    assert sheet.cell(top + 1, named["受理日期"]).value == datetime(2026, 9, 3)


def test_numbers_are_numbers_with_four_decimals(book: openpyxl.Workbook) -> None:
    named, top = heads(book["项目结论"])
    cell = book["项目结论"].cell(top + 1, named["永久基本农田/套合面积 (ha)"])
    assert cell.data_type == "n"
    assert cell.number_format == "#,##0.0000_ "  # 0 is printed 0.0000


def test_colours_are_the_verdicts(book: openpyxl.Workbook) -> None:
    named, top = heads(book["项目结论"])
    sheet = book["项目结论"]
    for row, name in ((1, "FORBID"), (2, "UNDETERMINED"), (4, "ALLOW")):
        assert sheet.cell(top + row, named["名称"]).fill.fgColor.rgb[2:] == VERDICT[name].tint[1:]
    touched = sheet.cell(top + 1, named["生态保护红线/套合面积 (ha)"]).font
    assert touched.color.rgb[2:] == VERDICT["FORBID"].text[1:]


def test_scope_and_synthetic_stand_on_every_sheet(book: openpyxl.Workbook) -> None:
    for sheet in book:
        head = "".join(str(c.value or "") for row in sheet["A1:B5"] for c in row)
        assert "不代替环评、用地、节能、林草等审批" in head, sheet.title
        assert "SYNTHETIC" in head, sheet.title
        assert "生态保护红线" in head  # named
        assert "SYNTHETIC" in sheet.oddFooter.left.text


def test_printed_as_a_planner_needs_it(book: openpyxl.Workbook) -> None:
    sheet = book["项目结论"]
    named, top = heads(sheet)
    assert sheet.page_setup.orientation == "landscape"
    assert int(sheet.page_setup.paperSize) == 8  # A3
    assert sheet.print_title_rows == f"$1:${top}"
    assert sheet.freeze_panes == f"E{top + 1}"
    assert sheet.auto_filter.ref == f"A{top}:{sheet.cell(top, len(named)).column_letter}{top + 8}"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_summary_counts(book: openpyxl.Workbook) -> None:
    cells = {row[0]: row[1:] for row in book["汇总"].iter_rows(values_only=True) if row[0]}
    assert cells["× 判定不通过"][0] == 3
    assert cells["? 待补充信息"][0] == 3
    assert cells["! 受限准入"][0] == 0
    assert cells["✓ 判定通过"][0] == 2
    assert cells["合计"][0] == 8
    assert cells["工业"][:5] == (2, 1, 1, 0, 0)  # all, refused, undetermined, conditional, passed
    assert cells["截至日期"][0] == "2026-11-22"
    # the line of P-03 has no area, P-05 lies on farmland, P-07 has no place
    assert cells["base.farmland"][1] == 3


def test_details(book: openpyxl.Workbook) -> None:
    named, top = heads(book["判定明细"])
    rows = list(book["判定明细"].iter_rows(min_row=top + 1, values_only=True))
    bank = next(r for r in rows if r[named["规则编号"] - 1] == "base.bank")
    figure = {k: bank[named[f"主要数值/{k}"] - 1] for k in ("测得", "限值", "单位")}
    assert figure == {"测得": 990, "限值": 1000, "单位": "m"}  # 15 190 - (14 000 + 200)
    assert bank[named["条款"] - 1] == "长江保护法 26(2)、95(2)"
    assert bank[named["原文"] - 1] == "已读：原件"
    redline = next(r for r in rows if r[named["规则编号"] - 1] == "base.redline")
    assert redline[named["主要数值/单位"] - 1] == "ha"
    assert redline[named["主要数值/测得"] - 1] == pytest.approx(25, rel=1e-3)


def test_past_the_limit_details_say_where_the_rest_is(scene: Scene, tmp_path: Path) -> None:
    write_workbook(scene.screening, tmp_path / "a.xlsx", findings_at_most=3)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["判定明细"]
    _, top = heads(sheet)
    assert sheet.max_row == top + 4
    assert "findings.parquet" in sheet.cell(top + 4, 1).value


def renamed(screening: Screening, name: str) -> Screening:
    table = screening.sites.table.copy()
    table["name"] = name
    return replace(screening, sites=replace(screening.sites, table=table))


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "{=A1}", "http://a.b/c", "1e5"])
def test_text_stays_text(scene: Scene, tmp_path: Path, name: str) -> None:
    write_workbook(renamed(scene.screening, name), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    for sheet in book:
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" or cell.hyperlink for cell in row)
    named, top = heads(book["项目结论"])
    cell = book["项目结论"].cell(top + 1, named["名称"])
    assert (cell.value, cell.data_type) == (name, "s")


def test_the_same_screening_gives_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    earlier = replace(scene.screening, as_of=date(2019, 3, 4))  # not today's date, by any chance
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(earlier, tmp_path / name)
    one, two = (zipfile.ZipFile(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    for name in one.namelist():
        assert one.read(name) == two.read(name), name
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created is not None
    assert created.date() == date(2019, 3, 4)


def test_a_long_list_keeps_its_rows_on_disk(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoning.render.workbook.workbook.MANY_SITES", 1)
    write_workbook(scene.screening, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert list(rows_by(book["项目结论"], "项目代码")) == [f"P-0{n}" for n in range(1, 9)]
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_width_of_east_asian_text() -> None:
    assert text_width("磷酸铁锂 LFP") == 4 * 2 + 4
    assert text_width("“引号”") == 8


def test_rows_are_high_enough() -> None:
    columns = [Column("名称", 9), Column("数", 5, "int")]
    # 8 characters of room: two lines of four signs, 14.5 pt each, and 6 pt of margin
    assert row_height(columns, [Cell("贵阳贵安两高项目"), Cell(3)]) == 2 * 14.5 + 6
    assert row_height(columns, [Cell("一\n二\n三"), Cell(3)]) == 3 * 14.5 + 6
    assert row_height(columns, [Cell("字" * 4000), Cell(3)]) == 409
