"""Projects past those listed are counted by cell; numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.map_scene import Scene, make_scene
from zoning.render.map import payload
from zoning.render.map.density import density
from zoning.render.map.payload import gather
from zoning.render.style import VERDICT


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


def test_each_project_in_its_cell(scene: Scene) -> None:
    told = density(scene.screening, np.arange(8))
    assert (told["d"], told["n"], told["w"]) == (0.01, 8, 1)  # P-07 has no place
    rows = told["r"]
    assert isinstance(rows, list)
    assert sum(sum(row[2:]) for row in rows) == 7
    sites = scene.screening.sites.table
    [lon], [lat] = (sites.loc[sites["id"] == "P-01", name] for name in ("lon", "lat"))
    cell = [int(np.floor(lon / 0.01)), int(np.floor(lat / 0.01))]
    [mine] = [row[2:] for row in rows if row[:2] == cell]
    assert mine == [int(style.key == "F") for style in VERDICT.values()]  # on the redline


def test_a_project_lies_where_its_first_component_does(scene: Scene) -> None:
    number = scene.screening.project_ids.index("P-03")
    told = density(scene.screening, np.asarray([number]))
    sites = scene.screening.sites.table
    first = sites[sites["project"] == "P-03"].iloc[0]
    assert isinstance(told["r"], list)
    [[x, y, *_]] = told["r"]
    assert (x, y) == (np.floor(first["lon"] / 0.01), np.floor(first["lat"] / 0.01))


def test_cells_widen_until_they_fit(scene: Scene) -> None:
    told = density(scene.screening, np.arange(8), cells=2)
    assert isinstance(told["r"], list)
    assert isinstance(told["d"], float)
    assert len(told["r"]) <= 2
    assert np.log2(told["d"] / 0.01) % 1 == 0
    assert sum(sum(row[2:]) for row in told["r"]) == 7


def test_listed_and_counted_make_all(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gather(scene.screening, scene.catalog).data["crowd"] is None
    monkeypatch.setattr(payload, "WHOLE", 1)
    monkeypatch.setattr(payload, "MOST", 3)
    data = gather(scene.screening, scene.catalog).data
    assert isinstance(data["crowd"], dict)
    assert isinstance(data["projects"], list)
    assert len(data["projects"]) + int(str(data["crowd"]["n"])) == 8
