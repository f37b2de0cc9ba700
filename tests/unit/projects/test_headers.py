"""Headers: known by table, told by brackets, suggested but never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenes.project_lists import read
from zoning.errors import ProjectFaults
from zoning.projects.cells.words import AUXILIARY, words
from zoning.projects.tables.match_header import match_header, suggestion
from zoning.sites import COLUMNS


@pytest.mark.parametrize(
    ("text", "standard", "unit"),
    [
        ("项目名称", "name", ""),
        (" 项目\n名称 * ", "name", ""),
        ("占地面积（公顷）", "declared_m2", "公顷"),
        ("用地面积(亩)", "declared_m2", "亩"),
        ("占地面积/公顷", "declared_m2", "公顷"),
        ("综合能耗（吨标准煤／年）", "energy_tce", "吨标准煤/年"),
        ("用水量(m³/a)", "water_m3", "m3/a"),
        ("装机容量(MW)", "capacity", "MW"),
        ("单位产品能耗（kgce/t）", "unit_energy", "kgce/t"),
        ("磷石膏综合利用率(%)", "gypsum_use", "%"),
        ("氨氮(t/a)", "emission_NH3N", "t/a"),
        ("行业代码（GB/T 4754）", "industry", ""),
        ("document_eia", "document_eia", ""),
        ("边界(WKT)", "wkt", ""),
    ],
)
def test_known_headers(text: str, standard: str, unit: str) -> None:
    header = match_header(0, text)
    assert header is not None
    assert (header.standard, header.unit) == (standard, unit)


def test_brackets_state_a_crs_or_a_notation() -> None:
    assert match_header(0, "经度(CGCS2000)").crs == "CGCS2000"
    assert match_header(0, "X坐标（EPSG:4524）").crs == "EPSG:4524"
    assert match_header(0, "经度(十进制度)").notation == "degrees"
    assert match_header(0, "经度(度分秒)").notation == "dms"


@pytest.mark.parametrize("text", ["占地面积(吨)", "经度(abc)", "项目名", "", "  ", "占地"[:1]])
def test_unknown_headers_are_not_guessed(text: str) -> None:
    assert match_header(0, text) is None


@pytest.mark.parametrize(
    "text",
    ["生产规模（原有）", "产能(单位)", "建设规模(总投资 万元)", "产能/原有", "产能(t/a)(原有)"],
)
def test_what_is_no_unit_makes_no_capacity(text: str) -> None:
    assert match_header(0, text) is None


@pytest.mark.parametrize(
    "unit", ["万吨/年", "t/a", "MWp", "万m3/d", "台/年", "kgce/t熟料", "kWh/t-Al", "万千瓦"]
)
def test_units_that_are_kept_as_written(unit: str) -> None:
    assert match_header(0, f"生产规模({unit})").unit == unit


def test_why_a_capacity_is_not_read(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,生产规模（原有）", "甲,106.712345,26.612345,120")
    assert "「原有」不是这一列的单位或说明" in "\n".join(sites.notes)
    assert sites.table["capacity"].isna().all()


def test_an_unknown_header_is_suggested() -> None:
    assert suggestion("项目名") == "项目名称"
    assert suggestion("zzzz") == ""


def test_every_readable_column_is_known_by_its_own_name() -> None:
    table = words().headers
    for name in (*COLUMNS, *AUXILIARY):
        if name in (
            "id",
            "place",
            "crs_stated",
            "crs_read",
            "coordinates_doubted",
            "repaired",
            "from_raster",
        ):
            continue
        if name in ("component_kind", "kind_from", "accepted_doubted", "accuracy_default"):
            continue
        if name in ("source", "sheet", "row"):
            continue
        assert table[name.lower().replace("_", "")] == name


def test_two_columns_of_one_meaning_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match=r"占地面积.公顷.*用地面积.亩") as error:
        read(tmp_path, "项目名称,经度,纬度,占地面积(公顷),用地面积(亩)", "甲,106.7,26.6,1,15")
    assert error.value.faults[0].file == "list.csv"
    assert error.value.faults[0].row == 1


def test_several_remarks_are_joined(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,备注,建设内容", "甲,106.7,26.6,急,一期")
    assert sites.table["remark"][0] == "备注: 急; 建设内容: 一期;"


def test_missing_columns_are_said_all_at_once_with_suggestions(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults) as error:
        read(tmp_path, "项目名,经度坐,区县", "甲,106.7,清镇市")
    text = str(error.value)
    assert "没有项目名称或编号列" in text
    assert "没有位置列" in text
    assert "「项目名」是否指「项目名称」" in text
    assert "「经度坐」是否指「经度坐标」" in text


def test_an_unread_column_is_noted(tmp_path: Path) -> None:
    sites = read(tmp_path, "项目名称,经度,纬度,产品名,色", "甲,106.7,26.6,磷酸,红")
    notes = "\n".join(sites.notes)
    assert "列「产品名」未读" in notes
    assert "是否指「产品名称」" in notes
    assert "列「色」未读" in notes
    assert sites.table["product"][0] == ""


# Each was once read as the column named, and said something else: a wrong yes or no decides.
@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("是否搬迁入园", "is_relocated_heavy_polluter"),
        ("搬迁入园", "is_relocated_heavy_polluter"),
        ("规划环评日期", "eia_date"),
        ("规划环评审查日期", "eia_date"),
        ("环评日期", "eia_date"),
        ("景观影响意见", "document_landscape_opinion"),
        ("是否列入国家规划", "is_in_national_plan"),
        ("是否安全提升改造", "is_safety_upgrade"),
        ("无法避让", "is_unavoidable"),
        ("农用地转用", "document_land_conversion"),
        ("产能置换", "document_swap_plan"),
        ("环评批复", "document_eia"),
        ("铝液综合交流电耗(kWh/t)", "ac_power"),
        ("非甲烷总烃(t/a)", "emission_VOCs"),
        ("烟尘(t/a)", "emission_PM"),
        ("综合能耗(等价值)(tce/a)", "energy_tce"),
        ("COD(全厂)(t/a)", "emission_COD"),
    ],
)
def test_a_header_of_another_meaning_is_not_read(header: str, column: str) -> None:
    assert match_header(0, header) is None
    assert column in COLUMNS


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("是否属转移的重污染企业", "is_relocated_heavy_polluter"),
        ("环评审批日期", "eia_date"),
        ("环评批复日期", "eia_date"),
        ("风景名胜区管理机构审核意见", "document_landscape_opinion"),
        ("风险管控、修复效果评估意见", "document_risk_control_opinion"),
        ("是否为安全环保提升改建", "is_safety_upgrade"),
        ("综合能耗(当量值)(tce/a)", "energy_tce"),
    ],
)
def test_the_exact_words_are_read(header: str, column: str) -> None:
    found = match_header(0, header)
    assert found is not None
    assert found.standard == column


def test_why_a_known_header_is_not_read(tmp_path: Path) -> None:
    sites = read(
        tmp_path,
        "项目名称,经度,纬度,规划环评日期,是否搬迁入园,烟尘(t/a)",
        "甲,106.7,26.6,2019-05-06,是,3",
    )
    notes = "\n".join(sites.notes)
    assert "园区规划环评日期不作本项目环评日期" in notes
    assert "搬迁入园不等于转移的重污染企业" in notes
    assert "烟尘只是颗粒物的一部分" in notes
    assert sites.table["eia_date"][0] is None
    assert sites.table["is_relocated_heavy_polluter"].isna().all()
    assert sites.table["emission_PM"].isna().all()
