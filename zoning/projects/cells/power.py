"""Capacities of lists that are powers, in megawatts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zoning.projects.cells.words import plain

_MEGA = {
    "w": 1e-6, "kw": 1e-3, "mw": 1.0, "gw": 1e3, "瓦": 1e-6, "千瓦": 1e-3, "兆瓦": 1.0, "吉瓦": 1e3,
}  # fmt: skip
_MANY = {"": 1.0, "万": 1e4, "百万": 1e6}
_UNIT = re.compile(r"^(万|百万|)(w|kw|mw|gw|瓦|千瓦|兆瓦|吉瓦)(p|ac|dc|)$")


def megawatts(amount: Sequence[float], unit: Sequence[str]) -> NDArray[np.float64]:
    """Capacities in megawatts; NaN where there is no amount, or the unit is none of power.

    Direct and alternating current are not told apart: lists seldom say which they mean.

    Examples
    --------
    >>> megawatts([5.0, 300.0, 20.0], ["万千瓦", "MWp", "万t/a"]).tolist()
    [50.0, 300.0, nan]
    """
    factor = [_factor(text) for text in unit]
    return np.asarray(amount, dtype=np.float64) * np.asarray(factor, dtype=np.float64)


def power_unit(text: str) -> bool:
    """Whether text is a unit of power."""
    return not math.isnan(_factor(text))


def _factor(text: str) -> float:
    match = _UNIT.match(plain(text))
    return math.nan if match is None else _MANY[match[1]] * _MEGA[match[2]]
