"""Photovoltaics on heaps and mines: what may stand, what fits, what it yields, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from zoning.catalog import Catalog
from zoning.crs import GEOGRAPHIC, project
from zoning.facts.values import F8
from zoning.grid import Grid
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.overlay.burn import within
from zoning.overlay.outlines import Outlines
from zoning.rules.grammar import parse_fact
from zoning.screening import Screening, screen
from zoning.sites import Sites
from zoning.siting.around import Neighbour, neighbours
from zoning.siting.eligibility import Eligibility, Progress, eligible
from zoning.siting.ledger import Ledger, ledger
from zoning.siting.parts import Parts, heap_parts
from zoning.siting.preset import Preset
from zoning.siting.sky import horizon_at
from zoning.siting.suitability import Curve, Ranking, Stability, given, stability, weighted_sum
from zoning.siting.suitability.sensitivity import deciding
from zoning.siting.verdicts import FORBIDDEN, UNDETERMINED, USABLE
from zoning.solar import (
    Array,
    Energy,
    Horizon,
    Monthly,
    Place,
    avoided_t,
    best_tilt,
    capacity,
    energy,
    hours_of_months,
    terrain_class,
    yield_range,
)

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first

EDGE_M = 10.0
"""[m] Ground along the crest and the toe of a heap that carries no array. Illustrative."""
YEARS = 0.069
"""Standard deviation of annual irradiation from year to year, of station 57816 (Guiyang), 1970 to
2017, China Solar Radiation Daily Dataset; by `zoning.solar.year_to_year`. [1]"""
FACTS = (
    "slope.mean", "slope.p90", "dem.mean", "dem.min", "dem.max", "karst.share(强发育)",
)  # fmt: skip

CRITERIA: tuple[tuple[str, str, Curve, float], ...] = (
    ("usable_ha", "可用面积", Curve(((2.0, 0.0), (40.0, 1.0))), 0.30),
    ("slope_mean_deg", "平均坡度", Curve(((3.0, 1.0), (20.0, 0.2), (30.0, 0.0))), 0.20),
    ("substation_m", "距变电站", Curve(((1000.0, 1.0), (10_000.0, 0.0))), 0.20),
    ("road_m", "距道路", Curve(((200.0, 1.0), (2000.0, 0.0))), 0.10),
    ("strong_karst", "强岩溶占比", Curve(((0.0, 1.0), (1.0, 0.0))), 0.20),
)
"""Column, title, preference and weight. All illustrative: a planner's to change."""


@dataclass(frozen=True, slots=True, eq=False)
class HeapStudy:
    """Parts of heaps and mines, judged, measured and ranked.

    Parameters
    ----------
    parts : Parts
    table : pandas.DataFrame [n]
        One row a part, in the order of the layer: what `Parts` says, ``decision``,
        ``decision_zh``, areas [ha], figures of ground, neighbours, capacity [MW], yield
        [kWh/kWp], energy [GWh/a], carbon [t/a], score, rank, what decided.
    screening : Screening
        The parts as sites; its projects are the parts.
    found : Eligibility
        Cells of the ground on heaps.
    ranking : Ranking
    stability : Stability
    criteria : tuple of str
        Titles, in the order of the ranking's columns.
    energy : Energy or None
        Of the array at the middle of the region; None without a sun.
    monthly : float array [n, 12] or None
        [kWh/kWp]
    ledger : Ledger
    """

    parts: Parts
    table: pd.DataFrame
    screening: Screening
    found: Eligibility
    ranking: Ranking
    stability: Stability
    criteria: tuple[str, ...]
    energy: Energy | None
    monthly: F8 | None
    ledger: Ledger


