"""Pairs of sites and codes to one pair of sets a site, each set made once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.arrays import Mask
from zoning.facts.values import Codes, CodeSet, Reasons

Texts: TypeAlias = Sequence[frozenset[str]]
Places: TypeAlias = NDArray[np.intp] | NDArray[np.int32]


def code_sets(site: Places, choice: Places, sure: Mask, is_open: Mask, texts: Texts) -> Codes:
    """Return, per site, the codes that it surely and possibly meets.

    Parameters
    ----------
    site, choice : int[k]
        Pairs: a row of the sites, a place in ``texts``.
    sure : bool[k]
        Whether the pair is sure; each is possible.
    is_open : bool[n]
        Sites that may meet further codes.
    texts : sequence of frozenset of str
        Codes that a pair stands for.
    """
    pairs = np.bincount(site, minlength=len(is_open))
    key = is_open.astype(np.int64)
    alone = pairs[site] == 1
    key[site[alone]] += 2 + 4 * choice[alone] + 2 * sure[alone]
    made: dict[CodeSet, int] = {}
    index = np.empty(len(is_open), np.int32)
    several = pairs > 1
    codes, keys = pd.factorize(key)
    values = [made.setdefault(_one(int(k), texts), len(made)) for k in keys]
    index[:] = np.asarray(values, np.int32)[codes] if len(values) else 0
    for row, mixed in _mixed(site, choice, sure, is_open, texts, several):
        index[row] = made.setdefault(mixed, len(made))
    return Codes(index, tuple(made), Reasons.none(len(index)))


def _one(key: int, texts: Texts) -> CodeSet:
    """Sets of a site that meets one code, or none."""
    if key < 2:
        return CodeSet(open=bool(key))
    place, rest = divmod(key - 2, 4)
    found = texts[place]
    return CodeSet(found if rest >= 2 else frozenset(), found, bool(rest % 2))


def _mixed(
    site: Places,
    choice: Places,
    sure: Mask,
    is_open: Mask,
    texts: Texts,
    several: Mask,
) -> list[tuple[int, CodeSet]]:
    """Sets of the sites that meet several."""
    surely: dict[int, frozenset[str]] = {}
    possibly: dict[int, frozenset[str]] = {}
    nothing: frozenset[str] = frozenset()
    for k in np.flatnonzero(several[site]).tolist():
        row, found = int(site[k]), texts[int(choice[k])]
        possibly[row] = possibly.get(row, nothing) | found
        if sure[k]:
            surely[row] = surely.get(row, nothing) | found
    return [
        (row, CodeSet(surely.get(row, nothing), found, bool(is_open[row])))
        for row, found in possibly.items()
    ]
