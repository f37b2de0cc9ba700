"""A list set against the target: counted by hand, never added to the potential."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import zoning
from tests.scenes.catalog_files import box, write_catalog
from tests.scenes.project_lists import csv_of
from zoning.catalog import Catalog
from zoning.projects.cells.power import megawatts, power_unit
from zoning.projects.tables.match_header import match_header
from zoning.render.tables.accounts import ledger_rows, target_record
from zoning.sites import Sites
from zoning.siting import load_preset
from zoning.siting.standing import NOT_YET, REACHED, UNKNOWN
from zoning.siting.target import Pipeline, held_back, ledger, pipeline_of, possible

AS_OF = date(2026, 11, 24)
WEST, EAST = box(100, 100, 300, 300), box(1100, 100, 1300, 300)
POTENTIAL = pd.DataFrame(
    {"county": ["南明区"], "decision_zh": ["受限准入"], "low_mw": [7.0], "high_mw": [9.0]}
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return Catalog.open(write_catalog(tmp_path))


def listed(catalog: Catalog, sites: Sites) -> Pipeline:
    return pipeline_of(sites, catalog, load_preset("pv-heaps").rule_set(), as_of=AS_OF)


def sites(*rows: tuple[str, str, str, float, str], shapes: list[object] | None = None) -> Sites:
    """Rows of (project, kind, stage, capacity, unit)."""
    project, kind, stage, capacity, unit = map(list, zip(*rows, strict=True))
    numbers = [str(k) for k in range(len(rows))]
    return Sites.of(
        shapes or [WEST] * len(rows), crs="EPSG:4545", id=numbers, project=project, kind=kind,
        stage=stage, capacity=capacity, capacity_unit=unit, source="list.xlsx",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("amount", "unit", "mw"),
    [
        (50, "MW", 50), (5, "万千瓦", 50), (50_000, "kW", 50), (50_000, "千瓦", 50),
        (50, "MWp", 50),
        (0.05, "GW", 50), (50, "兆瓦", 50), (5, "万kW", 50), (50, "MWac", 50),
    ],
)  # fmt: skip
def test_units_of_power(amount: float, unit: str, mw: float) -> None:
    assert megawatts([amount], [unit])[0] == pytest.approx(mw)
    assert power_unit(unit)


@pytest.mark.parametrize("unit", ["", "万t/a", "MWh", "kV", "万", "m2", "MVA"])
def test_what_is_no_power_is_no_megawatt(unit: str) -> None:
    assert np.isnan(megawatts([50.0], [unit])[0])


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("装机容量（万千瓦）", "万千瓦"), ("装机规模(MW)", "MW"), ("装机容量MW", "MW"),
        ("MW", "MW"),
        ("总装机容量/MW", "MW"), ("装机（兆瓦）", "兆瓦"), ("万千瓦", "万千瓦"), ("装机容量", ""),
    ],
)  # fmt: skip
def test_headers_of_capacity(header: str, unit: str) -> None:
    found = match_header(0, header)
    assert found is not None
    assert (found.standard, found.unit) == ("capacity", unit)


@pytest.mark.parametrize("header", ["送出线路MW", "储能MW", "MWh", "变电站主变MW"])
def test_another_thing_in_megawatts_is_no_capacity(header: str) -> None:
    assert match_header(0, header) is None


def test_a_list_of_wan_kilowatts_is_read_as_ten_times_megawatts(
    tmp_path: Path, catalog: Catalog
) -> None:
    path = csv_of(
        tmp_path,
        "项目名称,项目类型,建设性质,经度,纬度,坐标系,装机容量（万千瓦）",
        "甲光伏,光伏,在建,106.70,26.57,CGCS2000,5",
        "乙风电,风电,新建,106.71,26.57,CGCS2000,12.5万千瓦",
        "丙光伏,光伏,新建,106.72,26.57,CGCS2000,",
    )
    found = listed(catalog, zoning.read_projects(path, crs=catalog.crs))
    assert {stage: (low, high) for stage, _, low, high in found.by_stage()} == {
        "在建": (50.0, 50.0),
        "新建": (125.0, 125.0),
    }
    assert found.table["stated"].sum() == 2
    assert any("1 个光伏、风电项目没有写装机容量" in note for note in found.notes)


def test_by_stage_county_kind_and_verdict(catalog: Catalog) -> None:
    rows = (("甲", "pv", "已建", 20.0, "MW"), ("乙", "pv", "已建", 30.0, "MW"),
            ("丙", "pv", "新建", 40.0, "MW"), ("丁", "wind", "新建", 5.0, "万千瓦"),
            ("戊", "industry", "新建", 60.0, "万t/a"))  # fmt: skip
    shapes = [WEST, EAST, WEST, WEST, WEST]
    table = listed(catalog, sites(*rows, shapes=shapes)).table
    told = {
        (row["stage"], row["county"], row["kind_zh"]): (row["projects"], row["low_mw"])
        for _, row in table.iterrows()
    }
    assert told == {
        ("已建", "南明区", "光伏"): (1, 20.0),
        ("已建", "云岩区", "光伏"): (1, 30.0),
        ("新建", "南明区", "光伏"): (1, 40.0),
        ("新建", "南明区", "风电"): (1, 50.0),
    }
    assert set(table["decision_zh"]) <= {"待补充信息", "受限准入", "判定不通过", "判定通过"}


def test_other_kinds_are_told_and_not_counted(catalog: Catalog) -> None:
    rows = (("甲", "pv", "新建", 20.0, "MW"), ("乙", "industry", "新建", 90.0, "MW"))
    found = listed(catalog, sites(*rows))
    assert found.table["high_mw"].sum() == 20.0
    assert any("另有 1 行" in note and "工业 1" in note for note in found.notes)
    assert listed(catalog, sites(rows[1])).table.empty


def test_a_capacity_in_several_rows_is_a_part_or_the_whole(catalog: Catalog) -> None:
    rows = (("甲", "pv", "新建", 20.0, "MW"), ("甲", "pv", "新建", 30.0, "MW"))
    found = listed(catalog, sites(*rows))
    ((_, count, low, high),) = found.by_stage()
    assert (count, low, high) == (1, 30.0, 50.0)
    assert any("分不清是分项还是总数" in note for note in found.notes)


def test_nobody_knows_is_not_nought(catalog: Catalog) -> None:
    rows = (("甲", "pv", "新建", np.nan, ""), ("乙", "pv", "新建", 20.0, "万t/a"))
    ((_, count, low, high),) = listed(catalog, sites(*rows)).by_stage()
    assert count == 2
    assert np.isnan([low, high]).all()


def test_a_project_without_a_place_is_counted_where_it_says(catalog: Catalog) -> None:
    one = sites(("甲", "pv", "在建", 20.0, "MW"), shapes=[None])
    one.table["county"] = "修文县"
    assert listed(catalog, one).table["county"].tolist() == ["修文县"]


def test_three_accounts_and_no_sum(catalog: Catalog) -> None:
    rows = (("甲", "pv", "在建", 20.0, "MW"), ("乙", "pv", "取消", 90.0, "MW"))
    book = ledger(POTENTIAL, pipeline=listed(catalog, sites(*rows)))
    written = list(ledger_rows(book))
    assert [row[0] for row in written] == ["目标", "清单", "清单", "可用地块", "可用地块"]
    assert sorted(row[8] for row in written) == [9.0, 9.0, 20.0, 90.0, 400.0]
    record = target_record(book)
    assert record["target_mw"] == 400.0
    assert any("取消" in line for line in book.told())


def test_without_a_list_it_says_so() -> None:
    book = ledger(POTENTIAL)
    assert "--pipeline" in book.told()[1]
    assert list(ledger_rows(book))[1][8] == "未核"
    assert target_record(book)["pipeline"] is None


def test_only_what_is_ranked_is_potential() -> None:
    table = pd.DataFrame(
        {
            "county": ["甲", "甲", "甲", "甲", ""],
            "decision": ["conditional", "forbid", "conditional", "conditional", "undetermined"],
            "decision_zh": ["受限准入", "不得准入", "受限准入", "受限准入", "待补充信息"],
            "ready": pd.Series([True, True, False, None, True], dtype=object),
            "rank": [1, 0, 0, 0, 0],
            "usable_ha": [10.0, 100.0, 20.0, 40.0, 0.0],
            "low_mw": [1.0, 10.0, 2.0, 4.0, np.nan],
            "high_mw": [2.0, 20.0, 4.0, 8.0, np.nan],
        }
    )
    book = ledger(table)
    totals = book.totals().set_index("standing")
    assert totals["usable_ha"].to_dict() == {
        "已排名": 10.0, "门槛未过或不明": 60.0, "辖区外/未核": 0.0, "判定不通过": 100.0,
    }  # fmt: skip
    record = target_record(book)
    assert [row["low_mw"] for row in record["potential"]] == [1.0]
    assert {row["standing"] for row in record["not_potential"]} == set(totals.index) - {"已排名"}
    assert [row[0] for row in ledger_rows(book)].count("潜力（已排名）") == 2


def test_patches_on_heaps_in_use_unknown_or_kept_for_reuse_are_no_potential() -> None:
    table = pd.DataFrame(
        {
            "county": ["甲"] * 6,
            "decision": ["conditional"] * 5 + ["forbid"],
            "decision_zh": ["受限准入"] * 5 + ["判定不通过"],
            "rank": [1, 2, 3, 4, 5, 0],
            "area_ha": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
            "heap_ready": ["", NOT_YET, UNKNOWN, REACHED, REACHED, REACHED],
            "heap_reserved": ["", "否", "否", "是", "未写明", "否"],
            "low_mw": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
            "high_mw": [2.0, 4.0, 8.0, 16.0, 32.0, 64.0],
        }
    )
    record = target_record(ledger(table))
    assert [(r["standing"], r["low_mw"]) for r in record["potential"]] == [
        ("状态已到、门槛材料未核", 16.0),
        ("受限准入", 1.0),
    ]
    assert {r["standing"]: r["low_mw"] for r in record["not_potential"]} == {
        "堆存物留作综合利用": 8.0, "门槛未过或不明": 6.0, "判定不通过": 32.0,
    }  # fmt: skip
    assert possible(table).tolist() == [True, False, False, False, True, False]
    assert held_back(table) == (
        "另有 4 块 46–92 MW 不是潜力，不计入：堆存物留作综合利用 1 块 8–16 MW、"
        "门槛未过或不明 2 块 6–12 MW、判定不通过 1 块 32–64 MW"
    )
    assert held_back(table.head(1)) == ""


def test_the_sheet_names_the_account_and_the_ground_of_patches() -> None:
    table = POTENTIAL.assign(area_ha=[16.0])
    rows = [row for row in ledger_rows(ledger(table)) if row[0] == "可用地块"]
    assert [(row[1], row[4], row[9]) for row in rows] == [
        ("南明区", "受限准入", 16.0),
        ("合计", "受限准入", 16.0),
    ]
