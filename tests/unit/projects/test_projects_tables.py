"""Tables: packages looked over, headers over headers, numbers that are no exact ones."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.intake.build_tables import HEAD, PLACE, A, B, open_document, open_row, workbook
from tests.scenes.project_lists import CRS, read, said, xlsx_of
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.cells import identifiers
from zoning.projects.cells import values as v
from zoning.projects.cells.inexact import inexact
from zoning.projects.cells.values import Refusal
from zoning.projects.formats.openxml import number
from zoning.projects.formats.packages import Package
from zoning.projects.read import read_table
from zoning.projects.tables.match_header import match_header
from zoning.projects.tables.remarks import tell

# --- headers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "standard", "unit", "crs"),
    [
        ("坐标 / 经度", "lon", "", ""),
        ("坐标（CGCS2000） / 纬度", "lat", "", "CGCS2000"),
        ("项目位置 / 坐标(EPSG:4524) / X坐标", "x", "", "EPSG:4524"),
        ("主要污染物排放量(t/a) / COD", "emission_COD", "t/a", ""),
        ("主要污染物排放量(t/a) / COD(kg/a)", "emission_COD", "kg/a", ""),
        ("用地情况(亩) / 占地面积", "declared_m2", "亩", ""),
        ("用地情况(亩) / 建设性质", "stage", "", ""),
        ("占地面积 / 公顷", "declared_m2", "公顷", ""),
        ("占地面积 / (公顷)", "declared_m2", "公顷", ""),
        ("用地 / 占地面积 / 公顷", "declared_m2", "公顷", ""),
        ("建设单位 / 名称", "owner", "", ""),
        ("项目 / 名称", "name", "", ""),
        ("前置要件 / 环评文件", "document_eia", "", ""),
    ],
)
def test_headers_over_headers(text: str, standard: str, unit: str, crs: str) -> None:
    header = match_header(0, text)
    assert header is not None
    assert (header.standard, header.unit, header.crs) == (standard, unit, crs)


# Read alone each would be a column; under these parents it is something else
@pytest.mark.parametrize(
    "text",
    [
        "园区 / 名称",
        "规划 / 面积(亩)",
        "现状 / 产能",
        "联系人 / 名称",
        "批复文件 / 环评文件",
        "污染物排放量(全厂) / COD",
        "起点坐标 / 经度",
    ],
)
def test_a_parent_that_changes_the_meaning(text: str) -> None:
    assert match_header(0, text) is None


@pytest.mark.parametrize(
    ("header", "cells", "counties"),
    [
        ("建设地点", ("贵阳市清镇市卫城镇", "卫城镇坪寨村"), ["贵阳市清镇市卫城镇", ""]),
        ("区县,建设地点", ("开阳县,清镇市卫城镇", ",清镇市"), ["开阳县", ""]),
    ],
)
def test_the_county_of_an_address(
    tmp_path: Path, header: str, cells: tuple[str, ...], counties: list[str]
) -> None:
    lines = (f"项目{i},{cell},108,26.512345" for i, cell in enumerate(cells))
    sites = read(tmp_path, f"项目名称,{header},经度,纬度", *lines)
    assert sites.table["county"].tolist() == counties
    assert ("区县取自「建设地点」" in "".join(sites.notes)) is (header == "建设地点")


def test_a_title_merged_over_part_of_the_columns_is_no_parent(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, [["2026年项目一览表"], HEAD, A], merged=["A1:C1"])
    assert read_projects(path, crs=CRS).table["name"].tolist() == ["甲"]


def test_the_row_below_merged_headers_belongs_to_them(tmp_path: Path) -> None:
    """More is known of the row of children than of the whole; it is a header all the same."""
    path = tmp_path / "a.xlsx"
    rows = [
        [None, "规划园区", None, None, None],
        ["项目名称", "面积(亩)", "类型", "经度(CGCS2000)", "纬度(CGCS2000)"],
        ["甲", 9000, "工业", *PLACE],
    ]
    workbook(path, rows, merged=["B1:C1"])
    sites = read_projects(path, crs=CRS)
    assert sites.table["declared_m2"].isna().all()
    assert sites.table["kind"].tolist() == [""]


# --- rows that are no projects --------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "合计",
            "合 计",
            "小计：",
            "总计(5个)",
            "共计 12 个项目",
            "Total",
            "注：略",
            "备注: 见附件",
        ),
        *("填表人：张三", "单位（盖章）：", "一、工业", "（二）能源"),
    ],
)
def test_what_says_that_it_is_no_project(cell: str) -> None:
    assert tell((cell, None, None), [HEAD[:3]], merged=1, after=None) is not None


@pytest.mark.parametrize(
    "row",
    [
        ("合计划项目", 15, 108),
        ("小寨坝磷矿", 15, 108),
        ("注塑厂", 15, 108),
        ("说明书印刷厂", None, None),
        ("备注：一期", 15, 108),
        ("日期", 15, 108),
        ("一期工程", None, None),
        ("1、甲项目", None, None),
        ("甲", None, None),
        (None, "合计", 15),
    ],
)
def test_what_may_be_a_project_stays_one(row: tuple[object, ...]) -> None:
    found = tell(row, [HEAD[:3]], merged=1, after=None)
    assert (found is not None) is (row[0] is None)


# --- packages -------------------------------------------------------------------------------------


def test_columns_are_numbered_as_spreadsheets_do() -> None:
    assert [number(name) for name in (b"A", b"Z", b"AA", b"XFD")] == [1, 26, 27, 16384]


def test_a_million_formatted_rows_are_no_reason_to_refuse(tmp_path: Path) -> None:
    """Cells with a style and no value, far down: the rectangle of values is small."""
    path = tmp_path / "a.xlsx"
    book, sheet = workbook(path, [HEAD, A, B])
    sheet["XFD1048576"].number_format = "0.00"
    book.save(path)
    assert len(read_projects(path, crs=CRS)) == 2


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="XFD1048576"><v>1</v></c>',  # as Excel writes it: nothing after the place
        "<c r='XFD1048576'><v>1</v></c>",
        '<c r = "XFD1048576" s="1"><v>1</v></c>',
        '<c s="0" r="XFD1048576" t="n"><v>1</v></c>',
        '<c r="ZZZZ104857"><v>1</v></c>',
    ],
)
def test_a_stray_number_in_a_far_cell_is_refused(tmp_path: Path, cell: str) -> None:
    """It is read as a rectangle of 550 GB, which ended the process."""
    plain, path = tmp_path / "plain.xlsx", tmp_path / "a.xlsx"
    workbook(plain, [HEAD, A, B])
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                far = f'<row r="1048576">{cell}</row></sheetData>'.encode()
                data = data.replace(b"</sheetData>", far)
            target.writestr(name, data)
    with pytest.raises(ProjectFaults, match="按矩形读会占满内存"):
        read_projects(path, crs=CRS)


def test_a_part_in_a_compression_that_office_does_not_use(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(ProjectFaults, match="已损坏"):
        Package(path).read("xl/workbook.xml")


def test_a_package_under_a_password(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, [HEAD, A])
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # bit 0 of the flags of an entry
    path.write_bytes(bytes(data))
    with pytest.raises(ProjectFaults, match="密码"):
        read_projects(path, crs=CRS)


def test_hidden_columns_of_an_ods(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    hidden = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    rows = hidden + open_row(HEAD) + open_row(A)
    open_document(path, f'<table:table table:name="甲&amp;乙">{rows}</table:table>')
    sites = read_projects(path, crs=CRS)
    assert sites.table["sheet"].tolist() == ["甲&乙"]
    assert "隐藏列照读: 「占地面积(亩)」" in "".join(sites.notes)


def test_many_repeats_take_no_time(tmp_path: Path) -> None:
    """Markup made to make a parser go back over it: refused or read, at once."""
    path = tmp_path / "a.xls"
    path.write_text("<table>" + "<td " * 50_000 + "<tr>" * 50_000, "utf-8")
    begin = time.process_time()
    with pytest.raises(ProjectFaults):
        read_projects(path, crs=CRS)
    assert time.process_time() - begin < 20  # a hang, not a measure


# --- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("三十亩", "30 亩"),
        ("十二", "12"),
        ("二百五十万吨", "2,500,000 吨"),  # 250 x 10 000
        ("一万零五百", "10,500"),
        ("壹拾贰", "12"),
        ("二〇二六", "2,026"),
    ],
)
def test_numbers_in_words_are_said_back(text: str, meant: str) -> None:
    refusal = inexact(text)
    assert refusal is not None
    assert f"看来是 {meant}; " in refusal.remedy_zh


@pytest.mark.parametrize("text", ["12.5亩", "1.2万吨/年", "-3", "2026-08-15", "吨", ""])
def test_what_is_not_inexact(text: str) -> None:
    assert inexact(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.2×10^4", 12_000), ("1.2×10⁴", 12_000), ("5 x 10**3", 5000), ("2*10^-1", 0.2)],
)
def test_powers_of_ten(text: str, value: float) -> None:
    assert v.split_number(text) == (pytest.approx(value), "")


def test_ten_thousands_before_a_unit() -> None:
    assert v.to_number("1.2万", dimension="area", unit="亩") == pytest.approx(8_000_000)
    assert v.to_number("3亿立方米", dimension="water", unit="") == 3e8
    assert v.to_number("3百万m3/a", dimension="water", unit="") == 3e6
    assert isinstance(v.to_number("1.2万", dimension="area", unit="万亩"), Refusal)
    assert isinstance(v.to_number("1.2万", dimension="area", unit=""), Refusal)


def test_ten_thousands_of_nothing(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,生产规模,规模单位,经度(CGCS2000),纬度(CGCS2000)",
        "甲,1.2万,,108,26.512345",
        "乙,1.2万,万t/a,108,26.522345",
    )
    assert sites.table["capacity"].isna().all()
    assert all("看不出单位" in said(sites, i) for i in (0, 1))


@pytest.mark.parametrize("cell", ["E0", "e5", ".", "+", "-", "..5", "1e999", "1.2×10^400"])
def test_scraps_of_numbers(cell: str) -> None:
    assert isinstance(v.split_number(cell), Refusal)


@pytest.mark.parametrize("cell", ["2026年9月10号", "2026/9/10 星期四", "2026-09-10T08:00:00Z"])
def test_more_notations_of_a_day(cell: str) -> None:
    day = v.to_date(cell)
    assert not isinstance(day, Refusal)
    assert day.isoformat() == "2026-09-10"


def test_numbers_that_a_spreadsheet_rounded() -> None:
    assert isinstance(identifiers.to_identity(2.0265e19), Refusal)
    assert isinstance(identifiers.to_identity("2.0265E+19"), Refusal)
    assert identifiers.to_identity(20_260_001.0) == "20260001"
    assert identifiers.to_identity("1E5-甲") == "1E5-甲"
    assert "丢失" in identifiers.to_adcode("5.20181E+11").zh


def test_rows_are_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("项目名称,经度,纬度\n甲,108,26.5\n\n合计,,\n乙,108,26.6\n注：略,,\n\n", "utf-8")
    raw = read_table(path, sheet=None, mapping=None)
    assert (raw.rows_in, len(raw.rows), raw.rows_blank, raw.rows_told) == (5, 2, 1, 2)
    assert raw.rows.tolist() == [2, 5]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("甲,106.712345,26.612345,12,5,新建,5", "甲"),
        ("1,5,106.712345,26.612345,12,新建,5", ""),
        ("甲,一期,106.712345,26.612345,12,新建,5", "甲"),
    ],
)
def test_what_a_stray_separator_moved_is_not_stated(tmp_path: Path, line: str, name: str) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,占地面积(亩),建设性质,用水量(m3/a)", line)
    table = sites.table
    assert table["name"].tolist() == [name]
    assert table[["declared_m2", "water_m3", "lon", "lat"]].isna().all().all()
    assert table["stage"].tolist() == [""]
    assert "按未填处理" in said(sites)


def test_a_row_of_units_with_that_of_a_capacity(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path,
        {
            "表": [
                ["项目名称", "经度", "纬度", "占地面积", "生产规模", "单位产品能耗"],
                [None, "°", "°", "亩", "万吨/年", "kgce/t"],
                ["甲", 106.712345, 26.612345, 15, 120, 30],
            ]
        },
    )
    table = read_projects(path, crs=CRS).table
    assert table["name"].tolist() == ["甲"]
    assert table["declared_m2"].tolist() == pytest.approx([10_000])
    assert table[["capacity", "capacity_unit"]].values.tolist() == [[120.0, "万吨/年"]]
    assert table[["unit_energy", "unit_energy_unit"]].values.tolist() == [[30.0, "kgce/t"]]


@pytest.mark.parametrize(
    ("text", "standard", "unit"),
    [
        ("规模 / 数量", "capacity", ""),
        ("规模 / 单位", "capacity_unit", ""),
        ("生产规模 / 产能", "capacity", ""),
        ("生产规模 / 产能(万吨/年)", "capacity", "万吨/年"),
        ("生产规模(t/a) / 产能", "capacity", "t/a"),
        ("生产规模 / 单位", "capacity_unit", ""),
        ("项目概况 / 规模 / 单位", "capacity_unit", ""),
        ("单位产品能耗 / 数值", "unit_energy", ""),
        ("单位产品能耗 / 单位", "unit_energy_unit", ""),
        ("用地面积 / 单位", "area_unit", ""),
        ("生产规模 / 万吨/年", "capacity", "万吨/年"),
    ],
)
def test_an_amount_and_its_unit_under_one_header(text: str, standard: str, unit: str) -> None:
    header = match_header(0, text)
    assert header is not None
    assert (header.standard, header.unit) == (standard, unit)


@pytest.mark.parametrize(
    "text", ["现状 / 规模 / 数量", "规模(原有) / 数量", "规模 / 产值", "规模 / 面积"]
)
def test_another_amount_under_a_capacity(text: str) -> None:
    assert match_header(0, text) is None


def test_a_capacity_over_amount_and_unit(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path,
        {
            "表": [
                ["项目名称", "经度", "纬度", "规模", None],
                [None, None, None, "数量", "单位"],
                ["甲", 106.712345, 26.612345, 120, "万吨/年"],
            ]
        },
    )
    book = openpyxl.load_workbook(path)
    book["表"].merge_cells("D1:E1")
    book.save(path)
    table = read_projects(path, crs=CRS).table
    assert table[["capacity", "capacity_unit"]].values.tolist() == [[120.0, "万吨/年"]]


def test_an_upright_form_is_named(tmp_path: Path) -> None:
    import docx

    letter = docx.Document()
    rows = [
        ["项目名称", "甲", "建设单位", "乙公司"],
        ["经度", "106.712345", "纬度", "26.612345"],
        ["占地面积", "12亩", "建设性质", "新建"],
        ["生产规模", "120万吨/年", "项目类型", "工业"],
    ]
    table = letter.add_table(rows=len(rows), cols=4)
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    letter.save(str(tmp_path / "项目基本情况表.docx"))
    with pytest.raises(ProjectFaults, match="竖排表，请转成一行一个项目"):
        read_projects(tmp_path / "项目基本情况表.docx", crs=CRS)
