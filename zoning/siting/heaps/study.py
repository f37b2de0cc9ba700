"""Photovoltaics on heaps and mines: what may stand, what fits, what it yields, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.catalog import Catalog
from zoning.measure import open_views
from zoning.rules.grammar import FactRef
from zoning.screening import Screening, screen
from zoning.screening.run import sources_of
from zoning.screening.views import Source
from zoning.sites import Sites
from zoning.siting.cells.eligibility import Eligibility, Progress, eligible
from zoning.siting.criteria import Ranking, Stability
from zoning.siting.criteria.model import Model
from zoning.siting.energy.sunlight import Yields, with_yields
from zoning.siting.energy.sunshine import Sunshine
from zoning.siting.figures.downstream import flow_said
from zoning.siting.figures.karst import karst_under
from zoning.siting.figures.neighbours import surroundings
from zoning.siting.figures.terrain import receptors_below
from zoning.siting.figures.under import ground_under
from zoning.siting.heaps.from_raster import RASTER
from zoning.siting.heaps.papers import Papers
from zoning.siting.heaps.parts import LAYER, SEEN, From, Parts, heap_parts
from zoning.siting.heaps.sizing import areas_of, capacities
from zoning.siting.presets.preset import Preset
from zoning.siting.presets.setbacks import Setbacks
from zoning.siting.scores.scored import Suitability, suitable
from zoning.siting.scores.scoring import Scored, askable, rank_sites, score_sites
from zoning.siting.target import RESERVED, Ledger, ledger, pipeline_of
from zoning.solar import Energy, Sun

DESCRIBED = (
    "slope", "dem", "karst", "karst_zone", "spring_catchment", "substation", "road", "receptor",
    "waste_heap_class", "ghi", "dam", "drainage",
)  # fmt: skip
"""Layers that every part is told of, as far as they are held."""


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
    scored : Scored
        By the preset's preferences.
    sun : Sunshine
        What the yields are made of.
    yields : Yields or None
        None without a sun.
    ledger : Ledger
    suitability : Suitability or None
        Scores of the cells, beside their eligibility; None without a criterion of a point.
    sources : tuple of Source
        Layers that describe and score the parts, beside those that were judged.
    notes : tuple of str
        What was left out, and why.
    """

    parts: Parts
    table: pd.DataFrame
    screening: Screening
    found: Eligibility
    scored: Scored
    sun: Sunshine
    yields: Yields | None
    ledger: Ledger
    suitability: Suitability | None = None
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def energy(self) -> Energy | None:
        """Mean of the parts whose yield is told."""
        return None if self.yields is None else self.yields.energy

    @property
    def monthly(self) -> Floats | None:
        """Yield of each part. [kWh/kWp], [n, 12]"""
        return None if self.yields is None else self.yields.monthly

    @property
    def geometry(self) -> NDArray[np.object_]:
        """Polygons of the parts, in the work CRS."""
        return self.parts.geometry

    @property
    def grid(self) -> None:
        """Parts are drawn as they are, not made of cells: distances are from their edges."""

    @property
    def ranking(self) -> Ranking:
        """Totals, ranks, and what each criterion adds."""
        return self.scored.ranking

    @property
    def stability(self) -> Stability:
        """Ranks under drawn weights."""
        return self.scored.stability

    @property
    def criteria(self) -> tuple[str, ...]:
        """Titles of the criteria, in the order of the ranking's columns."""
        return self.scored.model.titles

    @property
    def scores(self) -> Floats:
        """Score of each part on each criterion. [n, criteria]"""
        return self.scored.scores

    @property
    def weights(self) -> Floats:
        """What each criterion weighs; they sum to 1. [criteria]"""
        return self.scored.model.weights


