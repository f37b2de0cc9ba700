"""Sets of codes a site, against sets put together one site at a time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from zoning.facts.values import CodeSet
from zoning.measure.inputs import code_sets

TEXTS = [frozenset({"甲"}), frozenset({"乙"}), frozenset({"甲", "丙"}), frozenset({"乙"})]
PAIR = st.tuples(st.integers(0, 5), st.integers(0, 3), st.booleans())


def by_hand(pairs: list[tuple[int, int, bool]], row: int, *, is_open: bool) -> CodeSet:
    mine = [(TEXTS[choice], sure) for site, choice, sure in pairs if site == row]
    maybe = frozenset().union(*(texts for texts, _ in mine))
    return CodeSet(frozenset().union(*(texts for texts, sure in mine if sure)), maybe, is_open)


@given(st.lists(PAIR, max_size=12), st.lists(st.booleans(), min_size=6, max_size=6))
def test_sets_are_unions(pairs: list[tuple[int, int, bool]], is_open: list[bool]) -> None:
    site, choice = (np.asarray([pair[i] for pair in pairs], np.intp) for i in (0, 1))
    sure = np.asarray([pair[2] for pair in pairs], np.bool_)
    codes = code_sets(site, choice, sure, np.asarray(is_open), TEXTS)
    for row, opened in enumerate(is_open):
        assert codes.cell(row) == by_hand(pairs, row, is_open=opened)
    assert len(codes.values) == len(set(codes.values))


def test_no_site_at_all() -> None:
    nobody = np.empty(0, np.intp)
    assert len(code_sets(nobody, nobody, nobody.astype(bool), nobody.astype(bool), TEXTS)) == 0
