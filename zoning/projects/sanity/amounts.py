"""Do the amounts of a row fit each other: area and capacity, accuracy and ground, its words."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import geodesic_area
from zoning.facts.kinds import nearest
from zoning.projects.cells.faults import RowFault
from zoning.projects.cells.values import Refusal
from zoning.projects.cells.words import plain
from zoning.projects.sanity.limits import Density, limits
from zoning.projects.sanity.steps import half_step_m, written_degrees
from zoning.projects.sanity.subject import Subject

_AREAS = (3, 6)
_POINTS = (0, 4)
_UNITS = (
    "核对面积单位 (亩、公顷、平方米) 和规模单位 (kW、MW、万千瓦)",
    "check the units of area and capacity",
)
_DRAW = ("请补勘测定界或用地红线的边界", "supply the boundary")
_ROUND = ("请补足经纬度的小数位 (6 位约 0.1 m)", "write more decimals")


def capacity_doubts(subject: Subject) -> list[RowFault]:
    """Doubt projects whose area is far too small or too large for their capacity.

    The areas of a project's components add up; a capacity that stands in each row may be that of
    the row or of the whole. Doubted is what is implausible either way.
    """
    area = _areas(subject)
    capacity, unit = subject.numbers("capacity"), subject.texts("capacity_unit")
    kind = [nearest(text, limits().density) for text in subject.texts("kind")]
    part = subject.texts("component_kind")
    projects: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, project in enumerate(subject.texts("project")):
        density = limits().density.get(kind[row])
        if density is not None and part[row] in density.components:
            projects[project, kind[row]].append(row)
    found: list[RowFault] = []
    for (_, sort), rows in projects.items():
        density = limits().density[sort]
        amounts = [capacity[i] * density.units.get(plain(unit[i]), math.nan) for i in rows]
        ground = math.fsum(area[rows]) / density.divide
        if not (ground > 0 and all(amount > 0 for amount in amounts)):
            continue
        each, whole = ground / math.fsum(amounts), ground / max(amounts)
        if whole < density.low or each > density.high:
            reason = _implausible(density, ground, max(amounts), whole)
            said = [f"{capacity[i]:g} {unit[i]}" for i in rows]
            header = subject.header("capacity")
            found += [subject.doubt(i, reason, header, s) for i, s in zip(rows, said, strict=True)]
    return found


def _areas(subject: Subject) -> NDArray[np.float64]:
    """Return the area of each row [m2]: measured where there is a boundary, else declared."""
    geometry = subject.sites.geometry
    area = subject.numbers("declared_m2").copy()
    drawn = np.isin(shapely.get_type_id(geometry), _AREAS)
    area[drawn] = geodesic_area(geometry[drawn], subject.sites.crs)
    return area


def _implausible(density: Density, ground: float, amount: float, ratio: float) -> Refusal:
    few = ratio < density.low
    area, power = density.per.split("/")
    said = f"{ground:.3g} {area} / {amount:.3g} {power} = {ratio:.2g} {density.per}"
    bound = f"{density.low:g}" if few else f"{density.high:g}"
    known = f"; {density.observed}" if density.observed else ""
    return Refusal(
        f"{density.title}规模与用地不相称: {said}，"
        f"{'小于' if few else '大于'}合理范围的 {bound}{known}",
        f"area and capacity do not fit: {said}, {'below' if few else 'above'} {bound}",
        *_UNITS,
    )


def boundary_doubts(subject: Subject) -> list[RowFault]:
    """Doubt points that stand where a boundary is announced.

    It is announced by the list (a column for boundaries, and more than 1 ha of ground), by the
    row's own words, or by being a park.
    """
    told = limits()
    points = np.isin(shapely.get_type_id(subject.sites.geometry), _POINTS)
    large = subject.numbers("declared_m2") > told.large_m2
    column = "wkt" in subject.headers
    remarks, kinds, place = (subject.texts(name) for name in ("remark", "kind", "place"))
    found: list[RowFault] = []
    for row in np.flatnonzero(points).tolist():
        word = next((word for word in told.boundary_words if word in remarks[row]), "")
        if column and place[row].removeprefix("Multi") == "Point":
            why = Refusal("边界列里写的是一个点", "a point in the column for boundaries", *_DRAW)
        elif word:
            why = Refusal(
                f"备注提到「{word}」，这一行却只有点位",
                "the remarks announce a boundary, the row gives a point",
                *_DRAW,
            )
        elif nearest(kinds[row], ("park",)):
            why = Refusal("园区只给了一个点位", "a park is given as a point", *_DRAW)
        elif column and large[row]:
            why = Refusal(
                "清单有边界列，这一行占地 1 公顷以上却只有点位",
                "the list has boundaries, this row of more than 1 ha only a point",
                *_DRAW,
            )
        else:
            continue
        found.append(subject.doubt(row, why, *subject.place(row)))
    return found


def accuracy_doubts(subject: Subject) -> list[RowFault]:
    """Doubt accuracies that cannot be, and coordinates too coarse for the ground they stand for."""
    told = limits()
    geometry = subject.sites.geometry
    stated = subject.numbers("accuracy_m")
    default = subject.sites.table["accuracy_default"].to_numpy(np.bool_)
    declared = subject.numbers("declared_m2")
    drawn = np.isin(shapely.get_type_id(geometry), _AREAS)
    points = np.isin(shapely.get_type_id(geometry), _POINTS)
    own = "accuracy_m" in subject.headers
    radius = np.sqrt(np.where(drawn, shapely.area(geometry), declared) / np.pi)
    found: list[RowFault] = []
    for row in np.flatnonzero(~default & (stated < told.finest_m)).tolist() if own else []:
        why = Refusal(
            "没有哪种测量能达到这个精度",
            "no survey is that accurate",
            "请填最大点位误差，如 RTK 0.05 m",
            "state the largest error of position",
        )
        found.append(subject.doubt(row, why, subject.header("accuracy_m"), f"{stated[row]:g} m"))
    for row in np.flatnonzero(drawn & ~default & (stated > radius)).tolist() if own else []:
        why = Refusal(
            f"声明的误差比地块本身 (半径约 {radius[row]:.0f} m) 还大",
            f"the stated error exceeds the site itself (radius about {radius[row]:.0f} m)",
            "核对精度的数值和单位",
            "check the number and its unit",
        )
        found.append(subject.doubt(row, why, subject.header("accuracy_m"), f"{stated[row]:g} m"))
    return found + _coarse(subject, np.flatnonzero(points), radius)


def _coarse(
    subject: Subject, rows: NDArray[np.int64], radius: NDArray[np.float64]
) -> list[RowFault]:
    """Doubt points that are written more coarsely than the ground they stand for is large."""
    _, lat, steps = written_degrees(subject)
    error = half_step_m(steps, lat)
    found = []
    for row in rows[error[rows] > np.fmax(limits().coarse_m, radius[rows])].tolist():
        ground = f" (占地半径约 {radius[row]:.0f} m)" if radius[row] > 0 else ""
        step, open_ = f"{2 * error[row]:.0f} m", f"{error[row]:.0f} m"
        why = Refusal(
            f"坐标只写到约 {step} 一格，最多偏 {open_}，定不出项目在哪里{ground}",
            f"written to steps that leave {open_} open: the project cannot be found by it",
            *_ROUND,
        )
        found.append(subject.doubt(row, why, *subject.place(row)))
    return found
