"""Coverage of cells against shapely's intersections with boxes."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zoning.overlay.raster.cell_weights import Cells, cells
from zoning.overlay.raster.coverage import Polygons, coverage

COMPILED = (False, True)
Shapes = NDArray[np.object_]


def shapes(*found: shapely.Geometry | None) -> Shapes:
    return np.array([*found, None], dtype=object)[:-1]


def stars(seed: int, count: int, side: float, spread: float) -> Shapes:
    """Rough stars, some with a hole, some of two parts, all valid."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(count):
        corners = int(rng.integers(3, 30))
        turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
        away = side * rng.uniform(0.2, 1.0, corners)
        ring = np.column_stack([np.cos(turn), np.sin(turn)]) * away[:, None]
        shape = shapely.make_valid(shapely.Polygon(ring + rng.uniform(0, spread, 2)))
        if n % 3 == 1:
            shape = shape - shapely.Point(shape.centroid).buffer(side / 4, quad_segs=2)
        if n % 3 == 2:
            shape = shape | shapely.box(spread + 1, 1, spread + 1.5, 1.25)
        found.append(shape)
    return shapes(*found)


def by_boxes(shape: shapely.Geometry) -> dict[tuple[int, int], float]:
    """Area of a shape in every cell of its box."""
    left, top, right, bottom = shapely.bounds(shape)
    row, col = np.mgrid[
        int(np.floor(top)) : int(np.ceil(bottom)), int(np.floor(left)) : int(np.ceil(right))
    ].reshape(2, -1)
    area = shapely.area(shapely.intersection(shapely.box(col, row, col + 1, row + 1), shape))
    return {(int(r), int(c)): a for r, c, a in zip(row, col, area, strict=True) if a > 0}


def covered(found_in: Shapes, compiled: bool) -> Cells:
    if not compiled:
        return cells(found_in)
    every = -200_000, -200_000, 400_000, 400_000
    return coverage(Polygons.of(found_in), np.arange(len(found_in)), every)


def check(found_in: Shapes, compiled: bool) -> None:
    found = covered(found_in, compiled)
    for number, shape in enumerate(found_in):
        mine = found.shape == number
        ours = dict(
            zip(
                zip(found.row[mine].tolist(), found.col[mine].tolist(), strict=True),
                found.weight[mine].tolist(),
                strict=True,
            )
        )
        assert len(ours) == mine.sum(), "a cell twice"
        theirs = by_boxes(shape)
        for cell in ours.keys() | theirs.keys():
            assert ours.get(cell, 0.0) == pytest.approx(theirs.get(cell, 0.0), abs=1.1e-9), cell
        assert sum(ours.values()) == pytest.approx(shape.area, abs=1e-8)


WICKED = {
    "cells": shapely.box(1, 2, 4, 5),
    "halves": shapely.box(0.5, 0.25, 2.5, 1.75),
    "within a cell": shapely.box(3.25, 3.25, 3.5, 3.75),
    "diamond on corners": shapely.Polygon([(2, 0), (4, 2), (2, 4), (0, 2)]),
    "sliver": shapely.Polygon([(0, 0), (9, 0.001), (9, 0.002)]),
    "upright sliver": shapely.Polygon([(0, 0), (0.001, 9), (0.002, 9)]),
    "edge on a line of the grid": shapely.Polygon([(1, 1), (1, 3), (2.5, 2)]),
    "hole on lines": shapely.box(0, 0, 5, 5) - shapely.box(1, 1, 3, 3),
    "hole within a cell": shapely.box(0, 0, 2, 2) - shapely.box(0.25, 0.25, 0.75, 0.5),
    "left and above of the origin": shapely.box(-3.5, -2.25, 1.5, 0.5),
    "two parts in one cell": shapely.box(0.1, 0.1, 0.2, 0.9) | shapely.box(0.5, 0.1, 0.7, 0.9),
    "almost level": shapely.Polygon([(0, 1), (8, 1 + 1e-12), (8, 2), (0, 2)]),
}


@pytest.mark.parametrize("compiled", COMPILED)
@pytest.mark.parametrize("name", WICKED)
def test_wicked_shapes(name: str, compiled: bool) -> None:
    check(shapes(WICKED[name]), compiled)


@pytest.mark.parametrize("compiled", COMPILED)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), side=st.sampled_from([0.3, 2.0, 9.0]))
def test_random_shapes(seed: int, side: float, compiled: bool) -> None:
    check(stars(seed, 4, side, 12.0), compiled)


def test_far_from_the_origin_nothing_is_lost() -> None:
    check(shapely.transform(stars(3, 6, 8.0, 5.0), lambda xy: xy + 40_000.0), True)


def test_little_room_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoning.overlay.raster.coverage.ROOM", 1)
    check(stars(5, 9, 9.0, 12.0), True)


@pytest.mark.parametrize("compiled", COMPILED)
def test_what_has_no_area_covers_nothing(compiled: bool) -> None:
    none = shapes(None, shapely.Polygon(), shapely.box(0, 0, 1, 1))
    found = covered(none, compiled)
    assert found.shape.tolist() == [2]
    assert len(covered(shapes(), compiled).shape) == 0


def test_a_window_cuts_the_cells_of_those_wanted() -> None:
    found_in = stars(8, 40, 15.0, 40.0)
    whole = cells(found_in)
    which = np.arange(3, 40, 4)
    found = coverage(Polygons.of(found_in), which, (5, 9, 20, 17))
    kept = np.isin(whole.shape, which) & (whole.row >= 5) & (whole.row < 25)
    kept &= (whole.col >= 9) & (whole.col < 26)
    assert (which[found.shape] == whole.shape[kept]).all()
    assert (found.row == whole.row[kept]).all()
    assert (found.col == whole.col[kept]).all()
    assert found.weight == pytest.approx(whole.weight[kept], abs=1e-9)
    assert len(found.row) > 200
