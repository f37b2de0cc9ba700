"""Columns of facts: missing is the widest value; store and reading back lose nothing."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.strategies import random_facts
from zoning.facts.store import decode_set, encode_set, from_arrow, to_arrow
from zoning.facts.table import Facts, concat_facts
from zoning.facts.values import (
    Claims,
    Codes,
    CodeSet,
    Numbers,
    concat,
    missing_claims,
    missing_codes,
    missing_numbers,
    quantise,
)
from zoning.rules.load import load_rules

BASE = load_rules("base")


def test_missing_is_the_widest_value_with_a_reason() -> None:
    numbers, claims, codes = (
        missing_numbers(1, "m", "没有"),
        missing_claims(1, "没有"),
        missing_codes(1, "没有"),
    )
    assert (numbers.low[0], numbers.high[0]) == (-np.inf, np.inf)
    assert (claims.sure[0], claims.maybe[0]) == (False, True)
    assert codes.cell(0) == CodeSet(open=True)
    assert {c.reasons.text(0) for c in (numbers, claims, codes)} == {"没有"}


def test_quantised_outward_once() -> None:
    column = Numbers.between(
        np.asarray([1.00049, 2.0, 0.3]),
        np.asarray([1.00051, 2.0, 0.3]),
        "m",
        np.asarray([1.0005, 2, 0.3]),
    )
    done = quantise(column)
    assert done.low.tolist() == [1.0, 2.0, 0.3]
    assert done.high.tolist() == [1.001, 2.0, 0.3]
    assert (quantise(done).low == done.low).all()
    assert (quantise(done).high == done.high).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_quantising_never_narrows_beyond_rounding(values: list[float]) -> None:
    raw = np.asarray(values)
    done = quantise(Numbers.between(raw, raw, "m"))
    assert (done.low <= raw + 2e-9).all()
    assert (done.high >= raw - 2e-9).all()
    assert (done.high - done.low <= 1e-3 + 1e-9).all()


@given(
    st.frozensets(st.text(min_size=1, max_size=5)),
    st.frozensets(st.text(min_size=1, max_size=5)),
    st.booleans(),
)
def test_sets_survive_as_text(sure: frozenset[str], maybe: frozenset[str], is_open: bool) -> None:
    codes = CodeSet(sure, maybe, is_open)
    assert decode_set(encode_set(codes)) == codes


def same(a: Facts, b: Facts) -> bool:
    return to_arrow(a).equals(to_arrow(b), check_metadata=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_facts_survive_as_arrow(seed: int) -> None:
    facts = random_facts(seed, 15, BASE)
    again = from_arrow(to_arrow(facts))
    assert same(facts, again)
    for name, column in facts.columns.items():
        other = again[name]
        assert [column.reasons.text(i) for i in range(15)] == [
            other.reasons.text(i) for i in range(15)
        ]
        if isinstance(column, Codes) and isinstance(other, Codes):
            assert [column.cell(i) for i in range(15)] == [other.cell(i) for i in range(15)]
        if isinstance(column, Numbers) and isinstance(other, Numbers):
            assert (column.low == other.low).all()
            assert (column.high == other.high).all()
        if isinstance(column, Claims) and isinstance(other, Claims):
            assert (column.sure == other.sure).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_stored_the_same_whatever_the_order_and_the_chunks(seed: int) -> None:
    facts = random_facts(seed, 15, BASE)
    order = np.random.default_rng(seed).permutation(15)
    assert same(facts, facts.take(order))
    parts = [facts.take(np.arange(0, 4)), facts.take(np.arange(4, 15))]
    assert same(facts, concat_facts(parts))


def test_only_columns_of_one_kind_go_together() -> None:
    with pytest.raises(TypeError):
        concat([missing_claims(1, "x"), missing_codes(1, "x")])
    with pytest.raises(TypeError):
        Facts(np.asarray(["a"]), {"x": missing_claims(1, "x")}).numbers("x")
    assert pa.types.is_string(to_arrow(random_facts(1, 3, BASE)).schema.field("site").type)
