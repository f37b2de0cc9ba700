"""Parts beyond the region are said to be so, however coarse the cells: never an edge."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.screening import screen
from zoning.siting import load_preset, study_heaps
from zoning.siting.heaps.parts import heap_parts

# districts from 0 to 2000 m and from 3000 to 4000 m: the gap is in the grid and beyond the region
SHAPES = {
    "east": box(2010, 1000, 2200, 1200), "north": box(500, 2010, 700, 2200),
    "far": box(5000, 5000, 5400, 5400), "gap": box(2310, 500, 2500, 800),
    "half": box(1900, 1000, 2100, 1400),
}  # fmt: skip


@pytest.mark.parametrize("res", [10.0, 100.0, 400.0, 1000.0])
def test_what_lies_beyond(tmp_path: Path, res: float) -> None:
    n = len(SHAPES)
    rows = frame(
        list(SHAPES.values()), name=list(SHAPES), part=["全场"] * n, type=["磷石膏"] * n,
        regime=["Ⅱ类场"] * n, state=["已封场"] * n, holder=["某公司"] * n,
    )  # fmt: skip
    save(rows, tmp_path / "waste_heap.gpkg")
    two = [box(0, 0, 2000, 2000), box(3000, 0, 4000, 2000)]
    districts = frame(two, adcode=["520102", "520103"], name=["南明区", "云岩区"])
    save(districts, tmp_path / "districts.gpkg")
    text = f'[layers.waste_heap]\npath = "waste_heap.gpkg"\n{HEAD}coverage = "districts"\n'
    catalog = Catalog.open(write_catalog(tmp_path, text))
    table = study_heaps(
        load_preset("pv-heaps"), catalog, tmp_path / "e.tif", as_of=date(2026, 11, 24),
        resolution_m=res,
    ).table  # fmt: skip
    beyond = table[table["id"].str.startswith(("east", "north", "far", "gap"))]
    np.testing.assert_allclose(beyond["outside_ha"], beyond["area_ha"])
    assert (beyond["edge_ha"] == 0).all()
    assert (beyond["unranked"] == "在辖区外，未核").all()
    (half,) = (row for _, row in table.iterrows() if row["id"].startswith("half"))
    if res <= 100:  # half of it, by its cells
        assert half["outside_ha"] == pytest.approx(half["area_ha"] / 2, rel=1e-6)
    else:  # no centre falls on it: nothing is said
        assert half[["outside_ha", "edge_ha", "usable_ha"]].sum() == 0
        assert "格网太粗" in half["unranked"]


def test_ground_beyond_the_grid_is_outside_and_no_more_of_what_is_inside(tmp_path: Path) -> None:
    """1,600 x 400 m across the eastern edge of the region: a quarter lies inside."""
    heap = frame(
        [box(1600, 1000, 3200, 1400)], name=["边"], part=["全场"], type=["磷石膏"],
        regime=["Ⅱ类场"], state=["已封场"], holder=["某公司"],
    )  # fmt: skip
    save(heap, tmp_path / "waste_heap.gpkg")
    text = f'[layers.waste_heap]\npath = "waste_heap.gpkg"\n{HEAD}coverage = "districts"\n'
    catalog = Catalog.open(write_catalog(tmp_path, text))
    row = study_heaps(
        load_preset("pv-heaps"), catalog, tmp_path / "e.tif", as_of=date(2026, 11, 24),
        resolution_m=10.0,
    ).table.iloc[0]  # fmt: skip
    assert row["outside_ha"] == pytest.approx(row["area_ha"] * 3 / 4, rel=1e-6)
    inside = row[["edge_ha", "forbidden_ha", "unclear_ha", "usable_ha"]].sum()
    assert inside == pytest.approx(row["area_ha"] / 4, rel=1e-6)
    # 40 x 40 cells inside, the edge on three sides: 40 + 2 x 39
    assert row["edge_ha"] == pytest.approx(row["area_ha"] * 118 / 6400, rel=1e-6)


def test_a_part_of_a_layer_is_not_asked_for_the_county_that_nobody_declared(tmp_path: Path) -> None:
    """Three parts: in the western district, across both, and beyond the region."""
    shapes = [box(200, 200, 400, 400), box(850, 600, 1100, 800), box(2100, 200, 2300, 400)]
    rows = frame(
        shapes, name=["甲", "乙", "丙"], part=["全场"] * 3, type=["磷石膏"] * 3,
        regime=["Ⅱ类场"] * 3, state=["已封场"] * 3, holder=["某公司"] * 3,
    )  # fmt: skip
    save(rows, tmp_path / "waste_heap.gpkg")
    text = f'[layers.waste_heap]\npath = "waste_heap.gpkg"\n{HEAD}coverage = "districts"\n'
    catalog = Catalog.open(write_catalog(tmp_path, text))
    preset = load_preset("pv-heaps")
    parts = heap_parts(catalog, preset)
    found = screen(parts.sites, catalog, preset.rule_set(), as_of=date(2026, 11, 24))
    said = {
        view.id: [f.outcome for f in view.components[0].findings if f.rule == "integrity.county"]
        for view in found.projects()
    }
    inside = [said[name] for name in ("甲·全场", "乙·全场")]
    assert not any(outcome in ("open", "suspected", "fires") for one in inside for outcome in one)
    assert any("open" in one for one in said.values())  # the one beyond: no county is known
