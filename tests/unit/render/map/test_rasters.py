"""Rasters on the map: each pixel is the class of its place, and nothing is retraced."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
import shapely
from numpy.typing import NDArray
from rasterio.transform import from_origin

from zoning.grid import Grid
from zoning.render.map.pictures import draw_classes
from zoning.render.map.rasters import STEPS, eligibility_overlay, suitability_overlay
from zoning.render.map.relief import Relief
from zoning.render.words import WORDS
from zoning.screening.views import Source
from zoning.siting import Eligibility, load_preset

X, Y, CELL = 370_000.0, 2_950_000.0, 30.0
WIDE = 80
COLOURS = {value: colour for value, (_, _, colour) in WORDS.items()}


def write(path: Path, value: NDArray[np.uint8], *, nodata: int, crs: str = "EPSG:4545") -> Path:
    height, width = value.shape
    place = (X, Y) if crs == "EPSG:4545" else (0.0, 0.0)  # Mercator is true on the equator only
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="uint8", width=width, height=height, crs=crs,
        transform=from_origin(*place, CELL, CELL), nodata=nodata,
    ) as out:  # fmt: skip
        out.write(value, 1)
    return path


def pixels(picture: Relief) -> NDArray[np.uint8]:
    """Red, green, blue, clear of every pixel."""
    data = base64.b64decode(picture.uri.partition("base64,")[2])
    with rasterio.MemoryFile(data) as memory, memory.open() as page:
        bands = page.read()
    if len(bands) == 3:  # GDAL drops a band that is opaque all over
        bands = np.concatenate([bands, np.full_like(bands[:1], 255)])
    return np.moveaxis(bands, 0, 2)


def colour_at(picture: Relief, lon: float, lat: float) -> str:
    """Colour that the page shows at a place; "" where it is clear. Leaflet stretches a picture
    evenly on the Mercator sphere, written out here."""
    seen = pixels(picture)
    (south, west), (north, east) = picture.bounds
    up = np.log(np.tan(np.pi / 4 + np.radians([south, lat, north]) / 2))
    row = int((up[2] - up[1]) / (up[2] - up[0]) * seen.shape[0])
    column = int((lon - west) / (east - west) * seen.shape[1])
    red, green, blue, clear = seen[row, column].tolist()
    return f"#{red:02X}{green:02X}{blue:02X}" if clear else ""


@pytest.fixture
def values() -> NDArray[np.uint8]:
    """Blobs of ten cells, so that a point well inside one is told from its edge."""
    blobs = np.random.default_rng(5).integers(0, 7, (WIDE // 10, WIDE // 10), dtype=np.uint8)
    return np.kron(blobs, np.ones((10, 10), np.uint8))


def found_of(path: Path, *shares: str) -> Eligibility:
    sources = tuple(
        Source(
            f"layer{at}",
            f"图层{at}",
            "测试",
            None,
            "无",
            0.0,
            False,
            "",
            share,
            at == 0,
            "00000000",
        )
        for at, share in enumerate(shares)
    )
    preset = load_preset("pv-land")
    return Eligibility(
        preset=preset, rules=preset.rule_set(), grid=Grid("EPSG:4545", X, Y, CELL, WIDE, WIDE),
        raster=path, areas=tuple((value, 1.0) for value in range(1, 7)), costs=(), left=(),
        sources=sources, as_of=date(2026, 11, 24), region="测试", out_of_scope=(), version="0",
    )  # fmt: skip


def test_a_pixel_has_the_class_of_its_place(tmp_path: Path, values: NDArray[np.uint8]) -> None:
    picture = draw_classes(write(tmp_path / "e.tif", values, nodata=0), COLOURS, nodata=0)
    assert picture is not None
    to_degrees = pyproj.Transformer.from_crs(4545, 4326, always_xy=True)
    random = np.random.default_rng(7)
    for _ in range(200):
        row, column = random.integers(0, WIDE // 10, 2)
        off = random.uniform(2, 8, 2)  # cells: not within two cells of the edge of a blob
        x, y = X + (10 * column + off[0]) * CELL, Y - (10 * row + off[1]) * CELL
        expected = COLOURS.get(int(values[10 * row, 10 * column]), "")
        assert colour_at(picture, *to_degrees.transform(x, y)) == expected


def test_no_colour_is_blended(tmp_path: Path, values: NDArray[np.uint8]) -> None:
    path = write(tmp_path / "e.tif", values, nodata=0)
    for most in (1000, 60, 13):
        picture = draw_classes(path, COLOURS, nodata=0, pixels=most)
        assert picture is not None
        seen = pixels(picture)
        assert max(seen.shape) <= most
        drawn = {"#" + bytes(each[:3]).hex().upper() for each in seen[seen[..., 3] > 0]}
        assert drawn <= set(COLOURS.values())
        assert len(drawn) == 6
        assert set(np.unique(seen[..., 3]).tolist()) == {0, 255}


def test_no_class_lies_between_two_others(tmp_path: Path) -> None:
    """Between 1 and 5 there is no 3, at whatever size."""
    value = np.kron(np.array([[1, 5], [5, 1]], np.uint8), np.ones((40, 40), np.uint8))
    path = write(tmp_path / "two.tif", value, nodata=0)
    for most in (1000, 31):
        picture = draw_classes(path, COLOURS, nodata=0, pixels=most)
        assert picture is not None
        seen = pixels(picture)
        drawn = {"#" + bytes(each[:3]).hex().upper() for each in seen[seen[..., 3] > 0]}
        assert drawn == {COLOURS[1], COLOURS[5]}


def test_a_large_pixel_is_what_most_of_it_is(tmp_path: Path) -> None:
    """Four blocks of 4 x 4 cells on Mercator itself; majorities counted by hand."""
    value = np.ones((8, 8), np.uint8)
    value[:2, :4] = 3  # half and more of the north-west block
    value[2, 0] = 3
    value[4:, :4] = 0  # nothing in the south-west
    value[4, 4] = 3  # one cell of sixteen in the south-east
    path = write(tmp_path / "m.tif", value, nodata=0, crs="EPSG:3857")
    picture = draw_classes(path, COLOURS, nodata=0, pixels=2)
    assert picture is not None
    seen = pixels(picture)
    told = ["#" + bytes(each[:3]).hex().upper() if each[3] else "" for each in seen.reshape(4, 4)]
    assert told == [COLOURS[3], COLOURS[1], "", COLOURS[1]]


@pytest.mark.parametrize("share", ["none", "result_only"])
def test_what_would_retrace_a_closed_layer_is_not_drawn(
    tmp_path: Path, values: NDArray[np.uint8], share: str
) -> None:
    path = write(tmp_path / "e.tif", values, nodata=0)
    found = found_of(path, "full", share)
    site = np.asarray([shapely.box(X, Y - 900, X + 900, Y)], object)
    for overlay in (
        eligibility_overlay(found, site),
        eligibility_overlay(found, site, sparse=True),
        suitability_overlay(path, found, site),
    ):
        assert overlay.pictures == ()
        assert overlay.row()["p"] == []
        assert "图层1" in overlay.note
    assert eligibility_overlay(replace(found, sources=found.sources[:1]), site).pictures


def test_a_clipped_layer_is_retraced_inside_sites_only(tmp_path: Path) -> None:
    path = write(tmp_path / "e.tif", np.full((WIDE, WIDE), 2, np.uint8), nodata=0)
    site = shapely.box(X + 600, Y - 1200, X + 1200, Y - 600)
    for sparse in (False, True):
        [picture] = eligibility_overlay(
            found_of(path, "clipped"), np.asarray([site, None], object), sparse=sparse
        ).pictures
        to_degrees = pyproj.Transformer.from_crs(4545, 4326, always_xy=True)
        assert colour_at(picture, *to_degrees.transform(X + 900, Y - 900)) == COLOURS[2]
        drawn = (pixels(picture)[..., 3] > 0).sum()
        assert 330 <= drawn <= 470  # 20 x 20 cells; a pixel is a cell, on edges one more or less


def test_few_sites_are_drawn_cell_for_cell_and_once(tmp_path: Path) -> None:
    """Two far apart and two that touch: three pictures of their surroundings."""
    path = write(tmp_path / "e.tif", np.full((WIDE, WIDE), 2, np.uint8), nodata=0)
    corners = [(0, 0), (1800, 1800), (1890, 1800), (0, 1800)]
    shapes = [shapely.box(X + x, Y - y - 90, X + x + 90, Y - y) for x, y in corners]
    overlay = eligibility_overlay(found_of(path), np.asarray(shapes, object), sparse=True)
    assert len(overlay.pictures) == 3
    assert sum(pixels(each)[..., 3].size for each in overlay.pictures) < 600


def test_scores_are_shown_in_steps_of_a_fifth(tmp_path: Path) -> None:
    value = np.full((8, 8), 255, np.uint8)
    value[0, :6] = (0, 19, 20, 79, 80, 100)
    path = write(tmp_path / "s.tif", value, nodata=255, crs="EPSG:3857")
    [picture] = suitability_overlay(path, found_of(path), np.asarray([], object)).pictures
    [first, *rest] = pixels(picture)
    told = ["#" + bytes(each[:3]).hex().upper() if each[3] else "" for each in first]
    steps = [colour for _, colour in STEPS]
    assert told[:6] == [steps[0], steps[0], steps[1], steps[3], steps[4], steps[4]]
    assert not np.asarray(rest)[..., 3].any()
    assert told[6:] == ["", ""]
