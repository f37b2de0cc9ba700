"""Distances worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

from tests.overlay_cases import shapes
from zoning.overlay import index_zones, nearest, outside, touching

SQUARE = box(0, 0, 10, 10)


@pytest.fixture(autouse=True, params=["GEOS", "compiled loops"])
def _way(request, monkeypatch):
    """Every answer is asked for both ways, whatever the size of the layer."""
    for place in ("vector.zones", "vector.edges", "relate.hits"):
        monkeypatch.setattr(
            f"zoning.overlay.{place}.worth", lambda *_: request.param == "compiled loops"
        )


def test_nearest_of_several():
    zones = index_zones(shapes(box(100, 0, 110, 10), SQUARE, LineString([(0, 50), (90, 50)])))
    depth, feature = nearest(shapes(Point(13, 14), Point(60, 48), box(80, 0, 95, 5)), zones)
    assert depth.tolist() == [5.0, 2.0, 5.0]
    assert feature.tolist() == [1, 2, 0]


def test_ties_go_to_the_first():
    zones = index_zones(shapes(box(20, 0, 30, 10), box(-20, 0, -10, 10), box(20, 0, 30, 10)))
    depth, feature = nearest(shapes(Point(5, 5)), zones)
    assert (depth.tolist(), feature.tolist()) == ([15.0], [0])
    depth, feature = nearest(shapes(Point(5, 5)), zones, np.array([False, True, True]))
    assert (depth.tolist(), feature.tolist()) == ([15.0], [1])


def test_inside_is_negative_and_the_union_counts():
    zones = index_zones(shapes(SQUARE, box(10, 0, 20, 10)))
    depth, feature = nearest(shapes(Point(4, 5), Point(10, 5)), zones, t=3.0)
    assert feature.tolist() == [0, 0]
    assert depth[0] == -4.0
    assert depth[1] <= -3.0  # on the common edge, yet 5 m from any way out


def test_nothing_to_be_near():
    zones = index_zones(shapes(SQUARE, None))
    depth, feature = nearest(shapes(Point(4, 5), None), zones, np.array([False, True]))
    assert depth[0] == np.inf
    assert np.isnan(depth[1])
    assert feature.tolist() == [-1, -1]
    depth, feature = nearest(shapes(Point(4, 5)), index_zones(shapes()))
    assert (depth.tolist(), feature.tolist()) == ([np.inf], [-1])


def test_limit():
    zones = index_zones(shapes(SQUARE))
    depth, feature = nearest(shapes(Point(13, 14), Point(30, 5)), zones, limit=6.0)
    assert (depth.tolist(), feature.tolist()) == ([5.0, np.inf], [0, -1])


def test_pairs_at_hand_save_the_search_and_change_nothing():
    zones = index_zones(shapes(SQUARE, box(12, 0, 20, 10)))
    sites = shapes(Point(11, 5), box(3, 3, 5, 5), Point(40, 5))
    for chosen in (np.array([True, True]), np.array([False, True])):
        alone = nearest(sites, zones, chosen, t=2.0)
        given = nearest(sites, zones, chosen, t=2.0, pairs=touching(sites, zones, 2.0))
        assert [a.tolist() for a in alone] == [g.tolist() for g in given]


def test_long_boundaries_are_cut_and_still_exact():
    angle = np.linspace(0, 2 * np.pi, 1001)
    star = shapely.Polygon(
        np.stack([np.cos(angle), np.sin(angle)], 1) * (100 + 7 * np.sin(9 * angle))[:, None]
    )
    far = shapely.points(np.random.default_rng(1).uniform(-300, 300, (200, 2)))
    far = far[~star.intersects(far)]
    depth, _ = nearest(far, index_zones(shapes(star)))
    assert depth == pytest.approx(shapely.distance(far, star), abs=1e-12)


class TestOutside:
    COVER = shapes(SQUARE, box(10, 0, 20, 10))

    def test_distance_to_uncovered_ground(self):
        sites = shapes(Point(10, 4), box(9, 3, 11, 6), Point(20, 5), Point(25, 5), None)
        distance, _ = outside(sites, index_zones(self.COVER))
        assert distance[:4].tolist() == [4.0, 3.0, 0.0, 0.0]
        assert np.isnan(distance[4])

    def test_area_and_length_outside(self):
        sites = shapes(box(15, 0, 25, 10), LineString([(15, 5), (27, 5)]), Point(5, 5), SQUARE)
        _, beyond = outside(sites, index_zones(self.COVER), None, 0.0)
        assert beyond.measured[[0, 1, 3]].tolist() == [50.0, 7.0, 0.0]
        assert np.isnan(beyond.measured[2])
        assert (beyond.low[2], beyond.high[2]) == (-np.inf, np.inf)

    def test_shifts(self):
        cover = index_zones(shapes(box(-50, -50, 20, 60)))
        _, beyond = outside(shapes(box(15, 0, 25, 10)), cover, None, 2.0)
        assert beyond.low[0] == pytest.approx(30.0, abs=0.2)
        assert beyond.low[0] <= 30.0
        assert beyond.high[0] == pytest.approx(70.0, abs=0.2)
        assert beyond.high[0] >= 70.0

    def test_no_coverage_at_all(self):
        distance, beyond = outside(shapes(SQUARE), index_zones(shapes()), None, 3.0)
        assert distance.tolist() == [0.0]
        assert beyond.measured.tolist() == beyond.low.tolist() == beyond.high.tolist() == [100.0]


def test_a_point_on_a_point_of_the_coverage_is_not_covered_by_it() -> None:
    """Only ground covers: found by hypothesis when points were taken for it."""
    strip, mark = shapely.box(0, 0, 40, 0.01), shapely.Point(0, 5)
    zones = index_zones(np.array([strip, mark], dtype=object))
    distance, _ = outside(np.array([mark], dtype=object), zones)
    assert distance.tolist() == [0.0]
