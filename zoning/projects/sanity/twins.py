"""Rows that say the same: one project twice, one place for many, one name at several places.

Everything is counted over the list as a set, so that a doubt does not depend on the order of rows.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from zoning.arrays import Floats
from zoning.projects.cells.faults import RowFault
from zoning.projects.cells.values import Refusal
from zoning.projects.counties import Area, gazetteer
from zoning.projects.sanity.limits import limits
from zoning.projects.sanity.steps import DEGREE_M, steps_of, written_degrees
from zoning.projects.sanity.subject import Subject

_BLANKS = re.compile(r"\s+")
# What numbers phases and units at the end of a name: works of one plant may share its point
_PHASE = re.compile(
    r"(?:#\d+|\d+[#号](?:机组|机|炉|线|地块|标段)?|\d+(?:机组|期|标段)"
    r"|第?[一二三四五六七八九十]+(?:期|标段|号机组)|(?:unit|phase)[0-9ivx]+"
    r"|[(（][^()（）]*[)）]|[-_/~、,.])+$",
    re.IGNORECASE,
)
_SEAT_STEP = 0.01  # coarser coordinates are not compared with centres [deg]
_RAREST = 1e9  # smaller odds are not written out

_ONE = ("若是一处，请合为一行; 若是两处，请核对坐标", "merge the rows, or check the coordinates")
_TWICE = ("若重复申报，请删去一行; 否则写明区别", "delete one row, or say how they differ")
_PICK = ("请逐个填写项目自己的坐标或边界", "give each project its own place")


def _full(name: str) -> str:
    """Return a name as names are compared: half width, lower case, no blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", name)).lower()


def _stem(full: str) -> str:
    """Return a name, as `_full` gives it, without what numbers a phase or unit of the work."""
    return _PHASE.sub("", full) or full


def twin_doubts(subject: Subject) -> list[RowFault]:
    """Doubt projects reported twice, places shared by projects of other names, and placeholders."""
    projects = subject.texts("project")
    pairs = zip(subject.texts("name"), projects, strict=True)
    names = [_full(name or project) for name, project in pairs]
    stems = [_stem(name) for name in names]
    found = _named_alike(subject, projects, names)
    chance = Chance.of(subject, stems)
    for rows in _places(subject, chance.seated):
        found += _of_one_place(subject, rows, projects, stems, chance)
    return found


def _places(subject: Subject, seated: NDArray[np.bool_]) -> list[list[int]]:
    """Return the rows of each place that several rows give, or that may be a seat's centre."""
    groups: dict[object, list[int]] = defaultdict(list)
    geometry = subject.sites.geometry
    there = np.flatnonzero(~shapely.is_missing(geometry))
    for row, key in zip(there.tolist(), _place_keys(geometry[there]), strict=True):
        groups[key].append(row)
    return [
        subject.in_file_order(rows)
        for rows in groups.values()
        if len(rows) > 1 or seated[rows].any()
    ]


def _of_one_place(
    subject: Subject, rows: list[int], projects: list[str], stems: list[str], chance: Chance
) -> list[RowFault]:
    """Doubt the rows of one place where projects of other names share it, or it is a placeholder.

    Phases of one work, told by the number that ends their names, may share a place.
    """
    counts = Counter(stems[i] for i in rows)
    several = len({projects[i] for i in rows}) > 1
    k = len(counts) if several else 1
    seat, odds = chance.of_place(rows[0], k)
    if odds < limits().chance:
        reason = _placeholder(k, chance.projects, seat, odds)
        return [subject.doubt(row, reason, *subject.place(row)) for row in rows]
    if k < 2:
        return []
    found = []
    for row in rows:
        rest = (i for i in rows if stems[i] != stems[row])
        named = subject.others(rest, len(rows) - counts[stems[row]])
        found.append(subject.doubt(row, _same_place(*named, seat), *subject.place(row)))
    return found


