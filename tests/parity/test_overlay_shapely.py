"""Hits, overlaps and distances without shift, against shapely one pair at a time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from zoning.overlay import index_zones, meets, nearest, outside, overlap, touching, within

ORIGIN = np.array([612_345.67, 2_945_678.9])


def blobs(rng, count, small, large, corners):
    """Smooth polygons, up to 400 corners, with overlaps among them."""
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = np.ones((count, corners))
    for wave in range(2, 6):
        phase = rng.uniform(0, 7, (count, 1))
        radius += 0.3 / wave * rng.normal(size=(count, 1)) * np.cos(wave * angle + phase)
    radius *= rng.uniform(small, large, (count, 1))
    centre = ORIGIN + rng.uniform(0, 5000, (count, 2))
    ring = centre[:, None] + radius[..., None] * np.stack([np.cos(angle), np.sin(angle)], -1)
    return shapely.make_valid(shapely.polygons(ring), method="structure")


@pytest.fixture(autouse=True, params=["GEOS", "compiled loops"])
def _way(request, monkeypatch):
    """Every answer is asked for both ways, whatever the size of the layer."""
    for place in ("vector.zones", "vector.edges", "relate.hits"):
        monkeypatch.setattr(
            f"zoning.overlay.{place}.worth", lambda *_: request.param == "compiled loops"
        )


@pytest.fixture(scope="module")
def scene():
    rng = np.random.default_rng(20)
    zones = np.concatenate(
        [
            blobs(rng, 20, 100, 400, 60),
            blobs(rng, 4, 500, 1500, 400),
            shapely.linestrings(ORIGIN + rng.uniform(0, 5000, (5, 30, 2))),
            shapely.points(ORIGIN + rng.uniform(0, 5000, (20, 2))),
        ]
    )
    sites = np.concatenate(
        [
            blobs(rng, 60, 20, 300, 30),
            shapely.linestrings(ORIGIN + rng.uniform(0, 5000, (30, 4, 2))),
            shapely.points(ORIGIN + rng.uniform(0, 5000, (60, 2))),
        ]
    )
    return sites, zones, rng.random(len(zones)) < 0.7


def test_pairs(scene):
    sites, zones, _ = scene
    pairs = touching(sites, index_zones(zones), 250.0)
    gap = shapely.distance(sites[:, None], zones[None])
    assert {*zip(pairs.site.tolist(), pairs.feature.tolist(), strict=True)} == {
        (int(i), int(j)) for i, j in zip(*np.nonzero(gap <= 250.0), strict=True)
    }
    apart = pairs.depth > 0
    assert pairs.depth[apart] == pytest.approx(gap[pairs.site, pairs.feature][apart], abs=1e-9)
    assert (gap[pairs.site, pairs.feature][~apart] == 0).all()
    assert (pairs.meets == ~apart).all()


def test_overlap_within_meets(scene):
    sites, zones, chosen = scene
    index = index_zones(zones)
    pairs = touching(sites, index, 0.0)
    area = shapely.union_all(zones[chosen & (shapely.get_dimensions(zones) == 2)])
    common = shapely.intersection(sites, area)
    kind = shapely.get_dimensions(sites)
    expected = np.where(kind == 2, shapely.area(common), shapely.length(common))
    found = overlap(sites, index, pairs, 0.0, chosen)
    assert (expected[kind > 0] > 0).sum() > 30
    for column in (found.measured, found.low, found.high):
        assert column[kind > 0] == pytest.approx(expected[kind > 0], rel=1e-9, abs=1e-6)
    sure, maybe = within(sites, index, pairs, 0.0, chosen)
    assert sure.tolist() == maybe.tolist() == shapely.covers(area, sites).tolist()
    sure, maybe = meets(sites, index, pairs, 0.0, chosen)
    hit = shapely.intersects(shapely.union_all(zones[chosen]), sites)
    assert sure.tolist() == maybe.tolist() == hit.tolist()
    beyond = outside(sites, index, chosen, 0.0)[1].measured
    rest = shapely.difference(sites, area)
    expected = np.where(kind == 2, shapely.area(rest), shapely.length(rest))
    assert beyond[kind > 0] == pytest.approx(expected[kind > 0], rel=1e-9, abs=1e-6)


def test_nearest(scene):
    sites, zones, chosen = scene
    depth, feature = nearest(sites, index_zones(zones), chosen)
    gap = np.where(chosen, shapely.distance(sites[:, None], zones[None]), np.inf)
    assert np.maximum(depth, 0) == pytest.approx(gap.min(axis=1), abs=1e-9)
    assert feature.tolist() == gap.argmin(axis=1).tolist()


def test_distance_to_uncovered_ground(scene):
    sites, zones, chosen = scene
    cover = chosen & (shapely.get_dimensions(zones) == 2)
    distance, _ = outside(sites, index_zones(zones), cover)
    ground = shapely.union_all(zones[cover])
    inside = shapely.covers(ground, sites)
    expected = np.where(inside, shapely.distance(sites, shapely.boundary(ground)), 0.0)
    assert inside.sum() > 10
    assert distance == pytest.approx(expected, abs=1e-5)
