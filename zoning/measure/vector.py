"""Facts of vector layers: what sites meet, how much of it, how far it is, and how sure that is.

Every bound holds for every shift of a site by at most t (design: "Measures"). Where the layer's
coverage does not reach, what was not found may still be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.values import (
    F8,
    Claims,
    Codes,
    CodeSet,
    Column,
    Mask,
    Numbers,
    Reasons,
    quantise,
)
from zoning.measure.doubt import is_area, is_line, is_point
from zoning.measure.filters import Chosen, choose
from zoning.overlay import Pairs, Zones, meets, nearest, outside, overlap, touching, within
from zoning.rules.grammar import FactRef

NO_PLACE = "没有可用的坐标或边界"
NOT_COVERED = "图层未覆盖此处"
NO_COVERAGE = "图层未注明覆盖范围"


@dataclass(frozen=True, slots=True)
class Ground:
    """Sites as the overlay sees them.

    Parameters
    ----------
    geometry : object[n]
    t : f8[n]
        Maximal shift against the layer [m].
    declared_m2 : f8[n]
        NaN where undeclared.
    factor : f8[n]
        Geodesic over planar area; published areas carry it, shares do not.
    """

    geometry: NDArray[np.object_]
    t: F8
    declared_m2: F8
    factor: F8

    @property
    def placed(self) -> Mask:
        """Sites that have a place."""
        return ~shapely.is_missing(self.geometry)


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer, indexed once, for all chunks.

    Parameters
    ----------
    zones : Zones
        m features.
    attributes : DataFrame
        m rows, standard names.
    coverage : Zones or None
        Parts of the covered ground; None where nobody stated it.
    accuracy_m : float
        Maximal positional error of the layer.
    """

    zones: Zones
    attributes: pd.DataFrame
    coverage: Zones | None
    accuracy_m: float = 0.0


@dataclass(frozen=True, slots=True)
class _Met:
    """What a chunk of sites meets of one layer: computed once, used by every measure."""

    ground: Ground
    view: LayerView
    pairs: Pairs
    covered_sure: Mask
    covered_maybe: Mask
    to_uncovered: F8
    uncovered_high: F8

    @property
    def open(self) -> Mask:
        """Sites at which the layer may hold more than it shows."""
        return ~self.covered_sure

    @property
    def why_open(self) -> str:
        return NOT_COVERED if self.view.coverage is not None else NO_COVERAGE


def _size(geometry: NDArray[np.object_]) -> F8:
    """Planar area of polygons, length of lines, NaN for points. [m2] or [m]"""
    size = np.where(is_area(geometry), shapely.area(geometry), shapely.length(geometry))
    return np.where(is_area(geometry) | is_line(geometry), size, np.nan)


def _meet(ground: Ground, view: LayerView) -> _Met:
    pairs = touching(ground.geometry, view.zones, ground.t)
    n = len(ground.geometry)
    if view.coverage is None:
        never = np.zeros(n, np.bool_)
        return _Met(ground, view, pairs, never, ~never, np.zeros(n), np.full(n, np.inf))
    cover = touching(ground.geometry, view.coverage, ground.t)
    sure, maybe = within(ground.geometry, view.coverage, cover, ground.t, None)
    distance, beyond = outside(ground.geometry, view.coverage, None, ground.t)
    high = np.where(np.isfinite(beyond.high), beyond.high, np.where(sure, 0.0, np.inf))
    return _Met(ground, view, pairs, sure, maybe, np.nan_to_num(distance, nan=0.0), high)


def _each(met: _Met, chosen: Sequence[Chosen]) -> list[tuple[NDArray[np.intp], _Met, Chosen]]:
    """Split sites by group, where a filter compares with the project."""
    if len(chosen) == 1:
        return [(chosen[0].rows, met, chosen[0])]
    parts = []
    for group in chosen:
        ground = Ground(
            met.ground.geometry[group.rows],
            met.ground.t[group.rows],
            met.ground.declared_m2[group.rows],
            met.ground.factor[group.rows],
        )
        parts.append((group.rows, _meet(ground, met.view), group))
    return parts


def _meets(met: _Met, group: Chosen) -> tuple[Mask, Mask]:
    args = (met.ground.geometry, met.view.zones, met.pairs, met.ground.t)
    sure, _ = meets(*args, group.sure)
    _, maybe = meets(*args, group.maybe)
    return sure, maybe | met.open


