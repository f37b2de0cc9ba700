"""Cells to values: what is read, what is refused."""

from __future__ import annotations

import datetime as dt
import math
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from tests.scenes.project_lists import CRS, read, said, xlsx_of
from zoning.projects import read_projects
from zoning.projects.cells import choices, identifiers
from zoning.projects.cells import values as v
from zoning.projects.cells.values import Refusal


@pytest.mark.parametrize(
    ("cell", "number", "rest"),
    [
        (3.5, 3.5, ""),
        ("３.５", 3.5, ""),
        ("1,234,567.5", 1_234_567.5, ""),
        ("１２，３４５", 12_345.0, ""),
        ("12.5亩", 12.5, "亩"),
        ("-4.2 kgce/t", -4.2, "kgce/t"),
        ("1e3", 1000.0, ""),
    ],
)
def test_numbers(cell: object, number: float, rest: str) -> None:
    assert v.split_number(cell) == (number, rest)


@pytest.mark.parametrize(
    "cell",
    ["约3", "≥5", "1,5", "1,23,456", "3-5", "1.2.3", "a", "inf", float("inf"), True, dt.time(1, 1)],
)
def test_what_is_no_number(cell: object) -> None:
    assert isinstance(v.split_number(cell), Refusal)


@pytest.mark.parametrize(
    ("cell", "unit", "metres2"),
    [
        (2, "公顷", 20_000.0),
        ("15亩", "", 10_000.0),  # 15 mu to the hectare
        ("15亩", "公顷", 10_000.0),  # the cell's own unit stands
        (3, "㎡", 3.0),
        (0.5, "km2", 500_000.0),
    ],
)
def test_areas(cell: object, unit: str, metres2: float) -> None:
    assert v.to_number(cell, dimension="area", unit=unit) == pytest.approx(metres2, rel=1e-12)


def test_a_number_without_unit_is_refused() -> None:
    assert isinstance(v.to_number(3, dimension="area", unit=""), Refusal)
    assert isinstance(v.to_number("3吨", dimension="area", unit=""), Refusal)


def test_shares_and_ratios() -> None:
    assert v.to_share("85%", unit="") == pytest.approx(0.85)
    assert v.to_share(85, unit="%") == pytest.approx(0.85)
    assert v.to_share(0.85, unit="") == 0.85
    assert isinstance(v.to_share(85, unit=""), Refusal)
    assert v.to_ratio("1.25:1", unit="") == 1.25
    assert v.to_ratio("1.5：1", unit="") == 1.5
    assert v.to_ratio(1.25, unit="") == 1.25
    assert v.to_ratio("125%", unit="") == pytest.approx(1.25)
    assert isinstance(v.to_ratio("1:1.25", unit=""), Refusal)
    assert isinstance(v.to_ratio(dt.time(1, 1), unit=""), Refusal)


# A spreadsheet that shows 65% holds 0.65, whatever the header says beside it
@pytest.mark.parametrize("cell", [0.65, "0.65", 1, 0.004])
def test_a_small_number_under_per_cent_has_two_readings(cell: object) -> None:
    assert isinstance(v.to_share(cell, unit="%"), Refusal)


@pytest.mark.parametrize(("cell", "unit"), [(1.25, "%"), ("1.25", "%"), (125, ""), (150, "1")])
def test_a_ratio_in_the_form_of_the_other_has_two_readings(cell: object, unit: str) -> None:
    assert isinstance(v.to_ratio(cell, unit=unit), Refusal)


def test_what_says_per_cent_itself_is_taken_at_its_word() -> None:
    assert v.to_share("0.65%", unit="%") == pytest.approx(0.0065)
    assert v.to_share(0, unit="%") == 0.0
    assert v.to_share(1, unit="") == 1.0
    assert v.to_ratio(125, unit="%") == pytest.approx(1.25)
    assert v.to_ratio("1.25:1", unit="%") == 1.25


