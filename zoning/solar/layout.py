"""Rows of modules on the ground: how far apart they stand, and how much fits on a heap."""

from __future__ import annotations

import math
from dataclasses import dataclass

from zoning.errors import Fault, InputError

SOLSTICE_DECLINATION_DEG = -23.45
"""[deg] Sun on the winter solstice. Duffie and Beckman, 4th ed., equation 1.6.1."""
SHADE_FREE_HOURS = 3.0
"""[h] Before and after true noon without shade: 9:00 to 15:00. GB 50797, from memory, not read."""


@dataclass(frozen=True, slots=True)
class Density:
    """Land that a megawatt takes.

    Parameters
    ----------
    ha_per_mw : float
    where, source : str
    """

    ha_per_mw: float
    where: str
    source: str


OBSERVED = (
    Density(
        1.24, "云锡 5 座已闭库尾矿库 161.04 MW", "云南省国资委，转载 forosdelalengua.com 63113"
    ),
    Density(1.56, "抚顺西舍场矸石排土场 300 MW", "新华社，转载 yp-sz.com 99773"),
    Density(2.19, "平远废弃铁矿 50 MW", "news.solarbe.com 139926"),
)
"""Seen in secondary sources only; what the plants took, not what a standard allows."""
RULE_OF_THUMB = Density(2.02, "5 acres per MW", "EPA RE-Powering, mirror of the pre-screening page")


@dataclass(frozen=True, slots=True)
class Capacity:
    """What fits on usable ground, as a range.

    Parameters
    ----------
    low_mw, high_mw : float
    source : str
    """

    low_mw: float
    high_mw: float
    source: str

    @property
    def middle_mw(self) -> float:
        """Capacity at the middle of the land uses. [MW]"""
        return 2 / (1 / self.low_mw + 1 / self.high_mw) if self.low_mw else 0.0


def capacity(usable_ha: float, *, ha_per_mw: tuple[float, float] | None = None) -> Capacity:
    """Range of capacity on usable ground.

    Parameters
    ----------
    usable_ha : float
        Ground that arrays may stand on, roads within the field included. [ha]
    ha_per_mw : pair of float, optional
        Least and most land for a megawatt; the range observed on three real heaps by default.

    Raises
    ------
    ValueError
        Negative ground, or a land use that is not above 0.

    Examples
    --------
    >>> capacity(21.9).low_mw
    10.0
    """
    if not usable_ha >= 0:
        raise ValueError("usable_ha must be >= 0")
    uses = [density.ha_per_mw for density in OBSERVED]
    least, most = ha_per_mw or (min(uses), max(uses))
    if not 0 < least <= most:
        raise ValueError("ha_per_mw wants 0 < least <= most")
    said = "用户给定 as given" if ha_per_mw else "三处渣场光伏实测 three real heaps"
    return Capacity(usable_ha / most, usable_ha / least, f"{least:g}-{most:g} ha/MW, {said}")


def row_pitch(
    lat_deg: float,
    tilt_deg: float,
    collector_m: float,
    *,
    ground_slope_deg: float = 0.0,
    hours: float = SHADE_FREE_HOURS,
) -> float:
    """Distance from row to row, along the ground, for rows that face south. [m]

    No row shades the next on the winter solstice from ``hours`` before to ``hours`` after true
    noon.

    Parameters
    ----------
    lat_deg, tilt_deg : float
        [deg]
    collector_m : float
        Length of a row's plane from its lower to its upper edge. [m]
    ground_slope_deg : float
        Of the ground, > 0 falling to the south. [deg]
    hours : float
        [h]

    Raises
    ------
    InputError
        The sun then stands below the ground's plane: no distance is enough.

    References
    ----------
    .. [1] The sun's height and azimuth: Duffie and Beckman, 4th ed., equations 1.6.5 and 1.6.6.
    """
    angle, lat = math.radians(15 * hours), math.radians(lat_deg)
    down = math.radians(SOLSTICE_DECLINATION_DEG)
    height = math.asin(
        math.sin(lat) * math.sin(down) + math.cos(lat) * math.cos(down) * math.cos(angle)
    )
    south = (math.sin(height) * math.sin(lat) - math.sin(down)) / math.cos(lat)
    # the sun's height as seen along the meridian; the azimuth's cosine cancels out
    profile = math.atan2(math.sin(height), south)
    slope, tilt = math.radians(ground_slope_deg), math.radians(tilt_deg)
    if profile + slope <= 0 or height <= 0:
        raise InputError(_no_pitch(lat_deg, ground_slope_deg, hours))
    relative = tilt - slope  # of the collector to the ground that it stands on
    if relative <= 0:
        return collector_m * math.cos(relative)
    shadow = math.sin(relative) / math.tan(profile + slope)
    return collector_m * (math.cos(relative) + shadow)


def _no_pitch(lat: float, slope: float, hours: float) -> Fault:
    return Fault(
        zh=f"北纬 {lat:g}°、坡度 {slope:g}°: 冬至正午前后 {hours:g} 小时太阳低于地面",
        en="the sun is then below the plane of the ground: no distance between rows is enough",
        remedy_zh="请缩短无遮挡时段，或不在北坡布置",
        remedy_en="ask for fewer hours without shade, or leave northern slopes out",
    )


def terrain_class(slope_deg: float, relief_m: float) -> str:
    """Terrain class of a photovoltaic field: Ⅰ flat, Ⅱ hilly, Ⅲ mountainous.

    A field whose slope and relief disagree takes the higher class.

    Parameters
    ----------
    slope_deg, relief_m : float
        Mean slope [deg]; highest less lowest ground [m].

    References
    ----------
    .. [1] TD/T 1075-2023, as quoted in a secondary source (shcymc.com 2022120769122): Ⅰ up to 3
       degrees, Ⅱ 3 to 20 degrees and relief up to 200 m, Ⅲ above.
    """
    if slope_deg > 20 or relief_m > 200:
        return "Ⅲ"
    return "Ⅰ" if slope_deg <= 3 else "Ⅱ"
