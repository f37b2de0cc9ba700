"""GCJ-02 and BD-09 against two libraries that share no code with ours: PRCoords, eviltransform."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from zoning import crs

prcoords = pytest.importorskip("prcoords")
eviltransform = pytest.importorskip("eviltransform")

DEGREE_M = 111_320.0  # one degree of longitude at the equator, more than any here


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    """Guizhou and around, and the corners of China; lon, lat."""
    rng = np.random.default_rng(71)
    near = np.column_stack((rng.uniform(103, 110, 400), rng.uniform(24, 30, 400)))
    far = np.column_stack((rng.uniform(74, 134, 100), rng.uniform(19, 53, 100)))
    return np.vstack((near, far))


def off_m(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a - b).max() * DEGREE_M)


def peer(function, places: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return np.asarray([tuple(function(y, x))[::-1] for x, y in places])


def test_gcj_02(places: np.ndarray) -> None:
    ours = crs.to_gcj02(places)
    assert off_m(ours, peer(lambda y, x: prcoords.wgs_gcj((y, x)), places)) < 1e-6
    # takes the radius of WGS 84 where the others take Krassowsky's: 17 ppm of 540 m and more
    assert off_m(ours, peer(eviltransform.wgs2gcj, places)) < 0.02
    assert off_m(ours, places) > 300  # and it does shift


def test_bd_09(places: np.ndarray) -> None:
    ours = crs.to_bd09(places)
    assert off_m(ours, peer(lambda y, x: prcoords.wgs_bd((y, x)), places)) < 1e-6


def test_back_from_gcj_02(places: np.ndarray) -> None:
    shown = peer(lambda y, x: prcoords.wgs_gcj((y, x)), places)
    assert off_m(crs.from_shifted(shown, "GCJ-02"), places) < 1e-3
    # the exact inverse of eviltransform iterates to 1e-6 deg
    assert off_m(crs.from_shifted(shown, "GCJ-02"), peer(eviltransform.gcj2wgs_exact, shown)) < 0.15


def test_back_from_bd_09(places: np.ndarray) -> None:
    shown = peer(lambda y, x: prcoords.wgs_bd((y, x)), places)
    assert off_m(crs.from_shifted(shown, "BD-09"), places) < 1e-3
    bored = peer(lambda y, x: prcoords.bd_wgs_bored((y, x)), shown)
    assert off_m(crs.from_shifted(shown, "BD-09"), bored) < 0.5
