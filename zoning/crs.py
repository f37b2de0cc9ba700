"""Coordinate systems: one work CRS, one factory of transformers, areas on the ellipsoid.

Axis order is x, y (east, north) everywhere: the national CRSs put north first, so no transformer
is made elsewhere. Importing this module also removes a foreign PROJ database path from the
environment, and so it must be imported before rasterio.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache

_log = logging.getLogger(__name__)


def drop_foreign_proj() -> tuple[str, ...]:
    """Remove ``PROJ_LIB`` and ``PROJ_DATA`` from the environment; return those that were set.

    PostGIS and QGIS installs set them to a database of another PROJ release, with which rasterio
    cannot read a single EPSG code. Wheels and conda builds find their own without them.
    """
    found = tuple(name for name in ("PROJ_LIB", "PROJ_DATA") if os.environ.pop(name, None))
    if found:
        _log.info("ignored foreign %s", ", ".join(found))
    return found


drop_foreign_proj()

import numpy as np  # noqa: E402  the environment must be clean before PROJ loads
import pyproj  # noqa: E402
import shapely  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from pyproj.crs import BoundCRS  # noqa: E402
from pyproj.crs.coordinate_operation import ToWGS84Transformation  # noqa: E402
from pyproj.exceptions import CRSError, ProjError  # noqa: E402

from zoning.errors import CrsMismatch, Fault, InputError  # noqa: E402

WORK = "EPSG:4545"  # CGCS2000 / 3-degree Gauss-Kruger CM 108E, metres; east of Guiyang's middle
GEOGRAPHIC = "EPSG:4490"  # CGCS2000, degrees

Crs = str | pyproj.CRS


@lru_cache(maxsize=256)
def read_crs(text: Crs) -> pyproj.CRS:
    """Return the CRS that a code, a WKT or a PROJ string names.

    Raises
    ------
    InputError
        PROJ does not know it.
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except CRSError:
        raise InputError(
            Fault(
                zh="不认识的坐标系",
                en="unknown coordinate reference system",
                value=str(text)[:80],
                remedy_zh="写 EPSG 代码，如 EPSG:4545 (CGCS2000 三度带 108°E)",
                remedy_en="write an EPSG code such as EPSG:4545",
            )
        ) from None


@lru_cache(maxsize=256)
def canonical(crs: Crs) -> str:
    """Return ``EPSG:n`` where the definition is that of a registered CRS, else its WKT.

    ArcGIS writes ``CGCS2000_3_Degree_GK_CM_108E`` without a code and with other axes; it is
    EPSG:4545 all the same.
    """
    known = read_crs(crs)
    authority = known.to_authority()  # equivalent definition, never a name alone
    return ":".join(authority) if authority else str(known.to_wkt())


@lru_cache(maxsize=256)
def same(a: Crs, b: Crs) -> bool:
    """Whether two definitions mean the same CRS, axis order and spelling aside."""
    first, second = read_crs(a), read_crs(b)
    return first.equals(second, ignore_axis_order=True) or canonical(a) == canonical(b)


@lru_cache(maxsize=256)
def metric(crs: Crs) -> bool:
    """Whether the CRS is projected, with metres on both axes."""
    known = read_crs(crs)
    return known.is_projected and all(axis.unit_name == "metre" for axis in known.axis_info)


@lru_cache(maxsize=256)
def legacy(crs: Crs) -> bool:
    """Whether the CRS rests on an old datum (Beijing 1954, Xian 1980).

    PROJ moves these to CGCS2000 by a ballpark shift only, tens of metres off; the official
    parameters are not public. A definition that brings its own (``+towgs84``) is not legacy.
    """
    known = read_crs(crs)
    if known.is_bound or known.geodetic_crs is None:
        return False
    ellipsoid = known.ellipsoid
    if ellipsoid is None:
        return False
    # WGS 84, GRS 1980 and CGCS2000 differ by 0.1 mm; Krassowsky by 108 m, IAG 1975 by 3 m
    axis = abs(ellipsoid.semi_major_metre - 6_378_137) < 0.5
    return not (axis and abs(ellipsoid.inverse_flattening - 298.2572) < 1e-3)


