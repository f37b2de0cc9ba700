"""Receptors on and off the way of water, on a drawn valley of 2 km."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.scenes.catalog_files import HEAD, X, Y, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.siting.figures.downstream import flow_said, waters

SITE = np.asarray([box(900, 1500, 1100, 1700)], object)


def valley(hole_m: float = 0.0) -> np.ndarray:
    """100 x 100 cells of 20 m: a gutter along column 50 that falls to the south, with a hole."""
    row, col = np.mgrid[:100, :100]
    z = 1000 - row * 1.0 + np.abs(col - 50) * 5.0
    z[60, 50] -= hole_m
    return z


def catalog(folder: Path, z: np.ndarray, receptors: bool = True, res: float = 20.0) -> Catalog:
    write_raster(folder / "dem.tif", z, res=res)
    text = f'[layers.dem]\npath = "dem.tif"\nunit = "m"\ncoverage = "own extent"\n{HEAD}'
    if receptors:
        # on the gutter at x = 1,010, 250 m off it, and uphill of the site
        points = [(1110, 600), (1290, 400), (1010, 1900)]
        shapes = [shapely.Point(X + x, Y + y) for x, y in points]
        rows = frame(shapes, name=["下村", "侧村", "上村"], type=["村寨"] * 3)
        save(rows, folder / "receptor.gpkg")
        text += f'[layers.receptor]\npath = "receptor.gpkg"\n{HEAD}coverage = "districts"\n'
    return Catalog.open(write_catalog(folder, text))


def test_the_way_runs_down_the_gutter(tmp_path: Path) -> None:
    (water,) = waters(SITE, catalog(tmp_path, valley()))
    assert water is not None
    xy = shapely.get_coordinates(water.line) - (X, Y)
    assert (xy[:, 0] == 1010).all()
    assert xy[0, 1] == 1510  # the lowest row of the site
    assert (xy[-1, 1], water.end, water.length_m) == (10, "unknown", 1500)


def test_who_lives_along_it_is_named_and_who_does_not_is_not(tmp_path: Path) -> None:
    (said,) = flow_said(SITE, catalog(tmp_path, valley()))["flow_said"]
    # 1,510 - 600 m down the gutter, 100 m beside it
    assert "在下游流路上：下村（沿程 910 m，离流路 100 m）" in said
    assert "侧村" not in said
    assert "上村" not in said
    assert "出高程范围" in said


@pytest.mark.parametrize(
    ("south", "stated", "words"),
    [(-500, True, "离流路 100 m）；"), (900, True, "没有盖全流路"), (900, False, "没有注明覆盖")],
)
def test_where_receptors_are_not_mapped_that_is_said(
    south: float, stated: bool, words: str, tmp_path: Path
) -> None:
    catalog(tmp_path, valley())
    save(frame([box(0, south, 2000, 2000)], name=["图幅"]), tmp_path / "study_area.gpkg")
    file = tmp_path / "catalog.toml"
    before, _, after = file.read_text("utf-8").partition("[layers.receptor]")
    own = f'[layers.study_area]\npath = "study_area.gpkg"\n{HEAD}coverage = "own extent"\n'
    after = after.replace('coverage = "districts"', 'coverage = "study_area"' if stated else "")
    file.write_text(f"{before}{own}[layers.receptor]{after}", "utf-8")
    (said,) = flow_said(SITE, Catalog.open(tmp_path))["flow_said"]
    assert words in said


def test_a_site_in_a_hollow_keeps_its_water(tmp_path: Path) -> None:
    hollow = np.full((100, 100), 1000.0)
    hollow[15:25, 45:55] = 980.0  # under all of the site
    (said,) = flow_said(SITE, catalog(tmp_path, hollow))["flow_said"]
    assert "最低处就在洼地里，水出不来，可能入暗河" in said


def test_names_of_a_layer_that_may_not_be_given_away_stay_here(tmp_path: Path) -> None:
    catalog(tmp_path, valley())
    file = tmp_path / "catalog.toml"
    file.write_text(
        file.read_text("utf-8").replace('receptor.gpkg"', 'receptor.gpkg"\nshare = "none"'), "utf-8"
    )
    (said,) = flow_said(SITE, Catalog.open(tmp_path))["flow_said"]
    assert "下村" not in said
    assert "敏感点（沿程 910 m" in said


def test_within_the_errors_it_is_said(tmp_path: Path) -> None:
    held = catalog(tmp_path, valley())
    rows = frame([shapely.Point(X + 1205, Y + 600)], name=["邻村"], type=["村寨"])
    save(rows, tmp_path / "receptor.gpkg")  # 195 m: within 200 less half a cell it is not
    (said,) = flow_said(SITE, held)["flow_said"]
    assert "邻村（沿程 910 m，离流路 195 m，误差内）" in said


def test_a_sinkhole_ends_the_way_and_no_safety_is_claimed(tmp_path: Path) -> None:
    # row 60 lies at y = 790; a hole of 30 m under a gutter that falls by a metre a cell
    (said,) = flow_said(SITE, catalog(tmp_path, valley(30.0)))["flow_said"]
    assert "没有图上的敏感点" in said
    assert "流路在 720 m 处止于洼地，可能入暗河" in said
    assert "不能说再往下没有敏感点" in said
    (shallow,) = flow_said(SITE, catalog(tmp_path, valley(5.0)))["flow_said"]
    assert "下村" in shallow  # its rim is 4 m above the bottom: an error of the model


@pytest.mark.parametrize("what", ["coarse", "nodata"])
def test_without_a_model_fine_enough_no_way_is_told(what: str, tmp_path: Path) -> None:
    z = np.full((4, 4), 1000.0) if what == "coarse" else np.full((100, 100), np.nan)
    held = catalog(tmp_path, z, res=500.0 if what == "coarse" else 20.0)
    assert flow_said(SITE, held)["flow_said"] == [""]


def test_without_receptors_on_file_that_is_said(tmp_path: Path) -> None:
    (said,) = flow_said(SITE, catalog(tmp_path, valley(), receptors=False))["flow_said"]
    assert said.startswith("没有敏感点图层；")


def test_a_site_between_the_centres_of_cells_has_a_way_too(tmp_path: Path) -> None:
    small = np.asarray([box(1012, 1512, 1018, 1518)], object)  # in the cell about 1010, 1510
    (water,) = waters(small, catalog(tmp_path, valley()))
    assert water is not None
    assert (shapely.get_coordinates(water.line)[0] - (X, Y)).tolist() == [1010, 1510]
    assert water.length_m == 1500
