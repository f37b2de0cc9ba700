"""A cell scores what the point site at its centre scores, criterion by criterion."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from zoning.catalog import Catalog
from zoning.grid import Grid, Window
from zoning.overlay.rasterize.distance import distances
from zoning.overlay.rasterize.edges import Outlines
from zoning.siting import Preset, eligible, load_preset
from zoning.siting.cells.block import Cells
from zoning.siting.presets.preset import read_preset
from zoning.siting.scores.scored import UNKNOWN, model_of_cells, open_scorers, suitable
from zoning.siting.scores.scoring import score_sites

DATA = Path(__file__).resolve().parents[2] / "data"
AS_OF = date(2026, 11, 24)
BLOCKS, SIDE = 12, 40
NEAR = "curve = [[100, 0.9], ['1 km', 0.3], ['6 km', 0]]"
KINDS = (
    ("slope.mean", "curve = [[3, 1], [30, 0]]"),
    ("dem.mean", "classes = { edges = [1100, 1300], scores = [0, 0.4, 1] }"),
    ("forest_cover.mean", "curve = [['10 %', 1], ['90 %', 0]]"),
    ("karst.share(强发育)", "curve = [[0, 1], [1, 0]]"),
    ("land_cover.class", 'categories = { "草地" = 0.9, "建成区" = 0.3, "其他" = 0.1 }'),
    ("karst.class", 'categories = { "弱发育" = 0.9, "强发育" = 0.3 }'),
    ("substation.distance", NEAR),
    ("road.distance", NEAR),
    ("river_bank.distance", "classes = { edges = [0, '700 m'], scores = [0.1, 0.2, 0.5] }"),
    ("river_bank[rank = 干流].distance", NEAR),
    ("waste_heap[regime = 矿山用地].distance", NEAR),
    ("park[leading contains project.industry].distance", NEAR),
    ("receptor.distance", NEAR),
    ("redline.meets", 'categories = { "是" = 0.1, "否" = 0.8 }'),
    ("farmland.within", 'categories = { "是" = 0.1, "否" = 0.8 }'),
    ("control_unit.class", 'categories = { "优先保护" = 0.1, "一般管控" = 0.8 }'),
    ("road.class", 'categories = { "高速" = 0.1, "无" = 0.8 }'),
    ("forest_map.class", ""),
)


def every_kind() -> Preset:
    head = 'name = "every"\ntitle = "every"\nrules = ["pv"]\nkind = "pv"\nindustry = "D4416"\n'
    text = "".join(
        f'[[criterion]]\nname = "c{k}"\ntitle = "{k}"\nfact = "{fact}"\n{how}\nweight = 1\n'
        for k, (fact, how) in enumerate(KINDS)
        if how
    )
    return read_preset(head + text, "every.toml")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open(DATA)


def test_every_criterion_says_the_same_of_a_cell_and_of_its_centre(catalog: Catalog) -> None:
    preset = every_kind()
    model, _ = model_of_cells(preset, catalog)
    assert len(model.criteria) == len(preset.criterion)
    scorers = open_scorers(model, preset, catalog, as_of=AS_OF)
    west, south, east, north = shapely.bounds(catalog.region_geometry())
    grid = Grid.over((west - 9e3, south - 9e3, east + 9e3, north + 9e3), res=30.0, crs=catalog.crs)
    rng = np.random.default_rng(5)
    seen: list[set[float]] = [set() for _ in scorers]
    for _ in range(BLOCKS):
        row, col = (int(rng.integers(0, n - SIDE)) for n in (grid.height, grid.width))
        window = Window(row, col, SIDE, SIDE, row, col, SIDE, SIDE)
        wanted = rng.random((SIDE, SIDE)) < 0.5
        x, y = grid.centres(window)
        at = np.stack(np.meshgrid(x, y), axis=-1)[wanted]
        sites = preset.sites(list(shapely.points(at)), catalog.crs)
        table = pd.DataFrame(index=range(len(at)))
        scores = score_sites(model, sites, table, catalog, as_of=AS_OF)
        for k, scorer in enumerate(scorers):
            told = scorer(Cells(grid, window), wanted)
            np.testing.assert_allclose(
                told, scores[:, k], atol=1e-6, err_msg=str(model.criteria[k].fact)
            )
            seen[k] |= set(np.round(told, 2)[:200].tolist())
    # the comparison saw more than one score of nearly every kind
    assert sum(len(values) > 1 for values in seen) >= len(seen) - 3


def test_the_raster_is_the_sum_and_depends_on_neither_block_nor_threads(
    catalog: Catalog, tmp_path: Path
) -> None:
    found = eligible(
        load_preset("pv-land"), catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=250.0
    )
    told = set()
    for turn, (block, threads) in enumerate(((64, 1), (64, 4), (512, 2))):
        made = suitable(
            found, catalog, tmp_path / f"{turn}.tif", block=block, threads=threads
        )  # fmt: skip
        assert made is not None
        told.add(made.raster.read_bytes())
    assert len(told) == 1
    with rasterio.open(made.raster) as file, rasterio.open(found.raster) as other:
        value, verdict = file.read(1), other.read(1)
        assert file.nodata == UNKNOWN
    assert (value[np.isin(verdict, (0, 3))] == UNKNOWN).all()
    row, col = np.nonzero(~np.isin(verdict, (0, 3)))
    some = np.random.default_rng(3).choice(len(row), 300, replace=False)
    x = found.grid.x0 + (col[some] + 0.5) * found.grid.res
    y = found.grid.y1 - (row[some] + 0.5) * found.grid.res
    sites = found.preset.sites(list(shapely.points(x, y)), catalog.crs)
    table = pd.DataFrame(index=range(len(x)))
    scores = score_sites(made.model, sites, table, catalog, as_of=AS_OF)
    total = scores @ made.model.weights
    cells = np.where(value == UNKNOWN, np.nan, value / 100)[row[some], col[some]]
    np.testing.assert_allclose(cells, total, atol=0.005 + 1e-6)
    assert "地块面积" in "".join(made.notes)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_distances_are_those_of_shapely(seed: int, compiled: bool) -> None:
    rng = np.random.default_rng(seed)
    grid = Grid("EPSG:4545", 0.0, 2000.0, 10.0, 230, 200)
    place = rng.uniform(-800, 2800, (30, 2))
    shapes = np.asarray(
        [
            shapely.Point(p).buffer(rng.uniform(20, 150), quad_segs=3) if k % 3 == 0
            else shapely.Point(p) if k % 3 == 1
            else shapely.LineString(p + rng.normal(0, 200, (90, 2)).cumsum(axis=0) / 9)
            for k, p in enumerate(place[: 3 + 9 * seed])
        ],
        dtype=object,
    )  # fmt: skip
    reach = (np.inf, 400.0)[seed % 2]
    outlines = Outlines.of(shapes)
    whole = distances(outlines, grid, reach_m=reach, compiled=compiled)
    x, y = np.meshgrid(*grid.centres(Window(0, 0, 200, 230, 0, 0, 200, 230)))
    theirs = shapely.distance(shapely.unary_union(shapes), shapely.points(x, y))
    theirs[theirs > reach] = np.inf
    np.testing.assert_allclose(whole, theirs, atol=1e-9, rtol=0)
    part = Window(37, 101, 64, 90, 37, 101, 64, 90)
    cut = distances(outlines, grid, part, reach_m=reach, compiled=compiled)
    np.testing.assert_array_equal(cut, whole[37:101, 101:191])
