"""Readings that would be silent errors: what else the numbers could mean, and why they are refused.

Nothing here is corrected: a place that is likely to mean something else is refused, and told what
it seems to mean.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.arrays import Floats, Mask
from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.coordinates import Claimed
from zoning.projects.coordinates.frames import (
    ASSUMED,
    NO_ZONE,
    SWAPPED_ELSEWHERE,
    UNSTATED,
    Reading,
    Readings,
)
from zoning.projects.coordinates.geometry import decimals
from zoning.projects.tables.crs_statements import gauss_kruger

_NEAR_REGION_M = 20_000.0  # T1: beyond it nothing is screened
_MERIDIANS = (105, 108)  # of the zones that meet in Guiyang, at 106.5 E
# Different vertices that all look like ddd.mmss before a list is refused: both axes of one do by
# chance in 0.36 x 0.36, of five in 1 of 28,000. Fewer are refused when all have four decimals,
# which is how ddd.mmss is written and decimal degrees seldom are; else they are doubted.
_ENOUGH, _PACKED_DECIMALS, _LEAST_DECIMALS = 5, 4, 3
# Chance of so many among others below which they are refused, and doubted; illustrative
_SURE, _LIKELY = 1e-4, 0.05
_DEGREE_KM = 111.0  # rounded; the size of a mistake needs no more


def each(readings: Readings, value: Callable[[object], object]) -> NDArray[np.object_]:
    """Return a value of every reading; asked once for each object, of which there are few."""
    ids = np.fromiter(map(id, readings), np.int64, len(readings))
    _, first, inverse = np.unique(ids, return_index=True, return_inverse=True)
    known = np.empty(len(first), dtype=object)
    known[:] = [value(readings[i]) for i in first]
    return np.asarray(known[inverse])


def of(readings: Readings, holds: Callable[[Reading], bool]) -> Mask:
    """Whether something holds of each reading; false of refusals and where there is none."""
    return each(readings, lambda r: isinstance(r, Reading) and holds(r)).astype(np.bool_)


def in_degrees(reading: Reading) -> bool:
    """Whether the numbers are degrees."""
    shifted = reading.crs in crs_floor.SHIFTED
    return shifted or crs_floor.read_crs(reading.crs).is_geographic


def to_work(shapes: NDArray[np.object_], code: str, crs: str) -> NDArray[np.object_]:
    """Return shapes in the work CRS from a CRS or the frame of a web map."""
    if code in crs_floor.SHIFTED:
        return crs_floor.project(crs_floor.unshifted(shapes, code), ASSUMED, crs)
    return crs_floor.project(shapes, code, crs)


def suspect_packed(
    shapes: NDArray[np.object_],
    claimed: Claimed,
    readings: Readings,
    crs: str,
    region: shapely.Geometry | None,
) -> dict[int, Refusal]:
    """Refuse the rows that read as ``ddd.mmss`` where more do than by chance; return mere doubts.

    Rows are looked at, not the list: one row in decimal degrees says nothing of the others. Headers
    that say decimal decide.

    Parameters
    ----------
    shapes : object array [n]
        In the numbers as written, x east.
    claimed : Claimed
    readings : object array [n]
        Of the suspected rows, replaced by a refusal.
    crs : str
    region : shapely geometry, optional
        Few points are suspected only where they would lie in it.

    Returns
    -------
    dict of int to Refusal
        What to say of rows that may be ``ddd.mmss``, where too few speak to refuse them.
    """
    rows = np.flatnonzero(of(readings, in_degrees) & ~claimed.plain_degrees)
    xy, owner = shapely.get_coordinates(shapes[rows], return_index=True)
    if not len(xy):
        return {}
    first = xy[np.unique(owner, return_index=True)[1]]
    packed, minutes = _whole_rows(_packed(xy), owner), _whole_rows(_minutes(xy), owner)
    written = np.maximum(decimals(shapes[rows]), claimed.decimals[rows])
    speak = np.flatnonzero(written >= _LEAST_DECIMALS)  # 106.40 says nothing of seconds
    fine = speak[(_digits(first[speak]) % 100 > 0).all(axis=1)]
    one_each = fine[np.unique(first[fine], axis=0, return_index=True)[1]]
    sure, likely = _beyond_chance(packed[one_each], minutes[one_each])
    if packed.all():
        enough = len(np.unique(xy, axis=0)) >= _ENOUGH and len(speak) == len(rows)
        if not enough:
            points = np.asarray(shapely.points(_unpacked(xy)), dtype=object)
            there = region is None or bool(_inside(points, ASSUMED, crs, region).any())
            enough = there and bool((written == _PACKED_DECIMALS).all())
            seconds = np.unique(xy[(_digits(xy) % 100 > 0).all(axis=1)], axis=0)
            likely = there and 0.6 ** (4 * len(seconds)) < _LIKELY
        sure = sure or enough
    found = {int(rows[k]): (first[k], _unpacked(first[k])) for k in np.flatnonzero(packed)}
    if sure:
        for i, readable in found.items():
            readings[i] = packed_refusal(*readable)
        return {}
    return {i: _packed_doubt(*readable) for i, readable in found.items()} if likely else {}


def _whole_rows(of_vertices: Mask, owner: NDArray[np.int64]) -> Mask:
    """Whether both numbers of all vertices of a row do."""
    return np.asarray(np.bincount(owner, ~of_vertices.all(axis=1)) == 0)


def _beyond_chance(packed: Mask, minutes: Mask) -> tuple[bool, bool]:
    """Whether more rows could be ``ddd.mmss`` than decimal degrees by chance: surely, likely.

    Two digits are below 60 in 0.6 of all numbers. The first two are those of the place, alike
    through a town, so the seconds speak alone: of the rows whose minutes could be minutes, the
    seconds of both axes could be seconds in 0.6 x 0.6.
    """
    if not packed.any():
        return False, False
    from scipy.special import bdtrc  # 0.2 s to import, for the few lists that get here

    k = int(packed.sum())
    by_seconds = float(bdtrc(k - 1, int(minutes.sum()), 0.6**2))
    by_all = float(bdtrc(k - 1, len(packed), 0.6**4))
    return by_seconds < _SURE, by_seconds < _LIKELY and by_all < _LIKELY


def _apart_km(written: Floats, turned: Floats) -> float:
    east, north = (turned - written) * _DEGREE_KM
    return float(np.hypot(east * np.cos(np.radians(written[1])), north))


def packed_refusal(written: Floats, turned: Floats) -> Refusal:
    """Say that degrees may be ``ddd.mmss``, and how far apart the two readings are."""
    km = _apart_km(written, turned)
    return Refusal(
        f"看来是 度.分秒 (ddd.mmss) 写法，不是十进制度; 两种读法相差 {km:.1f} km",
        f"these look like ddd.mmss, not decimal degrees: {km:.1f} km apart",
        "请在表头写明: 「经度(度分秒)」或「经度(十进制度)」",
        "state it in the headers: (dms) or (decimal degrees)",
    )


def _packed_doubt(written: Floats, turned: Floats) -> Refusal:
    km = _apart_km(written, turned)
    return Refusal(
        f"可能是 度.分秒 (ddd.mmss) 写法; 暂按十进制度落图，两种读法相差 {km:.1f} km",
        f"these may be ddd.mmss; placed as decimal degrees, {km:.1f} km apart",
        "请在表头写明: 「经度(度分秒)」或「经度(十进制度)」",
        "state it in the headers: (dms) or (decimal degrees)",
    )


def _packed(value: Floats) -> Mask:
    """Whether the digits behind the point could be minutes and seconds."""
    return np.asarray(_minutes(value) & (_digits(value) % 100 < 60))


def _minutes(value: Floats) -> Mask:
    """Whether the first two digits behind the point could be minutes."""
    return np.asarray(_digits(value) // 100 < 60)


def _digits(value: Floats) -> Floats:
    """Return the four digits behind the point as a whole number."""
    return np.asarray(np.floor((value - np.floor(value)) * 1e4 + 1e-6))


def _unpacked(value: Floats) -> Floats:
    whole = np.floor(value)
    digits = (value - whole) * 1e4
    minutes = np.floor(digits / 100 + 1e-9)
    return np.asarray(whole + minutes / 60 + (digits - 100 * minutes) / 3600)


def suspect_readings(
    shapes: NDArray[np.object_],
    geometry: NDArray[np.object_],
    claimed: Claimed,
    readings: Readings,
    crs: str,
    region: shapely.Geometry,
) -> None:
    """Refuse what lies outside the region as stated, but inside under a common mistake.

    ``ddd.mmss`` is off by up to 40 km: any place outside is looked at for it. Metres without a zone
    stay refused; which meridian would put them into the region is said.
    """
    shapely.prepare(region)
    there = ~shapely.is_missing(geometry)
    outside = np.flatnonzero(there & ~shapely.dwithin(geometry, region, _NEAR_REGION_M))
    for i in outside[of(readings[outside], lambda reading: reading.swapped)]:
        readings[i] = SWAPPED_ELSEWHERE
    apart = np.flatnonzero(there & ~shapely.intersects(geometry, region))
    _suspect_outside(apart, shapes, claimed, readings, crs, region)
    degrees = of(readings[outside], in_degrees)
    points = shapely.point_on_surface(shapes[outside])
    xy = shapely.get_coordinates(points)
    metres = np.flatnonzero(~degrees & (xy[:, 0] < 1e6))
    for central in _MERIDIANS:
        code = gauss_kruger(central)
        inside = _inside(points[metres], code, crs, region)
        for i in outside[metres[inside]]:
            if isinstance(readings[i], Reading) and readings[i].crs != code:
                readings[i] = _other_meridian(code, central)
    _say_meridians(shapes, readings, crs, region)


def _suspect_outside(
    outside: NDArray[np.int64],
    shapes: NDArray[np.object_],
    claimed: Claimed,
    readings: Readings,
    crs: str,
    region: shapely.Geometry,
) -> None:
    """Refuse what lies outside the region in decimal degrees, and inside as ``ddd.mmss``."""
    written = np.maximum(decimals(shapes[outside]), claimed.decimals[outside])
    asked = (written >= _LEAST_DECIMALS) & ~claimed.plain_degrees[outside]
    rows = outside[asked & of(readings[outside], in_degrees)]
    xy = shapely.get_coordinates(shapely.point_on_surface(shapes[rows]))
    vertices, owner = shapely.get_coordinates(shapes[rows], return_index=True)
    turned = _unpacked(xy)
    packed = _whole_rows(_packed(vertices), owner)
    points = np.asarray(shapely.points(turned), dtype=object)
    packed[packed] = _inside(points[packed], ASSUMED, crs, region)
    for k in np.flatnonzero(packed):
        readings[rows[k]] = packed_refusal(xy[k], turned[k])


def _other_meridian(code: str, central: int) -> Refusal:
    return Refusal(
        "按声明的坐标系不在辖区附近，换一个中央子午线却正好落在辖区内",
        "outside the region as stated, inside with another central meridian",
        f"看来应为 {code} (中央子午线 {central}°); 若是，请改坐标系",
        f"perhaps {code}; if so, state it",
    )


def _say_meridians(
    shapes: NDArray[np.object_], readings: Readings, crs: str, region: shapely.Geometry
) -> None:
    """Say of metres without zone which central meridian would put them into the region."""
    rows = np.flatnonzero(each(readings, lambda r: r in (NO_ZONE, UNSTATED)))
    points = shapely.point_on_surface(shapes[rows])
    turned = shapely.get_x(points) > shapely.get_y(points)
    points[turned] = shapely.transform(points[turned], lambda xy: xy[:, ::-1])
    fits = [_inside(points, gauss_kruger(central), crs, region) for central in _MERIDIANS]
    for k, i in enumerate(rows):
        codes = [gauss_kruger(m) for m, fit in zip(_MERIDIANS, fits, strict=True) if fit[k]]
        if codes:
            readings[i] = _likely(readings[i], codes)


def _likely(reason: Refusal, codes: list[str]) -> Refusal:
    where = " 或 ".join(codes)
    sure = "只有" if len(codes) == 1 else "有两种:"
    return Refusal(
        reason.zh,
        reason.en,
        f"落在辖区内的读法{sure} {where}; 若是，请在「坐标系」一列写明",
        f"in the region if read as {' or '.join(codes)}; if so, state it",
    )


def _inside(points: NDArray[np.object_], code: str, crs: str, region: shapely.Geometry) -> Mask:
    moved = crs_floor.project(points, code, crs)
    return np.asarray(shapely.intersects(region, moved), dtype=bool)
