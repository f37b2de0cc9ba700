"""Patches against scipy's labels and rasterio's shapes, on random and on wicked masks."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.geometry
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from rasterio.features import rasterize, shapes
from scipy import ndimage

from zoning.grid import Grid
from zoning.overlay.patches.patches import Engine, Patches, patches

CRS = "EPSG:4545"
RES = 10.0
ENGINES: tuple[Engine, ...] = ("numpy", "numba")
STRUCTURE = {4: None, 8: np.ones((3, 3))}

Mask = NDArray[np.uint8]


def grid_of(mask: Mask) -> Grid:
    return Grid(CRS, 500.0, 7000.0, RES, mask.shape[1], mask.shape[0])


def checkerboard(n: int) -> Mask:
    return (np.indices((n, n)).sum(axis=0) % 2).astype(np.uint8)


def spiral(n: int) -> Mask:
    """One arm, a cell wide, with a gap of a cell."""
    mask = np.zeros((n, n), np.uint8)
    r, c, turn = 0, 0, 0
    steps = ((0, 1), (1, 0), (0, -1), (-1, 0))
    mask[0, 0] = 1
    stuck = 0
    while stuck < 2:
        dr, dc = steps[turn % 4]
        one, two = (r + dr, c + dc), (r + 2 * dr, c + 2 * dc)
        inside = 0 <= one[0] < n and 0 <= one[1] < n
        ahead = 0 <= two[0] < n and 0 <= two[1] < n and mask[two]
        if inside and not mask[one] and not ahead:
            r, c = one
            mask[r, c] = 1
            stuck = 0
        else:
            turn += 1
            stuck += 1
    return mask


def nested(n: int) -> Mask:
    """Rings in the holes of rings."""
    away = np.minimum(np.arange(n), np.arange(n)[::-1])
    return (np.minimum.outer(away, away) % 2 == 0).astype(np.uint8)


def comb(n: int) -> Mask:
    """Teeth that meet in the last row only."""
    mask = np.zeros((n, n), np.uint8)
    mask[:, ::2] = 1
    mask[-1] = 1
    return mask


def sieve(n: int) -> Mask:
    """Holes that touch at their corners, right through the patch."""
    mask = np.ones((n, n), np.uint8)
    mask[1:-1, 1:-1] = 1 - checkerboard(n - 2)
    mask[n // 2] = 1
    return mask


def noise(n: int) -> Mask:
    rng = np.random.default_rng(7)
    smooth = ndimage.gaussian_filter(rng.standard_normal((n, n)), 2.0)
    return (smooth + 0.05 * rng.standard_normal((n, n)) > 0).astype(np.uint8)


WICKED = {
    "checkerboard": checkerboard(9),
    "spiral": spiral(15),
    "spiral upside down": spiral(16)[::-1].copy(),
    "gap of a spiral": 1 - spiral(15),
    "rings": nested(15),
    "comb": comb(9),
    "comb upside down": comb(9)[::-1].copy(),
    "sieve": sieve(12),
    "noise": noise(120),
    "one cell": np.ones((1, 1), np.uint8),
    "no cell": np.zeros((3, 5), np.uint8),
    "all cells": np.ones((5, 17), np.uint8),
    "one row": np.array([[1, 0, 1, 1, 0, 0, 1, 1]], np.uint8),
    "one column": np.array([[1], [0], [1], [1]], np.uint8),
}

MASKS = st.one_of(
    hnp.arrays(
        np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 20)), elements=st.integers(0, 1)
    ),
    st.builds(
        lambda seed, share, shape: (np.random.default_rng(seed).random(shape) < share).astype(
            np.uint8
        ),
        st.integers(0, 2**32 - 1),
        st.sampled_from([0.1, 0.4, 0.5, 0.6, 0.75, 0.95]),
        st.tuples(st.integers(1, 30), st.integers(1, 30)),
    ),
)


def labelled(mask: Mask, neighbours: int) -> NDArray[np.int32]:
    """Scipy's components, numbered by their first cell."""
    label, count = ndimage.label(mask, STRUCTURE[neighbours])
    some, first = np.unique(label.ravel(), return_index=True)
    order = [one for one in some[np.argsort(first)] if one]
    number = np.zeros(count + 1, np.int32)
    number[order] = np.arange(1, count + 1)
    return number[label]


def check_against_peers(mask: Mask, found: Patches, neighbours: int) -> None:
    label = labelled(mask, neighbours)
    assert found.cells.tolist() == np.bincount(label.ravel())[1:].tolist()
    assert shapely.is_valid(found.polygon).all()
    assert (shapely.area(found.polygon) == found.area_m2).all()
    assert (shapely.length(found.polygon) == found.perimeter_m).all()
    if len(found):
        assert (shapely.bounds(found.polygon) == found.bounds).all()
    check_cells(label, found)
    check_shapes(label, found, neighbours)
    check_corners(found)


def check_cells(label: NDArray[np.int32], found: Patches) -> None:
    """The polygons hold the centres of the very cells."""
    grid = grid_of(label.astype(np.uint8))
    burnt = np.zeros_like(label)
    if len(found):
        pairs = list(zip(found.polygon, range(1, len(found) + 1), strict=True))
        burnt = rasterize(pairs, label.shape, transform=Affine(*grid.transform), dtype="int32")
    assert (burnt == label).all()


