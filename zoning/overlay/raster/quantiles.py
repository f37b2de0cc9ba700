"""Values under sites with their weights, and their quantiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats, Places

ROUNDING = 1e-9
"""Part of a site's weight by which ten tenths may miss the whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Weighted values of several sites: one row a site and value; infinite values allowed."""

    site: Places
    value: Floats
    weight: Floats


def quantile(spread: Spread, part: float, count: int) -> Floats:
    """Smallest value at which the weight of all values up to it reaches a part of the whole.

    Parameters
    ----------
    spread : Spread
        Sites numbered from 0; no nan.
    part : float
        Above 0, 1 at most.
    count : int
        Number of sites.

    Returns
    -------
    f8[count]
        nan for sites without a value.
    """
    order = np.lexsort((spread.value, spread.site))
    site, value = spread.site[order], spread.value[order]
    whole = np.bincount(spread.site, weights=spread.weight, minlength=count)
    share = spread.weight[order] / whole[site]
    sums = np.concatenate([[0.0], np.cumsum(share)])
    first = np.searchsorted(site, np.arange(count))
    last = np.searchsorted(site, np.arange(count), side="right")
    wanted = sums[first] + (sums[last] - sums[first]) * part * (1 - ROUNDING)
    # Searched in the running sum of all sites, which grows; the wanted sum lies in the site's own.
    at = np.clip(np.searchsorted(sums[1:], wanted), first, np.maximum(last - 1, first))
    found = np.full(count, np.nan)
    some = last > first
    found[some] = value[at[some]]
    return found


def condensed(spread: Spread) -> Spread:
    """Shorten the spread of one single site without changing its quantiles."""
    value, back = np.unique(spread.value, return_inverse=True)
    weight = np.bincount(back, weights=spread.weight, minlength=len(value)).astype(np.float64)
    return Spread(np.zeros(len(value), dtype=np.intp), value, weight)


def joined(spreads: Sequence[Spread]) -> Spread:
    """Put spreads end to end."""
    return Spread(
        np.concatenate([s.site for s in spreads]),
        np.concatenate([s.value for s in spreads]),
        np.concatenate([s.weight for s in spreads]),
    )
