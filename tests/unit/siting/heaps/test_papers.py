"""The table of papers, read from real files and given to the sample's heaps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

from tests.scenes.project_lists import csv_of, xlsx_of
from zoning.catalog import Catalog
from zoning.cli import app
from zoning.errors import InputError
from zoning.siting import load_preset, read_papers
from zoning.siting.heaps.papers import COLUMNS
from zoning.siting.heaps.parts import Parts, heap_parts

HEAD = "堆场名称,组成部分,封场覆盖验收,堆场权属"


@pytest.fixture(scope="module")
def catalog(repo: Path) -> Catalog:
    return Catalog.open(repo / "data")


def given(catalog: Catalog, folder: Path, *lines: str) -> Parts:
    papers = read_papers(csv_of(folder, *lines, name="papers.csv"))
    return heap_parts(catalog, load_preset("pv-heaps"), papers=papers)


def test_a_table_without_coordinates_is_read(tmp_path: Path) -> None:
    found = read_papers(csv_of(tmp_path, HEAD, "甲,封场区,有,", "乙,,无,有", name="papers.csv"))
    assert found.documents == ("heap_cover", "heap_tenure")
    assert found.table["heap"].tolist() == ["甲", "乙"]
    assert found.table["part"].tolist() == ["封场区", ""]
    assert found.table["row"].tolist() == [2, 3]
    np.testing.assert_array_equal(found.table["document_heap_cover"], [1.0, 0.0])
    np.testing.assert_array_equal(found.table["document_heap_tenure"], [np.nan, 1.0])
    assert found.notes == ()


def test_a_workbook_with_a_title_is_read(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path,
        {"材料": [["堆场材料清单"], ["渣场名称", "部位", "采矿权注销材料", "责任单位", "土地性质",
                  "是否留作综合利用"],
                 ["甲", "东", "√", "县人民政府", "集体土地", "否"],
                 ["甲", "西", None, "某某磷化公司", None, "是"]]},
    )  # fmt: skip
    table = read_papers(path).table
    assert table["row"].tolist() == [3, 4]
    assert table["holder"].tolist() == ["政府", "某某磷化公司"]
    assert table["tenure"].tolist() == ["集体", ""]
    assert table["reserved"].tolist() == [0.0, 1.0]
    np.testing.assert_array_equal(table["document_mine_right_cancelled"], [1.0, np.nan])


def test_a_name_merged_over_rows_is_each_rows_name(tmp_path: Path) -> None:
    head, rows = ["堆场名称", "部位", "修复验收"], [["甲", "东", "有"], [None, "西", "无"]]
    path = xlsx_of(tmp_path, {"材料": [head, *rows]})
    book = openpyxl.load_workbook(path)
    book["材料"].merge_cells("A2:A3")
    book.save(path)
    found = read_papers(path)
    assert found.table["heap"].tolist() == ["甲", "甲"]
    assert "合并单元格" in found.notes[0]


def test_a_project_list_with_coordinates_serves_too(tmp_path: Path) -> None:
    head = "项目名称,组成部分,经度,纬度,坐标系,采空区调查"
    found = read_papers(csv_of(tmp_path, head, "甲,,106.7,26.6,CGCS2000,有"))
    assert found.table["heap"].tolist() == ["甲"]
    assert found.documents == ("goaf_survey",)
    (note,) = found.notes
    assert "经度、纬度、坐标系" in note
    assert "没有用" in note


def test_the_heaps_own_column_goes_before_the_projects_name(tmp_path: Path) -> None:
    head = "项目名称,堆场名称,修复验收"
    found = read_papers(csv_of(tmp_path, head, "某光伏项目,甲,有"))
    assert found.table["heap"].tolist() == ["甲"]
    assert "项目名称" in found.notes[0]


def test_columns_that_are_not_understood_are_named(tmp_path: Path) -> None:
    found = read_papers(csv_of(tmp_path, f"{HEAD},采空区调查报告,闭库批复", "甲,,有,,有,有"))
    (note,) = found.notes
    assert "「采空区调查报告」（是否指「采空区调查」?）" in note
    assert "「闭库批复」" in note
    assert "没有读" in note
    assert "document_goaf_survey" not in found.table


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("区县,封场覆盖验收", "修文县,有"), ("没有堆场名称列", "采空区和边坡调查", "堆场名称")),
        (("堆场名称,区县", "甲,修文县"), ("没有一列是材料", "责任主体")),
        ((HEAD, "甲,,黔环函〔2020〕5号,"), ("第 2 行", "封场覆盖验收", "有/无")),
        ((f"{HEAD},渗滤液材料,渗滤液收集处理材料", "甲,,,,有,无"), ("含义相同",)),
        (("堆场名称,留作综合利用", "甲,部分"), ("第 2 行", "留作综合利用")),
    ],
)
def test_what_cannot_be_used_is_refused(
    tmp_path: Path, lines: tuple[str, ...], words: tuple[str, ...]
) -> None:
    with pytest.raises(InputError) as refused:
        read_papers(csv_of(tmp_path, *lines, name="papers.csv"))
    for word in (*words, "papers.csv"):
        assert word in str(refused.value)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_papers(csv_of(tmp_path, HEAD, "甲,,也许,", "乙,,,不详说", name="papers.csv"))
    assert len(refused.value.faults) == 2


def test_papers_go_to_the_parts_they_name(catalog: Catalog, tmp_path: Path) -> None:
    one = given(catalog, tmp_path, HEAD, "示例堆场A,封场区,有,无")
    held = dict(zip(one.table["id"], one.sites.table["document_heap_cover"], strict=True))
    assert held["示例堆场A·封场区"] == 1.0
    assert held["示例堆场A·在用区"] == 0.0  # nothing handed in
    both = given(catalog, tmp_path, HEAD, "示例堆场A,,有,无")
    held = dict(zip(both.table["id"], both.sites.table["document_heap_cover"], strict=True))
    assert held["示例堆场A·封场区"] == held["示例堆场A·在用区"] == 1.0
    assert both.papers[0] == (
        "材料表 papers.csv：1 行，2 个分区：封场覆盖验收和维护材料 2 有 0 无，"
        "堆场责任主体和权属材料 0 有 2 无"
    )
    assert both.papers[0] in both.notes


def test_papers_of_what_is_not_there_are_refused(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="交椅山") as refused:
        given(catalog, tmp_path, HEAD, "交椅山渣场,,有,", "示例堆场A,北区,有,", ",,有,")
    text = str(refused.value)
    assert "第 2 行" in text
    assert "第 3 行" in text
    assert "在用区、封场区" in text  # what the heap does have
    assert len(refused.value.faults) == 3


def test_rows_that_contradict_are_refused(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="矛盾"):
        given(catalog, tmp_path, HEAD, "示例堆场B,,有,", "示例堆场B,全场,无,")


def test_what_the_table_states_goes_before_the_layer_and_is_told(
    catalog: Catalog, tmp_path: Path
) -> None:
    found = given(
        catalog, tmp_path, "堆场名称,责任主体,土地权属,留作综合利用",
        "示例堆场D,某公司,国有,是",
    )  # fmt: skip
    row = found.table.set_index("id").loc["示例堆场D·全场"]
    assert (row["holder"], row["tenure"], row["reserved"]) == ("某公司", "国有", True)
    assert row["reserved_zh"] == "是，未见衔接说明"


def test_the_command_refuses_a_wrong_name_and_writes_nothing(tmp_path: Path, repo: Path) -> None:
    path = csv_of(tmp_path, HEAD, "不在的堆场,,有,", name="papers.csv")
    out = tmp_path / "out"
    command = ["-m", "zoning", "heaps", "--data", repo / "data", "--out", out, "--papers", path]
    done = subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2, done.stderr
    assert "papers.csv · 第 2 行" in done.stderr
    assert "示例堆场A" in done.stderr  # a name that the layer has
    assert not out.exists()


def test_the_help_names_the_columns() -> None:
    done = CliRunner().invoke(app, ["heaps", "--help"], env={"COLUMNS": "300"})
    for word in ("堆场名称", "封场覆盖验收", "采空区调查", "留作综合利用", "不用坐标"):
        assert word in done.output
    assert "采空区和边坡调查" in COLUMNS


def test_the_table_of_the_sample_is_read_and_shows_every_gate(catalog: Catalog, repo: Path) -> None:
    papers = read_papers(repo / "data/projects/heap_papers.csv")
    (note,) = papers.notes
    assert "备注" in note  # where it says that it is invented
    parts = heap_parts(catalog, load_preset("pv-heaps"), papers=papers)
    table = parts.table.set_index("id")
    assert parts.papers[0].startswith("材料表 heap_papers.csv：8 行，8 个分区：")
    assert {
        name: table.loc[name, "gate_passed"]
        for name in (
            "示例堆场D·全场",
            "示例堆场B·全场",
            "示例堆场I·全场",
            "示例堆场K·全场",
            "示例废弃矿山M·全场",
        )
    } == {
        "示例堆场D·全场": True,
        "示例堆场B·全场": False,
        "示例堆场I·全场": None,
        "示例堆场K·全场": None,
        "示例废弃矿山M·全场": True,
    }
    assert table.loc["示例堆场A·在用区", "gate_papers"].startswith("材料未见")
    assert table.loc["示例堆场A·封场区", "gate_papers"] == (
        "材料未见：地下水监测材料、堆体稳定和沉降监测材料；"
        "已有：封场覆盖验收和维护材料、渗滤液收集处理材料"
    )
    assert table.loc["示例堆场I·全场", "ready_zh"] == "门槛材料齐，另缺 堆场责任主体和权属材料"
    assert table.loc["示例堆场L·全场", "reserved_zh"] == "是，缺衔接说明"


def test_the_sample_holds_what_registers_leave_open(catalog: Catalog) -> None:
    table = heap_parts(catalog, load_preset("pv-heaps")).table.set_index("id")
    assert table.loc["示例堆场J·全场", "state"] == ""
    assert table.loc["示例堆场J·全场", ["holder", "tenure", "reserved"]].tolist() == ["", "", None]
    assert table.loc["示例堆场A·封场区", ["holder", "tenure", "reserved"]].tolist() == [
        "企业", "国有", False,
    ]  # fmt: skip
    assert set(table["holder"]) == {"企业", "政府", "无主", ""}


def test_the_land_class_after_restoration_may_stand_in_the_table(
    catalog: Catalog, tmp_path: Path
) -> None:
    head = "堆场名称,采矿权注销,采空区调查,修复验收,修复后地类"
    found = given(catalog, tmp_path, head, "示例废弃矿山M,有,有,有,旱地", "示例堆场K,有,有,有,")
    table = found.table.set_index("id")
    mine, silent = table.loc["示例废弃矿山M·全场"], table.loc["示例堆场K·全场"]
    assert (mine["restored_class"], mine["ready"], mine["gate_passed"]) == ("旱地", False, False)
    assert silent["ready_zh"] == "状态已到，门槛材料未核：验收后地类"
