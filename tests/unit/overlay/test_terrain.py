"""Terrain by hand on 3 x 3 heights, on planes and walls, and against plain loops."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zoning.grid import Grid
from zoning.overlay.blocks.blocks import Block, sweep
from zoning.overlay.blocks.sources import Source
from zoning.overlay.raster.terrain import aspect, gradient, hillshade, horizon, roughness, slope
from zoning.overlay.rasterize.burn import Engine

Z = NDArray[np.float64]
ALL = np.ones((3, 3), dtype=bool)
# a b c / d e f / g h i, worked by hand at a cell of 10 m:
# east  = ((3 + 2*6 + 9) - (1 + 2*4 + 7)) / 80 = 8 / 80 = 0.1
# north = ((1 + 2*2 + 3) - (7 + 2*8 + 9)) / 80 = -24 / 80 = -0.3
HAND = np.arange(1.0, 10.0).reshape(3, 3)


def plane(east: float, north: float, shape: tuple[int, int] = (5, 6), res: float = 10.0) -> Z:
    rows, columns = np.indices(shape)
    return np.asarray(columns * res * east - rows * res * north, dtype=np.float64)


def test_gradient_by_hand() -> None:
    relief = gradient(HAND, ALL, res_m=10.0)
    assert relief.east[1, 1] == pytest.approx(0.1, abs=1e-15)
    assert relief.north[1, 1] == pytest.approx(-0.3, abs=1e-15)
    assert relief.known.sum() == 1


def test_slope_and_aspect_by_hand() -> None:
    relief = gradient(HAND, ALL, res_m=10.0)
    # sqrt(0.01 + 0.09) = 0.31623: 17.548 deg; falls to the north and a little west: 360 - 18.435
    assert slope(relief)[1, 1] == pytest.approx(17.5484, abs=1e-4)
    assert aspect(relief)[1, 1] == pytest.approx(341.5651, abs=1e-4)
    assert np.isnan(slope(relief)).sum() == 8


@pytest.mark.parametrize(
    ("east", "north", "falls"),
    [(0, -1, 0), (-1, -1, 45), (-1, 0, 90), (-1, 1, 135), (0, 1, 180), (1, 1, 225), (1, 0, 270)],
)
def test_aspect_on_planes(east: float, north: float, falls: float) -> None:
    z = plane(east, north)
    relief = gradient(z, np.ones(z.shape, bool), res_m=10.0)
    assert aspect(relief)[2, 2] == pytest.approx(falls, abs=1e-9)
    assert slope(relief)[2, 2] == pytest.approx(math.degrees(math.atan(math.hypot(east, north))))


def test_level_ground_has_no_aspect() -> None:
    relief = gradient(np.full((3, 3), 7), ALL, res_m=10.0)
    assert slope(relief)[1, 1] == 0
    assert np.isnan(aspect(relief)[1, 1])


def test_hillshade() -> None:
    level = gradient(np.zeros((3, 3)), ALL, res_m=10.0)
    assert hillshade(level)[1, 1] == 181  # 1 + 254 sin 45 deg = 180.6
    assert hillshade(level)[0, 0] == 0
    facing = plane(1, -1) / math.sqrt(2)  # 45 deg, falls to the north-west, into the light
    relief = gradient(facing, np.ones(facing.shape, bool), res_m=10.0)
    assert hillshade(relief)[2, 2] == 255
    assert hillshade(relief, azimuth_deg=135.0)[2, 2] == 1  # light along the ground


def test_roughness_by_hand() -> None:
    assert roughness(HAND, ALL)[1, 1] == 8
    assert np.isnan(roughness(HAND, ALL)).sum() == 8


def test_an_unknown_neighbour_makes_unknown() -> None:
    z, known = plane(0.1, 0.2), np.ones((5, 6), bool)
    z[1, 1], known[1, 1] = -32768, False
    relief = gradient(z, known, res_m=10.0)
    assert relief.known[1:-1, 1:-1].tolist() == [
        [False, False, True, True], [False, False, True, True], [True] * 4,
    ]  # fmt: skip
    assert np.nanmax(slope(relief)) == pytest.approx(math.degrees(math.atan(math.hypot(0.1, 0.2))))
    assert (np.isnan(roughness(z, known)) == ~relief.known).all()
    assert ((hillshade(relief) == 0) == ~relief.known).all()


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_horizon_of_a_wall(engine: Engine) -> None:
    z = np.zeros((7, 7))
    z[:, 5] = 20.0  # a wall in the east
    known = np.ones(z.shape, bool)
    angle, whole = horizon(
        z, known, res_m=10.0, azimuths_deg=(0, 90, 270), reach_m=20.0, engine=engine
    )
    tan = np.tan(np.radians(angle[1, 3]))
    assert tan == pytest.approx([0, 0, 0, 1, 2, 0, 0], abs=1e-12)  # 20 m high, 20 and 10 m away
    assert (angle[2, :, :6] == 0).all()  # from the west it is seen by the column behind it only
    assert (angle[2, :, 6] > 60).all()
    assert whole[1, 3].tolist() == [True] * 5 + [False] * 2
    assert whole[0, :, 3].tolist() == [False] * 2 + [True] * 5


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_horizon_past_unknown_ground_is_a_lower_bound(engine: Engine) -> None:
    z, known = np.array([[0.0, 5.0, 30.0, 0.0]]), np.array([[True, False, True, True]])
    angle, whole = horizon(z, known, res_m=10.0, azimuths_deg=(90,), reach_m=20.0, engine=engine)
    assert angle[0, 0, 0] == pytest.approx(math.degrees(math.atan(1.5)))
    assert not whole[0, 0, 0]
    assert np.isnan(angle[0, 0, 1])


def looped(z: Z, known: NDArray[np.bool_], res: float) -> tuple[Z, Z]:
    """Slope and aspect cell by cell, as gdaldem's source has them."""
    out, turn = np.full(z.shape, np.nan), np.full(z.shape, np.nan)
    for r in range(1, z.shape[0] - 1):
        for c in range(1, z.shape[1] - 1):
            if not known[r - 1 : r + 2, c - 1 : c + 2].all():
                continue
            w = z[r - 1 : r + 2, c - 1 : c + 2].ravel()
            dx = (w[0] + 2 * w[3] + w[6]) - (w[2] + 2 * w[5] + w[8])
            dy = (w[6] + 2 * w[7] + w[8]) - (w[0] + 2 * w[1] + w[2])
            out[r, c] = math.degrees(math.atan(math.sqrt(dx * dx + dy * dy) / (8 * res)))
            if dx or dy:
                turn[r, c] = (90 - math.degrees(math.atan2(dy, dx))) % 360
    return out, turn


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1.0, 10.0, 30.0]))
def test_against_loops(seed: int, res: float) -> None:
    rng = np.random.default_rng(seed)
    z = np.round(rng.normal(0, 30, (8, 9)))
    known = rng.random(z.shape) > 0.1
    steep, turn = looped(z, known, res)
    relief = gradient(z, known, res_m=res)
    np.testing.assert_allclose(slope(relief), steep, atol=1e-9)
    gap = np.abs(aspect(relief) - turn) % 360
    assert (np.isnan(aspect(relief)) == np.isnan(turn)).all()
    assert np.nanmax(np.minimum(gap, 360 - gap), initial=0) < 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 360))
