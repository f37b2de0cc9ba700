"""Values under sites with their weights, and what they come down to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zoning.overlay.cells import Places
from zoning.overlay.index import Floats

QUANTILE = 0.9
ROUNDING = 1e-9
"""Part of a site's weight by which ten tenths may miss the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Weighted values of several sites: one row a site and value; infinite values allowed."""

    site: Places
    value: Floats
    weight: Floats


def reduced(spread: Spread, how: str, count: int) -> Floats:
    """Reduce to one number a site.

    Parameters
    ----------
    spread : Spread
        Sites numbered from 0; no nan.
    how : {"mean", "min", "max", "p90"}
        p90: the smallest value at which the weight of all values up to it reaches 0.9 of the whole.
    count : int
        Number of sites.

    Returns
    -------
    f8[count]
        nan for sites without a value.
    """
    if how == "mean":
        return _mean(spread, count)
    if how == "p90":
        return _quantile(spread, count)
    join, start = (np.minimum, np.inf) if how == "min" else (np.maximum, -np.inf)
    found = np.full(count, start)
    join.at(found, spread.site, spread.value)
    found[np.bincount(spread.site, minlength=count) == 0] = np.nan
    return found


def condensed(spread: Spread, how: str) -> Spread:
    """Shorten the spread of one single site without changing what `reduced` makes of it."""
    if not len(spread.site):
        return spread
    if how == "p90":
        value, back = np.unique(spread.value, return_inverse=True)
        weight = np.bincount(back, weights=spread.weight).astype(np.float64)
        return Spread(np.zeros(len(value), dtype=np.intp), value, weight)
    value = reduced(spread, how, 1)
    return Spread(np.zeros(1, dtype=np.intp), value, np.array([spread.weight.sum()]))


def joined(spreads: Sequence[Spread]) -> Spread:
    """Put spreads end to end."""
    return Spread(
        np.concatenate([s.site for s in spreads]),
        np.concatenate([s.value for s in spreads]),
        np.concatenate([s.weight for s in spreads]),
    )


def _mean(spread: Spread, count: int) -> Floats:
    whole = np.bincount(spread.site, weights=spread.weight, minlength=count)
    total = np.bincount(spread.site, weights=spread.weight * spread.value, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0, total / whole, np.nan)


def _quantile(spread: Spread, count: int) -> Floats:
    order = np.lexsort((spread.value, spread.site))
    site, value = spread.site[order], spread.value[order]
    whole = np.bincount(spread.site, weights=spread.weight, minlength=count)
    part = spread.weight[order] / whole[site]
    sums = np.concatenate([[0.0], np.cumsum(part)])
    first = np.searchsorted(site, np.arange(count))
    last = np.searchsorted(site, np.arange(count), side="right")
    wanted = sums[first] + (sums[last] - sums[first]) * QUANTILE * (1 - ROUNDING)
    # Searched in the running sum of all sites, which grows; the wanted sum lies in the site's own.
    at = np.clip(np.searchsorted(sums[1:], wanted), first, np.maximum(last - 1, first))
    found = np.full(count, np.nan)
    some = last > first
    found[some] = value[at[some]]
    return found
