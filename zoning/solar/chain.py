"""From an hourly year to energy: pvlib's models, one after the other.

Position of the sun (NREL SPA), horizon, transposition (Hay and Davies), shade of the rows in front,
reflection (ASHRAE), cells' temperature (Faiman), modules (PVWatts), losses, inverters (PVWatts).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.arrays import Floats
from zoning.solar.array import Array
from zoning.solar.horizon import Horizon, shaded
from zoning.solar.hours import Hourly, month_sums
from zoning.solar.position import beyond, sun_of


@dataclass(frozen=True, slots=True, eq=False)
class Energy:
    """What one kilowatt of modules delivers in a year.

    Parameters
    ----------
    monthly : float array [12]
        [kWh/kWp]
    plane : float
        Irradiation of the modules' plane, before shade of rows and reflection. [kWh/m2]
    steps : tuple of (str, float)
        What each step leaves of the step before. [1]
    source : str
        Of the sun.
    """

    monthly: Floats
    plane: float
    steps: tuple[tuple[str, float], ...]
    source: str

    @property
    def annual(self) -> float:
        """Specific yield. [kWh/(kWp a)]"""
        return float(self.monthly.sum())

    @property
    def capacity_factor(self) -> float:
        """Mean power over the modules' nominal power. [1]"""
        return self.annual / 8760

    @property
    def performance_ratio(self) -> float:
        """Yield over what the plane received. IEC 61724-1. [1]"""
        return self.annual / self.plane


def mean_energy(years: Sequence[Energy]) -> Energy:
    """Mean of several arrays' years: months, plane, and what each step leaves on average.

    Parameters
    ----------
    years : sequence of Energy
        At least one, all with the same steps.
    """
    names = [name for name, _ in years[0].steps]
    kept = np.asarray([[value for _, value in year.steps] for year in years]).mean(axis=0)
    return Energy(
        monthly=np.mean([year.monthly for year in years], axis=0),
        plane=float(np.mean([year.plane for year in years])),
        steps=tuple(zip(names, kept.tolist(), strict=True)),
        source=years[0].source,
    )


def energy(
    hourly: Hourly,
    array: Array,
    *,
    horizon: Horizon | None = None,
    sun: pd.DataFrame | None = None,
) -> Energy:
    """Energy of a year by the month, with what each step takes.

    Parameters
    ----------
    hourly : Hourly
    array : Array
    horizon : Horizon, optional
        Of the land around; an open one by default.
    sun : pandas.DataFrame, optional
        `sun_of` the year, where it is at hand.

    Returns
    -------
    Energy
    """
    sun = sun_of(hourly) if sun is None else sun
    seen = hourly if horizon is None else shaded(hourly, horizon, sun)
    plane = _plane(seen, array, sun)
    open_plane = (plane if horizon is None else _plane(hourly, array, sun))["poa_global"]
    rows = _behind_rows(plane, array, sun)
    inside = _through_glass(rows, array, sun)
    warm = _modules(inside, rows, seen, array)
    delivered = _inverted(warm * array.losses.kept, array)
    return Energy(
        monthly=month_sums(delivered) / 1000,
        plane=float(open_plane.sum() / 1000),
        steps=_steps(
            {
                "阵列面 plane": open_plane,
                "地形遮挡 horizon": plane["poa_global"],
                "前排遮挡 rows": rows.sum(axis=1),
                "反射 reflection": inside,
                "温度 temperature": warm,
                "其他损失 losses": warm * array.losses.kept,
                "逆变 inverter": delivered,
            }
        ),
        source=seen.source,
    )


def _steps(stages: dict[str, pd.Series[float]]) -> tuple[tuple[str, float], ...]:
    sums = {name: float(values.sum()) for name, values in stages.items()}
    pairs = itertools.pairwise(sums)
    return tuple((name, sums[name] / sums[before]) for before, name in pairs)


def _plane(hourly: Hourly, array: Array, sun: pd.DataFrame) -> pd.DataFrame:
    """Irradiance of the modules' plane by its parts. [W/m2]"""
    from pvlib import irradiance

    table = hourly.table
    plane: pd.DataFrame = irradiance.get_total_irradiance(
        array.tilt_deg,
        array.azimuth_deg,
        sun["apparent_zenith"],
        sun["azimuth"],
        dni=table["dni"],
        ghi=table["ghi"],
        dhi=table["dhi"],
        dni_extra=beyond(pd.DatetimeIndex(table.index)),
        albedo=array.albedo,
        model="haydavies",
    )
    return plane.fillna(0.0)


def _behind_rows(plane: pd.DataFrame, array: Array, sun: pd.DataFrame) -> pd.DataFrame:
    """Beam, sky and ground light that the rows in front let through. [W/m2]

    The shaded part of the beam is lost in proportion: strings of half-cut modules lie along rows.
    """
    beam, sky = plane["poa_direct"], plane["poa_sky_diffuse"]
    ground = plane["poa_ground_diffuse"]
    if np.isinf(array.pitch_m):
        return pd.DataFrame({"beam": beam, "sky": sky, "ground": ground})
    from pvlib import shading

    hidden = shading.shaded_fraction1d(
        sun["apparent_zenith"],
        sun["azimuth"],
        axis_azimuth=array.azimuth_deg - 90,
        shaded_row_rotation=array.tilt_deg,
        collector_width=array.collector_m,
        pitch=array.pitch_m,
    )
    masking = shading.masking_angle_passias(array.tilt_deg, array.ground_cover)
    taken = shading.sky_diffuse_passias(masking)
    return pd.DataFrame(
        {"beam": beam * (1 - np.nan_to_num(hidden)), "sky": sky * (1 - taken), "ground": ground}
    )


def _through_glass(rows: pd.DataFrame, array: Array, sun: pd.DataFrame) -> pd.Series[float]:
    """Light that reaches the cells; diffuse light comes in at 60 degrees on average. [W/m2]"""
    from pvlib import iam, irradiance

    aoi = irradiance.aoi(array.tilt_deg, array.azimuth_deg, sun["apparent_zenith"], sun["azimuth"])
    diffuse = float(iam.ashrae(60.0))
    light: pd.Series[float] = (
        rows["beam"] * iam.ashrae(aoi) + (rows["sky"] + rows["ground"]) * diffuse
    )
    return light


def _modules(
    inside: pd.Series[float], rows: pd.DataFrame, hourly: Hourly, array: Array
) -> pd.Series[float]:
    """Power of 1 kWp of modules. [W]"""
    from pvlib import pvsystem, temperature

    table = hourly.table
    cells = temperature.faiman(
        rows.sum(axis=1),
        table["air_c"],
        table["wind_m_s"],
        u0=array.heat_loss,
        u1=array.heat_loss_wind,
    )
    power: pd.Series[float] = pvsystem.pvwatts_dc(inside, cells, 1000.0, array.gamma_per_k)
    return power


def _inverted(power: pd.Series[float], array: Array) -> pd.Series[float]:
    from pvlib import inverter

    nominal = 1000.0 / array.dc_ac / array.inverter
    out: pd.Series[float] = inverter.pvwatts(power, nominal, eta_inv_nom=array.inverter)
    return out.fillna(0.0).clip(lower=0.0)
