"""Metres of a list against Gauss-Krüger written out by hand in PROJ's own words, zone by zone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest

from zoning.projects import read_projects

RNG = np.random.default_rng(2000)
N = 60
LON, LAT = RNG.uniform(105.7, 107.3, N), RNG.uniform(26.1, 27.4, N)


def metres(central: int, easting: float) -> tuple[np.ndarray, np.ndarray]:
    """GB/T 17278: transverse Mercator, scale 1 on the meridian, CGCS2000."""
    proj = pyproj.Proj(
        f"+proj=etmerc +lat_0=0 +lon_0={central} +k=1 +x_0={easting} +y_0=0 "
        "+a=6378137 +rf=298.257222101 +units=m"
    )
    return proj(LON, LAT)


@pytest.mark.parametrize(
    ("central", "easting", "stated"),
    [
        (105, 500_000, "EPSG:4544"),
        (108, 500_000, "EPSG:4545"),
        (105, 35_500_000, "EPSG:4523"),
        (108, 36_500_000, "EPSG:4524"),
        (105, 35_500_000, "CGCS2000"),
        (108, 36_500_000, "2000国家大地坐标系"),
        (108, 500_000, "CGCS2000 中央子午线108"),
        (108, 500_000, "CGCS2000 3度带 36带"),
        (105, 18_500_000, "CGCS2000 6度带 18带"),
        (105, 18_500_000, "EPSG:4496"),
        (105, 500_000, "CGCS2000 6度带第18带"),
    ],
)
def test_metres_are_where_the_formula_puts_them(
    tmp_path: Path, central: int, easting: float, stated: str
) -> None:
    east, north = metres(central, easting)
    rows = [
        f"甲{i},{n:.3f},{e:.3f},{stated}" for i, (e, n) in enumerate(zip(east, north, strict=True))
    ]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["项目名称,X坐标,Y坐标,坐标系", *rows]), "utf-8")
    sites = read_projects(path, crs="EPSG:4545")
    assert not any(sites.faults)
    # written to the millimetre: 1e-8 degrees
    assert sites.table["lon"].to_numpy() == pytest.approx(LON, abs=1.1e-8)
    assert sites.table["lat"].to_numpy() == pytest.approx(LAT, abs=1.1e-8)


def test_a_list_of_both_zones(tmp_path: Path) -> None:
    """West of 106.5 E zone 35, east of it zone 36, as lists of this city have it."""
    west, east = metres(105, 35_500_000), metres(108, 36_500_000)
    use = LON < 106.5
    easting, northing = (np.where(use, a, b) for a, b in zip(west, east, strict=True))
    rows = [
        f"甲{i},{n:.3f},{e:.3f},CGCS2000"
        for i, (e, n) in enumerate(zip(easting, northing, strict=True))
    ]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(["项目名称,X坐标,Y坐标,坐标系", *rows]), "utf-8")
    sites = read_projects(path, crs="EPSG:4545")
    assert 5 < use.sum() < N - 5
    assert set(sites.table["crs_read"]) == {"EPSG:4523", "EPSG:4524"}
    assert sites.table["lon"].to_numpy() == pytest.approx(LON, abs=1.1e-8)
    assert sites.table["lat"].to_numpy() == pytest.approx(LAT, abs=1.1e-8)