def _place_keys(shapes: NDArray[np.object_]) -> list[object]:
    """Return what is equal for equal places, to the millimetre; rings may begin anywhere."""
    points = np.asarray(shapely.get_type_id(shapes) == 0)
    keys: list[object] = [None] * len(shapes)
    xy = np.round(shapely.get_coordinates(shapes[points]), 3).tolist()
    for at, pair in zip(np.flatnonzero(points).tolist(), xy, strict=True):
        keys[at] = tuple(pair)
    rounded = shapely.transform(shapes[~points], lambda xy: np.round(xy, 3))
    drawn = shapely.to_wkb(shapely.normalize(rounded))
    for at, text in zip(np.flatnonzero(~points).tolist(), drawn, strict=True):
        keys[at] = text
    return keys


def _named_alike(subject: Subject, projects: list[str], names: list[str]) -> list[RowFault]:
    """Doubt different projects of one name: at one place they are one, far apart one is wrong.

    Projects with different codes of the approval platform are different, whatever they are called.
    """
    groups: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, (name, project) in enumerate(zip(names, projects, strict=True)):
        if subject.sites.geometry[row] is not None:
            groups[name][project].append(row)
    codes, said = subject.texts("code24"), subject.texts("name")
    found: list[RowFault] = []
    for members in groups.values():
        if len(members) < 2:
            continue
        ids = sorted(members)
        centres, errors = _centres(subject, members)
        near, index = cKDTree(centres).query(centres, k=2)
        for at, project in enumerate(ids):
            # of several at one point the tree may name this one second, or not at all
            other = int(index[at][1] if index[at][0] == at else index[at][0])
            a, b = members[project], members[ids[other]]
            mine, theirs = ({codes[i] for i in rows} - {""} for rows in (a, b))
            if mine and theirs and not mine & theirs:
                continue
            metres = float(near[at][1])
            named = subject.others(subject.in_file_order(b), len(b))
            one = metres <= errors[at] + errors[other]
            reason = _twice(*named) if one else _apart(*named, metres)
            found += [subject.doubt(i, reason, subject.header("name"), said[i]) for i in a]
    return found


