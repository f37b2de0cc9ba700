"""One heap of the sample worked through by other means; the outputs of the whole study opened."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import exactextract
import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from pyproj import Geod

from zoning.catalog import Catalog
from zoning.render.heaps_folder import write_heaps
from zoning.siting import HeapStudy, load_preset, read_papers, study_heaps
from zoning.solar import read_months
from zoning.verify import verify

AS_OF = date(2026, 11, 24)
pytestmark = pytest.mark.slow
HEAP = "示例堆场D·全场"  # manganese slag, covered; no zone touches it, so that all of it is usable


@pytest.fixture(scope="module")
def study(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> HeapStudy:
    return study_heaps(
        load_preset("pv-heaps"),
        Catalog.open(repo / "data"),
        tmp_path_factory.mktemp("heaps") / "e.tif",
        as_of=AS_OF,
        sun=read_months(repo / "data" / "sun_monthly.csv"),
    )


def test_one_heap_by_other_means(study: HeapStudy, repo: Path) -> None:
    row = study.table.set_index("id").loc[HEAP]
    frame = gpd.read_file(repo / "data/boundaries/industry.gpkg", layer="waste_heap")
    shape = frame[frame["name"] == "示例堆场D"].to_crs(4545).geometry.iloc[0]
    degrees = frame[frame["name"] == "示例堆场D"].to_crs(4490).geometry.iloc[0]
    geodesic = abs(Geod(ellps="GRS80").geometry_area_perimeter(degrees)[0]) / 1e4
    assert row["area_ha"] == pytest.approx(geodesic, rel=1e-6)
    assert row["forbidden_ha"] == 0
    # 1.24 to 2.19 ha a megawatt, what is unclear in the most only
    assert row["low_mw"] == pytest.approx(row["usable_ha"] / (109.7 / 50), rel=2e-3)
    assert row["high_mw"] == pytest.approx((row["usable_ha"] + row["unclear_ha"]) / 1.24)
    slope = exactextract.exact_extract(
        str(repo / "data/rasters/slope.tif"),
        gpd.GeoDataFrame(geometry=[shape], crs=4545),
        ["mean"],
    )[0]["properties"]["mean"]
    assert row["slope_mean_deg"] == pytest.approx(slope, rel=1e-4)
    stations = gpd.read_file(repo / "data/boundaries/infrastructure.gpkg", layer="substation")
    near = stations.to_crs(4545).geometry.distance(shape)
    assert row["substation_m"] == pytest.approx(near.min(), abs=0.01)
    # the least capacity in a poor year, the most in a good one; 0.4989 kg a kilowatt-hour
    assert row["gwh_low"] == pytest.approx(row["low_mw"] * row["yield_p90"] / 1000)
    assert row["gwh_high"] == pytest.approx(row["high_mw"] * row["yield_p10"] / 1000)
    assert row["tco2_low"] == pytest.approx(row["gwh_low"] * 498.9)
    assert bool(row["ready"])
    assert row["decision_zh"] == "受限准入"


def test_ground_of_one_heap_by_shapely_and_exactextract(study: HeapStudy, repo: Path) -> None:
    """Edge, dam, drainage, steep, in this order; cells of 100 m2 count what is drawn here."""
    row = study.table.set_index("id").loc[HEAP]
    data = repo / "data/boundaries"
    frame = gpd.read_file(data / "industry.gpkg", layer="waste_heap").to_crs(4545)
    shape = frame[frame["name"] == "示例堆场D"].geometry.iloc[0]
    near = {
        name: shapely.union_all(
            gpd.read_file(data / "heap_works.gpkg", layer=name).to_crs(4545).geometry.to_numpy()
        ).intersection(shape.buffer(100))
        for name in ("dam", "drainage")
    }
    inner = shape.buffer(-10, quad_segs=64)
    # layers exact to 2 m: 28 and 3 m are surely taken, 32 and 7 m perhaps
    dam, perhaps_dam = (near["dam"].buffer(d, quad_segs=64) for d in (28, 32))
    ditch, perhaps_ditch = (near["drainage"].buffer(d, quad_segs=64) for d in (3, 7))
    left = inner.difference(dam).difference(ditch)
    clear = left.difference(perhaps_dam).difference(perhaps_ditch)
    steep = _steep_ha(repo, left)
    taken = {
        "edge_ha": shape.area - inner.area,
        "dam_ha": inner.intersection(dam).area,
        "drainage_ha": inner.intersection(ditch).difference(dam).area,
    }
    for name, area in taken.items():
        assert area > 1000  # there is something to be counted
        assert row[name] == pytest.approx(area / 1e4, abs=0.1), name
    assert row["steep_ha"] == pytest.approx(steep, abs=0.1)
    assert row["usable_ha"] == pytest.approx(clear.area / 1e4 - _steep_ha(repo, clear), rel=0.01)
    doubt = left.difference(clear)
    assert row["unclear_ha"] == pytest.approx(doubt.area / 1e4 - _steep_ha(repo, doubt), abs=0.1)
    assert row["doubt_ha"] == pytest.approx(row["unclear_ha"])


def _steep_ha(repo: Path, shape: shapely.Geometry) -> float:
    shares = _shares(repo / "data/rasters/slope.tif", shape)
    return sum(share for value, share in shares.items() if value > 25.0) * shape.area / 1e4


def _shares(raster: Path, shape: shapely.Geometry) -> dict[float, float]:
    """Share of each value of a raster under a shape, by exactextract."""
    found = exactextract.exact_extract(
        str(raster), gpd.GeoDataFrame(geometry=[shape], crs=4545), ["unique", "frac"]
    )[0]["properties"]
    return dict(zip(found["unique"], found["frac"], strict=True))


def test_one_heap_against_the_rasters_by_other_means(study: HeapStudy, repo: Path) -> None:
    row = study.table.set_index("id").loc[HEAP]
    frame = gpd.read_file(repo / "data/boundaries/industry.gpkg", layer="waste_heap").to_crs(4545)
    shape = frame[frame["name"] == "示例堆场D"].geometry.iloc[0]
    seen = _shares(repo / "data/rasters/waste_heap_class.tif", shape)
    assert (row["raster_type"], row["disagreement"]) == ("电解锰渣", "")
    assert row["raster_share"] == pytest.approx(seen[2], abs=1e-6)
    karst = _shares(repo / "data/rasters/karst.tif", shape)
    assert row["karst_share"] == pytest.approx(1.0)  # every class is one of karst
    assert row["karst_classes"] == f"中等发育 {karst[2]:.0%}、弱发育 {karst[1]:.0%}"
    zones = gpd.read_file(repo / "data/boundaries/land.gpkg", layer="karst_zone").to_crs(4545)
    holes = zones[zones["sinkholes"] == "是"].geometry.distance(shape).min()
    assert row["sinkhole_m"] == pytest.approx(holes, abs=0.01)
    assert row["sinkholes"] == (
        "否" if holes - 60 > 2000 else "是" if holes + 60 <= 2000 else "不明"
    )
    springs = gpd.read_file(repo / "data/boundaries/water.gpkg", layer="spring_catchment")
    far = springs.to_crs(4545).geometry.distance(shape).min()
    assert row["spring_m"] == pytest.approx(far, abs=0.01)
    assert "16 公里" in row["karst_said"]


@pytest.fixture(scope="module")
def thinned(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> HeapStudy:
    """The sample with a heap that lost its state, one of another type, and one not drawn at all."""
    folder = tmp_path_factory.mktemp("thinned")
    for path in (repo / "data").rglob("*"):
        target = folder / path.relative_to(repo / "data")
        if path.is_dir():
            target.mkdir()
        elif path.name != "industry.gpkg":
            target.symlink_to(path)
    source = repo / "data/boundaries/industry.gpkg"
    for name in ("park", "contaminated_parcel", "waste_heap"):
        frame = gpd.read_file(source, layer=name)
        if name == "waste_heap":
            frame.loc[frame["name"] == "示例堆场D", "state"] = None
            frame.loc[frame["name"] == "示例堆场B", "type"] = "赤泥"
            frame = frame[frame["name"] != "示例堆场I"]
        frame.to_file(folder / "boundaries/industry.gpkg", layer=name)
    return study_heaps(
        load_preset("pv-heaps"), Catalog.open(folder), folder / "e.tif",
        as_of=AS_OF, resolution_m=50.0,
    )  # fmt: skip


def test_a_heap_without_a_state_waits(study: HeapStudy, thinned: HeapStudy) -> None:
    before = study.table.set_index("id").loc[HEAP]
    after = thinned.table.set_index("id").loc[HEAP]
    assert (before["decision_zh"], before["ready"]) == ("受限准入", True)
    assert (after["decision_zh"], after["ready"], after["rank"]) == ("待补充信息", None, 0)


def test_a_type_that_differs_asks_and_decides_nothing(study: HeapStudy, thinned: HeapStudy) -> None:
    row = thinned.table.set_index("id").loc["示例堆场B·全场"]
    assert row["disagreement"] == "类型不同：图层赤泥，栅格 磷石膏 100%"
    assert row["decision"] == study.table.set_index("id").loc["示例堆场B·全场", "decision"]
    assert any("1 个图层分区与栅格不一致" in note for note in thinned.notes)


def test_what_only_the_raster_shows_is_listed_and_waits(
    study: HeapStudy, thinned: HeapStudy
) -> None:
    assert (study.table["source"] == "图层").all()
    (row,) = (row for _, row in thinned.table.iterrows() if row["source"] == "栅格")
    assert row["id"] == "栅格堆场01·赤泥"
    drawn = study.table.set_index("id").loc["示例堆场I·全场"]
    assert row["area_ha"] == pytest.approx(drawn["area_ha"], rel=0.05)  # along cells of a hectare
    assert (row["decision_zh"], row["ready"], row["rank"]) == ("待补充信息", None, 0)
    assert row["usable_ha"] == 0
    assert row["disagreement"] == "栅格有、图层无"


def test_what_only_the_raster_shows_is_told_in_every_output(
    thinned: HeapStudy, repo: Path, tmp_path: Path
) -> None:
    out = tmp_path / "heaps"
    write_heaps(thinned, Catalog.open(repo / "data"), out)
    book = openpyxl.load_workbook(out / "heaps.xlsx")
    cells = [str(cell.value) for row in book["排序"].iter_rows() for cell in row]
    report = (out / "report.html").read_text("utf-8")
    layer = gpd.read_file(out / "heaps.gpkg")
    for word in ("栅格有、图层无", "类型不同：图层赤泥，栅格 磷石膏 100%", "16 公里"):
        assert any(word in cell for cell in cells), word
        assert word in report, word
        assert layer[["disagreement", "karst_said"]].stack().str.contains(word).any(), word
    assert verify(out / "screening").agrees


def test_thin_data_is_not_ready(study: HeapStudy) -> None:
    table = study.table.set_index("id")
    assert table.loc["示例堆场E·全场", "decision_zh"] == "待补充信息"  # suspected hazardous waste
    assert table.loc["示例堆场E·全场", "usable_ha"] == 0
    beyond = table[table["county"] == ""]  # outside the districts: no ground there is looked at
    assert (beyond["usable_ha"] == 0).all()
    assert (beyond["rank"] == 0).all()
    assert beyond["high_mw"].isna().all()
    assert (beyond["unranked"] == "在辖区外，未核").all()
    # what cannot be told may still stand: it counts to the most, not to the least
    unclear = table.loc["示例废弃矿山N·全场"]
    assert unclear["low_mw"] == 0
    assert unclear["high_mw"] == pytest.approx(unclear["unclear_ha"] / 1.24)


def test_a_part_behind_the_dam_of_its_heap_is_no_pond_without_one(study: HeapStudy) -> None:
    assert (study.table.set_index("id").loc["示例堆场H·封场区", "dam_ha"]) == 0
    assert not any("图上没有坝体" in note for note in study.notes)


def test_ground_of_every_part_adds_up(study: HeapStudy) -> None:
    names = ["outside_ha", "edge_ha", "dam_ha", "drainage_ha", "forbidden_ha", "steep_ha"]
    names += ["unclear_ha", "usable_ha"]
    assert study.table[names].sum(axis=1).to_numpy() == pytest.approx(study.table["area_ha"])


def test_only_parts_whose_gate_is_behind_them_are_ranked(study: HeapStudy) -> None:
    ranked = study.table[study.table["rank"] > 0]
    assert len(ranked) > 3
    assert all(value is True for value in ranked["ready"])
    assert (ranked["unranked"] == "").all()
    in_use = study.table.set_index("id").loc["示例堆场C·全场"]  # a pond out of use, not closed
    assert (in_use["ready"], in_use["rank"], in_use["unranked"]) == (
        False,
        0,
        "门槛未过：状态未到（停用）",
    )


def test_a_heap_of_the_sample_has_no_state_and_waits(study: HeapStudy) -> None:
    row = study.table.set_index("id").loc["示例堆场J·全场"]
    assert (row["decision_zh"], row["ready"], row["rank"]) == ("待补充信息", None, 0)
    assert row["unranked"] == row["ready_zh"] == "门槛不明：状态不明"


def test_stock_that_is_kept_for_reuse_is_no_potential(study: HeapStudy) -> None:
    row = study.table.set_index("id").loc["示例堆场L·全场"]  # closed, gangue, kept for reuse
    assert (row["ready"], row["rank"]) == (True, 0)
    assert row["unranked"] == "堆存物留作综合利用"
    standing = study.ledger.potential.set_index("standing")
    assert standing.loc["堆存物留作综合利用", "high_mw"] == pytest.approx(row["high_mw"])
    assert standing.loc[["已排名"], "high_mw"].sum() == pytest.approx(
        study.table.loc[study.table["rank"] > 0, "high_mw"].sum()
    )


@pytest.fixture(scope="module")
def papered(repo: Path, tmp_path_factory: pytest.TempPathFactory) -> HeapStudy:
    """The sample with the papers of D complete, one of B stated to lack, K's one short."""
    folder = tmp_path_factory.mktemp("papered")
    table = folder / "papers.csv"
    table.write_text(
        "堆场名称,封场覆盖验收,渗滤液材料,地下水监测,堆体稳定性,采矿权注销,修复验收,验收后地类,责任主体,"
        "看不懂的列\n"
        "示例堆场D,有,有,有,有,,,,某公司,1\n"
        "示例堆场B,有,无,,,,,,,\n"
        "示例堆场K,,,,,有,有,草地,,\n",
        encoding="utf-8",
    )
    return study_heaps(
        load_preset("pv-heaps"), Catalog.open(repo / "data"), folder / "e.tif",
        as_of=AS_OF, papers=read_papers(table), resolution_m=50.0,
    )  # fmt: skip


