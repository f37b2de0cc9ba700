"""Carbon that a kilowatt-hour of sun keeps out of the air, by the province's grid factor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GridFactor:
    """Mean emissions of a province's electricity.

    Parameters
    ----------
    kg_per_kwh : float
        [kgCO2/kWh]
    year : int
        Of the statistics.
    source : str
    """

    kg_per_kwh: float
    year: int
    source: str


_SEEN = "省级电力平均二氧化碳排放因子（贵州），见于公开代码，原文未核"
GUIZHOU = (GridFactor(0.5182, 2021, _SEEN), GridFactor(0.4989, 2022, _SEEN))


def avoided_t(energy_mwh: float, factor: GridFactor = GUIZHOU[-1]) -> float:
    """Carbon dioxide avoided. [t]

    Parameters
    ----------
    energy_mwh : float
        [MWh]
    factor : GridFactor
        The latest by default; name its year wherever the figure stands.

    Examples
    --------
    >>> round(avoided_t(1000.0), 1)
    498.9
    """
    return energy_mwh * factor.kg_per_kwh
