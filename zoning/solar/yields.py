"""The best tilt, a likely yield and its range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from zoning.arrays import Floats
from zoning.errors import Fault, InputError
from zoning.solar.array import Array
from zoning.solar.chain import Energy, energy
from zoning.solar.horizon import Horizon
from zoning.solar.hours import Hourly
from zoning.solar.layout import row_pitch
from zoning.solar.position import sun_of

NINETY = 1.2816
"""Standard normal quantile at 0.9."""
STEEPEST_DEG = 60

UNCERTAINTY = MappingProxyType(
    {
        "辐射数据 resource": 0.06,
        "阵列面模型 transposition": 0.02,
        "损失与组件 losses and modules": 0.04,
    }
)
"""Standard deviations of the parts. [1] Illustrative; years differ by what the data say."""


@dataclass(frozen=True, slots=True)
class Range:
    """Yield with its doubt: nine years of ten are better than ``p90``, one is better than ``p10``.

    Parameters
    ----------
    p90, p50, p10 : float
        [kWh/(kWp a)]
    parts : tuple of (str, float)
        Standard deviations that make it. [1]
    """

    p90: float
    p50: float
    p10: float
    parts: tuple[tuple[str, float], ...]


def yield_range(
    p50: float, *, years: float, parts: Sequence[tuple[str, float]] = tuple(UNCERTAINTY.items())
) -> Range:
    """Range of a single year's yield.

    Parameters
    ----------
    p50 : float
        [kWh/(kWp a)]
    years : float
        Standard deviation from year to year, of `year_to_year`. [1]
    parts : sequence of (str, float)
        Further, independent, standard deviations. [1]

    Examples
    --------
    >>> round(yield_range(1000.0, years=0.03, parts=(("x", 0.04),)).p90, 2)
    935.92
    """
    together = (("年际 years", years), *parts)
    half = NINETY * math.sqrt(sum(value**2 for _, value in together))
    return Range(p50 * (1 - half), p50, p50 * (1 + half), together)


def year_to_year(annual: Sequence[float] | Floats) -> float:
    """Standard deviation of annual sums over their mean. [1]

    Raises
    ------
    InputError
        Fewer than ten years say nothing of how years differ.
    """
    values = np.asarray(annual, dtype=np.float64)
    if len(values) < 10:
        raise InputError(
            Fault(
                zh=f"只有 {len(values)} 年的年总量，不足以估计年际变化",
                en="fewer than ten annual sums do not tell how years differ",
                remedy_zh="请提供至少十年",
                remedy_en="supply ten years at least",
            )
        )
    return float(values.std(ddof=1) / values.mean())


def spaced(array: Array, lat_deg: float, *, ground_slope_deg: float = 0.0) -> Array:
    """Return the array with rows as far apart as the winter solstice asks."""
    pitch = row_pitch(lat_deg, array.tilt_deg, array.collector_m, ground_slope_deg=ground_slope_deg)
    return replace(array, pitch_m=pitch)


def best_tilt(hourly: Hourly, array: Array, *, horizon: Horizon | None = None) -> Array:
    """Return the array at the whole degree of tilt that yields most, facing as it does.

    Rows keep the distance that the winter solstice asks of each tilt, so shade does not decide.

    Parameters
    ----------
    hourly : Hourly
    array : Array
        Its tilt is not used.
    horizon : Horizon, optional
    """
    found: dict[int, float] = {}
    sun = sun_of(hourly)

    def annual(tilt: int) -> float:
        if tilt not in found:
            found[tilt] = _at(hourly, array, tilt, horizon, sun).annual
        return found[tilt]

    low, high = 0, STEEPEST_DEG
    while high - low > 2:  # one maximum: the yield is a concave function of the tilt
        left, right = low + (high - low) // 3, high - (high - low) // 3
        low, high = (low, right) if annual(left) >= annual(right) else (left, high)
    best = max(range(low, high + 1), key=annual)
    return spaced(replace(array, tilt_deg=float(best), pitch_m=math.inf), hourly.place.lat)


def _at(
    hourly: Hourly, array: Array, tilt: int, horizon: Horizon | None, sun: pd.DataFrame
) -> Energy:
    flat = replace(array, tilt_deg=float(tilt), pitch_m=math.inf)
    return energy(hourly, spaced(flat, hourly.place.lat), horizon=horizon, sun=sun)
