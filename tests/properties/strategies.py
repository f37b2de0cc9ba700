"""Random facts for the shipped rules: intervals, claims and sets, some missing."""

from __future__ import annotations

import numpy as np

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers, Reasons
from zoning.facts.vocabulary import KINDS, LAYERS, SIX_CLASSES, STAGES, FactSpec
from zoning.rules.cases import base_unit
from zoning.rules.check import spec_of
from zoning.rules.grammar import Comparison, FactRef, Membership
from zoning.rules.model import RuleSet
from zoning.units import convert

ALWAYS = (FactRef("project", "kind"), FactRef("project", "stage"))


def _words(rules: RuleSet, ref: FactRef) -> list[str]:
    """Words that rules compare the fact with, and one they never do."""
    named = {
        value
        for rule in rules.rules
        for condition in rule.conditions
        if condition.fact == ref and isinstance(condition.test, Membership)
        for value in condition.test.values
    }
    named |= {"kind": set(KINDS), "stage": set(STAGES), "six_class": set(SIX_CLASSES)}.get(
        ref.measure, set()
    )
    return sorted(named | {"别的"})


def _limits(rules: RuleSet, ref: FactRef, unit: str) -> list[float]:
    """Limits that rules compare the fact with: random numbers lie about them and on them."""
    found = [
        convert(condition.test.limit.value, condition.test.limit.unit, unit)
        for rule in rules.rules
        for condition in rule.conditions
        if condition.fact == ref and isinstance(condition.test, Comparison)
    ]
    return [*found, 0.0]


def _numbers(rng: np.random.Generator, n: int, limits: list[float], unit: str) -> Numbers:
    centre = rng.choice(limits, n)
    scale = np.maximum(np.abs(centre), 1.0)
    low = centre + scale * rng.choice([-1.0, -0.1, 0.0, 0.1, 1.0], n)
    width = scale * rng.choice([0.0, 0.0, 0.1, 0.5, 3.0], n)
    return Numbers.between(low, low + width, unit, low + width / 2)


def _claims(rng: np.random.Generator, n: int) -> Claims:
    level = rng.integers(0, 3, n)
    return Claims(level == 2, level >= 1, Reasons.none(n))


def _codes(rng: np.random.Generator, n: int, words: list[str], *, single: bool) -> Codes:
    sets = []
    for _ in range(n):
        if single:
            sets.append(CodeSet.only(str(rng.choice(words))))
            continue
        sure = frozenset(w for w in words if rng.random() < 0.3)
        maybe = frozenset(w for w in words if rng.random() < 0.2)
        sets.append(CodeSet(sure, sure | maybe, bool(rng.random() < 0.2)))
    return Codes.of(sets)


def column(rng: np.random.Generator, n: int, rules: RuleSet, ref: FactRef) -> Column:
    """Return one random column of a fact."""
    spec = FactSpec("codes", "") if ref in ALWAYS else spec_of(ref, {**LAYERS, **rules.layers})
    assert spec is not None, ref
    if spec.kind == "claim":
        made: Column = _claims(rng, n)
    elif spec.kind == "codes":
        made = _codes(rng, n, _words(rules, ref), single=ref in ALWAYS)
    else:
        unit = base_unit(spec.unit)
        made = _numbers(rng, n, _limits(rules, ref, unit), unit)
    return made.hide(rng.random(n) < 0.15, "随机隐去")


def random_facts(seed: int, n: int, rules: RuleSet) -> Facts:
    """Return n random rows for every fact the rules ask for."""
    rng = np.random.default_rng(seed)
    refs = {str(ref): ref for ref in (*ALWAYS, *rules.facts)}
    columns = {name: column(rng, n, rules, refs[name]) for name in sorted(refs)}
    return Facts(np.asarray([f"S{i:04d}" for i in range(n)]), columns)


def wider(rng: np.random.Generator, made: Column) -> Column:
    """Return the column with some cells widened and some hidden."""
    n = len(made)
    if isinstance(made, Numbers):
        by = rng.choice([0.0, 0.0, 1.0, 1e3], n)
        made = Numbers(made.low - by, made.high + by, made.measured, made.unit, made.reasons)
    elif isinstance(made, Claims):
        soft = rng.random(n) < 0.3
        made = Claims(made.sure & ~soft, made.maybe | soft, made.reasons)
    else:
        values = tuple(
            CodeSet(
                frozenset(c for c in value.sure if rng.random() < 0.7),
                value.maybe,
                value.open or bool(rng.random() < 0.3),
            )
            for value in made.values
        )
        made = Codes(made.index, values, made.reasons)
    return made.hide(rng.random(n) < 0.2, "再隐去")