def test_per_cent_in_the_header_and_in_the_format(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path,
        {
            "表": [
                ["项目名称", "经度", "纬度", "磷石膏综合利用率(%)", "产能置换比例(%)"],
                ["甲", 106.712345, 26.612345, 0.65, 1.25],
            ]
        },
    )
    book = openpyxl.load_workbook(path)
    book["表"]["D2"].number_format = book["表"]["E2"].number_format = "0%"
    book.save(path)
    sites = read_projects(path, crs=CRS)
    assert sites.table[["gypsum_use", "swap_ratio"]].isna().all().all()
    assert "看不出是百分数还是比值" in said(sites)


@pytest.mark.parametrize("cell", ["有", "是", "√", "Y", "held", "已取得", True, 1, 1.0])
def test_yes(cell: object) -> None:
    assert choices.to_flag(cell) == 1.0


@pytest.mark.parametrize("cell", ["无", "否", "×", "n", "Not held", "办理中", False, 0])
def test_no(cell: object) -> None:
    assert choices.to_flag(cell) == 0.0


@pytest.mark.parametrize("cell", ["不需要", "筑环审〔2025〕12号", 2, "可能"])
def test_neither_yes_nor_no(cell: object) -> None:
    assert isinstance(choices.to_flag(cell), Refusal)


@pytest.mark.parametrize(
    "cell",
    [
        dt.date(2026, 8, 15),
        dt.datetime(2026, 8, 15, 9, 30),
        46249,  # Excel: days since 1899-12-30
        46249.4,
        "2026-08-15",
        "2026/8/15",
        "2026.8.15",
        "2026年8月15日",
        "２０２６年８月１５日",
        "20260815",
        "2026-08-15 00:00:00",
    ],
)
def test_dates(cell: object) -> None:
    assert v.to_date(cell) == dt.date(2026, 8, 15)


@pytest.mark.parametrize("cell", ["2026", 2026, "2026年8月", "15/08/2026", "2026-13-01", "46249"])
def test_what_is_no_date(cell: object) -> None:
    assert isinstance(v.to_date(cell), Refusal)


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("C2619", "C2619"),
        ("2619", "C2619"),
        (2619.0, "C2619"),
        ("c2619；3985", "C2619;C3985"),
        ("C2619/C2619", "C2619"),
        ("D4415 风力发电", "D4415"),
        ("2613无机盐制造、C262 肥料制造", "C2613;C262"),
        ("0610", "B0610"),
        ("26", "C26"),
        ("Ｃ２６１９", "C2619"),
    ],
)
def test_industry_codes(cell: object, codes: str) -> None:
    assert identifiers.to_industry(cell) == codes


@pytest.mark.parametrize("cell", ["D2619", "610", "9999", "焦化", "C2", "X2619", "C2619;9999"])
def test_bad_industry_codes(cell: object) -> None:
    assert isinstance(identifiers.to_industry(cell), Refusal)


def test_project_codes() -> None:
    assert identifiers.to_code24("2026-520181-26-03-123456") == "2026-520181-26-03-123456"
    assert identifiers.to_code24("２０２６-520181-26-03-123456") == "2026-520181-26-03-123456"
    assert isinstance(identifiers.to_code24("2026-520181-26-03-12345"), Refusal)
    assert isinstance(identifiers.to_code24(2.0265201812603e19), Refusal)


