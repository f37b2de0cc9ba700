"""勘测定界 TXT in: parcels of one project, each with its rings, area and what its head says.

One text is one project: its parcels are components of it, since it is handed in with one
application and judged as one; each parcel still has a row, a verdict and a place on the map of its
own. The project is called what the head calls it, else what the file is called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely

from zoning import crs as crs_floor
from zoning.errors import CrsMismatch, Fault, ProjectFaults
from zoning.projects.boundaries.parcel_shapes import EXCHANGED, Outline, outline_of
from zoning.projects.boundaries.parcels import SHAPES, Parcel, Parcels, parse
from zoning.projects.cells.values import Refusal, split_number
from zoning.projects.cells.words import plain, words
from zoning.projects.coordinates import zones
from zoning.projects.coordinates.figures import AREA_TOLERANCE
from zoning.projects.formats.plaintext import read_lines
from zoning.projects.tables.raw import AsWritten, RawTable, clean, no_such_part

SURVEYED = (".txt",)
_HEADERS = ("项目名称", "组成部分", "占地面积", "面积单位", "备注")
_NEAR_REGION_M = 20_000.0  # as for lists: beyond it nothing is screened
_SNIFFED = 8192  # bytes that tell a text of parcels from a list
_UNITS = ("公顷", "平方米", "亩")  # the first is the format's own

_NO_ZERO = Refusal(
    "地块面积写 0，按未申报处理",
    "an area of 0 is read as not declared",
    "请填地块面积 (公顷)",
    "fill in the area in hectares",
)


def looks_surveyed(path: Path) -> bool:
    """Whether a text is one of parcels, by its first lines; a list may be a .txt too."""
    try:
        with path.open("rb") as file:
            begun = file.read(_SNIFFED)
    except OSError:
        return False
    texts = [begun.decode(encoding, "ignore") for encoding in ("utf-8", "gb18030", "utf-16")]
    if any(word in text for word in ("属性描述", "地块坐标") for text in texts):
        return True
    return any(not parcel.headless for parcel in parse(texts[0].splitlines()).parcels)


def read_surveyed(
    path: Path, *, sheet: str | None, region: shapely.Geometry | None, crs: str
) -> RawTable:
    """Read a 勘测定界 text (UTF-8, UTF-16 or GB 18030).

    Parameters
    ----------
    path : path
    sheet : str, optional
        There is none to choose.
    region : shapely geometry, optional
        Jurisdiction in ``crs``. A zone in front of the eastings that contradicts the head is
        believed only where it leads here.
    crs : str
        Work CRS.

    Raises
    ------
    ProjectFaults
        No text, no parcel in it, an old datum, or a head that says the same key twice otherwise.
    """
    if sheet is not None:
        raise ProjectFaults(no_such_part(path.name, sheet, ()))
    lines, encoding = read_lines(path)
    text = parse(lines)
    _check(text, path.name)
    outlines = [outline_of(parcel) for parcel in text.parcels]
    names = _names(text.parcels, path.stem)
    read = [
        _judged(parcel, outline, name, region, crs)
        for parcel, outline, name in zip(text.parcels, outlines, names, strict=True)
    ]
    geometry = np.full(len(read), None, dtype=object)
    geometry[:] = [one.shape for one in read]
    faults = [
        (i, _fault(path.name, parcel, doubt))
        for i, (parcel, one) in enumerate(zip(text.parcels, read, strict=True))
        for doubt in one.doubts
    ]
    return RawTable(
        path.name,
        "",
        0,
        _HEADERS,
        tuple(clean(column) for column in zip(*(one.cells for one in read), strict=True)),
        np.asarray([parcel.line for parcel in text.parcels], dtype=np.int64),
        geometry,
        "",
        len(read),
        0,
        (f"编码 encoding: {encoding}", *_notes(text, outlines)),
        tuple(faults),
        as_written=AsWritten(
            np.asarray([one.stated for one in read], dtype=object),
            np.asarray([outline.decimals for outline in outlines], dtype=np.int64),
            np.asarray([one.otherwise for one in read], dtype=np.bool_),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """One parcel understood: its place, what that is in, its cells, and what is doubted.

    ``otherwise``: the numbers or the head were read otherwise than they stand.
    """

    shape: shapely.Geometry | None
    stated: str
    cells: tuple[object, ...]
    doubts: tuple[Refusal, ...]
    otherwise: bool


def _judged(
    parcel: Parcel,
    outline: Outline,
    name: tuple[str, str | None],
    region: shapely.Geometry | None,
    crs: str,
) -> _Read:
    said, refusals, followed = _place(parcel, outline, region, crs)
    area, unit, doubts = _declared(parcel, outline)
    whole, lost = _complete(parcel, outline, area, unit)
    return _Read(
        outline.shape if whole and said is not None else None,
        said or "",
        (*name, area, unit, _remark(parcel)),
        (*outline.doubts, *refusals, *doubts, *lost),
        followed or EXCHANGED in outline.doubts,
    )


def _check(text: Parcels, file: str) -> None:
    """Refuse what is no such text, and heads that cannot be followed."""
    if not text.parcels or not (text.headed or any(not p.headless for p in text.parcels)):
        raise ProjectFaults(
            Fault(
                zh="不是勘测定界界址点 TXT，或里面没有地块",
                en="not a 勘测定界 text of boundary points, or no parcel in it",
                file=file,
                remedy_zh="应有 [属性描述] 和 [地块坐标] 两段; 若是表格，请另存为 .xlsx 或 .csv",
                remedy_en="it has the sections [属性描述] and [地块坐标]; save a table as .xlsx",
            )
        )
    faults = [
        Fault(
            zh="同一项写了两次，内容不同",
            en="one key said twice, otherwise",
            file=file,
            row=line,
            key=key,
            remedy_zh="请只留一个",
            remedy_en="keep one",
        )
        for line, key in text.twice
    ]
    for head in {id(p.head): p.head for p in text.parcels}.values():
        if zones.old_datum(datum := head.get("datum", "")):
            fault = crs_floor.legacy_fault("EPSG:4610")
            faults.append(replace(fault, file=file, key="坐标系", value=datum))
    if faults:
        raise ProjectFaults(tuple(faults))


def _names(parcels: Sequence[Parcel], stem: str) -> list[tuple[str, str | None]]:
    """Return project and component of each parcel; a text of one parcel has no components."""
    named = Counter(parcel.name for parcel in parcels)
    result: list[tuple[str, str | None]] = []
    for k, parcel in enumerate(parcels, 1):
        own = parcel.name or parcel.number or f"地块{k}"
        if parcel.name and parcel.number and named[parcel.name] > 1:
            own = f"{parcel.name} {parcel.number}"
        result.append((parcel.head.get("project") or stem, own if len(parcels) > 1 else None))
    return result


def _place(
    parcel: Parcel, outline: Outline, region: shapely.Geometry | None, crs: str
) -> tuple[str | None, list[Refusal], bool]:
    """Return what the numbers are in, None where that cannot be told; and what is doubted.

    The last is whether the zone in front of the eastings was believed against the head.
    """
    zone = zones.zone_of(parcel.head)
    if outline.shape is None:
        return None, [], False
    if outline.degrees:
        return zone.datum, [], False
    if not zones.gauss_projected(projection := parcel.head.get("projection", "")):
        return None, [zones.another_projection(projection)], False
    said, clashes = zones.statement(zone, outline.prefix)
    if not clashes:
        doubts = [zones.left_open(zone.datum)] if zone.datum and not said else []
        if zone.by_meridian:
            doubts.append(zones.meridian_for_zone(zone.meridian))
        return said, doubts, False
    if _leads_into(region, outline, crs):
        return said, [zones.followed(clashes, outline.prefix)], True
    return None, [zones.refused(clashes, outline.prefix)], False


def _leads_into(region: shapely.Geometry | None, outline: Outline, crs: str) -> bool:
    """Whether the zone in front of the eastings puts the parcel into the region."""
    code = zones.by_prefix(outline.prefix)
    if region is None or not code:
        return False
    try:
        moved = crs_floor.project(np.asarray([outline.shape], dtype=object), code, crs)
    except CrsMismatch:
        return False
    return bool(shapely.dwithin(moved, region, _NEAR_REGION_M)[0])


def _declared(parcel: Parcel, outline: Outline) -> tuple[object, str | None, list[Refusal]]:
    """Return the declared area, its unit, and what is doubted of them.

    The format has hectares. A unit that is written stands; where none is and the hectares
    contradict the boundary while square metres or 亩 agree with it, those are taken, and it is
    said.
    """
    if not parcel.area:
        return None, None, []
    parts = split_number(parcel.area)
    if isinstance(parts, Refusal):
        return parcel.area, _UNITS[0], []
    number, own = parts
    if number == 0:
        return None, None, [_NO_ZERO]
    if unit := own or parcel.head.get("area_unit", ""):
        return number, unit, []
    agreeing = [unit for unit in _UNITS if _agrees(number, unit, outline)]
    if not agreeing or agreeing[0] == _UNITS[0]:
        return number, _UNITS[0], []
    unit = agreeing[0]
    doubt = Refusal(
        f"地块面积没有写单位，按{unit}读取才与边界相符 (本格式应为公顷)",
        f"an area without unit agrees with the boundary in {unit} only; the format has hectares",
        "请核对面积单位",
        "check the unit of the area",
    )
    return number, unit, [doubt]


def _agrees(number: float, unit: str, outline: Outline) -> bool:
    factor = words().units["area"].get(plain(unit))
    measured = outline.area_m2
    if factor is None or measured <= 0:
        return False
    return abs(number * factor - measured) <= AREA_TOLERANCE * number * factor


def _complete(
    parcel: Parcel, outline: Outline, area: object, unit: str | None
) -> tuple[bool, list[Refusal]]:
    """Whether the points are all there; the declared area is the second witness."""
    if outline.shape is None or not parcel.count:
        return True, []
    least, most = outline.counts
    stated = int(parcel.count) if parcel.count.isdecimal() and len(parcel.count) < 9 else None
    if stated is not None and (stated == 0 or least <= stated <= most):
        return True, []
    known = isinstance(area, float) and unit is not None
    agrees = known and _agrees(float(str(area)), str(unit), outline)
    missing = stated is not None and stated > most and not agrees
    return not missing, [_miscounted(parcel.count, least, missing=missing, agrees=agrees)]


def _miscounted(count: str, found: int, *, missing: bool, agrees: bool) -> Refusal:
    said = f"界址点数写 {count[:12]}，实有 {found} 个 (不计闭合点)"
    if missing:
        return Refusal(
            f"{said}: 边界可能不完整，未落图",
            f"{found} points where the row says {count[:12]}: the boundary may be cut short",
            "请补齐界址点，或改正点数",
            "supply the missing points, or correct the number",
        )
    more = "，面积与边界相符" if agrees else ""
    return Refusal(
        f"{said}{more}: 按实有的点读取",
        f"{found} points where the row says {count[:12]}; the points there were read",
        "请核对界址点数",
        "check the number of points",
    )


def _remark(parcel: Parcel) -> str | None:
    """Return what else the row says, for people."""
    fields = {
        "地块编号": parcel.number,
        "地块名称": parcel.name,
        "图幅号": parcel.sheet,
        "地块用途": parcel.use,
        "地类编码": parcel.land,
        "其他": ",".join(parcel.more),
    }
    return "; ".join(f"{name} {text}" for name, text in fields.items() if text) or None


def _notes(text: Parcels, outlines: Sequence[Outline]) -> list[str]:
    """Return what was understood of the text as a whole."""
    parcels = text.parcels
    said = []
    if opened := sum(outline.opened for outline in outlines):
        said.append(f"{opened} 圈末点没有重复首点，已闭合  {opened} rings were closed")
    if unmarked := sum(not p.ended and not p.headless for p in parcels):
        said.append(f"{unmarked} 个地块行缺 @  {unmarked} rows of parcels lack their @")
    heads = {id(p.head): p.head for p in parcels}.values()
    if any(head.get("parameters", "").strip(" ,0.") for head in heads):
        said.append("转换参数未使用  the conversion parameters are not applied")
    if precision := "、".join(dict.fromkeys(h["precision"] for h in heads if h.get("precision"))):
        said.append(
            f"文件头精度 {precision} 是坐标取位，不作点位误差  "
            "the precision of the head is one of digits, not of position"
        )
    units = {head.get("unit", "") for head in heads} - {"", "米", "m", "M", "度"}
    if units:
        said.append(f"计量单位写「{'、'.join(sorted(units))}」，按数值读取  unit read from numbers")
    if text.unknown:
        unread = "、".join(list(text.unknown)[:10])
        said.append(f"文件头里未读的内容: {unread}  not read in the head")
    if {p.shape for p in parcels if p.shape} - SHAPES.keys():
        said.append("图形属性不认识  unknown shape")
    return said


def _fault(file: str, parcel: Parcel, doubt: Refusal) -> Fault:
    return Fault(
        zh=doubt.zh,
        en=doubt.en,
        file=file,
        row=parcel.line,
        value=(parcel.name or parcel.number)[:80],
        remedy_zh=doubt.remedy_zh,
        remedy_en=doubt.remedy_en,
    )
