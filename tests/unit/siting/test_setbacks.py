"""A heap of 40 x 40 cells of 10 m: what edge, dam, drainage, rules and slope take, by counting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from tests.scenes.catalog_files import HEAD, X, Y, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.siting import eligible, load_preset
from zoning.siting.cells.verdicts import FORBIDDEN, USABLE
from zoning.siting.heaps.parts import LAYER, heap_parts
from zoning.siting.heaps.sizing import areas_of, capacities
from zoning.siting.presets.preset import read_preset
from zoning.siting.presets.setbacks import Setbacks

WIDE = Setbacks(edge_m=10, dam_m=31, drainage_m=6, steep_deg=25)
NAMES = ("outside", "edge", "dam", "drainage", "forbidden", "steep", "unclear", "usable")


@dataclass(frozen=True)
class Made:
    row: pd.Series
    notes: tuple[str, ...]

    def cells(self, *names: str) -> tuple[float, ...]:
        """Columns in cells of the heap, which has 1,600."""
        return tuple(float(self.row[f"{n}_ha"] / self.row["area_ha"] * 1600) for n in names)


def line(*xy: tuple[float, float]) -> shapely.Geometry:
    return shapely.LineString([(X + x, Y + y) for x, y in xy])


DAM = line((200, 1400), (600, 1400))  # along the southern edge
DITCH = line((400, 1400), (400, 1800))  # through the middle


def sized(
    folder: Path,
    setbacks: Setbacks = WIDE,
    *,
    dam: shapely.Geometry | None = DAM,
    ditch: shapely.Geometry | None = DITCH,
    accuracy_m: float = 0,
    regime: str = "尾矿库",
    coverage: str = 'coverage = "districts"',
    **more: object,
) -> Made:
    """Usable, but for a block of 10 x 10 cells in the northeast, and steep in the east."""
    folder.mkdir(exist_ok=True)
    rows = frame(
        [box(200, 1400, 600, 1800)], name=["试验堆"], part=["全场"], type=["赤泥"],
        regime=[regime], state=["已闭库销号"], holder=["某公司"], **more,
    )  # fmt: skip
    save(rows, folder / "waste_heap.gpkg")
    text = f'[layers.waste_heap]\npath = "waste_heap.gpkg"\n{HEAD}coverage = "districts"\n'
    head = HEAD.replace("accuracy_m = 0", f"accuracy_m = {accuracy_m}")
    for name, shape in (("dam", dam), ("drainage", ditch)):
        if shape is not None:
            save(frame([shape], name=["试验"]), folder / f"{name}.gpkg")
            text += f'[layers.{name}]\npath = "{name}.gpkg"\n{head}{coverage}\n'
    slope = np.full((200, 200), 5.0, "float32")
    slope[:, 54:] = 30.0  # the heap lies in columns 20 to 60
    write_raster(folder / "slope.tif", slope, res=10.0, nodata=-1.0)
    text += f'[layers.slope]\npath = "slope.tif"\n{HEAD}coverage = "own extent"\nunit = "deg"\n'
    held = Catalog.open(write_catalog(folder, text))
    preset = load_preset("pv-heaps")
    parts = heap_parts(held, preset)
    found = eligible(
        preset.without(LAYER), held, folder / "e.tif", as_of=date(2026, 11, 24), resolution_m=10.0,
        ground=parts.geometry,
    )  # fmt: skip
    with rasterio.open(found.raster) as file:  # as if every rule had been asked
        profile = {"driver": "GTiff", "height": file.height, "width": file.width, "count": 1,
                   "dtype": "uint8", "crs": file.crs, "transform": file.transform}  # fmt: skip
        row, col = file.index(X + 500, Y + 1800 - 0.1)
    value = np.full((1, profile["height"], profile["width"]), USABLE[0], np.uint8)
    value[0, row : row + 10, col : col + 10] = FORBIDDEN
    with rasterio.open(folder / "all.tif", "w", **profile) as file:
        file.write(value)
    notes: list[str] = []
    found = replace(found, raster=folder / "all.tif")
    table = pd.DataFrame(areas_of(parts, found, setbacks, catalog=held, notes=notes))
    return Made(table.assign(**capacities(table, None)).iloc[0], tuple(notes))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return sized(tmp_path_factory.mktemp("whole"))


def test_every_deduction_in_its_order_counted_by_hand(whole: Made) -> None:
    # edge: 40 x 40 less 38 x 38 cells. Dam: rows 1 to 3 from the south, the edge's left out: 2 x 38
    # Drainage: 2 columns of 38 rows, less 2 x 2 in the dam's. Rules: 10 x 10 less the edge's 19
    # Steep: columns 34 to 38, 36 rows, less 5 x 9 that the rules took
    assert whole.cells(*NAMES) == pytest.approx((0, 156, 76, 72, 81, 135, 0, 1080))
    assert sum(whole.cells(*NAMES)) == pytest.approx(1600)


def test_what_one_deduction_alone_takes(whole: Made) -> None:
    # edge: 156 less 40 + 2 x 2 in the dam's rows, 2 at the northern end of the ditch, 19 of the
    # rules' corner, and the eastern column where it is steep: 40 - 3 - 10 = 27
    # dam: 76 less 2 x 2 of the ditch and 2 x 5 steep; rules: columns 30 to 33 only, 9 rows
    names = ("edge_alone", "dam_alone", "drainage_alone", "forbidden_alone", "steep_alone")
    # the northern edge where it is steep is the rules' as well
    assert whole.cells(*names) == pytest.approx((156 - 44 - 2 - 19 - 27, 62, 72, 36, 135))


def test_within_the_error_of_a_layer_ground_is_unclear(tmp_path: Path) -> None:
    # 28 +- 8 m: rows at 5 and 15 m surely, at 25 and 35 m perhaps; the ditch 3 +- 8: nowhere
    # surely, centres 5 m away perhaps
    found = sized(tmp_path, Setbacks(edge_m=10, dam_m=28, drainage_m=3), accuracy_m=8)
    edge, dam, drain, unclear, doubt = found.cells("edge", "dam", "drainage", "unclear", "doubt")
    assert (edge, dam, drain) == pytest.approx((156, 38, 0))
    # rows 3 and 4: 2 x 38 less 2 x 5 steep; the ditch: 2 columns of the 38 - 3 rows above them
    assert unclear == doubt == pytest.approx(2 * 33 + 2 * 35)


def test_what_nobody_holds_is_said_and_not_deducted(tmp_path: Path) -> None:
    neither = sized(tmp_path / "a", dam=None, ditch=None)
    assert neither.cells("dam", "drainage") == (0, 0)
    assert any("坝体、排洪排水设施；只扣了边缘 10 m" in note for note in neither.notes)
    one = sized(tmp_path / "b", ditch=None)
    assert any("没有图层：排洪排水设施；这些没有扣" in note for note in one.notes)
    open_ = sized(tmp_path / "c", coverage="")
    assert any("「坝体」没有注明覆盖范围" in note for note in open_.notes)


def test_a_pond_without_a_dam_on_the_map_is_said(tmp_path: Path, whole: Made) -> None:
    far = line((1000, 100), (1100, 100))
    bare = sized(tmp_path / "pond", dam=far)
    assert any(
        "1 座尾矿库的图上没有坝体，没有扣坝体退距，须核：试验堆" in note for note in bare.notes
    )
    assert not any("图上没有坝体" in note for note in whole.notes)
    dry = sized(tmp_path / "dry", dam=far, regime="Ⅱ类场")
    assert not any("图上没有坝体" in note for note in dry.notes)


def test_a_dam_that_is_a_polygon_and_a_well_that_is_a_point(tmp_path: Path) -> None:
    # a dam of 400 x 20 m: its 2 rows, 1 of them the edge's, and 10 m about it: 1 row more
    bank, well = box(200, 1400, 600, 1420), shapely.Point(X + 405, Y + 1605)
    wide = Setbacks(edge_m=10, dam_m=11, drainage_m=16)
    found = sized(tmp_path, wide, dam=bank, ditch=well)
    # within 16 m of a cell's centre: itself, 4 at 10 m, 4 at 14.1 m
    assert found.cells("dam", "drainage") == pytest.approx((2 * 38, 9))


def test_a_heap_that_is_all_dam_has_been_looked_at(tmp_path: Path) -> None:
    found = sized(tmp_path, Setbacks(edge_m=0, dam_m=500))
    assert found.cells("dam") == pytest.approx((1600,))
    assert found.row["high_mw"] == 0  # none fits: that is known


def test_cover_is_told_and_takes_nothing(tmp_path: Path, whole: Made) -> None:
    found = sized(tmp_path, cover_m=[0.5])
    assert found.row["cover"] == "厚 0.5 m（图层所载，未核），没有材料"
    assert whole.row["cover"] == "厚度未知，没有材料"
    assert found.row["usable_ha"] == whole.row["usable_ha"]


def test_setbacks_are_the_presets_and_are_called_illustrative(whole: Made) -> None:
    text = (
        'name = "mine"\ntitle = "t"\nrules = ["pv"]\nkind = "pv"\nstage = "新建"\n'
        'component = "方阵"\nindustry = "D4416"\ndocuments = "none"\n'
    )
    assert read_preset(text, "mine.toml").ground == Setbacks()
    own = read_preset(f"{text}[ground]\ndam_m = 50\n", "mine.toml").ground
    assert (own.dam_m, own.edge_m) == (50, 10)
    stated = read_preset(f'{text}[ground]\ndam_m = 50\nsource = "某设计"\n', "mine.toml").ground
    assert "某设计" in stated.told()
    assert "示意值" not in stated.told()
    for wrong in ("dam_m = -1", "steep_deg = 95", "crest_m = 3"):
        with pytest.raises(InputError, match=r"mine.toml"):
            read_preset(f"{text}[ground]\n{wrong}\n", "mine.toml")
    assert any("坝体 31 m" in note and "示意值" in note for note in whole.notes)
    assert "示意值" in load_preset("pv-heaps").ground.told()
