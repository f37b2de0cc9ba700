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
from zoning.errors import Fault, InputError
from zoning.facts.values import F8
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.overlay.surface import opened
from zoning.rules.grammar import parse_fact
from zoning.screening import Screening, screen
from zoning.sites import Sites
from zoning.siting.around import Neighbour, neighbours
from zoning.siting.eligibility import Eligibility, Progress, eligible
from zoning.siting.ledger import Ledger, ledger
from zoning.siting.parts import Parts, heap_parts
from zoning.siting.preset import Preset
from zoning.siting.sizing import areas_of, capacities
from zoning.siting.sky import COARSEST_M, horizon_at
from zoning.siting.suitability import Curve, Ranking, Stability, given, stability, weighted_sum
from zoning.siting.suitability.sensitivity import deciding
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
    terrain_class,
    yield_range,
)

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
        Mean of the parts inside the region; None without a sun.
    monthly : float array [n, 12] or None
        [kWh/kWp]
    ledger : Ledger
    notes : tuple of str
        What was left out, and why.
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
    notes: tuple[str, ...] = ()


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
    notes: list[str] = []
    more = (
        areas_of(parts, found, edge_m),
        _ground(parts, catalog, as_of, notes),
        _around(parts, catalog),
    )
    table = pd.concat([table, *map(pd.DataFrame, more)], axis=1)
    table = table.assign(**capacities(table, ha_per_mw))
    table, year, monthly = _yields(table, parts, catalog, sun)
    used, weight = _criteria(table, weights, notes)
    scores = _scores(table, used)
    ranking, stable = weighted_sum(scores, weight), stability(scores, weight, seed=520100)
    titles = tuple(title for _, title, _, _ in used)
    which = deciding(scores, weight)
    table = table.assign(
        score=ranking.total,
        rank=ranking.rank,
        rank_best=stable.best,
        rank_worst=stable.worst,
        decides=["" if k < 0 else titles[k] for k in which],
        unranked=_unranked(table, scores),
    )
    return HeapStudy(
        parts,
        table,
        screening,
        found,
        ranking,
        stable,
        titles,
        year,
        monthly,
        ledger(table),
        tuple(notes),
    )


def _criteria(
    table: pd.DataFrame, weights: Sequence[float] | None, notes: list[str]
) -> tuple[tuple[tuple[str, str, Curve, float], ...], F8]:
    """Criteria that something is known of, and their weights; say which were left out."""
    values = [w for *_, w in CRITERIA] if weights is None else list(weights)
    if len(values) != len(CRITERIA):
        raise InputError(
            Fault(
                zh=f"权重应有 {len(CRITERIA)} 个",
                en=f"{len(CRITERIA)} weights are wanted",
                value=str(len(values)),
                remedy_zh="、".join(title for _, title, _, _ in CRITERIA),
            )
        )
    known = [bool(table[name].notna().any()) for name, *_ in CRITERIA]
    gone = [title for (_, title, _, _), held in zip(CRITERIA, known, strict=True) if not held]
    if gone:
        notes.append(f"没有数据、未计入排序: {'、'.join(gone)}，其余权重按比例放大")
    used = tuple(c for c, held in zip(CRITERIA, known, strict=True) if held)
    kept = [value for value, held in zip(values, known, strict=True) if held]
    return used, np.asarray(given(kept).values if used else ())


def _unranked(table: pd.DataFrame, scores: F8) -> list[str]:
    """Why a part is not ranked; "" where it is."""
    lacking = np.asarray(np.isnan(scores).any(axis=1), dtype=np.bool_)
    reasons = []
    for k, (_, row) in enumerate(table.iterrows()):
        if row["decision"] == "forbid":
            reasons.append("判定不通过")
        elif np.isnan(row["low_mw"]):
            reasons.append("在辖区外，未核")
        elif row["ready"] is None:
            reasons.append("管理类别或状态不明")
        elif not row["ready"]:
            reasons.append("门槛未过")
        elif row["usable_ha"] + row["unclear_ha"] == 0:
            reasons.append("没有可用面积")
        else:
            reasons.append("有指标缺数据" if lacking[k] else "")
    return reasons


def _judged(parts: Parts, screening: Screening) -> pd.DataFrame:
    views = {view.id: view for view in screening.projects()}
    decisions = [views[name].decision for name in parts.table["id"]]
    return parts.table.assign(
        decision=[decision.name.lower() for decision in decisions],
        decision_zh=[decision.zh for decision in decisions],
    )


def _ground(parts: Parts, catalog: Catalog, as_of: date, notes: list[str]) -> dict[str, object]:
    """Slope, height and karst under each part; NaN where the raster is absent or too coarse."""
    coarse = {name for name in ("slope", "dem") if _too_coarse(catalog, name, notes)}
    held = set(catalog.layers) - coarse
    refs = [parse_fact(text) for text in FACTS if text.partition(".")[0] in held]
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


def _too_coarse(catalog: Catalog, name: str, notes: list[str]) -> bool:
    """Whether a raster's cells are too wide for a site; say so."""
    layer = catalog.layers.get(name)
    if not isinstance(layer, RasterLayer):
        return False
    with opened(layer, catalog.crs) as surface:
        width = max(surface.width, surface.height)
    if width > COARSEST_M:
        notes.append(f"{layer.title}像元 {width:.0f} m，太粗，不说坡度和高差（真坡度会被削平）")
    return width > COARSEST_M


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
    table: pd.DataFrame, parts: Parts, catalog: Catalog, sun: Monthly | None
) -> tuple[pd.DataFrame, Energy | None, F8 | None]:
    """Yield of each part inside the region: one tilt for all, its own height and horizon."""
    inside = np.flatnonzero(table["low_mw"].notna())
    if sun is None or not len(inside):
        return table, None, None
    points = np.asarray(shapely.point_on_surface(parts.geometry), dtype=object)
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


def _scores(table: pd.DataFrame, used: Sequence[tuple[str, str, Curve, float]]) -> F8:
    """Scores of the parts whose gate is behind them and that nothing forbids; NaN: not ranked."""
    scores = np.empty((len(table), len(used)))
    for k, (name, _, curve, _) in enumerate(used):
        scores[:, k] = curve.score(table[name].to_numpy(np.float64))
    ready = np.asarray([bool(value) for value in table["ready"]], dtype=np.bool_)
    out = (table["decision"] == "forbid") | ~(table["usable_ha"] + table["unclear_ha"] > 0)
    scores[out.to_numpy() | ~ready] = np.nan
    return scores
