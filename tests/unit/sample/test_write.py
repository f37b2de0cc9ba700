"""The sample is made from a seed, block by block; another seed makes another one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.errors import InputError
from zoning.sample import write_sample
from zoning.sample.frame import load_frame
from zoning.sample.layers import Made, make_layers
from zoning.sample.rasters import block, raster_shape, write_rasters
from zoning.sample.world import World, form_world

DATA = Path(__file__).resolve().parents[3] / "data"


@cache
def world(seed: int = 520100) -> World:
    return form_world(load_frame(seed))


@cache
def made(seed: int = 520100) -> Made:
    return make_layers(world(seed))


def nothing(x: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.zeros(x.shape, np.uint8)


@pytest.mark.slow
def test_a_block_does_not_depend_on_its_neighbours():
    x = 373_000.0 + (np.arange(64) + 0.5) * 10.0
    y = 2_950_000.0 - (np.arange(64) + 0.5) * 10.0
    gx, gy = np.meshgrid(x, y)
    whole = block(world(), gx, gy, nothing, nothing)
    for rows in (slice(0, 17), slice(17, 64)):
        part = block(world(), gx[rows], gy[rows], nothing, nothing)
        for name, values in part.items():
            assert np.array_equal(values, whole[name][rows]), name


@pytest.mark.slow
def test_slope_does_not_depend_on_the_cell():
    """The centre of a 1000 m cell is a place like any other."""
    x, y = np.array([[373_500.0]]), np.array([[2_950_500.0]])
    near = np.meshgrid(373_500.0 + np.array([-10.0, 0, 10]), 2_950_500.0 + np.array([10.0, 0, -10]))
    assert world().relief.slope(x, y)[0, 0] == world().relief.slope(near[0], near[1])[1, 1]


@pytest.mark.slow
def test_rasters_are_the_same_bytes_again(tmp_path):
    layers = made().frame("karst_zone"), made().frame("waste_heap")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_rasters(world(), *layers, tmp_path / name, resolution_m=500)
    files = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(files) == 6
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.slow
def test_layers_are_the_same_again():
    again = make_layers(form_world(load_frame(520100)))
    for one, two in zip(made().layers, again.layers, strict=True):
        assert one.key == two.key
        assert one.frame.drop(columns="geometry").equals(two.frame.drop(columns="geometry"))
        assert shapely.equals_exact(one.frame.geometry, two.frame.geometry).all(), one.key


@pytest.mark.slow
def test_shipped_vectors_come_from_this_code():
    """Not to the last bit, so that another processor's arithmetic may pass."""
    for key in ("redline", "park", "water_source", "waste_heap"):
        file = {"redline": "ecology", "water_source": "water"}.get(key, "industry")
        shipped = gpd.read_file(DATA / "boundaries" / f"{file}.gpkg", layer=key)
        assert len(shipped) == len(made().frame(key))
        assert shipped.area.sum() == pytest.approx(made().frame(key).area.sum(), rel=1e-3)


@pytest.mark.slow
def test_another_seed_gives_other_ground_and_tiles_it_exactly():
    units = np.array([unit.shape for unit in made(7).units], dtype=object)
    region = world(7).frame.region
    assert shapely.coverage_is_valid(units)
    assert shapely.area(units).sum() == pytest.approx(region.area, rel=1e-12)
    assert shapely.symmetric_difference(shapely.union_all(units), region).area < 0.01
    ours = shapely.union_all(made().frame("redline").geometry.to_numpy())
    theirs = shapely.union_all(made(7).frame("redline").geometry.to_numpy())
    assert ours.intersection(theirs).area < 0.7 * ours.area


@pytest.mark.slow
def test_everything_is_written(tmp_path):
    said: list[str] = []
    write_sample(tmp_path, seed=7, resolution_m=1000, progress=lambda what, *_: said.append(what))
    shipped = {p.relative_to(DATA) for p in DATA.rglob("*") if p.is_file()}
    shipped = {p for p in shipped if p.name != "README.md" and "mapping" not in p.name}
    assert {p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()} == shipped
    assert any("rasters" in what for what in said)
    assert (tmp_path / "sun_monthly.csv").read_bytes() == (DATA / "sun_monthly.csv").read_bytes()
    from zoning.catalog import Catalog

    Catalog.open(tmp_path)


@pytest.mark.parametrize("resolution", [0, 3, 30.1, 1500, -100])
def test_a_resolution_that_does_not_fit_is_refused_before_anything_is_written(tmp_path, resolution):
    with pytest.raises(InputError, match="分辨率"):
        write_sample(tmp_path, resolution_m=resolution)
    assert not list(tmp_path.iterdir())


def test_shape_of_a_raster():
    assert raster_shape(100) == (1560, 1710)  # 156 x 171 km
    assert raster_shape(10) == (15_600, 17_100)
