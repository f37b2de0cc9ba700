"""The judge, worked by hand: Kleene logic, ranges, status, dates, scope, coverage."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Numbers
from zoning.rules.grammar import parse_condition
from zoning.rules.judge import Outcome, asked, evaluate, gravest, judge, ranges
from zoning.rules.load import parse_rules
from zoning.rules.model import Level, RuleSet

AS_OF = date(2026, 11, 22)
HEAD = 'schema = 1\nname = "t"\ntitle = "t"\n'


def rule(body: str, *, kinds: str = '["industry"]', status: str = "verified") -> str:
    return f"""
[[rule]]
id = "t.one"
title = "t"
role = "substance"
kinds = {kinds}
status = "{status}"
cite = {{ title = "某法", article = "1", seen = "copy" }}
{body}
"""


FORBID = 'then = "forbid"\nremedy = "trim"\n'


def rules_of(text: str) -> RuleSet:
    return parse_rules(HEAD + text)[0]


def facts(n: int = 3, **columns: object) -> Facts:
    named = {name.replace("__", "."): column for name, column in columns.items()}
    base = {
        "project.kind": Codes.of_texts(["industry"] * n),
        "project.stage": Codes.of_texts(["新建"] * n),
    }
    return Facts(np.asarray([str(i) for i in range(n)]), {**base, **named})  # type: ignore[dict-item]  # columns of any kind


TRI = Claims.of([True, False, None])


def verdict(found: Facts, rules: RuleSet, **options: object) -> list[tuple[int, int]]:
    accepted = options.pop("accepted", [None] * len(found))
    days = asked(accepted, AS_OF)  # type: ignore[arg-type]  # list of dates
    judged = ranges(judge(found, rules, on=days, **options))  # type: ignore[arg-type]  # out_of_scope only
    return list(zip(judged.least.tolist(), judged.most.tolist(), strict=True))


def test_true_false_unknown() -> None:
    rules = rules_of(rule('when = ["redline.meets"]\n' + FORBID))
    assert verdict(facts(redline__meets=TRI), rules) == [(2, 2), (0, 0), (0, 2)]


def test_kleene_and_or_not() -> None:
    text = 'when = ["redline.meets"]\nany = ["wetland.meets", "lake.meets"]\n'
    text += 'unless = ["document.eia"]\n'
    rules = rules_of(rule(text + FORBID))
    found = facts(
        5,
        redline__meets=Claims.of([True, True, True, None, True]),
        wetland__meets=Claims.of([False, None, False, True, True]),
        lake__meets=Claims.of([True, False, False, True, True]),
        document__eia=Claims.of([False, False, False, False, None]),
    )
    # fires; one of two unknown; none of two; first unknown; exception not stated
    assert verdict(found, rules) == [(2, 2), (0, 2), (0, 0), (0, 2), (0, 2)]


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        # intervals [0, 1], [1, 1], [1, 2], [2, 3] against 1
        ("<", [(False, True), (False, False), (False, False), (False, False)]),
        ("<=", [(True, True), (True, True), (False, True), (False, False)]),
        (">", [(False, False), (False, False), (False, True), (True, True)]),
        (">=", [(False, True), (True, True), (True, True), (True, True)]),
        ("=", [(False, True), (True, True), (False, True), (False, False)]),
        ("!=", [(False, True), (False, False), (False, True), (True, True)]),
    ],
)
def test_intervals_against_a_limit(op: str, expected: list[tuple[bool, bool]]) -> None:
    column = Numbers.between(np.asarray([0.0, 1, 1, 2]), np.asarray([1.0, 1, 2, 3]), "m")
    truth = evaluate(parse_condition(f"road.distance {op} 1 m"), facts(4, road__distance=column))
    assert list(zip(truth.sure.tolist(), truth.maybe.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("codes", "any_in", "only_in"),
    [
        (CodeSet.only("A"), (True, True), (True, True)),
        (CodeSet.only("C"), (False, False), (False, False)),
        (CodeSet.only("A", "C"), (True, True), (False, False)),
        (CodeSet(frozenset(), frozenset("A")), (False, True), (False, True)),
        (CodeSet(frozenset("A"), frozenset("AC")), (True, True), (False, True)),
        (CodeSet(frozenset("A"), open=True), (True, True), (False, True)),
        (CodeSet(open=True), (False, True), (False, True)),
        (CodeSet(), (False, False), (False, False)),  # nothing met is not "all of them"
    ],
)
def test_sets_against_a_list(
    codes: CodeSet, any_in: tuple[bool, bool], only_in: tuple[bool, bool]
) -> None:
    found = facts(1, control_unit__class=Codes.of([codes]))
    for text, wanted in (("in", any_in), ("only in", only_in)):
        truth = evaluate(parse_condition(f"control_unit.class {text} [A, B]"), found)
        assert (bool(truth.sure[0]), bool(truth.maybe[0])) == wanted


def test_a_text_nobody_read_never_refuses_until_adopted() -> None:
    rules = rules_of(rule('when = ["redline.meets"]\n' + FORBID, status="secondary"))
    found = facts(redline__meets=TRI)
    assert verdict(found, rules) == [(0, 2), (0, 0), (0, 2)]
    adopted = rules.adopt("t.one", by="张三", on=AS_OF)
    assert verdict(found, adopted) == [(2, 2), (0, 0), (0, 2)]
    assert adopted.edition != rules.edition


def test_a_note_is_never_weighed() -> None:
    rules = rules_of(
        rule('when = ["redline.meets"]\nthen = "note"\n')
        + rule('when = ["wetland.meets"]\n' + FORBID).replace("t.one", "t.two")
    )
    found = facts(1, redline__meets=Claims.of([True]), wetland__meets=Claims.of([False]))
    assert verdict(found, rules) == [(0, 0)]
    assert judge(found, rules, on=asked([None], AS_OF)).outcome[0, 0] == Outcome.NOTED


def test_without_a_rule_for_its_kind_nothing_passes() -> None:
    rules = rules_of(rule('when = ["redline.meets"]\n' + FORBID, kinds='["*"]'))
    assert verdict(facts(redline__meets=TRI), rules) == [(2, 2), (0, 2), (0, 2)]


def test_a_stage_the_rule_does_not_cover_does_not_pass_either() -> None:
    rules = rules_of(rule('stages = ["新建"]\nwhen = ["redline.meets"]\n' + FORBID))
    found = facts(redline__meets=Claims.of([True, False, False])).with_columns(
        {"project.stage": Codes.of_texts(["已建", "新建", None])}
    )
    assert verdict(found, rules) == [(0, 2), (0, 0), (0, 2)]


def test_the_day_of_acceptance_decides_which_rule_is_asked() -> None:
    dates = "since = 2026-08-15\n"
    rules = rules_of(rule(dates + 'when = ["redline.meets"]\n' + FORBID))
    found = facts(redline__meets=Claims.of([True, True, True]))
    accepted = [date(2026, 8, 14), date(2026, 8, 15), None]
    outcome = judge(found, rules, on=asked(accepted, AS_OF)).outcome[:, 0].tolist()
    assert outcome == [Outcome.NOT_ASKED, Outcome.FIRES, Outcome.FIRES]


def test_a_rule_may_ask_the_day_of_the_screening() -> None:
    rules = rules_of(rule('since = 2026-08-15\nat = "as_of"\nwhen = ["redline.meets"]\n' + FORBID))
    found = facts(1, redline__meets=Claims.of([True]))
    assert verdict(found, rules, accepted=[date(2020, 1, 1)]) == [(2, 2)]


def test_the_citation_in_force_that_day() -> None:
    text = """
