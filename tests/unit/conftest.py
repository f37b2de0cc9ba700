"""The scene of the map's tests, screened once, for every test of outputs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.map_scene import Scene, make_scene
from zoning.render.files.canonical import in_order


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = make_scene(tmp_path_factory.mktemp("scene"))
    rules = in_order(made.screening.rules)  # as `load_rules` gives them
    return replace(made, screening=replace(made.screening, rules=rules))


@pytest.fixture(scope="session")
def result(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result folder, to be read only."""
    from zoning.render import write

    folder = tmp_path_factory.mktemp("out") / "结果"
    write(scene.screening, scene.catalog, folder)
    return folder
