"""Rows of modules on the ground: how far apart they stand, and how much fits on a heap."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from zoning.errors import Fault, InputError

SOLSTICE_DECLINATION_DEG = -23.45
"""[deg] Sun on the winter solstice. Duffie and Beckman, 4th ed., equation 1.6.1."""
SHADE_FREE_HOURS = 3.0
"""[h] Before and after true noon without shade: 9:00 to 15:00. GB 50797, from memory, not read."""
STEPS = 90
"""Moments from noon to either end of those hours: two minutes apart."""


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
    ground_aspect_deg: float = 180.0,
    hours: float = SHADE_FREE_HOURS,
) -> float:
    """Distance from row to row, along the ground from south to north, for rows that face south. [m]

    No row shades the next on the winter solstice from ``hours`` before to ``hours`` after true
    noon, and none stands over the next. Rows run from west to east along the ground, and their
    modules lean in the plane of the meridian.

    Parameters
    ----------
    lat_deg, tilt_deg : float
        [deg]
    collector_m : float
        Length of a row's plane from its lower to its upper edge. [m]
    ground_slope_deg, ground_aspect_deg : float
        Of the ground: how steeply it falls, and whither, clockwise from north. [deg]
    hours : float
        [h]

    Raises
    ------
    InputError
        The sun then stands below the ground's plane: no distance is enough.

    References
    ----------
    .. [1] The sun's height and azimuth: Duffie and Beckman, 4th ed., equations 1.6.5 and 1.6.6.
    .. [2] Rows that follow the ground: K. Anderson and A. Jensen, Journal of Renewable and
       Sustainable Energy 16 (2024) 023504, whose formula pvlib.shading has.
    """
    tilt, climb = math.radians(tilt_deg), _climb(ground_slope_deg, ground_aspect_deg)
    profile = _lowest_profile(lat_deg, hours, climb.east)
    slope = math.atan(climb.north)
    if math.isnan(profile) or profile + slope <= 0:
        raise InputError(_no_pitch(lat_deg, ground_slope_deg, ground_aspect_deg, hours))
    relative = tilt - slope  # of the collector to the ground that it stands on
    if relative <= 0:  # no shade; but a row's depth must be free of the next
        return collector_m * math.cos(tilt) / math.cos(slope)
    shadow = math.sin(relative) / math.tan(profile + slope)
    return collector_m * (math.cos(relative) + shadow)


class _Climb(NamedTuple):
    """Rise of the ground per metre."""

    east: float
    north: float


def _climb(slope_deg: float, aspect_deg: float) -> _Climb:
    fall, turn = math.tan(math.radians(slope_deg)), math.radians(aspect_deg)
    return _Climb(-fall * math.sin(turn), -fall * math.cos(turn))


def meridian_slope(slope_deg: float, aspect_deg: float) -> float:
    """Slope of the ground from south to north, > 0 where it falls to the south. [deg]

    Examples
    --------
    >>> round(meridian_slope(10.0, 180.0), 6), round(meridian_slope(10.0, 0.0), 6)
    (10.0, -10.0)
    """
    return math.degrees(math.atan(_climb(slope_deg, aspect_deg).north))


def _lowest_profile(lat_deg: float, hours: float, east: float) -> float:
    """Least height of the sun as seen along rows that climb eastwards; NaN: it is not up. [rad]

    Looking along the rows, a ray seems to fall by its own fall less what the rows climb on its way
    sideways: on ground that falls to the west the morning's sun stands lower.
    """
    lat, down = math.radians(lat_deg), math.radians(SOLSTICE_DECLINATION_DEG)
    lowest = math.inf
    for step in range(-STEPS, STEPS + 1):
        angle = math.radians(15 * hours * step / STEPS)
        up = math.sin(lat) * math.sin(down) + math.cos(lat) * math.cos(down) * math.cos(angle)
        if up <= 0:
            return math.nan
        # towards the sun: up, to the south, to the east
        south = math.sin(lat) * math.cos(down) * math.cos(angle) - math.cos(lat) * math.sin(down)
        towards_east = -math.cos(down) * math.sin(angle)
        lowest = min(lowest, math.atan2(up - east * towards_east, south))
    return lowest


def _no_pitch(lat: float, slope: float, aspect: float, hours: float) -> Fault:
    return Fault(
        zh=f"北纬 {lat:g}°、坡度 {slope:g}°、坡向 {aspect:g}°: "
        f"冬至正午前后 {hours:g} 小时太阳低于地面",
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
