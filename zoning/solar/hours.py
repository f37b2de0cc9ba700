"""An hourly year of sun and air: from a weather file, or made from mean days of the months.

Hours are those of the clock at UTC+8, numbered by their middle (00:30, 01:30, ...); values are
means over the hour. 8,760 rows; the year's number only serves the sun's position.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from zoning.arrays import Floats
from zoning.errors import Fault, InputError
from zoning.solar.climate import DAYS, Monthly

YEAR = 2023  # any year without a leap day
CLOCK = "Etc/GMT-8"  # UTC+8, by the sign convention of POSIX
HOURS = 8760


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where an array stands.

    Parameters
    ----------
    lat, lon : float
        CGCS2000. [deg]
    altitude_m : float
    """

    lat: float
    lon: float
    altitude_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Hourly:
    """A year by the hour.

    Parameters
    ----------
    table : pandas.DataFrame [8760]
        ``ghi``, ``dni``, ``dhi`` [W/m2], ``air_c`` [degC], ``wind_m_s`` [m/s]; the index is the
        middle of each hour.
    place : Place
    source : str
    made : bool
        Made from months, so that hours are plausible and only months are data.
    """

    table: pd.DataFrame
    place: Place
    source: str
    made: bool

    @property
    def monthly_ghi(self) -> Floats:
        """Irradiation of the months. [kWh/m2]"""
        return month_sums(self.table["ghi"]) / 1000


def month_sums(hourly: pd.Series[float]) -> Floats:
    """Sum hours by month, January first."""
    months = pd.DatetimeIndex(hourly.index).month
    return np.bincount(months - 1, hourly.to_numpy(np.float64), minlength=12).astype(np.float64)


@cache
def clock() -> pd.DatetimeIndex:
    """Middles of the 8,760 hours."""
    return pd.date_range(f"{YEAR}-01-01 00:30", periods=HOURS, freq="h", tz=CLOCK)


def hours_of_months(monthly: Monthly, place: Place, *, wind_m_s: float = 1.0) -> Hourly:
    """Make an hourly year whose months are those given.

    Every day of a month has the month's clearness. Global and diffuse irradiation are spread over
    the day by the ratios of mean days; the diffuse part, where it is not given, follows from the
    month's clearness. What an array yields of these hours is close to what it yields of real
    ones, since yield is nearly linear in irradiance; single hours mean nothing.

    Parameters
    ----------
    monthly : Monthly
        Its air is taken to the place's altitude.
    place : Place
    wind_m_s : float
        Constant. [m/s] 1 m/s is what PVsyst's module temperature assumes without data.

    Returns
    -------
    Hourly

    Raises
    ------
    InputError
        A month brighter than any sky, or a year darker than any: a slip of the unit.

    References
    ----------
    .. [1] J. A. Duffie, W. A. Beckman, Solar Engineering of Thermal Processes, 4th ed., 2013:
       extraterrestrial radiation 1.10.3, monthly diffuse (Erbs) 2.12.1, hourly global
       (Collares-Pereira and Rabl) 2.13.1, hourly diffuse (Liu and Jordan) 2.13.3.
    """
    times = clock()
    cosine, height = _sun(place)
    outside = _per_day(cosine.clip(min=0) * _beyond()) / 1000  # [kWh/(m2 d)]
    month = np.repeat(np.arange(12), DAYS)
    mean_outside = np.bincount(month, outside) / np.asarray(DAYS)
    ghi = np.asarray(monthly.ghi)
    clearness = ghi / mean_outside
    _refuse_impossible(clearness, monthly)
    dhi = diffuse_share(clearness, _sunset(place)) * ghi if monthly.dhi is None else monthly.dhi
    day = outside / mean_outside[month]
    hourly = _spread(ghi[month] * day, _global_shape(cosine, height))
    diffuse = _spread(np.asarray(dhi)[month] * day, cosine.clip(min=0))
    diffuse = np.minimum(diffuse, hourly)
    with np.errstate(divide="ignore", invalid="ignore"):
        beam = np.where(cosine > 0, (hourly - diffuse) / cosine, 0.0)
    table = pd.DataFrame(
        {
            "ghi": hourly,
            "dni": beam,
            "dhi": diffuse,
            "air_c": _air(monthly.at(place.altitude_m)),
            "wind_m_s": wind_m_s,
        },
        index=times,
    )
    return Hourly(table, place, monthly.source, made=True)


BRIGHTEST, DARKEST = 0.85, 0.15
"""Clearness of a month that no sky exceeds, and of a year that none falls short of. A dry, high and
cloudless place has about 0.8 (the top of Erbs' data), Sichuan's basin about 0.25. Illustrative."""


