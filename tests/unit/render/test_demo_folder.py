"""A demo holds a screening and, in it, a study; what is neither is never dropped unasked."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.map_scene import Scene
from zoning.errors import OutputFault
from zoning.render import demo, write
from zoning.render import screening_folder as folder


@pytest.fixture
def place(result: Path, tmp_path: Path) -> Path:
    """A screening's folder with a study of heaps in it."""
    shutil.copytree(result, tmp_path / "demo")
    heaps = tmp_path / "demo" / "heaps"
    heaps.mkdir()
    (heaps / "heaps.json").write_text('{\n "$schema": "zoning/heaps/1"\n}', encoding="utf-8")
    (heaps / "map.html").touch()
    return tmp_path / "demo"


def test_a_demo_knows_its_study(place: Path) -> None:
    assert demo.foreign(place) == ()


def test_a_screening_does_not_drop_a_study(place: Path, scene: Scene) -> None:
    assert folder.foreign(place) == ("heaps",)
    with pytest.raises(OutputFault, match="heaps"):
        write(scene.screening, scene.catalog, place)
    assert (place / "heaps" / "heaps.json").exists()


def test_a_demo_does_not_drop_what_is_somebody_elses(place: Path) -> None:
    (place / "heaps" / "notes.docx").touch()
    assert demo.foreign(place) == ("heaps",)
    (place / "heaps" / "notes.docx").unlink()
    (place / "heaps" / "heaps.json").write_text("{}", encoding="utf-8")
    assert demo.foreign(place) == ("heaps",)


def test_a_study_in_a_folder_that_no_screening_wrote_is_foreign(place: Path) -> None:
    (place / "screening.json").unlink()
    assert "heaps" in demo.foreign(place)
