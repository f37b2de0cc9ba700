"""Numbers written to fewer digits than they seem: scientific notation, metres in round hundreds."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.projects.cells.refusals import Refusal
from zoning.projects.cells.values import half_width

ROUND_M: Final = 100.0
"""[m] By chance 1 pair in 10,000 is whole hundreds on both axes: some hand rounded it."""
_MOST_ZEROS = 8
# a point or a plus is asked for: 106E42 may be degrees and minutes
_SCIENTIFIC = re.compile(r"\d(?:\.(\d+)[eE]\+?|[eE]\+)(\d{1,2})(?!\d)")
_NOTHING = 1e-6


def scientific_steps(texts: NDArray[np.object_]) -> Floats:
    """Return the unit of the last digit of texts in scientific notation, the coarsest; else NaN.

    Examples
    --------
    >>> scientific_steps(np.array(["2.99E+06, 3.64E+07", "2990000, 1"], dtype=object)).tolist()
    [100000.0, nan]
    """
    return np.asarray([_scientific(half_width(str(text))) for text in texts], np.float64)


def _scientific(text: str) -> float:
    found = [10.0 ** (int(m[2]) - len(m[1] or "")) for m in _SCIENTIFIC.finditer(text)]
    return max(found, default=np.nan)


def round_metres(shapes: NDArray[np.object_]) -> Floats:
    """Return the coarsest power of ten that both axes are whole multiples of, each its own. [m]

    Parameters
    ----------
    shapes : object array [n]
        In metres, as written.

    Returns
    -------
    float array [n, 2]
        Step of either axis; NaN where not both are whole `ROUND_M`, and for lines and areas,
        whose corners somebody may have laid out on round numbers.
    """
    steps = np.full((len(shapes), 2), np.nan)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    for power in range(2, _MOST_ZEROS + 1):
        step = 10.0**power
        off = np.abs(coordinates - np.round(coordinates / step) * step) > _NOTHING
        for axis in range(2):
            whole = np.ones(len(shapes), np.bool_)
            whole[owner[off[:, axis]]] = False
            whole[shapely.is_missing(shapes)] = False
            steps[whole, axis] = step
    points = shapely.get_type_id(shapes) == 0
    steps[np.isnan(steps).any(axis=1) | ~points] = np.nan
    return steps


def rounded_metres(shapes: NDArray[np.object_], texts: NDArray[np.object_]) -> Floats:
    """Return how far off rounding may put each place; NaN where nothing is rounded. [m]"""
    either = round_metres(shapes)
    written = scientific_steps(texts)
    round_ = 0.5 * np.hypot(either[:, 0], either[:, 1])
    off: Floats = np.fmax(round_, written * np.sqrt(0.5))
    return off


def rounded_doubt(metres: float) -> Refusal:
    """Say that a place is written so coarsely."""
    return Refusal(
        f"坐标只写到整百米或用科学计数法写，位置可能相差 {metres:,.0f} m",
        f"coordinates in round hundreds or in scientific notation: up to {metres:,.0f} m off",
        "请补全坐标的位数（Excel 里把单元格改成数值格式）",
        "write all digits (format the cells as numbers)",
    )