def _within(met: _Met, group: Chosen) -> tuple[Mask, Mask]:
    args = (met.ground.geometry, met.view.zones, met.pairs, met.ground.t)
    sure, _ = within(*args, group.sure)
    _, maybe = within(*args, group.maybe)
    return sure, maybe | met.open


def _same_choice(met: _Met, group: Chosen) -> Mask:
    """Sites at which no attribute is in doubt: only there is the overlap one figure."""
    doubtful = (group.sure != group.maybe)[met.pairs.feature]
    same = np.ones(len(met.ground.geometry), np.bool_)
    same[met.pairs.site[doubtful]] = False
    return same


def _overlap(met: _Met, group: Chosen) -> tuple[F8, F8, F8]:
    """Overlap of polygons [m2] and lines [m]: low, high, measured; points (-inf, inf, nan)."""
    args = (met.ground.geometry, met.view.zones, met.pairs, met.ground.t)
    least = overlap(*args, group.sure)
    same = _same_choice(met, group)
    most = least if same.all() else overlap(*args, group.maybe)
    high = np.minimum(most.high + met.uncovered_high, _cap(met))
    return least.low, high, np.where(same, least.measured, np.nan)


def _cap(met: _Met) -> F8:
    return np.nan_to_num(_size(met.ground.geometry), nan=np.inf)


def _point_share(met: _Met, group: Chosen) -> tuple[F8, F8]:
    sure, _ = _within(met, group)
    _, maybe = _meets(met, group)
    return sure.astype(np.float64), maybe.astype(np.float64)


def _share(met: _Met, group: Chosen) -> tuple[F8, F8, F8]:
    low, high, measured = _overlap(met, group)
    size = _size(met.ground.geometry)
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high, measured = low / size, high / size, measured / size
    points = is_point(met.ground.geometry)
    point_low, point_high = _point_share(met, group)
    low, high = np.where(points, point_low, low), np.where(points, point_high, high)
    return np.clip(low, 0, 1), np.clip(high, 0, 1), measured


def _area(met: _Met, group: Chosen) -> tuple[F8, F8, F8]:
    low, high, measured = (figure * met.ground.factor for figure in _overlap(met, group))
    points = is_point(met.ground.geometry)
    point_low, point_high = _point_share(met, group)
    declared = met.ground.declared_m2
    stated = np.nan_to_num(declared, nan=0.0)
    unstated = np.where(np.isnan(declared), np.inf, declared)
    with np.errstate(invalid="ignore"):
        ceiling = np.where(point_high == 0, 0.0, unstated)
    low, high = np.where(points, point_low * stated, low), np.where(points, ceiling, high)
    return low, high, np.where(is_area(met.ground.geometry), measured, np.nan)


def _distance(met: _Met, group: Chosen) -> tuple[F8, F8, F8]:
    t = met.ground.t
    args = (met.ground.geometry, met.view.zones)
    found, _ = nearest(*args, group.sure, t=t)
    possible = found
    if (group.sure != group.maybe).any():
        possible, _ = nearest(*args, group.maybe, t=t)
    low = np.minimum(np.maximum(possible - t, 0), np.maximum(met.to_uncovered - t, 0))
    low = np.where(met.covered_sure, low, 0.0) if met.view.coverage is None else low
    measured = np.where(np.isfinite(found) & (found == possible), np.maximum(found, 0), np.nan)
    return low, np.maximum(found + t, 0), measured


def _count(met: _Met, group: Chosen) -> tuple[F8, F8, F8]:
    n, pairs = len(met.ground.geometry), met.pairs
    sure = np.bincount(pairs.site[pairs.sure & group.sure[pairs.feature]], minlength=n)
    maybe = np.bincount(pairs.site[pairs.maybe & group.maybe[pairs.feature]], minlength=n)
    high = np.where(met.open, np.inf, maybe)
    return sure.astype(np.float64), high, np.full(n, np.nan)


_SETS = {"class": ("class",), "codes": ("code", "name")}