def test_a_wrong_cell_leaves_the_site_and_says_where(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目编号,项目名称,经度(CGCS2000),纬度(CGCS2000),项目类型,建设性质,环评文件,综合能耗(tce/a)",
        "P1,甲,106.712345,26.612345,光伏发电,新建,有,1000",
        "P2,乙,106.712345,26.612345,什么场,新建,看情况,很多",
        "P3,丙,106.712345,26.612345,,,/,-5",
    )
    assert list(sites.ids) == ["P1", "P2", "P3"]
    assert list(sites.table["kind"]) == ["pv", "", ""]
    assert list(sites.table["stage"]) == ["新建", "新建", ""]
    assert sites.table["document_eia"].tolist()[:1] == [1.0]
    assert sites.table["document_eia"].isna().tolist() == [False, True, True]
    assert sites.table["energy_tce"].tolist()[0] == 1000
    assert sites.table["energy_tce"].isna().tolist() == [False, True, True]
    assert [len(faults) for faults in sites.faults] == [0, 3, 1]
    kind, eia, energy = sorted(sites.faults[1], key=lambda fault: fault.column != "项目类型")[:3]
    assert (kind.row, kind.column, kind.value) == (3, "项目类型", "什么场")
    assert {eia.column, energy.column} == {"环评文件", "综合能耗(tce/a)"}
    assert "不能小于 0" in said(sites, 2)


def test_units_of_the_table(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,经度,纬度,占地面积(亩),生产规模,规模单位,单位产品能耗(kgce/t),磷石膏综合利用率(%)",
        '甲,106.712345,26.612345,"1,500",50,万t/a,128.5,85',
        "乙,106.712345,26.612345,2公顷,20万吨/年,,−,",
    )
    table = sites.table
    assert table["declared_m2"].tolist() == pytest.approx([1_000_000, 20_000])
    assert table["capacity"].tolist() == [50, 20]
    assert table["capacity_unit"].tolist() == ["万t/a", "万吨/年"]
    assert table["unit_energy"].tolist()[0] == 128.5
    assert table["unit_energy_unit"].tolist()[0] == "kgce/t"
    assert table["gypsum_use"].tolist()[0] == pytest.approx(0.85)
    assert math.isnan(table["gypsum_use"].tolist()[1])


def test_area_with_a_unit_column(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,经度,纬度,占地面积,面积单位",
        "甲,106.712345,26.612345,2,公顷",
        "乙,106.712345,26.612345,30,亩",
        "丙,106.712345,26.612345,30,",
    )
    assert sites.table["declared_m2"].tolist()[:2] == pytest.approx([20_000, 20_000])
    assert math.isnan(sites.table["declared_m2"][2])
    assert "没有写单位" in said(sites, 2)