def _refuse_impossible(clearness: Floats, monthly: Monthly) -> None:
    bright = np.flatnonzero(clearness > BRIGHTEST) + 1
    if not len(bright) and clearness.mean() >= DARKEST:
        return
    said = f"{'、'.join(map(str, bright))} 月" if len(bright) else "全年"
    raise InputError(
        Fault(
            zh=f"{said}的总辐射与地外辐射不可比 (晴朗指数 {clearness.mean():.2f})，像是单位写错",
            en="no sky gives this much, or this little: kWh and MJ may be exchanged",
            file=monthly.source,
            value=f"{monthly.annual_ghi:.0f} kWh/m2·a",
            remedy_zh="1 kWh = 3.6 MJ；核对列名 ghi_kwh_m2_day、ghi_mj_m2_day",
            remedy_en="check which of the two units the column is in",
        )
    )


def diffuse_share(clearness: Floats, sunset_deg: Floats) -> Floats:
    """Diffuse part of a month's global irradiation.

    Parameters
    ----------
    clearness : float array [n]
        Global irradiation over what falls outside the atmosphere.
    sunset_deg : float array [n]
        Hour angle of sunset at the middle of the month. [deg]

    References
    ----------
    .. [1] D. G. Erbs, S. A. Klein, J. A. Duffie, Solar Energy 28 (1982) 293-302, as equation
       2.12.1 of Duffie and Beckman, 4th ed.; fitted for clearness 0.3 to 0.8, held constant
       outside.

    Examples
    --------
    >>> [round(float(s), 2) for s in diffuse_share(np.array([0.5]), np.array([90.0]))]
    [0.43]
    """
    k = np.clip(clearness, 0.3, 0.8)
    low = 1.391 - 3.560 * k + 4.189 * k**2 - 2.137 * k**3
    high = 1.311 - 3.022 * k + 3.427 * k**2 - 1.821 * k**3
    return np.where(np.asarray(sunset_deg) <= 81.4, low, high)


def _sun(place: Place) -> tuple[Floats, Floats]:
    """Cosine of the zenith angle, and a + b cos(hour angle) of Collares-Pereira and Rabl."""
    tilt, greenwich = _day()
    angle = np.radians(greenwich + place.lon)
    lat = np.radians(place.lat)
    cosine = np.sin(lat) * np.sin(tilt) + np.cos(lat) * np.cos(tilt) * np.cos(angle)
    sunset = np.arccos(np.clip(-np.tan(lat) * np.tan(tilt), -1, 1))
    a = 0.409 + 0.5016 * np.sin(sunset - np.radians(60))
    b = 0.6609 - 0.4767 * np.sin(sunset - np.radians(60))
    return cosine, a + b * np.cos(angle)


@cache
def _day() -> tuple[Floats, Floats]:
    """Declination [rad] and hour angle at longitude 0 [deg], the same for every place."""
    from pvlib import solarposition

    times = clock()
    tilt = np.asarray(solarposition.declination_spencer71(times.dayofyear))
    time_equation = solarposition.equation_of_time_spencer71(times.dayofyear)
    return tilt, np.asarray(solarposition.hour_angle(times, 0.0, time_equation))


def _global_shape(cosine: Floats, height: Floats) -> Floats:
    return np.asarray(cosine.clip(min=0) * height.clip(min=0))


@cache
def _beyond() -> Floats:
    from pvlib import irradiance

    return np.asarray(irradiance.get_extra_radiation(clock()), dtype=np.float64)


def _sunset(place: Place) -> Floats:
    """Hour angle of sunset on the middle day of each month. [deg]"""
    from pvlib import solarposition

    middle = np.cumsum(DAYS) - np.asarray(DAYS) // 2
    tilt = np.asarray(solarposition.declination_spencer71(middle))
    angle = np.arccos(np.clip(-np.tan(np.radians(place.lat)) * np.tan(tilt), -1, 1))
    return np.asarray(np.degrees(angle))


def _per_day(hourly: Floats) -> Floats:
    return np.asarray(hourly.reshape(-1, 24).sum(axis=1))


def _spread(daily_kwh: Floats, shape: Floats) -> Floats:
    """Spread days over their hours [W/m2], so that every day has its sum."""
    return np.asarray((daily_kwh * 1000 / _per_day(shape)).repeat(24) * shape)


def _air(monthly: Monthly) -> Floats:
    """Hourly air temperature: months joined by straight lines, a day's swing by the sun. [degC]

    The swing of 7 K between the warmest and the coldest hour is illustrative; without it an array
    at Guiyang would yield 0.9 % more.
    """
    middle = (np.cumsum(DAYS) - np.asarray(DAYS) / 2) * 24
    hour = np.arange(HOURS) + 0.5
    around = np.concatenate([[middle[-1] - HOURS], middle, [middle[0] + HOURS]])
    air = np.asarray(monthly.air_c)
    course = np.interp(hour, around, np.concatenate([[air[-1]], air, [air[0]]]))
    month = np.repeat(np.arange(12), np.asarray(DAYS) * 24)
    off = air - np.bincount(month, course) / (np.asarray(DAYS) * 24)
    swing = 3.5 * np.cos(2 * np.pi * (hour % 24 - 15) / 24)  # warmest at 15 h
    return np.asarray(course + off[month] + swing)
