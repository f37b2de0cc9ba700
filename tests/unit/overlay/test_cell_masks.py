"""Masks of blocks of cells: those that say the same everywhere, and rasters seen in runs."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.overlay_cases import write_raster
from zoning.grid import Grid, Window
from zoning.overlay.kernels.disc import runs_around, unrolled
from zoning.overlay.raster.raster import Surfaces
from zoning.overlay.rasterize.burn import settled
from zoning.overlay.rasterize.edges import FEW, Boxes, Outlines
from zoning.siting.cells.block import Cells, both, denied, either, uniform

GRID = Grid("EPSG:4545", 0.0, 400.0, 10.0, 40, 40)
SIDE = 8


def masks() -> list[np.ndarray]:
    cells = Cells(GRID, Window(0, 0, 2, 2, 0, 0, 2, 2))
    return [
        cells.all(value=False),
        cells.all(value=True),
        np.array([[True, False], [True, False]]),
        np.array([[True, True], [False, False]]),
    ]


def test_masks_are_joined_as_numpy_joins_them() -> None:
    for a, b, c in itertools.product(masks(), repeat=3):
        np.testing.assert_array_equal(either(a, b, c), a | b | c)
        np.testing.assert_array_equal(both(a, b, c), a & b & c)
        np.testing.assert_array_equal(denied(a), ~a)


def test_one_answer_stays_one_answer() -> None:
    no, yes, some, other = masks()
    assert [uniform(mask) for mask in masks()] == [False, True, None, None]
    assert uniform(either(no, no)) is uniform(both(some, no)) is uniform(denied(yes)) is False
    assert uniform(either(some, yes)) is uniform(both(yes, yes)) is uniform(denied(no)) is True
    assert uniform(either(some, no)) is uniform(both(some, other)) is None


# A square of 200 m with a hole of 100 m, a line and a point: blocks of 80 m lie in, out and across
SHAPES = np.array(
    [
        shapely.box(50, 50, 250, 250) - shapely.box(100, 100, 200, 200),
        shapely.LineString([(300, 0), (300, 150)]),
        shapely.Point(355, 355),
    ],
    dtype=object,
)


@pytest.mark.parametrize("reach", [0.0, 5.0, 33.0, -5.0, -20.0])
def test_cells_near_shapes_whether_edges_are_near_or_not(reach: float) -> None:
    outlines, area = Outlines.of(SHAPES), shapely.MultiPolygon([SHAPES[0]])
    told = set()
    for row, col in itertools.product(range(0, 40, SIDE), repeat=2):
        window = Window(row, col, SIDE, SIDE, row, col, SIDE, SIDE)
        x, y = np.meshgrid(*GRID.centres(window))
        centre = shapely.points(x, y)
        expected = (
            (shapely.distance(SHAPES[:, None, None], centre) <= reach).any(axis=0)
            if reach >= 0
            else shapely.contains(area, centre)
            & (shapely.distance(shapely.boundary(area), centre) >= -reach)
        )
        found = Cells(GRID, window).near(outlines, reach)
        np.testing.assert_array_equal(found, expected)
        same = settled(outlines, GRID, window, reach_m=reach)
        assert same is uniform(found)
        told.add(same)
    assert {False, None} <= told


def test_a_block_deep_inside_is_told_without_burning() -> None:
    zone = shapely.box(-999, -999, 999, 999)  # a run that is all around, edges that are not
    outlines = Outlines.of(np.array([zone], object))
    window = Window(16, 16, SIDE, SIDE, 16, 16, SIDE, SIDE)
    for reach in (0.0, 50.0, -100.0):
        assert settled(outlines, GRID, window, reach_m=reach) is True
    assert settled(outlines, GRID, window, reach_m=-800.0) is None


def test_edges_that_enter_a_box_and_edges_that_pass_by() -> None:
    rng = np.random.default_rng(8)
    box = shapely.box(40, 40, 60, 55)
    seen = set()
    for _ in range(300):
        line = shapely.LineString(rng.integers(0, 100, (2, 2)))
        entered = bool(shapely.intersects(line, box))
        for compiled in (False, True):
            found = Outlines.of(np.array([line], object)).enter(40, 40, 60, 55, compiled=compiled)
            assert found is entered
        seen.add((entered, bool(shapely.box(*line.bounds).intersects(box))))
    assert len(seen) == 3  # a diagonal passes by, though its box does not
    for x, y in ((40, 40), (50, 55), (61, 50)):
        point = Outlines.of(np.array([shapely.Point(x, y)], object))
        for compiled in (False, True):
            assert point.enter(40, 40, 60, 55, compiled=compiled) is (x < 61)
    many = shapely.linestrings(rng.uniform(0, 39, (999, 2, 2)))
    assert not Outlines.of(many).enter(40, 40, 60, 55, compiled=True)
    many[700] = shapely.LineString([(45, 39), (45, 41)])
    assert Outlines.of(many).enter(40, 40, 60, 55, compiled=True)


@pytest.mark.parametrize("count", [FEW, FEW + 1])
def test_boxes_that_meet_a_box(count: int) -> None:
    rng = np.random.default_rng(2)
    low = rng.uniform(0, 100, (count, 2))
    box = np.hstack([low, low + rng.uniform(0, 9, (count, 2))])
    asked = shapely.box(20, 30, 45, 50)
    expected = np.flatnonzero(shapely.intersects(shapely.box(*box.T), asked))
    assert Boxes.of(box).meeting(20, 30, 45, 50).tolist() == expected.tolist()


@pytest.mark.parametrize("t", [0.4, 1.0, 2.5])
def test_runs_hold_what_discs_around_centres_hold(t: float) -> None:
    rng = np.random.default_rng(4)
    low = rng.integers(0, 3, (20, 30)) / 1.0
    high = low + rng.integers(0, 2, low.shape)
    now = np.where(rng.random(low.shape) < 0.2, np.nan, low)
    x, y = 6.05 + 0.1 * np.arange(170), 5.0 + 0.1 * np.arange(60)
    reach, size = t + 1e-9, len(x) * len(y)  # closed discs, lest corners round
    line, start, column = (np.empty(n, np.int64) for n in (len(y), len(y) + 1, size))
    value, least, greatest = np.empty((3, size))
    args = (now, low, high, x, y, reach, 1.0, 1.5)
    lines = runs_around(*args, line, start, column, value, least, greatest)
    row, col = np.mgrid[:20, :30]
    for i, j in itertools.product(range(0, len(y), 3), range(len(x))):
        away_x = np.maximum(np.maximum(col - x[j], x[j] - col - 1), 0)
        away_y = np.maximum(np.maximum(row - y[i], y[i] - row - 1), 0) * 1.5
        near = np.hypot(away_x, away_y) <= reach
        mine = slice(start[line[i]], start[line[i] + 1])
        k = mine.start + np.searchsorted(column[mine], j, side="right") - 1
        assert (least[k], greatest[k]) == (low[near].min(), high[near].max())
        np.testing.assert_equal(value[k], now[int(y[i]), int(x[j])])
    assert lines < len(y)  # some rows repeat, and most columns
    assert start[lines] < size / 2
    told, out = rng.random(int(start[lines])) < 0.5, np.empty((len(y), len(x)), np.bool_)
    unrolled(line, start, column, told, out)
    for i in range(len(y)):
        mine = slice(start[line[i]], start[line[i] + 1])
        length = np.diff(column[mine], append=len(x))
        assert out[i].tolist() == np.repeat(told[mine], length).tolist()


def test_a_raster_stays_open_and_no_two_share_a_handle(tmp_path: Path) -> None:
    cells = np.arange(12, dtype=np.uint8).reshape(3, 4)
    layer = write_raster(tmp_path / "r.tif", cells, top=30.0, cell=(10.0, 10.0))
    surfaces = Surfaces(layer, "EPSG:4545")
    with surfaces.taken() as one, surfaces.taken() as other:
        assert one is not other
        assert one.read(0, 0, 3, 4).values.tolist() == cells.tolist()
        assert other.read(1, 2, 1, 2).values.tolist() == [[6, 7]]
    with surfaces.taken() as again:
        assert again in (one, other)
        handle = again.handles.get()
        assert not handle.closed
    del surfaces
    assert handle.closed
