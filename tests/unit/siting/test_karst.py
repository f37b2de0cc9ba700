"""Karst and slope under a site: distances with their doubt by hand, a model that is too coarse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.layers import RasterLayer
from zoning.sites import Sites
from zoning.siting.figures.karst import CONDUITS, NONE, UNKNOWN, karst_under
from zoning.siting.figures.under import ground_under
from zoning.siting.heaps.parts import heap_parts
from zoning.siting.presets.preset import load_preset

AS_OF = date(2026, 11, 24)


def catalog(folder: Path, zones: list[tuple[float, bool | None]], karst: np.ndarray) -> Catalog:
    """Zones begin so far east of the corner (m); with, without or with unknown sinkholes."""
    rows = frame(
        [box(x, 0, x + 400, 2000) for x, _ in zones],
        degree=["强发育"] * len(zones),
        sinkholes=[{True: "是", False: "否", None: None}[holes] for _, holes in zones],
    )
    save(rows, folder / "karst_zone.gpkg")
    save(frame([box(-9000, -9000, 9000, 9000)], name=["范围"]), folder / "study_area.gpkg")
    write_raster(folder / "karst.tif", karst, res=500.0, nodata=0)
    plain = HEAD.replace("accuracy_m = 0", "accuracy_m = 50")
    return Catalog.open(
        write_catalog(
            folder,
            f'[layers.study_area]\npath = "study_area.gpkg"\n{HEAD}coverage = "own extent"\n'
            f'[layers.karst_zone]\npath = "karst_zone.gpkg"\n{plain}coverage = "study_area"\n'
            f'[layers.karst]\npath = "karst.tif"\n{HEAD}coverage = "own extent"\n'
            'classes = { 1 = "弱发育", 2 = "中等发育", 3 = "强发育", 9 = "非岩溶" }\n',
        )
    )


def site() -> Sites:
    shape = box(0, 0, 1000, 1000)
    return Sites.of([shape], crs="EPSG:4545", to="EPSG:4545", kind="pv", accuracy_m=0.0)


def found(folder: Path, zones: list[tuple[float, bool | None]], karst: np.ndarray) -> dict:
    return {k: v[0] for k, v in karst_under(site(), catalog(folder, zones, karst), AS_OF).items()}


SOME = np.array([[9, 9, 9, 9], [9, 9, 9, 9], [3, 1, 9, 9], [1, 9, 9, 9]], dtype="uint8")


def test_shares_of_all_classes_not_only_the_strong(tmp_path: Path) -> None:
    row = found(tmp_path, [(2500, True)], SOME)  # the site is the four cells in the southwest
    assert row["karst_share"] == pytest.approx(0.75)
    assert row["karst_classes"] == "弱发育 50%、强发育 25%"
    assert row["karst_said"] == CONDUITS


@pytest.mark.parametrize(
    ("zones", "near", "metres"),
    [
        ([(2900, True)], "是", 1900.0),  # 1,900 m and 50 m of doubt
        ([(2980, True)], "不明", 1980.0),  # 1,930 to 2,030
        ([(3060, True)], "否", 2060.0),  # 2,010 at the least
        ([(1200, False), (3060, True)], "否", 2060.0),  # the near one has none
        ([(1200, None), (3060, True)], "不明", np.nan),  # of the near one nobody knows
        ([(900, True)], "是", 0.0),
    ],
)
def test_sinkholes_within_reach(
    tmp_path: Path, zones: list[tuple[float, bool | None]], near: str, metres: float
) -> None:
    row = found(tmp_path, zones, SOME)
    assert row["sinkholes"] == near
    assert row["sinkhole_m"] == pytest.approx(metres, nan_ok=True)


def test_karst_is_none_only_where_the_whole_ground_was_looked_at(tmp_path: Path) -> None:
    none = np.full((4, 4), 9, dtype="uint8")
    assert found(tmp_path, [(6000, True)], none)["karst_said"] == NONE
    none[3, 0] = 0  # nodata
    assert found(tmp_path, [(6000, True)], none)["karst_said"] == UNKNOWN


def test_a_zone_with_sinkholes_is_karst_whatever_the_raster_says(tmp_path: Path) -> None:
    none = np.full((4, 4), 9, dtype="uint8")
    assert found(tmp_path, [(900, True)], none)["karst_said"] == CONDUITS


def test_a_model_of_450_m_says_nothing_of_slopes(repo: Path, shared: Path) -> None:
    held = Catalog.open(repo / "data")
    path = shared / "data" / "dem_vfp15s_guiyang_450m.tif"
    coarse = {
        name: replace(layer, path=path, crs="EPSG:4326", nodata=None)
        for name in ("dem", "slope")
        if isinstance(layer := held.layers[name], RasterLayer)
    }
    thin = replace(held, layers={**held.layers, **coarse})
    notes: list[str] = []
    sites = heap_parts(held, load_preset("pv-heaps")).sites
    row = ground_under(sites, thin, AS_OF, notes)
    assert np.isnan(np.asarray(row["slope_mean_deg"])).all()
    assert np.isnan(np.asarray(row["relief_m"])).all()
    assert set(row["terrain_class"]) == {""}
    assert len(notes) == 2
    assert all("太粗" in note and "削平" in note for note in notes)
