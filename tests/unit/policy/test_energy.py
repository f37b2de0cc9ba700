"""Energy classes against the tables; expected classes read off the rows by hand."""

from __future__ import annotations

import csv
import itertools
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from zoning.facts.values import CodeSet
from zoning.policy import benchmark_class, benchmark_rows, energy_limit_class, limit_rows
from zoning.policy.tables import benchmarks, families, limits


def mark(industry: str, product: str, process: str, value: float, unit: str) -> CodeSet:
    return benchmark_class([industry], [product], [process], np.array([value]), [unit]).cell(0)


def limit(industry: str, product: str, process: str, value: float, unit: str) -> CodeSet:
    return energy_limit_class([industry], [product], [process], np.array([value]), [unit]).cell(0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [  # converter: benchmark -30, baseline -10 kgce/t
        (-35, "达标杆"),
        (-30, "达标杆"),
        (-29.99, "标杆-基准之间"),
        (-20, "标杆-基准之间"),
        (-10, "标杆-基准之间"),
        (-9.99, "劣于基准"),
        (-5, "劣于基准"),
        (5, "劣于基准"),
    ],
)
def test_lower_is_better_below_zero_too(value: float, expected: str) -> None:
    assert mark("C3120", "转炉钢", "转炉", value, "kgce/t") == CodeSet.only(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2300, "达标杆"), (2301, "标杆-基准之间"), (2800, "标杆-基准之间"), (2801, "劣于基准")],
)
def test_a_value_at_the_level_reaches_it(value: float, expected: str) -> None:
    assert mark("C2619", "黄磷", "", value, "kgce/t") == CodeSet.only(expected)


def test_only_a_converter_gives_energy_back() -> None:
    for row in [("C2619", "黄磷", ""), ("C3120", "电炉钢", "电弧炉"), ("C3120", "粗钢", "")]:
        column = benchmark_class(*([cell] for cell in row), np.array([-20.0]), ["kgce/t"])
        assert column.cell(0).open, row
        assert "转炉" in column.reasons.text(0), row
    assert limit("C3120", "转炉钢", "转炉", -29, "kgce/t") == CodeSet.only("达准入值")


def test_a_pellet_plant_is_measured_as_one() -> None:
    # GB 21256-2025: 15 / 22 / 33 kgce/t
    assert limit("C3110", "球团矿", "", 20, "kgce/t") == CodeSet.only("达准入值")
    assert limit("C3110", "球团矿", "", 40, "kgce/t") == CodeSet.only("劣于限定值")


def test_units_are_converted() -> None:
    assert mark("C3011", "水泥熟料", "", 0.1, "tce/t") == CodeSet.only("达标杆")  # 100 kgce/t
    assert mark("C3216", "电解铝", "", 13.35, "MWh/t") == CodeSet.only("标杆-基准之间")
    assert mark("C3216", "电解铝", "", 13000, "千瓦时/吨") == CodeSet.only("达标杆")


def test_a_row_without_values_leaves_every_class_possible() -> None:
    found = mark("C3218", "工业硅", "", 2000, "kgce/t")
    assert found == CodeSet(frozenset(), frozenset({"达标杆", "标杆-基准之间", "劣于基准"}))


def test_several_rows_give_what_they_share() -> None:
    # 磷酸一铵 benchmark 255/240/170/165, baseline 275/260/190/185
    assert mark("C2622", "磷酸一铵", "", 160, "kgce/t") == CodeSet.only("达标杆")
    assert mark("C2622", "磷酸一铵", "", 300, "kgce/t") == CodeSet.only("劣于基准")
    both = mark("C2622", "磷酸一铵", "", 200, "kgce/t")
    assert both == CodeSet(frozenset(), frozenset({"达标杆", "劣于基准"}))
    assert mark("C2622", "磷酸一铵", "传统法", 200, "kgce/t") == CodeSet.only("达标杆")
    assert mark("C2622", "磷酸一铵", "料浆法 粒状", 188, "kgce/t") == CodeSet.only("标杆-基准之间")


def test_an_unknown_product_is_not_condemned() -> None:
    # 2619 holds much besides yellow phosphorus: perhaps no row speaks of it
    found = mark("C2619", "磷酸铁", "", 5000, "kgce/t")
    assert found == CodeSet(frozenset(), frozenset({"劣于基准"}))
    assert mark("C3670", "轴承", "", 5000, "kgce/t") == CodeSet()
    assert mark("C3216", "氧化铝", "拜耳法", 400, "kgce/t") == CodeSet()  # no benchmark row


