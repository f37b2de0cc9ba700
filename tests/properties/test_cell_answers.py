"""Answers of cells against those of point sites, on random zones that adjoin, overlap, lack a word.

The zones are squares of a lattice, so that they share edges, and cells' centres fall beside, on
and between their edges; some are joined, some overlap, some have no class or one that nobody knows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.facts.table import Facts
from zoning.grid import Grid, Window
from zoning.measure.ground import Ground, LayerView
from zoning.measure.vector import measure_vector
from zoning.overlay import index_zones
from zoning.rules.grammar import FactRef, parse_condition
from zoning.rules.judge import evaluate
from zoning.siting.cells.block import Cells
from zoning.siting.cells.questions import Form, Question
from zoning.siting.cells.vectors import Shapes

CLASSES = ["优先保护", "重点管控", "一般管控", "", "没有的类"]
TESTS: tuple[tuple[str, Form], ...] = (
    ("control_unit.meets", "meets"),
    ("control_unit.within", "meets"),
    ("control_unit[class = 优先保护].meets", "meets"),
    ("control_unit.covered", "covered"),
    ("control_unit.class in [优先保护, 一般管控]", "codes"),
    ("control_unit.class only in [优先保护, 一般管控]", "codes"),
    ("control_unit.distance < 30 m", "distance"),
    ("control_unit.distance <= 7 m", "distance"),
    ("control_unit[class = 优先保护].distance > 55 m", "distance"),
    ("control_unit.distance >= 30 m", "distance"),
)
SIDE, RES = 24, 10.0
GRID = Grid("EPSG:4545", 0.0, SIDE * RES, RES, SIDE, SIDE)
BLOCK = Window(0, 0, SIDE, SIDE, 0, 0, SIDE, SIDE)
NOBODY = Facts(np.asarray(["1"]), {})


def random_view(rng: np.random.Generator, t: float) -> LayerView:
    step = 40.0
    shapes = []
    for i in range(6):
        for j in range(6):
            if rng.random() < 0.45:
                wide = 1 + (rng.random() < 0.2)
                shapes.append(shapely.box(i * step, j * step, (i + wide) * step, (j + 1) * step))
    shapes = shapes or [shapely.box(0, 0, 40, 40)]
    words = rng.choice(CLASSES, len(shapes), p=[0.3, 0.25, 0.25, 0.1, 0.1])
    frame = pd.DataFrame({"class": words, "code": [str(i) for i in range(len(shapes))]})
    cover = {
        0: None,
        1: shapely.box(-500, -500, 900, 900),
        2: shapely.box(20, 10, 200, 190),
    }[int(rng.integers(3))]
    coverage = None if cover is None else index_zones(np.asarray([cover], object))
    return LayerView(index_zones(np.asarray(shapes, object)), frame, coverage, t)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 3.0, 5.0, 12.0, 33.0]))
@pytest.mark.parametrize(("text", "form"), TESTS)
def test_cells_answer_as_points_do(text: str, form: Form, seed: int, t: float) -> None:
    view = random_view(np.random.default_rng(seed), t)
    test = parse_condition(text)
    question = Question(test.test, form, FactRef("control_unit", "cell0"))
    told = Shapes(view, NOBODY).answer(question)(Cells(GRID, BLOCK))
    x, y = GRID.centres()
    points = np.asarray(shapely.points(*(a.ravel() for a in np.meshgrid(x, y))), object)
    n = len(points)
    ground = Ground(points, np.full(n, t), np.zeros(n), np.ones(n))
    facts = Facts(
        np.arange(n).astype(str),
        dict(measure_vector([test.fact], ground, view, Facts(np.arange(n).astype(str), {}))),
    )
    truth = evaluate(test, facts)
    np.testing.assert_array_equal(told.sure.ravel(), truth.sure)
    np.testing.assert_array_equal(told.maybe.ravel(), truth.maybe)
