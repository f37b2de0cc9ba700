"""The folder of `zoning eligible`: written whole, marked synthetic, read back by others."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import rasterio
from typer.testing import CliRunner

import zoning
from zoning.catalog import Catalog
from zoning.cli import app
from zoning.errors import InputError, OutputFault
from zoning.render.eligible_folder import FILES, foreign, lines, write_eligible
from zoning.render.report.rank_changes import movers_told
from zoning.render.words import WORDS
from zoning.siting import (
    Eligibility,
    Sited,
    against,
    eligible,
    find_patches,
    load_preset,
    reweighted,
    suitable,
)
from zoning.siting.standing import NOT_YET, REACHED
from zoning.siting.target import pipeline_of

AS_OF = date(2026, 11, 24)


@pytest.fixture(scope="module")
def made(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Eligibility, Sited, Path]:
    folder = tmp_path_factory.mktemp("eligible")
    catalog = Catalog.open(repo / "data")
    preset = load_preset("pv-land").model_copy(update={"min_area_ha": 90.0})
    found = eligible(preset, catalog, folder / "e.tif", as_of=AS_OF, resolution_m=500.0)
    scored = suitable(found, catalog, folder / "s.tif")
    sited = find_patches(found, catalog, suitability=scored)
    write_eligible(found, sited, catalog, folder / "out", suitability=scored)
    return found, sited, folder / "out"


def test_every_file_is_there_and_ours(made: tuple[Eligibility, Sited, Path]) -> None:
    _, _, out = made
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    assert foreign(out) == ()


def test_raster_holds_the_areas_that_are_told(made: tuple[Eligibility, Sited, Path]) -> None:
    found, _, out = made
    with rasterio.open(out / "eligibility.tif") as file:
        cells = file.read(1)
        assert file.crs.to_epsg() == 4545
        assert file.nodata == 0
    values, count = np.unique(cells[cells > 0], return_counts=True)
    told = dict(found.areas)
    assert set(values.tolist()) == set(told) <= set(WORDS)
    shares = count / count.sum()
    for value, share in zip(values.tolist(), shares, strict=True):
        assert told[value] / sum(told.values()) == pytest.approx(share)


def test_cells_and_costs_carry_their_editions_when_taken_alone(
    made: tuple[Eligibility, Sited, Path],
) -> None:
    found, _, out = made
    for name in ("eligibility.tif", "suitability.tif"):
        with rasterio.open(out / name) as file:
            told = file.tags()
        assert told["TIFFTAG_IMAGEDESCRIPTION"].startswith("SYNTHETIC")
        assert found.synthetic
        assert all(title in told["SYNTHETIC"] for title in found.synthetic)
        assert told["RULES"] == f"{found.rules.name} {found.rules.edition}"
        assert told["AS_OF"] == "2026-11-24"
    with rasterio.open(out / "suitability.tif") as file:
        assert "变电站" in file.tags()["SYNTHETIC"]  # asked by preferences, by no rule
    rules = pd.read_csv(out / "rules.csv")
    assert set(rules["edition"]) == {found.rules.edition}
    assert set(rules["as_of"]) == {"2026-11-24"}
    assert rules["synthetic"].all()


def test_summary_names_editions_and_what_is_invented(
    made: tuple[Eligibility, Sited, Path],
) -> None:
    found, sited, out = made
    summary = json.loads((out / "eligible.json").read_text("utf-8"))
    assert summary["rules"]["edition"] == found.rules.edition
    assert summary["synthetic"]
    assert summary["patches"]["count"] == len(sited) > 0
    assert all(source["sha256"] for source in summary["sources"])
    assert {"integrity.region"} <= {left["rule"] for left in summary["not_asked_of_cells"]}


def test_patches_open_with_their_verdict(made: tuple[Eligibility, Sited, Path]) -> None:
    _, sited, out = made
    frame = gpd.read_file(out / "patches.gpkg", layer="patches")
    assert len(frame) == len(sited)
    assert frame.geometry.is_valid.all()
    assert frame["synthetic"].astype(bool).all()
    # the patch's own area, by an ellipsoid that is not ours to compute
    from pyproj import Geod

    geod = Geod(ellps="GRS80")
    degrees = frame.to_crs(4490).geometry
    ours = frame["area_ha"].to_numpy()
    theirs = [abs(geod.geometry_area_perimeter(shape)[0]) / 1e4 for shape in degrees]
    assert ours == pytest.approx(theirs, rel=1e-6)


def test_report_tells_the_ground_the_rules_and_the_patches(
    made: tuple[Eligibility, Sited, Path],
) -> None:
    found, sited, out = made
    text = (out / "report.html").read_text("utf-8")
    assert not re.search(r"""(src|href)\s*=|https?://|@import|url\(|<script""", text)  # offline
    assert "size:A4" in text
    assert "SYNTHETIC" in text
    for name in ("地还剩多少", "每条规则占掉多少地", "得分构成", "名次对权重的敏感性", "数据来源"):
        assert f"<h2>{name}" in text
    # the raster's own cells, at the ground that a cell has, are what the funnel says
    with rasterio.open(out / "eligibility.tif") as file:
        cells = file.read(1)
    cell_ha = sum(area for _, area in found.areas) / 1e4 / (cells > 0).sum()
    usable = np.isin(cells, (1, 2)).sum() * cell_ha
    assert f"去掉说不清：可用 {usable:,.0f} ha" in text
    assert f"去掉不得 {((cells > 0) & (cells != 3)).sum() * cell_ha:,.0f} ha" in text
    assert f"连成地块 {sited.table['area_ha'].sum():,.0f} ha" in text
    # a rule's clause and how far it was read
    rules = pd.read_csv(out / "rules.csv").set_index("rule")
    redline = rules[rules.index.str.contains("redline")].iloc[0]
    row = next(r for r in _rows(text) if r[0] == redline["title"])
    assert [float(cell.replace(",", "")) for cell in row[1:3]] == pytest.approx(
        redline[["forbids_ha", "alone_ha"]].tolist(), abs=0.06
    )
    assert row[7] == redline["cites"]
    assert row[8] == "已核实，已读：副本"  # status verified, seen copy: in the rule's own file
    # an own default is no law, and says so
    own = rules[(rules["status"] == "default") & rules["cites"].isna()]
    listed = {r[0]: r[7] for r in _rows(text) if len(r) == 9}
    shown = [listed[title] for title in own["title"] if title in listed]
    assert shown
    assert all("illustrative" in clause for clause in shown)
    best = sited.table.query("rank == 1").iloc[0]
    lead = next(r for r in _rows(text) if len(r) > 2 and r[2] == best["id"])
    assert (lead[0], lead[3]) == ("1", best["county"])
    assert f"共 {len(sited)} 块；全部见 patches.xlsx" in text


