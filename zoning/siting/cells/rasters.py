"""Answers of cells about a raster: the value at the centre, and what its error may bring."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.facts.table import Facts
from zoning.layers import RasterLayer
from zoning.measure.raster import RasterView, column_of, statistic
from zoning.overlay.bounds import Bounds
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.raster.accumulate import COVERED, SHARE
from zoning.overlay.raster.neighbourhood import ends_around, near
from zoning.overlay.raster.raster import Surface, Surfaces
from zoning.overlay.rasterize.burn import compiled_for
from zoning.overlay.rasterize.dissolve import dissolved
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.grammar import Condition, FactRef
from zoning.rules.judge import Truth, evaluate
from zoning.siting.cells.block import Answer, Cells, Truths, both, denied, either, uniform
from zoning.siting.cells.questions import Question

T = TypeVar("T", bound=np.generic)

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
    _open: list[Surfaces] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)  # blocks ask in threads

    def answer(self, question: Question) -> Answer:
        """Return how cells answer a question."""
        test = question.test
        condition = Condition(test)

        def ask(bounds: Bounds) -> Truth:
            n = len(bounds.measured)
            placed, silent = np.ones(n, np.bool_), np.zeros(n, np.bool_)
            column = column_of(test.fact, self.view.layer, bounds, placed=placed, silent=silent)
            return evaluate(condition, Facts(np.zeros(n, "U1"), {str(test.fact): column}))

        def answer(cells: Cells) -> Truths:
            silent = self._silent(cells)
            kind = statistic(test.fact, self.view.layer)
            if kind is None or uniform(silent):
                return Truths(cells.all(value=False), cells.all(value=True))
            told = self._told(cells, kind, ask)  # what is not told of may be anything
            return Truths(both(told.sure, denied(silent)), either(told.maybe, silent))

        return answer

    def scores(
        self, cells: Cells, wanted: Mask, fact: FactRef, score: Callable[[Floats], Floats]
    ) -> Floats:
        """Score of the value at each wanted centre, as a point site is told it; NaN: unknown.

        Parameters
        ----------
        cells : Cells
        wanted : bool[rows, columns]
        fact : FactRef
        score : callable
            From values in the base unit, some of them NaN.
        """
        kind, layer = statistic(fact, self.view.layer), self.view.layer
        if kind is None:
            return np.full(int(wanted.sum()), np.nan)

        def told(values: Floats, known: Mask) -> Floats:
            now = _asked(kind, values, known, layer)[0].ravel()
            every, none = np.ones(now.shape, np.bool_), np.zeros(now.shape, np.bool_)
            column = column_of(fact, layer, Bounds(now, now, now), placed=every, silent=none)
            return score(column.measured).reshape(values.shape)

        return self._seen(cells, wanted, told)

    def codes(self, cells: Cells, wanted: Mask, score: Callable[[Floats], Floats]) -> Floats:
        """Score of the class at each wanted centre; NaN: unknown."""
        return self._seen(
            cells, wanted, lambda values, known: score(np.where(known, values, np.nan))
        )

    def _seen(self, cells: Cells, wanted: Mask, told: Callable[[Floats, Mask], Floats]) -> Floats:
        """What is told of the raster's cell that each wanted centre lies in.

        Asked of each cell of the raster once, however many centres lie in it.
        """
        with self._surface().taken() as surface:
            x, y, values, known = _around(surface, cells, 0.0)
        under = _Under.of(x, y)
        found = under.spread(told(under.cut(values), under.cut(known)))[wanted]
        silent = self._silent(cells)
        return found if uniform(silent) is False else np.where(silent[wanted], np.nan, found)

    def _surface(self) -> Surfaces:
        with self._lock:
            if not self._open:
                self._open.append(Surfaces(self.view.layer, self.crs))
            return self._open[0]

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

    def _told(self, cells: Cells, kind: str, ask: Callable[[Bounds], Truth]) -> Truths:
        """What is told of the value of each centre and of what a shift by the error finds."""
        layer = self.view.layer
        with self._surface().taken() as surface:
            t = layer.accuracy_m + surface.blur + _margin(surface, cells, layer.accuracy_m)
            x, y, values, known = _around(surface, cells, t)
        if t == 0:
            under = _Under.of(x, y)
            ends = _asked(kind, under.cut(values), under.cut(known), layer)
            truth = ask(Bounds(*(end.ravel() for end in ends)))
            shape = len(under.rows), len(under.columns)
            return Truths(*(under.spread(m.reshape(shape)) for m in (truth.sure, truth.maybe)))
        now, low, high = _asked(kind, values, known, layer)
        disc = t + SLACK_M, surface.width, surface.height
        if compiled_for(cells.grid) and near(*disc):
            return _told_of_runs(now, low, high, x, y, disc, ask)
        place = np.ix_(np.floor(y).astype(np.intp), np.floor(x).astype(np.intp))
        least, greatest = ends_around((low, high), x, y, *disc)
        bounds = Bounds(now[place].ravel(), least.ravel(), greatest.ravel())
        start, length = _alike(bounds)  # neighbours in one cell of the raster
        truth = ask(Bounds(bounds.measured[start], bounds.low[start], bounds.high[start]))
        masks = (np.repeat(mask, length).reshape(cells.shape) for mask in (truth.sure, truth.maybe))
        return Truths(*masks)


@dataclass(frozen=True, slots=True, eq=False)
class _Under:
    """Cells of a raster that the centres of a block lie in.

    Attributes
    ----------
    rows, columns : intp
        Of the raster, each once.
    row, column : intp[height], intp[width]
        Place among them of each row and column of the block.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    row: NDArray[np.intp]
    column: NDArray[np.intp]

    @classmethod
    def of(cls, x: Floats, y: Floats) -> _Under:
        """From the centres, in cells of the raster."""
        rows, row = np.unique(np.floor(y).astype(np.intp), return_inverse=True)
        columns, column = np.unique(np.floor(x).astype(np.intp), return_inverse=True)
        return cls(rows, columns, row, column)

    def cut(self, values: NDArray[T]) -> NDArray[T]:
        """Those cells of the raster."""
        return values[np.ix_(self.rows, self.columns)]

    def spread(self, told: NDArray[T]) -> NDArray[T]:
        """What is told of them, for each centre."""
        return told.take(self.column, axis=1).take(self.row, axis=0)


