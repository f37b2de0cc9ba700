"""Hillshade on planes whose light is worked by hand, and the picture's place."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import numpy as np
import pytest

from tests.map_scene import make_scene
from zoning.crs import transformer
from zoning.layers import RasterLayer
from zoning.render.map.relief import draw_relief, shade

FLAT = math.sin(math.radians(45))


def test_flat_ground() -> None:
    assert shade(np.full((9, 9), 500, np.float32), 10.0) == pytest.approx(FLAT, abs=1e-6)


def test_slope_towards_the_light_is_brighter() -> None:
    """Light comes from the north-west: ground that falls that way shines."""
    y, x = np.mgrid[0:9, 0:9].astype(np.float32)
    towards, away = shade(x + y, 10.0), shade(-x - y, 10.0)
    assert towards.min() > FLAT > away.max()


def test_light_on_a_plane_by_hand() -> None:
    """A plane falling west, exaggerated to a slope of 0.5: normal (-0.5, 0, 1) / sqrt(1.25).

    Light from 315°: east part -sin 45° cos 45° = -0.5; from 270°: -cos 45°; from 0°: nothing.
    """
    _, x = np.mgrid[0:9, 0:9].astype(np.float32)
    up, across = math.sin(math.radians(45)), math.cos(math.radians(45))
    lit = [
        up + across * 0.5 * math.sin(math.radians(45)),
        up + across * 0.5,
        up,
    ]
    expected = (0.6 * lit[0] + 0.2 * lit[1] + 0.2 * lit[2]) / math.sqrt(1.25)
    assert shade(x, 10.0)[4, 4] == pytest.approx(min(expected, 1.0), abs=1e-5)


@pytest.fixture(scope="module")
def dem(tmp_path_factory: pytest.TempPathFactory) -> RasterLayer:
    layer = make_scene(tmp_path_factory.mktemp("scene")).catalog.layers["dem"]
    assert isinstance(layer, RasterLayer)
    return layer


def test_picture_is_warped_to_mercator(dem: RasterLayer, tmp_path: Path) -> None:
    import rasterio

    relief = draw_relief(dem, (106.75, 26.60, 107.0, 26.70))
    assert relief is not None
    assert relief.uri.startswith("data:image/webp;base64,")
    (south, west), (north, east) = relief.bounds
    assert (west, south, east, north) == pytest.approx((106.75, 26.60, 107.0, 26.70))
    picture = tmp_path / "r.webp"
    picture.write_bytes(base64.b64decode(relief.uri.split(",")[1]))
    with rasterio.open(picture) as image:
        wide, tall = image.width, image.height
    low = transformer("EPSG:4326", "EPSG:3857").transform(west, south)
    high = transformer("EPSG:4326", "EPSG:3857").transform(east, north)
    assert tall / wide == pytest.approx((high[1] - low[1]) / (high[0] - low[0]), rel=2e-3)
    assert max(wide, tall) == 1300


def test_elsewhere_there_is_no_picture(dem: RasterLayer) -> None:
    assert draw_relief(dem, (100.0, 20.0, 101.0, 21.0)) is None


def test_heights_that_are_not_shared_give_no_picture(dem: RasterLayer) -> None:
    from dataclasses import replace

    closed = replace(dem, share="result_only")
    assert draw_relief(closed, (106.75, 26.60, 107.0, 26.70)) is None
