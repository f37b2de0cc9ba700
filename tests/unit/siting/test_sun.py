"""Which sun a study takes, and what it says of it: a heap of 200 m on flat and on walled ground."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.scenes.catalog_files import HEAD, box, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.errors import CatalogFaults, InputError
from zoning.sites import Sites
from zoning.siting import Sunshine, sunshine
from zoning.siting.energy.sunlight import with_yields
from zoning.solar import Monthly
from zoning.soundness import check

AS_OF = date(2026, 11, 24)
MONTHS = Monthly((3.0,) * 12, (15.0,) * 12, 1200.0, "test")  # 1,095 kWh/m2 a year
TABLE = "month,ghi_kwh_m2_day\n" + "".join(f"{month},3\n" for month in range(1, 13))


def raster(name: str, unit: str, more: str = "") -> str:
    return (
        f'[layers.{name}]\npath = "{name}.tif"\nunit = "{unit}"\n'
        f'coverage = "own extent"\n{HEAD}{more}\n'
    )


def yields(catalog: Catalog, sun: Sunshine) -> tuple[pd.DataFrame, list[str]]:
    sites = Sites.of([box(900, 900, 1100, 1100)], crs="EPSG:4545", kind="pv", component="方阵")
    table = pd.DataFrame({"low_mw": [1.0], "high_mw": [2.0], "altitude_m": [1200.0]})
    notes: list[str] = []
    found, _ = with_yields(table, sites, catalog, sun, as_of=AS_OF, notes=notes)
    return found, notes


def test_the_catalog_names_its_sun_and_the_command_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / "months.csv").write_text(TABLE)
    (tmp_path / "mine.csv").write_text(TABLE.replace(",3", ",4"))
    sun = '[sun]\npath = "months.csv"\nsource = "某站"\nsynthetic = true\n'
    catalog = Catalog.open(write_catalog(tmp_path, sun))
    held, given = sunshine(catalog), sunshine(catalog, tmp_path / "mine.csv")
    assert (held.file, held.whence, held.synthetic) == ("months.csv", "catalog.toml [sun]", True)
    assert "某站" in held.told()[0]
    assert "SYNTHETIC" in held.told()[0]
    assert (given.file, given.whence, given.synthetic) == ("mine.csv", "--sun", False)
    assert isinstance(given.sun, Monthly)
    assert given.sun.annual_ghi == pytest.approx(1460.0)


def test_a_sun_that_is_not_there_is_a_fault_of_the_catalog(tmp_path: Path) -> None:
    with pytest.raises(CatalogFaults) as error:
        Catalog.open(write_catalog(tmp_path, '[sun]\npath = "none.csv"\nsouce = "x"\n'))
    keys = {fault.key for fault in error.value.faults}
    assert "sun.souce" in keys
    assert any("source" in fault.remedy_zh for fault in error.value.faults)
    with pytest.raises(CatalogFaults, match=r"sun\.path"):
        Catalog.open(write_catalog(tmp_path, '[sun]\npath = "none.csv"\n'))


def test_no_sun_no_yield_and_why(tmp_path: Path) -> None:
    (tmp_path / "sun_monthly.csv").write_text(TABLE)
    catalog = Catalog.open(write_catalog(tmp_path))
    nothing = sunshine(catalog)
    found, _ = yields(catalog, nothing)
    assert "yield_kwh_kwp" not in found
    assert "不估发电量" in nothing.told()[0]
    assert "没有登记" in nothing.told()[1]  # it lies there, and is not taken in silence


@pytest.mark.parametrize(
    ("unit", "value"),
    [("kWh/m2/a", 1314.0), ("kWh/m2/d", 3.6), ("MJ/m2/a", 4730.4), ("MJ/m2/d", 12.96)],
)
def test_a_raster_of_any_unit_scales_the_months(unit: str, value: float, tmp_path: Path) -> None:
    write_raster(tmp_path / "ghi.tif", np.full((2, 2), value, np.float64))
    catalog = Catalog.open(write_catalog(tmp_path, raster("ghi", unit)))
    plain, _ = yields(catalog, Sunshine(MONTHS))
    found, _ = yields(catalog, Sunshine(MONTHS, raster=catalog.layers["ghi"]))
    assert found["ghi_kwh_m2"][0] == pytest.approx(1314.0)  # 1.2 times 1,095
    # brighter months have less diffuse light, so that the yield grows a little more than the sun
    assert found["yield_kwh_kwp"][0] / plain["yield_kwh_kwp"][0] == pytest.approx(1.2, rel=0.03)


def test_a_raster_alone_is_a_clear_sky_evenly_clouded(tmp_path: Path) -> None:
    write_raster(tmp_path / "ghi.tif", np.full((2, 2), 1095.0, np.float64))
    catalog = Catalog.open(write_catalog(tmp_path, raster("ghi", "kWh/m2/a")))
    sun = sunshine(catalog)
    found, _ = yields(catalog, sun)
    even, _ = yields(catalog, Sunshine(MONTHS))
    assert "逐月只供参考" in sun.told()[0]
    assert found["yield_kwh_kwp"][0] == pytest.approx(even["yield_kwh_kwp"][0], rel=0.05)


def test_a_raster_with_a_wrong_unit_is_refused(tmp_path: Path) -> None:
    write_raster(tmp_path / "ghi.tif", np.full((2, 2), 3.6, np.float64))
    catalog = Catalog.open(write_catalog(tmp_path, raster("ghi", "kWh/m2/a")))
    with pytest.raises(InputError, match="单位写错"):
        yields(catalog, Sunshine(MONTHS, raster=catalog.layers["ghi"]))


def test_where_the_raster_is_silent_nothing_is_told(tmp_path: Path) -> None:
    write_raster(tmp_path / "ghi.tif", np.full((2, 2), -1.0, np.float64), nodata=-1.0)
    catalog = Catalog.open(write_catalog(tmp_path, raster("ghi", "kWh/m2/a")))
    found, notes = yields(catalog, Sunshine(MONTHS, raster=catalog.layers["ghi"]))
    assert "yield_kwh_kwp" not in found
    assert any("没有 GHI 栅格值" in note for note in notes)


def test_a_wall_all_round_takes_beam_and_sky_and_a_coarse_model_is_not_believed(
    tmp_path: Path,
) -> None:
    x, y = np.meshgrid(np.arange(200) * 10 + 5, np.arange(200) * 10 + 5)
    bowl = np.where(np.hypot(x - 1000, y - 1000) > 300, 1500.0, 1200.0)
    write_raster(tmp_path / "dem.tif", bowl, res=10.0)
    catalog = Catalog.open(write_catalog(tmp_path, raster("dem", "m")))
    walled, quiet = yields(catalog, Sunshine(MONTHS))
    assert quiet == []
    bare = Catalog.open(write_catalog(tmp_path))
    free, notes = yields(bare, Sunshine(MONTHS))
    assert any("没有高程模型" in note for note in notes)
    # 300 m at 300 m: 45 degrees all round, half of the even sky, and no beam below
    ratio = walled["yield_kwh_kwp"][0] / free["yield_kwh_kwp"][0]
    assert 0.35 < ratio < 0.75
    write_raster(tmp_path / "dem.tif", np.full((4, 4), 1200.0), res=500.0)
    coarse, notes = yields(catalog, Sunshine(MONTHS))
    assert any("500 m，太粗" in note for note in notes)
    assert coarse["yield_kwh_kwp"][0] == pytest.approx(free["yield_kwh_kwp"][0])


def test_rows_are_printed_for_every_site(tmp_path: Path) -> None:
    found, _ = yields(Catalog.open(write_catalog(tmp_path)), Sunshine(MONTHS))
    row = found.iloc[0]
    assert row["ground_cover"] == pytest.approx(4.0 / row["pitch_m"])
    assert row["capacity_factor"] == pytest.approx(row["yield_kwh_kwp"] / 8760)
    # GB 50797's formula at 26.55 degrees north, tilt as found
    tilt, lat = np.radians(row["tilt_deg"]), np.tan(np.radians(26.55))
    pitch = 4 * (np.cos(tilt) + np.sin(tilt) * (0.707 * lat + 0.4338) / (0.707 - 0.4338 * lat))
    assert row["pitch_m"] == pytest.approx(pitch, rel=2e-3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TABLE, ""),
        (TABLE.replace(",3", ",0.8"), "单位写错"),  # MJ where kWh are wanted
        (TABLE.replace("7,3", "7,x"), "不是数值"),
        ("nothing\n", "看不出是哪种"),
    ],
)
def test_the_check_of_data_reads_the_sun(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "months.csv").write_text(text)
    sun = '[sun]\npath = "months.csv"\nsource = "某站"\n'
    catalog = Catalog.open(write_catalog(tmp_path, sun))
    found = [finding for finding in check(catalog) if finding.layer == "sun"]
    assert [finding.severity for finding in found] == (["error"] if said else [])
    assert all(said in finding.zh for finding in found)
