"""Neighbours, horizon, papers and the table of months, by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.layers import RasterLayer
from zoning.siting import load_preset
from zoning.siting.energy.horizon import AZIMUTHS, horizon_at
from zoning.siting.figures.neighbours import neighbours, wind_of
from zoning.siting.heaps.parts import heap_parts
from zoning.siting.target import ledger
from zoning.solar import read_months


@pytest.fixture(scope="module")
def catalog(repo: Path) -> Catalog:
    return Catalog.open(repo / "data")


@pytest.mark.parametrize(
    ("end", "wind"),
    [((0, 9), "北"), ((9, 9), "东北"), ((9, 0), "东"), ((0, -1), "南"), ((-3, 3), "西北"),
     ((-9, -1), "西")],
)  # fmt: skip
def test_winds(end: tuple[int, int], wind: str) -> None:
    assert wind_of(shapely.LineString([(0, 0), end])) == wind


def test_nearest_substation_is_the_one_shapely_finds(catalog: Catalog) -> None:
    from zoning.layers import read_features

    stations = read_features(catalog.layers["substation"], crs=catalog.crs)
    shape = shapely.Point(*shapely.get_coordinates(stations.geometry[0])[0]).buffer(5)
    shape = shapely.transform(shape, lambda xy: xy + np.array([3000.0, 100.0]))
    (found,) = neighbours(np.asarray([shape], object), "substation", catalog)
    gaps = shapely.distance(shape, stations.geometry)
    assert found.distance_m == pytest.approx(gaps.min())
    assert found.words["name"] == stations.attributes["name"].iloc[int(gaps.argmin())]
    assert neighbours(np.asarray([shape], object), "grassland", catalog) is None


def dem(catalog: Catalog, path: Path, heights: np.ndarray, res: float) -> RasterLayer:
    rows, columns = heights.shape
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="float32",
        crs=catalog.crs, transform=from_origin(0, rows * res, res, res),
    ) as file:  # fmt: skip
        file.write(heights.astype(np.float32), 1)
    return replace(catalog.layers["dem"], path=path, valid_range=None, nodata=None)


def test_horizon_of_a_wall_in_the_east(catalog: Catalog, tmp_path: Path) -> None:
    # 100 m cells, a wall 1,000 m high whose cells begin 2,000 m east of the place
    heights = np.zeros((201, 201))
    heights[:, 121:] = 1000.0
    layer = dem(catalog, tmp_path / "wall.tif", heights, 100.0)
    place = shapely.Point(100.5 * 100, 100.5 * 100)  # the middle of cell 100, 100
    found = horizon_at(layer, place, catalog.crs)
    assert found is not None
    # the first cell that is whole wall has its centre 2,100 m away
    assert found[AZIMUTHS // 4] == pytest.approx(np.degrees(np.arctan(1000 / 2100)), abs=0.2)
    assert found[0] == found[AZIMUTHS // 2] == found[3 * AZIMUTHS // 4] == 0.0


def test_a_model_too_coarse_gives_no_horizon(catalog: Catalog, tmp_path: Path) -> None:
    layer = dem(catalog, tmp_path / "coarse.tif", np.zeros((40, 40)), 450.0)
    assert horizon_at(layer, shapely.Point(9000, 9000), catalog.crs) is None


def test_parts_say_their_gate_and_whether_they_are_ready(catalog: Catalog) -> None:
    parts = heap_parts(catalog, load_preset("pv-heaps"))
    row = parts.table.set_index("id").loc["示例堆场A·在用区"]
    assert (row["regime"], row["state"], row["ready"]) == ("Ⅱ类场", "在用", False)
    assert "封场" in row["gate"]
    assert parts.table["id"].is_unique


MONTHS = "\n".join(f"{m},3.6" for m in range(1, 13))


def test_table_of_months(tmp_path: Path) -> None:
    path = tmp_path / "sun.csv"
    path.write_text(f"# 来源甲\nmonth,ghi_mj_m2_day\n{MONTHS}\n", encoding="utf-8")
    found = read_months(path)
    assert found.ghi == pytest.approx((1.0,) * 12)
    assert found.source == "来源甲"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("month,ghi_kwh_m2_day\n1,3\n", "1 到 12 月"),
        (f"month,rain\n{MONTHS}\n", "ghi_kwh_m2_day"),
        ("when,ghi_kwh_m2_day\n1,3\n", "month"),
        (f"month,ghi_kwh_m2_day\n{MONTHS.replace('5,3.6', '5,many')}\n", "不是数值"),
        (f"month,ghi_kwh_m2_day\n{MONTHS.replace('3.6', '36')}\n", "总辐射"),
        (f"month,ghi_kwh_m2_day\n{MONTHS}\n7,4.2\n", "1 到 12 月"),
        (f"month,ghi_kwh_m2_day,altitude_m\n{MONTHS.replace('3.6', '3.6,1e9')}\n", "高程"),
    ],
)
def test_tables_that_are_no_months(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "sun.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_months(path)


def test_ledger_sums_by_hand() -> None:
    import pandas as pd

    table = pd.DataFrame(
        {
            "county": ["甲", "甲", "乙"],
            "decision_zh": ["受限准入", "受限准入", "待补充信息"],
            "low_mw": [1.0, 2.0, 4.0],
            "high_mw": [2.0, 3.0, 8.0],
        }
    )
    found = ledger(table)
    rows = {(r["county"], r["decision_zh"]): r for _, r in found.potential.iterrows()}
    assert rows["甲", "受限准入"]["low_mw"] == 3.0
    assert rows["甲", "受限准入"]["sites"] == 2
    assert found.target_mw == 400.0
    assert found.pipeline is None
