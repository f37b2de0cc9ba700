"""Heaps of a class raster of 20 x 20 cells of 100 m, drawn and counted by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.scenes.catalog_files import HEAD, X, Y, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.layers import RasterLayer
from zoning.screening.views import ProjectView
from zoning.siting import HeapStudy, load_preset, study_heaps
from zoning.siting.heaps.from_raster import compared, spots_of, unmatched
from zoning.siting.heaps.parts import heap_parts
from zoning.siting.presets.preset import Preset

AS_OF = date(2026, 11, 24)
CLASSES = '{ 0 = "无", 1 = "磷石膏", 4 = "赤泥", 9 = "尾渣" }'
GYPSUM, MUD = box(200, 1400, 600, 1800), box(1400, 800, 1700, 1000)  # 16 ha and 6 ha


def cells() -> np.ndarray:
    found = np.zeros((20, 20), dtype="uint8")
    found[2:6, 2:6] = 1
    found[10:12, 14:17] = 4
    found[18, 1] = 4  # one hectare: too small for a part
    return found


def heaps(*shapes: shapely.Geometry, kind: str = "磷石膏") -> gpd.GeoDataFrame:
    n = len(shapes)
    return frame(
        shapes, name=[f"试验堆{k}" for k in range(n)], part=["全场"] * n, type=[kind] * n,
        regime=["Ⅱ类场"] * n, state=["已封场"] * n, holder=["某公司"] * n,
    )  # fmt: skip


def catalog(folder: Path, rows: gpd.GeoDataFrame | None = None, classes: str = CLASSES) -> Catalog:
    write_raster(folder / "heaps.tif", cells(), res=100.0, nodata=255)
    text = (
        f'[layers.waste_heap_class]\npath = "heaps.tif"\n{HEAD}coverage = "own extent"\n'
        f"classes = {classes}\n"
    )
    if rows is not None:
        save(rows, folder / "waste_heap.gpkg")
        text += f'[layers.waste_heap]\npath = "waste_heap.gpkg"\n{HEAD}coverage = "districts"\n'
    return Catalog.open(write_catalog(folder, text))


def raster(of: Catalog) -> RasterLayer:
    layer = of.layers["waste_heap_class"]
    assert isinstance(layer, RasterLayer)
    return layer


def preset() -> Preset:
    return load_preset("pv-heaps")


def test_spots_are_the_blocks_that_were_drawn(tmp_path: Path) -> None:
    found = spots_of(raster(catalog(tmp_path)), "EPSG:4545")
    assert found.type == ("磷石膏", "赤泥")  # from the northwest
    assert found.geometry[0].equals(GYPSUM)
    assert found.geometry[1].equals(MUD)
    assert (found.small, found.small_ha) == (1, 1.0)
    assert found.reach_m == 100.0  # a cell, and an accuracy of 0
    assert found.strange == ("尾渣",)


def test_what_lies_beyond_every_polygon_by_both_errors(tmp_path: Path) -> None:
    found = spots_of(raster(catalog(tmp_path)), "EPSG:4545")
    assert unmatched(found, np.asarray([GYPSUM, MUD]), 10.0).type == ()
    assert unmatched(found, np.asarray([GYPSUM]), 10.0).type == ("赤泥",)
    # a strip of the western 100 m covers 110 m more: 190 m of 400 are left
    strip = box(200, 1400, 300, 1800)
    left = unmatched(found, np.asarray([strip, MUD]), 10.0)
    assert left.type == ("磷石膏",)
    assert left.geometry[0].area == pytest.approx(190 * 400, rel=1e-3)


@pytest.mark.parametrize(
    ("shape", "kind", "seen", "share", "words"),
    [
        (GYPSUM, "磷石膏", "磷石膏", 1.0, ""),
        (GYPSUM, "赤泥", "磷石膏", 1.0, "类型不同"),
        (GYPSUM, "", "磷石膏", 1.0, "没有写"),
        (box(150, 1350, 650, 1850), "磷石膏", "磷石膏", 0.64, ""),  # 50 m wider: within errors
        (box(700, 100, 1300, 700), "磷石膏", "", 0.0, "栅格未见"),
        (box(200, 1400, 1000, 1800), "磷石膏", "磷石膏", 0.5, "一部分"),
        (box(250, 1450, 400, 1600), "磷石膏", "磷石膏", 1.0, ""),  # no core, nothing against it
        (box(1000, 200, 1150, 350), "磷石膏", "", 0.0, "像元和误差"),
        (box(-5000, 200, -4000, 900), "磷石膏", "", np.nan, "无值"),
    ],
)
def test_polygons_against_the_raster(
    tmp_path: Path, shape: shapely.Geometry, kind: str, seen: str, share: float, words: str
) -> None:
    layer = raster(catalog(tmp_path))
    found = compared(np.asarray([shape]), [kind], layer, "EPSG:4545", accuracy_m=10.0)
    assert found["raster_type"] == [seen]
    np.testing.assert_allclose(found["raster_share"], [share])
    (said,) = found["disagreement"]
    assert words in said
    assert bool(said) == bool(words)


def test_the_core_says_how_much_of_it_the_raster_sees(tmp_path: Path) -> None:
    # core of 800 x 400 m, 110 m in: x from 310 to 890; the raster ends at 600: 290 of 580 m
    shape = box(200, 1400, 1000, 1800)
    layer = raster(catalog(tmp_path))
    found = compared(np.asarray([shape]), ["磷石膏"], layer, "EPSG:4545", accuracy_m=10.0)
    assert "50%" in found["disagreement"][0]


def test_a_spot_is_unknown_and_says_that_it_is_the_rasters(tmp_path: Path) -> None:
    parts = heap_parts(catalog(tmp_path), preset())
    assert parts.table["id"].tolist() == ["栅格堆场01·磷石膏", "栅格堆场02·赤泥"]
    assert parts.table["ready"].tolist() == [None, None]
    assert parts.table["state"].tolist() == parts.table["regime"].tolist() == ["", ""]
    assert (parts.table["source"] == "栅格").all()
    assert (parts.sites.table["accuracy_m"] == 100.0).all()
    assert any("1 处更小" in note for note in parts.notes)


def test_whence_the_parts_are(tmp_path: Path) -> None:
    held = catalog(tmp_path, heaps(GYPSUM))
    ids = {
        name: heap_parts(held, preset(), source=name).table["id"].tolist()
        for name in ("polygons", "raster", "both")
    }
    assert ids["polygons"] == ["试验堆0·全场"]
    assert ids["raster"] == ["栅格堆场01·磷石膏", "栅格堆场02·赤泥"]
    assert ids["both"] == ["试验堆0·全场", "栅格堆场01·赤泥"]
    both = heap_parts(held, preset()).table  # by default what is held
    assert both["id"].tolist() == ids["both"]
    assert both["disagreement"].tolist() == ["", "栅格有、图层无"]
    assert both["holder"].tolist() == ["某公司", ""]


def test_what_is_asked_for_must_be_held(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"layers.waste_heap\]"):
        heap_parts(catalog(tmp_path), preset(), source="both")


def test_classes_must_be_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="classes"):
        heap_parts(catalog(tmp_path, classes='{ 0 = "无", 1 = "甲" }'), preset())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> HeapStudy:
    folder = tmp_path_factory.mktemp("raster")
    held = catalog(folder, heaps(GYPSUM))
    return study_heaps(preset(), held, folder / "e.tif", as_of=AS_OF, resolution_m=50.0)


def test_a_spot_is_never_decided_nor_ready_nor_usable(study: HeapStudy) -> None:
    row = study.table.set_index("id").loc["栅格堆场01·赤泥"]
    assert (row["decision_zh"], row["ready"], row["rank"]) == ("待补充信息", None, 0)
    assert row["usable_ha"] == row["low_mw"] == 0.0
    drawn, seen = study.screening.projects()
    assert "pv.heap.raster" in _fired(seen)
    assert "pv.heap.raster" not in _fired(drawn)


def test_little_ground_is_told_and_not_held_against_it(tmp_path: Path) -> None:
    # 180 m square less 10 m along its edge: 2.56 ha; 150 m: 1.69 ha
    rows = heaps(box(200, 1500, 380, 1680), box(500, 1500, 650, 1650))
    held = catalog(tmp_path, rows)
    found = study_heaps(
        preset(), held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=10.0, source="polygons"
    )
    ground = found.table["usable_ha"] + found.table["unclear_ha"]
    assert ground.tolist() == pytest.approx([2.56, 1.69], rel=1e-2)
    assert [bool(text) for text in found.table["remark"]] == [False, True]
    assert found.table["decision"].nunique() == 1


def _fired(view: ProjectView) -> set[str]:
    return {f.rule for site in view.components for f in site.findings if f.outcome == "fires"}


def test_without_a_slope_raster_nothing_is_said_of_slopes(study: HeapStudy) -> None:
    assert study.table["slope_mean_deg"].isna().all()
    assert (study.table["terrain_class"] == "").all()
    assert study.table["steep_ha"].isna().all()


def test_karst_that_nobody_holds_is_no_safety(study: HeapStudy) -> None:
    assert (study.table["sinkholes"] == "不明").all()
    assert study.table["karst_said"].str.contains("不能说没有岩溶").all()


def test_the_corner_is_where_the_helper_says() -> None:
    assert shapely.bounds(GYPSUM)[0] == X + 200
    assert shapely.bounds(GYPSUM)[1] == Y + 1400
