"""The worked cases that stand beside the rules: are they what the rules say?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from zoning.facts.kinds import as_codes
from zoning.facts.table import Facts
from zoning.facts.values import (
    Claims,
    Codes,
    CodeSet,
    Column,
    Numbers,
    missing_claims,
    missing_codes,
    missing_numbers,
)
from zoning.facts.vocabulary import LAYERS, FactSpec, LayerSpec
from zoning.rules.check import spec_of
from zoning.rules.grammar import FactRef, parse_fact
from zoning.rules.judge import Outcome, asked, judge
from zoning.rules.model import Case, Level, Rule, RuleSet
from zoning.units import BASE, convert, dimension, parse_quantity

_UNSTATED = "算例未给"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, what it expected and what came out."""

    rule: str
    why: str
    expect: str
    got: str

    @property
    def passed(self) -> bool:
        """Whether the rule says what the case expects."""
        return self.expect == self.got


def empty_column(n: int, spec: FactSpec, why: str) -> Column:
    """Return n cells of a fact that nobody gave."""
    if spec.kind == "claim":
        return missing_claims(n, why)
    if spec.kind == "codes":
        return missing_codes(n, why)
    return missing_numbers(n, base_unit(spec.unit), why)


def base_unit(unit: str) -> str:
    """Return the base unit that columns of a fact are held in."""
    return BASE[dimension(unit)] if unit != "class" else unit


def _number(value: object, unit: str) -> float:
    if isinstance(value, str):
        quantity = parse_quantity(value)
        return convert(quantity.value, quantity.unit, base_unit(unit))
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"{value!r} is no number")


def _codes(value: object) -> CodeSet:
    if isinstance(value, Mapping):
        sure, maybe = (frozenset(map(str, value.get(k, ()))) for k in ("sure", "maybe"))
        return CodeSet(sure, maybe, bool(value.get("open", False)))
    listed = value if isinstance(value, list) else [value]
    return CodeSet.only(*map(str, listed))


def _cell(value: object, spec: FactSpec) -> Column:
    if value in ("unknown", "missing") and not (spec.kind == "codes" and value == "unknown"):
        column = empty_column(1, spec, _UNSTATED)
        if value == "unknown" and isinstance(column, Claims):
            return Claims(column.sure, column.maybe, column.reasons.none(1))
        return column
    if spec.kind == "claim":
        if not isinstance(value, bool):
            raise TypeError(f"{value!r} is neither true, false, unknown nor missing")
        return Claims.of([value])
    if spec.kind == "codes":
        return Codes.of([None if value == "unknown" else _codes(value)])
    unit = base_unit(spec.unit)
    if isinstance(value, list):
        low, high = (_number(v, spec.unit) for v in value)
        return Numbers.between(np.asarray([low]), np.asarray([high]), unit)
    return Numbers.exact([_number(value, spec.unit)], unit)


def _facts_of(rule: Rule, case: Case, layers: Mapping[str, LayerSpec]) -> Facts:
    def spec(ref: FactRef) -> FactSpec:
        found = spec_of(ref, layers)
        if found is None:
            raise KeyError(str(ref))
        return found

    columns = {str(ref): empty_column(1, spec(ref), _UNSTATED) for ref in rule.facts}
    for name, value in case.facts:
        ref = parse_fact(name)
        if str(ref) not in columns and ref.layer not in ("project",):
            raise KeyError(f"{name} is not asked by the rule")
        columns[str(ref)] = _cell(value, spec(ref))
    kind = case.kind or next((k for k in rule.kinds if k != "*"), "industry")
    stage = case.stage or (rule.stages[0] if rule.stages else "新建")
    columns.setdefault("project.kind", Codes.of_words([kind], as_codes))
    columns.setdefault("project.stage", Codes.of_texts([stage]))
    if case.kind or not any(name == "project.kind" for name, _ in case.facts):
        asked = str(FactRef("project", "kind")) in {str(r) for r in rule.facts}
        if not asked:
            columns["project.kind"] = Codes.of_words([kind], as_codes)
    if case.stage:
        columns["project.stage"] = Codes.of_texts([stage])
    return Facts(np.asarray(["case"]), columns)


def _expected_day(rule: Rule, case: Case) -> date:
    return case.accepted or max(filter(None, [rule.since, date(2026, 11, 22)]))


def run_case(rule: Rule, case: Case, layers: Mapping[str, LayerSpec] = LAYERS) -> CaseResult:
    """Judge one case as if the rule's text had been read: a case tests the words, not the status.

    ``undetermined`` is expected where the two ends of the finding differ.
    """
    try:
        facts = _facts_of(rule, case, layers)
    except (KeyError, TypeError, ValueError) as error:
        return CaseResult(rule.id, case.why, case.expect, f"算例有误 bad case: {error}")
    day = _expected_day(rule, case)
    if case.accepted is None and rule.until is not None and day >= rule.until:
        day = rule.since or date.fromordinal(rule.until.toordinal() - 1)
    as_read = rule if rule.role == "integrity" else replace(rule, status="verified")
    found = judge(facts, RuleSet("case", "case", (as_read,)), on=asked([day], day))
    least, most = Level(int(found.least[0, 0])), Level(int(found.most[0, 0]))
    got = least.name.lower() if least == most else "undetermined"
    if found.outcome[0, 0] == Outcome.NOTED:
        got = "note"
    return CaseResult(rule.id, case.why, case.expect, got)


def test_cases(rules: RuleSet) -> tuple[CaseResult, ...]:
    """Run every case of a set; a rule with fewer than three cases is a failure of its own."""
    layers = {**LAYERS, **rules.layers}
    results = []
    for rule in rules.rules:
        results += [run_case(rule, case, layers) for case in rule.cases]
        if len(rule.cases) < 3:
            results.append(CaseResult(rule.id, "算例", "at least 3 cases", str(len(rule.cases))))
    return tuple(results)


test_cases.__test__ = False  # type: ignore[attr-defined]  # a verb of ours, not a pytest test
