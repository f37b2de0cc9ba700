"""What is taken as a sun, told by its suffix and columns, and made into hours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from zoning.errors import InputError
from zoning.solar import Clearness, Monthly, Place, Weather, hours_at, kind_of, read_sun
from zoning.solar.clear import clear_months
from zoning.solar.climate import DAYS

GUIYANG = Place(26.5833, 106.7333, 1224.9)


def months(path: Path, column: str, value: float = 3.0, more: str = "") -> Path:
    rows = [f"{month},{value}{',15' if more else ''}" for month in range(1, 13)]
    path.write_text("\n".join(["# 试验", f"month,{column}{more}", *rows]) + "\n", "utf-8")
    return path


def epw(path: Path, *, altitude_m: float = 1074.0) -> Path:
    head = [f"LOCATION,Guiyang,-,CHN,CSWD,578160,26.6,106.7,8.0,{altitude_m}"]
    head += ["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"]
    head += ["HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", "COMMENTS 1,", "COMMENTS 2,"]
    head += ["DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"]
    lines = []
    for hour in range(8760):
        day, start = divmod(hour, 24)
        month = int(np.searchsorted(np.cumsum(DAYS), day, side="right"))
        date = day - int(np.concatenate([[0], np.cumsum(DAYS)])[month]) + 1
        fields = [2001, month + 1, date, start + 1, 60, "?9", 15.0, 10.0, 80, 89000, 0, 0, 300]
        fields += [100.0, 20.0, 80.0, *[0] * 5, 2.0, *[0] * 13]
        lines.append(",".join(map(str, fields)))
    path.write_text("\n".join([*head, *lines]) + "\n")
    return path


def test_each_kind_is_told_by_what_it_is(tmp_path: Path) -> None:
    table = read_sun(months(tmp_path / "a.csv", "ghi_kwh_m2_day"))
    clear = read_sun(months(tmp_path / "b.csv", "clearness", 0.5))
    hourly = read_sun(epw(tmp_path / "c.epw"))
    assert isinstance(table, Monthly)
    assert isinstance(clear, Clearness)
    assert isinstance(hourly, Weather)
    assert len({kind_of(sun) for sun in (table, clear, hourly)}) == 3
    assert hourly.altitude_m == 1074.0


def test_a_table_that_a_chinese_excel_wrote_is_read(tmp_path: Path) -> None:
    path = months(tmp_path / "a.csv", "ghi_kwh_m2_day")
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    assert read_sun(path).source == "试验"  # of its first remark


@pytest.mark.parametrize("name", ["none.csv", "sun.tif", "sun.xlsx", "words.csv"])
def test_what_is_no_sun_gets_one_message_with_all_that_is_one(name: str, tmp_path: Path) -> None:
    if name != "none.csv":
        (tmp_path / name).write_text("nothing of the kind\n")
    with pytest.raises(InputError) as error:
        read_sun(tmp_path / name)
    (fault,) = error.value.faults
    assert fault.file == name
    assert all(word in fault.remedy_zh for word in ("ghi_kwh_m2_day", "clearness", ".epw", "ghi"))


def test_clearness_and_irradiation_in_one_table_are_refused(tmp_path: Path) -> None:
    path = months(tmp_path / "both.csv", "ghi_kwh_m2_day,clearness")
    path.write_text(path.read_text("utf-8").replace(",3.0", ",3.0,0.5"), "utf-8")
    with pytest.raises(InputError, match="只能有一种"):
        read_sun(path)


@pytest.mark.parametrize("value", [0.0, 1.2])
def test_a_clearness_that_no_sky_has_is_refused(value: float, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="晴朗系数"):
        read_sun(months(tmp_path / "b.csv", "clearness", value))


def test_half_the_clear_sky_is_half(tmp_path: Path) -> None:
    sun = read_sun(months(tmp_path / "b.csv", "clearness", 0.5))
    made = hours_at(sun, GUIYANG)
    assert made.monthly_ghi == pytest.approx(clear_months(GUIYANG) * np.asarray(DAYS) / 2)


def test_clearness_brings_its_air_to_the_height_of_the_place() -> None:
    sun = Clearness((0.5,) * 12, (15.0,) * 12, 224.9, "test")
    made = hours_at(sun, GUIYANG)  # a kilometre higher
    assert made.table["air_c"].mean() == pytest.approx(8.5)


def test_the_annual_total_scales_months_and_leaves_hours_as_they_are(tmp_path: Path) -> None:
    table = Monthly((3.0,) * 12, (15.0,) * 12, 1224.9, "test")
    scaled = hours_at(table, GUIYANG, annual_ghi=1000.0, total="raster")
    assert scaled.monthly_ghi.sum() == pytest.approx(1000.0)
    assert "raster" in scaled.source
    hourly = read_sun(epw(tmp_path / "c.epw"))
    assert hours_at(hourly, GUIYANG, annual_ghi=1000.0).monthly_ghi.sum() == pytest.approx(876.0)


def test_one_weather_file_serves_many_heights(tmp_path: Path) -> None:
    sun = read_sun(epw(tmp_path / "c.epw"))
    low, high = (hours_at(sun, Place(26.6, 106.7, z)) for z in (1074.0, 2074.0))
    assert set(low.table["air_c"]) == {15.0}
    assert high.table["air_c"].to_numpy() == pytest.approx(8.5)  # 6.5 K a kilometre
    with pytest.raises(InputError, match="一度"):
        hours_at(sun, Place(28.0, 106.7, 1074.0))