def _told_of_runs(
    now: Floats,
    low: Floats,
    high: Floats,
    x: Floats,
    y: Floats,
    disc: tuple[float, float, float],
    ask: Callable[[Bounds], Truth],
) -> Truths:
    """Ask once of neighbours that see the same, row by row, found by compiled loops."""
    from zoning.overlay.kernels.disc import runs_around, unrolled

    size = len(y) * len(x)
    line, start = np.empty(len(y), np.int64), np.empty(len(y) + 1, np.int64)
    column = np.empty(size, np.int64)
    value, least, greatest = np.empty(size), np.empty(size), np.empty(size)
    lines = runs_around(
        now, low, high, x, y, *disc, line, start, column, value, least, greatest
    )  # fmt: skip
    some = slice(0, start[lines])
    truth = ask(Bounds(value[some], least[some], greatest[some]))
    out = Truths(*(np.empty((len(y), len(x)), np.bool_) for _ in range(2)))
    unrolled(line, start, column, truth.sure, out.sure)
    unrolled(line, start, column, truth.maybe, out.maybe)
    return out


def _alike(bounds: Bounds) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where runs of equal bounds begin, and their lengths."""
    other = np.zeros(len(bounds.measured) - 1, np.bool_)
    for values in (bounds.measured, bounds.low, bounds.high):
        bits = values.view(np.int64)  # nan is equal to itself
        other |= bits[1:] != bits[:-1]
    start = np.concatenate([[0], 1 + np.flatnonzero(other)])
    return start, np.diff(start, append=len(bounds.measured))


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


def _around(surface: Surface, cells: Cells, t: float) -> tuple[Floats, Floats, Floats, Mask]:
    """Part of the raster within t of the centres, and x of their columns, y of their rows in it."""
    x, y = cells.grid.centres(cells.window)
    col, row = (x - surface.left) / surface.width, (surface.top - y) / surface.height
    margin_col, margin_row = t / surface.width + 1, t / surface.height + 1
    left, top = int(np.floor(col[0] - margin_col)), int(np.floor(row[0] - margin_row))
    right, bottom = int(np.ceil(col[-1] + margin_col)), int(np.ceil(row[-1] + margin_row))
    sheet = surface.read(top, left, bottom - top + 1, right - left + 1)
    return col - left, row - top, sheet.values.astype(np.float64), sheet.known()


def _asked(
    kind: str, values: Floats, known: Mask, layer: RasterLayer
) -> tuple[Floats, Floats, Floats]:
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
