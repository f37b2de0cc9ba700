"""Does a row lie in the jurisdiction, and in the county it names."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.projects.cells.faults import RowFault
from zoning.projects.cells.values import Refusal
from zoning.projects.counties import Counties, counties_named, county_of, declared_counties
from zoning.projects.sanity.subject import Subject

_ABROAD = ("核对坐标与坐标系; 若确在外地，不属本辖区审查", "check coordinates and CRS")
_PARTLY = ("核对边界; 辖区外的部分须由所在地审查", "the part outside is for its own office")
_EDGE = ("以勘测定界成果和法定界线确认", "settle it with the surveyed boundary")
_WHICH = ("核对坐标，或改正申报的区县", "check the coordinates, or the county")
_CODE = ("核对现行行政区划代码; 撤并改名的用新代码", "use the code in force")
_NAME = ("写县级行政区全称，如 清镇市", "write the county's full name")


def region_doubts(subject: Subject) -> list[RowFault]:
    """Doubt rows that lie outside the jurisdiction, across its border, or too near to tell."""
    counties, located = subject.counties, subject.located
    if counties is None or located is None:
        return []
    placed = ~shapely.is_missing(subject.sites.geometry)
    rows = np.flatnonzero(placed & ~located.inside)
    away = shapely.distance(subject.sites.geometry[rows], counties.region)
    found: list[RowFault] = []
    accuracy = np.nan_to_num(subject.numbers("accuracy_m")) + counties.accuracy_m
    for row, metres in zip(rows.tolist(), away.tolist(), strict=True):
        if located.outside[row]:
            reason = _outside(metres)
        elif not located.whole[row]:
            reason = Refusal("一部分在辖区外", "partly outside the jurisdiction", *_PARTLY)
        else:
            t = f"{accuracy[row]:.0f} m"
            reason = Refusal(
                f"边界存疑: 距辖区界线不到误差 {t}，在界内还是界外说不准",
                f"within {t} of the border of the jurisdiction: inside or not cannot be told",
                *_EDGE,
            )
        found.append(subject.doubt(row, reason, *subject.place(row)))
    return found


def _outside(metres: float) -> Refusal:
    return Refusal(
        f"不在辖区内，距界线 {metres / 1000:.1f} km",
        f"outside the jurisdiction, {metres / 1000:.1f} km off",
        *_ABROAD,
    )


def county_doubts(subject: Subject) -> list[RowFault]:
    """Doubt rows whose county, code or name speaks of another county than they lie in.

    Where the doubt of the place reaches several counties, any of them agrees. A text that names
    an area without a county line (贵安新区) or only the city says nothing.
    """
    own = subject.counties.names if subject.counties is not None else ()
    found: list[RowFault] = []
    columns = [subject.texts(name) for name in ("county", "adcode", "name")]
    codes = {code: _coded(code, subject.counties) for code in set(columns[1])}
    for row, (county, adcode, name) in enumerate(zip(*columns, strict=True)):
        if not (county or adcode or name):
            continue
        declared = declared_counties(county, own) if county else None
        coded, strange = codes[adcode]
        if strange is not None:
            found.append(subject.doubt(row, strange, subject.header("adcode"), adcode))
        if declared is not None and not declared:
            found += _unknown(subject, row, county)
        elif declared and coded and coded not in declared:
            found.append(subject.doubt(row, _two(county, coded), subject.header("adcode"), adcode))
        elif declared:
            found += _elsewhere(subject, row, declared, "county", county)
        if coded and not declared:
            found += _elsewhere(subject, row, frozenset((coded,)), "adcode", adcode)
        if declared is None and not coded and (named := counties_named(name, own)):
            found += _elsewhere(subject, row, named, "name", name)
    return found


def _coded(adcode: str, counties: Counties | None) -> tuple[str | None, Refusal | None]:
    """Return the county of a code, and the doubt where Guizhou has no such code."""
    if not adcode:
        return None, None
    try:
        return county_of(adcode, counties), None
    except KeyError:
        return None, Refusal(
            "贵州省现行县级行政区划代码里没有这个代码",
            "no county of Guizhou has this code",
            *_CODE,
        )


def _unknown(subject: Subject, row: int, county: str) -> list[RowFault]:
    reason = Refusal("不认识的区县，无法与坐标核对", "a county that is not known here", *_NAME)
    return [subject.doubt(row, reason, subject.header("county"), county)]


def _two(county: str, coded: str) -> Refusal:
    return Refusal(
        f"区划代码是{coded}，区县写的是「{county}」",
        f"the code is that of {coded}, the county says {county}",
        "改正其中错误的一个",
        "mend the one that is wrong",
    )


def _elsewhere(
    subject: Subject, row: int, named: frozenset[str], column: str, value: str
) -> list[RowFault]:
    """Doubt a row that surely lies in none of the counties named."""
    counties, located = subject.counties, subject.located
    if counties is None or located is None or subject.sites.geometry[row] is None:
        return []
    if named & located.possible[row]:
        return []
    held = named.intersection(counties.names)
    # a county whose line is not held may be where the site lies, unless that is surely inside
    if not held and not located.inside[row]:
        return []
    sure = located.sure[row] == located.possible[row]
    lies = ("、" if sure else "或").join(sorted(located.possible[row])) or "辖区外"
    said = "、".join(sorted(named))
    away = _distance(subject, row, held, counties)
    verb = {"county": "申报在", "adcode": "区划代码是", "name": "名称提到"}[column]
    reason = Refusal(
        f"{verb}{said}，坐标落在{lies}{away[0]}",
        f"named: {said}; located: {lies}{away[1]}",
        *_WHICH,
    )
    return [subject.doubt(row, reason, subject.header(column), value)]


def _distance(
    subject: Subject, row: int, held: frozenset[str], counties: Counties
) -> tuple[str, str]:
    if not held:
        return "", ""
    at = [i for i, name in enumerate(counties.names) if name in held]
    metres = float(shapely.distance(subject.sites.geometry[row], counties.zones.geometry[at]).min())
    return f"，相距 {metres / 1000:.1f} km", f", {metres / 1000:.1f} km away"
