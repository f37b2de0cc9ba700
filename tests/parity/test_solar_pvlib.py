"""The chain against pvlib's own ModelChain, and Guiyang against an independent series."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pvlib import iam, location, modelchain, pvsystem, solarposition

from zoning.siting.energy.sunlight import YEARS
from zoning.solar import (
    Array,
    Monthly,
    Place,
    best_tilt,
    energy,
    from_megajoules,
    hours_of_months,
    read_weather,
    year_to_year,
)
from zoning.solar.climate import DAYS, GUIYANG_AIR_ALTITUDE_M, GUIYANG_AIR_C
from zoning.solar.hours import Hourly
from zoning.solar.position import sun_of

GUIYANG = Place(26.5833, 106.7333, 1224.9)


def model_chain(hourly: Hourly, array: Array) -> np.ndarray:
    """Monthly energy [kWh/kWp] of one row by ModelChain, diffuse light reflected as at 60 deg."""
    kept = array.losses.kept
    system = pvsystem.PVSystem(
        arrays=[
            pvsystem.Array(
                pvsystem.FixedMount(array.tilt_deg, array.azimuth_deg),
                albedo=array.albedo,
                module_parameters={"pdc0": 1000.0, "gamma_pdc": array.gamma_per_k, "b": 0.05},
                temperature_model_parameters={"u0": 25.0, "u1": 6.84},
            )
        ],
        inverter_parameters={
            "pdc0": 1000.0 / array.dc_ac / array.inverter,
            "eta_inv_nom": array.inverter,
        },
        losses_parameters=dict.fromkeys(
            (
                "soiling",
                "shading",
                "snow",
                "mismatch",
                "wiring",
                "connections",
                "lid",
                "age",
                "availability",
            ),
            0.0,
        )
        | {"nameplate_rating": 100 * (1 - kept)},
    )
    place = hourly.place
    chain = modelchain.ModelChain(
        system,
        location.Location(place.lat, place.lon, "Etc/GMT-8", place.altitude_m),
        transposition_model="haydavies",
        aoi_model="ashrae",
        spectral_model="no_loss",
        dc_model="pvwatts",
        ac_model="pvwatts",
        losses_model="pvwatts",
        temperature_model="faiman",
    )
    weather = hourly.table.rename(columns={"air_c": "temp_air", "wind_m_s": "wind_speed"})
    chain.run_model(weather)
    light = chain.results.total_irrad
    inside = light["poa_direct"] * chain.results.aoi_modifier + light["poa_diffuse"] * iam.ashrae(
        60
    )
    given = pd.DataFrame(
        {"effective_irradiance": inside, "cell_temperature": chain.results.cell_temperature}
    ).fillna(0.0)
    chain.run_model_from_effective_irradiance(given)
    ac = chain.results.ac.fillna(0.0).clip(lower=0)
    return np.bincount(ac.index.month - 1, ac.to_numpy(), minlength=12) / 1000


@pytest.mark.parametrize(("tilt", "azimuth"), [(0.0, 180.0), (17.0, 180.0), (30.0, 120.0)])
def test_chain_of_a_single_row_is_pvlibs(tilt: float, azimuth: float) -> None:
    made = hours_of_months(Monthly((3.0,) * 12, (15.0,) * 12, 1224.9, "test"), GUIYANG)
    array = Array(tilt, azimuth)
    assert energy(made, array).monthly == pytest.approx(model_chain(made, array), rel=1e-6)


def test_chain_on_a_real_weather_file_is_pvlibs() -> None:
    import pvlib

    path = Path(pvlib.__file__).parent / "data" / "723170TYA.CSV"
    year = read_weather(path, Place(36.1, -79.95, 273.0))
    array = Array(30.0)
    assert energy(year, array).monthly == pytest.approx(model_chain(year, array), rel=1e-6)


def guiyang(shared: Path) -> Monthly:
    table = csv.DictReader(
        (shared / "data" / "solar_monthly_climatology_guizhou_stations.csv").open(encoding="utf-8")
    )
    row = next(row for row in table if row["station"] == "57816")
    ghi = from_megajoules([float(row[f"ghi_mj_m2_day_m{m:02d}"]) for m in range(1, 13)])
    return Monthly(ghi, GUIYANG_AIR_C, GUIYANG_AIR_ALTITUDE_M, "CMA 57816, CDSRD 1970-2017")


@pytest.mark.parametrize(("lat", "lon", "high"), [(26.58, 106.73, 1225.0), (27.3, 107.2, 600.0)])
def test_the_sun_stands_where_pvlib_says(lat: float, lon: float, high: float) -> None:
    made = hours_of_months(Monthly((3.0,) * 12, (15.0,) * 12, 1200.0, "t"), Place(lat, lon, high))
    ours = sun_of(made)
    theirs = solarposition.get_solarposition(
        made.table.index, lat, lon, high, temperature=made.table["air_c"]
    )
    for name in ours:
        assert ours[name].to_numpy() == pytest.approx(theirs[name].to_numpy(), abs=1e-9)


def test_guiyang_follows_the_world_bank_series(shared: Path) -> None:
    """The World Bank's series is a maximum over six districts, so it lies above a station's.

    The target is a correlation of at least 0.95 and an annual total within 15 %.
    """
    bank = json.loads((shared / "data" / "guiyang_cityscan_benchmark.json").read_text("utf-8"))
    theirs = np.asarray(bank["pvout_kwh_per_kwp_day_by_month_max_over_aoi"])
    hourly = hours_of_months(guiyang(shared), GUIYANG)
    ours = energy(hourly, best_tilt(hourly, Array(15.0))).monthly / np.asarray(DAYS)
    assert np.corrcoef(ours, theirs)[0, 1] >= 0.95
    ratio = float(ours @ DAYS) / float(theirs @ DAYS)
    assert 0.85 <= ratio <= 1.0


def test_year_to_year_of_the_station(shared: Path) -> None:
    days = pd.read_csv(shared / "data" / "solar_daily_57816_guiyang_1970_2017.csv.gz")
    annual = days[days["ghi_mj_m2"] >= 0].groupby("year")["ghi_mj_m2"].mean()
    assert len(annual) == 48
    expected = annual.std() / annual.mean()  # pandas' sample deviation
    assert year_to_year(annual.to_numpy()) == pytest.approx(expected)
    assert pytest.approx(expected, abs=5e-4) == YEARS  # what the study of heaps takes
