"""Mean planes of sites on drawn elevation models, and what is said of rows on them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from tests.scenes.catalog_files import HEAD, box, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.siting.energy.rows import TOO_STEEP, UNKNOWN, rows_on
from zoning.siting.figures.terrain import planes
from zoning.solar import Array, row_pitch

SITE = np.asarray([box(600, 600, 1400, 1400)], object)
LATS, ARRAY = np.array([26.58]), Array(18.0)
DEM = f'[layers.dem]\npath = "dem.tif"\nunit = "m"\ncoverage = "own extent"\n{HEAD}'


def catalog(folder: Path, heights: np.ndarray | None, res: float = 20.0) -> Catalog:
    if heights is None:
        return Catalog.open(write_catalog(folder))
    write_raster(folder / "dem.tif", heights.astype("float64"), res=res, nodata=-9999.0)
    return Catalog.open(write_catalog(folder, DEM))


def plane(slope: float, aspect: float) -> np.ndarray:
    """100 x 100 cells of 20 m that fall to one side."""
    x, y = np.meshgrid(np.arange(100) * 20.0, -np.arange(100) * 20.0)
    fall, turn = math.tan(math.radians(slope)), math.radians(aspect)
    return 1500 - fall * (x * math.sin(turn) + y * math.cos(turn))


@pytest.mark.parametrize(("slope", "aspect"), [(6.0, 180.0), (6.0, 20.0), (12.0, 250.0)])
def test_a_plane_is_found_as_it_was_drawn(slope: float, aspect: float, tmp_path: Path) -> None:
    fall, towards = planes(SITE, catalog(tmp_path, plane(slope, aspect)))
    assert fall == pytest.approx([slope], abs=1e-6)
    assert towards == pytest.approx([aspect], abs=1e-6)


def test_a_cone_that_falls_to_all_sides_is_level_on_average(tmp_path: Path) -> None:
    x, y = np.meshgrid(np.arange(100) * 20.0 - 990, np.arange(100) * 20.0 - 990)
    fall, _ = planes(SITE, catalog(tmp_path, 1500 - 0.3 * np.hypot(x, y)))
    assert fall[0] < 0.1  # though every cell of it slopes by 16.7 degrees


def test_rows_on_a_southern_slope_stand_closer_and_it_is_said(tmp_path: Path) -> None:
    found = rows_on(SITE, LATS, catalog(tmp_path, plane(10.0, 180.0)), ARRAY)
    flat = row_pitch(26.58, 18.0, 4.0)
    pitch = row_pitch(26.58, 18.0, 4.0, ground_slope_deg=10.0)
    assert (found["pitch_m"][0], found["pitch_flat_m"][0]) == pytest.approx((pitch, flat))
    level = pitch * math.cos(math.radians(10))  # areas are those of the map
    assert found["ground_cover"][0] == pytest.approx(4.0 / level)
    assert found["rows_said"] == [
        f"平均坡面南坡 10.0°，同样的地排数比平地多 {round(100 * (flat / level - 1))}%"
    ]


def test_northern_slopes_have_fewer_rows_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    found = rows_on(SITE, LATS, catalog(tmp_path / "a", plane(10.0, 0.0)), ARRAY)
    assert found["pitch_m"][0] > found["pitch_flat_m"][0]
    assert "北坡 10.0°，同样的地排数比平地少" in found["rows_said"][0]
    (tmp_path / "b").mkdir()
    steep = rows_on(SITE, LATS, catalog(tmp_path / "b", plane(42.0, 0.0)), ARRAY)
    assert np.isnan(steep["pitch_m"][0])
    assert np.isnan(steep["ground_cover"][0])
    assert steep["rows_said"] == [f"平均坡面北坡 42.0°，{TOO_STEEP}"]


@pytest.mark.parametrize("what", ["none", "nodata", "coarse"])
def test_where_the_plane_is_not_known_rows_stand_as_on_flat_ground(
    what: str, tmp_path: Path
) -> None:
    heights = {"none": None, "nodata": np.full((100, 100), -9999.0), "coarse": np.ones((4, 4))}
    held = catalog(tmp_path, heights[what], 500.0 if what == "coarse" else 20.0)
    found = rows_on(SITE, LATS, held, ARRAY)
    assert found["pitch_m"][0] == found["pitch_flat_m"][0]
    assert found["rows_said"] == [UNKNOWN]
    assert np.isnan(found["plane_slope_deg"][0])


def test_where_no_yield_is_told_no_rows_are(tmp_path: Path) -> None:
    found = rows_on(SITE, np.array([np.nan]), catalog(tmp_path, plane(5, 180)), ARRAY)
    assert np.isnan(found["pitch_m"][0])
    assert found["rows_said"] == [""]
