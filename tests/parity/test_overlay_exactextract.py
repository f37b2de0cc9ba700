"""Zonal statistics without shift, against exactextract."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.features import rasterize

from tests.overlay_cases import write_raster
from zoning.overlay import zonal

exactextract = pytest.importorskip("exactextract", reason="has no wheel for this platform")
WORK = "EPSG:4545"


def random_polygons(rng, count):
    """Crooked polygons of all sizes, some with holes, some of two parts."""
    centre = rng.uniform([612_000, 2_945_000], [615_000, 2_948_000], (count, 2))
    angle = np.sort(rng.uniform(0, 2 * np.pi, (count, 12)), axis=1)
    radius = rng.choice([0.5, 20, 200, 700], (count, 1)) * rng.uniform(0.4, 1, (count, 12))
    ring = centre[:, None] + radius[..., None] * np.stack([np.cos(angle), np.sin(angle)], -1)
    shape = shapely.make_valid(shapely.polygons(ring), method="structure")
    hole = shapely.buffer(shapely.point_on_surface(shape), radius.min(axis=1) / 5, quad_segs=3)
    shape[::3] = shapely.difference(shape[::3], hole[::3])
    shape[1::7] = shapely.union(
        shape[1::7], shapely.box(*(centre[1::7] + 300).T, *(centre[1::7] + 377).T)
    )
    return shape


@pytest.mark.parametrize("engine", ["numpy", "numba"])
@pytest.mark.parametrize("cell", [(30.0, 30.0), (50.0, 20.0)])
def test_statistics(tmp_path, cell, engine):
    rng = np.random.default_rng(77)
    values = rng.integers(0, 12, (110, 120)).astype(np.float32)
    values[rng.random(values.shape) < 0.05] = -9999
    raster = write_raster(
        tmp_path / "r.tif", values, left=611_900.3, top=2_948_100.7, cell=cell, nodata=-9999
    )
    shape = random_polygons(rng, 300)
    stats = ("mean", "min", "max", "share:3", "covered")
    ours = zonal(shape, raster, 0.0, stats, crs=WORK, engine=engine)
    theirs = exactextract.exact_extract(
        str(raster.path),
        gpd.GeoDataFrame(geometry=shape, crs=WORK),
        ["mean", "min", "max", "count", "unique", "frac"],
        output="pandas",
    )
    for stat in ("mean", "min", "max"):
        expected = theirs[stat].to_numpy(dtype=float)
        assert ours[stat].measured == pytest.approx(expected, rel=1e-6, nan_ok=True), stat
    assert np.isfinite(ours["mean"].measured).sum() > 200
    share = np.array(
        [
            dict(zip(unique, frac, strict=True)).get(3.0, 0.0)
            for unique, frac in zip(theirs["unique"], theirs["frac"], strict=True)
        ]
    )
    held = ~np.isnan(ours["share:3"].measured)
    assert ours["share:3"].measured[held] == pytest.approx(share[held], abs=1e-6)
    covered = theirs["count"].to_numpy(dtype=float) * cell[0] * cell[1] / shapely.area(shape)
    assert ours["covered"].measured == pytest.approx(covered, abs=1e-6)


@pytest.mark.parametrize("engine", ["numpy", "numba"])
def test_quantiles(tmp_path, engine):
    """Exactextract interpolates between values: ours is one of the two that it lies between."""
    rng = np.random.default_rng(78)
    values = rng.integers(0, 1000, (110, 120)).astype(np.float32)
    raster = write_raster(
        tmp_path / "r.tif", values, left=611_900.3, top=2_948_100.7, cell=(30.0, 30.0)
    )
    shape = random_polygons(rng, 60)
    asked = {"p10": 0.1, "p50": 0.5, "p90": 0.9}
    ours = zonal(shape, raster, 0.0, tuple(asked), crs=WORK, engine=engine)
    theirs = exactextract.exact_extract(
        str(raster.path),
        gpd.GeoDataFrame(geometry=shape, crs=WORK),
        ["values", "coverage"],
        output="pandas",
    )
    for name, part in asked.items():
        for n, (value, weight) in enumerate(zip(theirs["values"], theirs["coverage"], strict=True)):
            order = np.argsort(value, kind="stable")
            sums = np.cumsum(weight[order])
            if not len(value) or np.abs(sums / sums[-1] - part).min() < 1e-6:
                continue
            expected = value[order][np.searchsorted(sums, part * sums[-1])]
            assert ours[name].measured[n] == expected, (name, n)


def test_centre_rule_is_that_of_rasterize(tmp_path):
    """Cells whose centre lies in the polygon, by GDAL; corners and edges lie on centres too."""
    rng = np.random.default_rng(79)
    values = rng.integers(0, 12, (110, 120)).astype(np.float32)
    raster = write_raster(
        tmp_path / "r.tif", values, left=611_904.0, top=2_948_096.0, cell=(32, 32)
    )
    shape = random_polygons(rng, 200)
    snapped = shapely.transform(shape[::2], lambda xy: np.round(xy / 16) * 16)
    shape[::2] = shapely.make_valid(snapped, method="structure", keep_collapsed=False)
    shape = shape[shapely.get_dimensions(shape) == 2]
    shape = shape[~shapely.is_empty(shape)]
    ours = zonal(shape, raster, 0.0, ("mean", "covered"), crs=WORK, rule="centre")
    place = rasterio.Affine(32, 0, 611_904.0, 0, -32, 2_948_096.0)
    wide = rasterio.Affine(32, 0, 611_904.0 - 3200, 0, -32, 2_948_096.0 + 3200)
    for n, one in enumerate(shape):
        held = rasterize([one], values.shape, transform=place).astype(bool)
        every = rasterize([one], (310, 320), transform=wide).sum()
        expected = values[held].mean(dtype=np.float64) if held.any() else np.nan
        assert ours["mean"].measured[n] == pytest.approx(expected, nan_ok=True), n
        share = held.sum() / every if every else np.nan
        assert ours["covered"].measured[n] == pytest.approx(share, nan_ok=True), n
