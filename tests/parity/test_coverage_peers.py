"""Coverage of cells against shapely's intersections with boxes; sums against exactextract."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zoning.overlay.coverage import Polygons, coverage, tally, tally_classes

COMPILED = (False, True)
Shapes = NDArray[np.object_]


def shapes(*found: shapely.Geometry | None) -> Shapes:
    return np.array([*found, None], dtype=object)[:-1]


def stars(seed: int, count: int, side: float, spread: float) -> Shapes:
    """Rough stars, some with a hole, some of two parts, all valid."""
    rng = np.random.default_rng(seed)
    found = []
    for n in range(count):
        corners = int(rng.integers(3, 30))
        turn = np.sort(rng.uniform(0, 2 * np.pi, corners))
        away = side * rng.uniform(0.2, 1.0, corners)
        ring = np.column_stack([np.cos(turn), np.sin(turn)]) * away[:, None]
        shape = shapely.make_valid(shapely.Polygon(ring + rng.uniform(0, spread, 2)))
        if n % 3 == 1:
            shape = shape - shapely.Point(shape.centroid).buffer(side / 4, quad_segs=2)
        if n % 3 == 2:
            shape = shape | shapely.box(spread + 1, 1, spread + 1.5, 1.25)
        found.append(shape)
    return shapes(*found)


def by_boxes(shape: shapely.Geometry) -> dict[tuple[int, int], float]:
    """Area of a shape in every cell of its box."""
    left, top, right, bottom = shapely.bounds(shape)
    row, col = np.mgrid[
        int(np.floor(top)) : int(np.ceil(bottom)), int(np.floor(left)) : int(np.ceil(right))
    ].reshape(2, -1)
    area = shapely.area(shapely.intersection(shapely.box(col, row, col + 1, row + 1), shape))
    return {(int(r), int(c)): a for r, c, a in zip(row, col, area, strict=True) if a > 0}


def check(found_in: Shapes, compiled: bool) -> None:
    found = coverage(Polygons.of(found_in), compiled=compiled)
    for number, shape in enumerate(found_in):
        mine = found.shape == number
        ours = dict(
            zip(
                zip(found.row[mine].tolist(), found.col[mine].tolist(), strict=True),
                found.weight[mine].tolist(),
                strict=True,
            )
        )
        assert len(ours) == mine.sum(), "a cell twice"
        theirs = by_boxes(shape)
        for cell in ours.keys() | theirs.keys():
            assert ours.get(cell, 0.0) == pytest.approx(theirs.get(cell, 0.0), abs=1.1e-9), cell
        assert sum(ours.values()) == pytest.approx(shape.area, abs=1e-8)


WICKED = {
    "cells": shapely.box(1, 2, 4, 5),
    "halves": shapely.box(0.5, 0.25, 2.5, 1.75),
    "within a cell": shapely.box(3.25, 3.25, 3.5, 3.75),
    "diamond on corners": shapely.Polygon([(2, 0), (4, 2), (2, 4), (0, 2)]),
    "sliver": shapely.Polygon([(0, 0), (9, 0.001), (9, 0.002)]),
    "upright sliver": shapely.Polygon([(0, 0), (0.001, 9), (0.002, 9)]),
    "edge on a line of the grid": shapely.Polygon([(1, 1), (1, 3), (2.5, 2)]),
    "hole on lines": shapely.box(0, 0, 5, 5) - shapely.box(1, 1, 3, 3),
    "hole within a cell": shapely.box(0, 0, 2, 2) - shapely.box(0.25, 0.25, 0.75, 0.5),
    "left and above of the origin": shapely.box(-3.5, -2.25, 1.5, 0.5),
    "two parts in one cell": shapely.box(0.1, 0.1, 0.2, 0.9) | shapely.box(0.5, 0.1, 0.7, 0.9),
    "almost level": shapely.Polygon([(0, 1), (8, 1 + 1e-12), (8, 2), (0, 2)]),
}


@pytest.mark.parametrize("compiled", COMPILED)
@pytest.mark.parametrize("name", WICKED)
def test_wicked_shapes(name: str, compiled: bool) -> None:
    check(shapes(WICKED[name]), compiled)


@pytest.mark.parametrize("compiled", COMPILED)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1), side=st.sampled_from([0.3, 2.0, 9.0]))
def test_random_shapes(seed: int, side: float, compiled: bool) -> None:
    check(stars(seed, 4, side, 12.0), compiled)


def test_far_from_the_origin_nothing_is_lost() -> None:
    check(shapely.transform(stars(3, 6, 8.0, 5.0), lambda xy: xy + 40_000.0), True)


def test_little_room_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoning.overlay.coverage.ROOM", 1)
    check(stars(5, 9, 9.0, 12.0), True)


@pytest.mark.parametrize("compiled", COMPILED)
def test_what_has_no_area_covers_nothing(compiled: bool) -> None:
    none = shapes(None, shapely.Polygon(), shapely.Point(1, 1), shapely.box(0, 0, 1, 1))
    found = coverage(Polygons.of(none), compiled=compiled)
    assert found.shape.tolist() == [3]
    assert len(coverage(Polygons.of(shapes()), compiled=compiled).shape) == 0


def strips(raster: NDArray[np.generic], rows: int) -> list[NDArray[np.generic]]:
    return [raster[row : row + rows] for row in range(0, len(raster), rows)]


@pytest.mark.parametrize("compiled", COMPILED)
def test_sums_by_hand(compiled: bool) -> None:
    raster = np.array([[1.0, 2.0, np.nan], [3.0, -9.0, 5.0]], np.float32)
    half = shapely.box(0.5, 0.5, 2.5, 1.5)  # quarters of the outer cells, halves of the middle
    found = tally(Polygons.of(shapes(half)), strips(raster, 1), nodata=-9, compiled=compiled)
    assert found.known.tolist() == [0.25 + 0.5 + 0.25 + 0.25]
    assert found.total.tolist() == [0.25 * 1 + 0.5 * 2 + 0.25 * 3 + 0.25 * 5]
    assert (found.least.tolist(), found.greatest.tolist()) == ([1.0], [5.0])
    assert found.mean.tolist() == [3.25 / 1.25]


@pytest.mark.parametrize("compiled", COMPILED)
def test_classes_by_hand(compiled: bool) -> None:
    raster = np.array([[7, 7, 40], [7, 0, 40]], np.uint8)
    half = shapely.box(0.5, 0.5, 2.5, 1.5)
    found = tally_classes(
        Polygons.of(shapes(half)), strips(raster, 1), [40, 7, 9], compiled=compiled
    )
    assert found.tolist() == [[0.5, 1.0, 0.0]]


@pytest.mark.parametrize("compiled", COMPILED)
@pytest.mark.parametrize("rows", [1, 7, 100])
def test_shapes_that_reach_beyond_the_raster(rows: int, compiled: bool) -> None:
    """Only their part on the raster counts, whichever side they leave by."""
    raster = np.arange(30 * 20, dtype=np.float64).reshape(30, 20)
    beyond = shapely.transform(stars(8, 40, 15.0, 40.0), lambda xy: xy - 10.0)
    found = tally(Polygons.of(beyond), strips(raster, rows), compiled=compiled)
    inside = shapely.intersection(beyond, shapely.box(0, 0, 20, 30))
    assert found.known == pytest.approx(shapely.area(inside), abs=1e-8)
    whole = tally(Polygons.of(inside), strips(raster, 30), compiled=False)
    assert found.total == pytest.approx(whole.total, rel=1e-9, abs=1e-6)
    assert (found.known > 0).sum() > 20
    covered = shapely.area(inside) > 0
    assert (found.least[covered] == whole.least[covered]).all()
    assert (found.greatest[covered] == whole.greatest[covered]).all()


@pytest.mark.parametrize("compiled", COMPILED)
def test_sums_are_those_of_exactextract(compiled: bool) -> None:
    exactextract = pytest.importorskip("exactextract")
    import geopandas as gpd
    from exactextract.raster import NumPyRasterSource
    from pyproj import CRS

    rng = np.random.default_rng(4)
    slope = rng.uniform(0, 60, (60, 80)).astype(np.float32)
    slope[rng.random(slope.shape) < 0.1] = -9999
    cover = rng.choice(np.array([10, 20, 40], np.uint8), slope.shape)
    found_in = stars(2, 60, 9.0, 60.0)
    box = {"xmin": 0, "ymin": 0, "xmax": 80, "ymax": 60, "srs_wkt": CRS("EPSG:4545").to_wkt()}
    upright = shapely.transform(found_in, lambda xy: np.column_stack([xy[:, 0], 60 - xy[:, 1]]))
    ask: Callable[..., list[dict[str, dict[str, float]]]] = exactextract.exact_extract
    frame = gpd.GeoDataFrame(geometry=upright, crs="EPSG:4545")
    theirs = ask(
        NumPyRasterSource(slope, nodata=-9999, **box), frame, ["mean", "min", "max", "count"]
    )
    polygons = Polygons.of(found_in)
    ours = tally(polygons, strips(slope, 16), nodata=-9999, compiled=compiled)
    pairs = (
        ("mean", ours.mean),
        ("min", ours.least),
        ("max", ours.greatest),
        ("count", ours.known),
    )
    for name, column in pairs:
        peer = np.array([row["properties"][name] for row in theirs], np.float64)
        assert column == pytest.approx(peer, rel=1e-6, abs=1e-6), name
    shares = tally_classes(polygons, strips(cover, 16), [10, 20, 40], compiled=compiled)
    theirs = ask(NumPyRasterSource(cover, **box), frame, ["unique", "frac"])
    for number, row in enumerate(theirs):
        mine = dict(zip([10, 20, 40], shares[number] / shares[number].sum(), strict=True))
        peer = dict(zip(row["properties"]["unique"], row["properties"]["frac"], strict=True))  # type: ignore[call-overload]  # arrays
        for code, share in mine.items():
            assert share == pytest.approx(peer.get(code, 0.0), abs=1e-6)