def test_papers_move_the_gates_and_the_ranks(study: HeapStudy, papered: HeapStudy) -> None:
    before, after = (each.table.set_index("id") for each in (study, papered))
    assert before.loc[HEAP, "gate_passed"] is None
    assert before.loc[HEAP, "ready_zh"].startswith("状态已到，门槛材料未核：")
    assert (after.loc[HEAP, "gate_passed"], after.loc[HEAP, "ready_zh"]) == (True, "门槛已过")
    assert after.loc[HEAP, "gate_papers"] == "材料齐"
    assert after.loc[HEAP, "holder"] == "某公司"
    lacking = after.loc["示例堆场B·全场"]
    assert before.loc["示例堆场B·全场", "rank"] > 0
    assert (lacking["ready"], lacking["rank"]) == (False, 0)
    assert lacking["unranked"] == "门槛未过：缺 渗滤液收集处理材料"
    short = after.loc["示例堆场K·全场"]
    assert short["rank"] > 0
    assert short["ready_zh"] == "状态已到，门槛材料未核：采空区和边坡调查"
    gates = papered.ledger.gates
    assert gates is not None
    ranked = after[after["rank"] > 0]
    assert gates["sites"].tolist() == [1, len(ranked) - 1]
    assert gates["high_mw"].sum() == pytest.approx(ranked["high_mw"].sum())
    assert gates["high_mw"].iloc[0] == pytest.approx(after.loc[HEAP, "high_mw"])


