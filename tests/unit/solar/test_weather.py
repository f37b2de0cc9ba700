"""Weather files: the real TMY3 that pvlib ships, an EPW and a PVGIS written from it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pvlib
import pytest

from zoning.errors import InputError
from zoning.solar import Place, read_weather

TMY3 = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
GREENSBORO = Place(36.1, -79.95, 273.0)


def epw(path: Path, rows: int = 8760, *, ghi: float = 100.0, lat: float = 26.6) -> Path:
    """An EnergyPlus file by the format's documentation: 8 header lines, 35 fields a line."""
    head = [f"LOCATION,Guiyang,-,CHN,CSWD,578160,{lat},106.7,8.0,1074.0"]
    head += ["DESIGN CONDITIONS,0", "TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0"]
    head += ["HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0", "COMMENTS 1,", "COMMENTS 2,"]
    head += ["DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31"]
    lines = []
    for time in pd.date_range("2001-01-01", periods=rows, freq="h"):
        fields = [time.year, time.month, time.day, time.hour + 1, 60, "?9"]
        fields += [15.0, 10.0, 80, 89000, 0, 0, 300, ghi, 20.0, 80.0]
        fields += [0] * 5 + [2.0] + [0] * 13
        lines.append(",".join(map(str, fields)))
    path.write_text("\n".join([*head, *lines]) + "\n")
    return path


def test_tmy3_of_pvlib_is_read_whole() -> None:
    year = read_weather(TMY3, GREENSBORO)
    raw = pd.read_csv(TMY3, skiprows=1)
    assert year.monthly_ghi.sum() == pytest.approx(raw["GHI (W/m^2)"].sum() / 1000)
    assert not year.made
    assert len(year.table) == 8760


def test_epw_hours_stand_at_their_middle(tmp_path: Path) -> None:
    year = read_weather(epw(tmp_path / "guiyang.epw"), Place(26.6, 106.7, 1074.0))
    assert str(year.table.index[0]).endswith("00:30:00+08:00")
    assert year.monthly_ghi.sum() == pytest.approx(876.0)
    assert set(year.table["air_c"]) == {15.0}


def test_air_is_taken_to_the_site(tmp_path: Path) -> None:
    year = read_weather(epw(tmp_path / "guiyang.epw"), Place(26.6, 106.7, 2074.0))
    assert year.table["air_c"].iloc[0] == pytest.approx(15.0 - 6.5)


def test_pvgis_json(tmp_path: Path) -> None:
    hours = pd.date_range("2015-01-01", periods=8760, freq="h")
    outputs = [
        {
            "time(UTC)": time.strftime("%Y%m%d:%H%M"),
            "T2m": 12.0,
            "RH": 80.0,
            "G(h)": 50.0,
            "Gb(n)": 10.0,
            "Gd(h)": 45.0,
            "IR(h)": 300.0,
            "WS10m": 1.5,
            "WD10m": 90.0,
            "SP": 89000.0,
        }
        for time in hours
    ]
    place = {"location": {"latitude": 26.6, "longitude": 106.7, "elevation": 1100.0}}
    path = tmp_path / "tmy.json"
    path.write_text(
        json.dumps(
            {
                "inputs": place,
                "outputs": {"months_selected": [], "tmy_hourly": outputs},
                "meta": {"inputs": {}},
            }
        )
    )
    year = read_weather(path, Place(26.6, 106.7, 1100.0))
    assert year.monthly_ghi.sum() == pytest.approx(438.0)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: epw(p, rows=8000), "8760"),
        (lambda p: epw(p, ghi=9999.0), "ghi"),
        (lambda p: epw(p, lat=40.0), "一度"),
        (lambda p: (p.write_text("nothing of the kind\n"), p)[1], "典型年"),
    ],
)
def test_files_that_are_no_year_of_here_are_refused(make, said: str, tmp_path: Path) -> None:
    path = make(tmp_path / "bad.epw")
    with pytest.raises(InputError, match=said):
        read_weather(path, Place(26.6, 106.7, 1074.0))


@pytest.mark.parametrize("name", ["none.epw", "sun.xlsx"])
def test_no_file_and_no_such_kind(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_weather(tmp_path / name, GREENSBORO)


@pytest.mark.parametrize("suffix", [".epw", ".csv", ".json"])
def test_noise_is_refused_without_a_traceback(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(np.random.default_rng(1).bytes(4000))
    with pytest.raises(InputError):
        read_weather(path, GREENSBORO)