def study_heaps(
    preset: Preset,
    catalog: Catalog,
    raster: Path,
    *,
    as_of: date,
    sun: Monthly | None = None,
    papers: Sites | None = None,
    resolution_m: float = 10.0,
    ha_per_mw: tuple[float, float] | None = None,
    edge_m: float = EDGE_M,
    weights: Sequence[float] | None = None,
    progress: Progress | None = None,
) -> HeapStudy:
    """Study every part of the catalog's heap layer.

    Parameters
    ----------
    preset : Preset
        Such as ``pv-heaps``.
    catalog : Catalog
    raster : Path
        Eligibility of the cells, written there.
    as_of : date
    sun : Monthly, optional
        Without it no yield is claimed.
    papers : Sites, optional
        See `heap_parts`.
    resolution_m : float
        Of the cells that usable ground is counted by. [m]
    ha_per_mw : pair of float, optional
        Land for a megawatt; the range observed on real heaps by default.
    edge_m : float
        Ground along the edge of a part that carries no array. [m]
    weights : sequence of float, optional
        Of `CRITERIA`; theirs by default.
    progress : callable, optional

    Returns
    -------
    HeapStudy
    """
    parts = heap_parts(catalog, preset, papers=papers)
    rules = preset.rule_set()
    screening = screen(parts.sites, catalog, rules, as_of=as_of)
    found = eligible(
        preset, catalog, raster, as_of=as_of, resolution_m=resolution_m, progress=progress
    )
    table = _judged(parts, screening)
    more = (_areas(parts, found, edge_m), _ground(parts, catalog, as_of), _around(parts, catalog))
    table = pd.concat([table, *map(pd.DataFrame, more)], axis=1)
    fits = [capacity(ha, ha_per_mw=ha_per_mw) for ha in table["usable_ha"]]
    table = table.assign(low_mw=[c.low_mw for c in fits], high_mw=[c.high_mw for c in fits])
    middle_mw = np.asarray([c.middle_mw for c in fits])
    table, year, monthly = _yields(table, middle_mw, parts, catalog, sun)
    weight = np.asarray(given(weights or [w for *_, w in CRITERIA]).values)
    scores = _scores(table)
    ranking, stable = weighted_sum(scores, weight), stability(scores, weight, seed=520100)
    titles = tuple(title for _, title, _, _ in CRITERIA)
    which = deciding(scores, weight)
    table = table.assign(
        score=ranking.total,
        rank=ranking.rank,
        rank_best=stable.best,
        rank_worst=stable.worst,
        decides=["" if k < 0 else titles[k] for k in which],
    )
    return HeapStudy(
        parts, table, screening, found, ranking, stable, titles, year, monthly, ledger(table)
    )


def _judged(parts: Parts, screening: Screening) -> pd.DataFrame:
    views = {view.id: view for view in screening.projects()}
    decisions = [views[name].decision for name in parts.table["id"]]
    return parts.table.assign(
        decision=[decision.name.lower() for decision in decisions],
        decision_zh=[decision.zh for decision in decisions],
    )


def _areas(parts: Parts, found: Eligibility, edge_m: float) -> dict[str, object]:
    """Ground of each part by what the cells say of it, the edge left out. [ha]"""
    names = ("usable_ha", "unclear_ha", "forbidden_ha", "edge_ha")
    sums = np.zeros((len(parts.table), len(names)))
    with rasterio.open(found.raster) as file:
        for k, shape in enumerate(parts.geometry):
            sums[k] = _one_area(shape, found.grid, file, edge_m)
    hectares = found.grid.res**2 / 1e4
    columns: dict[str, object] = dict(zip(names, (sums * hectares).T, strict=True))
    return columns | {"area_ha": parts.sites.table["declared_m2"].to_numpy(np.float64) / 1e4}


def _one_area(
    shape: shapely.Geometry, grid: Grid, file: rasterio.DatasetReader, edge_m: float
) -> F8:
    west, south, east, north = shapely.bounds(shape).tolist()
    row0, col0 = int((grid.y1 - north) / grid.res), int((west - grid.x0) / grid.res)
    row1, col1 = int((grid.y1 - south) / grid.res) + 1, int((east - grid.x0) / grid.res) + 1
    row0, col0 = max(row0, 0), max(col0, 0)
    row1, col1 = min(row1, grid.height), min(col1, grid.width)
    if row0 >= row1 or col0 >= col1:
        return np.zeros(4)  # beyond the region
    local = Grid(
        grid.crs,
        grid.x0 + col0 * grid.res,
        grid.y1 - row0 * grid.res,
        grid.res,
        col1 - col0,
        row1 - row0,
    )
    window = ((row0, row0 + local.height), (col0, col0 + local.width))
    value = file.read(1, window=window)
    outline = Outlines.of(np.asarray([shape], dtype=object))
    inside = within(outline, local)
    inner = within(outline, local, reach_m=-edge_m) if edge_m > 0 else inside
    masks = (np.isin(value, USABLE), np.isin(value, UNDETERMINED), value == FORBIDDEN)
    return np.asarray([*((inner & mask).sum() for mask in masks), (inside & ~inner).sum()], float)


