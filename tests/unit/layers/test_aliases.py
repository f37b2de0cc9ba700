"""Which column is which attribute, and what its values mean."""

from __future__ import annotations

import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from zoning.facts.vocabulary import LAYERS
from zoning.layers.aliases import (
    ALIASES,
    FALLBACK,
    Ambiguous,
    Column,
    clean_header,
    cut_name,
    match_columns,
)
from zoning.layers.values import (
    CHOICES,
    clean_text,
    code_list,
    day,
    number,
    standard_text,
    truth,
    unit_class,
)

UNIT = tuple(LAYERS["control_unit"].attributes)


def match(*names: str, layer: str = "control_unit", **stated: str) -> dict[str, str]:
    found, doubtful = match_columns(
        layer, tuple(LAYERS[layer].attributes), [Column(n) for n in names], stated=stated
    )
    assert doubtful == ()
    return found


def test_platform_names() -> None:
    names = [
        "HJZHGKDYBM",
        "HJZHGKDYMC",
        "ZHGKDYFL",
        "COUNTY",
        "KJBJYS",
        "PWWPFGK",
        "HJFXFK",
        "ZYKFXLYQ",
    ]
    assert match(*names) == dict(zip(UNIT, names, strict=True))


def test_older_platform_names() -> None:
    names = ["HJGKDYBM", "HJGKDYMC", "GKDYFL", "AREA", "kjbjys", "WRWPFGK", "hjfxfk", "Zykfxlyq"]
    assert match(*names) == dict(zip(UNIT, names, strict=True))


def test_chinese_names_with_line_breaks_full_width_and_bom() -> None:
    names = ["\ufeff环境管控单元编码", "单元名称\n", "管控单元 分类", "区县", "空间布局约束\n"]
    names += ["污染物\n排放管控", "环境风险防控\r\n", "资源开发效率要求\t"]
    assert match(*names) == dict(zip(UNIT, names, strict=True))


def test_full_width_letters() -> None:
    assert clean_header("ＨＪＧＫＤＹＢＭ") == "hjgkdybm"


def test_two_columns_for_one_attribute_are_ambiguous() -> None:
    columns = [Column("HJGKDYBM"), Column("单元编码"), Column("单元名称")]
    found, doubtful = match_columns("control_unit", UNIT, columns, stated={})
    assert doubtful == (Ambiguous("code", ("HJGKDYBM", "单元编码")),)
    assert found == {"name": "单元名称"}


def test_the_catalog_settles_it() -> None:
    assert match("HJGKDYBM", "单元编码", code="单元编码")["code"] == "单元编码"


def test_a_column_that_is_taken_serves_nothing_else() -> None:
    assert match("名称", layer="redline", type="名称") == {"type": "名称"}


def test_element_zone_names_only_where_there_is_nothing_else() -> None:
    assert match("HJYSGKFQBM")["code"] == "HJYSGKFQBM"
    assert match("HJYSGKFQBM", "HJGKDYBM")["code"] == "HJGKDYBM"


def test_area_in_square_metres_is_no_county() -> None:
    columns = [Column("AREA", text=False)]
    assert match_columns("control_unit", UNIT, columns, stated={})[0] == {}


def test_names_cut_by_a_shapefile() -> None:
    assert cut_name("空间布局约束", "UTF-8") == "空间布"
    assert cut_name("空间布局约束", "gb18030") == "空间布局约"
    columns = [Column("空间布局约")]
    found, _ = match_columns("control_unit", UNIT, columns, stated={}, dbf_encoding="gb18030")
    assert found == {"spatial": "空间布局约"}


def test_cut_names_are_no_aliases_elsewhere() -> None:
    assert match("空间布局约") == {}


def test_names_that_are_cut_alike_are_not_guessed() -> None:
    """管控单元分类 and 管控单元编码 are both 管控单 in UTF-8: whose column is it?"""
    columns = [Column("管控单")]
    found, doubtful = match_columns("control_unit", UNIT, columns, stated={}, dbf_encoding="UTF-8")
    assert found == {}
    assert doubtful == ()


