"""No coordinate, code or name of a layer enters the page that its catalog keeps back."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from tests.map_scene import LAYERS, SITES, make_scene
from zoning.crs import GEOGRAPHIC, WORK, project
from zoning.render.map.map import write_map

Points = NDArray[np.float64]
_PAIR = re.compile(r"\[(\d{2,3}\.\d+),(\d{2}\.\d+)\]")
_NUMBER = re.compile(r"\d{6,7}(?:\.\d+)?")
_SHAPES = {name: np.array(shapes, dtype=object) for name, _, _, _, shapes, _ in LAYERS}


def corners(name: str) -> Points:
    """Vertices of a layer [deg]."""
    return shapely.get_coordinates(project(_SHAPES[name], WORK, GEOGRAPHIC))


def pairs(text: str) -> Points:
    """Every coordinate pair the page holds [deg]."""
    found = np.array(_PAIR.findall(text), dtype=float)
    assert len(found) > 50, "the page's geometry is written in another way: this test sees nothing"
    return found


def held(text: str, points: Points) -> NDArray[np.bool_]:
    """Which points the page holds, to about 3 m; a site's own vertices lie nowhere near."""
    gaps = np.abs(pairs(text)[None] - points[:, None]).max(axis=2)
    return gaps.min(axis=1) < 3e-5


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("scene")
    scene = make_scene(folder)
    write_map(scene.screening, scene.catalog, folder / "map.html")
    return (folder / "map.html").read_text(encoding="utf-8")


def test_full_layers_are_in_the_page(page: str) -> None:
    for name in ("redline", "control_unit", "river_bank", "districts"):
        assert held(page, corners(name)).all(), name


@pytest.mark.parametrize("name", ["basic_farmland", "protected_area"])
def test_closed_layers_are_not_in_the_page(page: str, name: str) -> None:
    assert not held(page, corners(name)).any()


@pytest.mark.parametrize("name", ["basic_farmland", "protected_area"])
def test_closed_layers_are_not_in_the_page_in_metres_either(page: str, name: str) -> None:
    secret = np.unique(shapely.get_coordinates(_SHAPES[name]))
    numbers = np.array(_NUMBER.findall(page), dtype=float)
    assert not np.isin(np.round(secret), np.round(numbers)).any()


def test_overlap_with_a_closed_layer_is_not_cut_out(page: str) -> None:
    """P-05 covers a corner of the farmland: the edges cross at places that would tell."""
    site = next(row[4] for row in SITES if row[0] == "P-05")
    cut = shapely.intersection(site, _SHAPES["basic_farmland"][0])
    crossing = shapely.difference(
        shapely.MultiPoint(shapely.get_coordinates(cut)),
        shapely.MultiPoint(shapely.get_coordinates(site)),
    )
    points = shapely.get_coordinates(project(np.array([crossing], object), WORK, GEOGRAPHIC))
    assert len(points) == 3
    assert not held(page, points).any()


def test_clipped_layer_shows_only_inside_sites(page: str) -> None:
    """P-03's array lies across the wetland's west edge: its east half is shown, nothing else."""
    assert not held(page, corners("wetland")).any()
    site = next(row[4] for row in SITES if row[1] == "array")
    cut = shapely.intersection(site, _SHAPES["wetland"][0])
    assert cut.area == pytest.approx(500 * 1_000)
    points = shapely.get_coordinates(project(np.array([cut], object), WORK, GEOGRAPHIC))
    assert held(page, points).all()


def test_no_line_is_drawn_from_a_clipped_layer(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A line at a distance from the bank tells where the bank is."""

    def lines(share: str) -> int:
        folder = tmp_path_factory.mktemp(share)
        scene = make_scene(folder, shares={"river_bank": share})
        write_map(scene.screening, scene.catalog, folder / "map.html")
        text = (folder / "map.html").read_text(encoding="utf-8")
        return text.count('["river_bank",1000.0,')

    assert lines("full") == 1
    assert lines("clipped") == 0


def test_a_layer_that_shares_nothing_gives_no_name_or_code(page: str) -> None:
    assert "绝密保护地" not in page
    assert "自然保护地" in page  # that the layer exists and was asked is no secret


def test_units_of_a_closed_layer_give_no_code(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("units")
    scene = make_scene(folder, shares={"control_unit": "none"})
    write_map(scene.screening, scene.catalog, folder / "map.html")
    text = (folder / "map.html").read_text(encoding="utf-8")
    assert "ZH520111" not in text
    assert not held(text, corners("control_unit")[1:3]).any()  # between 甲 and 乙


def test_districts_that_are_not_shared_are_not_drawn(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("districts")
    scene = make_scene(folder, shares={"districts": "result_only"})
    write_map(scene.screening, scene.catalog, folder / "map.html")
    text = (folder / "map.html").read_text(encoding="utf-8")
    assert '"region":null' in text
    assert '"districts":[]' in text
