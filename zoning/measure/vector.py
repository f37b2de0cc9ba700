"""Facts of vector layers: what sites meet, how much of it, how far it is, and how sure that is.

Every bound holds for every shift of a site by at most t (design: "Measures"). Where the layer's
coverage does not reach, what was not found may still be there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers, Reasons, concat, quantise
from zoning.measure.accuracy import is_area, is_line, is_point
from zoning.measure.filters import Chosen, choose, strange
from zoning.measure.ground import NO_COVERAGE, NO_PLACE, NOT_COVERED, Ground, LayerView
from zoning.measure.inputs import code_sets
from zoning.overlay import Pairs, index_sites, meets, nearest, outside, overlap, touching, within
from zoning.rules.grammar import FactRef


@dataclass(frozen=True, slots=True)
class _Met:
    """What a chunk of sites meets of one layer: computed once, used by every measure."""

    ground: Ground
    view: LayerView
    pairs: Pairs
    covered_sure: Mask
    covered_maybe: Mask
    to_uncovered: Floats
    uncovered_high: Floats

    @property
    def open(self) -> Mask:
        """Sites at which the layer may hold more than it shows."""
        return ~self.covered_sure

    @property
    def why_open(self) -> str:
        return NOT_COVERED if self.view.coverage is not None else NO_COVERAGE


def _size(geometry: NDArray[np.object_]) -> Floats:
    """Planar area of polygons, length of lines, NaN for points. [m2] or [m]"""
    size = np.where(is_area(geometry), shapely.area(geometry), shapely.length(geometry))
    return np.where(is_area(geometry) | is_line(geometry), size, np.nan)


def _meet(ground: Ground, view: LayerView) -> _Met:
    sites = ground.sites
    pairs = touching(sites, view.zones, ground.t)
    n = len(ground.geometry)
    if view.coverage is None:
        never = np.zeros(n, np.bool_)
        return _Met(ground, view, pairs, never, ~never, np.zeros(n), np.full(n, np.inf))
    cover = touching(sites, view.coverage, ground.t)
    sure, maybe = within(sites, view.coverage, cover, ground.t, None)
    distance, beyond = outside(sites, view.coverage, None, ground.t, pairs=cover)
    high = np.where(np.isfinite(beyond.high), beyond.high, np.where(sure, 0.0, np.inf))
    return _Met(ground, view, pairs, sure, maybe, np.where(np.isnan(distance), 0.0, distance), high)


@dataclass(frozen=True)
class _Asked:
    """One choice of features asked of some sites; each answer is found once."""

    rows: NDArray[np.intp]
    met: _Met
    group: Chosen

    @property
    def _one_choice(self) -> bool:
        return bool((self.group.sure == self.group.maybe).all())

    @cached_property
    def points(self) -> Mask:
        return is_point(self.met.ground.geometry)

    @cached_property
    def meets(self) -> tuple[Mask, Mask]:
        met = self.met
        args = (met.ground.sites, met.view.zones, met.pairs, met.ground.t)
        sure, maybe = meets(*args, self.group.sure)
        if not self._one_choice:
            _, maybe = meets(*args, self.group.maybe)
        return sure, maybe | met.open

    @cached_property
    def within(self) -> tuple[Mask, Mask]:
        met = self.met
        args = (met.ground.sites, met.view.zones, met.pairs, met.ground.t)
        sure, maybe = within(*args, self.group.sure)
        if not self._one_choice:
            _, maybe = within(*args, self.group.maybe)
        return sure, maybe | met.open

    @cached_property
    def overlap(self) -> tuple[Floats, Floats, Floats]:
        """Overlap of polygons [m2] and lines [m]: low, high, measured; points (-inf, inf, nan)."""
        met = self.met
        args = (met.ground.sites, met.view.zones, met.pairs, met.ground.t)
        least = overlap(*args, self.group.sure)
        same = self._same_choice()
        most = least if same.all() else overlap(*args, self.group.maybe)
        size = _size(met.ground.geometry)
        cap = np.where(np.isnan(size), np.inf, size)
        high = np.minimum(most.high + met.uncovered_high, cap)
        return least.low, high, np.where(same, least.measured, np.nan)

    def _same_choice(self) -> Mask:
        """Sites at which no attribute is in doubt: only there is the overlap one figure."""
        doubtful = (self.group.sure != self.group.maybe)[self.met.pairs.feature]
        same = np.ones(len(self.met.ground.geometry), np.bool_)
        same[self.met.pairs.site[doubtful]] = False
        return same

    @cached_property
    def depths(self) -> tuple[Floats, Floats]:
        """Signed depth to the nearest feature that surely, and that possibly, counts. [m]"""
        met = self.met
        args = (met.ground.sites, met.view.zones)
        found, _ = nearest(*args, self.group.sure, t=met.ground.t, pairs=met.pairs)
        if self._one_choice:
            return found, found
        possible, _ = nearest(*args, self.group.maybe, t=met.ground.t, pairs=met.pairs)
        return found, possible

    @cached_property
    def point_share(self) -> tuple[Floats, Floats]:
        """Share of the ground a point stands for: all of it, none of it, or anything between."""
        found, _ = self.depths
        with np.errstate(invalid="ignore"):
            deep = found <= -self.met.ground.t
        several = shapely.get_num_geometries(self.met.ground.geometry) > 1
        if several.any():  # the depth is that of the deepest point, not of all
            deep &= ~several | self.within[0]
        return deep.astype(np.float64), self.meets[1].astype(np.float64)

    @cached_property
    def share(self) -> tuple[Floats, Floats, Floats]:
        low, high, measured = self.overlap
        size = _size(self.met.ground.geometry)
        with np.errstate(invalid="ignore", divide="ignore"):
            low, high, measured = low / size, high / size, measured / size
        point_low, point_high = self.point_share
        low, high = np.where(self.points, point_low, low), np.where(self.points, point_high, high)
        return np.clip(low, 0, 1), np.clip(high, 0, 1), measured

    @cached_property
    def area(self) -> tuple[Floats, Floats, Floats]:
        low, high, measured = (figure * self.met.ground.factor for figure in self.overlap)
        point_low, point_high = self.point_share
        declared = self.met.ground.declared_m2
        stated = np.where(np.isnan(declared), 0.0, declared)
        ceiling = np.where(point_high == 0, 0.0, np.where(np.isnan(declared), np.inf, declared))
        low = np.where(self.points, point_low * stated, low)
        high = np.where(self.points, ceiling, high)
        return low, high, np.where(is_area(self.met.ground.geometry), measured, np.nan)

    @cached_property
    def distance(self) -> tuple[Floats, Floats, Floats]:
        met, t = self.met, self.met.ground.t
        found, possible = self.depths
        low = np.minimum(np.maximum(possible - t, 0), np.maximum(met.to_uncovered - t, 0))
        known = np.isfinite(found) & (found == possible)
        measured = np.where(known, np.maximum(found, 0), np.nan)
        return low, np.maximum(found + t, 0), measured

    @cached_property
    def count(self) -> tuple[Floats, Floats, Floats]:
        n, pairs, group = len(self.met.ground.geometry), self.met.pairs, self.group
        sure = np.bincount(pairs.site[pairs.sure & group.sure[pairs.feature]], minlength=n)
        maybe = np.bincount(pairs.site[pairs.maybe & group.maybe[pairs.feature]], minlength=n)
        high = np.where(self.met.open, np.inf, maybe)
        return sure.astype(np.float64), high, np.full(n, np.nan)


def _ask(met: _Met, chosen: Sequence[Chosen]) -> list[_Asked]:
    """Split sites by group, where a filter compares with the project."""
    if len(chosen) == 1:
        return [_Asked(chosen[0].rows, met, chosen[0])]
    asked = []
    for group in chosen:
        rows, ground = group.rows, met.ground
        part = Ground(
            ground.geometry[rows], ground.t[rows], ground.declared_m2[rows], ground.factor[rows]
        )
        part = replace(part, ready=index_sites(part.geometry))
        asked.append(_Asked(rows, _meet(part, met.view), group))
    return asked


_SETS = {"class": ("class",), "codes": ("code", "name")}


def _codes(asked: _Asked, ref: FactRef) -> Codes:
    met, group = asked.met, asked.group
    names = [name for name in _SETS[ref.measure] if name in met.view.attributes.columns]
    n, pairs = len(met.ground.geometry), met.pairs
    if not names:
        return Codes(np.zeros(n, np.int32), (CodeSet(open=True),), Reasons.none(n))
    texts = [
        "" if pd.isna(v) or strange(ref.layer, names[0], v) else str(v)
        for v in met.view.attributes[names[0]].tolist()
    ]
    nameless = np.asarray([not text for text in texts], np.bool_)
    possible = pairs.maybe & group.maybe[pairs.feature]
    is_open = met.open.copy()
    is_open[pairs.site[possible & nameless[pairs.feature]]] = True
    known = possible & ~nameless[pairs.feature]
    site, feature = pairs.site[known], pairs.feature[known]
    sure = (pairs.sure & group.sure[pairs.feature])[known]
    return code_sets(site, feature, sure, is_open, [frozenset((text,)) for text in texts])


_UNITS = {
    "overlap_area": "m2",
    "overlap_share": "1",
    "overlap_length": "m",
    "distance": "m",
    "count": "1",
}


def _figures(asked: _Asked, measure: str) -> tuple[Floats, Floats, Floats]:
    match measure:
        case "overlap_area":
            return asked.area
        case "overlap_share":
            return asked.share
        case "overlap_length":
            return asked.overlap
        case "distance":
            return asked.distance
        case _:
            return asked.count


def _number_column(met: _Met, parts: Sequence[_Asked], measure: str) -> Numbers:
    n = len(met.ground.geometry)
    low, high, measured = np.full(n, -np.inf), np.full(n, np.inf), np.full(n, np.nan)
    for part in parts:
        low[part.rows], high[part.rows], measured[part.rows] = _figures(part, measure)
    low = np.maximum(np.where(np.isnan(low), 0.0, low), 0.0)
    high = np.maximum(np.where(np.isnan(high), np.inf, high), low)
    column = quantise(Numbers.between(low, high, _UNITS[measure], measured))
    if measure == "overlap_length":
        column = column.hide(~is_line(met.ground.geometry), "不是线状工程")
    if measure == "overlap_area":
        column = column.hide(is_line(met.ground.geometry), "线状工程没有面积")
    return column.hide(~met.ground.placed, NO_PLACE)


def _covered(met: _Met) -> Claims:
    n = len(met.ground.geometry)
    reasons = Reasons.none(n)
    if met.view.coverage is None:
        reasons = Reasons.where(np.ones(n, np.bool_), NO_COVERAGE)
    return Claims(met.covered_sure, met.covered_maybe, reasons).hide(~met.ground.placed, NO_PLACE)


def _claim_column(met: _Met, parts: Sequence[_Asked], measure: str) -> Claims:
    n = len(met.ground.geometry)
    sure, maybe = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for part in parts:
        sure[part.rows], maybe[part.rows] = part.meets if measure == "meets" else part.within
    reasons = Reasons.where(met.open & ~sure & maybe & met.ground.placed, met.why_open)
    return Claims(sure, maybe, reasons).hide(~met.ground.placed, NO_PLACE)


def _code_column(met: _Met, parts: Sequence[_Asked], ref: FactRef) -> Codes:
    n = len(met.ground.geometry)
    found = concat([_codes(part, ref) for part in parts])
    assert isinstance(found, Codes)
    rows = np.concatenate([part.rows for part in parts])
    index = np.empty(n, np.int32)
    index[rows] = found.index
    column = Codes(index, found.values, Reasons.none(n))
    nothing = np.asarray([not codes.maybe and codes.open for codes in column.values], np.bool_)
    column = column.hide(nothing[index] & met.ground.placed, met.why_open)
    return column.hide(~met.ground.placed, NO_PLACE)


def _column(met: _Met, parts: Sequence[_Asked], ref: FactRef) -> Column:
    measure = ref.measure
    if measure == "covered":
        return _covered(met)
    if measure in ("meets", "within"):
        return _claim_column(met, parts, measure)
    if measure in _SETS:
        return _code_column(met, parts, ref)
    return _number_column(met, parts, measure)


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
    asked: dict[object, list[_Asked]] = {}
    columns = {}
    for ref in refs:
        if ref.filter not in asked:
            asked[ref.filter] = _ask(met, choose(ref, view.attributes, facts))
        columns[str(ref)] = _column(met, asked[ref.filter], ref)
    return columns


def met_features(ground: Ground, view: LayerView) -> tuple[Pairs, Mask]:
    """Return the pairs of sites and features that meet or may meet, and where more may be."""
    met = _meet(ground, view)
    return met.pairs, met.open
