"""The sun of a clear sky, and what months of clouds leave of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats
from zoning.errors import Fault, InputError
from zoning.solar.climate import DAYS, LAPSE_K_PER_M, Monthly
from zoning.solar.hours import Place, clock, month_sums
from zoning.solar.position import beyond, sun_over


def clear_months(place: Place) -> Floats:
    """Global irradiation of a year without clouds, mean day of each month. [kWh/(m2 d)]

    References
    ----------
    .. [1] P. Ineichen, R. Perez, Solar Energy 73 (2002) 151-157, with the Linke turbidity of
       SoDa/HelioClim (J. Remund et al., 2003) that pvlib ships.
    """
    from pvlib import clearsky
    from pvlib.atmosphere import alt2pres, get_absolute_airmass, get_relative_airmass

    times = clock()
    zenith = sun_over(times, place, _AIR_C)["apparent_zenith"]
    air_mass = get_absolute_airmass(get_relative_airmass(zenith), alt2pres(place.altitude_m))
    turbidity = clearsky.lookup_linke_turbidity(times, place.lat, place.lon)
    sky = clearsky.ineichen(zenith, air_mass, turbidity, place.altitude_m, beyond(times))
    return np.asarray(month_sums(sky["ghi"]) / 1000 / np.asarray(DAYS))


_AIR_C = 12.0
"""[degC] For the bending of light near the horizon only; pvlib's default."""


@dataclass(frozen=True, slots=True)
class Clearness:
    """What clouds leave of a clear sky, month by month.

    Parameters
    ----------
    values : tuple of float [12]
        Global irradiation over that of a clear sky. [1]
    air_c : tuple of float [12]
        Mean air temperature at ``altitude_m``. [degC]
    altitude_m : float
    source : str
    """

    values: tuple[float, ...]
    air_c: tuple[float, ...]
    altitude_m: float
    source: str

    def __post_init__(self) -> None:
        _refuse(self.values, self.source)

    def months(self, place: Place) -> Monthly:
        """Return the months of a place."""
        warmer = (place.altitude_m - self.altitude_m) * LAPSE_K_PER_M
        air = [value + warmer for value in self.air_c]
        return clear_with_clearness(place, self.values, air, self.source)


def clear_with_clearness(
    place: Place, clearness: Sequence[float], air_c: Sequence[float], source: str
) -> Monthly:
    """Return the months of a clear sky, each reduced to its clearness.

    Parameters
    ----------
    place : Place
    clearness : sequence of float [12]
        Global irradiation over that of a clear sky. [1]
    air_c : sequence of float [12]
        Mean air temperature at the place's altitude. [degC]
    source : str
        Of the clearness.

    Raises
    ------
    InputError
        Not twelve values, or one that is not above 0 and at most 1.1 (what model and turbidity may
        be wrong by).
    """
    _refuse(clearness, source)
    ghi = clear_months(place) * np.asarray(clearness)
    return Monthly(
        tuple(ghi.tolist()), tuple(air_c), place.altitude_m, f"晴空 clear sky × {source}"
    )


def _refuse(clearness: Sequence[float], source: str) -> None:
    if len(clearness) != 12 or not all(0 < value <= 1.1 for value in clearness):
        raise InputError(
            Fault(
                zh="各月晴朗系数要十二个 0 到 1 之间的数",
                en="twelve clearness values between 0 and 1 are wanted",
                file=source,
                value=", ".join(f"{value:g}" for value in clearness),
                remedy_zh="晴朗系数 = 月总辐射 / 晴空总辐射",
                remedy_en="clearness is the month's irradiation over that of a clear sky",
            )
        )
