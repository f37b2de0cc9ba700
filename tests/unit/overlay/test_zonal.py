"""Rasters under sites, drawn and counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio
import shapely
from scipy.ndimage import grey_dilation, grey_erosion
from shapely import LineString, MultiPoint, Point, Polygon, box

from tests.overlay_cases import shapes, write_raster
from zoning.crs import project
from zoning.overlay import zonal
from zoning.overlay.raster import accumulate as account
from zoning.overlay.raster import chunks as jobs
from zoning.overlay.raster.cell_weights import cells
from zoning.overlay.raster.neighbourhood import (
    ends_around,
    halo,
    highest,
    lowest,
    lowest_around,
    reachable,
    rounded_up,
)

# Rows from the north:  1 2 3 / 4 5 6 / 7 8 9; cells of 1 m, upper left corner at (0, 3).
NINE = np.arange(1, 10, dtype=np.float32).reshape(3, 3)
WORK = "EPSG:4545"
QUANTUM = {"rel": 1e-9, "abs": 1e-9}
"""Facts are rounded outwards to this."""


@pytest.fixture
def nine(tmp_path):
    return write_raster(tmp_path / "nine.tif", NINE, top=3.0, valid_range=(0.0, 10.0))


def found(site, raster, stat, t=0.0):
    """The statistic of one site, the same with and without compiled loops."""
    one, two = (
        zonal(shapes(site), raster, t, (stat,), crs=WORK, engine=engine)[stat]
        for engine in ("numpy", "numba")
    )
    pair = [(b.measured[0], b.low[0], b.high[0]) for b in (one, two)]
    assert pair[1] == pytest.approx(pair[0], nan_ok=True, **QUANTUM)
    return pair[0]


def table(shape, **size):
    cell = cells(shapes(shape), **size)
    return {
        (int(r), int(c)): pytest.approx(w)
        for r, c, w in zip(cell.row, cell.col, cell.weight, strict=True)
    }


class TestCells:
    """Cell coordinates: x = column, y = row, downwards."""

    def test_square_over_four_cells(self):
        quarter = {(0, 0): 0.25, (0, 1): 0.25, (1, 0): 0.25, (1, 1): 0.25}
        assert table(box(0.5, 0.5, 1.5, 1.5)) == quarter

    def test_edges_on_the_grid_touch_no_neighbour(self):
        assert table(box(1, 2, 3, 3)) == {(2, 1): 1.0, (2, 2): 1.0}

    def test_triangle(self):
        # Half of the square of 2: two half cells on the diagonal and a whole one.
        assert table(Polygon([(0, 0), (2, 0), (0, 2)])) == {(0, 0): 1.0, (0, 1): 0.5, (1, 0): 0.5}

    def test_either_winding(self):
        ring = Polygon([(0, 0), (2, 0), (0, 2)])
        assert table(ring) == table(ring.reverse())

    def test_hole(self):
        ring = box(0, 0, 3, 3).difference(box(1, 1, 2, 1.5))
        assert table(ring)[1, 1] == 0.5
        assert len(table(ring)) == 9
        assert (1, 1) not in table(box(0, 0, 3, 3).difference(box(1, 1, 2, 2)))

    def test_smaller_than_a_cell_and_left_of_the_raster(self):
        assert table(box(-2.75, 4.25, -2.5, 4.5)) == {(4, -3): 0.0625}
        assert table(box(0.5, 0.5, 0.50001, 0.50001)) == {(0, 0): 1e-10}

    def test_line_by_length(self):
        assert table(LineString([(0.5, 0.5), (2.5, 0.5)])) == {
            (0, 0): 0.5,
            (0, 1): 1.0,
            (0, 2): 0.5,
        }
        half = np.sqrt(0.5)
        assert table(LineString([(0.5, 0.5), (1.5, 1.5)])) == {(0, 0): half, (1, 1): half}
        assert table(LineString([(0.5, 0.5), (0.5, 1.5)]), height=4.0) == {(0, 0): 2.0, (1, 0): 2.0}

    def test_line_that_returns_into_a_cell(self):
        there_and_back = LineString([(0.5, 0.5), (1.5, 0.5), (1.5, 0.2), (0.5, 0.2)])
        assert table(there_and_back) == pytest.approx({(0, 0): 1.0, (0, 1): 1.3})

    def test_line_walked_twice_is_there_once(self):
        assert table(LineString([(0.5, 0.5), (1.5, 0.5), (0.5, 0.5)])) == {(0, 0): 0.5, (0, 1): 0.5}

    def test_point_on_an_edge_belongs_to_the_right_and_lower_cell(self):
        assert table(Point(1, 2)) == {(2, 1): 1.0}
        assert table(MultiPoint([(0.1, 0.1), (0.2, 0.2)])) == {(0, 0): 1.0}

    def test_rounding_of_big_shapes_does_not_reach_small_ones(self):
        angle = np.linspace(0, 6.28, 4000)
        ring = np.stack([np.cos(angle), np.sin(angle)], 1) * (300 + 9 * np.sin(7 * angle))[:, None]
        tiny = box(4 - 1e-6, 7 - 1e-6, 4 + 1e-6, 7 + 1e-6)  # 1e-12 in each of four cells
        cell = cells(shapes(*[Polygon(ring + 0.123 * k) for k in range(8)], tiny))
        assert cell.weight[cell.shape == 8] == pytest.approx([1e-12] * 4, rel=1e-3)

    def test_many_shapes_keep_their_own_cells(self):
        cell = cells(shapes(None, box(0, 0, 1, 1), Point(5, 5), box(0.5, 0, 1.5, 1), None))
        assert cell.shape.tolist() == [1, 2, 3, 3]
        assert cell.weight.tolist() == [1.0, 1.0, 0.5, 0.5]
        assert len(cells(shapes(None)).row) == 0


class TestReachable:
    def reached(self, t, width=1.0, height=1.0):
        steps = reachable(t, width, height)
        rows, columns = halo(steps)
        i, j = np.mgrid[-rows : rows + 1, -columns : columns + 1]
        held = np.zeros(i.shape, dtype=bool)
        for r, c in steps:
            held |= (np.abs(i) <= r) & (np.abs(j) <= c)
        x = np.maximum(np.abs(j) - 1, 0) * width
        y = np.maximum(np.abs(i) - 1, 0) * height
        return held, np.hypot(x, y)

    def test_no_shift_reaches_no_neighbour(self):
        assert reachable(0.0, 30.0, 30.0) == ((0, 0),)

    def test_any_shift_reaches_the_eight_neighbours(self):
        assert reachable(0.01, 30.0, 30.0) == ((1, 1),)

    @pytest.mark.parametrize("size", [(1.0, 1.0), (2.0, 3.0)])
    @pytest.mark.parametrize("t", [0.5, 1.0, 1.5, 2.0, 3.7, 6.0])
    def test_small_discs_are_exact(self, t, size):
        held, gap = self.reached(t, *size)
        assert (held == (gap <= t)).all()

    @pytest.mark.parametrize("t", [20.0, 100.0, 333.3])
    def test_big_discs_are_covered_and_little_more(self, t):
        held, gap = self.reached(t)
        assert held[gap <= t].all()
        assert gap[held].max() <= 1.08 * t
        assert len(reachable(t, 1.0, 1.0)) <= 12

    def test_filter_is_that_of_scipy(self):
        values = np.random.default_rng(5).random((190, 50))
        steps = reachable(4.3, 1.0, 1.5)
        held, _ = self.reached(4.3, 1.0, 1.5)
        (r, c), (rows, columns) = halo(steps), values.shape
        inner = slice(r, rows - r), slice(c, columns - c)
        assert (lowest(values, steps) == grey_erosion(values, footprint=held)[inner]).all()
        assert (highest(values, steps) == grey_dilation(values, footprint=held)[inner]).all()

    def test_around_points_the_disc_is_exact(self):
        rng = np.random.default_rng(8)
        values = rng.random((60, 70))
        at = np.concatenate([rng.uniform(20, 40, (60, 2)), rng.integers(20, 40, (20, 2))])
        t = rng.choice([0.0, 0.1, 1.0, 2.5, 7.3, 19.0], 80)
        row, column = np.mgrid[:60, :70]
        x, y = at[:, 0, None, None], at[:, 1, None, None]
        x = np.maximum(np.maximum(column - x, x - column - 1), 0) * 1.0
        y = np.maximum(np.maximum(row - y, y - row - 1), 0) * 1.5
        near = np.hypot(x, y) <= t[:, None, None]
        expected = np.where(near, values, np.inf).min(axis=(1, 2))
        found = lowest_around(values, at, t + 1e-12, 1.0, 1.5)  # closed discs, lest corners round
        assert found.tolist() == expected.tolist()

    @pytest.mark.parametrize("t", [0.4, 1.0, 2.5, 3.6])
    def test_around_the_centres_of_a_grid_both_engines_hold_the_disc(self, t):
        rng = np.random.default_rng(9)
        low, x, y = rng.random((40, 50)), 10.05 + 0.1 * np.arange(300), 10.0 + 0.3 * np.arange(60)
        high = low + rng.random(low.shape)
        row, column = np.mgrid[:40, :50]
        away_x = np.maximum(np.maximum(column[0] - x[:, None], x[:, None] - column[0] - 1), 0)
        away_y = np.maximum(np.maximum(row[:, 0] - y[:, None], y[:, None] - row[:, 0] - 1), 0) * 1.5
        reach = t + 1e-9  # closed discs, lest corners round
        for i, j in zip(rng.integers(0, 60, 200), rng.integers(0, 300, 200), strict=True):
            near = np.hypot(away_x[j][None, :], away_y[i][:, None]) <= reach
            expected = low[near].min(), high[near].max()
            for compiled in (False, True):
                least, greatest = ends_around((low, high), x, y, reach, 1.0, 1.5, compiled=compiled)
                assert (least[i, j], greatest[i, j]) == expected

    def test_rounding_of_shifts_is_upwards_and_slight(self):
        t = np.array([0.0, 0.1, 10.0, 79.9, 80.0, 81.0, 12345.0])
        up = rounded_up(t, 10.0)
        assert (up >= t).all()
        assert up[[0, 2, 4]].tolist() == [0.0, 10.0, 80.0]
        assert (up <= np.maximum(t * 1.051, t + 1.25)).all()


class TestStatistics:
    def test_point_takes_its_cell(self, nine):
        assert found(Point(1.5, 1.5), nine, "mean") == (5.0, 5.0, 5.0)
        assert found(Point(0.1, 0.1), nine, "p90") == (7.0, 7.0, 7.0)

    def test_whole_raster(self, nine):
        whole = box(0, 0, 3, 3)
        values = {"mean": 5.0, "min": 1.0, "max": 9.0, "p90": 9.0, "share:3": 1 / 9, "covered": 1.0}
        for stat, value in values.items():
            assert found(whole, nine, stat) == pytest.approx((value, value, value)), stat
        assert found(whole, nine, "share:3,4")[0] == pytest.approx(2 / 9)

    def test_weights(self, nine):
        site = box(0.5, 2, 2, 3)  # half of 1, all of 2
        assert found(site, nine, "mean")[0] == pytest.approx((0.5 * 1 + 2) / 1.5)
        assert found(site, nine, "share:1")[0] == pytest.approx(1 / 3)
        line = LineString([(0.5, 2.5), (2.0, 2.5)])
        assert found(line, nine, "mean")[0] == pytest.approx((0.5 * 1 + 2) / 1.5)

    def test_p90_is_the_value_that_reaches_nine_tenths(self, tmp_path):
        ten = write_raster(tmp_path / "ten.tif", np.arange(1, 11, dtype=np.int16)[None], top=1.0)
        assert found(box(0, 0, 10, 1), ten, "p90")[0] == 9.0  # nine of ten cells
        assert found(box(0.1, 0, 10, 1), ten, "p90")[0] == 10.0  # 8.9 of 9.9 is less than 0.9
        assert found(box(0, 0, 9.9, 1), ten, "p90")[0] == 9.0

    def test_any_quantile(self, tmp_path):
        ten = write_raster(tmp_path / "ten.tif", np.arange(1, 11, dtype=np.int16)[None], top=1.0)
        asked = {"p0.5": 1.0, "p10": 1.0, "p10.1": 2.0, "p50": 5.0, "p100": 10.0}
        for stat, value in asked.items():
            assert found(box(0, 0, 10, 1), ten, stat)[0] == value, stat

    def test_centre_rule_takes_cells_whole(self, nine):
        def centre(site, stat):
            bounds = zonal(shapes(site), nine, 0.0, (stat,), crs=WORK, rule="centre")[stat]
            return bounds.measured[0], bounds.low[0], bounds.high[0]

        assert centre(box(0.4, 1.4, 1.6, 2.6), "mean") == (3.0, 3.0, 3.0)  # 1, 2, 4, 5
        assert centre(box(0.4, 1.4, 1.6, 2.6), "share:5") == (0.25, 0.25, 0.25)
        assert centre(box(2.2, 0, 5, 1), "mean") == (9.0, (9 + 0) / 3, (9 + 20) / 3)
        assert centre(box(2.2, 0, 5, 1), "covered") == pytest.approx((1 / 3,) * 3)
        none = centre(box(0.6, 0.6, 0.9, 0.9), "mean")  # holds no centre
        assert np.isnan(none[0])
        assert none[1:] == (-np.inf, np.inf)

    def test_shift_of_a_point_is_exact(self, nine):
        # Cell 5 from 1 to 2: 0.3 m from the left edge, 0.4 m from the upper one.
        site = Point(1.3, 1.6)
        assert found(site, nine, "mean", 0.2) == (5.0, 5.0, 5.0)
        assert found(site, nine, "mean", 0.35) == (5.0, 4.0, 5.0)
        assert found(site, nine, "mean", 0.45) == (5.0, 2.0, 5.0)
        assert found(site, nine, "mean", 0.5) == (5.0, 1.0, 5.0)  # 3-4-5 to the corner

    def test_shift_of_a_polygon_takes_the_neighbours(self, nine):
        assert found(box(1, 1, 2, 2), nine, "mean", 0.3) == (5.0, 1.0, 9.0)
        assert found(box(1, 1, 2, 2), nine, "share:5", 0.3) == (1.0, 0.0, 1.0)
        assert found(box(1, 1, 2, 2), nine, "covered", 0.3) == (1.0, 1.0, 1.0)

    def test_beyond_the_raster_the_range_counts(self, nine):
        site = box(2, 0, 4, 1)  # 9, and a cell beyond
        assert found(site, nine, "mean") == (9.0, 4.5, 9.5)
        assert found(site, nine, "max") == (9.0, 9.0, 10.0)
        assert found(site, nine, "min") == (9.0, 0.0, 9.0)
        assert found(site, nine, "share:9") == (1.0, 0.5, 1.0)
        assert found(site, nine, "covered") == (0.5, 0.5, 0.5)

    def test_a_shift_may_reach_beyond(self, nine):
        # Two cells to the right the raster ends: min filter over 8 neighbours.
        assert found(box(2, 1, 3, 2), nine, "covered", 0.5) == (1.0, 0.0, 1.0)
        assert found(box(2, 1, 3, 2), nine, "mean", 0.5) == (6.0, 0.0, 10.0)

    def test_far_from_the_raster(self, nine):
        for stat, low, high in (("mean", 0.0, 10.0), ("share:3", 0.0, 1.0), ("p90", 0.0, 10.0)):
            measured, least, most = found(box(500, 500, 502, 502), nine, stat, 1.0)
            assert np.isnan(measured)
            assert (least, most) == (low, high)
        assert found(Point(-1e6, 0), nine, "covered") == (0.0, 0.0, 0.0)


class TestUnknown:
    def hole(self, tmp_path, valid_range=None, nodata=-9999.0):
        values = NINE.copy()
        values[1, 1] = nodata
        return write_raster(
            tmp_path / "hole.tif", values, top=3.0, nodata=nodata, valid_range=valid_range
        )

    def test_range(self, tmp_path):
        raster = self.hole(tmp_path, (0.0, 18.0))
        row = box(0, 1, 3, 2)  # 4, unknown, 6
        assert found(row, raster, "mean") == pytest.approx((5.0, 10 / 3, 28 / 3))
        assert found(row, raster, "covered") == pytest.approx((2 / 3,) * 3)
        assert found(row, raster, "share:4") == pytest.approx((0.5, 1 / 3, 2 / 3))

    def test_without_range_anything_may_be_there(self, tmp_path):
        raster = self.hole(tmp_path)
        row = box(0, 1, 3, 2)
        assert found(row, raster, "mean") == (5.0, -np.inf, np.inf)
        assert found(row, raster, "min") == (4.0, -np.inf, 4.0)
        assert found(row, raster, "max") == (6.0, 6.0, np.inf)
        assert found(box(0, 0, 3, 1), raster, "mean") == pytest.approx((8.0, 8.0, 8.0))
        assert found(box(0, 0, 3, 1), raster, "mean", 0.5)[1:] == (-np.inf, np.inf)

    def test_nothing_known(self, tmp_path):
        raster = self.hole(tmp_path)
        measured, low, high = found(Point(1.5, 1.5), raster, "mean")
        assert np.isnan(measured)
        assert (low, high) == (-np.inf, np.inf)

    def test_nan_is_unknown(self, tmp_path):
        raster = self.hole(tmp_path, (0.0, 10.0), np.nan)
        assert found(Point(1.5, 1.5), raster, "mean")[1:] == (0.0, 10.0)

    def test_values_beyond_the_valid_range_are_unknown(self, tmp_path):
        raster = write_raster(tmp_path / "r.tif", NINE, top=3.0, valid_range=(0.0, 8.0))
        assert found(box(2, 0, 3, 1), raster, "mean")[1:] == (0.0, 8.0)
        assert found(box(2, 0, 3, 1), raster, "covered")[0] == 0.0

    def test_no_place(self, nine):
        for stat in ("mean", "covered", "share:1"):
            measured, low, high = found(None, nine, stat)
            assert np.isnan(measured)
            assert (low, high) == (-np.inf, np.inf)
        assert zonal(shapes(), nine, 0.0, ("mean",), crs=WORK)["mean"].low.shape == (0,)


def test_unknown_statistic_is_refused(nine):
    with pytest.raises(ValueError, match="median"):
        zonal(shapes(Point(1, 1)), nine, 0.0, ("median",), crs=WORK)
    for stat in ("p0", "p101", "p", "p9x"):
        with pytest.raises(ValueError, match=stat):
            zonal(shapes(Point(1, 1)), nine, 0.0, (stat,), crs=WORK)
    with pytest.raises(ValueError, match="forest"):
        zonal(shapes(Point(1, 1)), nine, 0.0, ("share:forest",), crs=WORK)


ALL = ("mean", "min", "max", "p10", "p90", "share:3", "share:3,4.5", "covered")


def crowd(tmp_path):
    """Sites of all kinds and shifts on and beyond a raster in tiles of 16, with holes in it."""
    rng = np.random.default_rng(11)
    values = rng.integers(0, 9, (70, 90)).astype(np.float32)
    values[rng.random(values.shape) < 0.1] = -1
    tiles = {"tiled": True, "blockxsize": 16, "blockysize": 16}
    raster = write_raster(
        tmp_path / "r.tif", values, top=70.0, nodata=-1, valid_range=(0.0, 8.0), **tiles
    )
    centre = rng.uniform(0, 80, (40, 2))
    sites = shapely.buffer(shapely.points(centre), rng.uniform(0.1, 30, 40), quad_segs=4)
    sites[::5] = shapely.linestrings(rng.uniform(0, 80, (8, 3, 2)))
    sites[1::5] = shapely.points(rng.integers(0, 80, (8, 2)))
    return sites, raster, rng.choice([0.0, 0.7, 3.0, 17.0], 40)


def same(one, two, order=slice(None)):
    for stat in ALL:
        for column in ("measured", "low", "high"):
            expected = getattr(one[stat], column)[order]
            close = pytest.approx(expected, nan_ok=True, **QUANTUM)
            assert getattr(two[stat], column) == close, stat


@pytest.mark.parametrize("rule", ["coverage", "centre"])
@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_chunks_budget_order_and_threads_change_nothing(tmp_path, monkeypatch, engine, rule):
    sites, raster, t = crowd(tmp_path)
    whole = zonal(sites, raster, t, ALL, crs=WORK, engine="numpy", rule=rule)
    order = np.random.default_rng(1).permutation(40)
    monkeypatch.setattr(jobs, "BUDGET", 150)
    monkeypatch.setattr(jobs, "CELLS", 512)
    monkeypatch.setattr(jobs, "SIDE", 16)
    asked = {"crs": WORK, "rule": rule, "engine": engine}
    cut = [zonal(sites[order], raster, t[order], ALL, threads=n, **asked) for n in (1, 3)]
    same(whole, cut[0], order)
    for stat in ALL:
        for column in ("measured", "low", "high"):
            one, two = (getattr(found[stat], column) for found in cut)
            assert one.tobytes() == two.tobytes(), stat


def test_values_of_many_chunks_are_put_together_on_the_way(tmp_path, monkeypatch):
    sites, raster, t = crowd(tmp_path)
    whole = zonal(sites, raster, t, ALL, crs=WORK)
    monkeypatch.setattr(jobs, "CELLS", 256)
    monkeypatch.setattr(jobs, "SIDE", 16)
    monkeypatch.setattr(account, "ROWS", 3)
    same(whole, zonal(sites, raster, t, ALL, crs=WORK))


def test_a_chunk_that_only_the_box_meets(tmp_path, monkeypatch):
    """Of an L over four chunks one holds nothing of it: the rest is complete all the same."""
    monkeypatch.setattr(jobs, "CELLS", 256)
    monkeypatch.setattr(jobs, "SIDE", 16)
    tiles = {"tiled": True, "blockxsize": 16, "blockysize": 16}
    values = np.ones((32, 32), np.uint8)
    values[16:, :16] = 9
    raster = write_raster(tmp_path / "r.tif", values, top=32.0, **tiles)
    ell = box(0, 0, 4, 32).union(box(0, 0, 32, 4))
    assert found(ell, raster, "p50") == (1.0, 1.0, 1.0)  # 128 cells of 1, 112 of 9
    assert found(ell, raster, "p90") == (9.0, 9.0, 9.0)
    lonely = box(20, 20, 24, 24)
    both = zonal(shapes(ell, lonely), raster, 0.0, ("p90",), crs=WORK)["p90"]
    assert both.measured.tolist() == [9.0, 1.0]


def test_without_a_shift_and_quantiles_the_compiled_sums_are_the_same(tmp_path):
    sites, raster, _ = crowd(tmp_path)
    stats = [stat for stat in ALL if stat[0] != "p"]
    for asked in (stats, stats[:3], ["share:3,4"], ["covered"]):
        one = zonal(sites, raster, 0.0, asked, crs=WORK, engine="numpy")
        two = zonal(sites, raster, 0.0, asked, crs=WORK, engine="numba")
        for stat in asked:
            for column in ("measured", "low", "high"):
                close = pytest.approx(getattr(one[stat], column), nan_ok=True, **QUANTUM)
                assert getattr(two[stat], column) == close, stat


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "int32", "float64"])
def test_every_type_of_raster(tmp_path, dtype):
    values = NINE.astype(dtype)
    raster = write_raster(tmp_path / "r.tif", values, top=3.0, nodata=5, valid_range=(1.5, 8.5))
    for engine in ("numpy", "numba"):
        bounds = zonal(
            shapes(box(0, 0, 3, 3)), raster, 0.0, ("mean", "share:2"), crs=WORK, engine=engine
        )
        assert bounds["mean"].measured == pytest.approx([(2 + 3 + 4 + 6 + 7 + 8) / 6])
        assert bounds["mean"].low == pytest.approx([(30 + 3 * 1.5) / 9])
        assert bounds["share:2"].measured == pytest.approx([1 / 6])


def test_nodata_is_what_the_cells_can_hold(tmp_path):
    """0.1 is another number in float32; -9999 is none of uint8."""
    tenth = np.array([[0.1, 3.0]], np.float32)
    raster = write_raster(tmp_path / "a.tif", tenth, top=1.0, nodata=0.1)
    assert found(box(0, 0, 2, 1), raster, "covered")[0] == 0.5
    small = replace(
        write_raster(tmp_path / "b.tif", np.array([[241, 3]], np.uint8), top=1.0), nodata=-9999.0
    )
    assert found(box(0, 0, 2, 1), small, "mean")[0] == 122.0


@pytest.mark.parametrize("t", [0.0, 0.7])
def test_nodata_everywhere(tmp_path, t):
    raster = write_raster(
        tmp_path / "r.tif", np.full((3, 3), -1.0), top=3.0, nodata=-1, valid_range=(0.0, 9.0)
    )
    for site in (box(0.2, 0.3, 2.1, 2.9), Point(1.5, 1.5), LineString([(0.5, 0.5), (2, 2)])):
        for stat, low, high in (("mean", 0.0, 9.0), ("max", 0.0, 9.0), ("share:3", 0.0, 1.0)):
            measured, least, most = found(site, raster, stat, t)
            assert np.isnan(measured)
            assert (least, most) == (low, pytest.approx(high))
        assert found(site, raster, "covered", t) == (0.0, 0.0, 0.0)


def test_a_mask_band_makes_unknown(tmp_path):
    raster = write_raster(tmp_path / "m.tif", NINE, top=3.0, valid_range=(0.0, 10.0))
    with rasterio.open(raster.path, "r+") as out:
        out.write_mask(NINE != 9)
    for engine in ("numpy", "numba"):
        site = shapes(box(2, 0, 3, 2))  # 6, 9
        bounds = zonal(site, raster, 0.0, ("mean",), crs=WORK, engine=engine)["mean"]
        assert (bounds.measured[0], bounds.low[0], bounds.high[0]) == (6.0, 3.0, 8.0)


def test_a_very_large_shift_stays_cheap_and_covers_everything(tmp_path):
    values = np.zeros((400, 400), dtype=np.float32)
    values[94, 305] = 7.0  # x 30,550, y 30,550: 14.9 km from the middle
    raster = write_raster(tmp_path / "r.tif", values, top=40_000.0, cell=(100.0, 100.0))
    sites = shapes(Point(20_000, 20_000), box(19_900, 19_900, 20_100, 20_100))
    top = zonal(sites, raster, 15_000.0, ("max",), crs=WORK)["max"]
    assert top.high.tolist() == [7.0, 7.0]
    top = zonal(sites, raster, 13_000.0, ("max",), crs=WORK)["max"]
    assert top.high.tolist() == [0.0, 0.0]  # nor does widening reach it


def test_raster_in_another_crs_is_warped_and_its_bounds_hold(tmp_path):
    # 0.001 degree cells near Guiyang, each its own number; looked up by hand in degrees.
    values = np.arange(100 * 100, dtype=np.float32).reshape(100, 100)
    raster = write_raster(
        tmp_path / "degrees.tif",
        values,
        left=106.6,
        top=26.7,
        cell=(0.001, 0.001),
        crs="EPSG:4490",
        valid_range=(0.0, 1e4),
    )
    rng = np.random.default_rng(2)
    degrees = np.column_stack([rng.uniform(106.61, 106.69, 50), rng.uniform(26.61, 26.69, 50)])
    sites = project(shapely.points(degrees), "EPSG:4490", WORK)
    row = np.floor((26.7 - degrees[:, 1]) / 0.001).astype(int)
    column = np.floor((degrees[:, 0] - 106.6) / 0.001).astype(int)
    bounds = zonal(sites, raster, 0.0, ("mean",), crs=WORK)["mean"]
    truth = values[row, column]
    assert ((bounds.low <= truth) & (truth <= bounds.high)).all()
    assert (bounds.high - bounds.low < 700).all()  # a few cells around, never the whole raster
    assert (bounds.measured == truth).mean() > 0.4  # nearest neighbour moves half the values