def _centres(
    subject: Subject, members: Mapping[str, list[int]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the middle of each project [m], sorted by its id, and its largest accuracy [m]."""
    accuracy = np.nan_to_num(subject.numbers("accuracy_m"))
    centres, errors = [], []
    for project in sorted(members):
        rows = members[project]
        boxes = shapely.bounds(subject.sites.geometry[rows])
        centres.append((boxes[:, :2].min(axis=0) + boxes[:, 2:].max(axis=0)) / 2)
        errors.append(float(accuracy[rows].max()))
    return np.asarray(centres), np.asarray(errors)


def _twice(zh: str, en: str) -> Refusal:
    return Refusal(
        f"与{zh}同名，位置也相同，看来是同一项目报了两次",
        f"same name and place as {en}: one project reported twice?",
        *_TWICE,
    )


def _apart(zh: str, en: str, metres: float) -> Refusal:
    return Refusal(
        f"与{zh}同名，位置相距 {metres / 1000:.1f} km",
        f"same name as {en}, {metres / 1000:.1f} km away",
        *_ONE,
    )


def _same_place(zh: str, en: str, seat: str) -> Refusal:
    also_zh = f"，且是{seat}的地名库中心点" if seat else ""
    also_en = f"; it is the gazetteer's centre of {seat}" if seat else ""
    return Refusal(
        f"与{zh}不同名，坐标或边界却完全相同{also_zh}",
        f"another name than {en}, but the very same place{also_en}",
        *_PICK,
    )


def _placeholder(k: int, n: int, seat: str, odds: float) -> Refusal:
    what_zh = f"{seat}的地名库中心点" if seat else "一个整数坐标"
    what_en = f"the gazetteer's centre of {seat}" if seat else "one round coordinate"
    rare = f"1/{_rounded(min(1 / max(odds, 1e-300), _RAREST)):,}"
    many_zh = f"{n} 个项目里有 {k} 个都用{what_zh}" if k > 1 else f"正是{what_zh}"
    many_en = f"{k} of {n} projects on {what_en}" if k > 1 else f"it is {what_en}"
    return Refusal(
        f"看来是占位坐标: {many_zh} (碰巧如此的机会不到 {rare})",
        f"looks like a placeholder: {many_en} (by chance: less than {rare})",
        *_PICK,
    )


def _rounded(value: float) -> int:
    """Return a number down to its first figure: a bound needs no more."""
    unit = 10.0 ** math.floor(math.log10(value))
    return int(value / unit) * int(unit)


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """How likely it is that projects fall on one coordinate by accident.

    Parameters
    ----------
    lon, lat, steps : float array [n]
        As written, and how round the numbers are, whatever zeros were written behind. [deg]
    points : bool array [n]
        Only points are tried: nobody fills in a boundary to have one.
    seated : bool array [n]
        Near a centre of the gazetteer, so that it may be a copy of it.
    projects : int
        Different projects of the list that are points, phases of one counted once.
    area_m2 : float
        Ground that the list spreads over: its hull, or the jurisdiction if that is larger.
    """

    lon: Floats
    lat: Floats
    steps: Floats
    points: NDArray[np.bool_]
    seated: NDArray[np.bool_]
    projects: int
    area_m2: float

    @classmethod
    def of(cls, subject: Subject, stems: Sequence[str]) -> Chance:
        """Look at a whole list."""
        geometry = subject.sites.geometry
        points = np.asarray(shapely.get_type_id(geometry) == 0)
        lon, lat, _ = written_degrees(subject)
        there = geometry[~shapely.is_missing(geometry)]
        hull = float(shapely.area(shapely.convex_hull(shapely.geometrycollections(there))))
        region = (
            float(shapely.area(subject.counties.region)) if subject.counties is not None else 0.0
        )
        near = _seats_near(lon, lat)
        projects = len({stem for stem, point in zip(stems, points, strict=True) if point})
        steps = steps_of(lon, lat)
        return cls(lon, lat, steps, points, near & points, projects, max(hull, region, 1.0))

    def of_place(self, row: int, k: int) -> tuple[str, float]:
        """Return whose centre a place is ("" nobody's), and the odds that k projects fall on it.

        A union bound, see ``limits.toml``: over all k of the n on one cell, or on one of the
        centres. What is neither round nor a centre is no placeholder: odds 1.
        """
        if not self.points[row]:
            return "", 1.0
        lon, lat, step = (float(each[row]) for each in (self.lon, self.lat, self.steps))
        told = limits()
        rounded = min(step, told.round_deg)  # rounder still is no likelier: others are finer
        cell = rounded**2 * DEGREE_M**2 * math.cos(math.radians(lat)) * told.crowding / self.area_m2
        if self.seated[row] and (seat := _seat(lon, lat, step)):
            return seat, min(1.0, len(_seats()) * _bound(self.projects, k, cell, k))
        if step < told.round_deg - 1e-9 or k < 2:
            return "", 1.0
        return "", _bound(self.projects, k, cell, k - 1)


@cache
def _seats() -> tuple[Area, ...]:
    return tuple(area for area in gazetteer() if math.isfinite(area.lon))


def _seats_near(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a centre of the gazetteer rounds to a coordinate, at the coarsest step tried."""
    result = np.zeros(len(lon), dtype=bool)
    there = np.isfinite(lon) & np.isfinite(lat)
    tree = cKDTree([(area.lon, area.lat) for area in _seats()])
    away, _ = tree.query(np.column_stack((lon[there], lat[there])), distance_upper_bound=_SEAT_STEP)
    result[there] = np.isfinite(away)
    return result


def _seat(lon: float, lat: float, step: float) -> str:
    """Return whose centre, rounded to the step of a coordinate, is that coordinate."""
    close = limits().close_deg
    if step > _SEAT_STEP:
        return ""
    for area in _seats():
        pairs = ((area.lon, lon), (area.lat, lat))
        if all(abs(round(own / step) * step - said) < close for own, said in pairs):
            return area.name
    return ""


def _bound(n: int, k: int, cell: float, power: int) -> float:
    """Return C(n, k) cell^power, at most 1."""
    if k > n or cell >= 1:
        return 1.0
    choices = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return math.exp(min(choices + power * math.log(cell), 0.0))
