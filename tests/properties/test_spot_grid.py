"""Points in polygons through a grid of the points: shapely's answers, wherever lines are drawn.

Points, corners of polygons and the lines of the grid are put on one another on purpose.
"""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import overlay_cases as cases
from tests.overlay_cases import shapes
from zoning.overlay import index_sites, index_zones, parallel, touching
from zoning.overlay.vector.point_grid import SpotGrid
from zoning.overlay.vector.rings import corners

FAR = np.array([403_692.917, 2_949_840.742])

holed = cases.boxes.map(
    lambda b: b.difference(shapely.box(*np.add(b.bounds, [1.5, 1.5, -1.5, -1.5])))
)
zones = st.lists(st.one_of(cases.polygons, holed), min_size=1, max_size=6)
offsets = st.sampled_from([0.0, 1e-10, -1e-10, 3e-8, -3e-8, 9e-7, -2e-6, 0.4])


def pairs_of(sites, zones):
    """By shapely, one pair at a time."""
    return np.argwhere(shapely.intersects(sites[:, None], zones)).tolist()


def found(sites, zones):
    pairs = touching(sites, index_zones(zones), 0.0, compiled=True)
    return np.stack([pairs.site, pairs.feature], 1).tolist()


# What a grid says for sure is right, and it doubts whatever else is true, with lines on the lattice
# that shapes lie on, between its places, and next to them.
@given(zones, st.sampled_from([2.5, 5.0, 15.0]), offsets, offsets, st.booleans())
@settings(max_examples=150, deadline=None)
def test_lines_where_the_corners_are(zones, step, aside, beside, far):
    zones = shapes(*zones)
    if far:
        zones = shapely.transform(zones, lambda xy: xy + FAR)
    base = FAR if far else np.zeros(2)
    line = np.arange(-5.0, 70.0, step)
    x, y = np.meshgrid(np.arange(0.0, 62.0, 2.5), np.arange(0.0, 62.0, 2.5))
    lattice = np.c_[x.ravel(), y.ravel()]
    corner = shapely.get_coordinates(zones) - base
    place = np.concatenate([lattice, corner, np.add(corner, (aside, beside))]) + base
    cols, rows = (
        np.concatenate([[-np.inf], line + move + base[axis], [np.inf]])
        for axis, move in enumerate((beside, aside))
    )
    grid = SpotGrid.over(place, cols, rows)
    point, feature, doubt = grid.inside(*corners(zones), np.ones(len(zones), dtype=bool))
    inside = shapely.intersects_xy(zones[None], place[:, :1], place[:, 1:])
    assert inside[point[~doubt], feature[~doubt]].all()
    said = np.zeros_like(inside)
    said[point, feature] = True
    assert not (inside & ~said).any()


@given(zones, st.lists(cases.points, min_size=1, max_size=60), offsets, st.booleans())
@settings(max_examples=150, deadline=None)
def test_points_on_edges_and_corners(zones, points, aside, far):
    zones = shapes(*zones)
    corner = shapely.get_coordinates(zones)
    edge = shapely.get_parts(shapely.boundary(zones))
    along = shapely.line_interpolate_point(edge, 0.3, normalized=True)
    sites = np.concatenate([shapes(*points, None), shapely.points(corner), along])
    moved = shapely.transform(sites, lambda xy: np.add(xy, (aside, -aside)))
    sites = np.concatenate([sites, moved])
    if far:
        zones, sites = (shapely.transform(g, lambda xy: xy + FAR) for g in (zones, sites))
    assert found(sites, zones) == pairs_of(sites, zones)