def test_text_that_looks_like_a_formula_is_data(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度", '"=HYPERLINK(""x"")",106.7,26.6', "@甲,106.7,26.6")
    assert sites.table["name"].tolist() == ['=HYPERLINK("x")', "@甲"]


@pytest.mark.parametrize(
    ("cell", "stages"),
    [
        ("改扩建", "改建;扩建"),
        ("改、扩建", "改建;扩建"),
        ("改建、扩建", "改建;扩建"),
        ("扩建;改建", "改建;扩建"),
        ("改（扩）建", "改建;扩建"),
        ("新改扩建", "新建;改建;扩建"),
        ("新建/技改", "新建;技改"),
        ("迁建及扩建", "扩建;搬迁"),
        ("扩建", "扩建"),
        ("扩建;扩建", "扩建"),
    ],
)
def test_natures_of_one_project(cell: str, stages: str) -> None:
    assert choices.to_stage(cell) == stages


@pytest.mark.parametrize("cell", ["已建、扩建", "在建;取消", "改、装修", "、", "扩"])
def test_what_is_no_stage(cell: str) -> None:
    refusal = choices.to_stage(cell)
    assert isinstance(refusal, Refusal)
    assert "建设性质" in refusal.zh


def test_a_day_that_was_refused_is_told_from_none(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,经度,纬度,受理日期",
        "甲,106.7,26.6,2024年8月",
        "乙,106.7,26.6,",
        "丙,106.7,26.6,2024-08-01",
        "丁,106.7,26.6,待定",
    )
    assert sites.table["accepted"].tolist() == [None, None, dt.date(2024, 8, 1), None]
    assert sites.table["accepted_doubted"].tolist() == [1, 0, 0, 0]
    without = read(tmp_path, "项目名称,经度,纬度", "甲,106.7,26.6")
    assert without.table["accepted_doubted"].tolist() == [0]


def test_a_matter_that_arises_is_no_paper_held(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,经度,纬度,产能置换方案,是否涉磷",
        "甲,106.7,26.6,涉及,涉及",
        "乙,106.7,26.6,不涉及,不涉及",
        "丙,106.7,26.6,有,否",
    )
    held = sites.table["document_swap_plan"]
    assert held.isna().tolist() == [True, True, False]
    assert held[2] == 1
    assert sites.table["is_phosphorus"].tolist() == [1, 0, 0]
    assert "没有说文件有没有" in said(sites, 0)
    assert "没有说文件有没有" in said(sites, 1)


AMOUNTS = {
    "占地面积(公顷)": "declared_m2",
    "综合能耗(tce/a)": "energy_tce",
    "用水量(m3/a)": "water_m3",
    "生产规模": "capacity",
    "定位精度(m)": "accuracy_m",
    "产能置换比例": "swap_ratio",
    "铝液交流电耗(kWh/t)": "ac_power",
    "磷石膏综合利用率(%)": "gypsum_use",
    "COD(t/a)": "emission_COD",
}


@pytest.mark.parametrize("header", AMOUNTS)
def test_an_amount_below_zero_is_a_fault_and_no_value(tmp_path: Path, header: str) -> None:
    sites = read(tmp_path, f"项目名称,经度,纬度,坐标系,{header}", "甲,106.712345,26.6,CGCS2000,－3")
    (fault,) = sites.faults[0]
    assert "不能小于 0" in fault.zh
    assert fault.column == header
    read_as = sites.table[AMOUNTS[header]][0]
    # the accuracy not stated falls back to the default for points
    assert read_as == pytest.approx(30, abs=1) if header == "定位精度(m)" else math.isnan(read_as)


def test_energy_of_a_product_may_be_below_zero(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,单位产品能耗(kgce/t)", "甲,106.7,26.6,-30")
    assert sites.table["unit_energy"][0] == -30


def test_components_are_understood_and_shown_as_written(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目编号,项目名称,项目类型,组成部分,经度(CGCS2000),纬度(CGCS2000)",
        "P1,光伏,光伏发电,光伏方阵,106.712345,26.612345",
        "P1,光伏,光伏发电,110kV升压站,106.712345,26.612345",
        "P1,光伏,光伏发电,,106.712345,26.612345",
        "P2,光伏,光伏发电,,106.712345,26.612345",
        "P3,工厂,工业,二期,106.712345,26.612345",
        "P4,工厂,工业,,106.712345,26.612345",
        "P5,什么,什么场,,106.712345,26.612345",
    )
    assert sites.table["component"].tolist()[:3] == ["光伏方阵", "110kV升压站", ""]
    assert sites.table["component_kind"].tolist() == [
        "array",
        "substation",
        "",
        "array",
        "",
        "plant",
        "",
    ]
    assert "「二期」" in sites.notes[-1]


@pytest.mark.parametrize("cell", ["12①", "12¹", "①12", "5000²", "120①万吨/年", "12⒈", "3½", "12⑴"])
def test_a_mark_of_a_footnote_is_no_digit(cell: str) -> None:
    refusal = v.split_number(cell)
    assert isinstance(refusal, Refusal)
    assert "注号" in refusal.zh


def test_raised_digits_that_belong_to_a_unit_or_a_power() -> None:
    assert v.to_number("12m²", dimension="area", unit="") == 12
    assert v.to_number("12㎡", dimension="area", unit="") == 12
    assert v.to_number("3m³/a", dimension="water", unit="") == 3
    assert v.split_number("1.2×10⁴ t/a") == (12_000.0, "t/a")
    assert isinstance(v.split_number("5010²"), Refusal)


def test_marks_beside_days_codes_and_answers() -> None:
    for parse, cell in [
        (v.to_date, "2026-03-0④"),
        (v.to_date, "2026-03-2¹"),
        (identifiers.to_industry, "C261①"),
        (identifiers.to_adcode, "52018①"),
        (identifiers.to_code24, "2026-520181-26-03-12345①"),
        (partial(v.to_ratio, unit=""), "1.2①:1"),
        (choices.to_flag, "①"),
    ]:
        assert isinstance(parse(cell), Refusal)


@pytest.mark.parametrize(
    ("cell", "rest"),
    [
        ("2×350MW", "×350MW"),
        ('"120万吨/年、50万吨/年"', "万吨/年、50万吨/年"),
        ("4500t/d+2500t/d", "t/d+2500t/d"),
        ("120万吨/年(2期)", "万吨/年(2期)"),
        ("120原有", "原有"),
    ],
)
def test_a_capacity_is_one_amount(tmp_path: Path, cell: str, rest: str) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,生产规模", f"甲,106.712345,26.612345,{cell}")
    assert math.isnan(sites.table["capacity"][0])
    assert sites.table["capacity_unit"][0] == ""
    assert f"数后面的「{rest}」不是单位" in said(sites)


def test_a_unit_in_brackets_behind_its_number(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,生产规模", "甲,106.712345,26.612345,120（万吨/年）")
    assert sites.table[["capacity", "capacity_unit"]].values.tolist() == [[120.0, "万吨/年"]]


@pytest.mark.parametrize(
    ("cell", "unit"), [("1.2万", "公顷"), ("1.2万", "km2"), ("1.2万公顷", "亩")]
)
def test_ten_thousands_of_hectares_are_a_slip(cell: str, unit: str) -> None:
    refusal = v.to_number(cell, dimension="area", unit=unit)
    assert isinstance(refusal, Refusal)
    assert f"万{unit if cell.endswith('万') else '公顷'}" in refusal.zh
    assert v.to_number("1.2万", dimension="area", unit="m2") == 12_000


@pytest.mark.parametrize("header", ["用水指标", "能耗指标", "用地指标", "产能指标"])
def test_a_number_under_a_quota_says_not_whether_it_is_held(tmp_path: Path, header: str) -> None:
    lines = [f"{name},106.7123{i}5,26.612345,{held}" for i, (name, held) in enumerate(QUOTAS)]
    sites = read(tmp_path, f"项目名称,经度,纬度,{header}", *lines)
    (column,) = [
        name for name in sites.table if name.endswith("_quota") and sites.table[name].any()
    ]
    values = sites.table[column]
    assert values.isna().tolist() == [True, True, True, False, False]
    assert values.tolist()[3:] == [1.0, 0.0]
    assert "看不出是指标的数量" in said(sites)


QUOTAS = [("甲", "1"), ("乙", "0"), ("丙", "30.5万m3"), ("丁", "有"), ("戊", "无")]


def test_a_text_that_no_cell_holds_is_refused(tmp_path: Path) -> None:
    sites = read(
        tmp_path, "项目编号,项目名称,经度,纬度", f"P1,{'甲' * 32_768},106.712345,26.612345"
    )
    assert sites.table["name"][0] == ""
    assert "超过 32767 个字" in said(sites)
    sites = read(
        tmp_path, "项目编号,项目名称,经度,纬度", f"P1,{'甲' * 32_767},106.712345,26.612345"
    )
    assert len(sites.table["name"][0]) == 32_767


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-08-14T16:00:00Z", dt.date(2026, 8, 15)),  # midnight here
        ("2026-08-14T15:59:59Z", dt.date(2026, 8, 14)),
        ("2026-08-15T00:30:00+08:00", dt.date(2026, 8, 15)),
        ("2026-08-14T23:00:00-02:00", dt.date(2026, 8, 15)),
        (dt.datetime(2026, 8, 14, 16, tzinfo=dt.UTC), dt.date(2026, 8, 15)),
        (dt.datetime(2026, 8, 14, 23, 59), dt.date(2026, 8, 14)),
    ],
)
def test_moments_with_a_zone_are_days_here(cell: object, day: dt.date) -> None:
    assert v.to_date(cell) == day
