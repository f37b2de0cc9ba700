"""Claimed places to geometry in the work CRS, with what is doubted and how far off it may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.errors import CrsMismatch, Fault, ProjectFaults
from zoning.projects import frames
from zoning.projects.coordinates import Claimed
from zoning.projects.doubts import RowFault, Source
from zoning.projects.frames import Extent
from zoning.projects.geometry import decimals, flat, kind_of, repaired
from zoning.projects.statements import Frame, gauss_kruger, read_statement
from zoning.projects.values import Refusal
from zoning.projects.words import words

ASSUMED = "EPSG:4490"  # degrees without a stated datum; the doubt goes into the accuracy
_NEAR_REGION_M = 20_000.0  # T1: beyond it nothing is screened
_DEGREE_M = (111_320.0, 111_700.0)  # longest degree of longitude at the equator, of latitude. [m]
_ENOUGH = 5  # points that all look like ddd.mmss before a list is suspected: 1 in 40,000 by chance

DDMMSS = Refusal(
    "看来是 度.分秒 (ddd.mmss) 写法，不是十进制度",
    "these look like ddd.mmss, not decimal degrees",
    "请换算为十进制度; 若确为十进制度，请把表头写成「经度(十进制度)」「纬度(十进制度)」",
    "convert to decimal degrees, or state (decimal degrees) in the headers",
)
UNSTATED = Refusal(
    "没有写坐标系: 暂按 CGCS2000 落图，点位可能偏差 {m:.0f} m",
    "no CRS stated: placed as CGCS2000, perhaps {m:.0f} m off",
    "请加一列「坐标系」写明 CGCS2000 (高德、百度取点会偏 0.5-1.2 km)",
    "state CGCS2000 in a column 坐标系",
)


@dataclass(frozen=True, slots=True)
class Places:
    """Places of n rows in the work CRS.

    Parameters
    ----------
    geometry : object array [n]
        None where refused.
    doubted : float array [n]
        1 refused, 0 not doubted, NaN placed although nobody stated the datum.
    repaired : bool array [n]
    rounding_m : float array [n]
        What the decimals written leave open, largest distance. [m]
    crs_read : object array [n] of str
        The CRS that each place was read in, "" where it was not.
    """

    geometry: NDArray[np.object_]
    doubted: NDArray[np.float64]
    repaired: NDArray[np.bool_]
    rounding_m: NDArray[np.float64]
    crs_read: NDArray[np.object_]


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
    n = len(claimed.shape)
    shapes, faults = flat(claimed.shape, claimed.column, source)
    assigned = _assigned(shapes, claimed, trusted=trusted)
    if not trusted:
        _suspect_sexagesimal(shapes, claimed, assigned)
    geometry = _projected(shapes, assigned, crs, source.file)
    if region is not None and not trusted:
        _suspect_readings(shapes, geometry, assigned, crs, region)
    refused = [i for i, code in enumerate(assigned) if isinstance(code, Refusal)]
    for i in refused:
        reason = assigned[i]
        assert isinstance(reason, Refusal)
        geometry[i] = None
        faults.append(source.fault(i, reason, str(claimed.column[i]), claimed.shown[i]))
    unstated = np.asarray([code == "" for code in assigned], dtype=bool)
    faults += _unstated(np.flatnonzero(unstated), claimed, source)
    geometry, mended, said = repaired(geometry, claimed.column, source)
    doubted = np.zeros(n)
    doubted[unstated] = np.nan
    doubted[refused] = 1.0
    rounding = _rounding(shapes, assigned, claimed.decimals)
    read = np.full(n, "", dtype=object)
    read[:] = [(code or ASSUMED) if isinstance(code, str) else "" for code in assigned]
    return Places(geometry, doubted, mended, rounding, read), faults + said


def _assigned(
    shapes: NDArray[np.object_], claimed: Claimed, *, trusted: bool
) -> list[str | Refusal | None]:
    """Return the CRS of each shape: "" unstated degrees; a Refusal; None where there is none."""
    result: list[str | Refusal | None] = [None] * len(shapes)
    there = np.flatnonzero(~shapely.is_missing(shapes))
    bounds = shapely.bounds(shapes[there])
    statements = claimed.statement[there]
    for text in dict.fromkeys(statements):
        chosen = np.flatnonzero(statements == text)
        extent = Extent(*bounds[chosen].T)
        if trusted and not crs_floor.read_crs(text).is_geographic:
            codes: list[str | Refusal] = [text] * len(chosen)
        else:
            frame = Frame(text, degrees=text) if trusted else read_statement(text)
            codes = frames.assign(extent, frame, text=text)
        for k, code in zip(chosen, codes, strict=True):
            result[there[k]] = code
    return result


def _projected(
    shapes: NDArray[np.object_], assigned: list[str | Refusal | None], crs: str, file: str
) -> NDArray[np.object_]:
    result = np.full(len(shapes), None, dtype=object)
    codes = np.asarray([c if isinstance(c, str) else None for c in assigned], dtype=object)
    for code in dict.fromkeys(c for c in codes if c is not None):
        rows = np.flatnonzero(codes == code)
        try:
            result[rows] = crs_floor.project(shapes[rows], code or ASSUMED, crs)
        except CrsMismatch as error:
            raise ProjectFaults(_in_file(file, error.faults)) from None
    return result


def _in_file(file: str, faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    return tuple(
        Fault(f.zh, f.en, file, None, f.column, f.key, f.value, f.remedy_zh, f.remedy_en)
        for f in faults
    )


def _suspect_sexagesimal(
    shapes: NDArray[np.object_], claimed: Claimed, assigned: list[str | Refusal | None]
) -> None:
    """Refuse a list whose degrees all read as ddd.mmss, unless its headers say decimal."""
    points = kind_of(shapes) == "point"
    degrees = _in_degrees(assigned)
    rows = np.flatnonzero(points & degrees & ~claimed.plain_degrees)
    if len(rows) < _ENOUGH:
        return
    x, y = shapely.get_x(shapes[rows]), shapely.get_y(shapes[rows])
    different = len(set(zip(x.tolist(), y.tolist(), strict=True)))
    fine = np.maximum(decimals(shapes[rows]), claimed.decimals[rows]) >= 3
    if different >= _ENOUGH and fine.all() and _sexagesimal(x).all() and _sexagesimal(y).all():
        for i in rows:
            assigned[i] = DDMMSS


def _sexagesimal(value: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether the digits behind the point could be minutes and seconds."""
    digits = np.floor((value - np.floor(value)) * 1e4 + 1e-6)
    return np.asarray((digits // 100 < 60) & (digits % 100 < 60))


def _from_sexagesimal(value: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = np.floor(value)
    digits = (value - whole) * 1e4
    minutes = np.floor(digits / 100 + 1e-9)
    return np.asarray(whole + minutes / 60 + (digits - 100 * minutes) / 3600)


def _suspect_readings(
    shapes: NDArray[np.object_],
    geometry: NDArray[np.object_],
    assigned: list[str | Refusal | None],
    crs: str,
    region: shapely.Geometry,
) -> None:
    """Refuse what lies outside the region as stated, but inside under a common mistake."""
    shapely.prepare(region)
    there = ~shapely.is_missing(geometry)
    outside = np.flatnonzero(there & ~shapely.dwithin(geometry, region, _NEAR_REGION_M))
    degrees = _in_degrees([assigned[i] for i in outside])
    points = shapely.point_on_surface(shapes[outside])
    for i in outside[degrees][_reads_as_sexagesimal(points[degrees], crs, region)]:
        assigned[i] = DDMMSS
    metres = np.flatnonzero(~degrees & (shapely.get_x(points) < 1e6))
    for central in (105, 108):  # the zones that meet in Guiyang, at 106.5 E
        code = gauss_kruger(central)
        inside = _inside(points[metres], code, crs, region)
        for i in outside[metres[inside]]:
            if isinstance(assigned[i], str) and assigned[i] != code:
                assigned[i] = _other_meridian(code, central)


def _in_degrees(codes: Sequence[str | Refusal | None]) -> NDArray[np.bool_]:
    """Whether each CRS is one of degrees; unstated counts, since only degrees may be unstated."""
    known = {code for code in codes if isinstance(code, str)}
    degrees = {code for code in known if not code or crs_floor.read_crs(code).is_geographic}
    return np.asarray([code in degrees for code in codes], dtype=np.bool_)


def _reads_as_sexagesimal(
    points: NDArray[np.object_], crs: str, region: shapely.Geometry
) -> NDArray[np.bool_]:
    """Whether points could be ddd.mmss, and lie in the region if they are."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    turned = shapely.points(_from_sexagesimal(x), _from_sexagesimal(y))
    possible = _sexagesimal(x) & _sexagesimal(y)
    return possible & _inside(np.asarray(turned, dtype=object), ASSUMED, crs, region)


def _other_meridian(code: str, central: int) -> Refusal:
    return Refusal(
        "按声明的坐标系不在辖区附近，换一个中央子午线却正好落在辖区内",
        "outside the region as stated, inside with another central meridian",
        f"看来应为 {code} (中央子午线 {central}°); 若是，请改坐标系",
        f"perhaps {code}; if so, state it",
    )


def _inside(
    points: NDArray[np.object_], code: str, crs: str, region: shapely.Geometry
) -> NDArray[np.bool_]:
    moved = crs_floor.project(points, code, crs)
    return np.asarray(shapely.intersects(region, moved), dtype=bool)


def _unstated(rows: NDArray[np.int64], claimed: Claimed, source: Source) -> list[RowFault]:
    m = words().datum_unstated_m
    reason = Refusal(
        UNSTATED.zh.format(m=m), UNSTATED.en.format(m=m), UNSTATED.remedy_zh, UNSTATED.remedy_en
    )
    return [source.fault(int(i), reason, str(claimed.column[i]), claimed.shown[i]) for i in rows]


def _rounding(
    shapes: NDArray[np.object_],
    assigned: list[str | Refusal | None],
    written: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return what half a unit of the last decimal amounts to, across both axes. [m]"""
    half = 0.5 * 10.0 ** -np.maximum(decimals(shapes), written)
    metres = half * np.sqrt(2.0)
    degrees = _in_degrees(assigned)
    latitude = np.radians(shapely.bounds(shapes)[:, 1])
    per_degree = np.hypot(_DEGREE_M[0] * np.cos(latitude), _DEGREE_M[1])
    return np.where(degrees, half * per_degree, metres)


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
    and geometry (illustrative) and the rounding are added; an unstated datum adds its own. Metres
    that a mapping file itself calls ``illustrative`` are a default too.
    """
    table = words()
    shape = kind_of(places.geometry)
    by_kind = [table.accuracy_kind.get(kind, np.nan) for kind in kinds]
    by_shape = [table.accuracy_geometry.get(name, np.nan) for name in shape]
    default = np.where(np.isnan(by_kind), by_shape, by_kind)
    unstated = np.isnan(stated)
    result = np.where(unstated, default + places.rounding_m, np.fmax(stated, places.rounding_m))
    assumed = np.isnan(places.doubted)
    result = result + np.where(assumed, table.datum_unstated_m, 0.0)
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
    return result, (~gone & (unstated | illustrative)) | assumed, faults
