"""Cells against rasterio and shapely: random shapes, slivers, holes, centres on edges."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.features import rasterize

from zoning.grid import Grid
from zoning.overlay.rasterize.burn import Engine, burn, touched, within
from zoning.overlay.rasterize.dissolve import dissolved, joined
from zoning.overlay.rasterize.edges import Outlines

ENGINES: tuple[Engine, ...] = ("numpy", "numba")
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
REACHES = (0.0, 0.25, 2.5, 5.0, 13.0, 40.0)
Shapes = NDArray[np.object_]


class Scene(NamedTuple):
    shapes: Shapes
    grid: Grid


def _shape(rng: np.random.Generator, snap: float, offset: float) -> shapely.Geometry:
    """Shape of many kinds; snapped, its corners and edges lie on centres of cells."""
    points = rng.uniform(-20, 120, (int(rng.integers(3, 16)), 2))
    if rng.random() < 0.15:
        points[:, 0] = points[0, 0] + (points[:, 0] - points[0, 0]) * 1e-4  # sliver
    if snap:
        points = np.round(points / snap) * snap
    points += offset
    kind = rng.integers(0, 9)
    if kind == 0:
        return shapely.LineString(points)
    if kind == 1:
        return shapely.Point(points[0])
    if kind == 2:
        return shapely.box(*np.sort(points[:2], axis=0).ravel())
    shape = shapely.make_valid(shapely.Polygon(points), method="structure", keep_collapsed=False)
    if kind == 3:
        return shapely.symmetric_difference(shape, shapely.box(*(points[0] - 9), *(points[0] + 9)))
    if kind == 4:
        return shapely.buffer(shape, -2.0)
    return shape


@st.composite
def scenes(draw: st.DrawFn, most: int = 5) -> Scene:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    snap = draw(st.sampled_from([0.0, 0.5, 1.0, 5.0]))
    offset = draw(st.sampled_from([0.0, 3.2e5, 2.9e6, 3.55e7]))
    res = draw(st.sampled_from([1.0, 2.5, 5.0, 10.0, 7.3]))
    shapes = [_shape(rng, snap, offset) for _ in range(draw(st.integers(1, most)))]
    x0 = offset + draw(st.sampled_from([0.0, -3.3, 7.0, 60.0]))
    y1 = offset + draw(st.sampled_from([100.0, 100.25, 131.0, 40.0]))
    kept = [shape for shape in shapes if not shape.is_empty]
    return Scene(np.array(kept, dtype=object), Grid("EPSG:4545", x0, y1, res, 23, 31))


def _centres(grid: Grid) -> Shapes:
    return np.asarray(shapely.points(*np.meshgrid(*grid.centres())), dtype=object)


def _areas(shapes: Shapes) -> list[shapely.Geometry]:
    return list(shapes[shapely.get_dimensions(shapes) == 2])


@pytest.mark.parametrize("engine", ENGINES)
@MANY
@given(scene=scenes())
def test_burn_is_gdals_centre_rule(scene: Scene, engine: Engine) -> None:
    grid, areas = scene.grid, _areas(scene.shapes)
    wanted = np.zeros(grid.shape, dtype=np.uint8)
    if areas:
        wanted = rasterize(areas, out_shape=grid.shape, transform=Affine(*grid.transform))
    found = burn(Outlines.of(scene.shapes), grid, engine=engine)
    assert (found == wanted.astype(bool)).all()


@pytest.mark.parametrize("engine", ENGINES)
@MANY
@given(scene=scenes(), reach=st.sampled_from(REACHES), strict=st.booleans())
def test_setback_is_shapelys_distance(
    scene: Scene, reach: float, strict: bool, engine: Engine
) -> None:
    centres, outlines = _centres(scene.grid), Outlines.of(scene.shapes)
    wanted = np.zeros(scene.grid.shape, dtype=bool)
    for shape in scene.shapes:
        if reach == 0:
            held = (shapely.contains if strict else shapely.intersects)(shape, centres)
        else:
            gap = shapely.distance(shape, centres)
            held = gap < reach if strict else gap <= reach
        wanted |= held
    found = within(outlines, scene.grid, reach_m=reach, strict=strict, engine=engine)
    assert (found == wanted).all()


@pytest.mark.parametrize("engine", ENGINES)
@MANY
@given(scene=scenes(most=1), depth=st.sampled_from(REACHES[1:-1]), strict=st.booleans())
def test_depth_is_shapelys_distance_to_the_boundary(
    scene: Scene, depth: float, strict: bool, engine: Engine
) -> None:
    centres = _centres(scene.grid)
    wanted = np.zeros(scene.grid.shape, dtype=bool)
    for shape in _areas(scene.shapes):
        rim = shapely.distance(shape.boundary, centres)
        wanted |= shapely.intersects(shape, centres) & (rim > depth if strict else rim >= depth)
    outlines = Outlines.of(scene.shapes)
    found = within(outlines, scene.grid, reach_m=-depth, strict=strict, engine=engine)
    assert (found == wanted).all()


@MANY
@given(scene=scenes(), depth=st.sampled_from(REACHES[1:-1]))
def test_depth_in_overlapping_zones_counts_from_the_edge_of_their_ground(
    scene: Scene, depth: float
) -> None:
    areas = np.array(_areas(scene.shapes), dtype=object)
    ground, centres = shapely.union_all(areas), _centres(scene.grid)
    rim = shapely.distance(shapely.boundary(ground), centres)
    inside = shapely.intersects(ground, centres)
    found = within(Outlines.of(dissolved(areas)), scene.grid, reach_m=-depth, engine="numba")
    # Corners that the union adds are rounded, here to 1e-8 m at most.
    unlike = found != (inside & (rim >= depth))
    assert (np.abs(rim[unlike] - depth) < 1e-6).all()


@MANY
@given(scene=scenes(most=6), together=st.integers(1, 50))
def test_joined_is_what_shapely_relates(scene: Scene, together: int) -> None:
    """Inside and inside meet, or edge and edge along a line; crowded onto a lattice too."""
    areas = [area for area in _areas(scene.shapes) if area.is_valid]
    areas += [shapely.transform(area, lambda xy: xy + np.array([5.0, 0.0])) for area in areas[:2]]
    found_in = np.array([shapely.normalize(area) for area in areas], dtype=object)
    wanted = set()
    for (n, a), (m, b) in itertools.combinations(enumerate(found_in), 2):
        inside, edges = (shapely.relate(a, b)[at] for at in (0, 4))
        if inside == "2" or edges == "1":
            wanted.add((n, m))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("zoning.overlay.rasterize.dissolve.BATCH", together)
        found = {(min(p), max(p)) for p in zip(*joined(Outlines.of(found_in)), strict=True)}
    unlike = found ^ wanted
    # Corners on edges by rounding alone: shapely's relation is exact, ours as well.
    assert not unlike


@pytest.mark.parametrize("engine", ENGINES)
@MANY
@given(scene=scenes(), block=st.integers(1, 12), reach=st.sampled_from((-2.5, *REACHES)))
def test_blocks_do_not_show(scene: Scene, block: int, reach: float, engine: Engine) -> None:
    outlines, grid = Outlines.of(scene.shapes), scene.grid
    whole = within(outlines, grid, reach_m=reach, engine=engine)
    burnt, areas = burn(outlines, grid, engine=engine), touched(outlines, grid, engine=engine)
    for w in list(grid.windows(block=block))[::3]:
        part = np.s_[w.row : w.row + w.height, w.col : w.col + w.width]
        assert (within(outlines, grid, w, reach_m=reach, engine=engine) == whole[part]).all()
        assert (burn(outlines, grid, w, engine=engine) == burnt[part]).all()
        assert (touched(outlines, grid, w, engine=engine) == areas[part]).all()


def _cells(grid: Grid) -> Shapes:
    col, row = np.arange(grid.width), np.arange(grid.height)
    west, north = np.meshgrid(grid.x0 + col * grid.res, grid.y1 - row * grid.res)
    east, south = np.meshgrid(grid.x0 + (col + 1) * grid.res, grid.y1 - (row + 1) * grid.res)
    return np.asarray(shapely.box(west, south, east, north), dtype=object)


def _enters(a: NDArray[np.float64], b: NDArray[np.float64], cell: shapely.Geometry) -> bool:
    """Whether a segment runs through the inside of a box: clipped in fractions (Liang, Barsky)."""
    (ax, ay), (bx, by) = ([Fraction(float(v)) for v in end] for end in (a, b))
    west, south, east, north = (Fraction(v) for v in cell.bounds)
    low, high = Fraction(0), Fraction(1)
    for start, step, least, most in ((ax, bx - ax, west, east), (ay, by - ay, south, north)):
        if step == 0:
            if not least < start < most:
                return False
            continue
        one, two = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, one), min(high, two)
    return low < high


@MANY
@given(scene=scenes())
def test_touched_is_where_insides_meet(scene: Scene) -> None:
    """As shapely relates them; where a corner is all but on an edge, as fractions have it."""
    kept = [area for area in _areas(scene.shapes) if area.is_valid]
    cells, wanted = _cells(scene.grid), np.zeros(scene.grid.shape, dtype=bool)
    for area in kept:
        wanted |= shapely.relate_pattern(cells, area, "T********")
    found = touched(Outlines.of(np.array(kept, dtype=object)), scene.grid)
    for row, col in zip(*np.nonzero(found != wanted), strict=True):
        rings = shapely.get_rings(shapely.get_parts(kept))
        ends = [shapely.get_coordinates(ring) for ring in rings]
        cell = cells[row, col]
        assert all(shapely.area(shapely.intersection(cell, a)) < 1e-6 for a in kept)
        assert found[row, col] == any(
            _enters(a, b, cell) for xy in ends for a, b in itertools.pairwise(xy)
        )


@pytest.mark.parametrize(("snap", "more", "less"), [(0.0, 0.0, 0.0), (5.0, 0.01, 0.003)])
def test_gdals_all_touched_differs_where_said(snap: float, more: float, less: float) -> None:
    """Nowhere on random polygons; a little where corners and edges lie on those of cells."""
    rng = np.random.default_rng(1)
    grid = Grid("EPSG:4545", 2.9e6, 2.9e6 + 100, 2.5, 50, 62)
    count = added = missed = 0
    for _ in range(60):
        areas = _areas(np.array([_shape(rng, snap, 2.9e6)], dtype=object))
        if not areas or shapely.is_empty(areas[0]):
            continue
        place = Affine(*grid.transform)
        gdal = rasterize(areas, out_shape=grid.shape, transform=place, all_touched=True) > 0
        ours = touched(Outlines.of(np.array(areas, dtype=object)), grid)
        shared = shapely.area(shapely.intersection(areas[0], _cells(grid)[gdal & ~ours]))
        assert (shared <= 1e-9 * grid.res**2).all()
        count, added, missed = (
            count + ours.sum(),
            added + (gdal & ~ours).sum(),
            missed + (ours & ~gdal).sum(),
        )
    assert added <= more * count
    assert missed <= less * count
    assert (added + missed > 0) == (snap > 0)


def test_against_a_buffer_of_64_segments() -> None:
    rng = np.random.default_rng(7)
    shapes = np.array([_shape(rng, 0.0, 2.9e6) for _ in range(30)], dtype=object)
    grid = Grid("EPSG:4545", 2.9e6 - 50, 2.9e6 + 170, 0.5, 440, 440)
    buffers = shapely.buffer(shapes, 13.0, quad_segs=64)
    place = Affine(*grid.transform)
    wanted = rasterize(list(buffers), out_shape=grid.shape, transform=place).astype(bool)
    found = within(Outlines.of(shapes), grid, reach_m=13.0, engine="numba")
    # A chord of 64 segments a quadrant lies up to 13 (1 - cos(pi / 256)) = 1 mm inside the arc.
    assert (found != wanted).mean() <= 1e-5
