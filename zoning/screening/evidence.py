"""Numbers in words: the evidence of a finding, with its doubt."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, Numbers
from zoning.facts.vocabulary import LAYERS, SPACES, LayerSpec
from zoning.facts.words import ATTRIBUTE_TITLES
from zoning.rules.check import spec_of
from zoning.rules.grammar import Comparison, Condition, FactRef, FeatureTest
from zoning.rules.judge import evaluate
from zoning.screening.views import Evidence
from zoning.units import convert

# Unit that people read a base unit in, and decimals; area as cadastral figures are published
_SHOWN = {"m2": ("ha", 4), "1": ("%", 2)}
_NEVER = "说不清"


def companions(refs: tuple[FactRef, ...]) -> tuple[FactRef, ...]:
    """Facts that give a bare ``meets`` or ``within`` its figures: overlap and distance."""
    asked = [ref for ref in refs if ref.layer not in SPACES and ref.measure in ("meets", "within")]
    return tuple(
        FactRef(ref.layer, measure, ref.filter)
        for ref in asked
        for measure in ("overlap_area", "distance")
    )


def _thin(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}".replace(",", "\u2009")
    return text.rstrip("0").rstrip(".") if "." in text and decimals < 4 else text


def amount(value: float, unit: str) -> str:
    """Return a number as people read it: 3.2 km, 0.0523 ha, 12.5 %.

    Parameters
    ----------
    value : float
        In the base unit ``unit``.
    """
    if math.isinf(value):
        return "不限"
    if unit == "m":
        if abs(value) >= 10_000:
            return f"{_thin(value / 1000, 1)} km"
        return f"{_thin(value, 0 if abs(value) >= 100 else 1)} m"
    shown, decimals = _SHOWN.get(unit, (unit, 2))
    number = convert(value, unit, shown) if shown != unit else value
    return f"{_thin(number, decimals)} {shown}".strip()


def span(low: float, high: float, measured: float, unit: str, doubt: str = "") -> str:
    """Return an interval with the figure measured: 960–1 040 m（测得 1 000 m，图层 ±10 m）."""
    if math.isinf(low) and math.isinf(high):
        return _NEVER
    if low == high or amount(low, unit) == amount(high, unit):
        return amount(high if math.isnan(measured) else measured, unit)
    if math.isinf(high):
        text = f"≥ {amount(low, unit)}"
    elif low == 0 and unit != "deg":
        text = f"≤ {amount(high, unit)}"
    else:
        text = f"{amount(low, unit)} – {amount(high, unit)}"
    if not math.isnan(measured):
        doubt = f"测得 {amount(measured, unit)}{'，' if doubt else ''}{doubt}"
    return f"{text}（{doubt}）" if doubt else text


_SAID = {"true": "是", "false": "否"}


def _test_words(test: FeatureTest) -> str:
    name = ATTRIBUTE_TITLES.get(test.attribute, test.attribute)
    if test.other is not None:
        return f"{name}含本项目{label(test.other)}"
    if test.quantity is not None:
        return f"{name} {test.op} {test.quantity}"
    words = "、".join(_SAID.get(value, value) for value in test.values)
    return f"{name}{'不是' if test.op == '!=' else '含' if test.op == 'contains' else '为'}{words}"


def label(ref: FactRef, layers: Mapping[str, LayerSpec] = LAYERS) -> str:
    """Return a fact in words: 河流岸线（级别为重要支流）距离."""
    spec = spec_of(ref, layers)
    title = spec.title if spec is not None else ref.measure
    if ref.layer in SPACES:
        return title
    tests = f"（{'，'.join(map(_test_words, ref.filter))}）" if ref.filter else " "
    return f"{layers[ref.layer].title}{tests}{title}"


class Wording:
    """Conditions and their facts in words, each written out once for all sites.

    Parameters
    ----------
    layers : Mapping
        Layers that may be named.
    """

    def __init__(self, layers: Mapping[str, LayerSpec] = LAYERS) -> None:
        self._layers = layers
        self._known: dict[int, tuple[Condition, tuple[str, str, str]]] = {}

    def of(self, condition: Condition) -> tuple[str, str, str]:
        """Return the condition, its fact, and the fact as people call it."""
        found = self._known.get(id(condition))
        if found is None:  # kept with the condition, so that its place in memory is not reused
            words = (str(condition), str(condition.fact), label(condition.fact, self._layers))
            found = self._known[id(condition)] = (condition, words)
        return found[1]


def _answer(condition: Condition, facts: Facts) -> str:
    truth = evaluate(condition, facts)
    if truth.sure[0]:
        return "true"
    return "unknown" if truth.maybe[0] else "false"


def _numbers(column: Numbers) -> tuple[float, float, float]:
    return float(column.low[0]), float(column.high[0]), float(column.measured[0])


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _number_evidence(condition: Condition, column: Numbers, head: Evidence, doubt: str) -> Evidence:
    low, high, measured = _numbers(column)
    test = condition.test
    op, limit = "", None
    bound = ""
    if isinstance(test, Comparison):
        limit = convert(test.limit.value, test.limit.unit, column.unit)
        op, bound = test.op, f"，界限 {test.op} {test.limit}"
    missing = column.reasons.text(0)
    text = missing or span(low, high, measured, column.unit, doubt)
    return replace(
        head,
        text_zh=f"{head.label_zh}: {text}{bound}",
        reason=missing,
        quantity=condition.fact.measure,
        op=op,
        limit=limit,
        unit=column.unit,
        low=_plain(low),
        high=_plain(high),
        measured=_plain(measured),
    )


def _codes_text(column: Codes) -> str:
    codes = column.cell(0)
    sure, more = sorted(codes.sure), sorted(codes.maybe - codes.sure)
    if codes.open:
        more.append("其他")
    if not more:
        return "、".join(sure) or "无"
    if not sure:
        return f"可能为 {'、'.join(more)}"
    return f"{'、'.join(sure)}，可能还有 {'、'.join(more)}"


def _codes_evidence(column: Codes, head: Evidence, figures: str) -> Evidence:
    missing = column.reasons.text(0)
    text = f"{head.label_zh}: {missing or _codes_text(column)}"
    text += f"（{figures}）" if figures else ""
    return replace(head, text_zh=text, reason=missing)


def _companion(ref: FactRef, measure: str, facts: Facts) -> Numbers | None:
    name = str(FactRef(ref.layer, measure, ref.filter))
    column = facts.columns.get(name)
    return column if isinstance(column, Numbers) else None


def _spatial(ref: FactRef, column: Claims, facts: Facts, head: Evidence, doubt: str) -> Evidence:
    """Give a bare ``meets`` its overlap where it is met or near, else its distance."""
    area, distance = (_companion(ref, m, facts) for m in ("overlap_area", "distance"))
    missing = column.reasons.text(0)
    met = bool(column.maybe[0])
    figure = area if met and area is not None and not area.reasons.index[0] else distance
    if figure is None or figure.reasons.index[0]:
        return _claim_evidence(column, head)
    quantity = "套合" if figure is area else "最近"
    bound: tuple[str, float | None] = ("", None)  # being within has no limit that a bar could show
    if ref.measure == "meets":
        bound = (">", 0.0) if figure is area else ("<=", 0.0)
    low, high, measured = _numbers(figure)
    words = f"{quantity} {span(low, high, measured, figure.unit, doubt)}"
    if missing:
        words = f"{missing}; {words}"
    elif met and figure is area and distance is not None and not column.sure[0]:
        words += f"，{_distance_words(distance)}"
    return replace(
        head,
        text_zh=f"{head.label_zh}: {words}",
        reason=missing,
        quantity="overlap_area" if figure is area else "distance",
        op=bound[0],
        limit=bound[1],
        unit=figure.unit,
        low=_plain(low),
        high=_plain(high),
        measured=_plain(measured),
    )


def _distance_words(distance: Numbers) -> str:
    low, high, measured = _numbers(distance)
    return f"距离 {span(low, high, measured, 'm')}"


def _claim_evidence(column: Claims, head: Evidence) -> Evidence:
    missing = column.reasons.text(0)
    word = "是" if column.sure[0] else _NEVER if column.maybe[0] else "否"
    text = f"{head.label_zh}: {missing or word}"
    return replace(head, text_zh=text, reason=missing)


def evidence(
    condition: Condition, facts: Facts, label_zh: str, *, doubt: str = "", figures: str = ""
) -> Evidence:
    """Return what one condition was asked of, in words and numbers.

    Parameters
    ----------
    condition : Condition
    facts : Facts
        One row.
    label_zh : str
        The fact in words, see :func:`label`.
    doubt : str
        Where a spatial interval comes from: 点位 ±30 m，图层 ±10 m.
    figures : str
        Numbers behind a class, with their source.
    """
    ref = condition.fact
    column = facts[str(ref)]
    head = Evidence(
        fact=str(ref),
        label_zh=label_zh,
        condition_text=str(condition),
        answer=_answer(condition, facts),
        text_zh="",
        layer="" if ref.layer in SPACES else ref.layer,
    )
    if isinstance(column, Numbers):
        return _number_evidence(condition, column, head, doubt)
    if isinstance(column, Codes):
        return _codes_evidence(column, head, figures)
    if ref.layer not in SPACES and ref.measure in ("meets", "within"):
        return _spatial(ref, column, facts, head, doubt)
    return _claim_evidence(column, head)
