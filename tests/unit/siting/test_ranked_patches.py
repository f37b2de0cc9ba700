"""Patches described, scored and compared: figures by other libraries and by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import exactextract
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from zoning.catalog import Catalog
from zoning.grid import Grid
from zoning.sites import Sites
from zoning.siting import (
    Sited,
    against,
    compare,
    eligible,
    find_patches,
    load_preset,
    reweighted,
    suitable,
)
from zoning.siting.criteria import weighted_sum
from zoning.siting.figures.terrain import aspects, mean_suitability, receptors_below
from zoning.siting.scores.comparison import ranked_again

AS_OF = date(2026, 11, 24)


@pytest.fixture(scope="module")
def catalog(repo: Path) -> Catalog:
    return Catalog.open(repo / "data")


@pytest.fixture(scope="module")
def made(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sited, Path, Grid]:
    folder = tmp_path_factory.mktemp("ranked")
    preset = load_preset("pv-land").model_copy(update={"min_area_ha": 60.0})
    found = eligible(preset, catalog, folder / "e.tif", as_of=AS_OF, resolution_m=400.0)
    scored = suitable(found, catalog, folder / "s.tif")
    assert scored is not None
    return find_patches(found, catalog, suitability=scored), scored.raster, found.grid


@pytest.mark.slow
def test_figures_of_patches_by_other_libraries(made: tuple[Sited, Path, Grid], repo: Path) -> None:
    sited, raster, _ = made
    assert len(sited) > 20
    some = sited.table.iloc[10:60]
    frame = gpd.GeoDataFrame(geometry=list(sited.geometry[10:60]), crs=4545)

    def theirs(path: Path, what: str) -> list[float]:
        found = exactextract.exact_extract(str(path), frame, [what])
        return [item["properties"].get(what) for item in found]

    slope = theirs(repo / "data/rasters/slope.tif", "mean")
    assert some["slope_mean_deg"].to_numpy() == pytest.approx(slope, rel=1e-4)
    height = theirs(repo / "data/rasters/dem.tif", "mean")
    assert some["altitude_m"].to_numpy() == pytest.approx(height, rel=1e-4)
    # cells of the grid are whole in a patch, so that covering and centre agree
    fit = theirs(raster, "mean")
    assert some["suitability_mean"].to_numpy() == pytest.approx(np.asarray(fit) / 100, abs=1e-6)
    cover = theirs(repo / "data/rasters/land_cover.tif", "mode")
    names = {10: "林地(树木)", 20: "灌木", 30: "草地", 40: "耕作地", 50: "建成区",
             60: "裸地/稀疏植被", 80: "永久水体"}  # fmt: skip
    assert some["land_cover"].tolist() == [names[int(code)] for code in cover]
    stations = gpd.read_file(repo / "data/boundaries/infrastructure.gpkg", layer="substation")
    far = [stations.to_crs(4545).geometry.distance(shape).min() for shape in frame.geometry]
    assert some["substation_m"].to_numpy() == pytest.approx(far, abs=0.01)


def mean_near(sited: Sited, grid: Grid, repo: Path, layer: str, ends: list[float]) -> np.ndarray:
    """Mean over each patch's cells of 1 near to 0 far, by shapely."""
    frame = gpd.read_file(repo / "data/boundaries/infrastructure.gpkg", layer=layer).to_crs(4545)
    things = shapely.union_all(frame.geometry.to_numpy())
    shapely.prepare(things)
    x, y = (axis.ravel() for axis in np.meshgrid(*grid.centres()))
    points = shapely.points(x, y)
    patch, cell = shapely.STRtree(points).query(sited.geometry, "contains")
    score = np.interp(shapely.distance(things, points[cell]), ends, [1, 0])
    return np.bincount(patch, score) / np.bincount(patch)


@pytest.mark.slow
def test_scores_are_the_weighted_sum_of_groups_by_hand(
    made: tuple[Sited, Path, Grid], repo: Path
) -> None:
    sited, _, _ = made
    table, ranked = sited.table, sited.table["rank"] > 0
    assert ranked.sum() > 20
    slope = np.interp(table["slope_mean_deg"], [3, 15, 25], [1, 0.4, 0])
    karst = 1 - table["strong_karst"]
    substation = mean_near(sited, made[2], repo, "substation", [1000, 10_000])
    road = mean_near(sited, made[2], repo, "road", [200, 2000])
    area = np.interp(table["area_ha"], [2, 40], [0, 1])
    shape = np.interp(table["shape_index"], [1.2, 3.0], [1, 0])
    terrain, grid = 0.7 * slope + 0.3 * karst, 0.7 * substation + 0.3 * road
    assert table["score_terrain"][ranked].to_numpy() == pytest.approx(terrain[ranked], abs=1e-6)
    assert table["score_grid"][ranked].to_numpy() == pytest.approx(grid[ranked], abs=1e-6)
    cover = sited.scores[:, sited.criteria.index("土地覆被")]
    ground = 0.5 * cover + 0.3 * area + 0.2 * shape
    total = 0.40 * terrain + 0.35 * grid + 0.25 * ground
    assert table["score"][ranked].to_numpy() == pytest.approx(total[ranked], abs=1e-6)
    order = table[ranked].sort_values("rank")["score"].to_numpy()
    assert (np.diff(order) <= 0).all()
    assert (table["unranked"][ranked] == "").all()
    assert sited.stability.draws == 1000


