"""Weights of criteria: given, from pairwise comparisons (AHP), or from how much they tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats
from zoning.errors import Fault, InputError

RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random matrices of 1 to 10 rows. T. L. Saaty, The Analytic Hierarchy
Process, 1980, table of random indices."""
CONSISTENT = 0.1
"""Greatest consistency ratio that Saaty accepts."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights that sum to 1.

    Parameters
    ----------
    values : tuple of float
    how : str
        Where they come from, for reports.
    consistency : float
        Ratio of an AHP; NaN for others.
    """

    values: tuple[float, ...]
    how: str
    consistency: float = float("nan")


def given(values: Sequence[float]) -> Weights:
    """Weights as somebody gives them, made to sum to 1.

    Raises
    ------
    InputError
        Negative, or nothing above 0.
    """
    weights = np.asarray(values, np.float64)
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise InputError(
            Fault(
                zh="权重要非负，且至少一个大于 0",
                en="weights are not negative, and one at least is above 0",
                value=", ".join(f"{value:g}" for value in values),
            )
        )
    return Weights(tuple((weights / weights.sum()).tolist()), "给定 as given")


def from_comparisons(matrix: Sequence[Sequence[float]], *, names: Sequence[str] = ()) -> Weights:
    """Weights by AHP: the principal eigenvector of a matrix of pairwise comparisons.

    Parameters
    ----------
    matrix : n x n
        How much more row matters than column, 1/9 to 9; reciprocal.
    names : sequence of str, optional
        Of the rows, for messages; their numbers by default.

    Raises
    ------
    InputError
        Not square, not reciprocal, more than ten criteria, or a consistency ratio above 0.1: the
        comparisons contradict each other; the message names the pair that does so most.

    References
    ----------
    .. [1] T. L. Saaty, The Analytic Hierarchy Process, McGraw-Hill, 1980.
    """
    a = np.asarray(matrix, np.float64)
    n = len(a)
    if a.shape != (n, n) or not 1 <= n <= len(RANDOM_INDEX) or not (a > 0).all():
        raise InputError(_no_matrix("要正数的方阵，至多十项", "a square matrix, ten rows at most"))
    if not np.allclose(a * a.T, 1.0, rtol=1e-3):
        raise InputError(_no_matrix("不互为倒数", "not reciprocal"))
    values, vectors = np.linalg.eig(a)
    largest = int(np.argmax(values.real))
    weights = np.abs(vectors[:, largest].real)
    weights /= weights.sum()
    index = (float(values[largest].real) - n) / (n - 1) if n > 1 else 0.0
    ratio = index / RANDOM_INDEX[n - 1] if n > 2 else 0.0
    if ratio > CONSISTENT:
        words = list(names) or [f"第 {k + 1} 项" for k in range(n)]
        raise InputError(_contradictory(a, weights, ratio, words))
    return Weights(tuple(weights.tolist()), "AHP", max(ratio, 0.0))


def from_entropy(scores: Floats) -> Weights:
    """Weights by entropy: a criterion that tells sites apart weighs more.

    Parameters
    ----------
    scores : float array [sites, criteria]
        At least 0; NaN rows are left out.

    References
    ----------
    .. [1] C.-L. Hwang, K. Yoon, Multiple Attribute Decision Making, Springer, 1981, section 3.2.
    """
    known = scores[~np.isnan(scores).any(axis=1)]
    if len(known) < 2 or not (known >= 0).all():
        raise InputError(
            Fault(
                zh="熵权要两个以上有完整得分的地块", en="entropy wants two complete sites at least"
            )
        )
    total = known.sum(axis=0)
    share = np.divide(known, total, out=np.full_like(known, 1 / len(known)), where=total > 0)
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    spread = 1 + (share * logs).sum(axis=0) / np.log(len(known))
    spread = np.maximum(spread, 0.0)
    if not spread.sum() > 0:
        spread = np.ones_like(spread)  # nothing tells the sites apart: all weigh the same
    return Weights(tuple((spread / spread.sum()).tolist()), "熵权 entropy")


def _no_matrix(zh: str, en: str) -> Fault:
    return Fault(zh=f"两两比较矩阵{zh}", en=f"pairwise comparisons: {en}")


def _contradictory(a: Floats, weights: Floats, ratio: float, names: Sequence[str]) -> Fault:
    off = np.abs(np.log(a * weights[None, :] / weights[:, None]))
    i, j = divmod(int(off.argmax()), len(a))
    fits = weights[i] / weights[j]
    return Fault(
        zh=f"两两比较自相矛盾: 一致性比例 {ratio:.2f}，应不大于 {CONSISTENT:g}",
        en="the comparisons contradict each other: the consistency ratio is above 0.1",
        value=f"{names[i]} : {names[j]} = {a[i, j]:g}",
        remedy_zh=f"先看{names[i]}对{names[j]}: 其余比较合起来是 {fits:.2g}",
        remedy_en="look at this pair first: the others together give another ratio",
    )