@lru_cache(maxsize=256)
def transformer(src: Crs, dst: Crs) -> pyproj.Transformer:
    """Return the transformer between two CRSs, x before y on both sides.

    Raises
    ------
    InputError
        A CRS is unknown.
    CrsMismatch
        The old datum of one has no published relation to the other, or PROJ cannot work with a
        definition (a scale of 0).
    """
    if legacy(src) != legacy(dst):
        raise CrsMismatch(legacy_fault(src if legacy(src) else dst))
    known, wanted = read_crs(src), read_crs(dst)
    try:
        if known.is_bound != wanted.is_bound:  # else PROJ passes over the parameters without a word
            known, wanted = (c if c.is_bound else _bound(c) for c in (known, wanted))
        return pyproj.Transformer.from_crs(known, wanted, always_xy=True)
    except ProjError:
        raise CrsMismatch(_unworkable(known, wanted)) from None


def _unworkable(src: pyproj.CRS, dst: pyproj.CRS) -> Fault:
    return Fault(
        zh="坐标系的投影参数不成立，不能换算",
        en="PROJ cannot work with the parameters of this CRS",
        value=f"{src.name} → {dst.name}"[:80],
        remedy_zh="请核对投影参数 (比例因子应为 1，不能为 0)，或用 EPSG 代码重新定义",
        remedy_en="check its parameters (the scale is 1, never 0), or define it by an EPSG code",
    )


def _bound(crs: pyproj.CRS) -> pyproj.CRS:
    """Tie a modern CRS to WGS 84 by a zero shift, so that both sides meet in one hub."""
    if crs.geodetic_crs is None:
        return crs
    return BoundCRS(
        source_crs=crs,
        target_crs=pyproj.CRS.from_epsg(4326),
        transformation=ToWGS84Transformation(crs.geodetic_crs),
    )


def legacy_fault(crs: Crs) -> Fault:
    """Say why data on an old datum is refused, and what to do."""
    return Fault(
        zh="北京54、西安80等旧坐标系不能自动转换到 CGCS2000 (相差可达数十米)",
        en="an old datum (Beijing 1954, Xian 1980) is never converted silently: tens of metres off",
        value=read_crs(crs).name,
        remedy_zh="请由测绘主管部门按当地参数转换后再用，或提供带 +towgs84 参数的坐标系定义",
        remedy_en="have it converted with local parameters, or give a CRS that carries +towgs84",
    )


def project(geoms: NDArray[np.object_], src: Crs, dst: Crs) -> NDArray[np.object_]:
    """Reproject geometries, vertex by vertex.

    Parameters
    ----------
    geoms : object array [n]
        Shapely geometries, None allowed; x before y.
    src, dst : str or pyproj.CRS

    Returns
    -------
    object array [n]
        In ``dst``. The same array where both CRSs are the same.

    Raises
    ------
    CrsMismatch
        Coordinates lie outside what ``src`` can express, or a datum is an old one.
    """
    if same(src, dst):
        return geoms
    move = transformer(src, dst)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        result = np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
        if not np.isfinite(result).all():
            raise CrsMismatch(_domain_fault(src, xy))
        return result

    return np.asarray(shapely.transform(geoms, moved), dtype=object)


def _domain_fault(src: Crs, xy: NDArray[np.float64]) -> Fault:
    (x0, y0), (x1, y1) = np.nanmin(xy, axis=0), np.nanmax(xy, axis=0)
    return Fault(
        zh=f"坐标超出所声明坐标系 {read_crs(src).name} 的范围",
        en="coordinates lie outside what the stated CRS can express",
        value=f"x {x0:.10g} … {x1:.10g}, y {y0:.10g} … {y1:.10g}",
        remedy_zh="坐标系可能写错: 以度为单位的数据用 EPSG:4490，以米为单位的用 EPSG:4545 等",
        remedy_en="the CRS is probably wrong: degrees are EPSG:4490, metres EPSG:4545 or alike",
    )


def geodesic_area(geoms: NDArray[np.object_], crs: Crs) -> NDArray[np.float64]:
    """Area on the ellipsoid, the figure that land law asks for. [m2]

    Parameters
    ----------
    geoms : object array [n]
        Polygons in ``crs``; holes are taken off. Points and lines have area 0, None gives NaN.
    crs : str or pyproj.CRS

    Returns
    -------
    float64 array [n]
        Square metres, each edge a geodesic.

    References
    ----------
    .. [1] C. F. F. Karney, Algorithms for geodesics, J. Geodesy 87, 2013.
    """
    base = read_crs(crs).geodetic_crs
    ellipsoid = read_crs(crs).get_geod()
    if base is None or ellipsoid is None:
        raise InputError(Fault(zh="坐标系没有椭球", en="the CRS has no ellipsoid", value=str(crs)))
    degrees = shapely.orient_polygons(project(geoms, crs, base))
    area = np.where(shapely.is_missing(degrees), np.nan, 0.0)
    plain = np.isin(shapely.get_type_id(degrees), (3, 6))
    area[plain] = np.abs(_ring_areas(degrees[plain], ellipsoid))
    for i in np.flatnonzero(~plain & ~shapely.is_missing(degrees)):
        area[i] = abs(ellipsoid.geometry_area_perimeter(degrees[i])[0])
    return area


