"""Ground left out by land cover: cell by cell against numpy, under the names of other products."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pytest
import rasterio
import shapely
from numpy.typing import NDArray
from typer.testing import CliRunner

from tests.scenes.catalog_files import HEAD, X, Y, box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.cli import app
from zoning.rules.grammar import parse_condition
from zoning.rules.load import parse_rules
from zoning.rules.model import RuleSet
from zoning.siting import Preset, eligible, find_patches, load_preset
from zoning.siting.cells.verdicts import OUTSIDE
from zoning.siting.land_cover_classes import matched

AS_OF = date(2026, 11, 24)
SIDE, RES = 20, 100.0
OURS = {10: "林地(树木)", 20: "灌木", 30: "草地", 40: "耕作地", 50: "建成区", 60: "裸地/稀疏植被",
        80: "永久水体"}  # fmt: skip
GLOBELAND = {20: "林地", 40: "灌木地", 30: "草地", 10: "耕地", 80: "人造地表", 90: "裸地",
             60: "水体"}  # fmt: skip
FIELD, TOWN = box(300, 300, 700, 700), box(1500, 1500, 1800, 1900)
RULES = """schema = 1
name = "free"
title = "nothing is forbidden"
[[rule]]
id = "free.redline"
title = "redline"
role = "substance"
kinds = ["pv"]
when = ["redline.meets"]
then = "forbid"
remedy = "relocate"
status = "verified"
since = 2020-01-01
cite = { title = "test", article = "1", seen = "original" }
"""


def cover(codes: dict[int, str]) -> NDArray[np.uint8]:
    """Classes at random, a hole where nothing is known; the south is of one class every column."""
    rng = np.random.default_rng(7)
    cells = rng.choice([*codes], size=(SIDE, SIDE)).astype(np.uint8)
    cells[4:7, 12:16] = 255
    cells[10:, ::2] = next(code for code, name in codes.items() if name == "草地")
    return cells


def town(folder: Path, cells: NDArray[np.uint8], classes: dict[int, str] | None) -> Catalog:
    """Two districts of 2 km with a field, a town, a redline far in the corner, and land cover."""
    write_raster(folder / "cover.tif", cells, res=RES, nodata=255)
    named = ", ".join(f'{code} = "{name}"' for code, name in (classes or {}).items())
    text = f'[layers.land_cover]\npath = "cover.tif"\ncoverage = "own extent"\n{HEAD}'
    text += f"classes = {{ {named} }}\n" if classes else ""
    for name, shape in (
        ("farmland", FIELD),
        ("urban_boundary", TOWN),
        ("redline", box(0, 0, 9, 9)),
    ):
        save(frame([shape], code=["1"]), folder / f"{name}.gpkg")
        text += f'[layers.{name}]\npath = "{name}.gpkg"\ncoverage = "region"\n{HEAD}'
    return Catalog.open(write_catalog(folder, text))


class Free(Preset):
    """A preset under one rule, so that its limits alone tell the ground."""

    def rule_set(self) -> RuleSet:
        return parse_rules(RULES, file="free.toml")[0]


def preset(name: str) -> Preset:
    """A shipped preset with nothing but its limits."""
    told = load_preset(name).model_dump()
    return Free.model_validate({**told, "min_area_ha": 0.0, "min_width_m": 0.0})


def centres() -> NDArray[np.object_]:
    x = X + (np.arange(SIDE) + 0.5) * RES
    y = Y + SIDE * RES - (np.arange(SIDE) + 0.5) * RES
    return np.asarray(shapely.points(*np.meshgrid(x, y)), object)


@pytest.mark.parametrize("classes", [OURS, GLOBELAND], ids=["ours", "globeland30"])
@pytest.mark.parametrize(
    ("name", "gone", "zones"),
    [
        ("pv-land", ("林地(树木)", "林地", "建成区", "人造地表", "永久水体", "水体"), ()),
        (
            "agri-pv",
            ("林地(树木)", "林地", "建成区", "人造地表", "永久水体", "水体", "耕作地", "耕地"),
            (FIELD, TOWN),
        ),
    ],
)
def test_cell_by_cell(
    name: str, gone: tuple[str, ...], zones: tuple[shapely.Geometry, ...],
    classes: dict[int, str], tmp_path: Path,
) -> None:  # fmt: skip
    cells = cover(classes)
    catalog = town(tmp_path, cells, classes)
    made = preset(name)
    found = eligible(made, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=RES)
    # by hand: out where the class is named or the centre lies in a zone, unknown where no class is
    out = np.isin(cells, [code for code, word in classes.items() if word in gone])
    for zone in zones:
        out |= shapely.intersects(zone, centres())
    unknown = cells == 255
    with rasterio.open(found.raster) as file:
        looked = file.read(1) != OUTSIDE
    np.testing.assert_array_equal(looked, ~out)
    assert out.any()
    assert (unknown & ~out).any()
    assert (~out & ~unknown).sum() > 100
    # a patch is of what is surely in; a cell along the region's or a zone's edge may be left out
    sited = find_patches(found, catalog)
    held = shapely.intersects(shapely.union_all(sited.geometry), centres())
    assert not (held & (out | unknown)).any()
    edges = shapely.union_all([shapely.boundary(z) for z in zones])
    near = shapely.distance(edges, centres()) < 1.5 * RES if zones else np.zeros_like(held)
    near[[0, -1]] = near[:, [0, -1]] = True
    near |= shapely.distance(box(0, 0, 9, 9), centres()) < 1.5 * RES
    near |= shapely.distance(box(1200, 1300, 1600, 1600), centres()) < 1.5 * RES  # the hole
    np.testing.assert_array_equal(held[~near], (~out & ~unknown)[~near])
    assert held[~near].sum() > 60
    said = " ".join(found.cautions)
    assert ("当作预设的" in said) == (classes is GLOBELAND)
    assert "不会有地块" not in said


def test_other_names_are_told_and_score_alike(tmp_path: Path) -> None:
    catalog = town(tmp_path, cover(GLOBELAND), GLOBELAND)
    named, said = matched(load_preset("pv-land"), catalog)
    assert str(parse_condition("not land_cover.share(林地) > 0.5")) in named.where_held
    (scored,) = (entry for entry in named.criterion if entry.name == "cover")
    # 裸地 1.0, 草地 0.8, 灌木地 0.6, 耕地 0.2, 林地 and 人造地表 0.1; water is among the others
    assert scored.categories == {
        "裸地": 1.0, "草地": 0.8, "灌木地": 0.6, "耕地": 0.2, "林地": 0.1, "人造地表": 0.1,
        "其他": 0.0,
    }  # fmt: skip
    assert any("「林地」" in line and "林地(树木)" in line for line in said)
    assert any("taken for" in line for line in said)


def test_classes_of_english_products() -> None:
    from types import SimpleNamespace

    from zoning.siting.land_cover_classes import _Matching

    matching = _Matching(SimpleNamespace(layers={}))  # type: ignore[arg-type]
    for theirs in ("Tree cover", "Tree Cover", "Forest", "林地"):
        layer = SimpleNamespace(
            classes=((1, theirs), (2, "Wetland")), title="图", name="land_cover"
        )
        assert matching._names_in(layer, "林地(树木)") == (theirs,)  # type: ignore[arg-type]
    layer = SimpleNamespace(classes=((1, "森林公园"), (2, "林地面")), title="图")
    assert matching._names_in(layer, "林地(树木)") == ()  # type: ignore[arg-type]  # like is not same


@pytest.mark.parametrize("classes", [{1: "甲类", 2: "乙类"}, None], ids=["strange", "none"])
def test_names_that_nobody_knows_are_said_everywhere(
    classes: dict[int, str] | None, tmp_path: Path
) -> None:
    cells = np.where(np.indices((SIDE, SIDE)).sum(axis=0) % 2, 1, 2).astype(np.uint8)
    town(tmp_path, cells, classes)
    out = tmp_path / "out"
    args = ["eligible", "agri-pv", "--data", str(tmp_path), "--out", str(out)]
    done = CliRunner().invoke(app, [*args, "--resolution", "100"])
    assert done.exit_code == 0, done.output
    told = json.loads((out / "eligible.json").read_text("utf-8"))
    assert told["patches"]["count"] == 0
    words = "图层的类别：" + ("甲类、乙类" if classes else "没有写 classes")
    sheet = openpyxl.load_workbook(out / "patches.xlsx")["排序"]
    book = " ".join(str(row[0].value) for row in sheet.iter_rows())
    report = (out / "report.html").read_text("utf-8")
    for where in (report, "".join(done.output.split("\n")), " ".join(told["told"]), book):
        flat = where.replace(" ", "")
        for name in ("林地(树木)", "耕作地", "建成区", "永久水体"):
            assert f"没有类别「{name}」" in flat
        assert "不会有地块" in flat
        assert words.replace(" ", "") in flat
        assert "hasnoclass" in flat


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        (("未利用地", "耕地"), False),  # half of it is what the preset looks at
        (("其他草地", "裸土地"), True),  # words of the land survey: cannot tell
        (("耕地", "林地"), True),  # words that are known, none of them wanted: nothing to look at
    ],
)
def test_kinds_of_land_use_that_no_feature_has(
    words: tuple[str, str], lost: bool, tmp_path: Path
) -> None:
    halves = [box(0, 0, 1000, 2000), box(1000, 0, 2000, 2000)]
    save(frame(halves, **{"class": words}), tmp_path / "land_use.gpkg")
    text = f'[layers.land_use]\npath = "land_use.gpkg"\ncoverage = "region"\n{HEAD}'
    catalog = Catalog.open(write_catalog(tmp_path, text))
    told = eligible(preset("pv-land"), catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=RES)
    assert bool(told.cautions) == lost
    if lost:
        (line,) = told.cautions
        assert "没有类别「未利用地、存量建设用地、采煤沉陷区」" in line
        assert f"图层的类别：{words[0]}、{words[1]}。" in line
        assert f"its classes are {words[0]}, {words[1]}" in line
    else:
        assert sum(area for _, area in told.areas) == pytest.approx(2e6, rel=1e-3)