@pytest.mark.parametrize("layer", sorted(ALIASES))
def test_alias_table_is_of_the_vocabulary_and_never_means_two_things(layer: str) -> None:
    table = ALIASES[layer]
    attributes = LAYERS[layer].attributes
    assert set(table) <= set(attributes)
    seen: dict[str, str] = {}
    second = FALLBACK.get(layer, {})
    for attribute in attributes:
        for word in (attribute, *table.get(attribute, ()), *second.get(attribute, ())):
            assert seen.setdefault(clean_header(word), attribute) == attribute, word


@pytest.mark.parametrize(("layer", "attribute"), sorted(CHOICES))
def test_choices_are_of_the_vocabulary(layer: str, attribute: str) -> None:
    assert LAYERS[layer].attributes[attribute] == "text"
    for value in CHOICES[layer, attribute]:
        assert standard_text(layer, attribute, value) == value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1", "优先保护"), ("２", "重点管控"), ("3", "一般管控"), ("10", "优先保护"),
        ("优先", "优先保护"), ("优先保护区", "优先保护"), ("优先保护单元", "优先保护"),
        ("重点管控单元", "重点管控"), (" 一般 管控 ", "一般管控"), ("环境管控重点单元", "重点管控"),
        ("4", "4"), ("优先或重点", "优先或重点"), ("非重点", "非重点"),
    ],
)  # fmt: skip
def test_unit_class(written: str, meant: str) -> None:
    assert unit_class(written) == meant


@pytest.mark.parametrize(
    ("place", "written", "meant"),
    [
        (("water_source", "level"), "一级保护区", "一级"),
        (("water_source", "level"), "Ⅱ级", "二级"),
        (("water_source", "level"), "准保护区", "准"),
        (("water_source", "level"), "三级", "三级"),
        (("river_bank", "rank"), "重要支流", "重要支流"),
        (("waste_heap", "regime"), "II类场", "Ⅱ类场"),
        (("waste_heap", "type"), "磷石膏渣场", "磷石膏"),
        (("lake", "name"), " 红枫湖 ", "红枫湖"),
        (("districts", "adcode"), 520102.0, "520102"),
        (("control_unit", "code"), "zh５２010210001", "ZH52010210001"),
    ],
)
def test_standard_text(place: tuple[str, str], written: object, meant: str) -> None:
    assert standard_text(*place, written) == meant


@pytest.mark.parametrize("empty", [None, "", "  ", "/", "—", "NULL", "<Null>", np.nan, pd.NaT])
def test_empty_cells(empty: object) -> None:
    assert clean_text(empty) is None
    assert math.isnan(truth(empty))
    assert math.isnan(number(empty))
    assert day(empty) is None
    assert code_list(empty) is None


@pytest.mark.parametrize("yes", [True, 1, 1.0, "是", "Y", "true", "TRUE", "１", "有"])
def test_true(yes: object) -> None:
    assert truth(yes) == 1.0


@pytest.mark.parametrize("no", [False, 0, 0.0, "否", "n", "False", "０", "无"])
def test_false(no: object) -> None:
    assert truth(no) == 0.0


def test_neither_is_unknown() -> None:
    assert math.isnan(truth("待定"))
    assert math.isnan(truth(2))


@pytest.mark.parametrize(
    "text",
    ["2024-05-01", "2024/5/1", "2024年5月1日", "20240501", "2024.5.1", "2024-05-01T08:00:00",
     date(2024, 5, 1), datetime(2024, 5, 1, 8), pd.Timestamp("2024-05-01")],
)  # fmt: skip
def test_day(text: object) -> None:
    assert day(text) == date(2024, 5, 1)


@pytest.mark.parametrize("text", ["2024-13-01", "2024", "五月", 7])
def test_no_day(text: object) -> None:
    assert day(text) is None


def test_number() -> None:
    assert number("１,234.5") == 1234.5
    assert math.isnan(number("约 5"))
    assert math.isnan(number("inf"))
