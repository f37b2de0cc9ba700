"""Bracket filters: which features surely, and which possibly, fulfil the conditions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.arrays import Mask
from zoning.facts.table import Facts
from zoning.facts.values import CodeSet
from zoning.facts.words import ATTRIBUTE_UNITS, ATTRIBUTE_WORDS
from zoning.rules.grammar import FactRef, FeatureTest
from zoning.units import BASE, convert, dimension

_SEPARATORS = re.compile(r"[;；,，、/\s]+")
_INDUSTRY = re.compile(r"[A-T]\d{0,4}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Features that surely and possibly fulfil a filter, for the sites of one group.

    Parameters
    ----------
    rows : intp[k]
        Sites the choice is for.
    sure, maybe : bool[m]
        Per feature.
    """

    rows: NDArray[np.intp]
    sure: Mask
    maybe: Mask


def _is_empty(value: object) -> bool:
    return value is None or value == "" or bool(pd.isna(value))  # type: ignore[call-overload]  # any scalar


def _listed(value: object) -> tuple[str, ...]:
    return tuple(filter(None, _SEPARATORS.split(str(value))))


def holds_code(listed: Sequence[str], code: str) -> bool:
    """Whether a list of GB/T 4754 codes holds a code itself or the class it belongs to."""
    return any(
        code == item or (_INDUSTRY.fullmatch(item) is not None and code.startswith(item))
        for item in listed
    )


def _compare(value: float, op: str, limit: float) -> bool:
    return {
        "<": value < limit,
        "<=": value <= limit,
        ">": value > limit,
        ">=": value >= limit,
        "=": value == limit,
        "!=": value != limit,
    }[op]


def _answer(layer: str, value: object, test: FeatureTest) -> bool:
    if test.quantity is not None:
        unit = ATTRIBUTE_UNITS.get((layer, test.attribute), BASE[dimension(test.quantity.unit)])
        limit = convert(test.quantity.value, test.quantity.unit, unit)
        return _compare(float(str(value)), test.op, limit)
    if test.op == "contains":
        return holds_code(_listed(value), test.values[0])
    if test.values and test.values[0] in ("true", "false"):
        agrees = (float(str(value)) == 1) == (test.values[0] == "true")
        return agrees if test.op == "=" else not agrees
    inside = str(value) in test.values
    return not inside if test.op == "!=" else inside


def _contains(value: object, wanted: CodeSet) -> tuple[bool, bool]:
    listed = _listed(value)
    sure = any(holds_code(listed, code) for code in wanted.sure)
    maybe = wanted.open or any(holds_code(listed, code) for code in wanted.maybe)
    return sure, maybe


def strange(layer: str, attribute: str, value: object) -> bool:
    """Whether a value is none that the attribute is known to take: no answer rests on it."""
    if ATTRIBUTE_UNITS.get((layer, attribute)) == "%":
        return 0 < float(str(value)) <= 1  # a share, or next to nothing: nobody can tell
    known = ATTRIBUTE_WORDS.get((layer, attribute))
    return known is not None and str(value) not in known


def _test_features(
    layer: str, attributes: pd.DataFrame, test: FeatureTest, wanted: CodeSet | None
) -> tuple[Mask, Mask]:
    n = len(attributes)
    if test.attribute not in attributes.columns:
        return np.zeros(n, np.bool_), np.ones(n, np.bool_)
    sure, maybe = np.zeros(n, np.bool_), np.ones(n, np.bool_)
    for i, value in enumerate(attributes[test.attribute].tolist()):
        if _is_empty(value) or strange(layer, test.attribute, value):
            continue
        if wanted is not None:
            sure[i], maybe[i] = _contains(value, wanted)
        else:
            sure[i] = maybe[i] = _answer(layer, value, test)
    return sure, maybe


def _all_tests(
    attributes: pd.DataFrame, ref: FactRef, wanted: dict[str, CodeSet]
) -> tuple[Mask, Mask]:
    n = len(attributes)
    sure, maybe = np.ones(n, np.bool_), np.ones(n, np.bool_)
    for test in ref.filter:
        other = wanted[str(test.other)] if test.other is not None else None
        this_sure, this_maybe = _test_features(ref.layer, attributes, test, other)
        sure &= this_sure
        maybe &= this_maybe
    return sure, maybe


def choose(ref: FactRef, attributes: pd.DataFrame, facts: Facts) -> tuple[Chosen, ...]:
    """Apply a filter; an unknown attribute gives maybe.

    Parameters
    ----------
    ref : FactRef
        With a filter or without.
    attributes : DataFrame
        m features.
    facts : Facts
        n sites, holding the facts of the project that the filter compares with.

    Returns
    -------
    tuple of Chosen
        One for each group of sites that share what the filter compares with; all n sites together.
    """
    n = len(facts)
    others = sorted({str(test.other) for test in ref.filter if test.other is not None})
    if not others:
        sure, maybe = _all_tests(attributes, ref, {})
        return (Chosen(np.arange(n), sure, maybe),)
    columns = [facts.codes(name) for name in others]
    keys = np.stack([column.index for column in columns], axis=1)
    groups, inverse = np.unique(keys, axis=0, return_inverse=True)
    chosen = []
    for number, key in enumerate(groups):
        wanted = {
            name: column.values[int(k)]
            for name, column, k in zip(others, columns, key, strict=True)
        }
        sure, maybe = _all_tests(attributes, ref, wanted)
        chosen.append(Chosen(np.flatnonzero(inverse.ravel() == number), sure, maybe))
    return tuple(chosen)