def study_heaps(
    preset: Preset,
    catalog: Catalog,
    raster: Path,
    *,
    as_of: date,
    sun: Sunshine | Sun | None = None,
    papers: Papers | None = None,
    pipeline: Sites | None = None,
    source: From | None = None,
    resolution_m: float = 10.0,
    ha_per_mw: tuple[float, float] | None = None,
    setbacks: Setbacks | None = None,
    progress: Progress | None = None,
) -> HeapStudy:
    """Study every part of the catalog's heap layer.

    Parameters
    ----------
    preset : Preset
        Such as ``pv-heaps``.
    catalog : Catalog
    raster : Path
        Eligibility of the cells, written there; their suitability beside it.
    as_of : date
    sun : Sunshine or Sun, optional
        See `sunshine`. Without it no yield is claimed.
    papers : Papers, optional
        See `read_papers` and `heap_parts`.
    pipeline : Sites, optional
        Projects that are proposed or stand already, set against the target.
    source : {"polygons", "raster", "both"}, optional
        See `heap_parts`.
    resolution_m : float
        Of the cells that usable ground is counted by. [m]
    ha_per_mw : pair of float, optional
        Land for a megawatt; the range observed on real heaps by default.
    setbacks : Setbacks, optional
        What of a part carries no array; those of the preset by default.
    progress : callable, optional

    Returns
    -------
    HeapStudy
    """
    parts = heap_parts(catalog, preset, papers=papers, source=source)
    rules = preset.rule_set()
    screening = screen(parts.sites, catalog, rules, as_of=as_of)
    whence = {RASTER if source == SEEN else LAYER for source in parts.table["source"]}
    found = eligible(
        preset.without(LAYER), catalog, raster, as_of=as_of, resolution_m=resolution_m,
        ground=parts.geometry, ground_of=whence, progress=progress,
    )  # fmt: skip
    scores = suitable(found, catalog, raster.with_name(f"{raster.stem}-suitability.tif"))
    table = _judged(parts, screening)
    notes: list[str] = [*parts.notes, *found.cautions]
    more: tuple[dict[str, object], ...] = (
        areas_of(parts, found, setbacks, catalog=catalog, notes=notes),
        ground_under(parts.sites, catalog, as_of, notes),
        karst_under(parts.sites, catalog, as_of),
        surroundings(parts.geometry, catalog),
        {"receptor_downstream": receptors_below(parts.sites, catalog, as_of)},
        dict(flow_said(parts.geometry, catalog)),
    )
    table = pd.concat([table, *map(pd.DataFrame, more)], axis=1)
    table = table.assign(**capacities(table, ha_per_mw))
    light = sun if isinstance(sun, Sunshine) else Sunshine.of(sun)
    table, yields = with_yields(table, parts.sites, catalog, light, as_of=as_of, notes=notes)
    listed = None if pipeline is None else pipeline_of(pipeline, catalog, rules, as_of=as_of)
    model = askable(found.preset.preferences(), catalog, notes)
    values = score_sites(model, parts.sites, table, catalog, as_of=as_of)
    scored = rank_sites(model, values, _not_ranked(table), notes)
    table = pd.concat([table, scored.columns()], axis=1)
    table = table.assign(unranked=_why_unranked(table, scored))
    return HeapStudy(
        parts,
        table,
        screening,
        found,
        scored,
        light,
        yields,
        ledger(table, pipeline=listed),
        scores,
        _described_by(model, catalog),
        tuple(dict.fromkeys((*notes, *(scores.notes if scores is not None else ())))),
    )


def _described_by(model: Model, catalog: Catalog) -> tuple[Source, ...]:
    """Layers that the table's figures and scores come from."""
    asked = [criterion.fact for criterion in model.criteria if not criterion.of_site]
    views = open_views(catalog, [*asked, *(FactRef(layer, "mean") for layer in DESCRIBED)])
    return sources_of(catalog, views)


def _judged(parts: Parts, screening: Screening) -> pd.DataFrame:
    views = {view.id: view for view in screening.projects()}
    decisions = [views[name].decision for name in parts.table["id"]]
    return parts.table.assign(
        decision=[decision.name.lower() for decision in decisions],
        decision_zh=[decision.zh for decision in decisions],
    )


def _not_ranked(table: pd.DataFrame) -> Mask:
    """Parts that are forbidden, short of their gate, kept for reuse, or without ground."""
    return np.asarray([reason != "" for reason in _reasons(table)], np.bool_)


def _why_unranked(table: pd.DataFrame, scored: Scored) -> list[str]:
    """Why a part is not ranked; "" where it is."""
    lacking = [f"缺数据: {titles}" if titles else "" for titles in scored.lacking()]
    reasons = [first or then for first, then in zip(_reasons(table), lacking, strict=True)]
    nothing = "" if scored.model.criteria else "没有可用的准则"
    return [reason or nothing for reason in reasons]


def uncounted(row: pd.Series[float]) -> str:
    """Why no ground of a part was looked at, from its ``outside_ha`` and ``edge_ha``.

    Examples
    --------
    >>> uncounted(pd.Series({"outside_ha": 3.0, "edge_ha": 0.0}))
    '在辖区外，未核'
    """
    outside, edge = row["outside_ha"] > 0, row["edge_ha"] > 0
    if edge:
        where = "一部分在辖区外，辖区内的" if outside else ""
        return f"{where}全在边缘退距内，没有可用面积"
    return "在辖区外，未核" if outside else "没有格落在上面（格网太粗、部位太窄），未核"


def _reasons(table: pd.DataFrame) -> list[str]:
    reasons = []
    for _, row in table.iterrows():
        if row["decision"] == "forbid":
            reasons.append("判定不通过")
        elif np.isnan(row["low_mw"]):
            reasons.append(uncounted(row))
        elif not row["ready"]:  # None: regime or state is not known
            reasons.append(str(row["ready_zh"]))
        elif row["reserved"]:
            reasons.append(RESERVED)
        else:
            ground = row["usable_ha"] + row["unclear_ha"]
            reasons.append("" if ground > 0 else "没有可用面积")
    return reasons