def test_a_slope_that_falls_south_east(tmp_path: Path, catalog: Catalog) -> None:
    layer = catalog.layers["dem"]
    path = tmp_path / "dem.tif"
    row, col = np.mgrid[0:60, 0:60]
    # the northern half falls 117 degrees from north, the southern half is level
    height = np.where(row < 30, 1000.0 - (row + 2 * col), 900.0).astype(np.float32)
    with rasterio.open(
        path, "w", driver="GTiff", width=60, height=60, count=1, dtype="float32", crs="EPSG:4545",
        transform=rasterio.transform.from_origin(500_000, 2_950_000, 30, 30),
    ) as file:  # fmt: skip
        file.write(height, 1)

    def with_dem(path: Path) -> Catalog:
        held = replace(layer, path=path, source="test", accuracy_m=0.0)
        return replace(catalog, layers={**catalog.layers, "dem": held})

    north = shapely.box(500_100, 2_949_300, 501_500, 2_949_900)
    south = shapely.box(500_100, 2_948_300, 501_500, 2_949_000)
    both = shapely.unary_union([north, south])
    shapes = np.asarray([north, south, both], object)
    told = aspects(shapes, with_dem(path))
    assert told["aspect"][:2] == ["东南", "平"]
    assert told["aspect_share"][:2] == pytest.approx([1.0, 1.0])
    assert told["south_share"] == pytest.approx(
        [1.0, 0.0, north.area / both.area], abs=0.02
    )  # fmt: skip
    with rasterio.open(
        tmp_path / "coarse.tif", "w", driver="GTiff", width=9, height=9, count=1,
        dtype="float32", crs="EPSG:4545",
        transform=rasterio.transform.from_origin(500_000, 2_950_000, 450, 450),
    ) as file:  # fmt: skip
        file.write(np.full((9, 9), 1000, np.float32), 1)
    coarse = with_dem(tmp_path / "coarse.tif")
    assert aspects(shapes, coarse)["aspect"] == ["", "", ""]
    sites = Sites.of(list(shapes), crs="EPSG:4545", to="EPSG:4545")
    assert receptors_below(sites, coarse, AS_OF) == ["", "", ""]


def test_mean_suitability_by_hand(tmp_path: Path) -> None:
    values = np.array([[10, 20, 255], [30, 40, 255], [50, 60, 70]], np.uint8)
    grid = Grid("EPSG:4545", 0.0, 30.0, 10.0, 3, 3)
    with rasterio.open(
        tmp_path / "s.tif", "w", driver="GTiff", width=3, height=3, count=1, dtype="uint8",
        crs="EPSG:4545", transform=rasterio.transform.from_origin(0, 30, 10, 10),
    ) as file:  # fmt: skip
        file.write(values, 1)
    shapes = np.asarray([shapely.box(0, 10, 30, 30), shapely.box(20, 10, 30, 30)], object)
    found = mean_suitability(shapes, grid, tmp_path / "s.tif", 255)
    assert found[0] == pytest.approx(0.25)  # of 10, 20, 30, 40; two cells have no score
    assert np.isnan(found[1])


class Study:
    """Places as `compare` sees them."""

    def __init__(self, xs: list[float], scores: list[list[float]], weights: list[float]) -> None:
        self.geometry = np.asarray([shapely.box(x, 0, x + 10, 10) for x in xs], object)
        self.ranking = weighted_sum(np.asarray(scores), np.asarray(weights))
        self.criteria = ("坡度", "距道路")
        self.table = pd.DataFrame(
            {
                "id": [f"P{k}" for k in range(len(xs))],
                "decision_zh": "判定通过",
                "rank": self.ranking.rank,
                "score": self.ranking.total,
            }
        )


