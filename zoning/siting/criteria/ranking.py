"""Scores to one figure and a rank: weighted sum and TOPSIS, with what each criterion adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats

TIE = 1e-9
"""Totals that differ by no more are the same: facts are quantised to 1e-9, sums round."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Sites ranked.

    Parameters
    ----------
    total : float array [n]
        NaN where a criterion has no score: such a site is not ranked.
    rank : int array [n]
        1 the best; sites that tie share the better rank; 0 where not ranked.
    parts : float array [n, criteria]
        What each criterion adds to a weighted sum.
    weights : float array [criteria]
    """

    total: Floats
    rank: NDArray[np.int64]
    parts: Floats
    weights: Floats


def weighted_sum(scores: Floats, weights: Floats) -> Ranking:
    """Rank by the weighted sum of scores.

    Parameters
    ----------
    scores : float array [n, criteria]
        In [0, 1], 1 is best; NaN is unknown.
    weights : float array [criteria]
        Sum to 1.
    """
    parts = scores * weights
    total = parts.sum(axis=1)
    return Ranking(total, ranked(total), parts, weights)


def topsis(scores: Floats, weights: Floats) -> Ranking:
    """Rank by nearness to the best and distance from the worst of the sites at hand.

    Parameters
    ----------
    scores, weights
        As for `weighted_sum`.

    References
    ----------
    .. [1] C.-L. Hwang, K. Yoon, Multiple Attribute Decision Making, Springer, 1981, section 4.2,
       with vector normalisation.
    """
    total = np.full(len(scores), np.nan)
    known = ~np.isnan(scores).any(axis=1)
    if known.any():
        matrix = scores[known]
        norm = np.sqrt((matrix**2).sum(axis=0))
        weighted = np.divide(matrix, norm, out=np.zeros_like(matrix), where=norm > 0) * weights
        to_best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
        to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
        both = to_best + to_worst
        total[known] = np.divide(to_worst, both, out=np.ones_like(both), where=both > 0)
    return Ranking(total, ranked(total), scores * weights, weights)


def ranked(total: Floats) -> NDArray[np.int64]:
    """Rank totals, the highest first; totals that differ by rounding only tie.

    Sites that tie share the better rank, and the ranks after them are passed over (1, 1, 3).

    Examples
    --------
    >>> ranked(np.array([0.2, 0.9, np.nan, 0.9])).tolist()
    [3, 1, 0, 1]
    """
    known = total[~np.isnan(total)]
    order = np.argsort(-known, kind="stable")
    fall = -np.diff(known[order])
    first = np.concatenate([[True], fall > TIE])[: len(known)]  # of those that tie
    place = np.arange(1, len(known) + 1)
    rank = np.zeros(len(total), np.int64)
    held = np.zeros(len(known), np.int64)
    held[order] = np.maximum.accumulate(np.where(first, place, 0))
    rank[~np.isnan(total)] = held
    return rank