def test_papers_are_told_in_every_output(papered: HeapStudy, repo: Path, tmp_path: Path) -> None:
    out = tmp_path / "heaps"
    write_heaps(papered, Catalog.open(repo / "data"), out)
    about = json.loads((out / "heaps.json").read_text("utf-8"))
    parts = {row["id"]: row for row in about["gates"]["parts"]}
    assert parts[HEAP]["gate_passed"] is True
    assert parts["示例堆场K·全场"]["gate_passed"] is None
    assert parts["示例堆场B·全场"]["gate_passed"] is False
    assert about["target"]["ranked_by_gate"][0]["sites"] == 1
    book = openpyxl.load_workbook(out / "heaps.xlsx")
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row]
    report = (out / "report.html").read_text("utf-8")
    page = (out / "map.html").read_text("utf-8")
    layer = gpd.read_file(out / "heaps.gpkg").set_index("id")
    assert layer["gate_passed"].loc[[HEAP, "示例堆场B·全场"]].tolist() == ["是", "否"]
    assert layer.loc["示例堆场K·全场", "gate_passed"] == "未知"
    counted = "材料表 papers.csv：3 行，3 个分区：封场覆盖验收和维护材料 2 有 0 无"
    for word in (counted, "「看不懂的列」", "GB 18599-2020", "门槛已过（材料齐）", "没有读到条款"):
        assert any(word in cell for cell in cells), word
        assert word in report, word
        assert word in (out / "heaps.json").read_text("utf-8"), word
    for word in ("门槛已过", "门槛未过：缺 渗滤液收集处理材料"):
        assert word in page, word
        assert word in report, word
    assert verify(out / "screening").agrees