def _ground(parts: Parts, catalog: Catalog, as_of: date) -> dict[str, object]:
    """Slope, height and karst under each part; NaN where the raster is absent or too coarse."""
    refs = [parse_fact(text) for text in FACTS if text.partition(".")[0] in catalog.layers]
    facts = measure(parts.sites, refs, open_views(catalog, refs), as_of=as_of)
    found = {
        str(ref): facts.numbers(str(ref)).measured
        for ref in refs
        if isinstance(catalog.layers[ref.layer], RasterLayer)
    }
    nothing = np.full(len(parts.table), np.nan)
    slope = found.get("slope.mean", nothing)
    relief = found.get("dem.max", nothing) - found.get("dem.min", nothing)
    known = ~np.isnan(slope) & ~np.isnan(relief)
    classes = [
        terrain_class(s, r) if ok else "" for s, r, ok in zip(slope, relief, known, strict=True)
    ]
    return {
        "slope_mean_deg": slope,
        "slope_p90_deg": found.get("slope.p90", nothing),
        "altitude_m": found.get("dem.mean", nothing),
        "relief_m": relief,
        "terrain_class": classes,
        "strong_karst": found.get("karst.share(强发育)", nothing),
    }


def _around(parts: Parts, catalog: Catalog) -> dict[str, object]:
    """Distances and directions to what an array needs and to whom it may matter."""
    n = len(parts.table)
    columns: dict[str, object] = {}
    for layer in ("substation", "road", "receptor"):
        near = neighbours(parts.geometry, layer, catalog) or [Neighbour(np.nan, "", {})] * n
        columns[f"{layer}_m"] = [item.distance_m for item in near]
        columns[f"{layer}_bearing"] = [item.bearing for item in near]
        if layer == "substation":
            columns["substation_kv"] = [item.words.get("kv", np.nan) for item in near]
            columns["substation_spare_mw"] = [item.words.get("spare_mw", np.nan) for item in near]
    return columns


def _yields(
    table: pd.DataFrame, middle_mw: F8, parts: Parts, catalog: Catalog, sun: Monthly | None
) -> tuple[pd.DataFrame, Energy | None, F8 | None]:
    """Yield of each part: one tilt for all, its own height and horizon."""
    if sun is None or not len(table):
        return table, None, None
    points = np.asarray(shapely.point_on_surface(parts.geometry), dtype=object)
    degrees = project(points, catalog.crs, GEOGRAPHIC)
    lon, lat = shapely.get_x(degrees), shapely.get_y(degrees)
    middle = Place(float(lat.mean()), float(lon.mean()), sun.altitude_m)
    hours = hours_of_months(sun, middle)
    array = best_tilt(hours, Array(20.0))
    dem = catalog.layers.get("dem")
    monthly = np.full((len(table), 12), np.nan)
    for k, (point, height) in enumerate(zip(points, table["altitude_m"], strict=True)):
        place = Place(float(lat[k]), float(lon[k]), height if height == height else sun.altitude_m)
        view = _horizon(dem, point, catalog.crs)
        monthly[k] = energy(hours_of_months(sun, place), array, horizon=view).monthly
    p50 = monthly.sum(axis=1)
    spread = yield_range(1.0, years=YEARS)
    gwh = middle_mw * p50 / 1000
    table = table.assign(
        tilt_deg=array.tilt_deg,
        yield_kwh_kwp=p50,
        yield_p90=p50 * spread.p90,
        yield_p10=p50 * spread.p10,
        gwh_low=table["low_mw"] * p50 * spread.p90 / 1000,
        gwh=gwh,
        gwh_high=table["high_mw"] * p50 * spread.p10 / 1000,
        tco2=[avoided_t(value * 1000) for value in gwh],
    )
    return table, energy(hours, array), monthly


def _horizon(dem: object, point: shapely.Point, crs: str) -> Horizon | None:
    if not isinstance(dem, RasterLayer):
        return None
    heights = horizon_at(dem, point, crs)
    return None if heights is None else Horizon(heights, dem.title)


def _scores(table: pd.DataFrame) -> F8:
    """Scores of the parts that nothing forbids; NaN rows are not ranked."""
    scores = np.column_stack(
        [curve.score(table[name].to_numpy(np.float64)) for name, _, curve, _ in CRITERIA]
    )
    scores[(table["decision"] == "forbid") | (table["usable_ha"] + table["unclear_ha"] == 0)] = (
        np.nan
    )
    return scores
