"""Kinds: the tree, and what codes, words and statements say of a project."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from zoning.facts.kinds import (
    as_codes,
    by_code,
    by_statement,
    by_words,
    find_kind,
    likeliest,
    lineage,
    nearest,
    tree,
)
from zoning.rules.load import load_rules

SHARED = Path(__file__).resolve().parents[4] / "shared"

# What people wrote of each row of the two ordinary lists -> node of the tree, by hand.
EXPECTED = {
    "磷酸铁锂（化工/新能源材料，工业）": "chemical",
    "电解铝": "electrolytic_aluminium",
    "氧化铝": "alumina",
    "磷肥": "phosphate_fertiliser",
    "黄磷": "yellow_phosphorus",
    "火电": "thermal_power",
    "数据中心": "data_center",
    "生活垃圾焚烧": "waste_incineration",
    "危险废物处置": "hazardous_waste",
    "养殖": "livestock",
    "采矿（磷矿）": "mine_phosphate",
    "尾矿库": "tailings",
    "风电": "wind",
    "光伏（渣场）": "pv_heap",
    "光伏（农光）": "pv_agri",
    "光伏（屋顶）": "pv_roof",
    "输变电": "transmission",
    "公路": "highway",
    "铁路": "railway",
    "铁路（专用线）": "rail_siding",
    "污水处理厂": "sewage_works",
    "加油站": "fuel_station",
    "甲醇加注站": "fuel_station",
    "居住": "residential",
    "制药": "pharmaceutical",
    "工业（汽车零部件）": "industry",
    "铝加工": "aluminium_processing",
    "水泥（粉磨）": "cement",
    "水泥（熟料）": "cement",
    "合成氨": "ammonia",
    "学校": "school",
    "生态修复": "restoration",
    "仓储物流": "logistics",
    "一般固废场（赤泥堆场）": "solid_waste_site",
    "管线（输气）": "pipeline",
    "抽水蓄能": "pumped_storage",
    "储能": "energy_storage",
    "建材": "building_material",
    "园区（化工）": "park_chemical",
    "商业": "commercial",
    "供水（取水）": "water_works",
}


def rows(name: str, header: int) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(SHARED / "lists" / f"{name}.xlsx").active
    assert sheet is not None
    heads, *body = [
        [str(v or "") for v in row] for row in sheet.iter_rows(header, values_only=True)
    ]
    return [dict(zip(heads, row, strict=True)) for row in body if any(row)]


def expected(name: str) -> list[str]:
    with (SHARED / "lists" / "expected_kinds.csv").open(encoding="utf-8-sig") as file:
        return [EXPECTED[row["kind"]] for row in csv.DictReader(file) if row["list"] == name]


LISTS = (
    ("ordinary_40", 1, "项目类型", "行业代码", "产品"),
    ("ordinary_14", 3, "项目类别", "国民经济行业代码", "主要建设内容及规模"),
)


@pytest.mark.parametrize(("name", "header", "kind", "code", "product"), LISTS)
def test_every_row_of_an_ordinary_list(
    name: str, header: int, kind: str, code: str, product: str
) -> None:
    found = [
        find_kind(row[kind], row[code], (row["项目名称"], row[product])).kinds
        for row in rows(name, header)
    ]
    assert found == [(wanted,) for wanted in expected(name)]


@pytest.mark.parametrize(("name", "header", "kind", "code", "product"), LISTS)
def test_without_the_column_of_kinds_code_or_name_say_it(
    name: str, header: int, kind: str, code: str, product: str
) -> None:
    del kind
    for row, wanted in zip(rows(name, header), expected(name), strict=True):
        found = find_kind("", row[code], (row["项目名称"], row[product])).kinds
        assert wanted in found, (row["项目名称"], found)


def test_the_tree_holds_together() -> None:
    for kind in tree().values():
        assert kind.id in lineage(kind.id)
        assert by_statement(kind.title) == (kind.id,)
        for word in kind.words:
            assert by_statement(word) == (kind.id,)
    codes = [code for kind in tree().values() for code in kind.codes]
    assert len(codes) == len(set(codes))


def test_every_code_of_the_standard_has_a_node() -> None:
    """Or stands among those that several kinds share, of which words must tell."""
    letters: dict[str, str] = {}
    with (SHARED / "domain" / "gbt4754_2017.csv").open(encoding="utf-8-sig") as file:
        table = list(csv.DictReader(file))
    for row in table:
        code, parent = row["code"], row["parent"]
        letters[code] = code if code.isalpha() else letters[parent]
    mute = [c for c in letters if not c.isalpha() and not by_code(letters[c] + c)]
    shared = {"44", "46", "76", "77", "78"}
    assert {c[:2] for c in mute} <= shared, mute


def test_what_a_name_ends_in_is_what_it_is() -> None:
    assert by_words("某氧化铝厂赤泥堆场二期") == ("solid_waste_site",)
    assert by_words("贵阳北至开阳工业园铁路专用线") == ("rail_siding",)
    assert by_words("花溪区某污染地块修复后住宅") == ("residential",)
    assert by_words("某某项目") == ()


def test_code_and_name_that_differ_leave_both_open() -> None:
    found = find_kind("", "B1020", ("某磷矿尾矿库",))
    assert set(found.kinds) == {"mine_phosphate", "tailings"}
    codes = as_codes(";".join(found.kinds))
    assert codes is not None
    assert codes.sure == frozenset()
    assert codes.maybe == {"mine_phosphate", "mine", "tailings"}


def test_what_is_stated_is_made_finer_and_never_another() -> None:
    assert find_kind("工业", "C2740", ("某制剂",)).kinds == ("pharmaceutical",)
    assert find_kind("尾矿库", "B1020", ("某磷矿",)).kinds == ("tailings",)


def test_a_node_counts_as_all_above_it() -> None:
    assert lineage("alumina") == {"alumina", "aluminium", "smelting", "industry"}
    assert nearest("pv_agri", ("pv", "wind")) == "pv"
    assert nearest("pv_agri;wind", ("pv", "wind")) == ""
    assert nearest("livestock", ("pv",)) == ""


def test_the_question_names_three() -> None:
    assert likeliest(["某水泥厂光伏"])[:2] == ("pv", "cement")
    assert len(likeliest([""])) == 3


def test_a_note_says_where_no_rule_is_of_a_kinds_own() -> None:
    """`integrity.kind_other` fires below 其他 and 其他建设: none of those has a rule of its own."""
    named = [set(rule.kinds) for name in ("admission",) for rule in load_rules(name).rules]
    below = [k for k in tree() if not lineage(k).isdisjoint({"other", "works"})]
    for kind in below:
        own = lineage(kind) - {"other", "works"}
        assert not any(kinds & own for kinds in named), kind
