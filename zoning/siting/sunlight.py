"""Yield of arrays on sites: one tilt for all, the height and horizon of each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.crs import GEOGRAPHIC, project
from zoning.facts.values import F8
from zoning.layers import RasterLayer
from zoning.siting.sky import horizon_at
from zoning.solar import (
    Array,
    Energy,
    Horizon,
    Monthly,
    Place,
    avoided_t,
    best_tilt,
    energy,
    hours_of_months,
    mean_energy,
    yield_range,
)

YEARS = 0.069
"""Standard deviation of annual irradiation from year to year, of station 57816 (Guiyang), 1970 to
2017, China Solar Radiation Daily Dataset; by `zoning.solar.year_to_year`. [1]"""


def with_yields(
    table: pd.DataFrame, shapes: NDArray[np.object_], catalog: Catalog, sun: Monthly | None
) -> tuple[pd.DataFrame, Energy | None, F8 | None]:
    """Yield of each site inside the region: one tilt for all, its own height and horizon."""
    inside = np.flatnonzero(table["low_mw"].notna())
    if sun is None or not len(inside):
        return table, None, None
    points = np.asarray(shapely.point_on_surface(shapes), dtype=object)
    degrees = project(points, catalog.crs, GEOGRAPHIC)
    lon, lat = shapely.get_x(degrees), shapely.get_y(degrees)
    middle = Place(float(lat[inside].mean()), float(lon[inside].mean()), sun.altitude_m)
    array = best_tilt(hours_of_months(sun, middle), Array(20.0))
    dem = catalog.layers.get("dem")
    years = []
    for k in inside:
        height = float(table["altitude_m"].iloc[k])
        place = Place(float(lat[k]), float(lon[k]), sun.altitude_m if np.isnan(height) else height)
        view = _horizon(dem, points[k], catalog.crs)
        years.append(energy(hours_of_months(sun, place), array, horizon=view))
    monthly = np.full((len(table), 12), np.nan)
    monthly[inside] = [year.monthly for year in years]
    p50 = monthly.sum(axis=1)
    spread = yield_range(1.0, years=YEARS)
    low, high = table["low_mw"].to_numpy(np.float64), table["high_mw"].to_numpy(np.float64)
    gwh = low * p50 * spread.p90 / 1000, high * p50 * spread.p10 / 1000
    table = table.assign(
        tilt_deg=array.tilt_deg,
        yield_kwh_kwp=p50,
        yield_p90=p50 * spread.p90,
        yield_p10=p50 * spread.p10,
        gwh_low=gwh[0],
        gwh_high=gwh[1],
        tco2_low=[avoided_t(value * 1000) for value in gwh[0]],
        tco2_high=[avoided_t(value * 1000) for value in gwh[1]],
    )
    return table, mean_energy(years), monthly


def _horizon(dem: object, point: shapely.Point, crs: str) -> Horizon | None:
    if not isinstance(dem, RasterLayer):
        return None
    heights = horizon_at(dem, point, crs)
    return None if heights is None else Horizon(heights, dem.title)
