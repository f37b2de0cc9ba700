"""Unknown slope is no gentle slope: hiding it never makes more ground usable."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.siting import eligible, load_preset
from zoning.siting.cells.verdicts import USABLE
from zoning.siting.heaps.parts import LAYER, heap_parts
from zoning.siting.heaps.sizing import areas_of, capacities
from zoning.siting.presets.setbacks import Setbacks

NODATA = 9999.0  # above any limit: a value that was not masked would read as steep


@dataclass(frozen=True)
class Made:
    row: pd.Series
    notes: list[str]


def sized(folder: Path, slope: np.ndarray | None, *, res: float = 10.0) -> Made:
    """One heap of 400 x 400 m that nothing but its slope speaks against."""
    folder.mkdir()
    rows = frame(
        [box(200, 1400, 600, 1800)], name=["试验堆"], part=["全场"], type=["磷石膏"],
        regime=["Ⅱ类场"], state=["已封场"], holder=["某公司"],
    )  # fmt: skip
    save(rows, folder / "waste_heap.gpkg")
    text = f'[layers.waste_heap]\npath = "waste_heap.gpkg"\n{HEAD}coverage = "districts"\n'
    if slope is not None:
        write_raster(folder / "slope.tif", slope.astype("float32"), res=res, nodata=NODATA)
        text += f'[layers.slope]\npath = "slope.tif"\n{HEAD}coverage = "own extent"\nunit = "deg"\n'
    held = Catalog.open(write_catalog(folder, text))
    preset = load_preset("pv-heaps")
    parts = heap_parts(held, preset)
    found = eligible(
        preset.without(LAYER), held, folder / "e.tif", as_of=date(2026, 11, 24), resolution_m=10.0,
        ground=parts.geometry,
    )  # fmt: skip
    # as if every other layer were held and spoke for it
    with rasterio.open(found.raster) as file:
        profile = {"driver": "GTiff", "height": file.height, "width": file.width, "count": 1,
                   "dtype": "uint8", "crs": file.crs, "transform": file.transform}  # fmt: skip
    with rasterio.open(folder / "all.tif", "w", **profile) as file:
        file.write(np.full((1, file.height, file.width), USABLE[0], np.uint8))
    found = replace(found, raster=folder / "all.tif")
    notes: list[str] = []
    table = pd.DataFrame(areas_of(parts, found, Setbacks(edge_m=0), catalog=held, notes=notes))
    table = table.assign(**capacities(table, None))
    return Made(table.iloc[0], notes)


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Half of the heap at 30 degrees; then a quarter without a value, all without, no layer."""
    folder = tmp_path_factory.mktemp("slopes")
    known = np.full((200, 200), 5.0)
    known[:, 40:] = 30.0  # the heap lies in columns 20 to 60
    quarter = known.copy()
    quarter[:, :30] = NODATA
    coarse = np.full((10, 10), 5.0)
    return {
        "known": sized(folder / "known", known),
        "quarter": sized(folder / "quarter", quarter),
        "nodata": sized(folder / "nodata", np.full((200, 200), NODATA)),
        "coarse": sized(folder / "coarse", coarse, res=200.0),
        "none": sized(folder / "none", None),
    }


def test_ground_by_its_slope(halves: dict[str, Made]) -> None:
    row = halves["known"].row  # 16 ha
    ground = (row["usable_ha"], row["unclear_ha"], row["steep_ha"])
    assert ground == pytest.approx((8.0, 0.0, 8.0), rel=1e-3)
    row = halves["quarter"].row
    ground = (row["usable_ha"], row["unclear_ha"], row["steep_ha"])
    assert ground == pytest.approx((4.0, 4.0, 8.0), rel=1e-3)  # what is known to be steep
    assert any("坡度无值" in note for note in halves["quarter"].notes)


@pytest.mark.parametrize("name", ["quarter", "nodata", "none", "coarse"])
def test_less_known_of_the_slope_is_never_more_ground(halves: dict[str, Made], name: str) -> None:
    before, after = halves["known"].row, halves[name].row
    assert after["usable_ha"] <= before["usable_ha"]
    assert after["low_mw"] <= before["low_mw"]
    assert after["high_mw"] >= before["high_mw"]


@pytest.mark.parametrize("name", ["nodata", "none", "coarse"])
def test_unknown_slope_leaves_all_unclear(halves: dict[str, Made], name: str) -> None:
    row = halves[name].row
    assert (row["usable_ha"], row["low_mw"]) == (0.0, 0.0)
    assert row["unclear_ha"] == pytest.approx(16.0, rel=1e-3)
    assert np.isnan(row["steep_ha"])
    assert any("陡坡没有扣" in note for note in halves[name].notes)
