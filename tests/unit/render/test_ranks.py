"""Ranks that tie, ranks that are not there, and turbines that no sum counts: everywhere alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from openpyxl.worksheet.worksheet import Worksheet

from tests.scenes.catalog_files import HEAD, X, Y, box, frame, save, write_catalog
from zoning.catalog import Catalog
from zoning.render.eligible_folder import lines, write_eligible
from zoning.render.map.patches_page import siting_of
from zoning.render.tables.patches import patch_table
from zoning.render.tables.ranks import unranked_blank
from zoning.rules.grammar import FactRef
from zoning.rules.load import parse_rules
from zoning.rules.model import RuleSet
from zoning.siting import Eligibility, Preset, Sited, eligible, find_patches, load_preset
from zoning.siting.criteria import Curve, stability
from zoning.siting.criteria.model import Criterion, Model
from zoning.siting.criteria.ranking import ranked
from zoning.siting.scores.means import mean_of_distances
from zoning.siting.scores.scoring import rank_sites

AS_OF = date(2026, 11, 24)
STEP = Curve(((0.0, 0.0), (1.0, 1.0)))


def test_sums_that_round_apart_are_one_score() -> None:
    # 0.1 + 0.2 and 0.3 differ in the last bit of a float
    assert 0.1 + 0.2 != 0.3
    assert ranked(np.array([0.3, 0.1 + 0.2, 0.9, np.nan, 0.1])).tolist() == [2, 2, 1, 0, 4]
    assert ranked(np.array([0.5, 0.5, 0.5])).tolist() == [1, 1, 1]
    assert ranked(np.array([0.5, 0.5 + 1e-6])).tolist() == [2, 1]  # a difference that is one
    assert ranked(np.array([np.nan])).tolist() == [0]
    assert ranked(np.array([])).tolist() == []


def test_sites_alike_have_the_same_ranks_under_every_weight() -> None:
    scores = np.array([[0.2, 0.8], [0.9, 0.9], [0.2, 0.8], [0.9, 0.9], [0.1, 0.1]])
    found = stability(scores, np.array([0.5, 0.5]), seed=1)
    assert found.best.tolist() == [3, 1, 3, 1, 5]
    assert found.worst.tolist() == [3, 1, 3, 1, 5]
    assert found.first.tolist() == [0, 1, 0, 1, 0]  # two share the first place in each draw
    assert found.same.tolist() == [1, 1, 1, 1, 1]


def test_ties_are_told(tmp_path: Path) -> None:
    names = ("a", "b")
    criteria = [Criterion(n, n, FactRef("site", "area_ha"), STEP, 0.5) for n in names]
    model = Model(tuple(criteria))
    scores = np.array([[0.4, 0.6], [1.0, 1.0], [0.6, 0.4], [0.5, 0.5], [0.1, 0.1]])
    notes: list[str] = []
    scored = rank_sites(model, scores, np.zeros(5, np.bool_), notes)
    assert scored.ranking.rank.tolist() == [2, 1, 2, 2, 5]
    assert any("3 处得分相同，名次并列" in note and "share their rank" in note for note in notes)
    notes = []
    rank_sites(model, scores[[0, 1]], np.zeros(2, np.bool_), notes)
    assert notes == []


def test_what_is_not_ranked_has_no_rank() -> None:
    table = pd.DataFrame({"rank": [2, 0, 1], "rank_best": [1, 0, 1], "rank_worst": [2, 0, 2]})
    blank = unranked_blank(table)
    assert blank["rank"].isna().tolist() == [False, True, False]
    assert blank.to_csv(index=False).splitlines()[2] == ",,"


RULES = """schema = 1
name = "free"
title = "nothing but the redline"
[[rule]]
id = "free.redline"
title = "redline"
role = "substance"
kinds = ["wind"]
when = ["redline.meets"]
then = "forbid"
remedy = "relocate"
status = "verified"
since = 2020-01-01
cite = { title = "test", article = "1", seen = "original" }
"""


class Free(Preset):
    """A preset under one rule."""

    def rule_set(self) -> RuleSet:
        return parse_rules(RULES, file="free.toml")[0]


@pytest.fixture(scope="module")
def windy(tmp_path_factory: pytest.TempPathFactory) -> tuple[Eligibility, Sited, Catalog, Path]:
    """Two kilometres cut by two strips of redline: patches of about 200, 75 and 12 ha.

    A turbine of the preset takes 48.6 ha at the tight spacing and 162 ha at the wide one.
    """
    folder = tmp_path_factory.mktemp("windy")
    strips = [box(1100, -10, 1300, 2010), box(1780, -10, 1860, 2010)]
    save(frame(strips, code=["1", "2"]), folder / "redline.gpkg")
    text = f'[layers.redline]\npath = "redline.gpkg"\ncoverage = "region"\n{HEAD}'
    catalog = Catalog.open(write_catalog(folder, text))
    update = {"criterion": [], "group": []}
    preset = Free.model_validate({**load_preset("wind").model_dump(), **update})
    found = eligible(preset, catalog, folder / "e.tif", as_of=AS_OF, resolution_m=20.0)
    sited = find_patches(found, catalog)
    write_eligible(found, sited, catalog, folder / "out")
    return found, sited, catalog, folder / "out"


def rows_of(sheet: Worksheet) -> Iterator[dict[str, object]]:
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(k for k, row in enumerate(rows) if row[0] == "名次")
    for row in rows[at + 1 :]:
        if row[3]:
            yield dict(zip(map(str, rows[at]), row, strict=True))


def test_a_patch_below_one_turbine_is_told_alike_everywhere(
    windy: tuple[Eligibility, Sited, Catalog, Path],
) -> None:
    found, sited, catalog, out = windy
    table = sited.table
    # 48.6 ha a turbine at the most, 162 ha at the least, 5 MW each
    assert len(table) == 3
    assert table["area_ha"].tolist() == pytest.approx([207, 88, 21], abs=12)
    assert table["low_mw"].tolist() == [5.0, 0.0, 0.0]
    assert table["high_mw"].tolist() == [20.0, 5.0, 5.0]
    said = "不足一台的间距用地，至多一台，不计入合计"
    assert table["capacity_note"].tolist() == ["", "", said]
    # 5 to 25 MW, of two patches: in the console, the ledger of the record and the workbook
    line = next(text for text in lines(found, sited) if text.startswith("地块"))
    assert "5–25 MW" in line
    assert "另有 1 块不足一台" in line
    target = json.loads((out / "eligible.json").read_text("utf-8"))["target"]
    potential, apart = target["potential"], target["not_potential"]
    assert sum(row["sites"] for row in potential) == 2
    assert (sum(r["low_mw"] for r in potential), sum(r["high_mw"] for r in potential)) == (5, 25)
    assert [(row["standing"], row["sites"], row["high_mw"]) for row in apart] == [
        ("不足一台的间距用地", 1, None)
    ]
    assert sum(row["high_mw"] or 0 for row in target["totals"]) == 25
    listed = list(rows_of(openpyxl.load_workbook(out / "patches.xlsx")["排序"]))
    assert [row["装机上限 MW"] for row in listed] == [20, 5, 5]
    assert [row["装机说明"] or "" for row in listed] == ["", "", said]
    report = (out / "report.html").read_text("utf-8")
    assert "地块 3 块：可计 2 块 5–25 MW" in report
    assert "另有 1 块不足一台" in report
    # by county, the small patch in neither
    assert "5–20 MW，" in report
    assert "0–5 MW，" in report
    assert "0–10 MW" not in report
    layer = gpd.read_file(out / "patches.gpkg", layer="patches")
    assert layer["capacity_note"].fillna("").tolist() == ["", "", said]
    cards = siting_of(found, sited, catalog, patch_table(sited)).cards
    small = cards[str(table["id"].iloc[2])]
    assert said in small.brief
    assert small.heads[0].note == said
    assert said not in cards[str(table["id"].iloc[0])].brief


def test_a_road_through_wide_ground_is_near_for_the_cells_beside_it_only(
    windy: tuple[Eligibility, Sited, Catalog, Path], tmp_path: Path
) -> None:
    """Cells of 20 m from 40 m to 1080 m; the road at 560 m: 10, 30, … 510 m on either side."""
    _, sited, _, _ = windy
    road = shapely.LineString([(X + 560, Y - 9000), (X + 560, Y + 9000)])
    save(frame([road], name=["G1"]), tmp_path / "road.gpkg")
    text = f'[layers.road]\npath = "road.gpkg"\ncoverage = "region"\n{HEAD}'
    catalog = Catalog.open(write_catalog(tmp_path, text))
    entry = {
        "name": "road", "title": "距道路", "fact": "road.distance",
        "curve": [[0, 1.0], [1000, 0.0]], "weight": 1.0,
    }  # fmt: skip
    told = {**load_preset("wind").model_dump(), "criterion": [entry], "group": []}
    preset = Free.model_validate(told)
    wide = sited.geometry[0]
    x0, _, x1, _ = shapely.bounds(wide) - np.array([X, Y, X, Y])
    middles = np.arange(x0 + 10, x1, 20.0)
    by_hand = np.mean(1 - np.abs(middles - 560) / 1000)
    made = [
        mean_of_distances(
            preset.preferences(), preset, catalog, sited.geometry, windy[0].grid, as_of=AS_OF,
            block=block, threads=threads,
        )
        for block, threads in ((512, 2), (7, 1), (16, 3))
    ]  # fmt: skip
    assert made[0][0, 0] == pytest.approx(by_hand, abs=1e-9)
    assert by_hand < 0.8  # the road crosses it: its nearest edge would have scored 1
    assert made[0][2, 0] == pytest.approx(0.0)  # beyond 1 km
    for other in made[1:]:
        np.testing.assert_array_equal(other, made[0])


def test_the_mean_ranks_and_is_told(windy: tuple[Eligibility, Sited, Catalog, Path]) -> None:
    found, _, catalog, _ = windy
    entry = {
        "name": "r", "title": "距红线", "fact": "redline.distance",
        "curve": [[0, 1.0], [1000, 0.0]], "weight": 1.0,
    }  # fmt: skip
    told = {**load_preset("wind").model_dump(), "criterion": [entry], "group": []}
    sited = find_patches(replace(found, preset=Free.model_validate(told)), catalog)
    # all three touch the redline's strips, so that by their edges all would score nearly 1
    # the third holds no turbine for sure: it is in no sum, and in no rank
    assert sited.table["score"][0] < sited.table["score"][1]
    assert sited.table["rank"].tolist() == [2, 1, 0]
    assert sited.table["unranked"].tolist() == ["", "", "不足一台的间距用地，至多一台，不计入合计"]
    assert any("平均" in note and "from the edge" in note for note in sited.notes)
    assert "得分按各格平均" in siting_of(found, sited, catalog).note


def test_rows_without_a_rank_are_blank_in_every_table(
    windy: tuple[Eligibility, Sited, Catalog, Path],
) -> None:
    _, _, _, out = windy  # no criterion: nothing is ranked
    listed = pd.read_csv(out / "patches.csv")
    assert listed["rank"].isna().all()
    assert gpd.read_file(out / "patches.gpkg", layer="patches")["rank"].isna().all()
    assert {"未排名"} == {
        row["名次"] for row in rows_of(openpyxl.load_workbook(out / "patches.xlsx")["排序"])
    }