def check_shapes(label: NDArray[np.int32], found: Patches, neighbours: int) -> None:
    """Equal to the shapes of the label raster, made valid where GDAL's are not."""
    transform = Affine(*grid_of(label.astype(np.uint8)).transform)
    seen = 0
    for shape, value in shapes(label, label > 0, connectivity=neighbours, transform=transform):
        theirs = shapely.make_valid(shapely.geometry.shape(shape))
        ours = found.polygon[int(value) - 1]
        assert shapely.equals(theirs, ours)
        assert shapely.symmetric_difference(theirs, ours).area == 0
        seen += 1
    assert seen == len(found)


def check_corners(found: Patches) -> None:
    """No corner on a straight line, no ring that meets itself."""
    for ring in shapely.get_rings(shapely.get_parts(found.polygon)):
        xy = shapely.get_coordinates(ring)
        step = np.diff(xy, axis=0)
        assert ((step == 0).sum(axis=1) == 1).all()
        assert ((step[:, 0] == 0) != (np.roll(step[:, 0], 1) == 0)).all()
        assert ring.is_simple


def same(one: Patches, two: Patches) -> None:
    for column in ("id", "first", "cells", "area_m2", "perimeter_m", "bounds"):
        assert (getattr(one, column) == getattr(two, column)).all(), column
    assert shapely.to_wkb(one.polygon).tolist() == shapely.to_wkb(two.polygon).tolist()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("neighbours", [4, 8])
@pytest.mark.parametrize("name", WICKED)
def test_wicked_masks(name: str, neighbours: int, engine: Engine) -> None:
    mask = WICKED[name]
    found = patches(mask, grid_of(mask), neighbours=neighbours, engine=engine)  # type: ignore[arg-type]  # 4 | 8
    check_against_peers(mask, found, neighbours)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("neighbours", [4, 8])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mask=MASKS)
def test_random_masks(mask: Mask, neighbours: int, engine: Engine) -> None:
    found = patches(mask, grid_of(mask), neighbours=neighbours, engine=engine)  # type: ignore[arg-type]  # 4 | 8
    check_against_peers(mask, found, neighbours)


@settings(max_examples=150, deadline=None)
@given(mask=MASKS, data=st.data())
def test_blocks_and_engines_change_nothing(mask: Mask, data: st.DataObject) -> None:
    neighbours = data.draw(st.sampled_from([4, 8]))
    asked = {
        "neighbours": neighbours,
        "min_area_m2": data.draw(st.sampled_from([0.0, 300.0, 1000.0])),
        "min_width_m": data.draw(st.sampled_from([0.0, 20.0, 30.0])),
    }
    whole = patches(mask, grid_of(mask), engine="numpy", **asked)
    rows = data.draw(st.integers(1, len(mask)))
    blocks = [mask[row : row + rows] for row in range(0, len(mask), rows)]
    for engine in ENGINES:
        same(whole, patches(blocks, grid_of(mask), engine=engine, **asked))


@pytest.mark.parametrize("room", [1, 7, 100])
def test_forgetting_small_patches_on_the_way_changes_nothing(
    room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    mask = noise(200)
    for neighbours in (4, 8):
        for width in (0.0, 50.0):
            asked = {"neighbours": neighbours, "min_area_m2": 5000.0, "min_width_m": width}
            monkeypatch.setattr("zoning.overlay.patches.runs.ROOM", 1 << 30)
            late = patches(mask, grid_of(mask), engine="numba", **asked)
            monkeypatch.setattr("zoning.overlay.patches.runs.ROOM", room)
            for rows in (1, 3, 64):
                blocks = [mask[row : row + rows] for row in range(0, len(mask), rows)]
                same(late, patches(blocks, grid_of(mask), engine="numba", **asked))


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=80, deadline=None)
@given(mask=MASKS, side=st.integers(1, 4), neighbours=st.sampled_from([4, 8]))
def test_width_is_an_opening_by_a_square(
    mask: Mask, side: int, neighbours: int, engine: Engine
) -> None:
    label = labelled(mask, neighbours)
    wanted = [
        int((label == one).sum())
        for one in range(1, label.max() + 1)
        if ndimage.binary_opening(label == one, np.ones((side, side))).any()
    ]
    found = patches(
        mask,
        grid_of(mask),
        neighbours=neighbours,  # type: ignore[arg-type]  # 4 | 8
        min_width_m=side * RES,
        engine=engine,
    )
    assert found.cells.tolist() == wanted


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=80, deadline=None)
@given(mask=MASKS, least=st.integers(1, 30), neighbours=st.sampled_from([4, 8]))
def test_least_area_keeps_the_same_polygons(
    mask: Mask, least: int, neighbours: int, engine: Engine
) -> None:
    asked = {"neighbours": neighbours, "engine": engine}
    everything = patches(mask, grid_of(mask), **asked)  # type: ignore[arg-type]  # 4 | 8
    kept = patches(mask, grid_of(mask), min_area_m2=least * RES * RES, **asked)  # type: ignore[arg-type]  # 4 | 8
    large = everything.cells >= least
    assert kept.cells.tolist() == everything.cells[large].tolist()
    assert (
        shapely.to_wkb(kept.polygon).tolist() == shapely.to_wkb(everything.polygon[large]).tolist()
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_batches_of_corners_change_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    mask = noise(120)
    whole = patches(mask, grid_of(mask), neighbours=8, engine=engine)
    for corners in (1, 50, 400):
        monkeypatch.setattr("zoning.overlay.patches.trace.BATCH", corners)
        same(whole, patches(mask, grid_of(mask), neighbours=8, engine=engine))
