"""Six sectors, branches and two-high: expectations from the standard's class texts, by hand."""

from __future__ import annotations

import itertools

import pytest

from zoning.facts.values import CodeSet
from zoning.policy import branch, clauses, industries, six_class, two_high
from zoning.policy.names import code_of, narrow, product_names
from zoning.policy.tables import branches


def six(industry: str, product: str = "", process: str = "") -> CodeSet:
    return six_class([industry], [product], [process]).cell(0)


def of_branch(industry: str, product: str = "", process: str = "") -> CodeSet:
    return branch([industry], [product], [process]).cell(0)


def claim(industry: str, product: str = "", process: str = "") -> bool | None:
    found = two_high([industry], [product], [process])
    return True if found.sure[0] else (None if found.maybe[0] else False)


def test_a_class_can_carry_several_labels() -> None:
    assert six("C2521") == CodeSet.only("化工", "焦化")
    assert six("C2523") == CodeSet.only("化工", "现代煤化工")
    assert six("C3041", "浮法玻璃") == CodeSet.only("建材", "平板玻璃")


def test_code_3216_is_alumina_electrolysis_or_scrap() -> None:
    assert six("C3216", "电解铝") == CodeSet.only("有色冶炼")
    assert of_branch("C3216", "电解铝") == CodeSet.only("电解铝")
    assert six("C3216", "再生铝").sure == frozenset()
    assert "非六类" in six("C3216", "再生铝").maybe
    assert of_branch("C3216").sure == frozenset()
    assert {"电解铝", "氧化铝", "再生铝"} <= of_branch("C3216").maybe


def test_wording_that_is_not_the_name_decides_nothing() -> None:
    # 铝渣 holds the word 电解铝 and is not electrolysis
    assert of_branch("C3216", "电解铝渣资源化利用").sure == frozenset()
    assert "再生铝" in of_branch("C3216", "电解铝渣资源化利用").maybe


@pytest.mark.parametrize(
    ("industry", "product", "process", "expected"),
    [
        ("C2619", "黄磷", "", True),
        ("C3120", "", "", True),
        ("C3670", "汽车零部件", "", False),
        ("D4416", "", "", False),
        ("C3216", "再生铝锭", "", None),
        ("C3216", "", "", None),
        ("C3011", "水泥", "粉磨", None),
        ("C3011", "水泥熟料", "", True),
        ("C3012", "磷石膏建筑石膏粉", "", None),
        ("C3985", "磷酸铁锂", "", None),
        ("C2624", "复混肥", "", None),
        ("", "电解铝", "", None),
    ],
)
def test_two_high(industry: str, product: str, process: str, expected: bool | None) -> None:
    assert claim(industry, product, process) is expected


def test_classes_marked_check_are_only_possible() -> None:
    assert six("C3071").sure == frozenset()
    assert six("C3071").maybe == {"建材", "非六类"}
    assert six("C3110") == CodeSet.only("钢铁")  # 45号 names steel; check means the park here


def test_several_codes_hold_together() -> None:
    assert six("C2619;C3985", "磷酸铁锂").sure == {"化工"}
    assert six("C2611;C3011", "水泥熟料").sure == {"化工", "建材"}


def test_unknown_codes_stay_open_and_say_why() -> None:
    column = six_class(["", "C9999", "化工", "C2619"], [""] * 4, [""] * 4)
    assert [column.cell(i).open for i in range(4)] == [True, True, True, False]
    assert [bool(column.reasons.text(i)) for i in range(4)] == [True, True, True, False]


def test_unlisted_classes_follow_their_division() -> None:
    assert six("C2631") == CodeSet(frozenset(), frozenset({"化工", "非六类"}))
    assert six("C1310") == CodeSet.only("非六类")
    assert "石化" in six("C26").maybe
    assert six("C26").sure == frozenset()


@pytest.mark.parametrize("code", ["C2710", "D4511", "D4513"])
def test_some_classes_outside_the_six_may_be_chemical_works(code: str) -> None:
    assert six(code).sure == frozenset()
    assert {"化工", "非六类"} <= six(code).maybe
    assert "化工" in six(code[:3]).maybe
    assert claim(code) is None
    assert six("C2740") == CodeSet.only("非六类")  # 中成药 is none


def test_a_pellet_plant_is_steel_but_no_smelting() -> None:
    assert of_branch("C3110", "球团矿") == CodeSet.only("烧结球团")
    assert six("C3110", "球团矿") == CodeSet.only("钢铁")
    assert of_branch("C3110", "生铁") == CodeSet.only("炼铁炼钢")
    assert of_branch("C3110") == CodeSet(maybe=frozenset({"炼铁炼钢", "烧结球团"}))
    assert of_branch("C3120") == CodeSet.only("炼铁炼钢")


def test_coal_power_and_gas_share_a_code() -> None:
    assert six("D4411", "煤电") == CodeSet.only("煤电")
    assert six("D4411", "火力发电", "燃气") == CodeSet.only("非六类")
    assert six("D4411", "火力发电").sure == frozenset()


def test_hiding_a_cell_only_widens() -> None:
    codes = [*industries(), "C2631", "C26", "C3216;C2611", "C3985;C2619"]
    names = sorted({n for part in branches() for n in part.products})
    products = [*names, "电解铝渣", "氧化铝、再生铝", "铝锭;涂料"]
    rows = list(itertools.product(codes, products, ("", "粉磨", "废铝", "天然气")))
    code, name, process = (list(cells) for cells in zip(*rows, strict=True))
    gone = [""] * len(rows)
    for classify in (six_class, branch):
        full = classify(code, name, process)
        for hidden in (
            classify(code, name, gone),
            classify(code, gone, process),
            classify(gone, name, process),
        ):
            for i, row in enumerate(rows):
                told, left = full.cell(i), hidden.cell(i)
                assert left.sure <= told.sure, row
                assert left.open or (not told.open and told.maybe <= left.maybe), row


def test_names() -> None:
    assert product_names("年产40万吨电解铝（预焙槽）、氧化铝项目") == ("电解铝", "氧化铝")
    assert product_names("30万t/a磷酸铁锂及磷酸铁生产线") == ("磷酸铁锂", "磷酸铁")
    assert [code_of(t) for t in ("c2619", "2619", "D2619", "C26", "26194")] == [
        "C2619",
        "C2619",
        None,
        "C26",
        None,
    ]


def test_the_longer_word_wins() -> None:
    options = {"a": ["烟煤"], "b": ["无烟煤"]}
    assert narrow(options, "无烟煤制") == ("b",)
    assert narrow(options, "烟煤制") == ("a",)
    assert narrow(options, "煤制") == ("a", "b")


def test_clauses_of_the_plan_name_their_rules() -> None:
    assert "admission.quota.papers" in clauses()["三(二)1"].rules
    assert clauses()["五(三)2"].rules == ()  # exploratory support is no rule
