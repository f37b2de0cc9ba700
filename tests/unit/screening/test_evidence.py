"""Numbers in words."""

from __future__ import annotations

import math

import numpy as np
import pytest

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Numbers
from zoning.rules.grammar import parse_condition, parse_fact
from zoning.screening.evidence import amount, companions, evidence, label, span
from zoning.screening.views import Evidence

NAN = math.nan


def shown(text: str, facts: Facts) -> Evidence:
    condition = parse_condition(text)
    return evidence(condition, facts, label(condition.fact))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (3_200.0, "m", "3\u2009200 m"),
        (32_040.0, "m", "32 km"),
        (12.34, "m", "12.3 m"),
        (523.0, "m2", "0.0523 ha"),
        (0.0, "m2", "0.0000 ha"),
        (0.125, "1", "12.5 %"),
        (25.0, "deg", "25 deg"),
    ],
)
def test_amounts(value: float, unit: str, text: str) -> None:
    assert amount(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "measured", "text"),
    [
        (960.0, 1040.0, 1000.0, "960 m – 1\u2009040 m（测得 1\u2009000 m）"),
        (0.0, 30.0, NAN, "≤ 30 m"),
        (5.0, math.inf, NAN, "≥ 5 m"),
        (-math.inf, math.inf, NAN, "说不清"),
        (7.0, 7.0, 7.0, "7 m"),
        (7.0001, 7.0002, 7.00015, "7 m"),
    ],
)
def test_spans(low: float, high: float, measured: float, text: str) -> None:
    assert span(low, high, measured, "m") == text


def test_labels_are_chinese_words() -> None:
    ref = parse_fact("park[planning_eia = true, leading contains project.industry].within")
    assert label(ref) == "产业园区（通过规划环评为是，主导产业含本项目行业代码）全部位于其内"
    assert label(parse_fact("project.emission(TP)")) == "TP 排放量"


def test_a_bare_meets_brings_its_figures() -> None:
    ref = parse_fact("redline.meets")
    assert {str(r) for r in companions((ref,))} == {"redline.overlap_area", "redline.distance"}
    one = np.asarray([0.0])
    facts = Facts(
        np.asarray(["a"]),
        {
            "redline.meets": Claims.of([True]),
            "redline.overlap_area": Numbers.between(one + 400, one + 600, "m2", one + 500),
            "redline.distance": Numbers.between(one, one, "m", one),
        },
    )
    found = shown("redline.meets", facts)
    assert found.answer == "true"
    assert found.quantity == "overlap_area"
    assert (found.low, found.high, found.measured, found.unit) == (400, 600, 500, "m2")
    assert "套合 0.0400 ha – 0.0600 ha（测得 0.0500 ha）" in found.text_zh
    away = facts.with_columns({"redline.meets": Claims.of([False])})
    assert "最近 0 m" in shown("redline.meets", away).text_zh


def test_sets_and_missing_values_in_words() -> None:
    facts = Facts(
        np.asarray(["a"]),
        {
            "control_unit.class": Codes.of(
                [CodeSet(frozenset({"重点管控"}), frozenset({"一般管控"}))]
            ),
            "project.energy": Numbers.exact([NAN], "tce/a"),
        },
    )
    codes = shown("control_unit.class in [优先保护]", facts)
    assert codes.text_zh == "环境管控单元 类别: 重点管控，可能还有 一般管控"
    gone = shown("project.energy > 5 万tce/a", facts)
    assert (gone.answer, gone.reason) == ("unknown", "未填写")
    assert gone.limit == 50_000
