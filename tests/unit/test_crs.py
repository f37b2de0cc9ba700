"""CRS: semantic equality, old datums, axis order, geodesic area, foreign PROJ databases."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from zoning import crs
from zoning.errors import CrsMismatch, InputError


def esri(
    *,
    meridian: float = 108.0,
    easting: float = 500_000.0,
    name: str = "CGCS2000_3_Degree_GK_CM_108E",
    geographic: str = '"GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",'
    'SPHEROID["CGCS2000",6378137.0,298.257222101]]',
) -> str:
    """The .prj that ArcGIS writes."""
    return (
        f'PROJCS["{name}",GEOGCS[{geographic},PRIMEM["Greenwich",0.0],'
        'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
        f'PARAMETER["False_Easting",{easting}],PARAMETER["False_Northing",0.0],'
        f'PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",1.0],'
        'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
    )


XIAN = '"GCS_Xian_1980",DATUM["D_Xian_1980",SPHEROID["Xian_1980",6378140.0,298.257]]'


def points(*xy: tuple[float, float]) -> np.ndarray:
    return np.array([shapely.Point(*p) for p in xy], dtype=object)


def test_arcgis_definition_is_the_epsg_code() -> None:
    assert crs.same(esri(), "EPSG:4545")
    assert crs.canonical(esri()) == "EPSG:4545"


@pytest.mark.parametrize(
    "other",
    [
        esri(meridian=105.0),  # the name says 108, the meridian does not: names do not count
        esri(easting=36_500_000.0, name="CGCS2000_3_Degree_GK_Zone_36"),
        "EPSG:4544",
        "EPSG:4490",
    ],
)
def test_different_definitions_are_different(other: str) -> None:
    assert not crs.same(other, "EPSG:4545")


def test_zone_prefix_is_recognised() -> None:
    assert crs.canonical(esri(easting=36_500_000.0, name="Zone_36")) == "EPSG:4524"


def test_axis_order_of_a_definition_does_not_matter() -> None:
    assert crs.same("OGC:CRS84", "EPSG:4326")


def test_degrees_are_lon_lat_and_metres_east_north() -> None:
    # on the central meridian easting is the false easting, and at the equator northing is 0
    moved = crs.project(points((108.0, 0.0)), "EPSG:4490", crs.WORK)[0]
    assert (moved.x, moved.y) == pytest.approx((500_000.0, 0.0), abs=1e-6)


def test_there_and_back() -> None:
    start = points((106.63, 26.65), (106.1, 27.4))
    back = crs.project(crs.project(start, "EPSG:4490", crs.WORK), crs.WORK, "EPSG:4490")
    assert shapely.get_coordinates(back) == pytest.approx(shapely.get_coordinates(start), abs=1e-9)


def test_same_crs_is_left_alone() -> None:
    start = points((1.0, 2.0))
    assert crs.project(start, "EPSG:4545", esri()) is start


def test_missing_geometries_stay_missing() -> None:
    start = np.array([None, shapely.Point(108, 26)], dtype=object)
    moved = crs.project(start, "EPSG:4490", crs.WORK)
    assert moved[0] is None
    assert moved[1].x == pytest.approx(500_000)


@pytest.mark.parametrize("old", ["EPSG:2381", "EPSG:4610", "EPSG:2432", "EPSG:4214"])
def test_old_datums_are_refused(old: str) -> None:
    assert crs.legacy(old)
    with pytest.raises(CrsMismatch, match="旧坐标系"):
        crs.transformer(old, crs.WORK)


def test_old_datum_of_arcgis_is_refused() -> None:
    assert crs.legacy(esri(geographic=XIAN, name="Xian_1980_3_Degree_GK_CM_108E"))


def test_old_datum_with_its_own_parameters_is_accepted() -> None:
    text = "+proj=longlat +a=6378140 +rf=298.257 +towgs84=10,20,30,0,0,0,0 +type=crs"
    assert not crs.legacy(text)
    moved = crs.project(points((108.0, 26.0)), text, "EPSG:4490")[0]
    # the shift of (10, 20, 30) m is tens of metres: more than 5 m and under 100 m on the ground
    metres = np.hypot((moved.x - 108) * 100_000, (moved.y - 26) * 111_000)
    assert 5 < metres < 100


@pytest.mark.parametrize("modern", ["EPSG:4326", "EPSG:4490", "EPSG:32648", "EPSG:3857"])
def test_modern_frames_are_not_legacy(modern: str) -> None:
    assert not crs.legacy(modern)


def test_metric() -> None:
    assert crs.metric("EPSG:4545")
    assert not crs.metric("EPSG:4490")
    assert not crs.metric("EPSG:2225")  # California, US survey feet


def test_unknown_crs_is_an_input_error() -> None:
    with pytest.raises(InputError, match="不认识的坐标系"):
        crs.read_crs("EPSG:999999")


def test_a_scale_of_nothing_is_refused() -> None:
    broken = esri().replace('"Scale_Factor",1.0', '"Scale_Factor",0.0')
    with pytest.raises(CrsMismatch, match="投影参数不成立"):
        crs.transformer(broken, "EPSG:4545")


def test_metres_in_a_file_of_degrees_are_refused() -> None:
    with pytest.raises(CrsMismatch, match="超出"):
        crs.project(points((394_000.0, 2_950_000.0)), "EPSG:4490", crs.WORK)


def test_geodesic_area_of_a_degree_cell() -> None:
    # 1 x 1 degree at the equator; closed form of the band between the parallels of the
    # ellipsoid, b2/2 * dlon * [q(1) - q(0)], Snyder 1987 eq. 3-12; edges subdivided to be parallels
    cell = shapely.segmentize(shapely.box(100, 0, 101, 1), 0.001)
    a, f = 6_378_137.0, 1 / 298.257222101
    e = np.sqrt(f * (2 - f))
    sine = np.sin(np.radians(1))
    q = (1 - e**2) * (
        sine / (1 - (e * sine) ** 2) - np.log((1 - e * sine) / (1 + e * sine)) / (2 * e)
    )
    wanted = a**2 / 2 * np.radians(1) * q
    got = crs.geodesic_area(np.array([cell], dtype=object), "EPSG:4490")
    assert got[0] == pytest.approx(wanted, rel=1e-8)


def test_geodesic_area_takes_holes_off_whatever_the_orientation() -> None:
    outer, hole = [(0, 0), (0, 2), (2, 2), (2, 0)], [(0, 0), (1, 0), (1, 1), (0, 1)]
    whole = shapely.Polygon(outer)
    pierced = shapely.Polygon(outer, [[(x + 0.5, y + 0.5) for x, y in hole]])
    small = shapely.Polygon([(x + 0.5, y + 0.5) for x, y in reversed(hole)])
    area = crs.geodesic_area(np.array([whole, pierced, small], dtype=object), "EPSG:4490")
    assert area[0] - area[1] == pytest.approx(area[2], rel=1e-9)


def test_geodesic_area_of_other_things() -> None:
    things = np.array([None, shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])], object)
    area = crs.geodesic_area(things, "EPSG:4490")
    assert np.isnan(area[0])
    assert area[1:].tolist() == [0.0, 0.0]


def test_city_area_is_right(shared: Path) -> None:
    import pyogrio

    rows = pyogrio.read_dataframe(
        shared / "data/admin_guizhou.gpkg", layer="guiyang_districts_tianditu"
    )
    geometry = np.asarray(rows.geometry.values, dtype=object)
    in_degrees = crs.geodesic_area(geometry, "EPSG:4326").sum() / 1e6
    in_metres = crs.geodesic_area(crs.project(geometry, "EPSG:4326", crs.WORK), crs.WORK).sum()
    assert in_degrees == pytest.approx(8043, rel=5e-3)  # official figure, km2
    assert in_metres / 1e6 == pytest.approx(in_degrees, rel=1e-6)


_READ = """
import sys
{first}
import rasterio
from rasterio.crs import CRS
print(CRS.from_epsg(4545).to_epsg())
"""


def _foreign(tmp_path: Path, first: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "proj.db").write_bytes(b"")  # a database of another release: of no use here
    env = {**os.environ, "PROJ_LIB": str(tmp_path), "PROJ_DATA": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-c", _READ.format(first=first)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_foreign_proj_database_does_no_harm(tmp_path: Path) -> None:
    done = _foreign(tmp_path, "import zoning.catalog")
    assert done.stdout.strip() == "4545", done.stderr


def test_foreign_proj_database_would_do_harm(tmp_path: Path) -> None:
    assert _foreign(tmp_path, "").returncode != 0


# --- web maps ---------------------------------------------------------------------------------


def test_gcj_02_is_540_m_off_to_the_southeast_in_guiyang() -> None:
    # policy.md 0.6: dlon +0.0036 … 0.0039 deg, dlat -0.0034 … -0.0037 deg, about 540 m
    here = np.array([[106.63, 26.65]])
    (dlon, dlat), *_ = crs.to_gcj02(here) - here
    assert 0.0035 < dlon < 0.0040
    assert -0.0038 < dlat < -0.0033
    assert np.hypot(dlon * 99_600, dlat * 110_800) == pytest.approx(540, abs=10)


@pytest.mark.parametrize("frame", crs.SHIFTED)
def test_the_way_back_is_good_to_a_tenth_of_a_millimetre(frame: str) -> None:
    rng = np.random.default_rng(9)
    there = np.column_stack((rng.uniform(74, 134, 5_000), rng.uniform(19, 53, 5_000)))
    forward = crs.to_gcj02 if frame == "GCJ-02" else crs.to_bd09
    assert np.abs(crs.from_shifted(forward(there), frame) - there).max() < 1e-9  # deg: 0.1 mm


def test_geometries_come_back_vertex_by_vertex() -> None:
    ring = shapely.box(106.6, 26.6, 106.7, 26.7)
    shown = shapely.transform(ring, crs.to_gcj02)
    back = crs.unshifted(np.array([shown, None], dtype=object), "GCJ-02")
    assert back[1] is None
    assert shapely.get_coordinates(back[0]) == pytest.approx(
        shapely.get_coordinates(ring), abs=1e-9
    )
