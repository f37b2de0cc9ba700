"""What a year of sun is made of: a table of months, a weather file, or a clear sky with clouds."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from zoning.errors import Fault, InputError
from zoning.solar.clear import Clearness
from zoning.solar.climate import Monthly
from zoning.solar.hours import Hourly, Place, hours_of_months
from zoning.solar.table import columns_of, read_clearness, read_months
from zoning.solar.weather import Weather, open_weather

Sun: TypeAlias = Monthly | Clearness | Weather


def read_sun(path: Path | str) -> Sun:
    """Read a sun of any kind, told by its suffix and its columns.

    Parameters
    ----------
    path : path
        A ``.csv`` with a row a month (`read_months`; `read_clearness` where it has a column
        ``clearness``), or an hourly ``.epw``, TMY3 ``.csv``, PVGIS ``.csv`` or ``.json``
        (`open_weather`).

    Raises
    ------
    InputError
        No such file, none of these kinds, or wrong inside.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(_fault(path, "找不到辐射文件", "no such file of sun"))
    suffix = path.suffix.lower()
    if suffix in (".epw", ".json"):
        return open_weather(path)
    if suffix != ".csv":
        raise InputError(_fault(path, "看不出是哪种辐射文件", "no kind of sun that is known"))
    columns = columns_of(path)
    if "clearness" in columns:
        if any(name.startswith("ghi_") for name in columns):
            said = "clearness 和 ghi 两种列只能有一种", "both clearness and irradiation are given"
            raise InputError(_fault(path, *said))
        return read_clearness(path)
    if columns:
        return read_months(path)
    try:
        return open_weather(path)
    except InputError as error:
        if any("不是可读" in fault.zh for fault in error.faults):
            said = "看不出是哪种辐射文件", "no kind of sun that is known"
            raise InputError(_fault(path, *said)) from None
        raise


def kind_of(sun: Sun) -> str:
    """Name of the kind, for people."""
    match sun:
        case Weather():
            return "逐时典型年 hourly weather file"
        case Clearness():
            return "晴空乘各月晴朗系数 clear sky with monthly clearness"
        case _:
            return "月辐射表 table of months"


def hours_at(sun: Sun, place: Place, *, annual_ghi: float | None = None, total: str = "") -> Hourly:
    """Hourly year of a place.

    Parameters
    ----------
    sun : Sun
    place : Place
    annual_ghi : float, optional
        Annual total that the months are scaled to; hours of a weather file are left as they are.
        [kWh/(m2 a)]
    total : str
        Source of the total.
    """
    if isinstance(sun, Weather):
        return sun.at(place)
    months = sun.months(place) if isinstance(sun, Clearness) else sun
    if annual_ghi is not None:
        months = months.scaled_to(annual_ghi, total)
    return hours_of_months(months, place)


def _fault(path: Path, zh: str, en: str) -> Fault:
    return Fault(
        zh=zh,
        en=en,
        file=path.name,
        remedy_zh="可用: 逐月 .csv (表头 month 和 ghi_kwh_m2_day、ghi_mj_m2_day 或 clearness)，"
        "逐时 .epw、TMY3 .csv、PVGIS TMY .csv / .json；GHI 栅格在 catalog.toml 登记为 [layers.ghi]",
        remedy_en="a .csv of months, an hourly .epw, TMY3 or PVGIS file; a raster is [layers.ghi]",
    )
