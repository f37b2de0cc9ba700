"""Facts of rasters: units, classes by name, and silence beyond the coverage."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from zoning.crs import WORK
from zoning.facts.values import Numbers
from zoning.layers import RasterLayer
from zoning.measure.ground import Ground
from zoning.measure.raster import RasterView, measure_raster
from zoning.overlay import index_zones
from zoning.rules.grammar import parse_fact

CELLS = np.asarray([[1, 1, 2], [1, 3, 2], [255, 3, 4]], np.uint8)  # 255 is nodata


@pytest.fixture
def layer(tmp_path: Path) -> RasterLayer:
    path = tmp_path / "r.tif"
    profile = {"driver": "GTiff", "width": 3, "height": 3, "count": 1, "dtype": "uint8"}
    with rasterio.open(
        path, "w", **profile, crs=WORK, transform=from_origin(0, 30, 10, 10), nodata=255
    ) as file:
        file.write(CELLS, 1)
    return RasterLayer(
        "land_cover",
        "土地覆被",
        path,
        "land_cover",
        "",
        None,
        None,
        "",
        0.0,
        False,
        "own extent",
        "full",
        True,
        WORK,
        "%",
        (0.0, 100.0),
        ((1, "林地"), (2, "草地"), (3, "林地"), (4, "水域")),
        255.0,
    )


def measured(layer: RasterLayer, names: list[str], coverage: object) -> dict[str, Numbers]:
    sites = np.asarray([shapely.box(0, 0, 30, 30), shapely.box(0, 10, 20, 30)], object)
    ground = Ground(sites, np.zeros(2), np.full(2, np.nan), np.ones(2))
    view = RasterView(layer, coverage)  # type: ignore[arg-type]  # Zones or bool
    found = measure_raster([parse_fact(f"forest_cover.{n}") for n in names], ground, view, crs=WORK)
    return {name: column for name, column in found.items() if isinstance(column, Numbers)}


def test_a_class_of_several_values_and_nodata_by_hand(layer: RasterLayer) -> None:
    """林地 is 1 and 3: five of eight valid cells; with the empty ninth between 5/9 and 6/9."""
    share = measured(layer, ["share(林地)", "mean"], True)
    forest = share["forest_cover.share(林地)"]
    assert forest.measured[0] == pytest.approx(5 / 8)
    assert (forest.low[0], forest.high[0]) == pytest.approx((5 / 9, 6 / 9))
    assert forest.low[1] == forest.high[1] == 1.0
    mean = share["forest_cover.mean"]  # per cent to shares: (1 + 1 + 1 + 3) / 4 = 1.5 %
    assert (mean.measured[1], mean.unit) == (pytest.approx(0.015), "1")


def test_a_class_that_the_raster_lacks_is_a_gap(layer: RasterLayer) -> None:
    share = measured(layer, ["share(城镇)"], True)["forest_cover.share(城镇)"]
    assert "没有类别" in share.reasons.text(0)
    assert (share.low[0], share.high[0]) == (-np.inf, np.inf)


def test_without_coverage_or_beyond_it_nothing_is_said(layer: RasterLayer) -> None:
    unstated = measured(layer, ["max"], False)["forest_cover.max"]
    assert unstated.reasons.missing.all()
    half = index_zones(np.asarray([shapely.box(0, 10, 20, 30)], object))
    beyond = measured(layer, ["max"], half)["forest_cover.max"]
    assert beyond.reasons.missing.tolist() == [True, False]
    assert beyond.measured[1] == pytest.approx(0.03)
