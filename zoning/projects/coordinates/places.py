"""Claimed places to geometry in the work CRS, with what is doubted and how far off it may be."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.crs import SHIFTED
from zoning.errors import CrsMismatch, Fault, ProjectFaults
from zoning.facts.kinds import nearest
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal, half_width
from zoning.projects.cells.words import words
from zoning.projects.coordinates import frames
from zoning.projects.coordinates.coordinates import Claimed
from zoning.projects.coordinates.frames import Extent, Reading, Readings
from zoning.projects.coordinates.geometry import decimals, flat, kind_of, repaired
from zoning.projects.coordinates.rounded import (
    ROUND_M,
    rounded_doubt,
    rounded_metres,
    scientific_steps,
)
from zoning.projects.coordinates.suspicions import (
    each,
    in_degrees,
    of,
    suspect_packed,
    suspect_readings,
    to_work,
)
from zoning.projects.tables.crs_statements import SHORTHAND, Frame, read_statement

_WGS84 = "EPSG:4326"
_SECOND = 1 / 3600  # [deg]
_DEGREE_M = (111_320.0, 111_700.0)  # longest degree of longitude at the equator, of latitude. [m]

_NO_DATUM_METRES = Refusal(
    "没有写坐标系: 按带号暂作 CGCS2000 落图，若为北京54、西安80 可能偏差 {m:.0f} m",
    "no CRS stated: placed as CGCS2000 by its zone number, perhaps {m:.0f} m off",
    "请加一列「坐标系」写明 CGCS2000",
    "state CGCS2000 in a column 坐标系",
)
_NO_DATUM = Refusal(
    "没有写坐标系: 暂按 CGCS2000 落图，点位可能偏差 {m:.0f} m",
    "no CRS stated: placed as CGCS2000, perhaps {m:.0f} m off",
    "请加一列「坐标系」写明 CGCS2000 (高德、百度取点会偏 0.5-1.2 km)",
    "state CGCS2000 in a column 坐标系",
)
_READ_AS_CGCS2000 = Refusal(
    "坐标系只写「2000」，按 CGCS2000 (2000国家大地坐标系) 读取",
    "“2000” alone is read as CGCS2000",
    "请写全 CGCS2000",
    "write CGCS2000",
)


@dataclass(frozen=True, slots=True)
class Places:
    """Places of n rows in the work CRS.

    Parameters
    ----------
    geometry : object array [n]
        None where refused.
    doubted : float array [n]
        1 refused, 0 not doubted, NaN placed although nobody stated the datum, exchanged,
        or with another reading that is likely too.
    repaired : bool array [n]
    rounding_m : float array [n]
        What the decimals written leave open, largest distance. [m]
    datum_m : float array [n]
        What the datum leaves open: not stated, of a web map, or WGS 84 for CGCS2000. [m]
    crs_read : object array [n] of str
        The CRS that each place was read in, "" where it was not.
    notes : tuple of str
        Of the list as a whole: what was converted.
    """

    geometry: NDArray[np.object_]
    doubted: NDArray[np.float64]
    repaired: NDArray[np.bool_]
    rounding_m: NDArray[np.float64]
    datum_m: NDArray[np.float64]
    crs_read: NDArray[np.object_]
    notes: tuple[str, ...] = ()


def placed(
    claimed: Claimed, source: Source, *, crs: str, region: shapely.Geometry | None, trusted: bool
) -> tuple[Places, list[RowFault]]:
    """Place what can be believed; refuse the rest, each with a reason.

    Parameters
    ----------
    claimed : Claimed
    source : Source
    crs : str
        Work CRS, metres.
    region : shapely geometry, optional
        In the work CRS. What lies outside as written but inside under another reading is refused.
    trusted : bool
        The numbers come from a file with a CRS of its own, not from cells.
    """
    shapes, faults = flat(claimed.shape, claimed.column, source)
    readings = _readings(shapes, claimed, trusted=trusted)
    shapes = _straightened(shapes, readings)
    doubts = {} if trusted else suspect_packed(shapes, claimed, readings, crs, region)
    geometry = _projected(shapes, readings, crs, source.file)
    if region is not None and trusted:
        doubts = _suspected_file(shapes, geometry, claimed, readings, crs, region)
    elif region is not None:
        suspect_readings(shapes, geometry, claimed, readings, crs, region)
    refused = each(readings, lambda reading: isinstance(reading, Refusal)).astype(bool)
    geometry[refused] = None
    for i in np.flatnonzero(refused):
        faults.append(source.fault(int(i), readings[i], str(claimed.column[i]), claimed.shown[i]))
    doubts = {i: doubt for i, doubt in doubts.items() if not refused[i]}
    faults += [
        source.fault(k, doubt, str(claimed.column[k]), claimed.shown[k])
        for k, doubt in doubts.items()
    ]
    faults += _told(readings, claimed, source)
    geometry, mended, said = repaired(geometry, claimed.column, source)
    guessed = of(readings, lambda reading: reading.assumed != "" or reading.swapped)
    guessed[list(doubts)] = True
    guessed |= claimed.gaps
    doubted = np.where(refused, 1.0, np.where(guessed, np.nan, 0.0))
    read = each(readings, lambda r: r.crs if isinstance(r, Reading) else "")
    seconds = _whole_seconds(shapes, readings, claimed)
    claimed = replace(claimed, step=np.where(seconds, _SECOND, claimed.step))
    rounding = _rounding(shapes, readings, claimed)
    coarse = np.flatnonzero(_rounded(shapes, readings, claimed) >= ROUND_M / 2)
    faults += [
        source.fault(
            int(i), rounded_doubt(float(rounding[i])), str(claimed.column[i]), claimed.shown[i]
        )
        for i in coarse
    ]
    doubted[coarse] = np.where(doubted[coarse] == 1.0, 1.0, np.nan)
    datum = _datum_error(readings)
    places = Places(geometry, doubted, mended, rounding, datum, read, _converted(read, seconds))
    return places, faults + said


def _suspected_file(
    shapes: NDArray[np.object_],
    geometry: NDArray[np.object_],
    claimed: Claimed,
    readings: Readings,
    crs: str,
    region: shapely.Geometry,
) -> dict[int, Refusal]:
    """Return what to say of places of a file whose own CRS seems to be wrong; they stay placed.

    Files hold no ``ddd.mmss``: their degrees are taken for decimal.
    """
    suspected = readings.copy()
    plain = replace(claimed, plain_degrees=np.ones(len(readings), dtype=bool))
    suspect_readings(shapes, geometry, plain, suspected, crs, region)
    changed = np.flatnonzero(suspected != readings)
    return {int(i): suspected[i] for i in changed}


def _whole_seconds(
    shapes: NDArray[np.object_], readings: Readings, claimed: Claimed
) -> NDArray[np.bool_]:
    """Whether decimal degrees were converted from whole seconds: their many decimals say nothing.

    By chance, 1 in 500,000 numbers of that many decimals comes so near to a whole second.
    """
    written = np.maximum(decimals(shapes), claimed.decimals)
    rows = np.flatnonzero(of(readings, in_degrees) & np.isnan(claimed.step) & (written > 6))
    xy, owner = shapely.get_coordinates(shapes[rows], return_index=True)
    off = np.abs(xy / _SECOND - np.rint(xy / _SECOND)).max(axis=1, initial=0) > 1e-6
    result = np.zeros(len(shapes), dtype=bool)
    result[rows] = np.bincount(owner, off, minlength=len(rows)) == 0
    return result


def _converted(read: NDArray[np.object_], seconds: NDArray[np.bool_]) -> tuple[str, ...]:
    """Say what was converted, or taken for the national system, and how far that may be off."""
    metres = words().datum_m
    shifted = [
        f"{n} 处 {frame} 坐标已换算为 CGCS2000，精度另计 {metres['shifted']:g} m  {n} converted"
        for frame in SHIFTED
        if (n := int((read == frame).sum()))
    ]
    if n := int((read == _WGS84).sum()):
        told = f"{n} 处 WGS 84 坐标作 CGCS2000 使用，精度另计 {metres['wgs84']:g} m"
        shifted.append(f"{told}  {n} on WGS 84 taken for CGCS2000")
    if n := int(seconds.sum()):
        told = f"{n} 处十进制度由整秒换算而来，精度按 1 秒计"
        shifted.append(f"{told}  {n} converted from whole seconds: their unit is one second")
    return tuple(shifted)


def _readings(shapes: NDArray[np.object_], claimed: Claimed, *, trusted: bool) -> Readings:
    """Return how each shape is read; None where there is none."""
    result = np.full(len(shapes), None, dtype=object)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    bounds = shapely.bounds(shapes[there])
    statements = claimed.statement[there]
    for text in dict.fromkeys(statements):
        chosen = np.flatnonzero(statements == text)
        extent = Extent(*bounds[chosen].T)
        if trusted and text not in SHIFTED and not crs_floor.read_crs(text).is_geographic:
            result[there[chosen]] = Reading(text)
        else:
            frame = Frame(text, degrees=text) if trusted else read_statement(text)
            result[there[chosen]] = frames.assign(extent, frame, text=text)
    return result


def _straightened(shapes: NDArray[np.object_], readings: Readings) -> NDArray[np.object_]:
    """Return the shapes with x east and y north."""
    swapped = of(readings, lambda reading: reading.swapped)
    if not swapped.any():
        return shapes
    result = shapes.copy()
    result[swapped] = shapely.transform(shapes[swapped], lambda xy: xy[:, ::-1])
    return result


def _projected(
    shapes: NDArray[np.object_], readings: Readings, crs: str, file: str
) -> NDArray[np.object_]:
    result = np.full(len(shapes), None, dtype=object)
    codes = each(readings, lambda r: r.crs if isinstance(r, Reading) else "")
    for code in dict.fromkeys(c for c in codes if c):
        rows = np.flatnonzero(codes == code)
        try:
            result[rows] = to_work(shapes[rows], code, crs)
        except CrsMismatch as error:
            raise ProjectFaults(_in_file(file, error.faults)) from None
    return result


def _in_file(file: str, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(
        Fault(f.zh, f.en, file, None, f.column, f.key, f.value, f.remedy_zh, f.remedy_en)
        for f in faults
    )


def _told(readings: Readings, claimed: Claimed, source: Source) -> list[RowFault]:
    """Say what was read otherwise than it stands, and where nobody stated the datum."""
    metres = words().datum_m
    shorthand = np.asarray(
        [half_width(text) == SHORTHAND for text in claimed.statement], dtype=bool
    )
    said = (
        (of(readings, lambda r: r.swapped), frames.READ_SWAPPED),
        (shorthand & of(readings, lambda _: True), _READ_AS_CGCS2000),
        (of(readings, lambda r: r.assumed == "degrees"), _filled(_NO_DATUM, m=metres["degrees"])),
        (of(readings, lambda r: r.assumed == "metres"), _filled(_NO_DATUM_METRES, m=metres["old"])),
    )
    return [
        source.fault(int(i), reason, str(claimed.column[i]), claimed.shown[i])
        for rows, reason in said
        for i in np.flatnonzero(rows)
    ]


def _filled(reason: Refusal, *, m: float) -> Refusal:
    return Refusal(reason.zh.format(m=m), reason.en.format(m=m), reason.remedy_zh, reason.remedy_en)


def _rounding(
    shapes: NDArray[np.object_], readings: Readings, claimed: Claimed
) -> NDArray[np.float64]:
    """Return what half a unit of the last place written amounts to, across both axes. [m]"""
    step = 10.0 ** -np.maximum(decimals(shapes), claimed.decimals)
    half = 0.5 * np.where(np.isnan(claimed.step), step, claimed.step)
    metres = half * np.sqrt(2.0)
    latitude = np.radians(shapely.bounds(shapes)[:, 1])
    per_degree = np.hypot(_DEGREE_M[0] * np.cos(latitude), _DEGREE_M[1])
    degrees = of(readings, in_degrees)
    scientific = scientific_steps(claimed.shown)
    half = np.fmax(half, 0.5 * scientific)
    return np.where(
        degrees, half * per_degree, np.fmax(metres, _rounded(shapes, readings, claimed))
    )


def _rounded(
    shapes: NDArray[np.object_], readings: Readings, claimed: Claimed
) -> NDArray[np.float64]:
    """Return what metres in few digits leave open [m]; NaN for degrees and for all digits."""
    metres = of(readings, lambda reading: not in_degrees(reading))
    found = rounded_metres(shapes, claimed.shown)
    return np.where(metres & (claimed.decimals == 0), found, np.nan)


def _datum_error(readings: Readings) -> NDArray[np.float64]:
    """Return how far off the datum may put each place. [m]"""
    metres = words().datum_m
    known = {_WGS84: metres["wgs84"], **dict.fromkeys(SHIFTED, metres["shifted"])}
    assumed = {"degrees": metres["degrees"], "metres": metres["old"]}

    def error(reading: object) -> float:
        if not isinstance(reading, Reading):
            return 0.0
        return assumed.get(reading.assumed, known.get(reading.crs, 0.0))

    return each(readings, error).astype(np.float64)


def apart(
    places: Places,
    error: NDArray[np.float64],
    claimed: Claimed,
    others: list[tuple[Claimed, Places, NDArray[np.float64]]],
    source: Source,
) -> list[RowFault]:
    """Doubt places, in place, whose rows hold another one further off than both may be wrong.

    Parameters
    ----------
    places : Places
    error : float array [n]
        Accuracy of each. [m]
    claimed : Claimed
    others : list of (Claimed, Places, float array [n])
        Further places of the same rows, with their accuracy. [m]
    source : Source
    """
    faults = []
    for other, there, theirs in others:
        metres = shapely.distance(places.geometry, there.geometry)
        for i in np.flatnonzero(metres > error + theirs):
            places.doubted[i] = np.nan
            one, two = claimed.column[i], other.column[i]
            reason = Refusal(
                f"同一行的两处位置相距 {metres[i]:.0f} m: 「{one}」与「{two}」，按前者落图",
                f"two places of one row lie {metres[i]:.0f} m apart; the first one was taken",
                "请核对后去掉其中错误的一个",
                "drop the one that is wrong",
            )
            faults.append(source.fault(int(i), reason, str(two), other.shown[i]))
    return faults


def accuracy(
    stated: NDArray[np.float64],
    places: Places,
    kinds: NDArray[np.object_],
    source: Source,
    *,
    illustrative: bool,
) -> tuple[NDArray[np.float64], NDArray[np.bool_], list[RowFault]]:
    """Return the maximal positional error [m] and whether a default of ours is part of it.

    A stated error stands unless the decimals written are coarser. Without one, a default by kind
    and geometry (illustrative) and the rounding are added; the datum adds its own. Metres
    that a mapping file itself calls ``illustrative`` are a default too.
    """
    table = words()
    shape = kind_of(places.geometry)
    known = (nearest(str(kind or ""), table.accuracy_kind) for kind in kinds)
    by_kind = [table.accuracy_kind.get(kind, np.nan) for kind in known]
    by_shape = [table.accuracy_geometry.get(name, np.nan) for name in shape]
    default = np.where(np.isnan(by_kind), by_shape, by_kind)
    unstated = np.isnan(stated)
    result = np.where(unstated, default + places.rounding_m, np.fmax(stated, places.rounding_m))
    result = result + places.datum_m
    gone = shapely.is_missing(places.geometry)
    result[gone] = stated[gone]
    coarse = np.flatnonzero(~unstated & ~gone & (places.rounding_m > stated))
    faults = [
        source.fault(
            int(i),
            Refusal(
                f"坐标位数比声明的精度粗，按 {result[i]:.0f} m 计",
                f"the coordinates are coarser than the stated accuracy: {result[i]:.0f} m is used",
                "请补足小数位",
                "write more decimals",
            ),
            "",
            f"{stated[i]:g} m",
        )
        for i in coarse
    ]
    return result, ~gone & (unstated | illustrative | (places.datum_m > 0)), faults
