"""Which conditions can be asked of cells, and the rules rewritten so that cells answer them.

A cell is a point at its centre that lies there exactly: what a point site of accuracy 0 is told,
the cell is told. Areas, shares of area, lengths and counts are no matter of a point, and what is
asked of the list or of a person's judgement is the same at every cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from zoning.catalog import Catalog
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS, SPACES, LayerSpec
from zoning.rules.grammar import Claim, Comparison, Condition, FactRef, Membership, Test
from zoning.rules.model import Rule, RuleSet

Form = Literal["meets", "distance", "codes", "covered", "raster", "absent"]

_FORMS: Mapping[str, Form] = {
    "meets": "meets",
    "within": "meets",
    "distance": "distance",
    "class": "codes",
    "codes": "codes",
    "covered": "covered",
}
_LIST = "取决于清单、材料或研判，各处相同"
_NOT_OF_A_POINT = "按面积、占比、长度或个数判断，格点没有这些"
_NOTE = "只作提示，不影响结论"
_SITE = "针对一个项目的坐标、日期或面积，与格点无关"


@dataclass(frozen=True, slots=True)
class Question:
    """One condition on a layer, asked of every cell.

    Parameters
    ----------
    test : Test
        Without its denial.
    form : str
        How cells answer it.
    name : FactRef
        Under which the answer stands in the rewritten rules.
    """

    test: Test
    form: Form
    name: FactRef


@dataclass(frozen=True, slots=True)
class Left:
    """A rule that cells cannot answer.

    Parameters
    ----------
    rule : str
    why : str
    """

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """Rules for cells.

    Parameters
    ----------
    rules : RuleSet
        Those that cells can answer; their conditions on layers are claims named by questions.
    questions : tuple of Question
        Each once.
    left : tuple of Left
        Rules that are not asked of cells, and why.
    limits : tuple of Condition
        What ground must meet to be looked at, as claims named by questions.
    """

    rules: RuleSet
    questions: tuple[Question, ...]
    left: tuple[Left, ...]
    limits: tuple[Condition, ...] = ()


def compile_rules(
    rules: RuleSet,
    catalog: Catalog,
    *,
    kind: str,
    stage: str,
    limits: Sequence[Condition] = (),
) -> Compiled:
    """Rewrite rules for cells.

    Parameters
    ----------
    rules : RuleSet
    catalog : Catalog
    kind, stage : str
        Rules that speak of other kinds or stages are neither asked nor listed.
    limits : sequence of Condition
        What ground must meet to be looked at.

    Returns
    -------
    Compiled

    Raises
    ------
    InputError
        A limit that cells cannot answer.
    """
    specs = {**LAYERS, **rules.layers}
    held = frozenset(catalog.layers)
    questions: dict[str, Question] = {}
    kept: list[Rule] = []
    left: list[Left] = []
    for rule in rules.rules:
        if not _concerns(rule, kind, stage):
            continue
        if why := _why_not(rule, specs):
            left.append(Left(rule.id, why))
            continue
        kept.append(_rewritten(rule, questions, specs, held))
    if faults := tuple(_no_limit(c) for c in limits if not _form(c.test, specs)):
        raise InputError(faults)
    bounds = tuple(_claim(condition, questions, specs, held) for condition in limits)
    asked = tuple(questions.values())
    return Compiled(replace(rules, rules=tuple(kept)), asked, tuple(left), bounds)


def _no_limit(condition: Condition) -> Fault:
    return Fault(
        zh="格点答不了这个条件",
        en="cells cannot answer this condition",
        key="where",
        value=str(condition),
        remedy_zh="可用 meets、distance、class、栅格取值",
        remedy_en="use meets, distance, class or a raster's value",
    )


def _concerns(rule: Rule, kind: str, stage: str) -> bool:
    named = "*" in rule.kinds or kind in rule.kinds
    return named and (not rule.stages or stage in rule.stages)


def _why_not(rule: Rule, specs: Mapping[str, LayerSpec]) -> str:
    """Why a rule cannot be asked of cells; "" where it can."""
    of_layers = [c for c in rule.conditions if c.fact.layer not in SPACES]
    if rule.then == "note":
        return _NOTE
    if any(c.fact.layer in ("site", "layer") for c in rule.conditions):
        return _SITE
    if any(c.fact.layer == "determination" for c in rule.conditions) or not of_layers:
        return _LIST
    if not all(_form(c.test, specs) for c in of_layers):
        return _NOT_OF_A_POINT
    return ""


def _form(test: Test, specs: Mapping[str, LayerSpec]) -> Form | None:
    fact = test.fact
    if specs[fact.layer].kind == "raster":
        return "raster" if isinstance(test, Comparison) else None
    form = _FORMS.get(fact.measure)
    if form == "distance" and isinstance(test, Comparison):
        return form if test.op not in ("=", "!=") else None
    if form == "codes" and isinstance(test, Membership):
        return form
    return form if form in ("meets", "covered") and isinstance(test, Claim) else None


def _rewritten(
    rule: Rule,
    questions: dict[str, Question],
    specs: Mapping[str, LayerSpec],
    held: frozenset[str],
) -> Rule:
    def asked(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return tuple(_claim(c, questions, specs, held) for c in conditions)

    return replace(
        rule, when=asked(rule.when), any=asked(rule.any), unless=asked(rule.unless), cases=()
    )


def _claim(
    condition: Condition,
    questions: dict[str, Question],
    specs: Mapping[str, LayerSpec],
    held: frozenset[str],
) -> Condition:
    if condition.fact.layer in SPACES:
        return condition
    key = str(condition.test)
    if key not in questions:
        layer = condition.fact.layer
        form = _form(condition.test, specs) if layer in held else "absent"
        # the layer's name stays: judging asks it whether the office holds the layer
        name = FactRef(layer, f"cell{len(questions)}")
        questions[key] = Question(condition.test, form or "absent", name)
    return Condition(Claim(questions[key].name), condition.denied)
