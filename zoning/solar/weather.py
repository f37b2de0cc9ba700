"""Weather files to an hourly year: EPW, TMY3 and PVGIS TMY, by pvlib's readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.errors import Fault, InputError
from zoning.solar.climate import LAPSE_K_PER_M
from zoning.solar.hours import CLOCK, HOURS, YEAR, Hourly, Place

_COLUMNS = {
    "ghi": "ghi",
    "dni": "dni",
    "dhi": "dhi",
    "temp_air": "air_c",
    "wind_speed": "wind_m_s",
}
_HIGHEST = {"ghi": 1600.0, "dni": 1400.0, "dhi": 1000.0, "air_c": 60.0, "wind_m_s": 80.0}
_LOWEST = {"ghi": -5.0, "dni": -5.0, "dhi": -5.0, "air_c": -60.0, "wind_m_s": 0.0}
_FAR_DEG = 1.0
"""[deg] A weather file this far off is another climate. Illustrative."""

Table = tuple[
    pd.DataFrame, float, float, float, pd.Timedelta
]  # data, lat, lon, altitude, to middle


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """An hourly typical year of a weather file, where its station stands.

    Parameters
    ----------
    table : pandas.DataFrame [8760]
        As in `Hourly`.
    place : Place
        Of the station.
    source : str
    file : str
        For messages.
    """

    table: pd.DataFrame
    place: Place
    source: str
    file: str

    @property
    def altitude_m(self) -> float:
        """Of the station."""
        return self.place.altitude_m

    def at(self, place: Place) -> Hourly:
        """Return the same year at a place of the surroundings, its air at that altitude.

        Raises
        ------
        InputError
            The station is more than a degree away.
        """
        lat, lon = self.place.lat, self.place.lon
        if max(abs(lat - place.lat), abs(lon - place.lon)) > _FAR_DEG:
            raise InputError(_far(self.file, lat, lon))
        warmer = (place.altitude_m - self.altitude_m) * LAPSE_K_PER_M
        table = self.table.assign(air_c=self.table["air_c"] + warmer)
        return Hourly(table, place, self.source, made=False)


def open_weather(path: Path | str) -> Weather:
    """Read an hourly typical year.

    Parameters
    ----------
    path : path
        ``.epw`` (EnergyPlus), ``.csv`` of TMY3, or ``.csv`` / ``.json`` of PVGIS TMY.

    Returns
    -------
    Weather
        Years of different months are laid side by side; a leap day is dropped.

    Raises
    ------
    InputError
        The file is not one of these, has not 8,760 whole hours, or holds impossible values.
    """
    path = Path(path)
    table, lat, lon, altitude_m, middle = _opened(path)
    hours = _year(path, table, middle)
    _refuse_impossible(path, hours)
    hours[["ghi", "dni", "dhi"]] = hours[["ghi", "dni", "dhi"]].clip(lower=0)
    place = Place(lat, lon, altitude_m)
    return Weather(hours, place, f"典型年 weather file {path.name}", path.name)


def read_weather(path: Path | str, place: Place) -> Hourly:
    """Read an hourly typical year for a site: `open_weather`, then `Weather.at`."""
    return open_weather(path).at(place)


def _opened(path: Path) -> Table:
    readers: dict[str, tuple[Callable[[Path], Table], ...]] = {
        ".epw": (_epw,),
        ".csv": (_tmy3, _pvgis),
        ".json": (_pvgis,),
    }
    if path.suffix.lower() not in readers:
        raise InputError(_unknown(path))
    if not path.is_file():
        raise InputError(
            Fault(
                zh="找不到文件",
                en="no such file",
                file=path.name,
                remedy_zh="请核对文件名和位置",
                remedy_en="check its name and folder",
            )
        )
    for reader in readers[path.suffix.lower()]:
        try:
            return reader(path)
        except (KeyError, ValueError, IndexError, TypeError, OSError, UnicodeError):
            continue  # not of this kind: the next one may know it
    raise InputError(_unknown(path))


def _epw(path: Path) -> Table:
    from pvlib import iotools

    table, about = iotools.read_epw(path)
    # pvlib names an EPW hour by its start
    where = float(about["latitude"]), float(about["longitude"]), float(about["altitude"])
    return table, *where, pd.Timedelta("30min")


def _tmy3(path: Path) -> Table:
    from pvlib import iotools

    table, about = iotools.read_tmy3(path, map_variables=True)
    # TMY3 names an hour by its end
    where = float(about["latitude"]), float(about["longitude"]), float(about["altitude"])
    return table, *where, pd.Timedelta("-30min")


def _pvgis(path: Path) -> Table:
    from pvlib import iotools

    table, about = iotools.read_pvgis_tmy(path, map_variables=True)
    inputs = about["inputs"].get("location", about["inputs"])
    where = (float(inputs[name]) for name in ("latitude", "longitude", "elevation"))
    # PVGIS gives what a satellite saw at one moment, so long after the stamp
    late = float(about["inputs"].get("irradiance time offset", 0.0))
    return table, *where, pd.Timedelta(hours=late)


def _year(path: Path, table: pd.DataFrame, middle: pd.Timedelta) -> pd.DataFrame:
    missing = [name for name in _COLUMNS if name not in table.columns]
    if missing:
        raise InputError(_lacks(path, missing))
    hours = table[list(_COLUMNS)].rename(columns=_COLUMNS).astype(np.float64)
    local = pd.DatetimeIndex(hours.index) + middle
    if len(hours) == HOURS + 24:  # a leap day
        usual = ~np.asarray((local.month == 2) & (local.day == 29))
        hours, local = hours[usual], local[usual]
    row = np.arange(len(hours))
    # months are of different years, so the clock is followed hour by hour, not by date
    if len(hours) != HOURS or not (local.hour == (local[0].hour + row) % 24).all():
        raise InputError(_incomplete(path, len(hours)))
    east = local[0].utcoffset()
    late = 8 - round(east / pd.Timedelta("1h")) if east is not None else 0
    start = pd.Timestamp(f"{YEAR}-01-01", tz=CLOCK) + pd.Timedelta(minutes=local[0].minute)
    hours.index = start + pd.to_timedelta((row + local[0].hour + late) % HOURS, unit="h")
    return hours.sort_index()


def _refuse_impossible(path: Path, hours: pd.DataFrame) -> None:
    faults = []
    for name in hours.columns:
        values = hours[name].to_numpy(np.float64)
        bad = np.flatnonzero(~((values >= _LOWEST[name]) & (values <= _HIGHEST[name])))
        if len(bad):
            faults.append(_impossible(path, name, values, bad))
    if faults:
        raise InputError(tuple(faults))


def _impossible(path: Path, name: str, values: Floats, bad: NDArray[np.intp]) -> Fault:
    first = hour_name(int(bad[0]))
    return Fault(
        zh=f"{len(bad)} 个小时的 {name} 缺失或不可能，最早在 {first}",
        en=f"{len(bad)} hours of {name} are missing or impossible, the first at {first}",
        file=path.name,
        column=name,
        value=f"{values[bad[0]]:g}",
        remedy_zh="请补全或换一份典型年文件",
        remedy_en="complete it or take another file",
    )


def hour_name(hour: int) -> str:
    """Name an hour of the year as people do.

    Examples
    --------
    >>> hour_name(24)
    '01-02 00:30'
    """
    return (pd.Timestamp(f"{YEAR}-01-01 00:30") + pd.Timedelta(hours=hour)).strftime("%m-%d %H:%M")


def _unknown(path: Path) -> Fault:
    return Fault(
        zh="不是可读的典型年文件 (EPW、TMY3、PVGIS TMY)",
        en="no EPW, TMY3 or PVGIS TMY file",
        file=path.name,
        remedy_zh="请提供 .epw，或 PVGIS 导出的 TMY .csv / .json",
        remedy_en="supply an .epw, or a TMY .csv / .json from PVGIS",
    )


def _lacks(path: Path, missing: list[str]) -> Fault:
    return Fault(
        zh=f"典型年文件缺少 {'、'.join(missing)}",
        en="columns are missing from the weather file",
        file=path.name,
        value=", ".join(missing),
        remedy_zh="请换一份完整的文件",
        remedy_en="take a complete file",
    )


def _incomplete(path: Path, count: int) -> Fault:
    return Fault(
        zh=f"要一年 {HOURS} 个不重复的整点小时，这里有 {count} 行",
        en=f"{HOURS} different hours of one year are wanted, here are {count} rows",
        file=path.name,
        remedy_zh="请换一份逐时、完整的典型年文件",
        remedy_en="take a complete hourly file",
    )


def _far(file: str, lat: float, lon: float) -> Fault:
    return Fault(
        zh=f"典型年文件的地点 ({lon:.2f}, {lat:.2f}) 距场址一度以上",
        en="the weather file belongs to a place more than a degree away",
        file=file,
        remedy_zh="请换用当地的文件",
        remedy_en="take a file of the surroundings",
    )
