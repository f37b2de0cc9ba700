"""Where the sun stands, hour by hour: what does not depend on the place is computed once a year."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from zoning.arrays import Floats
from zoning.solar.hours import Hourly, Place

REFRACTION_DEG = 0.5667
"""[deg] Of the air at sunrise and sunset. I. Reda and A. Andreas; pvlib's default."""
DELTA_T_S = 67.0
"""[s] Terrestrial time less UT1; pvlib's default."""


def sun_of(hourly: Hourly) -> pd.DataFrame:
    """Position of the sun in every hour of a year; see `sun_over`."""
    air_c = hourly.table["air_c"].to_numpy(np.float64)
    return sun_over(pd.DatetimeIndex(hourly.table.index), hourly.place, air_c)


def sun_over(index: pd.DatetimeIndex, place: Place, air_c: Floats | float) -> pd.DataFrame:
    """Position of the sun over a place, at the middle of every hour.

    Parameters
    ----------
    index : pandas.DatetimeIndex [n]
        Hour after hour.
    place : Place
    air_c : float array [n] or float
        Air temperature. [degC]

    Returns
    -------
    pandas.DataFrame [n]
        ``apparent_zenith``, ``apparent_elevation``, ``azimuth`` [deg]: what pvlib's
        ``get_solarposition`` gives, nine tenths of whose time go to where the earth is.

    References
    ----------
    .. [1] I. Reda, A. Andreas, Solar Energy 76 (2004) 577-589 (NREL SPA), by ``pvlib.spa``.
    """
    from pvlib import spa
    from pvlib.atmosphere import alt2pres

    sidereal, ascension, declination, parallax = _geocentric(index[0], len(index))
    hour = spa.local_hour_angle(sidereal, place.lon, ascension)
    u = spa.uterm(place.lat)
    x, y = spa.xterm(u, place.lat, place.altitude_m), spa.yterm(u, place.lat, place.altitude_m)
    shift = spa.parallax_sun_right_ascension(x, parallax, hour, declination)
    seen = spa.topocentric_sun_declination(declination, x, y, parallax, shift, hour)
    hour = spa.topocentric_local_hour_angle(hour, shift)
    bare = spa.topocentric_elevation_angle_without_atmosphere(place.lat, seen, hour)
    millibars = alt2pres(place.altitude_m) / 100
    bent = spa.atmospheric_refraction_correction(millibars, air_c, bare, REFRACTION_DEG)
    height = spa.topocentric_elevation_angle(bare, bent)
    turn = spa.topocentric_azimuth_angle(spa.topocentric_astronomers_azimuth(hour, seen, place.lat))
    columns = {"apparent_zenith": 90 - height, "apparent_elevation": height, "azimuth": turn}
    return pd.DataFrame(columns, index=index)


def beyond(index: pd.DatetimeIndex) -> Floats:
    """Irradiance outside the atmosphere, on a plane that faces the sun. [W/m2]"""
    return _beyond(index[0], len(index))


def _hours(start: pd.Timestamp, count: int) -> pd.DatetimeIndex:
    return pd.date_range(start, periods=count, freq="h")


@lru_cache(maxsize=8)
def _beyond(start: pd.Timestamp, count: int) -> Floats:
    from pvlib import irradiance

    return np.asarray(irradiance.get_extra_radiation(_hours(start, count)), dtype=np.float64)


@lru_cache(maxsize=8)
def _geocentric(start: pd.Timestamp, count: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Sidereal time, right ascension, declination and parallax of the sun. [deg]"""
    from pvlib import spa

    since = _hours(start, count) - pd.Timestamp(0, tz="UTC")
    seconds = np.asarray(since / pd.Timedelta("1s"), dtype=np.float64)
    parts = spa.solar_position(seconds, 0, 0, 0, 0, 0, DELTA_T_S, 0, 1, sst=True)[:3]
    day = spa.julian_ephemeris_day(spa.julian_day(seconds), DELTA_T_S)
    thousand = spa.julian_ephemeris_millennium(spa.julian_ephemeris_century(day))
    far = spa.heliocentric_radius_vector(thousand)
    return (*(np.asarray(part) for part in parts), spa.equatorial_horizontal_parallax(far))
