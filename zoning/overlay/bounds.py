"""Quantities under doubt: as measured, and the least and the greatest they may be."""

from __future__ import annotations

from dataclasses import dataclass

from zoning.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """A quantity of n sites: as measured, and its least and greatest value under doubt.

    Missing is (nan, -inf, inf).
    """

    measured: Floats
    low: Floats
    high: Floats
