"""A datum suspected from where points lie: real districts, random points, known shifts."""

from __future__ import annotations

from math import comb
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from zoning import crs
from zoning.projects.coordinates.datum import (
    Shift,
    suspected_of,
    suspected_shift,
    upper_tail,
    warning,
)
from zoning.sites import Sites


@pytest.fixture(scope="module")
def districts(repo: Path) -> np.ndarray:
    rows = pyogrio.read_dataframe(repo / "data/boundaries/districts.gpkg")
    return crs.project(np.asarray(rows.geometry.values, dtype=object), str(rows.crs), crs.WORK)


def inside(
    districts: np.ndarray, n: int, *, seed: int, within_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Random points of districts, near their borders, and the district of each."""
    rng = np.random.default_rng(seed)
    points, named = [], []
    while len(points) < n:
        k = int(rng.integers(len(districts)))
        x0, y0, x1, y1 = districts[k].bounds
        point = shapely.Point(rng.uniform(x0, x1), rng.uniform(y0, y1))
        if districts[k].contains(point) and districts[k].boundary.distance(point) < within_m:
            points.append(point)
            named.append(k)
    return np.asarray(points, dtype=object), np.asarray(named)


def misnamed(named: np.ndarray, share: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    wrong = rng.random(len(named)) < share
    return np.where(wrong, rng.integers(10, size=len(named)), named)


def as_shown(points: np.ndarray, show) -> np.ndarray:
    degrees = shapely.transform(crs.project(points, crs.WORK, crs.GEOGRAPHIC), show)
    return crs.project(np.asarray(degrees, dtype=object), crs.GEOGRAPHIC, crs.WORK)


@pytest.mark.parametrize("seed", range(12))
def test_the_right_datum_is_not_suspected(districts: np.ndarray, seed: int) -> None:
    points, named = inside(districts, 120, seed=seed, within_m=1_000)
    assert suspected_shift(points, named, districts, crs=crs.WORK) is None
    # nor where one in ten names a wrong county, and every point is off by up to 100 m
    rng = np.random.default_rng(seed)
    moved = shapely.transform(points, lambda xy: xy + rng.uniform(-70, 70, xy.shape))
    wrong = misnamed(named, 0.1, seed)
    assert suspected_shift(moved, wrong, districts, crs=crs.WORK) is None


@pytest.mark.parametrize(
    ("show", "frame", "metres", "bearing"),
    [
        # 355 m east and 407 m south at the middle of the city; 1009 m east and 232 m north
        (crs.to_gcj02, "GCJ-02", 540, 139),
        (crs.to_bd09, "BD-09", 1035, 77),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_web_map_is_recognised_and_measured(
    districts: np.ndarray, show, frame: str, metres: float, bearing: float, seed: int
) -> None:
    points, named = inside(districts, 150, seed=seed, within_m=1_500)
    named = misnamed(named, 0.05, seed)
    found = suspected_shift(as_shown(points, show), named, districts, crs=crs.WORK)
    assert found is not None
    assert found.frame == frame
    assert found.metres == pytest.approx(metres, abs=150)
    assert abs(found.bearing - bearing) < 20
    assert found.speaks_for >= 8 + 4 * found.speaks_against
    assert found.tested == 150
    assert found.chance < 0.01


def test_a_shift_of_no_known_frame(districts: np.ndarray) -> None:
    points, named = inside(districts, 400, seed=5, within_m=1_000)
    north = shapely.transform(points, lambda xy: xy + np.array([0, 700]))
    found = suspected_shift(north, named, districts, crs=crs.WORK)
    assert found is not None
    assert found.frame == ""
    assert found.metres == pytest.approx(700, abs=100)
    assert min(found.bearing, 360 - found.bearing) < 10
    assert "原因不明" in warning(found).zh


def test_few_points_prove_nothing(districts: np.ndarray) -> None:
    points, named = inside(districts, 6, seed=1, within_m=300)
    shown = as_shown(points, crs.to_gcj02)
    assert suspected_shift(shown, named, districts, crs=crs.WORK) is None


def test_points_that_name_nothing_are_passed_over(districts: np.ndarray) -> None:
    points = np.asarray([shapely.Point(400_000, 2_950_000), None], dtype=object)
    assert suspected_shift(points, np.array([-1, 0]), districts, crs=crs.WORK) is None
    none = np.empty(0, dtype=object)
    assert suspected_shift(none, np.empty(0, dtype=int), districts, crs=crs.WORK) is None


@pytest.mark.parametrize(("k", "n"), [(0, 0), (0, 7), (1, 1), (8, 8), (5, 9), (300, 520)])
def test_the_tail_is_the_sum_of_its_terms(k: int, n: int) -> None:
    wanted = sum(comb(n, i) for i in range(k, n + 1)) / 2**n
    assert upper_tail(k, n) == pytest.approx(wanted, rel=1e-9)


def test_the_sites_of_a_list(districts: np.ndarray) -> None:
    points, named = inside(districts, 150, seed=2, within_m=1_500)
    shown = as_shown(points, crs.to_gcj02)
    polygons = {f"区{k}": shape for k, shape in enumerate(districts)}
    names = [f"区{k}" for k in named]

    def suspected(**columns: object) -> Shift | None:
        return suspected_of(
            Sites.of(shown, **{"crs_read": "EPSG:4490", **columns}), names, polygons
        )

    found = suspected()
    assert found is not None
    assert found.frame == "GCJ-02"
    assert suspected(accuracy_m=1530.0) is not None  # the datum was not stated
    assert suspected(accuracy_m=20_000.0) is None  # known to the town only
    assert suspected(crs_read="GCJ-02") is None  # stated and converted: off for another reason
    assert suspected(crs_read="EPSG:4545") is None
    assert suspected_of(Sites.of(shown, crs_read="EPSG:4490"), [""] * 150, polygons) is None


def test_the_warning_says_how_far_where_and_how_many() -> None:
    shift = Shift("GCJ-02", 541.4, 139.2, 23, 1, 150, 1e-5)
    said = warning(shift)
    for part in ("541 m", "东南", "139°", "GCJ-02", "23 个点支持", "1 个反对"):
        assert part in said.zh
    assert "southeast" in said.en
    assert "不代为改正" in said.remedy_zh
