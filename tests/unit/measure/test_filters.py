"""Bracket filters, worked by hand: yes, no, and what nobody can tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from zoning.facts.table import Facts
from zoning.facts.values import Codes, CodeSet
from zoning.measure.filters import choose, holds_code
from zoning.rules.grammar import parse_fact

SITES = Facts(np.asarray(["a"]), {})


def asked(text: str, **columns: list[object]) -> list[bool | None]:
    (chosen,) = choose(parse_fact(text), pd.DataFrame(columns), SITES)
    return [
        True if s else None if m else False for s, m in zip(chosen.sure, chosen.maybe, strict=True)
    ]


@pytest.mark.parametrize(
    ("text", "column", "values", "answers"),
    [
        ("park[lawful = true].within", "lawful", [1.0, 0.0, np.nan], [True, False, None]),
        ("park[lawful != true].within", "lawful", [1.0, 0.0, np.nan], [False, True, None]),
        (
            "water_source[level = 一级].meets",
            "level",
            ["一级", "准", None, "甲级"],
            [True, False, None, None],
        ),
        ("water_source[level != 一级].meets", "level", ["一级", "准", "甲级"], [False, True, None]),
        ("substation[kv >= 110 kV].distance", "kv", [35.0, 110.0, np.nan], [False, True, None]),
        (
            "forest_map[cover > 50 %].meets",
            "cover",
            [60.0, 50.0, 0.6, np.nan],
            [True, False, None, None],
        ),
        (
            "forest_map[type in [竹林地]].meets",
            "type",
            ["竹林地", "宜林地", "毛竹"],
            [True, False, None],
        ),
        (
            "park[leading contains C26].within",
            "leading",
            ["C2619;C30", "C30", None],
            [False, False, None],
        ),
        (
            "park[leading contains C2619].within",
            "leading",
            ["C26;C30", "C2619", "C2611"],
            [True, True, False],
        ),
    ],
)
def test_one_attribute(text: str, column: str, values: list[object], answers: list[object]) -> None:
    assert asked(text, **{column: values}) == answers


def test_an_attribute_that_the_file_lacks_is_unknown() -> None:
    assert asked("park[lawful = true].within", name=["甲"]) == [None]


def test_all_conditions_must_hold_of_one_feature() -> None:
    text = "park[lawful = true, planning_eia = true].within"
    got = asked(text, lawful=[1.0, 1.0, 0.0], planning_eia=[1.0, np.nan, np.nan])
    assert got == [True, None, False]


def test_against_the_projects_own_industry() -> None:
    facts = Facts(
        np.asarray(["a", "b", "c"]),
        {"project.industry": Codes.of([CodeSet.only("C2619"), CodeSet.only("C3011"), None])},
    )
    ref = parse_fact("park[leading contains project.industry].within")
    features = pd.DataFrame({"leading": ["C26", "C30", ""]})
    answers = {}
    for group in choose(ref, features, facts):
        for row in group.rows:
            answers[int(row)] = (group.sure.tolist(), group.maybe.tolist())
    assert answers[0] == ([True, False, False], [True, False, True])
    assert answers[1] == ([False, True, False], [False, True, True])
    assert answers[2] == ([False, False, False], [True, True, True])


def test_a_class_holds_what_lies_below_it_and_no_more() -> None:
    assert holds_code(["C26"], "C2619")
    assert not holds_code(["C2619"], "C26")
    assert not holds_code(["磷化工"], "C2619")
