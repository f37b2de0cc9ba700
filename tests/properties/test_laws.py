"""The laws of the design over the shipped rule sets: hiding never acquits and never convicts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.strategies import column, random_facts, wider
from zoning.facts.table import Facts
from zoning.rules.assume import Assumptions
from zoning.rules.judge import Asked, Findings, Outcome, asked, judge, ranges
from zoning.rules.load import library, load_rules
from zoning.rules.model import Level, RuleSet

AS_OF = date(2026, 11, 22)
SETS = {name: load_rules(name) for name in library()}
EACH = pytest.mark.parametrize("name", SETS)
seeds = st.integers(0, 2**32 - 1)
N = 40


def days_of(seed: int) -> Asked:
    rng = np.random.default_rng(seed)
    spread = [date(2020, 1, 1) + timedelta(int(d)) for d in rng.integers(0, 2500, N)]
    return asked(spread, AS_OF)


def judged(
    facts: Facts, rules: RuleSet, seed: int, scope: frozenset[str] = frozenset()
) -> Findings:
    return judge(facts, rules, on=days_of(seed), out_of_scope=scope)


def without(facts: Facts, layer: str) -> Facts:
    """The same facts, but nobody holds the layer."""
    every = np.ones(len(facts), np.bool_)
    columns = {
        name: column.hide(every, "没有图层")
        if name.startswith((f"{layer}.", f"{layer}["))
        else column
        for name, column in facts.columns.items()
    }
    return Facts(facts.ids, columns)


def assert_wider(before: Findings, after: Findings) -> None:
    was, now = ranges(before), ranges(after)
    assert (now.least <= was.least).all()
    assert (now.most >= was.most).all()


@EACH
@settings(max_examples=60, deadline=None)
@given(seeds)
def test_law_1_widening_a_fact_only_widens_the_verdict(name: str, seed: int) -> None:
    rules = SETS[name]
    facts = random_facts(seed, N, rules)
    rng = np.random.default_rng(seed + 1)
    columns = {k: wider(rng, c) if rng.random() < 0.3 else c for k, c in facts.columns.items()}
    before, after = judged(facts, rules, seed), judged(Facts(facts.ids, columns), rules, seed)
    assert_wider(before, after)


@EACH
@settings(max_examples=40, deadline=None)
@given(seeds, st.data())
def test_law_1_hiding_a_layer_only_widens_the_verdict(
    name: str, seed: int, data: st.DataObject
) -> None:
    rules = SETS[name]
    facts = random_facts(seed, N, rules)
    layer = data.draw(st.sampled_from(sorted({ref.layer for ref in rules.facts})))
    assert_wider(judged(facts, rules, seed), judged(without(facts, layer), rules, seed))


@EACH
def test_law_1_nothing_known_neither_acquits_nor_convicts(name: str) -> None:
    rules = SETS[name]
    every = np.ones(N, np.bool_)
    facts = random_facts(7, N, rules)
    blind = Facts(facts.ids, {k: c.hide(every, "一无所知") for k, c in facts.columns.items()})
    found = ranges(judged(blind, rules, 7))
    assert (found.least == Level.ALLOW).all()
    assert (found.most == Level.FORBID).all()


@EACH
@settings(max_examples=25, deadline=None)
@given(seeds)
def test_law_2_a_site_that_meets_no_unit_never_passes(name: str, seed: int) -> None:
    rules = SETS[name]
    facts = random_facts(seed, N, rules)
    if "control_unit.meets" not in facts:
        pytest.fail("no rule asks whether a unit is met")
    claims = facts.claims("control_unit.meets")
    none = type(claims).certain(np.zeros(N, np.bool_))
    found = ranges(judged(facts.with_columns({"control_unit.meets": none}), rules, seed))
    assert (found.most == Level.FORBID).all()


@EACH
@settings(max_examples=25, deadline=None)
@given(seeds)
def test_law_3_the_order_of_rules_and_sites_changes_nothing(name: str, seed: int) -> None:
    rules = SETS[name]
    facts = random_facts(seed, N, rules)
    rng = np.random.default_rng(seed)
    order = rng.permutation(N)
    shuffled = RuleSet(
        rules.name, rules.title, tuple(rng.permutation(np.asarray(rules.rules, object)))
    )
    days = days_of(seed)
    turned = judge(facts.take(order), shuffled, on=Asked(days.accepted[order], days.as_of))
    plain = judge(facts, rules, on=days)
    assert plain.rules == turned.rules
    for a, b in (
        (plain.outcome, turned.outcome),
        (plain.least, turned.least),
        (plain.most, turned.most),
    ):
        assert (a[order] == b).all()


@EACH
@settings(max_examples=25, deadline=None)
@given(seeds)
def test_a_text_nobody_read_never_sets_the_lower_end(name: str, seed: int) -> None:
    rules = SETS[name]
    found = judged(random_facts(seed, N, rules), rules, seed)
    unread = [j for j, rule in enumerate(found.rules) if not rules[rule].binding]
    assert (found.least[:, unread] == Level.ALLOW).all()


@EACH
@settings(max_examples=25, deadline=None)
@given(seeds, st.data())
def test_moving_a_layer_out_of_scope_never_convicts(
    name: str, seed: int, data: st.DataObject
) -> None:
    rules = SETS[name]
    facts = random_facts(seed, N, rules)
    layer = data.draw(st.sampled_from(sorted({ref.layer for ref in rules.facts})))
    blind = without(facts, layer)
    inside = judged(blind, rules, seed)
    scoped = judged(blind, rules, seed, frozenset({layer}))
    assert (scoped.least <= inside.most).all()
    assert (ranges(scoped).least == ranges(inside).least).all()


def test_every_kind_of_column_is_drawn() -> None:
    rules = SETS["base"]
    rng = np.random.default_rng(0)
    kinds = {type(column(rng, 3, rules, ref)).__name__ for ref in rules.facts}
    assert kinds == {"Numbers", "Claims", "Codes"}


@EACH
@settings(max_examples=40, deadline=None)
@given(seeds)
def test_an_assumption_never_permits_and_never_undoes_what_is_sure(name: str, seed: int) -> None:
    """What is assumed turns a doubt into a condition, and nothing else (issue 11)."""
    rules = SETS[name]
    facts = random_facts(seed, N, rules)
    plain = judged(facts, rules, seed)
    everything = Assumptions(papers=True, claims=True, boundary=True)
    found = judge(facts, rules, on=days_of(seed), assumed=everything)
    changed = found.outcome != plain.outcome
    assert (plain.outcome[changed] == Outcome.OPEN).all()
    assert (found.outcome[changed] == Outcome.ASSUMED).all()
    assert (found.least[changed] == Level.CONDITIONAL).all()
    assert (found.most[changed] == Level.CONDITIONAL).all()
    was, now = ranges(plain), ranges(found)
    assert (now.least >= was.least).all()
    assert ((now.most >= Level.CONDITIONAL) | (was.most == Level.ALLOW)).all()
