"""Numbers to a CRS: which one the stated frame means for them, or why they are not believed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.projects.statements import Frame, gauss_kruger, zone_meridian
from zoning.projects.values import Refusal

# China with its islands, rounded outward. [deg]
_LON, _LAT = (73.0, 136.0), (3.0, 54.0)
_NORTH = (300_000.0, 6_100_000.0)  # [m] northings of those latitudes
_FROM_MERIDIAN_M = 450_000.0  # 4.5 degrees: two zones beyond, further is another zone's number
_NORTH_OF_MAINLAND = (1_000_000.0, 6_100_000.0)  # above every easting without zone
_PLAIN_EAST, _ZONED_EAST = (50_000.0, 999_999.0), (13_000_000.0, 46_000_000.0)
_MERCATOR = ((8_100_000.0, 15_200_000.0), (330_000.0, 7_200_000.0))  # EPSG:3857 of those degrees

F8 = NDArray[np.float64]
Mask = NDArray[np.bool_]

SWAPPED_DEGREES = Refusal(
    "看来经度和纬度写反了",
    "longitude and latitude seem to be swapped",
    "若是，请对调后再读",
    "if so, exchange them and read again",
)
SWAPPED_METRES = Refusal(
    "看来东坐标和北坐标 (X、Y) 写反了",
    "easting and northing seem to be swapped",
    "若是，请对调后再读",
    "if so, exchange them and read again",
)
_OUTSIDE = Refusal(
    "坐标不在中国范围内",
    "the coordinates lie outside China",
    "请核对数值与坐标系",
    "check the numbers and the CRS",
)
_NEITHER = Refusal(
    "既不像经纬度，也不像米制坐标",
    "neither degrees nor metres",
    "请填十进制度 (如 106.712345) 或整数位完整的米制坐标",
    "write decimal degrees, or metres with all their digits",
)
_METRES_FOR_DEGREES = Refusal(
    "声明的是经纬度坐标系，数值却像米制平面坐标",
    "a CRS of degrees is stated, but these look like metres",
    "请把坐标系改为实际的，如 EPSG:4545 或 CGCS2000 3度带 36带",
    "state the CRS of the metres, such as EPSG:4545",
)
_DEGREES_FOR_METRES = Refusal(
    "声明的是米制坐标系，数值却像经纬度",
    "a CRS of metres is stated, but these look like degrees",
    "请把坐标系改为 CGCS2000 (EPSG:4490)",
    "state CGCS2000 (EPSG:4490) instead",
)
_NOT_UNDERSTOOD = Refusal(
    "坐标系写法看不懂",
    "the stated CRS is not understood",
    "请写 CGCS2000、EPSG:4490、EPSG:4545 或 CGCS2000 3度带 36带",
    "write CGCS2000, EPSG:4490, EPSG:4545 or CGCS2000 3-degree zone 36",
)
_NO_ZONE = Refusal(
    "米制坐标没有写带号或中央子午线",
    "metres without zone or central meridian",
    "请在坐标系中写明，如 CGCS2000 3度带 36带，或 EPSG:4545",
    "state it, such as CGCS2000 3-degree zone 36, or EPSG:4545",
)
_NOT_GAUSS = Refusal(
    "名单中的米制坐标只读高斯-克吕格、UTM 与 EPSG:3857",
    "metres in a list are read in Gauss-Krüger, UTM and EPSG:3857 only",
    "请换算为 CGCS2000 高斯-克吕格坐标",
    "convert them to CGCS2000 Gauss-Krüger",
)


@dataclass(frozen=True, slots=True)
class Extent:
    """Bounds of n places, in the numbers as written; points have both corners equal."""

    x0: F8
    y0: F8
    x1: F8
    y1: F8

    def take(self, rows: NDArray[np.int64]) -> Extent:
        """Return the chosen rows."""
        return Extent(self.x0[rows], self.y0[rows], self.x1[rows], self.y1[rows])

    def swapped(self) -> Extent:
        """Return the same with x and y exchanged."""
        return Extent(self.y0, self.x0, self.y1, self.x1)

    def inside(self, x: tuple[float, float], y: tuple[float, float]) -> Mask:
        """Whether both corners lie in the two ranges."""
        return (self.x0 >= x[0]) & (self.x1 <= x[1]) & (self.y0 >= y[0]) & (self.y1 <= y[1])

    @property
    def degrees(self) -> Mask:
        """Whether all numbers are small enough for degrees."""
        return self.inside((-360, 360), (-360, 360))

    @property
    def metres(self) -> Mask:
        """Whether all numbers are large enough for projected metres."""
        return self.inside((1000, np.inf), (1000, np.inf))

    @property
    def zone(self) -> NDArray[np.int64]:
        """Zone number in front of the easting (13 and up in China), 0 where there is none."""
        numbered = (self.x0 >= 13e6) & (self.x0 < 1e9)
        return np.where(numbered, self.x0 // 1e6, 0).astype(np.int64)

    @property
    def reversed_metres(self) -> Mask:
        """Whether x reads as a northing and y as an easting of China, and not the other way."""
        plain = self.swapped().inside(_PLAIN_EAST, _NORTH_OF_MAINLAND)
        return plain | self.swapped().inside(_ZONED_EAST, _NORTH_OF_MAINLAND)


def assign(extent: Extent, frame: Frame | None, *, text: str) -> list[str | Refusal]:
    """Return the CRS of each place under one statement, or why it has none.

    Parameters
    ----------
    extent : Extent
        Of places that share the statement.
    frame : Frame or None
        What the statement means; None where it is absent or not understood.
    text : str
        The statement; "" where nothing was stated.

    Returns
    -------
    list of str or Refusal
        "" means degrees of which nobody said the datum.
    """
    if frame is None and text:
        return [_NOT_UNDERSTOOD] * len(extent.x0)
    if frame is not None and frame.zh:
        refusal = Refusal(frame.zh, frame.en, frame.remedy_zh, frame.remedy_en)
        return [refusal] * len(extent.x0)
    result: list[str | Refusal] = [_NEITHER] * len(extent.x0)
    for i in np.flatnonzero(extent.degrees):
        result[i] = ""
    for i in np.flatnonzero(extent.metres):
        result[i] = _metre_crs(int(extent.zone[i]), frame)
    if frame is not None and (frame.metres or frame.datum_only):
        for i in np.flatnonzero(extent.reversed_metres):
            result[i] = SWAPPED_METRES
    _check_degrees(extent, frame, result)
    _check_metres(extent, result)
    return result


def _check_degrees(extent: Extent, frame: Frame | None, result: list[str | Refusal]) -> None:
    good = extent.inside(_LON, _LAT)
    swapped = extent.swapped().inside(_LON, _LAT)
    for i in np.flatnonzero(extent.degrees):
        if frame is not None and not frame.degrees:
            result[i] = _DEGREES_FOR_METRES
        elif good[i]:
            result[i] = frame.degrees if frame is not None else ""
        else:
            result[i] = SWAPPED_DEGREES if swapped[i] else _OUTSIDE


def _check_metres(extent: Extent, result: list[str | Refusal]) -> None:
    """Refuse what lies outside what the CRS can mean here."""
    codes = {code for code in result if isinstance(code, str) and code}
    for code in codes:
        if crs_floor.read_crs(code).is_geographic:
            continue
        ranges = metre_ranges(code)
        rows = [i for i, have in enumerate(result) if have == code]
        if ranges is None:
            for i in rows:
                result[i] = _NOT_GAUSS
            continue
        part = extent.take(np.asarray(rows))
        good, swapped = part.inside(*ranges), part.swapped().inside(*ranges)
        for k, i in enumerate(rows):
            if not good[k]:
                result[i] = SWAPPED_METRES if swapped[k] else _OUTSIDE


@cache
def metre_ranges(code: str) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return plausible ranges of easting and northing in China, None for other projections."""
    if code == "EPSG:3857":
        return _MERCATOR
    easting = false_easting(code)
    if easting is None:
        return None
    return (easting - _FROM_MERIDIAN_M, easting + _FROM_MERIDIAN_M), _NORTH


