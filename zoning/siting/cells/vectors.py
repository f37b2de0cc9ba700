"""Answers of cells about a vector layer: zones met, distances, classes, coverage."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Mask
from zoning.facts.table import Facts
from zoning.facts.values import QUANTA
from zoning.measure.filters import choose, strange
from zoning.measure.ground import LayerView
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.rasterize.dissolve import dissolved
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.grammar import Comparison, FactRef, Membership
from zoning.siting.cells.block import Answer, Cells, Truths, both, denied, either
from zoning.siting.cells.questions import Question
from zoning.units import BASE, convert, dimension

_NAMES = {"class": ("class",), "codes": ("code", "name")}
_STEP = QUANTA["m"]
_LAST = 1e-6 * _STEP


def _limits(limit: float, *, equal: bool) -> tuple[float, float]:
    """Distances up to which a fact surely, and below which it possibly, is less than a limit.

    Facts are rounded outward to a quantum (`zoning.facts.values.quantise`); so a distance is
    surely below the limit up to a quantum before it, surely not above it up to the limit itself.
    Its low end is possibly below as far as the limit, possibly not above for a quantum beyond.
    """
    if equal:
        return limit + _LAST, limit + _STEP - _LAST
    return limit - _STEP + _LAST, limit - _LAST


def apart(geometry: NDArray[np.object_]) -> tuple[Mask, ...]:
    """Sort features into groups whose members share no ground.

    Within a group a cell's depth in one feature is no matter of another's edges.

    Parameters
    ----------
    geometry : object[m]
        Valid; None allowed.

    Returns
    -------
    tuple of bool[m]
        One group where a layer does not overlap itself.
    """
    tree = shapely.STRtree(geometry)
    one, other = tree.query(geometry, predicate="intersects")
    pair = (one < other) & (shapely.get_dimensions(geometry)[one] == 2)
    one, other = one[pair], other[pair]
    shared = ~shapely.touches(geometry[one], geometry[other])
    group = np.zeros(len(geometry), np.int64)
    for i, j in sorted(zip(other[shared].tolist(), one[shared].tolist(), strict=True)):
        if group[i] == group[j]:  # j comes first: its group stands
            group[i] = _free(group, i, one[shared], other[shared])
    return tuple(group == k for k in range(int(group.max(initial=0)) + 1))


def _free(group: NDArray[np.int64], i: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> int:
    """Lowest group that none of the earlier features that share ground with this one is in."""
    taken = set(group[one[other == i]].tolist())
    return next(k for k in range(len(taken) + 1) if k not in taken)


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """A vector layer as cells ask it; outlines are made once for each choice of features.

    Parameters
    ----------
    view : LayerView
    project : Facts
        One row: what the preset states, for filters that compare with the project.
    """

    view: LayerView
    project: Facts
    _made: dict[tuple[bytes, bool], Outlines] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)  # blocks ask in threads

    def _t(self, cells: Cells) -> float:
        """Greatest shift of a cell against the layer: its error, a cell having none. [m]"""
        return self.view.accuracy_m + cells.margin_m

    def answer(self, question: Question) -> Answer:
        """Return how cells answer a question."""
        fact = question.test.fact
        match question.form:
            case "meets":
                return self._meets(fact)
            case "distance" if isinstance(question.test, Comparison):
                return self._distance(question.test)
            case "codes" if isinstance(question.test, Membership):
                return self._codes(question.test)
            case "covered":
                return lambda cells: Truths(*self._covered(cells))
        raise TypeError(question.form)

    def _chosen(self, fact: FactRef) -> tuple[Mask, Mask]:
        """Features that surely and possibly count, among those with a place."""
        (chosen,) = choose(fact, self.view.attributes, self.project)
        held = self.view.zones.dimension >= 0
        if fact.measure == "within":
            held = self.view.zones.dimension == 2
        return chosen.sure & held, chosen.maybe & held

    def _outlines(self, mask: Mask, *, joined: bool) -> Outlines:
        """Outlines of the chosen features; joined: as one ground, from whose edge depth counts."""
        key = (np.packbits(mask).tobytes(), joined)
        with self._lock:
            if key not in self._made:
                shapes = self.view.zones.geometry[mask]
                self._made[key] = Outlines.of(dissolved(shapes) if joined else shapes)
            return self._made[key]

    def _within(
        self, cells: Cells, mask: Mask, reach: float, *, strict: bool, joined: bool = True
    ) -> Mask:
        """Cells within a distance of the chosen features, or so deep in them where below 0."""
        if not mask.any():
            return cells.all(value=False)
        outlines = self._outlines(mask, joined=joined and reach < 0)
        return cells.near(outlines, reach, strict=strict)

    def _reach(self, cells: Cells) -> float:
        """Greatest shift, with what rounding of coordinates adds to it. [m]"""
        t = self._t(cells)
        return t + SLACK_M if t > 0 else 0.0

    def _deep(self, cells: Cells, mask: Mask, *, joined: bool = True) -> Mask:
        """Cells that meet the chosen features wherever they lie within the layer's error."""
        reach = self._reach(cells)
        return self._within(cells, mask, -reach, strict=reach > 0, joined=joined)

    def _covered(self, cells: Cells) -> tuple[Mask, Mask]:
        """Cells that the layer surely and possibly covers."""
        if self.view.coverage is None:
            return cells.all(value=False), cells.all(value=True)
        ground, reach = self._coverage(), self._reach(cells)
        return cells.near(ground, -reach, strict=reach > 0), cells.near(ground, reach)

    def _coverage(self) -> Outlines:
        with self._lock:
            if (b"coverage", True) not in self._made:
                coverage = self.view.coverage
                shapes = np.zeros(0, object) if coverage is None else coverage.geometry
                self._made[b"coverage", True] = Outlines.of(dissolved(shapes))
            return self._made[b"coverage", True]

    def _open(self, cells: Cells) -> Mask:
        """Cells at which the layer may hold more than it shows."""
        return denied(self._covered(cells)[0])

    def _meets(self, fact: FactRef) -> Answer:
        sure, maybe = self._chosen(fact)

        def answer(cells: Cells) -> Truths:
            met = self._deep(cells, sure)
            possible = self._within(cells, maybe, self._reach(cells), strict=False)
            return Truths(met, either(met, possible, self._open(cells)))

        return answer

    def _distance(self, test: Comparison) -> Answer:
        """``<``: surely where high < limit, possibly where low < limit; the others turn on it."""
        sure, maybe = self._chosen(test.fact)
        limit = convert(test.limit.value, test.limit.unit, BASE[dimension(test.limit.unit)])
        least, most = _limits(limit, equal=test.op in ("<=", ">"))

        def nearer(cells: Cells) -> Truths:
            t = self._t(cells)
            found = self._within(cells, sure, least - t, strict=False)
            possible = self._within(cells, maybe, most + t, strict=True)
            return Truths(found, either(found, possible, self._uncovered(cells, most + t)))

        if test.op in ("<", "<="):
            return nearer
        return lambda cells: ~nearer(cells)

    def _uncovered(self, cells: Cells, reach: float) -> Mask:
        """Cells with ground nearer than a distance that nobody covers."""
        if self.view.coverage is None:
            return cells.all(value=True)
        return denied(cells.near(self._coverage(), -reach))

    def _codes(self, test: Membership) -> Answer:
        """A cell surely has the codes of the features it is deep in, each by itself."""
        sure, maybe = self._chosen(test.fact)
        texts = self._texts(test.fact)
        if texts is None:
            return lambda cells: Truths(cells.all(value=False), cells.all(value=True))
        wanted, blank = np.isin(texts, list(test.values)), texts == ""
        strange_ones = ~wanted & ~blank

        groups = apart(self.view.zones.geometry)

        def deep(cells: Cells, mask: Mask) -> Mask:
            parts = (self._deep(cells, mask & sure & group, joined=False) for group in groups)
            return either(cells.all(value=False), *parts)

        def near(cells: Cells, mask: Mask) -> Mask:
            return self._within(cells, mask & maybe, self._reach(cells), strict=False)

        def any_of(cells: Cells) -> Truths:
            found = deep(cells, wanted)
            return Truths(found, either(found, near(cells, wanted | blank), self._open(cells)))

        def only(cells: Cells) -> Truths:
            others = near(cells, strange_ones)
            gaps = either(near(cells, blank), self._open(cells))
            found = both(deep(cells, wanted), denied(gaps), denied(others))
            possible = both(denied(deep(cells, strange_ones)), either(gaps, near(cells, wanted)))
            return Truths(found, either(found, possible))

        return only if test.only else any_of

    def _texts(self, fact: FactRef) -> np.ndarray | None:
        """Codes of the features, "" where a feature has none that can be believed."""
        columns = self.view.attributes.columns
        name = next((name for name in _NAMES[fact.measure] if name in columns), None)
        if name is None:
            return None
        values = self.view.attributes[name].tolist()
        return np.asarray(
            ["" if pd.isna(v) or strange(fact.layer, name, v) else str(v) for v in values],
            dtype=object,
        )
