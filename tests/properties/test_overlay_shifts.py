"""Every shift of a site by at most t stays inside its bounds; brute force is shapely's."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import overlay_cases as cases
from tests.overlay_cases import shapes, shifted
from zoning.overlay import index_zones, meets, nearest, outside, overlap, touching, within

SMALL = 1e-6
"""What brute force itself rounds."""
FAR = np.array([612_345.25, 2_945_678.5])

scenes = st.tuples(
    st.lists(cases.sites, min_size=1, max_size=3),
    st.lists(cases.zones, min_size=1, max_size=4),
    cases.shifts,
    cases.bearings,
    st.booleans(),
)


def laid_out(scene):
    sites, zones, t, bearings, far = scene
    sites, zones = shapes(*sites), shapes(*zones)
    if far:  # as big as real coordinates are
        sites = shapely.transform(sites, lambda xy: xy + FAR)
        zones = shapely.transform(zones, lambda xy: xy + FAR)
    moves = [(0.0, 0.0), *bearings] if t else [(0.0, 0.0)]
    return sites, zones, t, moves


def areal(zones):
    return shapely.union_all(zones[shapely.get_dimensions(zones) == 2])


def size(shape, like):
    return shape.area if shapely.get_dimensions(like) == 2 else shape.length


def strictly_meets(site, zone):
    """Meets by more than brute force rounds; None: too close to say."""
    dimension, other = shapely.get_dimensions(site), shapely.get_dimensions(zone)
    if site.distance(zone) > SMALL:
        return False
    if dimension == 0 or other < 2:
        return True if site.distance(zone) == 0 else None
    common = size(site.intersection(zone), site)
    return True if common > SMALL else None


@given(scenes)
@settings(max_examples=150, deadline=None)
def test_meets_and_count(scene):
    sites, zones, t, moves = laid_out(scene)
    index = index_zones(zones)
    pairs = touching(sites, index, t)
    assert (pairs.meets | ~pairs.sure).all()
    assert (pairs.maybe | ~pairs.meets).all()
    sure, maybe = meets(sites, index, pairs, t)
    listed = {(i, j): k for k, (i, j) in enumerate(zip(pairs.site, pairs.feature, strict=True))}
    for i, site in enumerate(sites):
        for move in moves:
            moved = shifted(site, t, move)
            met = [strictly_meets(moved, zone) for zone in zones]
            for j, one in enumerate(met):
                k = listed.get((i, j))
                if one is True:
                    assert k is not None
                    assert pairs.maybe[k]
                if one is False:
                    assert k is None or not pairs.sure[k]
            assert maybe[i] or True not in met
            assert not sure[i] or True in met or None in met
            mine = pairs.site == i
            assert met.count(True) <= (pairs.maybe & mine).sum()
            assert (pairs.sure & mine).sum() <= len(met) - met.count(False)


@given(scenes)
@settings(max_examples=150, deadline=None)
def test_overlap_and_outside(scene):
    sites, zones, t, moves = laid_out(scene)
    index, ground = index_zones(zones), areal(zones)
    inside = overlap(sites, index, touching(sites, index, t), t)
    _, beyond = outside(sites, index, None, t)
    for i, site in enumerate(sites):
        if shapely.get_dimensions(site) == 0:
            assert np.isnan(inside.measured[i])
            continue
        for move in moves:
            moved = shifted(site, t, move)
            common = size(moved.intersection(ground), site)
            rest = size(moved.difference(ground), site)
            if move[1] == 0.0:
                assert inside.measured[i] == pytest.approx(common, abs=SMALL)
            assert inside.low[i] - SMALL <= common <= inside.high[i] + SMALL
            if shapely.get_dimensions(site) == 2:  # shapely's difference drops edges of lines
                assert beyond.low[i] - SMALL <= rest <= beyond.high[i] + SMALL
        assert inside.measured[i] + beyond.measured[i] == pytest.approx(size(site, site))


@given(scenes)
@settings(max_examples=100, deadline=None)
def test_within(scene):
    sites, zones, t, moves = laid_out(scene)
    index, ground = index_zones(zones), areal(zones)
    sure, maybe = within(sites, index, touching(sites, index, t), t)
    assert (maybe | ~sure).all()
    for i, site in enumerate(sites):
        for move in moves:
            moved = shifted(site, t, move)
            if ground.covers(moved):
                assert maybe[i]
            if not ground.buffer(SMALL).covers(moved):
                assert not sure[i]
            if t == 0:
                assert sure[i] == maybe[i]


@given(scenes)
@settings(max_examples=100, deadline=None)
def test_distance(scene):
    sites, zones, t, moves = laid_out(scene)
    depth, feature = nearest(sites, index_zones(zones), t=t)
    gaps = shapely.distance(sites[:, None], zones[None])
    assert np.maximum(depth, 0) == pytest.approx(gaps.min(axis=1), abs=SMALL)
    assert gaps[np.arange(len(sites)), feature] == pytest.approx(gaps.min(axis=1), abs=SMALL)
    for i, site in enumerate(sites):
        for move in moves:
            gap = shapely.distance(shifted(site, t, move), zones).min()
            assert max(0, depth[i] - t) - SMALL <= gap <= max(0, depth[i] + t) + SMALL


@given(scenes)
@settings(max_examples=60, deadline=None)
def test_distance_to_uncovered_ground(scene):
    sites, zones, t, moves = laid_out(scene)
    ground = areal(zones)
    open_ground = shapely.box(*np.add(shapely.total_bounds(zones), [-200, -200, 200, 200]))
    open_ground = open_ground.difference(ground)
    distance, _ = outside(sites, index_zones(zones), None, t)
    for i, site in enumerate(sites):
        if not shapely.box(*open_ground.bounds).buffer(-100).covers(site):
            continue
        for move in moves:
            gap = shifted(site, t, move).distance(open_ground)
            assert distance[i] - t - 1e-5 <= gap <= distance[i] + t + 1e-5


@given(scenes, cases.shifts)
@settings(max_examples=60, deadline=None)
def test_more_doubt_only_widens(scene, more):
    sites, zones, t, _ = laid_out(scene)
    index, wide = index_zones(zones), t + more
    few, many = touching(sites, index, t), touching(sites, index, wide)
    narrow, broad = overlap(sites, index, few, t), overlap(sites, index, many, wide)
    held = ~np.isnan(narrow.measured)
    assert (broad.low[held] <= narrow.low[held] + 1e-4).all()
    assert (broad.high[held] >= narrow.high[held] - 1e-4).all()
    for verb in (meets, within):
        sure, maybe = verb(sites, index, few, t)
        sure_wide, maybe_wide = verb(sites, index, many, wide)
        assert (maybe_wide | ~maybe).all()
        assert (sure | ~sure_wide).all()


@given(
    st.lists(cases.polygons, min_size=1, max_size=3),
    st.lists(st.floats(3, 57), min_size=1, max_size=3, unique=True),
    st.lists(st.floats(3, 57), min_size=1, max_size=3, unique=True),
    cases.shifts,
)
@settings(max_examples=60, deadline=None)
def test_parts_sum_to_the_whole_and_leave_no_seam(sites, cuts_x, cuts_y, t):
    x, y = [-60.0, *sorted(cuts_x), 160.0], [-60.0, *sorted(cuts_y), 160.0]
    tiles = [shapely.box(a, c, b, d) for a, b in pairwise(x) for c, d in pairwise(y)]
    sites, index = shapes(*sites), index_zones(shapes(*tiles))
    pairs = touching(sites, index, t)
    parts = sum(
        overlap(sites, index, pairs, t, np.arange(len(tiles)) == k).measured
        for k in range(len(tiles))
    )
    assert parts == pytest.approx(shapely.area(sites), abs=SMALL)
    whole = overlap(sites, index, pairs, t)  # the tiles reach 60 m beyond: sure to be inside
    for column in (whole.measured, whole.low, whole.high):
        assert column == pytest.approx(shapely.area(sites), abs=SMALL)
    assert within(sites, index, pairs, t)[0].all()
    assert (outside(sites, index, None, t)[0] > 0).all()


@given(st.lists(cases.polygons, min_size=1, max_size=3), cases.zones, st.floats(0.1, 20))
@settings(max_examples=40, deadline=None)
def test_a_buffer_grows_what_lies_inside(sites, zone, by):
    sites = shapes(*sites)
    small, large = index_zones(shapes(zone)), index_zones(shapes(zone.buffer(by)))
    before = overlap(sites, small, touching(sites, small, 0.0), 0.0).measured
    after = overlap(sites, large, touching(sites, large, 0.0), 0.0).measured
    assert (after >= before - SMALL).all()
    far, near = (np.maximum(nearest(sites, zones)[0], 0) for zones in (small, large))
    assert (near <= far + SMALL).all()