def test_horizon_is_the_same_compiled(seed: int, azimuth: float) -> None:
    rng = np.random.default_rng(seed)
    z, known = rng.normal(0, 30, (11, 14)), rng.random((11, 14)) > 0.05
    one, two = (
        horizon(z, known, res_m=5.0, azimuths_deg=(azimuth,), reach_m=40.0, engine=engine)
        for engine in ("numpy", "numba")
    )
    np.testing.assert_allclose(one[0], two[0], rtol=1e-12, atol=1e-12)
    assert (one[1] == two[1]).all()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 360))
def test_horizon_against_scipy(seed: int, azimuth: float) -> None:
    from scipy.ndimage import map_coordinates

    z = np.random.default_rng(seed).normal(0, 30, (15, 15))
    angle, _ = horizon(z, np.ones(z.shape, bool), res_m=5.0, azimuths_deg=(azimuth,), reach_m=30.0)
    far = np.arange(1, 7)
    turn = math.radians(azimuth)
    spots = 7 - far * math.cos(turn), 7 + far * math.sin(turn)
    rise = (map_coordinates(z, spots, order=1) - z[7, 7]) / (far * 5.0)
    assert angle[0, 7, 7] == pytest.approx(math.degrees(math.atan(max(rise.max(), 0))), abs=1e-6)


def test_blocks_do_not_show(tmp_path: Path) -> None:
    grid = Grid("EPSG:4545", 0.0, 700.0, 10.0, 50, 70)
    z = np.random.default_rng(5).normal(0, 30, grid.shape).astype(np.float32)
    z[20:23, 10:30] = -9999
    profile = {"driver": "GTiff", "height": 70, "width": 50, "count": 1, "dtype": "float32"}
    place = rasterio.Affine(*grid.transform)
    with rasterio.open(
        tmp_path / "z.tif", "w", crs=grid.crs, transform=place, nodata=-9999, **profile
    ) as file:
        file.write(z, 1)

    def work(block: Block) -> NDArray[np.generic]:
        known = block.known("z", halo=True)
        relief = gradient(block.values("z", halo=True), known, res_m=grid.res)
        angle, _ = horizon(
            block.values("z", halo=True), known,
            res_m=grid.res, azimuths_deg=(200.0,), reach_m=50.0,
        )  # fmt: skip
        return (slope(relief) + 100 * angle[0])[block.window.inner].astype(np.float32)

    written = []
    for block, threads in ((16, 2), (80, 1)):
        path = tmp_path / f"{block}.tif"
        sweep(
            grid, {"z": Source(tmp_path / "z.tif")}, work, path, dtype="float32",
            block=block, halo_m=60.0, threads=threads, tile=16,
        )  # fmt: skip
        written.append(path.read_bytes())
    assert written[0] == written[1]
