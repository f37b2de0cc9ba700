"""The same exclusion set by atlite, cell by cell; run by ``make parity``, which installs atlite.

Atlite buffers vectors by polygons (geopandas' 16 segments a quadrant): its setbacks lack what lies
between chord and arc. Everything else must be the same cells.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from atlite.gis import ExclusionContainer, shape_availability
from numpy.typing import NDArray

from zoning.grid import Grid
from zoning.overlay.blocks.blocks import Block, sweep
from zoning.overlay.blocks.sources import Source
from zoning.overlay.rasterize.burn import burn, within
from zoning.overlay.rasterize.edges import Outlines

CRS = "EPSG:4545"
GRID = Grid(CRS, 600_000.0, 2_950_000.0, 10.0, 260, 240)
SETBACK_M = {"redline": 0.0, "water": 100.0, "roads": 50.0, "parks": 300.0}
GROUND = (20, 30, 40, 60)
GEOS_SIMPLIFIES = 0.01
"""Of the distance: by so much a buffer's outline may be moved before (GEOS, BufferParameters)."""


class Scene(NamedTuple):
    region: NDArray[np.object_]
    layers: dict[str, NDArray[np.object_]]
    rasters: dict[str, Path]


def blob(rng: np.random.Generator, size: float) -> shapely.Geometry:
    west, south, east, north = GRID.bounds
    angle = np.sort(rng.uniform(0, 2 * np.pi, 40))
    away = size * rng.uniform(0.5, 1.0, 40)
    centre = rng.uniform((west - 200, south - 200), (east + 200, north + 200))
    ring = centre + away[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    shape = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
    return shape - shapely.Point(centre).buffer(size / 5, quad_segs=3)


def scene(seed: int, folder: Path) -> Scene:
    rng = np.random.default_rng(seed)
    west, south, east, north = GRID.bounds
    holes = shapely.union_all([blob(rng, 150) for _ in range(3)])
    region = shapely.box(west + 33, south + 47, east - 61, north - 29) - holes
    layers = {
        "redline": np.array([blob(rng, 120) for _ in range(9)]),
        "water": np.array([blob(rng, 60) for _ in range(6)]),
        "roads": shapely.buffer(
            shapely.linestrings(rng.uniform((west, south), (east, north), (3, 4, 2))), 6
        ),
        "parks": np.array([blob(rng, 90) for _ in range(2)]),
    }
    values = {
        "slope": rng.uniform(0, 35, GRID.shape).astype(np.float32),
        "landcover": rng.choice(np.array([10, *GROUND], np.uint8), GRID.shape),
        "karst": rng.integers(0, 4, GRID.shape).astype(np.uint8),
    }
    nodata = {"slope": -9999.0, "landcover": 0, "karst": 255}
    for name, cells in values.items():
        cells[rng.random(GRID.shape) < 0.02] = nodata[name]
        with rasterio.open(
            folder / f"{name}.tif", "w", driver="GTiff", height=GRID.height, width=GRID.width,
            count=1, dtype=cells.dtype, crs=CRS, nodata=nodata[name],
            transform=rasterio.Affine(*GRID.transform),
        ) as file:  # fmt: skip
            file.write(cells, 1)
    return Scene(np.array([region]), layers, {n: folder / f"{n}.tif" for n in values})


def theirs(case: Scene, layers: dict[str, NDArray[np.object_]], buffered: bool) -> NDArray:
    kept = ExclusionContainer(crs=CRS, res=GRID.res)
    for name, value in (("slope", -9999), ("karst", 255)):
        unknown = {"codes": [value], "nodata": value, "crs": CRS}
        kept.add_raster(str(case.rasters[name]), **unknown)
    kept.add_raster(str(case.rasters["slope"]), codes=lambda v: v > 25, crs=CRS)
    kept.add_raster(str(case.rasters["landcover"]), codes=list(GROUND), invert=True, crs=CRS)
    kept.add_raster(str(case.rasters["karst"]), codes=lambda v: v > 2, crs=CRS)
    for name, shapes in layers.items():
        frame = gpd.GeoSeries(shapes, crs=CRS)
        kept.add_geometry(frame, buffer=0 if buffered else SETBACK_M[name])
    mask, place = shape_availability(gpd.GeoSeries(case.region, crs=CRS), kept)
    found = np.zeros(GRID.shape, bool)
    row, col = round((GRID.y1 - place.f) / GRID.res), round((place.c - GRID.x0) / GRID.res)
    found[row : row + mask.shape[0], col : col + mask.shape[1]] = mask
    return found


def ours(case: Scene, folder: Path) -> NDArray[np.bool_]:
    region = Outlines.of(case.region)
    outlines = {n: Outlines.of(shapes) for n, shapes in case.layers.items()}

    def work(block: Block) -> NDArray[np.uint8]:
        ok = burn(region, GRID, block.window)
        ok &= block.known("slope") & (block.values("slope") <= 25)
        ok &= np.isin(block.values("landcover"), GROUND)
        ok &= block.known("karst") & (block.values("karst") <= 2)
        for name, reach in SETBACK_M.items():
            ok &= ~within(outlines[name], GRID, block.window, reach_m=reach)
        return ok.view(np.uint8)

    sources = {name: Source(path) for name, path in case.rasters.items()}
    sweep(GRID, sources, work, folder / "ours.tif", block=128, tile=64)
    with rasterio.open(folder / "ours.tif") as file:
        return np.asarray(file.read(1) == 1)


def depth(shapes: NDArray[np.object_], reach: float, centre: NDArray[np.object_]) -> NDArray:
    """How far inside a setback points lie; negative outside."""
    far = np.min([shapely.distance(shape, centre) for shape in shapes], axis=0)
    return reach - far


@pytest.mark.parametrize("seed", range(6))
def test_the_same_cells_but_for_the_chords_of_buffers(tmp_path: Path, seed: int) -> None:
    case = scene(seed, tmp_path)
    mine, peer = ours(case, tmp_path), theirs(case, case.layers, buffered=False)
    row, col = np.nonzero(mine != peer)
    assert peer[row, col].all(), "never eligible here and not there"
    x, y = GRID.centres()
    centre = np.asarray(shapely.points(x[col], y[row]), object)
    told = np.zeros(len(row), bool)
    for name, reach in SETBACK_M.items():
        within_chord = reach * (1 - np.cos(np.pi / 64)) + GEOS_SIMPLIFIES * reach
        inner = depth(case.layers[name], reach, centre)
        told |= (inner >= 0) & (inner <= within_chord) & (reach > 0)
    assert told.all()
    assert 0.05 < mine.mean() < 0.9


@pytest.mark.parametrize("seed", range(6))
def test_with_finer_buffers_hardly_any_cell_differs(tmp_path: Path, seed: int) -> None:
    """256 segments a quadrant: at 300 m a chord lies 1.4 mm inside the arc at most."""
    case = scene(seed, tmp_path)
    finer = {
        n: shapely.buffer(shapes, SETBACK_M[n], quad_segs=256) if SETBACK_M[n] else shapes
        for n, shapes in case.layers.items()
    }
    mine, peer = ours(case, tmp_path), theirs(case, finer, buffered=True)
    row, col = np.nonzero(mine != peer)
    x, y = GRID.centres()
    centre = np.asarray(shapely.points(x[col], y[row]), object)
    near = [np.abs(depth(case.layers[n], r, centre)) for n, r in SETBACK_M.items() if r]
    assert len(row) <= 2
    assert (np.min(near, axis=0) < 0.5).all() if len(row) else True