[[rule]]
id = "t.one"
title = "t"
role = "substance"
kinds = ["*"]
status = "verified"
when = ["redline.meets"]
then = "forbid"
remedy = "trim"
cite = [
  { title = "旧法", article = "65", until = 2026-08-15, seen = "copy" },
  { title = "法典", article = "319", since = 2026-08-15, seen = "copy" },
]
"""
    one = rules_of(text)["t.one"]
    assert [c.title for c in one.cites_on(date(2026, 8, 14))] == ["旧法"]
    assert [c.title for c in one.cites_on(date(2026, 8, 15))] == ["法典"]


def test_what_the_office_does_not_hold_is_not_weighed() -> None:
    text = 'when = ["forest_map.meets"]\n' + FORBID
    other = rule('when = ["lake.meets"]\n' + FORBID).replace("t.one", "t.two")
    rules = rules_of(rule(text) + other)
    found = facts(1, forest_map__meets=Claims.of([None]), lake__meets=Claims.of([False]))
    scope = frozenset({"forest_map"})
    assert verdict(found, rules) == [(0, 2)]
    assert verdict(found, rules, out_of_scope=scope) == [(0, 0)]
    judged = judge(found, rules, on=asked([None], AS_OF), out_of_scope=scope)
    assert judged.outcome[0, 0] == Outcome.UNREVIEWED


def test_nothing_passes_on_rules_that_were_not_reviewed() -> None:
    rules = rules_of(rule('when = ["forest_map.meets"]\n' + FORBID))
    found = facts(1, forest_map__meets=Claims.of([None]))
    assert verdict(found, rules, out_of_scope=frozenset({"forest_map"})) == [(0, 2)]


def test_a_data_gap_is_not_muted_by_declaring_it_out_of_scope() -> None:
    gap = """
[[rule]]
id = "t.gap"
title = "t"
role = "integrity"
kinds = ["*"]
when = ["not control_unit.meets"]
then = "undetermined"
demand = "核对"
"""
    rules = rules_of(rule('when = ["lake.meets"]\n' + FORBID) + gap)
    found = facts(1, control_unit__meets=Claims.of([None]), lake__meets=Claims.of([False]))
    assert verdict(found, rules, out_of_scope=frozenset({"control_unit"})) == [(0, 2)]


def test_what_it_does_hold_still_weighs_beside_it() -> None:
    other = rule('when = ["lake.meets"]\n' + FORBID).replace("t.one", "t.two")
    rules = rules_of(rule('any = ["forest_map.meets", "wetland.meets"]\n' + FORBID) + other)
    found = facts(
        forest_map__meets=Claims.of([None] * 3),
        wetland__meets=TRI,
        lake__meets=Claims.of([False] * 3),
    )
    scope = frozenset({"forest_map"})
    assert verdict(found, rules, out_of_scope=scope) == [(2, 2), (0, 0), (0, 2)]
    outcome = judge(found, rules, on=asked([None] * 3, AS_OF), out_of_scope=scope).outcome
    assert outcome[:, 0].tolist() == [Outcome.FIRES, Outcome.UNREVIEWED, Outcome.OPEN]


def test_a_project_is_as_grave_as_its_gravest_component() -> None:
    rules = rules_of(rule('when = ["redline.meets"]\n' + FORBID))
    judged = ranges(judge(facts(redline__meets=TRI), rules, on=asked([None] * 3, AS_OF)))
    both = gravest(judged, np.asarray([0, 0, 1]), 2)
    assert (both.least.tolist(), both.most.tolist()) == ([2, 0], [2, 2])
    assert Level(2).zh == "判定不通过"
