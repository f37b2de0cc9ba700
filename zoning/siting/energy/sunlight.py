"""Yield of arrays on sites: one tilt for all, the height, horizon and annual sun of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import shapely

from zoning.arrays import Floats
from zoning.catalog import Catalog
from zoning.crs import GEOGRAPHIC, project
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.rules.grammar import parse_fact
from zoning.sites import Sites
from zoning.siting.energy.horizon import horizon_at
from zoning.siting.energy.rows import rows_on
from zoning.siting.energy.sunshine import RASTER, Sunshine, refuse_impossible
from zoning.siting.figures.under import COARSEST_M, cell_width
from zoning.solar import (
    Array,
    Energy,
    Horizon,
    Place,
    Range,
    avoided_t,
    best_tilt,
    energy,
    mean_energy,
    yield_range,
)

YEARS = 0.069
"""Standard deviation of annual irradiation from year to year, of station 57816 (Guiyang), 1970 to
2017, China Solar Radiation Daily Dataset; by `zoning.solar.year_to_year`. [1]"""
YEARS_SOURCE = "贵阳 57816 站 1970–2017 年总辐射（CDSRD，模拟序列）"


@dataclass(frozen=True, slots=True, eq=False)
class Yields:
    """What the sun gives to the sites.

    Parameters
    ----------
    energy : Energy
        Mean of the sites that are told.
    monthly : float array [n, 12]
        [kWh/kWp]; NaN where nothing is told.
    array : Array
    spread : Range
        Of one.
    """

    energy: Energy
    monthly: Floats
    array: Array
    spread: Range


def with_yields(
    table: pd.DataFrame,
    sites: Sites,
    catalog: Catalog,
    sun: Sunshine,
    *,
    as_of: date,
    notes: list[str],
) -> tuple[pd.DataFrame, Yields | None]:
    """Yield of each site inside the region: one tilt for all, its own height, horizon and total.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``low_mw``, ``high_mw``, ``altitude_m``.
    sites : Sites [n]
    catalog : Catalog
        For the elevation model, and the raster of irradiation.
    sun : Sunshine
    as_of : date
    notes : list of str
        What could not be taken into account is added.
    """
    totals = _totals(sites, catalog, sun, as_of)
    told = table["low_mw"].notna().to_numpy() & ~(np.isnan(totals) & sun.scaled)
    missed = int(table["low_mw"].notna().sum() - told.sum())
    if missed and sun.known:
        notes.append(f"{missed} 个分区没有 GHI 栅格值，不估发电量")
    if not sun.known or not told.any():
        return table, None
    places = _places(sites, catalog, table["altitude_m"].to_numpy(np.float64), sun, told, notes)
    at = np.flatnonzero(told)
    mean = Place(
        float(np.mean([place.lat for place in places])),
        float(np.mean([place.lon for place in places])),
        sun.altitude_m,
    )
    middle = sun.hours(mean, float(totals[at].mean()) if sun.scaled else None)
    array = best_tilt(middle, Array(20.0))
    views = _views(sites, catalog, at, notes)
    years = [
        energy(sun.hours(place, float(totals[k]) if sun.scaled else None), array, horizon=view)
        for k, place, view in zip(at, places, views, strict=True)
    ]
    monthly = np.full((len(table), 12), np.nan)
    monthly[at] = [year.monthly for year in years]
    found = Yields(_mean(years), monthly, array, yield_range(1.0, years=YEARS))
    if sun.scaled:
        table = table.assign(ghi_kwh_m2=totals)
    lats = np.full(len(table), np.nan)
    lats[at] = [place.lat for place in places]
    rows = rows_on(sites.geometry, lats, catalog, array)
    return _with_columns(table, found).assign(**rows), found


def _mean(years: list[Energy]) -> Energy:
    """Mean, its source free of what is one site's own."""
    return mean_energy(years) if len({year.source for year in years}) == 1 else replace(
        mean_energy(years), source=max((year.source for year in years), key=len)
    )  # fmt: skip


def _with_columns(table: pd.DataFrame, found: Yields) -> pd.DataFrame:
    p50, spread, array = found.monthly.sum(axis=1), found.spread, found.array
    low, high = table["low_mw"].to_numpy(np.float64), table["high_mw"].to_numpy(np.float64)
    gwh = low * p50 * spread.p90 / 1000, high * p50 * spread.p10 / 1000
    silent = np.isnan(p50)
    return table.assign(
        tilt_deg=np.where(silent, np.nan, array.tilt_deg),
        yield_kwh_kwp=p50,
        yield_p90=p50 * spread.p90,
        yield_p10=p50 * spread.p10,
        capacity_factor=p50 / 8760,
        gwh_low=gwh[0],
        gwh_high=gwh[1],
        tco2_low=[avoided_t(value * 1000) for value in gwh[0]],
        tco2_high=[avoided_t(value * 1000) for value in gwh[1]],
    )


def _totals(sites: Sites, catalog: Catalog, sun: Sunshine, as_of: date) -> Floats:
    """Annual irradiation of each site by the raster; NaN without one. [kWh/(m2 a)]"""
    if sun.raster is None or not sun.scaled:
        return np.full(len(sites), np.nan)
    refs = [parse_fact(f"{RASTER}.mean")]
    facts = measure(sites, refs, open_views(catalog, refs), as_of=as_of)
    totals = np.asarray(facts.numbers(f"{RASTER}.mean").measured, dtype=np.float64)
    refuse_impossible(totals[~np.isnan(totals)], sun.raster)
    return totals


def _places(
    sites: Sites,
    catalog: Catalog,
    heights: Floats,
    sun: Sunshine,
    told: np.typing.NDArray[np.bool_],
    notes: list[str],
) -> list[Place]:
    """Where each told site stands; its height is the sun's own where it is not known."""
    points = np.asarray(shapely.point_on_surface(sites.geometry[told]), dtype=object)
    degrees = project(points, catalog.crs, GEOGRAPHIC)
    own = heights[told]
    if unknown := int(np.isnan(own).sum()):
        notes.append(f"{unknown} 个分区高程未知，气温按海拔 {sun.altitude_m:.0f} m")
    own = np.where(np.isnan(own), sun.altitude_m, own)
    return [
        Place(float(y), float(x), float(z))
        for x, y, z in zip(shapely.get_x(degrees), shapely.get_y(degrees), own, strict=True)
    ]


def _views(
    sites: Sites, catalog: Catalog, at: np.typing.NDArray[np.intp], notes: list[str]
) -> list[Horizon | None]:
    """Horizon of each told site; says where none can be told."""
    dem = catalog.layers.get("dem")
    if not isinstance(dem, RasterLayer):
        notes.append("没有高程模型 dem，没有计地形遮挡 no terrain shading")
        return [None] * len(at)
    if (width := cell_width(dem, catalog.crs)) > COARSEST_M:
        notes.append(f"{dem.title}像元 {width:.0f} m，太粗，没有计地形遮挡 no terrain shading")
        return [None] * len(at)
    heights = [
        horizon_at(dem, shapely.point_on_surface(sites.geometry[k]), catalog.crs) for k in at
    ]
    if unknown := sum(height is None for height in heights):
        notes.append(f"{unknown} 个分区高程未知，没有计地形遮挡 no terrain shading")
    return [None if height is None else Horizon(height, dem.title) for height in heights]
