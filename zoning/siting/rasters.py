"""Answers of cells about a raster: the value at the centre, and what its error may bring."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.values import F8, Mask
from zoning.layers import RasterLayer
from zoning.measure.raster import RasterView, column_of, statistic
from zoning.overlay.account import COVERED, SHARE
from zoning.overlay.burn import compiled_for
from zoning.overlay.dissolve import dissolved
from zoning.overlay.filters import ends_around
from zoning.overlay.index import SLACK_M, Bounds
from zoning.overlay.outlines import Outlines
from zoning.overlay.surface import Surface, opened
from zoning.rules.grammar import Condition, FactRef
from zoning.rules.judge import evaluate
from zoning.siting.block import Answer, Cells, Truths
from zoning.siting.questions import Question

OFF = 1e-6
"""[cell] Rounding within which edges of cells are edges of the raster's."""


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """A raster as cells ask it.

    Parameters
    ----------
    view : RasterView
    crs : str
        Of the grid.
    """

    view: RasterView
    crs: str
    _made: dict[str, Outlines] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)  # blocks ask in threads

    def answer(self, question: Question) -> Answer:
        """Return how cells answer a question."""
        test = question.test
        condition = Condition(test)

        def answer(cells: Cells) -> Truths:
            bounds = self._bounds(cells, test.fact)
            silent = self._silent(cells).ravel()
            start, length = _alike(bounds, silent)  # neighbours in one cell of the raster
            some = Bounds(bounds.measured[start], bounds.low[start], bounds.high[start])
            every = np.ones(len(start), np.bool_)
            column = column_of(test.fact, self.view.layer, some, placed=every, silent=silent[start])
            truth = evaluate(condition, Facts(np.zeros(len(start), "U1"), {str(test.fact): column}))
            return Truths(
                np.repeat(truth.sure, length).reshape(cells.shape),
                np.repeat(truth.maybe, length).reshape(cells.shape),
            )

        return answer

    def measured(self, cells: Cells, fact: FactRef) -> F8:
        """Value at each centre as a point site is told it, in the base unit; NaN: unknown."""
        kind = statistic(fact, self.view.layer)
        if kind is None:
            return np.full(cells.shape, np.nan)
        values, known = self._at(cells)
        now = _asked(kind, values, known, self.view.layer)[0].ravel()
        silent = self._silent(cells).ravel()
        every = np.ones(silent.shape, np.bool_)
        bounds = Bounds(now, now, now)
        column = column_of(fact, self.view.layer, bounds, placed=every, silent=silent)
        return column.measured.reshape(cells.shape)

    def codes(self, cells: Cells) -> F8:
        """Class at each centre; NaN: unknown."""
        values, known = self._at(cells)
        return np.where(known & ~self._silent(cells), values, np.nan)

    def _at(self, cells: Cells) -> tuple[F8, Mask]:
        """Value of the raster's cell that each centre lies in, and whether it is known."""
        with opened(self.view.layer, self.crs) as surface:
            x, y, values, known = _around(surface, cells, 0.0)
        place = np.ix_(np.floor(y).astype(np.intp), np.floor(x).astype(np.intp))
        return values[place], known[place]

    def _silent(self, cells: Cells) -> Mask:
        """Cells of which the raster says nothing."""
        coverage = self.view.coverage
        if isinstance(coverage, bool):
            return cells.all(value=not coverage)
        with self._lock:
            if "coverage" not in self._made:
                self._made["coverage"] = Outlines.of(dissolved(coverage.geometry))
        t = self.view.layer.accuracy_m + cells.margin_m
        return ~cells.near(self._made["coverage"], -t, strict=t > 0)

    def _bounds(self, cells: Cells, fact: FactRef) -> Bounds:
        """Value of each centre, and the least and greatest that a shift by the error finds."""
        layer = self.view.layer
        kind = statistic(fact, layer)
        count = cells.shape[0] * cells.shape[1]
        if kind is None:
            gone = np.full(count, np.nan)
            return Bounds(gone, np.full(count, -np.inf), np.full(count, np.inf))
        with opened(layer, self.crs) as surface:
            t = layer.accuracy_m + surface.blur + _margin(surface, cells, layer.accuracy_m)
            x, y, values, known = _around(surface, cells, t)
            now, low, high = _asked(kind, values, known, layer)
            place = np.ix_(np.floor(y).astype(np.intp), np.floor(x).astype(np.intp))
            if t == 0:
                return Bounds(now[place].ravel(), low[place].ravel(), high[place].ravel())
            size = surface.width, surface.height
            least, greatest = ends_around(
                (low, high), x, y, t + SLACK_M, *size, compiled=compiled_for(cells.grid)
            )
            return Bounds(now[place].ravel(), least.ravel(), greatest.ravel())


def _alike(bounds: Bounds, silent: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where runs of equal bounds begin, and their lengths."""
    other = silent[1:] != silent[:-1]
    for values in (bounds.measured, bounds.low, bounds.high):
        bits = values.view(np.int64)  # nan is equal to itself
        other |= bits[1:] != bits[:-1]
    start = np.concatenate([[0], 1 + np.flatnonzero(other)])
    return start, np.diff(start, append=len(silent))


def _margin(surface: Surface, cells: Cells, t: float) -> float:
    """How far from a cell's centre its points matter: not at all within one cell of the raster."""
    grid = cells.grid
    places = (
        (grid.x0 - surface.left) / surface.width,
        (surface.top - grid.y1) / surface.height,
        grid.res / surface.width,
        grid.res / surface.height,
    )
    same = all(abs(place - round(place)) < OFF for place in places)
    return 0.0 if same and t == 0 and grid.res <= surface.width else cells.margin_m


def _around(surface: Surface, cells: Cells, t: float) -> tuple[F8, F8, F8, Mask]:
    """Part of the raster within t of the centres, and x of their columns, y of their rows in it."""
    x, y = cells.grid.centres(cells.window)
    col, row = (x - surface.left) / surface.width, (surface.top - y) / surface.height
    margin_col, margin_row = t / surface.width + 1, t / surface.height + 1
    left, top = int(np.floor(col[0] - margin_col)), int(np.floor(row[0] - margin_row))
    right, bottom = int(np.ceil(col[-1] + margin_col)), int(np.ceil(row[-1] + margin_row))
    sheet = surface.read(top, left, bottom - top + 1, right - left + 1)
    return col - left, row - top, sheet.values.astype(np.float64), sheet.known()


def _asked(kind: str, values: F8, known: Mask, layer: RasterLayer) -> tuple[F8, F8, F8]:
    """Values as read (nan: unknown), and with unknown cells at either end of the possible."""
    if kind == COVERED:
        covered = known.astype(np.float64)
        return covered, covered, covered
    least, greatest = layer.valid_range or (-np.inf, np.inf)
    now = values
    if kind.startswith(SHARE):
        classes = [float(code) for code in kind.removeprefix(SHARE).split(",")]
        now, least, greatest = np.isin(values, classes).astype(np.float64), 0.0, 1.0
    return (
        np.where(known, now, np.nan),
        np.where(known, now, least),
        np.where(known, now, greatest),
    )
