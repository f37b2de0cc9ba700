"""Layers opened to be asked by cells, and the judge of what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from zoning.arrays import Longs, Mask
from zoning.catalog import Catalog
from zoning.facts.table import Facts
from zoning.facts.vocabulary import LAYERS, SPACES
from zoning.measure import Views, measure, open_views
from zoning.rules.grammar import Condition, FactRef
from zoning.rules.model import RuleSet
from zoning.siting.cells.block import Answer, Cells, Truths
from zoning.siting.cells.questions import Compiled
from zoning.siting.cells.rasters import Values
from zoning.siting.cells.states import State, states_of
from zoning.siting.cells.vectors import Shapes
from zoning.siting.cells.verdicts import Bench
from zoning.siting.presets.preset import Preset


@dataclass(frozen=True, slots=True)
class Asker:
    """What a preset asks of cells, ready to be asked.

    Parameters
    ----------
    answers : tuple of Answer
        One a question.
    bench : Bench
        Judges what they answer.
    views : Views
        Layers that were opened.
    scope : tuple of (str, str)
        Layers that the office does not hold, and who does.
    """

    answers: tuple[Answer, ...]
    bench: Bench
    views: Views
    scope: tuple[tuple[str, str], ...]

    def ask(
        self, cells: Cells, inside: Mask, *, surely: bool = False
    ) -> tuple[Mask, list[State], Longs]:
        """Ask the cells of a block.

        Parameters
        ----------
        cells : Cells
        inside : bool[rows, columns]
            Cells that matter.
        surely : bool
            Keep the cells that surely meet the preset's limits, not those that may.

        Returns
        -------
        bool[rows, columns], list of State, int array [rows * columns]
            Cells inside that meet the limits; the states met, and which each cell is in. Where no
            cell is left nothing more is asked: no state, and no place for any cell.
        """
        held: dict[int, Truths] = {}
        inside = inside.copy()
        for limit in self.bench.compiled.limits:
            k = self._place(limit)
            held[k] = self.answers[k](cells)
            truth = ~held[k] if limit.denied else held[k]
            inside &= truth.sure if surely else truth.maybe
            if not inside.any():
                return inside, [], np.zeros(0, np.int64)
        told = [held.get(k) or answer(cells) for k, answer in enumerate(self.answers)]
        return inside, *states_of(told, cells.shape)

    def _place(self, limit: Condition) -> int:
        names = [question.name for question in self.bench.compiled.questions]
        return names.index(limit.fact)


def open_asker(
    preset: Preset, catalog: Catalog, rules: RuleSet, compiled: Compiled, *, as_of: date
) -> Asker:
    """Open the layers that the questions turn on, and learn what the preset states.

    Parameters
    ----------
    preset : Preset
    catalog : Catalog
    rules : RuleSet
        As loaded.
    compiled : Compiled
        Of these rules.
    as_of : date
    """
    specs = {**LAYERS, **rules.layers}
    asked = [q.test.fact for q in compiled.questions if q.form != "absent"]
    views = open_views(catalog, asked, specs)
    project = _stated(preset, compiled, catalog, views, as_of, asked)
    held = frozenset(catalog.layers)
    scope = tuple((layer, who) for layer, who in catalog.out_of_scope if layer not in held)
    shapes = {name: Shapes(view, project) for name, view in views.vectors.items()}
    values = {name: Values(view, catalog.crs) for name, view in views.rasters.items()}
    answers = tuple(
        _unknown
        if q.form == "absent"
        else (shapes.get(q.test.fact.layer) or values[q.test.fact.layer]).answer(q)
        for q in compiled.questions
    )
    bench = Bench(compiled, project, as_of, frozenset(layer for layer, _ in scope))
    return Asker(answers, bench, views, scope)


def _unknown(cells: Cells) -> Truths:
    return Truths(cells.all(value=False), cells.all(value=True))


def _stated(
    preset: Preset,
    compiled: Compiled,
    catalog: Catalog,
    views: Views,
    as_of: date,
    asked: list[FactRef],
) -> Facts:
    """Facts of the project and its papers that rules and filters turn on: one row."""
    named = [ref for ref in compiled.rules.facts if ref.layer in SPACES]
    compared = [test.other for ref in asked for test in ref.filter if test.other is not None]
    return measure(preset.sites([None], catalog.crs), [*named, *compared], views, as_of=as_of)
