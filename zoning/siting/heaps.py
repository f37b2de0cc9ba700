"""Photovoltaics on heaps and mines: what may stand, what fits, what it yields, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from zoning.catalog import Catalog
from zoning.facts.values import F8
from zoning.screening import Screening, screen
from zoning.sites import Sites
from zoning.siting.around import surroundings
from zoning.siting.eligibility import Eligibility, Progress, eligible
from zoning.siting.ground import ground_under
from zoning.siting.ledger import Ledger, ledger, pipeline_of
from zoning.siting.parts import Parts, heap_parts
from zoning.siting.preset import Preset
from zoning.siting.scoring import known_criteria, scores_of, unranked
from zoning.siting.sizing import areas_of, capacities
from zoning.siting.suitability import Ranking, Stability, stability, weighted_sum
from zoning.siting.suitability.sensitivity import deciding
from zoning.siting.sunlight import Yields, with_yields
from zoning.siting.sunshine import Sunshine
from zoning.solar import Energy, Sun

EDGE_M = 10.0
"""[m] Ground along the crest and the toe of a heap that carries no array. Illustrative."""


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
    sun : Sunshine
        What the yields are made of.
    yields : Yields or None
        None without a sun.
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
    sun: Sunshine
    yields: Yields | None
    ledger: Ledger
    notes: tuple[str, ...] = ()

    @property
    def energy(self) -> Energy | None:
        """Mean of the parts whose yield is told."""
        return None if self.yields is None else self.yields.energy

    @property
    def monthly(self) -> F8 | None:
        """Yield of each part. [kWh/kWp], [n, 12]"""
        return None if self.yields is None else self.yields.monthly


def study_heaps(
    preset: Preset,
    catalog: Catalog,
    raster: Path,
    *,
    as_of: date,
    sun: Sunshine | Sun | None = None,
    papers: Sites | None = None,
    pipeline: Sites | None = None,
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
    sun : Sunshine or Sun, optional
        See `sunshine`. Without it no yield is claimed.
    papers : Sites, optional
        See `heap_parts`.
    pipeline : Sites, optional
        Projects that are proposed or stand already, set against the target.
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
        ground_under(parts.sites, catalog, as_of, notes),
        surroundings(parts.geometry, catalog),
    )
    table = pd.concat([table, *map(pd.DataFrame, more)], axis=1)
    table = table.assign(**capacities(table, ha_per_mw))
    light = sun if isinstance(sun, Sunshine) else Sunshine.of(sun)
    table, yields = with_yields(table, parts.sites, catalog, light, as_of=as_of, notes=notes)
    listed = None if pipeline is None else pipeline_of(pipeline, catalog, rules, as_of=as_of)
    used, weight = known_criteria(table, weights, notes)
    scores = scores_of(table, used)
    ranking, stable = weighted_sum(scores, weight), stability(scores, weight, seed=520100)
    titles = tuple(title for _, title, _, _ in used)
    which = deciding(scores, weight)
    table = table.assign(
        score=ranking.total,
        rank=ranking.rank,
        rank_best=stable.best,
        rank_worst=stable.worst,
        decides=["" if k < 0 else titles[k] for k in which],
        unranked=unranked(table, scores),
    )
    return HeapStudy(
        parts,
        table,
        screening,
        found,
        ranking,
        stable,
        titles,
        light,
        yields,
        ledger(table, pipeline=listed),
        tuple(notes),
    )


def _judged(parts: Parts, screening: Screening) -> pd.DataFrame:
    views = {view.id: view for view in screening.projects()}
    decisions = [views[name].decision for name in parts.table["id"]]
    return parts.table.assign(
        decision=[decision.name.lower() for decision in decisions],
        decision_zh=[decision.zh for decision in decisions],
    )
