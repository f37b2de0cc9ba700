"""A site's year through ``zoning heaps --sun x.epw`` against pvlib on the same file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pvlib import iam, iotools, irradiance, location, modelchain, pvsystem, shading, temperature
from pyproj import Transformer
from typer.testing import CliRunner

from tests.scenes.catalog_files import HEAD, box, frame, save, write_catalog, write_raster
from zoning.cli import app
from zoning.solar import Array

STATION = location.Location(26.6, 106.7, "Etc/GMT-8", 1100.0)
HEIGHT_M = 1500.0
"""[m] Of the heap, on flat ground: its air is 2.6 K colder than the station's."""


def write_epw(path: Path) -> None:
    """Write a clear year by the format's documentation; hours are named by their end."""
    times = pd.date_range("2001-01-01 00:30", periods=8760, freq="h", tz="Etc/GMT-8")
    sky = STATION.get_clearsky(times)
    lines = [
        "LOCATION,Guiyang,-,CHN,clear sky,578160,26.6,106.7,8.0,1100.0",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
        "COMMENTS 1,SYNTHETIC clear sky",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    for time, light in zip(times, sky.itertuples(), strict=True):
        air = 15 - 9 * np.cos(2 * np.pi * (time.dayofyear - 15) / 365)
        fields = [time.year, time.month, time.day, time.hour + 1, 60, "?9", f"{air:.2f}", 10.0, 80]
        fields += [89000, 0, 0, 300, f"{light.ghi:.3f}", f"{light.dni:.3f}", f"{light.dhi:.3f}"]
        fields += [*[0] * 5, 2.5, *[0] * 13]
        lines.append(",".join(map(str, fields)))
    path.write_text("\n".join(lines) + "\n")


def pvlib_year(path: Path, lat: float, lon: float, tilt: float, pitch: float) -> float:
    """Annual energy of a kilowatt [kWh]: pvlib's models, rows in front, ModelChain for the rest."""
    array = Array(tilt)
    weather, about = iotools.read_epw(path)
    weather.index = weather.index + pd.Timedelta("30min")
    weather["temp_air"] += (HEIGHT_M - about["altitude"]) * -0.0065
    place = location.Location(lat, lon, "Etc/GMT-8", HEIGHT_M)
    # the sun of one year: a typical year's months are of many
    weather.index = weather.index.map(lambda time: time.replace(year=2023))
    sun = place.get_solarposition(weather.index, temperature=weather["temp_air"])
    plane = irradiance.get_total_irradiance(
        tilt, 180, sun["apparent_zenith"], sun["azimuth"], weather["dni"], weather["ghi"],
        weather["dhi"], dni_extra=irradiance.get_extra_radiation(weather.index), albedo=0.2,
        model="haydavies",
    ).fillna(0)  # fmt: skip
    hidden = np.nan_to_num(
        shading.shaded_fraction1d(
            sun["apparent_zenith"], sun["azimuth"], 90, tilt, collector_width=4.0, pitch=pitch
        )
    )
    masked = shading.sky_diffuse_passias(shading.masking_angle_passias(tilt, 4.0 / pitch))
    beam, sky = plane["poa_direct"] * (1 - hidden), plane["poa_sky_diffuse"] * (1 - masked)
    diffuse = sky + plane["poa_ground_diffuse"]
    angle = irradiance.aoi(tilt, 180, sun["apparent_zenith"], sun["azimuth"])
    cells = temperature.faiman(beam + diffuse, weather["temp_air"], weather["wind_speed"])
    inside = beam * iam.ashrae(angle) + diffuse * iam.ashrae(60)
    nominal = 1000 / array.dc_ac / array.inverter
    mount = pvsystem.Array(
        pvsystem.FixedMount(tilt, 180),
        module_parameters={"pdc0": 1000.0, "gamma_pdc": array.gamma_per_k},
        temperature_model_parameters={"u0": array.heat_loss, "u1": array.heat_loss_wind},
    )
    names = ("soiling", "shading", "snow", "mismatch", "wiring", "connections", "lid", "age")
    losses = dict.fromkeys((*names, "availability"), 0.0)
    system = pvsystem.PVSystem(
        arrays=[mount],
        inverter_parameters={"pdc0": nominal, "eta_inv_nom": array.inverter},
        losses_parameters=losses | {"nameplate_rating": 100 * (1 - array.losses.kept)},
    )
    chain = modelchain.ModelChain(
        system, place, aoi_model="no_loss", spectral_model="no_loss", dc_model="pvwatts",
        ac_model="pvwatts", losses_model="pvwatts", temperature_model="faiman",
    )  # fmt: skip
    given = {"effective_irradiance": inside, "cell_temperature": cells}
    chain.run_model_from_effective_irradiance(pd.DataFrame(given).fillna(0.0))
    return float(chain.results.ac.fillna(0).clip(lower=0).sum() / 1000)


@pytest.mark.slow
def test_a_year_of_an_epw_through_the_command_is_pvlibs(tmp_path: Path) -> None:
    heap = box(600, 600, 1400, 1400)
    rows = frame([heap], name=["试验堆"], type=["磷石膏"], regime=["Ⅱ类场"], state=["已封场"])
    save(rows, tmp_path / "waste_heap.gpkg")
    write_raster(tmp_path / "dem.tif", np.full((40, 40), HEIGHT_M), res=50.0)
    layers = f"""
[layers.waste_heap]
path = "waste_heap.gpkg"
coverage = "own extent"
share = "full"
{HEAD}
[layers.dem]
path = "dem.tif"
unit = "m"
coverage = "own extent"
{HEAD}"""
    write_catalog(tmp_path, layers)
    write_epw(tmp_path / "clear.epw")
    out = tmp_path / "out"
    words = ["heaps", "--data", tmp_path, "--out", out, "--sun", tmp_path / "clear.epw"]
    words += ["--resolution", 50, "--exit-zero"]
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    row = pd.read_csv(out / "heaps.csv").iloc[0]
    lon, lat = Transformer.from_crs(4545, 4490, always_xy=True).transform(
        heap.centroid.x, heap.centroid.y
    )
    expected = pvlib_year(tmp_path / "clear.epw", lat, lon, row["tilt_deg"], row["pitch_m"])
    assert row["yield_kwh_kwp"] == pytest.approx(expected, rel=1e-6)
    report = (out / "report.html").read_text("utf-8")
    assert "逐时典型年" in report
    assert "clear.epw" in report