def _ring_areas(degrees: NDArray[np.object_], ellipsoid: pyproj.Geod) -> NDArray[np.float64]:
    """Signed area of polygons, ring by ring, as pyproj adds them, but without its copies. [m2]"""
    part, whose = shapely.get_parts(degrees, return_index=True)
    ring, owner = shapely.get_rings(part, return_index=True)
    xy = np.ascontiguousarray(shapely.get_coordinates(ring).T)
    end = np.cumsum(shapely.get_num_coordinates(ring))
    start = np.concatenate([[0], end[:-1]])
    of_part, of_whole = np.zeros(len(part)), np.zeros(len(degrees))
    for a, b, k in zip(start.tolist(), end.tolist(), owner.tolist(), strict=False):
        of_part[k] += ellipsoid.polygon_area_perimeter(xy[0, a:b], xy[1, a:b])[0]
    np.add.at(of_whole, whose, of_part)
    return of_whole


# --- the shifted frames of Chinese web maps -----------------------------------------------------

SHIFTED = ("GCJ-02", "BD-09")  # degrees that no EPSG code names; the second is made from the first
_MAP_A = 6_378_245.0  # [m] Krassowsky; as in the algorithm that all public copies share
_MAP_EE = 0.00669342162296594323  # [1] square of its eccentricity
_BAIDU = np.pi * 3000.0 / 180.0
_SETTLED = 1e-10  # [deg] 0.01 mm
_ROUNDS = 12  # four are enough in China, where the shift changes by 0.5 % of a step

_XY = NDArray[np.float64]


def to_gcj02(lonlat: _XY) -> _XY:
    """Return degrees on CGCS2000 (WGS 84) as AMap, Tencent and others show them.

    Parameters
    ----------
    lonlat : float array [n, 2]
        Degrees, longitude first; in China, outside of which these maps do not shift.

    References
    ----------
    .. [1] The public reconstruction ("WGSToGCJSPlugin", coolypf, 2010) that every library copies;
       the official algorithm is not published, so what maps show differs from it by metres.
    """
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    common = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (common + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0))) / 1.5
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (common + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0))) / 1.5
    latitude = np.radians(lonlat[:, 1])
    w2 = 1.0 - _MAP_EE * np.sin(latitude) ** 2
    meridian, normal = _MAP_A * (1.0 - _MAP_EE) / w2**1.5, _MAP_A / np.sqrt(w2)
    shift = np.column_stack((east / (normal * np.cos(latitude)), north / meridian))
    return np.asarray(lonlat + np.degrees(shift))


def _waves(value: _XY, *terms: tuple[float, float]) -> _XY:
    """Return the sum of sines, each an amplitude [m] and the divisor of its frequency."""
    total = np.zeros(len(value))
    for amplitude, divisor in terms:
        total += amplitude * np.sin(value * np.pi / divisor)
    return total


def to_bd09(lonlat: _XY) -> _XY:
    """Return degrees on CGCS2000 (WGS 84) as Baidu shows them; as `to_gcj02`."""
    return _baidu(to_gcj02(lonlat))


def _baidu(gcj: _XY) -> _XY:
    x, y = gcj[:, 0], gcj[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BAIDU)
    turned = (radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006)
    return np.column_stack(turned)


def from_shifted(lonlat: _XY, frame: str) -> _XY:
    """Return degrees on CGCS2000 of degrees that a web map shows.

    Parameters
    ----------
    lonlat : float array [n, 2]
        In ``frame``, degrees.
    frame : str
        One of `SHIFTED`.

    Returns
    -------
    float array [n, 2]
        Shifting it again gives ``lonlat`` to 0.01 mm (fixed point).
    """
    forward = to_gcj02 if frame == "GCJ-02" else to_bd09
    result = lonlat
    for _ in range(_ROUNDS):
        step = lonlat - forward(result)
        result = result + step
        if not len(step) or np.nanmax(np.abs(step)) < _SETTLED:
            break
    return result


def unshifted(geoms: NDArray[np.object_], frame: str) -> NDArray[np.object_]:
    """Return geometries of a web map in degrees on CGCS2000, vertex by vertex."""
    moved = shapely.transform(geoms, lambda xy: from_shifted(xy, frame))
    return np.asarray(moved, dtype=object)
