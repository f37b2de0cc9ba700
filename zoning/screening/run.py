"""Screen: measure and judge, by chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
import pandas as pd

from zoning.catalog import Catalog
from zoning.determinations import Determination
from zoning.errors import Fault, InputError
from zoning.facts.scratch import FactsGatherer
from zoning.facts.vocabulary import LAYERS
from zoning.layers import content_hash
from zoning.measure import Views, measure, open_views
from zoning.measure.accuracy import is_point
from zoning.measure.run import ground_of, measure_drawn
from zoning.measure.units import unit_shares
from zoning.rules.assume import NOTHING, Assumptions
from zoning.rules.grammar import FactRef, parse_fact
from zoning.rules.judge import FindingsGatherer, asked, judge, ranges
from zoning.rules.model import RuleSet
from zoning.screening.evidence import companions
from zoning.screening.screening import Screening
from zoning.screening.views import Source
from zoning.sites import COLUMNS, Sites
from zoning.version import __version__

_SURVEY = "document_boundary"
Progress = Callable[[int, int], None]

# Bottom lines that every conclusion prints, whether a rule of the set names them or not
BOTTOM_LINES = ("redline", "basic_farmland", "water_source", "protected_area")
_PRINTED = tuple(
    parse_fact(f"{layer}.{measure}")
    for layer in BOTTOM_LINES
    for measure in ("meets", "overlap_area", "overlap_length", "distance")
)


def wanted_facts(rules: RuleSet) -> tuple[FactRef, ...]:
    """Return what is measured: facts of the rules, their figures, and the bottom lines."""
    refs = {str(ref): ref for ref in (*rules.facts, *companions(rules.facts), *_PRINTED)}
    return tuple(refs[name] for name in sorted(refs))


def sources_of(catalog: Catalog, views: Views) -> tuple[Source, ...]:
    """Return the layers that were used, as they were used."""
    used = sorted({*views.vectors, *views.rasters, catalog.region} & set(catalog.layers))
    layers = [catalog.layers[name] for name in used]
    return tuple(
        Source(
            layer.name,
            layer.title,
            layer.source,
            layer.date,
            layer.licence,
            layer.accuracy_m,
            layer.accuracy_default,
            layer.coverage or "",
            layer.share,
            layer.synthetic,
            content_hash(layer),
        )
        for layer in layers
    )


def _units(sites: Sites, views: Views, start: int) -> pd.DataFrame:
    layer = views.catalog.layers.get("control_unit")
    ground = ground_of(sites, layer.accuracy_m if layer is not None else 0.0)
    table = unit_shares(ground, views.vectors.get("control_unit"))
    return table.assign(site=table["site"] + start)


def _refuse_unused(determinations: Sequence[Determination]) -> None:
    faults = tuple(
        Fault(
            zh=f"项目 {item.project} 的研判条款不是“管控单元编码 + 维度”，不会被采用",
            en="this clause is not a control unit and dimension: the judgement would go unused",
            value=item.clause,
            remedy_zh="写成如“ZH52012120003 空间布局约束”，或删去这一行",
            remedy_en="name a unit code and one of its four dimensions, or remove the row",
        )
        for item in determinations
        if not item.dimension
    )
    if faults:
        raise InputError(faults)


def screen(
    sites: Sites,
    catalog: Catalog,
    rules: RuleSet,
    *,
    as_of: date,
    determinations: Sequence[Determination] = (),
    assumed: Assumptions = NOTHING,
    chunk: int = 50_000,
    progress: Progress | None = None,
) -> Screening:
    """Screen sites against layers and rules.

    Parameters
    ----------
    sites : Sites
        n sites, in the catalog's work CRS.
    catalog : Catalog
    rules : RuleSet
    as_of : date
        Day of the screening; the law asked where a project states no acceptance date.
    determinations : sequence of Determination
        Judgements given by persons.
    assumed : Assumptions
        What is taken for granted and said in every output; nothing unless given, see
        :func:`assumptions_of`.
    chunk : int
        Sites measured at a time; the result does not depend on it.
    progress : callable, optional
        Called with (sites done, n).

    Returns
    -------
    Screening
        In the order of the list.

    Raises
    ------
    InputError
        A judgement names a clause that no fact takes up: it is never dropped in silence.
    """
    _refuse_unused(determinations)
    refs = wanted_facts(rules)
    layers = {**LAYERS, **rules.layers}
    views = open_views(catalog, refs, layers)
    held = frozenset(catalog.layers)
    scope = tuple((layer, who) for layer, who in catalog.out_of_scope if layer not in held)
    unheld = frozenset(layer for layer, _ in scope)
    n = len(sites)
    gathered = FactsGatherer(n)
    findings = FindingsGatherer(n)
    units: list[pd.DataFrame] = []
    accepted = [day if isinstance(day, date) else None for day in sites.table["accepted"]]
    for start in range(0, max(n, 1), chunk):
        part = sites.take(slice(start, min(start + chunk, n)))
        facts = measure(part, refs, views, as_of=as_of, determinations=determinations)
        if assumed.boundary:
            facts = measure_drawn(part, rules.facts, views, facts)
        days = asked(accepted[start : start + chunk], as_of)
        findings.add(judge(facts, rules, on=days, out_of_scope=unheld, assumed=assumed))
        gathered.add(facts)
        units.append(_units(part, views, start))
        if progress is not None:
            progress(start + len(part), n)
    together = gathered.together()
    judged = findings.together(together.ids)
    return Screening(
        sites=sites,
        facts=together,
        findings=judged,
        verdicts=ranges(judged),
        rules=rules,
        sources=sources_of(catalog, views),
        as_of=as_of,
        region=catalog.name,
        out_of_scope=scope,
        units=pd.concat(units, ignore_index=True),
        version=__version__,
        assumed=assumed,
    )


def assumptions_of(sites: Sites) -> Assumptions:
    """Return what a list itself shows may be assumed of it.

    No column of papers: nobody has applied yet. No column of declarations: nobody was asked. No
    survey of a boundary stated: points stand for ground that is still to be drawn.
    """
    stated = {
        start: any(
            bool(sites.table[name].notna().any())
            for name in COLUMNS
            if name.startswith(start) and not (start == "document_" and name == _SURVEY)
        )
        for start in ("document_", "is_")
    }
    surveyed = bool(sites.table[_SURVEY].notna().any())
    points = bool(np.any(is_point(sites.geometry)))
    return Assumptions(
        papers=not stated["document_"] and not surveyed,
        claims=not stated["is_"],
        boundary=points and not surveyed,
    )
