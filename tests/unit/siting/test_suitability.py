"""Preferences and ranking by hand."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.errors import InputError
from zoning.siting.criteria import (
    Categories,
    Classes,
    Curve,
    deciding,
    from_comparisons,
    from_entropy,
    given,
    stability,
    topsis,
    weighted_sum,
)


def test_curve_by_hand() -> None:
    curve = Curve(((0.0, 1.0), (10.0, 0.5), (20.0, 0.0)))
    scores = curve.score(np.array([-5.0, 0.0, 5.0, 15.0, 30.0, np.nan]))
    assert scores[:5].tolist() == [1.0, 1.0, 0.75, 0.25, 0.0]
    assert np.isnan(scores[5])


def test_classes_take_their_lower_edge() -> None:
    steps = Classes((3.0, 20.0), (1.0, 0.6, 0.0))
    assert steps.score(np.array([2.9, 3.0, 19.9, 20.0])).tolist() == [1.0, 0.6, 0.6, 0.0]


def test_categories_know_no_other_words() -> None:
    scores = Categories({"南": 1.0, "北": 0.2}).score(["北", "南", "天上"])
    assert scores[:2].tolist() == [0.2, 1.0]
    assert np.isnan(scores[2])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Curve(((0.0, 1.0),)),
        lambda: Curve(((1.0, 0.0), (1.0, 1.0))),
        lambda: Curve(((0.0, 0.0), (1.0, 2.0))),
        lambda: Classes((1.0,), (0.5,)),
        lambda: Classes((2.0, 1.0), (0.0, 0.5, 1.0)),
        lambda: Categories({"x": -0.1}),
    ],
)
def test_preferences_that_are_none(make) -> None:
    with pytest.raises(ValueError, match=r"want|scores"):
        make()


def test_given_weights_sum_to_one() -> None:
    assert given([1, 3]).values == (0.25, 0.75)
    for bad in ([0, 0], [1, -1], [1, float("nan")]):
        with pytest.raises(InputError):
            given(bad)


def test_consistent_comparisons_give_their_ratios() -> None:
    # 4 : 2 : 1 exactly
    found = from_comparisons([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    assert found.values == pytest.approx((4 / 7, 2 / 7, 1 / 7))
    assert found.consistency == pytest.approx(0.0, abs=1e-9)


def test_comparisons_of_the_textbook() -> None:
    # the 3 x 3 example that courses on AHP work through: largest eigenvalue 3.039, ratio 0.033
    found = from_comparisons([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])
    assert found.values == pytest.approx((0.637, 0.258, 0.105), abs=5e-4)
    assert found.consistency == pytest.approx(0.0385 / 2 / 0.58, abs=1e-3)


def test_contradicting_comparisons_are_refused_with_the_pair() -> None:
    with pytest.raises(InputError, match="自相矛盾"):
        from_comparisons([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])


@pytest.mark.parametrize("matrix", [[[1, 2]], [[1, 2], [2, 1]], [[1, -2], [-0.5, 1]]])
def test_no_matrix_of_comparisons(matrix: list[list[float]]) -> None:
    with pytest.raises(InputError, match="两两比较"):
        from_comparisons(matrix)


def test_a_criterion_on_which_all_agree_weighs_nothing() -> None:
    found = from_entropy(np.array([[0.5, 0.1], [0.5, 0.9], [0.5, 0.4]]))
    assert found.values == pytest.approx((0.0, 1.0))
    assert from_entropy(np.full((3, 2), 0.5)).values == (0.5, 0.5)


SCORES = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [np.nan, 1.0]])


def test_weighted_sum_by_hand() -> None:
    found = weighted_sum(SCORES, np.array([0.75, 0.25]))
    assert found.total[:3].tolist() == [0.75, 0.5, 0.25]
    assert found.rank.tolist() == [1, 2, 3, 0]
    assert np.isnan(found.total[3])
    assert found.parts[1].tolist() == [0.375, 0.125]


def test_topsis_of_opposite_sites_by_hand() -> None:
    # two sites, each best in one criterion of equal weight: both as near as far
    found = topsis(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.5, 0.5]))
    assert found.total.tolist() == pytest.approx([0.5, 0.5])
    assert found.rank.tolist() == [1, 1]


def test_a_site_that_is_best_throughout_stays_first() -> None:
    scores = np.array([[0.9, 0.9, 0.9], [0.5, 0.1, 0.8], [0.2, 0.7, 0.3]])
    found = stability(scores, np.array([0.2, 0.3, 0.5]), seed=4)
    assert found.first.tolist() == [1.0, 0.0, 0.0]
    assert (found.best[0], found.worst[0]) == (1, 1)
    assert found.draws == 1000


def test_two_sites_that_hang_on_the_weights_trade_places() -> None:
    found = stability(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.5, 0.5]), seed=4)
    assert found.first == pytest.approx([0.5, 0.5], abs=0.06)  # 1,000 fair tosses
    assert found.best.tolist() == [1, 1]
    assert found.worst.tolist() == [2, 2]


def test_draws_are_the_same_for_a_seed_and_keep_zero_weights() -> None:
    weights = np.array([0.6, 0.4, 0.0])
    scores = np.random.default_rng(1).random((6, 3))
    one, two = stability(scores, weights, seed=9), stability(scores, weights, seed=9)
    np.testing.assert_array_equal(one.first, two.first)
    lifted = scores.copy()
    lifted[:, 2] = 1 - lifted[:, 2]
    np.testing.assert_array_equal(one.first, stability(lifted, weights, seed=9).first)


def test_what_decides_a_site() -> None:
    scores = np.array([[1.0, 0.5], [0.5, 0.5], [0.0, 0.9], [np.nan, 0.0]])
    assert deciding(scores, np.array([0.5, 0.5])).tolist() == [0, 1, 0, -1]
