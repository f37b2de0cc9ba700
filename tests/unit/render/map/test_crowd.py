"""Past the number of whole cards a project keeps its verdict, place and rules, not its numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.map_scene import Scene, make_scene
from zoning.render.map import payload
from zoning.render.map.cards import OUTCOMES
from zoning.render.map.crowd import by_gravity, letter_of
from zoning.render.map.payload import gather


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


def test_letter_of_a_range() -> None:
    letters = [letter_of(least, most) for least, most in ((0, 0), (1, 1), (2, 2), (0, 2), (1, 2))]
    assert "".join(letters) == "ACFUU"


def test_gravest_first_else_as_listed() -> None:
    least = np.array([0, 2, 0, 1, 1, 2, 0], np.int8)
    most = np.array([0, 2, 1, 1, 2, 2, 2], np.int8)
    assert by_gravity(least, most).tolist() == [1, 5, 4, 6, 2, 3, 0]


def test_crowd_agrees_with_whole_cards(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = gather(scene.screening, scene.catalog).data["projects"]
    monkeypatch.setattr(payload, "WHOLE", 0)
    crowd = gather(scene.screening, scene.catalog).data["projects"]
    assert isinstance(whole, list)
    assert isinstance(crowd, list)
    assert len(crowd) == len(whole) == 8
    for full, lean in zip(whole, crowd, strict=True):
        for key in ("id", "n", "o", "k", "v", "lo", "hi", "st", "kd", "d", "s"):
            assert lean[key] == full[key], (full["id"], key)
        for one, other in zip(full["c"], lean["c"], strict=True):
            assert [other[key] for key in ("id", "n", "v", "lo", "hi")] == [
                one[key] for key in ("id", "n", "v", "lo", "hi")
            ]
            assert ("ll" in other) == ("ll" in one)
            if "ll" in one:
                assert other["ll"] == pytest.approx(one["ll"], abs=0.02)
            if one["u"]:
                assert [[unit[0], *unit[2:]] for unit in other["u"]] == [
                    [unit[0], *unit[2:]] for unit in one["u"]
                ]
            weighed = [f["o"] for f in one["f"] if f["o"] != "clear"]
            assert sorted(OUTCOMES[f[1]] for f in other["f"]) == sorted(weighed)


def test_crowd_gives_no_code_of_a_closed_layer(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = make_scene(tmp_path_factory.mktemp("shut"), shares={"control_unit": "none"})
    monkeypatch.setattr(payload, "WHOLE", 0)
    text = json.dumps(gather(shut.screening, shut.catalog).data, ensure_ascii=False)
    assert "520111200" not in text.replace('"520111"', "")


def test_counts_speak_of_all(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payload, "WHOLE", 1)
    monkeypatch.setattr(payload, "MOST", 3)
    data = gather(scene.screening, scene.catalog).data
    assert [project["id"] for project in data["projects"]] == ["P-01", "P-05", "P-06"]
    assert data["counts"] == {"F": 3, "U": 3, "C": 0, "A": 2}
