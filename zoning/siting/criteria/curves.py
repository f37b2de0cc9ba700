"""Preferences: a fact to a score between 0 and 1, by category, by class, or along a curve."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats


@dataclass(frozen=True, slots=True)
class Curve:
    """Straight lines between points; flat beyond the first and the last.

    Parameters
    ----------
    points : tuple of (float, float)
        (value in the fact's unit, score in [0, 1]); values rise.

    Examples
    --------
    >>> Curve(((0.0, 1.0), (10.0, 0.0))).score(np.array([-1.0, 2.5, 99.0])).tolist()
    [1.0, 0.75, 0.0]
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        values = [value for value, _ in self.points]
        if len(values) < 2 or any(b <= a for a, b in itertools.pairwise(values)):
            raise ValueError("a curve wants two points at least, values rising")
        _check_scores(score for _, score in self.points)

    def score(self, values: Floats) -> Floats:
        """Score of each value; NaN for NaN."""
        x, y = np.asarray(self.points).T
        return np.where(np.isnan(values), np.nan, np.interp(values, x, y))


@dataclass(frozen=True, slots=True)
class Classes:
    """Steps: a score for each range of values.

    Parameters
    ----------
    edges : tuple of float
        Rising; a value on an edge belongs to the range above it.
    scores : tuple of float
        One more than edges.
    """

    edges: tuple[float, ...]
    scores: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.scores) != len(self.edges) + 1 or list(self.edges) != sorted(set(self.edges)):
            raise ValueError("classes want rising edges and one score more than edges")
        _check_scores(self.scores)

    def score(self, values: Floats) -> Floats:
        """Score of each value; NaN for NaN."""
        found = np.asarray(self.scores)[np.searchsorted(self.edges, values, side="right")]
        return np.where(np.isnan(values), np.nan, found)


@dataclass(frozen=True, slots=True)
class Categories:
    """A score for each word; NaN for words that are not named.

    Parameters
    ----------
    scores : mapping of str to float
    """

    scores: Mapping[str, float]

    def __post_init__(self) -> None:
        _check_scores(self.scores.values())

    def score(self, words: Sequence[str]) -> Floats:
        """Score of each word."""
        return np.asarray([self.scores.get(word, np.nan) for word in words], np.float64)


def _check_scores(scores: object) -> None:
    if not all(0 <= score <= 1 for score in scores):  # type: ignore[attr-defined]  # any iterable
        raise ValueError("scores lie between 0 and 1")
