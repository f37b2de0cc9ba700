"""How much a ranking hangs on its weights, and which criterion decides each site."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.siting.criteria.ranking import Ranking, weighted_sum

DRAWS = 1000
CONCENTRATION = 50.0
"""Of the Dirichlet distribution that weights are drawn from: a weight of 0.2 then varies by 0.056
(one standard deviation). Illustrative."""


@dataclass(frozen=True, slots=True, eq=False)
class Stability:
    """Ranks under drawn weights.

    Sites that tie in a draw share the better rank there; those that are alike in every criterion
    have the same ranks in every draw, and several of them may be first in all.

    Parameters
    ----------
    best, worst : int array [n]
        Ranks that nine draws in ten stay within (5 % and 95 %); 0 where not ranked.
    first : float array [n]
        Share of draws in which a site ranks first.
    same : float array [n]
        Share of draws in which it keeps its rank.
    draws : int
    seed : int
    """

    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    first: Floats
    same: Floats
    draws: int
    seed: int


def stability(
    scores: Floats,
    weights: Floats,
    *,
    seed: int = 0,
    draws: int = DRAWS,
    concentration: float = CONCENTRATION,
    groups: Sequence[int] | None = None,
    method: Callable[[Floats, Floats], Ranking] = weighted_sum,
) -> Stability:
    """Rank sites under weights drawn around those given.

    Parameters
    ----------
    scores : float array [n, criteria]
        NaN rows are not ranked.
    weights : float array [criteria]
        Sum to 1; a weight of 0 stays 0.
    seed : int
    draws : int
    concentration : float
        The greater, the nearer the draws stay to the weights.
    groups : sequence of int [criteria], optional
        Submodel that each criterion is in: the groups' weights are drawn, and within each group
        those of its criteria. One group by default.
    method : callable
        How sites are ranked: `weighted_sum` or `topsis`.
    """
    drawn = _drawn(weights, groups, np.random.default_rng(seed), draws, concentration)
    known = ~np.isnan(scores).any(axis=1)
    best, worst = np.zeros(len(scores), np.int64), np.zeros(len(scores), np.int64)
    first, same = np.full(len(scores), np.nan), np.full(len(scores), np.nan)
    if known.any():
        ranks = np.stack([method(scores[known], row).rank for row in drawn], axis=1)
        now = method(scores[known], weights).rank
        best[known] = np.floor(np.quantile(ranks, 0.05, axis=1)).astype(np.int64)
        worst[known] = np.ceil(np.quantile(ranks, 0.95, axis=1)).astype(np.int64)
        first[known] = (ranks == 1).mean(axis=1)
        same[known] = (ranks == now[:, None]).mean(axis=1)
    return Stability(best, worst, first, same, draws, seed)


def _drawn(
    weights: Floats,
    groups: Sequence[int] | None,
    rng: np.random.Generator,
    draws: int,
    concentration: float,
) -> Floats:
    """Weights drawn around those given, a row a draw."""
    place = np.zeros(len(weights), np.int64) if groups is None else np.asarray(groups, np.int64)
    names = np.unique(place[weights > 0])
    whole = np.ones((draws, len(names)))
    if len(names) > 1:
        shares = np.asarray([weights[place == name].sum() for name in names])
        whole = rng.dirichlet(shares * concentration, draws)
    drawn = np.zeros((draws, len(weights)))
    for k, name in enumerate(names):
        used = (place == name) & (weights > 0)
        share = weights[used] / weights[used].sum()
        drawn[:, used] = rng.dirichlet(share * concentration, draws) * whole[:, k : k + 1]
    return drawn


def deciding(scores: Floats, weights: Floats) -> NDArray[np.int64]:
    """Criterion that sets each site most apart from the mean of all, by what it adds.

    Parameters
    ----------
    scores, weights
        As for `stability`.

    Returns
    -------
    int array [n]
        Column of the criterion; -1 where not ranked.
    """
    known = ~np.isnan(scores).any(axis=1)
    found = np.full(len(scores), -1, np.int64)
    if known.any():
        parts = scores[known] * weights
        found[known] = np.abs(parts - parts.mean(axis=0)).argmax(axis=1)
    return found
