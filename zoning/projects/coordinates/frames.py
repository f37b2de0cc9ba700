"""Numbers to a CRS: which one the stated frame means for them, or why they are not believed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.arrays import Floats, Mask
from zoning.projects.cells.values import Refusal
from zoning.projects.tables.crs_statements import AGAINST, Frame, gauss_kruger, zone_meridian

# China, rounded outward; eastings with and without zone number, northings from 17 N, which is south
# of Hainan: no list here holds reefs.
LON, LAT = (73.0, 136.0), (3.0, 54.0)  # [deg]
_MAINLAND_LAT = (17.0, 54.0)  # [deg]
NORTH = (1_900_000.0, 6_100_000.0)  # [m]
PLAIN_EAST, ZONED_EAST = (50_000.0, 1_000_000.0), (13_000_000.0, 46_000_000.0)  # [m]
_FROM_MERIDIAN_M = 450_000.0  # 4.5 degrees: two zones beyond, further is another zone's number
_KM_EAST, _KM_NORTH = ((50.0, 1_000.0), (13_000.0, 46_000.0)), (1_000.0, 6_100.0)
_MERCATOR = ((8_100_000.0, 15_200_000.0), (330_000.0, 7_200_000.0))  # EPSG:3857 of those degrees

ASSUMED = "EPSG:4490"  # degrees without a stated datum; the doubt goes into the accuracy

Assumption = Literal["", "degrees", "metres"]

SWAPPED_DEGREES = Refusal(
    "看来经度和纬度写反了",
    "longitude and latitude seem to be swapped",
    "若是，请对调后再读",
    "if so, exchange them and read again",
)
READ_SWAPPED = Refusal(
    "两个坐标写反了，只有对调后的读法成立，已按对调后的读取",
    "the two coordinates are exchanged: only the other order is possible, and it was read so",
    "请把两列对调后重报",
    "exchange the two columns",
)
SWAPPED_ELSEWHERE = Refusal(
    "两个坐标写反了，对调后也不在辖区附近",
    "the two coordinates are exchanged, and exchanging them does not lead to the region either",
    "请核对数值; 也可能是单元格错位",
    "check the numbers; cells may have moved",
)
_KILOMETRES = Refusal(
    "看来单位是公里，不是米",
    "these look like kilometres, not metres",
    "请换算为米 (乘以 1000) 后填写",
    "convert to metres (times 1000)",
)
_DIGITS = Refusal(
    "米制坐标的位数不对，可能少写或多写了数字",
    "metres with a digit missing or too many",
    "北坐标应有 7 位整数，东坐标 6 位 (不加带号) 或 8 位 (加带号); 若是经纬度，可能漏了小数点",
    "northings have 7 digits, eastings 6, or 8 with the zone; degrees may have lost their point",
)
_MIXED_ZONES = Refusal(
    "同一边界的拐点分属不同的带",
    "vertices of one boundary carry different zone numbers",
    "请换算到同一个带",
    "convert them to one zone",
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
NO_ZONE = Refusal(
    "米制坐标没有写带号或中央子午线",
    "metres without zone or central meridian",
    "请在坐标系中写明，如 CGCS2000 3度带 36带，或 EPSG:4545",
    "state it, such as CGCS2000 3-degree zone 36, or EPSG:4545",
)
UNSTATED = Refusal(
    "米制坐标没有写坐标系和带号",
    "metres without a stated CRS or zone",
    "请加一列「坐标系」写明，如 CGCS2000 3度带 36带，或 EPSG:4545",
    "state the CRS in a column 坐标系, such as CGCS2000 3-degree zone 36, or EPSG:4545",
)
_NOT_GAUSS = Refusal(
    "名单中的米制坐标只读高斯-克吕格、UTM 与 EPSG:3857",
    "metres in a list are read in Gauss-Krüger, UTM and EPSG:3857 only",
    "请换算为 CGCS2000 高斯-克吕格坐标",
    "convert them to CGCS2000 Gauss-Krüger",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """How the numbers of a place are read.

    Parameters
    ----------
    crs : str
        CRS of the numbers, or one of ``zoning.crs.SHIFTED``.
    swapped : bool
        What stands as x is north, and what stands as y is east.
    assumed : str
        ``degrees`` or ``metres`` where nobody stated their datum; "" where it was stated.
    """

    crs: str
    swapped: bool = False
    assumed: Assumption = ""


Readings = NDArray[np.object_]  # of Reading, Refusal, or None where there is no place


@dataclass(frozen=True, slots=True)
class Extent:
    """Bounds of n places, in the numbers as written; points have both corners equal."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats

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
    def zones_differ(self) -> Mask:
        """Whether one place carries more than one zone number."""
        return np.asarray((self.zone > 0) & (self.x1 // 1e6 != self.x0 // 1e6))

    @property
    def gauss(self) -> Mask:
        """Whether x reads as an easting and y as a northing of China, by their digits."""
        return self.inside(PLAIN_EAST, NORTH) | self.inside(ZONED_EAST, NORTH)

    @property
    def kilometres(self) -> Mask:
        """Whether x and y read as an easting and a northing in kilometres."""
        return self.inside(_KM_EAST[0], _KM_NORTH) | self.inside(_KM_EAST[1], _KM_NORTH)

    def where(self, mask: Mask, other: Extent) -> Extent:
        """Return the other extent where the mask holds."""
        pairs = zip(self._columns, other._columns, strict=True)
        return Extent(*(np.where(mask, theirs, ours) for ours, theirs in pairs))

    @property
    def _columns(self) -> tuple[Floats, Floats, Floats, Floats]:
        return self.x0, self.y0, self.x1, self.y1


def assign(extent: Extent, frame: Frame | None, *, text: str) -> Readings:
    """Return how each place is read under one statement, or why it is not.

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
    object array [n] of Reading or Refusal
    """
    result = np.full(len(extent.x0), None, dtype=object)
    if AGAINST in text:
        result[:] = _contradictory(text)
    elif frame is None and text:
        result[:] = _NOT_UNDERSTOOD
    elif frame is not None and frame.zh:
        result[:] = Refusal(frame.zh, frame.en, frame.remedy_zh, frame.remedy_en)
    else:
        result[:] = _NEITHER
        _assign_degrees(extent, frame, result)
        _assign_metres(extent, frame, result)
        result[extent.kilometres | extent.swapped().kilometres] = _KILOMETRES
    return result


def _contradictory(text: str) -> Refusal:
    one, other = text.split(AGAINST)[:2]
    return Refusal(
        f"同一位置的坐标系写得不同: 「{one}」与「{other}」",
        f"two CRSs are stated for one place: {one} and {other}",
        "请核对表头、坐标系一列与 SRID，去掉其中错误的一个",
        "drop the one that is wrong",
    )


def _assign_degrees(extent: Extent, frame: Frame | None, result: Readings) -> None:
    degrees = extent.degrees
    if frame is not None and not frame.degrees:
        result[degrees] = _DEGREES_FOR_METRES
        return
    reading = Reading(ASSUMED, assumed="degrees") if frame is None else Reading(frame.degrees)
    good = extent.inside(LON, LAT)
    swapped = extent.swapped().inside(LON, LAT)
    # no latitude is above 90: the other order is the only one; but 15, 108 may be cells that moved
    sure = extent.swapped().inside(LON, _MAINLAND_LAT) & (extent.y0 > 90)
    result[degrees] = _OUTSIDE
    result[degrees & swapped] = SWAPPED_DEGREES
    result[degrees & sure] = replace(reading, swapped=True)
    result[degrees & good] = reading


def _assign_metres(extent: Extent, frame: Frame | None, result: Readings) -> None:
    """Read metres by their zone numbers; exchanged ones only where no other order is possible."""
    metres = extent.metres
    gauss = frame is None or frame.datum_only
    gauss = gauss or bool(frame and frame.metres and false_easting(frame.metres) is not None)
    swapped = metres & extent.swapped().gauss & ~extent.gauss & gauss
    turned = extent.where(swapped, extent.swapped())
    zones = turned.zone
    for zone in np.unique(zones[metres]).tolist():
        rows = metres & (zones == zone)
        read = _metre_crs(int(zone), frame)
        result[rows] = read
        if isinstance(read, Reading):
            result[rows & swapped] = replace(read, swapped=True)
            result[rows & ~_plausible(turned, read.crs)] = _OUTSIDE
    if gauss:
        result[metres & ~turned.gauss] = _DIGITS
    result[metres & turned.zones_differ & turned.gauss] = _MIXED_ZONES


def _plausible(extent: Extent, code: str) -> Mask:
    """Whether places lie where the CRS can mean something here."""
    ranges = metre_ranges(code)
    if ranges is None:
        return np.zeros(len(extent.x0), dtype=np.bool_)
    return extent.inside(*ranges)


@cache
def metre_ranges(code: str) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return plausible ranges of easting and northing in China, None for other projections."""
    if code == "EPSG:3857":
        return _MERCATOR
    easting = false_easting(code)
    if easting is None:
        return None
    return (easting - _FROM_MERIDIAN_M, easting + _FROM_MERIDIAN_M), NORTH


@cache
def false_easting(code: str) -> float | None:
    """Return the false easting of a transverse Mercator CRS [m], None for other projections."""
    known = crs_floor.read_crs(code)
    base = known.source_crs if known.is_bound else known
    operation = base.coordinate_operation if base is not None else None
    if operation is None or "Transverse Mercator" not in operation.method_name:
        return None
    easting = next((p.value for p in operation.params if p.name == "False easting"), None)
    return float(easting) if easting is not None else None


def _metre_crs(zone: int, frame: Frame | None) -> Reading | Refusal:
    """Return how metres are read whose easting carries this zone number (0: none)."""
    if frame is None or (frame.datum_only and not frame.metres):
        central = zone_meridian(zone)
        if central is None:
            return NO_ZONE if frame is not None or zone else UNSTATED
        width = 3 if zone >= 25 else 6
        if frame is not None and frame.width not in (0, width):
            return _other_width(zone, width, frame.width)
        assumed: Assumption = "metres" if frame is None else ""
        return Reading(gauss_kruger(central, zone=zone), assumed=assumed)
    if not frame.metres:
        return _METRES_FOR_DEGREES
    easting = false_easting(frame.metres)
    if easting is None:
        return Reading(frame.metres) if metre_ranges(frame.metres) else _NOT_GAUSS
    if frame.either_prefix:
        return _either(zone, frame.metres, frame.zone)
    if zone != int(easting // 1e6):
        return _contradiction(zone, int(easting // 1e6))
    return Reading(frame.metres)


@cache
def _other_width(zone: int, width: int, stated: int) -> Refusal:
    return Refusal(
        f"东坐标以 {zone} 开头，是 {width} 度带，与声明的 {stated} 度带不符",
        f"zone {zone} in front of the easting is {width} degrees wide, not {stated} as stated",
        f"请核对; 若带号是对的，坐标系应为 CGCS2000 {width}度带 {zone}带",
        f"if the zone is right, state CGCS2000 {width}-degree zone {zone}",
    )


@cache
def _either(zone: int, code: str, named: int) -> Reading | Refusal:
    """Return the CRS with or without prefix of a Gauss-Krüger meridian that was named in words."""
    central = (int(code.removeprefix("EPSG:")) - 4534) * 3 + 75
    if zone == 0:
        return Reading(code)
    if zone == named or (not named and zone_meridian(zone) == central):
        return Reading(gauss_kruger(central, zone=zone))
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