def test_what_is_forbidden_is_not_ranked(study: HeapStudy) -> None:
    table = study.table
    assert (table.loc[table["decision"] == "forbid", "rank"] == 0).all()
    ranked = table[table["rank"] > 0]
    assert sorted(ranked["rank"]) == list(range(1, len(ranked) + 1))
    assert (
        (ranked["rank_best"] <= ranked["rank"]) & (ranked["rank"] <= ranked["rank_worst"])
    ).all()


def test_without_a_sun_no_yield_is_claimed(repo: Path, tmp_path: Path) -> None:
    found = study_heaps(
        load_preset("pv-heaps"), Catalog.open(repo / "data"), tmp_path / "e.tif",
        as_of=AS_OF, resolution_m=100.0,
    )  # fmt: skip
    assert found.monthly is None
    assert "yield_kwh_kwp" not in found.table


def test_the_folder_opens(study: HeapStudy, repo: Path, tmp_path: Path) -> None:
    out = tmp_path / "heaps"
    write_heaps(study, Catalog.open(repo / "data"), out)
    about = json.loads((out / "heaps.json").read_text("utf-8"))
    assert about["synthetic"]
    book = openpyxl.load_workbook(out / "heaps.xlsx")
    assert book.sheetnames == ["排序", "准则", "门槛依据", "目标对照", "数据来源"]
    text = "".join(str(cell.value) for row in book["排序"].iter_rows() for cell in row)
    assert "SYNTHETIC" in text
    assert HEAP in text
    layer = gpd.read_file(out / "heaps.gpkg")
    assert len(layer) == len(study.table)
    assert shapely.area(layer.geometry.to_numpy()).sum() > 0
    report = (out / "report.html").read_text("utf-8")
    assert "SYNTHETIC" in report
    assert report.count("<svg") == 5  # funnel, parts, scores, ranks, months
    assert not any(word in report for word in ("http://", "https://", "<script", "nan"))
    assert "须补要求" in text
    for word in ("扣坝体 ha", "扣排水 ha", "仅陡坡扣 ha", "排距（沿坡）m", "下游流路"):
        assert word in text, word
    assert {"dam_ha", "drainage_ha", "steep_ha", "flow_said", "rows_said"} <= set(layer.columns)
    for word in ("逐个分区扣掉什么", "坝体 30 m", "示意值 illustrative", "流路"):
        assert word in report, word
    assert {"坝体(示例)", "排洪排水设施(示例)"} <= set(about["synthetic"])
    assert "先完成封场" in text  # what is only suspected is said too
    assert verify(out / "screening").agrees
    assert np.isfinite(study.ranking.total[study.table["rank"] > 0]).all()


def test_a_layer_that_may_not_be_given_away_stays_here(
    study: HeapStudy, repo: Path, tmp_path: Path
) -> None:
    sources = tuple(
        replace(source, share="none") if source.layer == "waste_heap" else source
        for source in study.found.sources
    )
    closed = replace(study, found=replace(study.found, sources=sources))
    out = tmp_path / "heaps"
    write_heaps(closed, Catalog.open(repo / "data"), out)
    assert gpd.read_file(out / "heaps.gpkg").get("geometry") is None or (
        gpd.read_file(out / "heaps.gpkg").geometry.isna().all()
    )
    corner = shapely.get_coordinates(study.parts.geometry[4])[0]
    for name in ("screening.json", "map.html", "verdicts.csv"):
        assert f"{corner[0]:.1f}" not in (out / "screening" / name).read_text("utf-8")
    layers = gpd.list_layers(out / "screening" / "screening.gpkg")["name"].tolist()
    assert not any(name in layers for name in ("sites_polygon", "sites_point"))