def test_who_moved_and_by_what_by_hand() -> None:
    scores = [[1.0, 0.0], [0.4, 0.9], [0.1, 0.1]]
    before = Study([0, 100, 200], scores, [0.8, 0.2])
    after = Study([0, 100, 200], scores, [0.3, 0.7])
    found = compare(before, after).set_index("id")
    assert found.loc["P1", ["rank_before", "rank_after", "climbed"]].tolist() == [2, 1, 1]
    assert found.loc["P0", ["rank_before", "rank_after", "climbed"]].tolist() == [1, 2, -1]
    assert found.loc["P1", "moved_by"] == "距道路"  # 0.9 (0.7 - 0.2) up, 0.4 (0.3 - 0.8) down
    assert found.loc["P1", "moved"] == pytest.approx(0.45)
    assert found.loc["P0", "moved_by"] == "坡度"
    # beside the other, P1 gains 0.45 - 0 on the road and -0.2 + 0.5 on the slope, P0 the opposite
    assert found.loc[["P1", "P0"], "because"].tolist() == ["距道路", "距道路"]
    assert found.loc[["P1", "P0"], "gained"].tolist() == pytest.approx([0.45, -0.45])
    assert found.loc["P2", "because"] == ""
    assert found.loc["P0", "score_after"] == pytest.approx(0.3)


def test_patches_are_matched_by_their_ground() -> None:
    before = Study([0, 100, 200], [[0.9, 0.9], [0.5, 0.5], [0.1, 0.1]], [0.5, 0.5])
    # the first is gone, a new one lies elsewhere; what was P1 is P0 now, a little to the side
    after = Study([102, 200, 500], [[0.5, 0.5], [0.1, 0.1], [0.7, 0.7]], [0.5, 0.5])
    found = compare(before, after)
    named = {(row["id"], row["id_after"]): row for _, row in found.iterrows()}
    assert set(named) == {("P0", ""), ("P1", "P0"), ("P2", "P1"), ("", "P2")}
    assert named["P0", ""]["rank_after"] == 0
    assert pd.isna(named["", "P2"]["climbed"])
    assert named["P1", "P0"]["climbed"] == 0
    assert named["P1", "P0"]["moved_by"] == ""


@pytest.mark.slow
def test_a_changed_weight_moves_the_patches_that_it_concerns(
    made: tuple[Sited, Path, Grid], catalog: Catalog, tmp_path: Path
) -> None:
    sited, _, _ = made
    preset = load_preset("pv-land").model_copy(update={"min_area_ha": 60.0})
    nearer = reweighted(preset, {"grid": 0.9})
    found = eligible(nearer, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=400.0)
    after = find_patches(found, catalog)
    moved = compare(sited, after)
    assert len(moved) == len(sited)  # the same patches: preferences shape none
    assert (moved["id"] == moved["id_after"]).all()
    assert (moved["climbed"] != 0).any()
    assert after.weights[[2, 3]].sum() == pytest.approx(0.9)


@pytest.mark.slow
def test_weights_are_held_against_the_presets_own(
    made: tuple[Sited, Path, Grid], catalog: Catalog, tmp_path: Path
) -> None:
    """The preset's own ranks are those of a run of its own; a criterion left out is measured."""
    sited, _, _ = made
    preset = load_preset("pv-land").model_copy(update={"min_area_ha": 60.0})
    fewer = tuple(c for c in preset.criterion if c.name != "road")
    other = reweighted(preset, {"grid": 1.0})  # all other groups weigh nothing
    found = eligible(other, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=400.0)
    after = find_patches(found, catalog)
    own = ranked_again(after, preset, catalog)
    assert own.table["rank"].tolist() == sited.table["rank"].tolist()
    assert own.table["score"].to_numpy() == pytest.approx(
        sited.table["score"].to_numpy(), nan_ok=True
    )
    told = against(after, preset, catalog)
    road = told.weights.set_index("title").loc["距道路"]
    assert road["own"] == pytest.approx(0.35 * 0.3)  # of the group, in the preset's file
    assert road["used"] == pytest.approx(0.3)
    assert (told.table["rank_before"] != told.table["rank_after"]).any()
    assert told.notes == ()
    without = find_patches(
        replace(found, preset=preset.model_copy(update={"criterion": fewer})), catalog
    )
    told = against(without, preset, catalog)
    road = told.weights.set_index("title").loc["距道路"]
    assert (road["own"], road["used"]) == (pytest.approx(0.35 * 0.3), 0.0)
    own = ranked_again(without, preset, catalog)
    assert own.table["rank"].tolist() == sited.table["rank"].tolist()
    # a layer that the catalog lacks can be asked by neither
    no_road = {name: layer for name, layer in catalog.layers.items() if name != "road"}
    told = against(without, preset, replace(catalog, layers=no_road))
    assert "距道路" not in set(told.weights["title"])
