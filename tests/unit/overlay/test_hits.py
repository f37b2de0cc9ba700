"""Sites against polygons, worked by hand on squares."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from tests.overlay_cases import shapes
from zoning.overlay import index_zones, meets, overlap, touching, within

SQUARE = box(0, 0, 10, 10)


@pytest.fixture(autouse=True, params=["GEOS", "compiled loops"])
def _way(request, monkeypatch):
    """Every answer is asked for both ways, whatever the size of the layer."""
    for place in ("vector.zones", "vector.edges", "relate.hits"):
        monkeypatch.setattr(
            f"zoning.overlay.{place}.worth", lambda *_: request.param == "compiled loops"
        )


def overlap_of(site, zones, t=0.0, chosen=None):
    index = index_zones(shapes(*zones))
    pairs = touching(shapes(site), index, t)
    found = overlap(shapes(site), index, pairs, t, chosen)
    return found.measured[0], found.low[0], found.high[0]


def claims(verb, site, zones, t=0.0, chosen=None):
    index = index_zones(shapes(*zones))
    pairs = touching(shapes(site), index, t)
    sure, maybe = verb(shapes(site), index, pairs, t, chosen)
    return bool(sure[0]), bool(maybe[0])


YES, NO, UNKNOWN = (True, True), (False, False), (False, True)


class TestTouching:
    def test_pairs_are_sorted_by_site_then_feature(self):
        zones = index_zones(shapes(box(2, 2, 12, 12), box(50, 0, 60, 10), box(-5, -5, 5, 5)))
        pairs = touching(shapes(box(48, 0, 52, 4), SQUARE), zones, 0.0)
        assert pairs.site.tolist() == [0, 1, 1]
        assert pairs.feature.tolist() == [1, 0, 2]
        assert pairs.site.dtype == pairs.feature.dtype == np.int32
        assert len(pairs) == 3

    def test_point_depth_is_exact_inside_and_outside(self):
        zones = index_zones(shapes(SQUARE))
        pairs = touching(shapes(Point(4, 5), Point(13, 14), Point(10, 3)), zones, 6.0)
        assert pairs.depth.tolist() == [-4.0, 5.0, 0.0]  # 3-4-5 triangle from the corner
        assert pairs.meets.tolist() == [True, False, True]  # the edge belongs to the zone

    def test_only_pairs_within_t_are_listed(self):
        zones = index_zones(shapes(SQUARE))
        pairs = touching(shapes(Point(13, 14), Point(13, 14)), zones, np.array([4.9, 5.1]))
        assert pairs.site.tolist() == [1]

    @pytest.mark.parametrize(
        ("site", "zone", "met"),
        [
            (box(10, 0, 20, 10), SQUARE, False),  # a common edge has no area
            (box(10, 10, 20, 20), SQUARE, False),  # a common corner
            (box(9.999, 0, 20, 10), SQUARE, True),  # a sliver has
            (LineString([(10, 2), (20, 2)]), SQUARE, False),  # a line that ends at the edge
            (LineString([(10, 2), (10, 8)]), SQUARE, True),  # a line along the edge has length
            (LineString([(9, 2), (20, 2)]), SQUARE, True),
            (Point(10, 10), SQUARE, True),  # a point on the corner
            (SQUARE, LineString([(10, 0), (20, 0)]), True),  # lines and points: by touching
            (LineString([(0, 0), (5, 5)]), LineString([(5, 5), (9, 0)]), True),
            (SQUARE, Point(10, 10), True),
        ],
    )
    def test_meeting_as_they_lie(self, site, zone, met):
        pairs = touching(shapes(site), index_zones(shapes(zone)), 0.0)
        assert pairs.depth.tolist() == [0.0]
        assert [*pairs.meets, *pairs.sure, *pairs.maybe] == [met] * 3

    def test_shift_can_part_a_shallow_pair_and_join_a_near_one(self):
        zones = index_zones(shapes(SQUARE))
        shallow, deep, near = box(9, 0, 19, 10), box(5, 0, 15, 10), box(11, 0, 21, 10)
        pairs = touching(shapes(shallow, deep, near), zones, 2.0)
        assert pairs.meets.tolist() == [True, True, False]
        assert pairs.sure.tolist() == [False, True, False]
        assert pairs.maybe.tolist() == [True, True, True]

    def test_line_across_a_narrow_strip_cannot_be_shifted_off_it(self):
        # The strip is 2 m wide, but to part the two, one must move 20 m along it.
        strip, line = box(-1, -20, 1, 20), LineString([(-50, 0), (50, 0)])
        pairs = touching(shapes(line, line), index_zones(shapes(strip)), np.array([19.0, 21.0]))
        assert pairs.sure.tolist() == [True, False]

    def test_polygons_that_cross_cannot_be_shifted_apart(self):
        pairs = touching(
            shapes(box(-1, -20, 1, 20), box(-1, -20, 1, 20)),
            index_zones(shapes(box(-30, -1, 30, 1))),
            np.array([20.0, 22.0]),  # one must move 20 + 1
        )
        assert pairs.sure.tolist() == [True, False]

    def test_small_zone_inside_a_big_site(self):
        pairs = touching(
            shapes(SQUARE, SQUARE), index_zones(shapes(box(4, 4, 6, 6))), np.array([5.9, 6.1])
        )
        assert pairs.sure.tolist() == [True, False]  # centre to edge 5, and 1 of the zone itself

    def test_village_point_inside_a_site(self):
        pairs = touching(shapes(SQUARE), index_zones(shapes(Point(5, 7))), 2.0)
        assert pairs.depth.tolist() == [-3.0]
        assert pairs.sure.tolist() == [True]

    def test_a_hole_is_not_in_the_zone(self):
        ring = SQUARE.difference(box(3, 3, 7, 7))
        pairs = touching(shapes(Point(5, 5)), index_zones(shapes(ring)), 3.0)
        assert pairs.depth.tolist() == [2.0]
        assert not pairs.meets.any()

    def test_without_geometry_there_are_no_pairs(self):
        zones = index_zones(shapes(None, Polygon(), SQUARE))
        pairs = touching(shapes(None, Point(), Point(1, 1)), zones, 1.0)
        assert (pairs.site.tolist(), pairs.feature.tolist()) == ([2], [2])
        assert len(touching(shapes(SQUARE), index_zones(shapes()), 1.0)) == 0
        assert len(touching(shapes(), zones, 1.0)) == 0

    def test_negative_or_missing_shift_is_refused(self):
        for t in (-1.0, np.nan):
            with pytest.raises(ValueError, match="t must be"):
                touching(shapes(SQUARE), index_zones(shapes(SQUARE)), t)

    def test_zones_survive_pickle(self):
        zones = index_zones(shapes(SQUARE, None))
        touching(shapes(Point(5, 5)), zones, 1.0)  # prepares
        again = pickle.loads(pickle.dumps(zones))
        pairs = touching(shapes(Point(4, 5)), again, 1.0)
        assert pairs.depth.tolist() == [-4.0]

    def test_big_zone_is_as_exact_as_a_small_one(self):
        # A circle of 4,000 corners takes the indexed way to the boundary.
        disc = Point(0, 0).buffer(1000, quad_segs=1000)
        sites = shapely.points(np.linspace(0, 1990, 200), 0.0)
        pairs = touching(sites, index_zones(shapes(disc)), 1000.0)
        signed = np.where(disc.covers(sites), -1, 1) * shapely.distance(sites, disc.boundary)
        assert pairs.depth == pytest.approx(signed, abs=1e-9)


class TestMeets:
    def test_union_of_neighbours_holds_a_point_on_their_edge(self):
        halves = (box(0, 0, 10, 10), box(10, 0, 20, 10))
        assert claims(meets, Point(10, 5), halves, 2.0) == YES
        assert claims(meets, Point(10, 5), halves[:1], 2.0) == UNKNOWN

    def test_only_the_chosen_count(self):
        halves = (box(0, 0, 10, 10), box(10, 0, 20, 10))
        assert claims(meets, Point(5, 5), halves, 1.0, np.array([False, True])) == NO
        assert claims(meets, Point(9.5, 5), halves, 1.0, np.array([False, True])) == UNKNOWN

    def test_no_place_is_unknown(self):
        assert claims(meets, None, [SQUARE], 1.0) == UNKNOWN


class TestOverlap:
    def test_half(self):
        assert overlap_of(SQUARE, [box(5, -50, 60, 60)]) == (50.0, 50.0, 50.0)

    def test_shifts_move_the_edge(self):
        measured, low, high = overlap_of(SQUARE, [box(5, -50, 60, 60)], 1.0)
        assert measured == 50.0
        assert 39.9 < low <= 40.0  # the zone's edge at 6
        assert 60.0 <= high < 60.1  # at 4

    def test_zone_inside_the_site(self):
        measured, low, high = overlap_of(SQUARE, [box(4, 4, 6, 6)], 1.5)
        assert (measured, low) == (4.0, 0.0)  # 2 m wide, eroded by 1.5 from either side
        # A square of 2 m, a strip of 1.5 m along each side, a quarter disc at each corner.
        assert 4 + 12 + np.pi * 1.5**2 <= high < 23.3

    def test_never_more_than_the_site(self):
        measured, low, high = overlap_of(SQUARE, [box(-1, -1, 11, 11)], 3.0)
        assert (measured, high) == (100.0, 100.0)
        assert 35.5 < low <= 36.0  # eroded: from 2 to 8

    def test_well_inside_is_certain(self):
        assert overlap_of(SQUARE, [box(-9, -9, 19, 19)], 3.0) == (100.0, 100.0, 100.0)

    def test_zones_that_overlap_count_once(self):
        assert overlap_of(SQUARE, [box(0, 0, 6, 10), box(4, 0, 10, 10)])[0] == 100.0
        assert overlap_of(SQUARE, [box(0, 0, 6, 10), box(4, 0, 8, 10)])[0] == 80.0

    def test_a_common_edge_leaves_no_seam(self):
        halves = [box(-20, -20, 5, 30), box(5, -20, 30, 30)]
        assert overlap_of(SQUARE, halves, 3.0) == (100.0, 100.0, 100.0)

    @pytest.mark.parametrize("edge", [14.0, 15.01])
    def test_a_neighbour_some_way_off_holds_the_ground_together(self, edge):
        # The common edge is 4 m, or a little more than t, from the site.
        halves = [box(-50, -50, edge, 60), box(edge, -50, 60, 60)]
        assert overlap_of(SQUARE, halves, 5.0) == (100.0, 100.0, 100.0)
        crooked = [shapely.segmentize(half, 0.5) for half in halves]  # many corners: subdivided
        assert overlap_of(SQUARE, crooked, 5.0) == (100.0, 100.0, 100.0)

    def test_a_hairline_gap_of_rounding_is_no_seam(self):
        halves = [box(-20, -20, 5, 30), box(5 + 4e-7, -20, 30, 30)]
        assert overlap_of(SQUARE, halves, 3.0)[1] == pytest.approx(100.0, abs=1e-4)
        assert claims(within, SQUARE, halves, 3.0) == YES
        assert claims(meets, box(4, 4, 6, 6), halves, 8.0) == YES

    def test_a_corner_on_a_neighbours_edge_leaves_no_seam(self):
        # The slanted edge of one meets two others at a corner that no float hits exactly.
        left = Polygon([(-30, -30), (4, -30), (7, 40), (-30, 40)])
        foot = (4 + 3 * 33.3 / 70, 3.3)
        lower = Polygon([(4, -30), (40, -30), (40, 3.3), foot])
        upper = Polygon([foot, (40, 3.3), (40, 40), (7, 40)])
        assert overlap_of(SQUARE, [left, lower, upper], 3.0)[1] == pytest.approx(100.0, abs=1e-3)

    def test_holes_and_parts(self):
        ring = box(0, 0, 10, 10).difference(box(2, 2, 4, 4))
        assert overlap_of(SQUARE, [ring])[0] == 96.0
        two = MultiPolygon([box(0, 0, 1, 10), box(9, 0, 30, 10)])
        assert overlap_of(SQUARE, [two])[0] == 20.0

    def test_length_of_lines(self):
        line = LineString([(-5, 5), (25, 5)])
        assert overlap_of(line, [SQUARE]) == (10.0, 10.0, 10.0)
        measured, low, high = overlap_of(line, [SQUARE], 2.0)
        assert (measured, round(low, 1), round(high, 1)) == (10.0, 6.0, 14.0)
        assert low <= 6.0
        assert high >= 14.0

    def test_line_along_a_common_edge_counts_once(self):
        line = LineString([(10, 2), (10, 8)])
        assert overlap_of(line, [SQUARE, box(10, 0, 20, 10)])[0] == 6.0

    def test_chosen(self):
        zones = [box(0, 0, 3, 10), box(3, 0, 5, 10)]
        assert overlap_of(SQUARE, zones, chosen=np.array([False, True]))[0] == 20.0
        assert overlap_of(SQUARE, zones, chosen=np.array([False, False])) == (0.0, 0.0, 0.0)

    def test_lines_and_points_have_no_inside(self):
        zones = [LineString([(0, 5), (10, 5)]), Point(5, 5)]
        assert overlap_of(SQUARE, zones, 2.0) == (0.0, 0.0, 0.0)

    @pytest.mark.parametrize("site", [Point(5, 5), None])
    def test_no_extent_is_missing(self, site):
        measured, low, high = overlap_of(site, [SQUARE])
        assert np.isnan(measured)
        assert (low, high) == (-np.inf, np.inf)

    def test_edge_contact_is_no_area(self):
        assert overlap_of(SQUARE, [box(10, 0, 20, 10)]) == (0.0, 0.0, 0.0)

    def test_invalid_bow_tie_is_read_as_its_two_triangles(self):
        bow = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
        assert overlap_of(SQUARE, [bow])[0] == pytest.approx(50.0)

    def test_many_sites_at_once_are_as_each_alone(self):
        rng = np.random.default_rng(3)
        corner = rng.uniform(0, 100, (60, 2))
        sites = shapely.box(*corner.T, *(corner + rng.uniform(1, 20, (60, 2))).T)
        zones = [box(i * 10, j * 12, i * 10 + 11, j * 12 + 11) for i in range(9) for j in range(8)]
        t = rng.choice([0.0, 1.0, 4.0], 60)
        index = index_zones(shapes(*zones))
        found = overlap(sites, index, touching(sites, index, t), t)
        each = [overlap_of(site, zones, shift) for site, shift in zip(sites, t, strict=True)]
        assert np.stack([found.measured, found.low, found.high], 1) == pytest.approx(np.array(each))


class TestWithin:
    @pytest.mark.parametrize(
        ("site", "t", "claim"),
        [
            (box(1, 1, 9, 9), 0.0, YES),
            (SQUARE, 0.0, YES),  # the boundary belongs to the zone
            (box(1, 1, 9, 9), 0.5, YES),
            (box(1, 1, 9, 9), 1.5, UNKNOWN),
            (box(1, 1, 11, 9), 0.0, NO),
            (box(1, 1, 11, 9), 0.5, NO),
            (box(1, 1, 11, 9), 1.5, UNKNOWN),
            (Point(10, 5), 0.0, YES),
            (Point(10, 5), 0.1, UNKNOWN),
            (Point(12, 5), 1.0, NO),
            (LineString([(3, 5), (7, 5)]), 2.5, YES),
            (LineString([(3, 5), (12, 5)]), 2.5, UNKNOWN),
            (None, 0.0, UNKNOWN),
        ],
    )
    def test_one_zone(self, site, t, claim):
        assert claims(within, site, [SQUARE], t) == claim

    def test_union_of_neighbours(self):
        halves = [box(0, 0, 10, 10), box(10, 0, 20, 10)]
        assert claims(within, box(5, 2, 15, 8), halves) == YES
        assert claims(within, box(5, 2, 15, 8), halves, 1.0) == YES
        assert claims(within, box(5, 2, 15, 8), halves, 3.0) == UNKNOWN
        assert claims(within, Point(10, 5), halves, 4.0) == YES
        assert claims(within, box(5, 2, 15, 8), halves, 1.0, np.array([True, False])) == NO

    def test_gap_between_zones_counts(self):
        apart = [box(0, 0, 9, 10), box(11, 0, 20, 10)]
        assert claims(within, box(5, 2, 15, 8), apart) == NO
        assert claims(within, box(5, 2, 15, 8), apart, 1.5) == UNKNOWN

    def test_lines_have_no_inside(self):
        line = LineString([(0, 5), (10, 5)])
        assert claims(within, Point(5, 5), [line], 1.0) == NO


@pytest.mark.parametrize("gap", [0.0, 1e-7])
def test_a_gap_without_width_between_neighbours_is_no_edge(gap: float) -> None:
    """A wedge that opens by less than a micron along two kilometres, as rounding leaves it."""
    west = shapely.Polygon([(0, 0), (1000, 0), (1000, 2000), (0, 2000)])
    east = shapely.Polygon([(1000, 0), (2000, 0), (2000, 2000), (1000, 2000), (1000 + gap, 1000)])
    zones = index_zones(np.array([west, east], dtype=object))
    site = np.array([shapely.box(900, 900, 1100, 1100)], dtype=object)
    sure, _ = within(site, zones, touching(site, zones, 300.0), 300.0)
    assert sure.tolist() == [True]
