"""Parts of heaps on the same ground are said to be: nothing is counted twice in silence."""

from __future__ import annotations

from pathlib import Path

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.siting import load_preset
from zoning.siting.heaps.parts import heap_parts


def test_parts_on_the_same_ground_are_named_with_what_they_share(tmp_path: Path) -> None:
    # 400 m squares, the second 200 m to the east of the first: 8 ha in common; a third touches
    shapes = [box(200, 1400, 600, 1800), box(400, 1400, 800, 1800), box(800, 1400, 1000, 1800)]
    rows = frame(
        shapes, name=["甲堆", "乙堆", "丙堆"], part=["", "", ""], type=["磷石膏"] * 3,
        regime=["Ⅱ类场"] * 3, state=["已封场"] * 3,
    )  # fmt: skip
    save(rows, tmp_path / "heaps.gpkg")
    text = f'[layers.waste_heap]\npath = "heaps.gpkg"\n{HEAD}coverage = "districts"\n'
    held = Catalog.open(write_catalog(tmp_path, text))
    told = [note for note in heap_parts(held, load_preset("pv-heaps")).notes if "重叠" in note]
    assert len(told) == 1
    assert "甲堆、乙堆 共有 8.0 公顷" in told[0]
    assert "两次" in told[0]