def test_missing_cells_say_why() -> None:
    column = benchmark_class(
        ["", "C2619", "C2619", "C2619", "C9999"],
        ["黄磷"] * 5,
        [""] * 5,
        np.array([2400, np.nan, 2400, 2400, 2400]),
        ["kgce/t", "kgce/t", "", "kWh/t", "kgce/t"],
    )
    assert all(column.cell(i).open for i in range(5))
    words = ["行业代码", "单位产品能耗", "单位", "不符", "4754"]
    assert all(word in column.reasons.text(i) for i, word in enumerate(words))


def test_limits_by_level() -> None:
    # 黄磷 GB 21345-2024: 2300 / 2450 / 2800
    got = [limit("C2619", "黄磷", "", v, "kgce/t") for v in (2300, 2301, 2450, 2451, 2801)]
    names = ["达先进值", "达准入值", "达准入值", "达限定值", "劣于限定值"]
    assert got == [CodeSet.only(name) for name in names]


def test_a_limit_that_was_not_found_leaves_possibilities() -> None:
    # 电弧炉: level 2 missing below 70 t; 61 / - / 72, 61 / - / 86 and 61 / 64 / 72
    found = limit("C3120", "电炉钢", "电弧炉", 70, "kgce/t")
    assert found.sure == frozenset()
    assert found.maybe == {"达准入值", "达限定值"}


def test_levels_out_of_order_are_not_smoothed() -> None:
    # 超临界600MW: level 1 is 286, level 2 is 285 g/kWh, as the source has it
    plant = ("D4411", "燃煤机组", "超临界 600MW")
    assert limit(*plant, 284, "gce/kWh") == CodeSet.only("达先进值")
    assert limit(*plant, 285.5, "gce/kWh").maybe == {"达先进值", "达限定值"}
    assert limit(*plant, 290, "gce/kWh") == CodeSet.only("达限定值")


def test_energy_is_meant_where_coal_has_the_same_unit() -> None:
    # clinker: energy 100/107/117 and coal 94/100/109, both kgce/t
    assert limit("C3011", "水泥熟料", "", 105, "kgce/t") == CodeSet.only("达准入值")
    assert limit("C3011", "水泥熟料", "", 58, "kWh/t") == CodeSet.only("达限定值")


def test_rows_used_carry_their_verification() -> None:
    (row,) = benchmark_rows("C2619", "黄磷", "", "kgce/t")
    assert row.levels == (2300.0, 2800.0)
    assert row.verified == "cross_checked_with_GB_limit"
    assert "723" in row.source
    assert limit_rows("C2619", "黄磷", "")[0].levels == (2300.0, 2450.0, 2800.0)


def test_every_row_has_a_family_and_every_family_row_exists() -> None:
    in_tables = {row.product for row in (*benchmarks(), *limits())}
    in_families = {product for family in families() for product in family.rows}
    assert in_tables == in_families


def test_names_mean_one_family() -> None:
    names = [name for family in families() for name in family.names]
    assert len(names) == len(set(names))


def test_hiding_a_cell_only_widens() -> None:
    codes = sorted({code for row in (*benchmarks(), *limits()) for code in row.codes})
    names = [*sorted({n for f in families() for n in f.names}), "涂料", "合成氨;尿素"]
    rows = list(itertools.product(codes, names, ("", "粉煤", "料浆法 粒状", "粉磨")))
    code, name, process = (list(cells) for cells in zip(*rows, strict=True))
    energy, unit, gone = np.full(len(rows), 200.0), ["kgce/t"] * len(rows), [""] * len(rows)
    for classify in (benchmark_class, energy_limit_class):
        full = classify(code, name, process, energy, unit)
        for hidden in (
            classify(code, name, gone, energy, unit),
            classify(code, gone, process, energy, unit),
            classify(gone, name, process, energy, unit),
            classify(code, name, process, energy, gone),
            classify(code, name, process, energy * np.nan, unit),
        ):
            for i, row in enumerate(rows):
                told, left = full.cell(i), hidden.cell(i)
                assert left.sure <= told.sure, row
                assert left.open or (not told.open and told.maybe <= left.maybe), row


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("energy_benchmarks.csv", "energy_benchmarks.csv"),
        ("gb_energy_limits.csv", "gb_energy_limits.csv"),
        ("industries.csv", "gb4754_two_high.csv"),
    ],
)
def test_tables_are_the_shared_ones(shared: Path, ours: str, theirs: str) -> None:
    text = (files("zoning.policy") / ours).read_text(encoding="utf-8")
    original = (shared / "domain" / theirs).read_text(encoding="utf-8")
    assert list(csv.reader(text.splitlines())) == list(csv.reader(original.splitlines()))