def _rows(text: str) -> list[list[str]]:
    """Cells of every row of every table."""
    rows = re.findall(r"<tr>(.*?)</tr>", text)
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows if "<td" in row]


@pytest.mark.slow
def test_a_report_of_wind_asks_for_a_mast_and_sums_whole_turbines_only(
    repo: Path, tmp_path: Path
) -> None:
    catalog = Catalog.open(repo / "data")
    preset = load_preset("wind").model_copy(update={"min_area_ha": 30.0})
    found = eligible(preset, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=600.0)
    sited = find_patches(found, catalog)
    write_eligible(found, sited, catalog, tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "发电量须测风塔或风能图谱" in text
    assert "发电量这里不估" not in text
    # 3 by 5 and 5 by 10 rotors of 180 m are 48.6 and 162 ha, a turbine has 5 MW
    table = sited.table
    area = table.loc[table["decision"] != "forbid", "area_ha"]
    whole = area[area >= 48.6]
    assert 0 < len(whole) < len(area)
    low, high = (5 * np.floor(whole / ha).sum() for ha in (162.0, 48.6))
    assert f"可计 {len(whole)} 块 {low:,.0f}–{high:,.0f} MW" in text
    assert f"另有 {len(area) - len(whole)} 块不足一台风机的间距用地，不计入" in text
    # a mark stands beside the capacity of those among the first twenty
    first = sited.table[sited.table["rank"] > 0].sort_values("rank").head(20)
    assert text.count("＊</td>") == int((first["area_ha"] < 48.6).sum())


@pytest.mark.slow
def test_a_report_of_what_is_not_sized_has_no_megawatts(repo: Path, tmp_path: Path) -> None:
    catalog = Catalog.open(repo / "data")
    preset = load_preset("geothermal").model_copy(update={"min_area_ha": 1500.0})
    found = eligible(preset, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=1000.0)
    write_eligible(found, find_patches(found, catalog), catalog, tmp_path / "out")
    text = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "不估装机" in text
    assert "目标对照" not in text
    assert "MW" not in text


@pytest.mark.slow
def test_a_report_without_a_patch_says_so(repo: Path, tmp_path: Path) -> None:
    catalog = Catalog.open(repo / "data")
    preset = load_preset("pv-land").model_copy(update={"min_area_ha": 1e9})
    found = eligible(preset, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=1000.0)
    write_eligible(found, find_patches(found, catalog), catalog, tmp_path / "out")
    assert "没有达到面积、宽度下限" in (tmp_path / "out" / "report.html").read_text("utf-8")


def test_tables_open_in_a_spreadsheet(made: tuple[Eligibility, Sited, Path]) -> None:
    found, sited, out = made
    assert (out / "rules.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    rules = pd.read_csv(out / "rules.csv")
    assert set(rules["rule"]) == {cost.rule for cost in found.costs}
    assert (rules["alone_ha"] <= rules["forbids_ha"]).all()
    assert len(pd.read_csv(out / "patches.csv")) == len(sited)


def test_a_folder_of_others_is_not_touched(
    made: tuple[Eligibility, Sited, Path], repo: Path, tmp_path: Path
) -> None:
    found, sited, _ = made
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.docx").write_text("years of work")
    with pytest.raises(OutputFault):
        write_eligible(found, sited, Catalog.open(repo / "data"), tmp_path / "mine")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.docx"]


def test_suitability_stands_beside_eligibility(made: tuple[Eligibility, Sited, Path]) -> None:
    _, sited, out = made
    with (
        rasterio.open(out / "suitability.tif") as file,
        rasterio.open(out / "eligibility.tif") as e,
    ):
        score, verdict = file.read(1), e.read(1)
        assert (file.nodata, file.profile["tiled"]) == (255, True)
        assert file.transform == e.transform
    assert (score[np.isin(verdict, (0, 3))] == 255).all()
    assert (score[score != 255] <= 100).all()
    assert len(np.unique(score)) > 20
    about = json.loads((out / "eligible.json").read_text("utf-8"))
    weights = [row["weight"] for row in about["suitability"]["criteria"]]
    assert sum(weights) == pytest.approx(1.0, abs=1e-5)
    assert any("地块面积" in note for note in about["suitability"]["notes"])
    assert about["ranking"]["ranked"] == int((sited.table["rank"] > 0).sum()) > 0
    # layers that only score are among the sources, and said to be invented
    asked = {source["layer"] for source in about["sources"]}
    assert {"substation", "road", "land_cover", "dem"} <= asked
    assert "道路(示例)" in about["synthetic"]
    style = Xml.parse(out / "suitability.qml").getroot()
    items = style.findall(".//colorrampshader/item")
    assert [item.get("value") for item in items] == ["0", "25", "50", "75", "100"]


def test_ranked_patches_in_a_workbook_and_a_styled_layer(
    made: tuple[Eligibility, Sited, Path],
) -> None:
    _, sited, out = made
    book = openpyxl.load_workbook(out / "patches.xlsx")
    assert book.sheetnames == ["排序", "准则", "目标对照"]
    rows = list(book["排序"].iter_rows(values_only=True))
    head = next(k for k, row in enumerate(rows) if row[0] == "名次")
    assert "SYNTHETIC" in "".join(str(row[0]) for row in rows[:head])
    best = sited.table.sort_values("rank").query("rank > 0").iloc[0]
    assert rows[head + 1][rows[head].index("地块")] == best["id"]
    assert rows[head + 1][rows[head].index("得分")] == pytest.approx(best["score"])
    listed = pd.read_csv(out / "patches.csv")
    assert listed["id"].iloc[0] == best["id"]
    with closing(sqlite3.connect(out / "patches.gpkg")) as base:
        (column, style) = base.execute(
            "SELECT f_geometry_column, styleQML FROM layer_styles WHERE f_table_name = 'patches'"
        ).fetchone()
        held = base.execute("SELECT column_name FROM gpkg_geometry_columns").fetchone()[0]
    assert column == held
    aliases = {a.get("field"): a.get("name") for a in Xml.fromstring(style).iter("alias")}
    assert aliases["suitability_mean"] == "逐格适宜性均值"


def test_a_preset_without_criteria_makes_no_suitability(repo: Path, tmp_path: Path) -> None:
    catalog = Catalog.open(repo / "data")
    update = {"min_area_ha": 500.0, "criterion": (), "group": ()}
    preset = load_preset("pv-land").model_copy(update=update)
    found = eligible(preset, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=1000.0)
    assert suitable(found, catalog, tmp_path / "s.tif") is None
    sited = find_patches(found, catalog)
    assert (sited.table["rank"] == 0).all()
    assert (sited.table["unranked"] == "没有可用的准则").all()
    write_eligible(found, sited, catalog, tmp_path / "out")
    assert not (tmp_path / "out" / "suitability.tif").exists()
    assert (tmp_path / "out" / "patches.xlsx").exists()


def test_patches_stand_against_the_target_and_are_not_added_to_it(
    made: tuple[Eligibility, Sited, Path],
) -> None:
    _, sited, out = made
    account = json.loads((out / "eligible.json").read_text("utf-8"))["target"]
    assert (account["target_mw"], account["pipeline"]) == (400.0, None)
    rows = account["potential"]
    assert sum(row["sites"] for row in rows) == len(sited)
    # 2.19 ha a megawatt at most
    most_land = sited.table["area_ha"].sum() / 2.19
    assert sum(row["low_mw"] for row in rows) == pytest.approx(most_land, rel=1e-6)


def test_megawatts_never_stand_alone(made: tuple[Eligibility, Sited, Path]) -> None:
    found, sited, out = made
    said = lines(found, sited)
    assert any("MW" in line and "不是可开发量" in line for line in said)
    notes = json.loads((out / "eligible.json").read_text("utf-8"))["told"]
    assert any("格网 500 m 粗于预设的 30 m" in note for note in notes)
    assert any("不作法律结论" in note for note in notes)
    assert any("不在所审范围" in note for note in notes)


def test_changed_weights_and_a_list_stand_in_every_file(
    made: tuple[Eligibility, Sited, Path], repo: Path, tmp_path: Path
) -> None:
    found, sited, _ = made
    catalog = Catalog.open(repo / "data")
    rows = ["名称,类型,阶段,装机(MW),经度,纬度", "甲光伏,光伏,新建,50,106.7,26.6",
            "乙风电,风电,在建,30,106.8,26.7"]  # fmt: skip
    (tmp_path / "list.csv").write_text("\n".join(rows), encoding="utf-8")
    listed = pipeline_of(
        zoning.read_projects(tmp_path / "list.csv", crs=catalog.crs), catalog, found.rules,
        as_of=AS_OF,
    )  # fmt: skip
    # the study is held against weights that leave the substation alone
    other = reweighted(load_preset("pv-land"), {"grid": 1.0, "substation": 1.0})
    moved = against(sited, other, catalog)
    out = tmp_path / "out"
    write_eligible(found, sited, catalog, out, pipeline=listed, comparison=moved)
    about = json.loads((out / "eligible.json").read_text("utf-8"))
    assert sum(row["low_mw"] for row in about["target"]["pipeline"]["rows"]) == 80.0
    assert {row["kind_zh"] for row in about["target"]["pipeline"]["rows"]} == {"光伏", "风电"}
    weights = {row["title"]: row for row in about["comparison"]["weights"]}
    assert (weights["距变电站"]["own"], weights["坡度"]["own"]) == (1.0, 0.0)
    # by hand: alone it ranks by distance, 1 km or less the best, 10 km or more the last
    near = np.clip(1 - (sited.table["substation_m"] - 1000) / 9000, 0, 1)
    score = near.where(sited.table["decision"] != "forbid").round(9)
    ranks = dict(zip(sited.table["id"], score.rank(ascending=False, method="min"), strict=True))
    gone = [row for row in about["comparison"]["moved"] if row["rank_before"]]
    assert gone
    assert all(row["rank_before"] == ranks[row["id"]] for row in gone)
    book = openpyxl.load_workbook(out / "patches.xlsx")
    assert {"权重对比", "目标对照"} <= set(book.sheetnames)
    accounts = [row[0] for row in book["目标对照"].iter_rows(values_only=True)]
    assert accounts.count("清单") == 2
    text = (out / "report.html").read_text("utf-8")
    assert "与预设自带权重对比" in text
    assert "清单：list.csv" in text
    assert f"{len(about['comparison']['moved'])} 处名次变动" in text
    assert any("换了先后" in line for line in movers_told(moved))
    assert "权重 weights" in movers_told(moved)[1]


def test_a_list_beside_what_is_not_sized_is_refused_before_anything_is_done(
    tmp_path: Path,
) -> None:
    words = ["eligible", "geothermal", "--out", str(tmp_path / "out"), "--pipeline", "list.csv"]
    with pytest.raises(InputError, match="不估装机"):
        CliRunner().invoke(app, words, catch_exceptions=False)
    assert not (tmp_path / "out").exists()


def test_patches_on_heaps_that_are_not_ready_are_no_potential_anywhere(
    made: tuple[Eligibility, Sited, Path], repo: Path, tmp_path: Path
) -> None:
    found, sited, _ = made
    rest = len(sited) - 3
    heaps = sited.table.assign(
        heap=["甲堆 100%", "乙堆 100%", "丙堆 100%", *[""] * rest],
        heap_type=["磷石膏"] * 3 + [""] * rest,
        heap_regime=["Ⅱ类场"] * 3 + [""] * rest,
        heap_state=["在用", "已封场", "已封场", *[""] * rest],
        heap_gate=["封场并验收"] * 3 + [""] * rest,
        heap_ready=[NOT_YET, REACHED, REACHED, *[""] * rest],
        heap_reserved=["否", "是", "否", *[""] * rest],
    )
    on_heaps = replace(sited, table=heaps)
    write_eligible(found, on_heaps, Catalog.open(repo / "data"), tmp_path / "out")
    low = heaps["low_mw"]
    failed = heaps["decision"] == "forbid"
    gone = low[failed | (heaps.index < 2)].sum()
    account = json.loads((tmp_path / "out/eligible.json").read_text("utf-8"))["target"]
    for name, wanted in (("potential", low.sum() - gone), ("not_potential", gone)):
        assert sum(row["low_mw"] for row in account[name]) == pytest.approx(wanted), name
    kept = heaps[~failed & (heaps.index >= 2)]
    span = f"{kept['low_mw'].sum():,.0f}–{kept['high_mw'].sum():,.0f} MW"
    said = lines(found, on_heaps)
    assert any(f"可计 {len(kept)} 块 {span}" in line and "门槛未过或不明" in line for line in said)
    text = (tmp_path / "out/report.html").read_text("utf-8")
    assert f"可计 {len(kept)} 块 {span}" in text
    apart = text[text.index("不是潜力，不计入</h3>") :]
    assert "堆存物留作综合利用" in apart
    book = openpyxl.load_workbook(tmp_path / "out/patches.xlsx")
    names = {row[0] for row in book["目标对照"].iter_rows(values_only=True)}
    assert {"非潜力（门槛未过或不明）", "潜力（状态已到、门槛材料未核）", "可用地块"} <= names


def test_ground_on_heaps_says_what_is_not_deducted(
    made: tuple[Eligibility, Sited, Path],
) -> None:
    found, sited, _ = made
    on_heaps = replace(found, preset=load_preset("pv-heaps"))
    assert any("没有扣" in line and "坝体 30 m" in line for line in lines(on_heaps, sited))
    assert any("MW" in line and "未扣堆边" in line for line in lines(on_heaps, sited))