def _codes(met: _Met, group: Chosen, measure: str) -> list[CodeSet]:
    names = [name for name in _SETS[measure] if name in met.view.attributes.columns]
    n, pairs = len(met.ground.geometry), met.pairs
    if not names:
        return [CodeSet(open=True)] * n
    texts = ["" if pd.isna(v) else str(v) for v in met.view.attributes[names[0]].tolist()]
    sure: list[set[str]] = [set() for _ in range(n)]
    maybe: list[set[str]] = [set() for _ in range(n)]
    is_open = met.open.copy()
    met_sure = pairs.sure & group.sure[pairs.feature]
    met_maybe = pairs.maybe & group.maybe[pairs.feature]
    for k in np.flatnonzero(met_maybe):
        site, text = int(pairs.site[k]), texts[int(pairs.feature[k])]
        if not text:
            is_open[site] = True
            continue
        maybe[site].add(text)
        if met_sure[k]:
            sure[site].add(text)
    known: dict[CodeSet, CodeSet] = {}
    sets = (
        CodeSet(frozenset(s), frozenset(m), bool(o))
        for s, m, o in zip(sure, maybe, is_open, strict=True)
    )
    return [known.setdefault(codes, codes) for codes in sets]


_NUMBERS = {
    "overlap_area": (_area, "m2"),
    "overlap_share": (_share, "1"),
    "distance": (_distance, "m"),
    "count": (_count, "1"),
}


def _number_column(met: _Met, chosen: Sequence[Chosen], measure: str) -> Numbers:
    n = len(met.ground.geometry)
    low, high, measured = np.full(n, -np.inf), np.full(n, np.inf), np.full(n, np.nan)
    verb, unit = _NUMBERS[measure] if measure != "overlap_length" else (_overlap, "m")
    for rows, part, group in _each(met, chosen):
        low[rows], high[rows], measured[rows] = verb(part, group)
    low = np.maximum(low, 0.0)
    column = quantise(Numbers.between(low, np.maximum(high, low), unit, measured))
    if measure == "overlap_length":
        column = column.hide(~is_line(met.ground.geometry), "不是线状工程")
    if measure == "overlap_area":
        column = column.hide(is_line(met.ground.geometry), "线状工程没有面积")
    return column.hide(~met.ground.placed, NO_PLACE)


def _claim_column(met: _Met, chosen: Sequence[Chosen], measure: str) -> Claims:
    n = len(met.ground.geometry)
    if measure == "covered":
        sure, maybe = met.covered_sure, met.covered_maybe
        reasons = Reasons.none(n)
        if met.view.coverage is None:
            reasons = Reasons.where(np.ones(n, np.bool_), NO_COVERAGE)
        return Claims(sure, maybe, reasons).hide(~met.ground.placed, NO_PLACE)
    sure, maybe = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    verb = _meets if measure == "meets" else _within
    for rows, part, group in _each(met, chosen):
        sure[rows], maybe[rows] = verb(part, group)
    reasons = Reasons.where(met.open & ~sure & maybe, met.why_open)
    return Claims(sure, maybe, reasons).hide(~met.ground.placed, NO_PLACE)


def _code_column(met: _Met, chosen: Sequence[Chosen], measure: str) -> Codes:
    sets: list[CodeSet] = [CodeSet(open=True)] * len(met.ground.geometry)
    for rows, part, group in _each(met, chosen):
        for row, codes in zip(rows, _codes(part, group, measure), strict=True):
            sets[int(row)] = codes
    column = Codes.of(sets)
    unknown = np.asarray([not codes.maybe and codes.open for codes in sets], np.bool_)
    column = column.hide(unknown & met.ground.placed, met.why_open)
    return column.hide(~met.ground.placed, NO_PLACE)


def _column(met: _Met, chosen: Sequence[Chosen], measure: str) -> Column:
    if measure in ("meets", "within", "covered"):
        return _claim_column(met, chosen, measure)
    if measure in _SETS:
        return _code_column(met, chosen, measure)
    return _number_column(met, chosen, measure)


def measure_vector(
    refs: Sequence[FactRef], ground: Ground, view: LayerView, facts: Facts
) -> dict[str, Column]:
    """Measure facts of one layer.

    Parameters
    ----------
    refs : sequence of FactRef
        All of this layer.
    ground : Ground
        n sites.
    view : LayerView
    facts : Facts
        n rows; facts of the project that bracket filters compare with.

    Returns
    -------
    dict
        Fact name -> column of n cells.
    """
    met = _meet(ground, view)
    columns = {}
    for ref in refs:
        columns[str(ref)] = _column(met, choose(ref, view.attributes, facts), ref.measure)
    return columns


def met_features(ground: Ground, view: LayerView) -> tuple[Pairs, Mask]:
    """Return the pairs of sites and features that meet or may meet, and where more may be."""
    met = _meet(ground, view)
    return met.pairs, met.open
