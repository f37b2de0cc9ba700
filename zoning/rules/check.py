"""What a rule may not say: facts that do not exist, wrong units, missing demands and remedies."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from zoning.errors import Fault
from zoning.facts.vocabulary import (
    RASTER,
    SPACES,
    VECTOR,
    AttributeKind,
    FactSpec,
    LayerSpec,
    plain_fact,
)
from zoning.facts.words import ATTRIBUTE_UNITS, ATTRIBUTE_WORDS, FACT_WORDS
from zoning.rules.grammar import (
    Claim,
    Comparison,
    Condition,
    FactRef,
    FeatureTest,
    Membership,
    Missing,
)
from zoning.rules.model import Rule
from zoning.units import dimension


def spec_of(ref: FactRef, layers: Mapping[str, LayerSpec]) -> FactSpec | None:
    """Return the spec of a fact, or None when there is no such fact."""
    if ref.layer in SPACES:
        return None if ref.filter else plain_fact(ref.layer, ref.measure, ref.argument)
    layer = layers.get(ref.layer)
    if layer is None:
        return None
    if layer.kind == "raster":
        return _raster_spec(ref, layer)
    if ref.argument or (ref.measure == "class" and "class" not in layer.attributes):
        return None
    return VECTOR.get(ref.measure)


def _raster_spec(ref: FactRef, layer: LayerSpec) -> FactSpec | None:
    spec = RASTER.get(ref.measure)
    if spec is None or ref.filter or bool(ref.argument) != (ref.measure == "share"):
        return None
    if spec.unit:
        return spec
    return None if layer.unit == "class" else FactSpec(spec.kind, spec.title, layer.unit)


def _why_unknown(ref: FactRef, layers: Mapping[str, LayerSpec]) -> tuple[str, str]:
    names = [*layers, *SPACES]
    if ref.layer not in names:
        close = difflib.get_close_matches(ref.layer, names, 1)
        hint = f"，是否想写「{close[0]}」" if close else ""
        return f"没有名为「{ref.layer}」的图层或事实{hint}", "no such layer or fact"
    return f"「{ref.layer}」没有「{ref.measure}」这一事实", "this layer has no such fact"


def _word_faults(
    what: str, words: Iterable[str], known: tuple[str, ...] | None
) -> Iterator[tuple[str, str]]:
    """Words that a fact or an attribute never takes: a rule that names one would never fire."""
    for word in words:
        if known is not None and word not in known:
            close = difflib.get_close_matches(word, known, 1)
            hint = f"，是否想写「{close[0]}」" if close else ""
            yield f"{what} 没有取值「{word}」(有 {'、'.join(known)}){hint}", "no such word"


def _attribute_faults(
    test: FeatureTest, kind: AttributeKind, ref: FactRef
) -> Iterator[tuple[str, str]]:
    is_number = test.quantity is not None
    if is_number != (kind == "number") and test.other is None:
        yield f"{ref.layer}.{test.attribute} 是 {kind}，不能这样比较", "wrong kind of value"
    if test.op == "contains" and kind != "codes":
        yield f"{ref.layer}.{test.attribute} 不是代码列表，不能用 contains", "not a list of codes"
    if kind == "bool" and test.values and not set(test.values) <= {"true", "false"}:
        yield f"{ref.layer}.{test.attribute} 只能是 true 或 false", "true or false only"
    if kind == "text":
        known = ATTRIBUTE_WORDS.get((ref.layer, test.attribute))
        yield from _word_faults(f"{ref.layer}.{test.attribute}", test.values, known)
    unit = ATTRIBUTE_UNITS.get((ref.layer, test.attribute))
    if test.quantity is not None and unit is not None:
        have, want = dimension(test.quantity.unit), dimension(unit)
        if have != want:
            yield f"单位不对: {ref.layer}.{test.attribute} 以 {unit} 计", "wrong unit"
    if test.other is not None and plain_fact(test.other.layer, test.other.measure, "") is None:
        yield f"没有事实「{test.other}」", "no such fact"


def _filter_faults(ref: FactRef, layers: Mapping[str, LayerSpec]) -> Iterator[tuple[str, str]]:
    spec = layers.get(ref.layer)
    for test in ref.filter if spec is not None else ():
        kind = spec.attributes.get(test.attribute) if spec else None
        if kind is None:
            known = "、".join(spec.attributes) if spec else ""
            yield f"图层 {ref.layer} 没有属性「{test.attribute}」(有 {known})", "no such attribute"
        else:
            yield from _attribute_faults(test, kind, ref)


def _unit_fault(test: Comparison, spec: FactSpec) -> tuple[str, str] | None:
    have, want = dimension(test.limit.unit), dimension(spec.unit)
    if have == want:
        return None
    return (
        f"单位不对: {test.fact} 以 {spec.unit} 计，不能与 {test.limit} 比较",
        f"wrong unit: {want} wanted, {have} given",
    )


def _words_of(ref: FactRef) -> tuple[str, ...] | None:
    if ref.measure == "class" and ref.layer not in SPACES:
        return ATTRIBUTE_WORDS.get((ref.layer, "class"))
    return FACT_WORDS.get(str(ref))


def _condition_faults(
    condition: Condition, layers: Mapping[str, LayerSpec]
) -> Iterator[tuple[str, str]]:
    ref, test = condition.fact, condition.test
    spec = spec_of(ref, layers)
    if spec is None:
        yield _why_unknown(ref, layers)
        return
    yield from _filter_faults(ref, layers)
    wanted = {Claim: "claim", Comparison: "number", Membership: "codes"}.get(type(test))
    if wanted is not None and wanted != spec.kind:
        yield f"「{condition}」: {ref} 是 {spec.kind}，不是 {wanted}", "wrong kind of test"
    elif isinstance(test, Comparison):
        fault = _unit_fault(test, spec)
        if fault:
            yield fault
    elif isinstance(test, Membership):
        yield from _word_faults(str(ref), test.values, _words_of(ref))


def _missing_faults(rule: Rule) -> Iterator[tuple[str, str]]:
    for condition in rule.conditions:
        if not isinstance(condition.test, Missing):
            continue
        if rule.role != "integrity":
            yield (
                "「is missing」只许用于 integrity 规则，否则藏起材料就能免责",
                "integrity rules only",
            )
        if condition.denied or condition in rule.unless:
            yield "「is missing」不得用于 not 或 unless", "never under not or unless"


def _effect_faults(rule: Rule) -> Iterator[tuple[str, str]]:
    if rule.then in ("conditional", "undetermined") and not rule.demand:
        yield f"then = {rule.then} 必须写 demand", "a demand is wanted"
    if rule.then == "forbid" and rule.remedy is None:
        yield "then = forbid 必须写 remedy", "a remedy is wanted"
    if rule.then != "forbid" and rule.remedy is not None:
        yield "只有 forbid 才有 remedy", "remedy goes with forbid only"
    if not rule.when and not rule.any:
        yield "没有条件: when 或 any 至少一条", "no condition"
    if rule.since and rule.until and rule.since >= rule.until:
        yield "since 应早于 until", "since must be before until"


def _status_faults(rule: Rule) -> Iterator[tuple[str, str]]:
    if (rule.status == "integrity") != (rule.role == "integrity"):
        yield "integrity 规则不写 status，其他规则必须写", "status and role disagree"
    if (rule.status == "adopted") != bool(rule.adopted_by):
        yield "status = adopted 要有 adopted = {by, on}", "adopted by whom, and when"
    if rule.role == "substance" and not rule.cites and rule.status != "default":
        yield "缺少依据 cite", "a citation is wanted"
    if rule.status == "verified":
        days = [d for c in rule.cites for d in (c.since, c.until) if d is not None]
        for day in [rule.since or date(2026, 1, 1), *days]:
            texts = rule.cites_on(day)
            if rule.in_force(day) and texts and not any(cite.read for cite in texts):
                yield f"{day} 有效的依据都没有读过，不能标 verified", "nobody read the text"
    if rule.status == "verified" and not any(cite.read for cite in rule.cites):
        yield "依据都没有读过，不能标 verified", "nobody read the text"


def faults_of_condition(
    condition: Condition, layers: Mapping[str, LayerSpec], file: str, key: str
) -> list[Fault]:
    """Return every fault of one condition."""
    said = _condition_faults(condition, layers)
    return [Fault(zh=zh, en=en, file=file, key=key) for zh, en in said]


def faults_of(rule: Rule, layers: Mapping[str, LayerSpec], file: str) -> list[Fault]:
    """Return every fault of one rule.

    Parameters
    ----------
    rule : Rule
    layers : Mapping
        Layers that may be named.
    file : str
        Name for messages.
    """
    said = [*_effect_faults(rule), *_status_faults(rule), *_missing_faults(rule)]
    for condition in rule.conditions:
        said += _condition_faults(condition, layers)
    key = f"rule {rule.id}"
    return [Fault(zh=zh, en=en, file=file, key=key) for zh, en in dict.fromkeys(said)]