@cache
def false_easting(code: str) -> float | None:
    """Return the false easting of a transverse Mercator CRS [m], None for other projections."""
    operation = crs_floor.read_crs(code).coordinate_operation
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    easting = next((p.value for p in operation.params if p.name == "False easting"), None)
    return float(easting) if easting is not None else None


def _metre_crs(zone: int, frame: Frame | None) -> str | Refusal:
    """Return the CRS of metres whose easting carries this zone number (0: none)."""
    if frame is None:
        return _unstated(zone)
    if frame.datum_only:
        central = zone_meridian(zone)
        return gauss_kruger(central, zone=zone) if central is not None else _NO_ZONE
    if not frame.metres:
        return _METRES_FOR_DEGREES
    easting = false_easting(frame.metres)
    if easting is None:
        return frame.metres
    if frame.either_prefix:
        return _either(zone, frame.metres, frame.zone)
    if zone != int(easting // 1e6):
        return _contradiction(zone, int(easting // 1e6))
    return frame.metres


@cache
def _unstated(zone: int) -> Refusal:
    central = zone_meridian(zone)
    likely = (
        f"看数值像 CGCS2000 {zone} 带 ({gauss_kruger(central, zone=zone)}); " if central else ""
    )
    return Refusal(
        "米制坐标没有写坐标系",
        "metres without a stated CRS",
        f"{likely}若是，请加一列「坐标系」写明",
        "state the CRS in a column 坐标系",
    )


@cache
def _either(zone: int, code: str, named: int) -> str | Refusal:
    """Return the CRS with or without prefix of a Gauss-Krüger meridian that was named in words."""
    central = (int(code.removeprefix("EPSG:")) - 4534) * 3 + 75
    if zone == 0:
        return code
    if zone == named or (not named and zone_meridian(zone) == central):
        return gauss_kruger(central, zone=zone)
    return _contradiction(zone, named or central // 3)


@cache
def _contradiction(zone: int, stated: int) -> Refusal:
    central = zone_meridian(zone)
    if zone == 0:
        zh = f"声明的坐标系带有带号 {stated}，东坐标却没有带号"
        advice = f"若确为 {stated} 带不加带号的坐标，请改写 CGCS2000 {stated}带"
    else:
        zh = f"东坐标以 {zone} 开头，与声明的坐标系" + (
            f" ({stated} 带) 不符" if stated else "不符"
        )
        advice = (
            f"若带号是对的，坐标系应为 {gauss_kruger(central, zone=zone)}"
            if central is not None
            else "请核对带号"
        )
    return Refusal(
        zh,
        "the zone in front of the easting contradicts the stated CRS",
        advice,
        "state the CRS that the numbers are in",
    )