def wavy(rng, count, corner, size):
    """Polygons with many corners and waves as short as their edges, over one another."""
    angle = np.linspace(0, 2 * np.pi, corner, endpoint=False)
    radius = 1 + 0.3 * np.sin(angle * rng.integers(3, corner // 5, (count, 1)))
    ring = (radius * rng.uniform(size / 3, size, (count, 1)))[..., None]
    centre = FAR + rng.uniform(0, 3000, (count, 1, 2))
    return shapely.polygons(centre + ring * np.stack([np.cos(angle), np.sin(angle)], -1))


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(11)
    big = shapely.make_valid(wavy(rng, 4, 2000, 1500.0), method="structure")
    holes = shapely.union_all(
        shapely.buffer(shapely.points(FAR + rng.uniform(0, 3000, (300, 2))), 40)
    )
    town = shapely.box(*(FAR - 1e5), *(FAR + 1e5)).difference(holes)  # round all points, 300 holes
    zones = np.concatenate([wavy(rng, 60, 40, 200.0), big, shapes(town, holes, None)])
    spot = FAR + np.concatenate(
        [rng.uniform(-100, 3100, (4000, 2)), rng.normal(1500, 3, (1500, 2)),
         np.round(rng.uniform(0, 3000, (500, 2)), -2)]
    )  # fmt: skip
    return shapely.points(spot), zones


def test_many_points_and_polygons_of_many_corners(scene):
    sites, zones = scene
    assert found(sites, zones) == pairs_of(sites, zones)


def test_wrong_places_do_not_coarsen_the_grid(scene):
    sites, zones = scene
    away = shapely.points([(35_403_692.0, 106.7), (26.6, 106.7), (-1e9, 3e12), (1e300, -1e300)])
    sites = np.concatenate([away, sites, np.repeat(sites[:1], 700)])
    grid = index_sites(sites).spots()
    held = np.diff(grid.start[:-1])
    assert np.sort(held)[-2] < 100  # the largest has the 700 points of one place
    assert len(grid.spot) == len(sites)
    assert found(sites, zones) == pairs_of(sites, zones)


def test_any_number_of_threads_gives_the_same(scene, monkeypatch):
    sites, zones = scene
    said = []
    for threads in (1, 2, 5):
        monkeypatch.setattr(parallel, "threads", lambda threads=threads: threads)
        pairs = touching(sites, index_zones(zones), 0.0, compiled=True)
        said.append((pairs.site.tobytes(), pairs.feature.tobytes()))
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("points", [[], [(5, 5)], [(5, 5)] * 50, [(k, 5) for k in range(50)]])
def test_few_places(points):
    sites = np.concatenate(
        [shapely.points(np.reshape(points, (-1, 2)).astype(float)), shapes(None)]
    )
    zones = shapes(shapely.box(0, 0, 10, 10), None, shapely.box(5, 5, 40, 6))
    assert found(sites, zones) == pairs_of(sites, zones)


def test_numbers_that_are_none():
    place = np.array([(np.nan, 1.0), (1.0, np.inf), (1.0, 1.0), (-np.inf, np.nan)])
    grid = SpotGrid.of(place)
    assert grid.which.tolist() == [2]
    point, feature, doubt = grid.inside(
        *corners(shapes(shapely.box(0, 0, 2, 2))), np.ones(1, dtype=bool)
    )
    assert (point.tolist(), feature.tolist(), doubt.tolist()) == ([2], [0], [False])


def test_sites_are_made_ready_once_for_all_layers(scene):
    sites, zones = scene
    ready = index_sites(sites)
    assert index_sites(ready) is ready
    grid = ready.spots()
    for part in (zones[:30], zones[30:]):
        one = touching(ready, index_zones(part), 25.0, compiled=True)
        other = touching(sites, index_zones(part), 25.0, compiled=False)
        for name in ("site", "feature", "meets", "sure", "maybe"):
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
        assert one.depth == pytest.approx(other.depth, abs=1e-6)
    assert ready.spots() is grid


def test_doubt_is_rare(scene):
    # Else GEOS, which is slow, would do the work.
    sites, zones = scene
    some = sites[:5500]
    _, _, doubt = (
        index_sites(some)
        .spots()
        .inside(*index_zones(zones).corners(), np.ones(len(zones), dtype=bool))
    )
    assert doubt.sum() <= 2


def test_corners_that_are_said_twice():
    spoke = [(0, 0), (0, 0), (10, 0), (10, 0), (10, 10), (0, 10), (0, 10), (0, 0), (0, 0)]
    hole = [(4, 4), (4, 4), (4, 4), (4, 6), (6, 6), (6, 4), (4, 4)]
    zones = shapes(shapely.Polygon(spoke, [hole]), shapely.MultiPolygon([shapely.box(1, 1, 3, 9)]))
    x, y = np.mgrid[-1:12, -1:12] * 1.0
    sites = shapely.points(x.ravel(), y.ravel())
    assert found(sites, zones) == pairs_of(sites, zones)
