"""Weights and ranks against pymcdm, on random tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm.methods import TOPSIS
from pymcdm.normalizations import vector_normalization
from pymcdm.weights import entropy_weights

from zoning.siting.criteria import from_comparisons, from_entropy, topsis, weighted_sum

seeds = st.integers(0, 2**32 - 1)
pytestmark = pytest.mark.filterwarnings("ignore:Alternatives with indices")


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(3, 30), st.integers(2, 7))
def test_topsis_is_pymcdms(seed: int, sites: int, criteria: int) -> None:
    rng = np.random.default_rng(seed)
    scores, weights = rng.random((sites, criteria)), rng.dirichlet(np.ones(criteria))
    theirs = TOPSIS(normalization_function=vector_normalization)(
        scores, weights, np.ones(criteria, int)
    )
    assert topsis(scores, weights).total == pytest.approx(theirs, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(3, 30), st.integers(2, 7))
def test_entropy_weights_are_pymcdms(seed: int, sites: int, criteria: int) -> None:
    scores = np.random.default_rng(seed).uniform(0.05, 1.0, (sites, criteria))
    assert from_entropy(scores).values == pytest.approx(entropy_weights(scores), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(3, 8))
def test_ahp_is_pymcdms(seed: int, n: int) -> None:
    from pymcdm.weights.subjective import AHP

    size = np.random.default_rng(seed).choice([1.0, 2.0, 4.0], n)  # ratios that pymcdm takes
    matrix = size[:, None] / size[None, :]
    assert from_comparisons(matrix).values == pytest.approx(AHP(matrix=matrix)(), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds)
def test_weighted_sum_is_a_dot_product(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, weights = rng.random((9, 4)), rng.dirichlet(np.ones(4))
    assert weighted_sum(scores, weights).total == pytest.approx(scores @ weights)
