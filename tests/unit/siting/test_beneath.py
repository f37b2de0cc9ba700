"""Heaps beneath patches: shares counted by hand, words as the layer has them."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.cli import app
from zoning.crs import project
from zoning.render.eligible_folder import foreign, lines, write_eligible
from zoning.render.map.patches_page import patches_page
from zoning.render.report.gates_told import gates_told
from zoning.siting import eligible, find_patches, load_preset, suitable
from zoning.siting.heaps.beneath import heaps_beneath

AS_OF = date(2026, 11, 24)
PRESET = load_preset("pv-heaps")
TEXTS = ("patches.csv", "report.html", "eligible.json")


def catalog(folder: Path, *, held: bool = True, share: str = "full") -> Catalog:
    """Three parts side by side, 400 m wide each: covered, in use, and nothing known."""
    if not held:
        return Catalog.open(write_catalog(folder))
    rows = frame(
        [box(0, 0, 400, 400), box(400, 0, 800, 400), box(800, 0, 1200, 400)],
        name=["甲堆", "甲堆", "乙堆"],
        part=["封场区", "在用区", ""],
        type=["磷石膏", "磷石膏", "赤泥"],
        regime=["Ⅱ类场", "Ⅱ类场", ""],
        state=["已封场", "在用", ""],
        reserved=[True, False, None],
    )
    save(rows, folder / "heaps.gpkg")
    text = f'[layers.waste_heap]\npath = "heaps.gpkg"\n{HEAD}coverage = "districts"\n'
    text += f'share = "{share}"\n'
    return Catalog.open(write_catalog(folder, text))


def shapes() -> np.ndarray:
    """On one part; on two, a quarter and three; on all three; on none; beside one, touching."""
    return np.asarray(
        [
            box(0, 0, 400, 100), box(300, 0, 700, 100), box(300, 0, 1300, 100),
            box(1500, 500, 1600, 600), box(1200, 0, 1300, 100),
        ],
        object,
    )  # fmt: skip


def test_parts_are_told_largest_first_with_their_share(tmp_path: Path) -> None:
    notes: list[str] = []
    told = heaps_beneath(shapes(), catalog(tmp_path), PRESET, notes)
    assert told["heap"] == [
        "甲堆·封场区 100%",
        "甲堆·在用区 75%；甲堆·封场区 25%",
        "甲堆·在用区 40%；乙堆 40%；甲堆·封场区 10%",  # of equals the earlier of the layer
        "",
        "",
    ]
    assert told["heap_type"] == ["磷石膏", "磷石膏", "磷石膏；赤泥", "", ""]
    assert told["heap_regime"] == ["Ⅱ类场", "Ⅱ类场", "Ⅱ类场；未写明", "", ""]
    assert told["heap_state"] == ["已封场", "在用；已封场", "在用；未写明；已封场", "", ""]
    assert told["heap_ready"][0].startswith("状态已到")
    assert told["heap_ready"][1:] == [
        "门槛未过：状态未到",
        "门槛未过：状态未到",
        "",
        "",
    ]  # the gravest is told
    # reserved where any part is; nobody says where one is silent and none is
    assert told["heap_reserved"] == ["是", "是", "是", "", ""]
    assert "封场并验收" in told["heap_gate"][0]
    assert "管理类别没有写明" in told["heap_gate"][2]
    assert notes == []


def test_what_nobody_knows_is_not_reached(tmp_path: Path) -> None:
    only = np.asarray([box(800, 0, 1200, 100), box(500, 0, 700, 100)], object)
    told = heaps_beneath(only, catalog(tmp_path), PRESET, [])
    assert told["heap_ready"] == ["门槛不明", "门槛未过：状态未到"]
    assert told["heap_reserved"] == ["未写明", "否"]


def test_a_layer_that_shares_nothing_gives_no_names(tmp_path: Path) -> None:
    told = heaps_beneath(shapes(), catalog(tmp_path, share="none"), PRESET, [])
    assert told["heap"][:4] == [
        "堆场 100%",
        "堆场 75%；堆场 25%",
        "堆场 40%；堆场 40%；堆场 10%",
        "",
    ]
    named = heaps_beneath(shapes(), catalog(tmp_path, share="result_only"), PRESET, [])
    assert named["heap"][0] == "甲堆·封场区 100%"


@pytest.mark.parametrize("held", [True, False])
def test_without_a_heap_there_is_no_column(tmp_path: Path, held: bool) -> None:
    beside = np.asarray([box(1500, 500, 1600, 600)], object)
    assert heaps_beneath(beside, catalog(tmp_path, held=held), PRESET, []) == {}


def test_a_heap_layer_that_cannot_be_read_is_a_note(tmp_path: Path) -> None:
    save(frame([shapely.Point(370_100, 2_940_100)], name=["点"]), tmp_path / "heaps.gpkg")
    text = f'[layers.waste_heap]\npath = "heaps.gpkg"\n{HEAD}coverage = "districts"\n'
    notes: list[str] = []
    held = Catalog.open(write_catalog(tmp_path, text))
    assert heaps_beneath(shapes(), held, PRESET, notes) == {}
    assert "堆场图层用不了" in notes[0]


def test_patches_by_state_are_counted(tmp_path: Path) -> None:
    table = pd.DataFrame(heaps_beneath(shapes(), catalog(tmp_path), PRESET, []))
    [line] = gates_told(table)
    assert "状态未到 2 块" in line
    assert "状态已到，门槛材料未核 1 块" in line
    assert "zoning heaps" in line
    assert gates_told(table.drop(columns=list(table))) == ()
    sized = table.assign(low_mw=[1.0, 2.0, 4.0, 8.0, 16.0], high_mw=[2.0, 4.0, 8.0, 16.0, 32.0])
    [line] = gates_told(sized)
    assert "状态未到 2 块 6–12 MW" in line
    assert "堆存物留作综合利用 3 块 7–14 MW" in line


@pytest.mark.slow
def test_patches_of_the_sample_name_their_heaps_everywhere(repo: Path, tmp_path: Path) -> None:
    held = Catalog.open(repo / "data")
    found = eligible(PRESET, held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=30.0)
    sited = find_patches(found, held)
    heaps = gpd.read_file(repo / "data/boundaries/industry.gpkg", layer="waste_heap").to_crs(4545)
    assert len(sited) > 3
    for (_, row), shape in zip(sited.table.iterrows(), sited.geometry, strict=True):
        shares = heaps.geometry.intersection(shape).area / shape.area
        most = heaps.loc[shares.idxmax()]
        first = row["heap"].split("；")[0]
        assert first.startswith(most["name"])
        assert first.endswith(f"{shares.max():.0%}")
        assert row["heap_state"].split("；")[0] == most["state"]
    card = patches_page(sited.table.assign(demands=""), sited, found, held).cards["P0001"]
    assert card.gated
    assert card.gate == sited.table["heap_gate"].iloc[0]
    assert any(figure.label == "堆场·部位" for figure in card.more)


@pytest.mark.slow
def test_the_command_says_where_gates_are_judged(repo: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["eligible", "pv-heaps", "--out", str(out), "--resolution", "50"]
    done = CliRunner().invoke(app, [*words, "--weight", "substation=0.9"])
    assert done.exit_code == 0, done.output
    assert "门槛由 zoning heaps 判断" in done.output
    assert "与预设自带权重对比" in done.output
    assert "权重 weights: " in done.output
    listed = pd.read_csv(out / "patches.csv")
    assert listed["heap"].str.contains("示例堆场").all()
    frame = gpd.read_file(out / "patches.gpkg")
    assert set(frame["heap_ready"]) <= {"门槛未过：状态未到", "门槛不明", "状态已到，门槛材料未核"}


@pytest.fixture(scope="module")
def sample(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("closed") / "data"
    shutil.copytree(repo / "data", folder)
    return folder


@pytest.mark.parametrize("share", ["none", "result_only", "clipped"])
def test_ground_that_is_a_closed_layers_own_is_kept_back(sample: Path, share: str) -> None:
    path = sample / "catalog.toml"
    head, section, tail = path.read_text("utf-8").partition("[layers.waste_heap]\n")
    tail = re.sub(r'share *= *"\w+"', f'share = "{share}"', tail, count=1)
    path.write_text(head + section + tail, encoding="utf-8")
    held, out = Catalog.open(sample), sample.parent / share
    found = eligible(PRESET, held, sample.parent / "e.tif", as_of=AS_OF, resolution_m=60.0)
    scored = suitable(found, held, sample.parent / "s.tif")
    sited = find_patches(found, held, suitability=scored)
    assert len(sited) > 2
    write_eligible(found, sited, held, out, suitability=scored)
    closed = share != "clipped"
    written = {path.name for path in out.iterdir()}
    assert closed == written.isdisjoint({"eligibility.tif", "suitability.tif"})
    assert len(pd.read_csv(out / "patches.csv")) == len(sited)
    assert foreign(out) == ()
    layer = gpd.read_file(out / "patches.gpkg", layer="patches")
    assert len(layer) == len(sited)
    assert layer.geometry.isna().all() == closed
    about = json.loads((out / "eligible.json").read_text("utf-8"))
    assert bool(about["withheld"]) == closed
    assert any("没有写出栅格" in line for line in lines(found, sited, scored)) == closed
    assert ("没有写出栅格" in (out / "report.html").read_text("utf-8")) == closed
    # no corner of a patch, in degrees, and no name of a heap that shares nothing
    page = (out / "map.html").read_text("utf-8")
    corners = shapely.get_coordinates(project(sited.geometry, held.crs, "EPSG:4490"))
    said = np.asarray(re.findall(r"\[(\d{2,3}\.\d+),(\d{2}\.\d+)\]", page), float)
    near = np.abs(said[None] - corners[:, None]).max(axis=2).min(axis=1) < 3e-6
    assert near.any() != closed
    if share == "none":
        texts = [page, *((out / name).read_text("utf-8") for name in TEXTS)]
        # dams carry heaps' names too: theirs is a layer of its own, with its own share
        for text in texts:
            assert not re.search(r"示例堆场\w·(全场|在用区|封场区)", text)
