"""The compiled loops give the answers of shapely, one pair at a time, in every awkward position.

Half of all coordinates lie on a coarse lattice (`tests/overlay_cases.py`): shared edges, corners
on edges, points on edges and corners, slivers, features over one another.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import overlay_cases as cases
from tests.overlay_cases import shapes, shifted
from zoning.overlay import index_zones, meets, nearest, overlap, touching

FAR = np.array([318_345.25, 2_905_678.5])
QUANTUM_M2 = 0.01
QUANTUM_M = 0.001

holed = cases.boxes.map(
    lambda b: b.difference(shapely.box(*np.add(b.bounds, [1.5, 1.5, -1.5, -1.5])))
)
zones = st.lists(st.one_of(cases.polygons, holed), min_size=1, max_size=6)
scenes = st.tuples(
    st.lists(st.one_of(cases.polygons, holed), min_size=1, max_size=4), zones, st.booleans()
)


def laid_out(scene):
    sites, zones, far = scene
    sites, zones = shapes(*sites), shapes(*zones)
    if far:
        sites = shapely.transform(sites, lambda xy: xy + FAR)
        zones = shapely.transform(zones, lambda xy: xy + FAR)
    return sites, zones


@given(scenes, st.lists(st.booleans(), min_size=6, max_size=6))
@settings(max_examples=150, deadline=None)
def test_plots(scene, chosen):
    sites, zones = laid_out(scene)
    kept = np.array(chosen[: len(zones)])
    index = index_zones(zones)
    pairs = touching(sites, index, 0.0, chosen=kept, compiled=True)
    hit = shapely.intersects(sites[:, None], zones) & kept
    assert np.argwhere(hit).tolist() == np.stack([pairs.site, pairs.feature], 1).tolist()
    common = shapely.area(shapely.intersection(sites[:, None], zones))[hit]
    assert pairs.shared == pytest.approx(common, abs=1e-5)
    met = ~shapely.touches(sites[:, None], zones)[hit]
    assert pairs.meets.tolist() == met.tolist() == pairs.sure.tolist() == pairs.maybe.tolist()
    assert (pairs.depth <= 0).all()
    found = overlap(sites, index, pairs, 0.0, kept)
    union = shapely.intersection(sites, shapely.union_all(zones[kept]))
    assert found.measured == pytest.approx(shapely.area(union), abs=1e-5)
    assert found.low.tolist() == found.measured.tolist() == found.high.tolist()
    by_geos = overlap(sites, index, touching(sites, index, 0.0, compiled=False), 0.0, kept)
    assert found.measured == pytest.approx(by_geos.measured, abs=QUANTUM_M2 / 100)


@given(scenes, cases.shifts, cases.bearings)
@settings(max_examples=150, deadline=None)
def test_shifted_plots_stay_inside_their_bounds(scene, t, bearings):
    sites, zones = laid_out(scene)
    index = index_zones(zones)
    pairs, other = (touching(sites, index, t, compiled=how) for how in (True, False))
    for name in ("site", "feature", "meets", "maybe"):
        assert getattr(pairs, name).tolist() == getattr(other, name).tolist()
    assert pairs.depth[pairs.depth > 0] == pytest.approx(other.depth[other.depth > 0], abs=1e-9)
    found = overlap(sites, index, pairs, t)
    by_geos = overlap(sites, index, other, t)
    for name in ("measured", "low", "high"):
        assert getattr(found, name) == pytest.approx(getattr(by_geos, name), abs=1e-4)
    sure, maybe = meets(sites, index, pairs, t)
    ground = shapely.union_all(zones)
    listed = {(i, j): k for k, (i, j) in enumerate(zip(pairs.site, pairs.feature, strict=True))}
    for i, site in enumerate(sites):
        for move in [(0.0, 0.0), *bearings] if t else [(0.0, 0.0)]:
            moved = shifted(site, t, move)
            common = moved.intersection(ground).area
            assert found.low[i] - 1e-5 <= common <= found.high[i] + 1e-5
            assert maybe[i] or common < 1e-5
            assert not sure[i] or moved.distance(ground) < 1e-6
            for j, zone in enumerate(zones):
                k = listed.get((i, j))
                if moved.intersection(zone).area > 1e-5:
                    assert pairs.maybe[k]
                if moved.distance(zone) > 1e-6:
                    assert k is None or not pairs.sure[k]


# Points of the scene itself: corners, and places along edges.
@given(scenes, st.lists(cases.points, min_size=1, max_size=5), cases.shifts, st.floats(0, 1))
@settings(max_examples=150, deadline=None)
def test_points(scene, points, t, along):
    _, zones = laid_out(scene)
    edge = shapely.get_parts(shapely.boundary(zones))
    corner = shapely.points(shapely.get_coordinates(zones))
    on_edge = shapely.line_interpolate_point(edge, along, normalized=True)
    free = shapes(*points)
    if scene[2]:
        free = shapely.transform(free, lambda xy: xy + FAR)
    sites = np.concatenate([free, corner, on_edge, shapes(None)])
    index = index_zones(zones)
    one, other = (touching(sites, index, t, compiled=how) for how in (True, False))
    for name in ("site", "feature", "meets", "sure", "maybe"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist()
    assert one.depth == pytest.approx(other.depth, abs=QUANTUM_M / 1000)
    inside = shapely.intersects(sites[:, None], zones)
    assert (
        np.argwhere(inside).tolist()
        == np.stack([one.site[one.meets], one.feature[one.meets]], 1).tolist()
    )
    for mine, theirs in zip(
        meets(sites, index, one, t), meets(sites, index, other, t), strict=True
    ):
        assert mine.tolist() == theirs.tolist()


@given(scenes, st.lists(cases.points, min_size=1, max_size=8), st.sampled_from([None, 3.0, 30.0]))
@settings(max_examples=100, deadline=None)
def test_nearest(scene, points, limit):
    _, zones = laid_out(scene)
    sites = shapes(*points, None)
    if scene[2]:
        sites = shapely.transform(sites, lambda xy: xy + FAR)
    depth, feature = nearest(sites, index_zones(zones), limit=limit, compiled=True)
    gap = shapely.distance(sites[:-1, None], zones)
    least = gap.min(axis=1)
    clear = np.abs(least - (limit or np.inf)) > 1e-9
    beyond = (least > (limit or np.inf)) & clear
    assert (depth[:-1][beyond] == np.inf).all()
    assert (feature[:-1][beyond] == -1).all()
    held = np.flatnonzero(~beyond & clear)
    assert np.maximum(depth[held], 0) == pytest.approx(least[held], abs=1e-9)
    assert gap[held, feature[held]] == pytest.approx(least[held], abs=1e-9)
    assert np.isnan(depth[-1])


@given(scenes, st.sampled_from([None, 0.5, 3.0]))
@settings(max_examples=100, deadline=None)
def test_nearest_of_plots(scene, limit):
    sites, zones = laid_out(scene)
    index = index_zones(zones)
    depth, feature = nearest(sites, index, limit=limit, compiled=True)
    far = shapely.distance(sites[:, None], zones)
    least = far.min(axis=1)
    apart = (least > 0) & (np.abs(least - (limit or np.inf)) > 1e-9)
    sought = least[apart]
    found = depth[apart]
    beyond = sought > (np.inf if limit is None else limit)
    assert np.isinf(found[beyond]).all()
    assert (feature[apart][beyond] == -1).all()
    assert found[~beyond] == pytest.approx(sought[~beyond], abs=1e-8)
    mine = far[apart][~beyond, feature[apart][~beyond]]
    assert mine == pytest.approx(sought[~beyond], abs=1e-8)
    assert (depth[least == 0] <= 0).all()


def test_big_plots_ask_compiled_loops_and_geos_the_same():
    angle = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    away = 300 + 20 * np.sin(50 * angle)
    ring = FAR + away[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    site = np.array([shapely.Polygon(ring)], dtype=object)
    zones = shapes(*(shapely.box(x, y, x + 40, y + 90) for x, y in FAR + 900 * np.eye(2)))
    both = [nearest(site, index_zones(zones), compiled=way)[0][0] for way in (True, False)]
    assert both == pytest.approx([shapely.distance(site[0], zones).min()] * 2, abs=1e-9)


def test_a_site_with_very_much_in_it_is_swept_in_windows():
    rng = np.random.default_rng(5)
    spot = FAR + rng.uniform(0, 3000, (1500, 2))
    zones = shapely.buffer(shapely.points(spot), rng.uniform(5, 90, 1500), quad_segs=12)
    whole = shapely.box(*(FAR - 200), *(FAR + 3200))
    crooked = shapely.Point(*(FAR + 1500)).buffer(1400, quad_segs=400)
    sites = shapes(whole, crooked, whole.difference(crooked))
    index = index_zones(zones)
    pairs = touching(sites, index, 0.0, compiled=True)
    common = shapely.area(shapely.intersection(sites[pairs.site], zones[pairs.feature]))
    assert pairs.shared == pytest.approx(common, abs=1e-4)
    union = shapely.area(shapely.intersection(sites, shapely.union_all(zones)))
    found = overlap(sites, index, pairs, 0.0).measured
    assert found == pytest.approx(union, abs=1e-3)
    assert found[1] + found[2] == pytest.approx(found[0], abs=1e-3)


def test_sites_that_are_the_zones():
    x, y = np.mgrid[0:12, 0:12] * 25.0
    tiles = shapely.box(x.ravel(), y.ravel(), x.ravel() + 25, y.ravel() + 25)
    for by in (0.0, FAR):
        same = shapely.transform(tiles, lambda xy, by=by: xy + by)
        index = index_zones(same)
        pairs = touching(same, index, 0.0, compiled=True)
        assert len(pairs) == 12 * 12 * 9 - 4 * 12 * 3 + 4  # with all neighbours, corners too
        assert pairs.meets.sum() == 144
        found = overlap(same, index, pairs, 0.0)
        assert found.low.tolist() == found.high.tolist() == [625.0] * 144


def test_mixed_sites_come_in_order():
    sites = shapes(shapely.Point(5, 5), shapely.box(0, 0, 4, 4), None,
                   shapely.LineString([(1, 1), (30, 1)]), shapely.MultiPoint([(1, 1), (99, 9)]),
                   shapely.Point(10, 10))  # fmt: skip
    index = index_zones(shapes(shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)))
    one, other = (touching(sites, index, 0.0, compiled=how) for how in (True, False))
    assert one.site.tolist() == other.site.tolist() == [0, 1, 3, 3, 4, 5, 5]
    assert one.feature.tolist() == other.feature.tolist() == [0, 0, 0, 1, 0, 0, 1]
    assert one.meets.tolist() == other.meets.tolist()
    assert overlap(sites, index, one, 0.0).measured[[1, 3]].tolist() == [16.0, 19.0]
