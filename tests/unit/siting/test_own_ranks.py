"""Places of a study ranked again by a preset's own weights: what is kept out, and classes by name.

Expected scores are curves of the preset worked by hand.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.siting import Preset, against, load_preset, study_heaps
from zoning.siting.heaps.study import HeapStudy
from zoning.siting.scores.comparison import ranked_again

AS_OF = date(2026, 11, 24)


def catalog(folder: Path) -> Catalog:
    """Four heaps of 16 ha; the land cover, under the names of ESA WorldCover, halves at 1 km."""
    rows = frame(
        [box(x, y, x + 400, y + 400) for x, y in ((0, 0), (1200, 0), (0, 800), (1200, 800))],
        name=["甲堆", "乙堆", "丙堆", "丁堆"], type=["磷石膏"] * 4, regime=["Ⅱ类场"] * 4,
        state=["已封场", "已封场", "在用", "已封场"],
        reserved=["否", "否", "否", "是"],
    )  # fmt: skip
    save(rows, folder / "heaps.gpkg")
    cells = np.full((20, 20), 30, np.uint8)
    cells[:, 10:] = 60
    write_raster(folder / "cover.tif", cells, res=100.0, nodata=255)
    text = (
        f'[layers.waste_heap]\npath = "heaps.gpkg"\ncoverage = "region"\nshare = "full"\n{HEAD}'
        f'[layers.land_cover]\npath = "cover.tif"\ncoverage = "own extent"\n{HEAD}'
        'classes = { 30 = "Grassland", 60 = "Bare / sparse vegetation" }\n'
    )
    return Catalog.open(write_catalog(folder, text))


def study(preset: Preset, held: Catalog, folder: Path) -> HeapStudy:
    return study_heaps(preset, held, folder / "e.tif", as_of=AS_OF, resolution_m=50.0)


def test_what_was_kept_out_of_the_ranks_stays_out_of_the_presets_own(tmp_path: Path) -> None:
    """丙堆 is in use and 丁堆 is kept for reuse: both have every score, and neither has a rank."""
    held, preset = catalog(tmp_path), load_preset("pv-heaps")
    found = study(preset, held, tmp_path)
    assert not np.isnan(found.scored.scores).any()
    assert (found.table["decision"] != "forbid").all()
    assert (found.table["rank"] > 0).tolist() == [True, True, False, False]
    own = ranked_again(found, preset, held)
    assert own.table["rank"].tolist() == found.table["rank"].tolist()
    assert (against(found, preset, held).table["climbed"].dropna() == 0).all()


def test_a_criterion_that_was_not_scored_is_asked_by_the_rasters_own_names(tmp_path: Path) -> None:
    """The preset says 草地 0.8 and 裸地/稀疏植被 1.0; the raster calls them by other names."""
    held, preset = catalog(tmp_path), load_preset("pv-heaps")
    [cover] = [c for c in load_preset("pv-land").criterion if c.title == "土地覆被"]
    cover = cover.model_copy(update={"group": ""})
    asks = preset.model_copy(update={"criterion": (*preset.criterion, cover)})
    found = study(preset, held, tmp_path)
    assert "土地覆被" not in found.criteria
    own = ranked_again(found, asks, held)
    scores = own.scored.scores[:, own.criteria.index("土地覆被")]
    assert scores.tolist() == pytest.approx([0.8, 1.0, 0.8, 1.0])
    assert own.table["rank"].tolist()[:2] == [2, 1]  # of the same size, and on barer ground
