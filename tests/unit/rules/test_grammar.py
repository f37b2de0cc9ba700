"""The grammar against its EBNF: every production read, written back, and refused when broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoning.rules.grammar import (
    Claim,
    Comparison,
    Condition,
    FactRef,
    FeatureTest,
    GrammarError,
    Membership,
    Missing,
    parse_condition,
    parse_fact,
)
from zoning.units import Quantity

MEANT = {
    "redline.meets": Condition(Claim(FactRef("redline", "meets"))),
    "not document.swap_plan": Condition(Claim(FactRef("document", "swap_plan")), denied=True),
    "river_bank.distance < 1 km": Condition(
        Comparison(FactRef("river_bank", "distance"), "<", Quantity(1, "km"))
    ),
    "redline.overlap_share > 1 %": Condition(
        Comparison(FactRef("redline", "overlap_share"), ">", Quantity(1, "%"))
    ),
    "site.declared_area >= 50,000 m2": Condition(
        Comparison(FactRef("site", "declared_area"), ">=", Quantity(50_000, "m2"))
    ),
    "control_unit.class only in [优先保护, 一般管控]": Condition(
        Membership(FactRef("control_unit", "class"), ("优先保护", "一般管控"), only=True)
    ),
    "project.benchmark_class = 劣于基准": Condition(
        Membership(FactRef("project", "benchmark_class"), ("劣于基准",))
    ),
    "project.stage != 已建": Condition(
        Membership(FactRef("project", "stage"), ("已建",)), denied=True
    ),
    "not project.stage != 已建": Condition(Membership(FactRef("project", "stage"), ("已建",))),
    "project.kind is missing": Condition(Missing(FactRef("project", "kind"))),
    'land_cover.share("10") <= 0.5': Condition(
        Comparison(FactRef("land_cover", "share", (), "10"), "<=", Quantity(0.5))
    ),
    "park[planning_eia = true, leading contains project.industry].within": Condition(
        Claim(
            FactRef(
                "park",
                "within",
                (
                    FeatureTest("planning_eia", "=", ("true",)),
                    FeatureTest("leading", "contains", other=FactRef("project", "industry")),
                ),
            )
        )
    ),
    "substation[kv >= 110 kV, name in [甲, 乙]].distance > 2 km": Condition(
        Comparison(
            FactRef(
                "substation",
                "distance",
                (
                    FeatureTest("kv", ">=", quantity=Quantity(110, "kV")),
                    FeatureTest("name", "in", ("甲", "乙")),
                ),
            ),
            ">",
            Quantity(2, "km"),
        )
    ),
}


@pytest.mark.parametrize(("text", "meant"), MEANT.items(), ids=list(MEANT))
def test_reads_what_the_ebnf_says(text: str, meant: Condition) -> None:
    assert parse_condition(text) == meant


@pytest.mark.parametrize("text", MEANT)
def test_written_back_it_means_the_same(text: str) -> None:
    condition = parse_condition(text)
    assert parse_condition(str(condition)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "",
        "redline",
        "redline.",
        "redline.meets and water.meets",
        "not not redline.meets",
        "river_bank.distance <",
        "river_bank.distance < 近",
        "river_bank.distance < 1 parsec",
        "Redline.meets",
        "control_unit.class in []",
        "control_unit.class in [优先保护",
        "control_unit.class only [优先保护]",
        "project.kind is absent",
        "park[].within",
        "park[level < 省级].within",
        "land_cover.share(10 < 3",
        "redline.meets @",
    ],
)
def test_refuses_what_the_ebnf_does_not_say(text: str) -> None:
    with pytest.raises(GrammarError, match="条件"):
        parse_condition(text)


def test_every_production_is_named_in_the_committed_grammar() -> None:
    text = Path("zoning/rules/grammar.ebnf").read_text(encoding="utf-8")
    for word in ('"not"', '"is" , "missing"', '"only"', '"in"', '"contains"'):
        assert word in text


names = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True).filter(
    lambda n: n not in ("in", "is", "only", "not", "contains", "true", "false")
)
words = st.text(
    st.characters(exclude_characters='"', exclude_categories=("Cs", "Cc", "Z")), min_size=1
)
features = st.builds(
    FeatureTest,
    names,
    st.just("="),
    st.tuples(words.filter(lambda w: not w[0].isdigit() and w[0] not in "+-")),
)
facts = st.builds(FactRef, names, names, st.lists(features, max_size=2).map(tuple))
conditions = st.builds(
    Condition,
    st.one_of(
        st.builds(Claim, facts),
        st.builds(Missing, facts),
        st.builds(
            Membership, facts, st.lists(words, min_size=1, max_size=3).map(tuple), st.booleans()
        ),
        st.builds(
            Comparison,
            facts,
            st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
            st.builds(
                Quantity, st.integers(-99, 999).map(float), st.sampled_from(["m", "%", "ha"])
            ),
        ),
    ),
)


@given(conditions)
def test_any_condition_survives_writing_and_reading(condition: Condition) -> None:
    assert parse_condition(str(condition)) == condition


def test_a_fact_alone() -> None:
    assert parse_fact("karst_zone[degree = 强发育].meets") == FactRef(
        "karst_zone", "meets", (FeatureTest("degree", "=", ("强发育",)),)
    )
