"""Twelve months of sun and air at a place: what is known of its climate before it becomes hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from zoning.errors import Fault, InputError

DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""[d] of a year without a leap day: 8,760 hours."""
MJ_PER_KWH = 3.6
LAPSE_K_PER_M = -0.0065
"""[K/m] of the standard atmosphere below 11 km. ISO 2533:1975."""
SOLAR_CONSTANT_KWH_M2_D = 1366.1 * 24 / 1000
"""[kWh/(m2 d)] More than falls on any horizontal ground in a day. ASTM E490-00a."""

# Mean surface air temperature at 26.583 N 106.733 E on the 0.75 degree grid of ITU-R P.1510-1,
# between its four nodes; read from the copy in the PyPI package itur 0.4.0 (MIT). [degC]
GUIYANG_AIR_C = (5.1, 7.5, 11.5, 16.2, 19.5, 21.9, 23.7, 23.3, 20.3, 16.0, 11.9, 7.1)
GUIYANG_AIR_ALTITUDE_M = 1200.0
"""[m] Mean height of the ground within 0.75 degrees of it, ITU-R P.1511-2 in the same package."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """Mean days of the twelve months.

    Parameters
    ----------
    ghi : tuple of float [12]
        Global horizontal irradiation. [kWh/(m2 d)]
    dhi : tuple of float [12] or None
        Diffuse horizontal irradiation, where it is known. [kWh/(m2 d)]
    air_c : tuple of float [12]
        Mean air temperature at ``altitude_m``. [degC]
    altitude_m : float
    source : str
        Printed with every figure that comes of it.
    """

    ghi: tuple[float, ...]
    air_c: tuple[float, ...]
    altitude_m: float
    source: str
    dhi: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        faults = [
            *_ghi_faults(self.ghi, self.source),
            *_dhi_faults(self.ghi, self.dhi, self.source),
            *_air_faults(self.air_c, self.source),
        ]
        if faults:
            raise InputError(tuple(faults))

    @property
    def annual_ghi(self) -> float:
        """Global horizontal irradiation of the year. [kWh/(m2 a)]"""
        return float(np.dot(self.ghi, DAYS))

    def at(self, altitude_m: float) -> Monthly:
        """Return the same sun with the air of another altitude."""
        shift = (altitude_m - self.altitude_m) * LAPSE_K_PER_M
        return replace(self, air_c=tuple(t + shift for t in self.air_c), altitude_m=altitude_m)

    def scaled_to(self, annual_ghi: float, source: str) -> Monthly:
        """Return the same course of the year with another annual total, as a GHI raster gives it.

        Parameters
        ----------
        annual_ghi : float
            [kWh/(m2 a)]
        source : str
            Of the total.
        """
        factor = annual_ghi / self.annual_ghi
        return replace(
            self,
            ghi=tuple(value * factor for value in self.ghi),
            dhi=None if self.dhi is None else tuple(value * factor for value in self.dhi),
            source=f"{source}; 月分布 months: {self.source}",
        )


def _fault(month: int, zh: str, en: str, value: float, source: str) -> Fault:
    return Fault(
        zh=f"{month} 月: {zh}",
        en=f"month {month}: {en}",
        file=source,
        value=f"{value:g}",
        remedy_zh="请核对数值和单位 (kWh/m2·d、MJ/m2·d)",
        remedy_en="check the figure and its unit",
    )


def _ghi_faults(ghi: Sequence[float], source: str) -> list[Fault]:
    if len(ghi) != 12:
        return [_twelve("水平面总辐射 GHI", len(ghi), source)]
    zh, en = "总辐射不在 0 与地外辐射之间", "not between 0 and what falls outside the atmosphere"
    return [
        _fault(month, zh, en, value, source)
        for month, value in enumerate(ghi, 1)
        if not 0 < value < SOLAR_CONSTANT_KWH_M2_D
    ]


def _dhi_faults(ghi: Sequence[float], dhi: Sequence[float] | None, source: str) -> list[Fault]:
    if dhi is None:
        return []
    if len(dhi) != 12:
        return [_twelve("散射辐射 DHI", len(dhi), source)]
    zh, en = "散射辐射不在 0 与总辐射之间", "diffuse not between 0 and global"
    return [
        _fault(month, zh, en, value, source)
        for month, (value, whole) in enumerate(zip(dhi, ghi, strict=False), 1)
        if not 0 <= value <= whole
    ]


def _air_faults(air_c: Sequence[float], source: str) -> list[Fault]:
    if len(air_c) != 12:
        return [_twelve("气温", len(air_c), source)]
    zh, en = "月平均气温不可信", "no mean air temperature of a month"
    return [
        _fault(month, zh, en, value, source)
        for month, value in enumerate(air_c, 1)
        if not -60 < value < 60
    ]


def _twelve(what: str, count: int, source: str) -> Fault:
    return Fault(
        zh=f"{what}要十二个月，这里有 {count} 个",
        en=f"twelve months are wanted, here are {count}",
        file=source,
        remedy_zh="请补齐",
        remedy_en="fill in all twelve",
    )


def from_megajoules(values: Sequence[float]) -> tuple[float, ...]:
    """Convert mean daily irradiation from MJ/(m2 d) to kWh/(m2 d).

    Examples
    --------
    >>> from_megajoules([3.6])
    (1.0,)
    """
    return tuple(value / MJ_PER_KWH for value in values)
