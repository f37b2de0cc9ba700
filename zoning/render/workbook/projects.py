"""Sheets 项目结论 and 组件: one row a project, one row a component, coloured by verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from zoning.facts.kinds import LISTED, SOURCES
from zoning.render.style import COMPONENT, VERDICT
from zoning.render.tables.bottomline import ALSO, FactRows, printed, touch
from zoning.render.tables.columns import Column, Value
from zoning.render.tables.digest import Digest, digest
from zoning.render.words import REMEDY, geometry_word, hectares, joined
from zoning.render.workbook.book import Book, Cell, Row, Table
from zoning.render.workbook.doubts import doubt_mark

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.views import ProjectView, SiteView

ROWS_AT_MOST: Final = 50_000
"""Projects, and components, with a row: what a spreadsheet still opens and people still read."""

_UNITS: Final = (
    Column("编码", 15, "wrap", "环境管控单元"),
    Column("名称", 13, "wrap", "环境管控单元"),
    Column("类别", 8.5, "centre", "环境管控单元"),
    Column("面积 (ha)", 8, "ha", "环境管控单元"),
    Column("占比", 7.5, "share", "环境管控单元"),
)
_ENDS: Final = (
    Column("最好", 8, "centre", "结论区间"),
    Column("最坏", 8, "centre", "结论区间"),
)
_BEFORE: Final = (
    Column("序号", 5, "int"),
    Column("项目代码", 14, "wrap"),
    Column("名称", 17, "wrap"),
    Column("结论", 12.5, "centre"),
    Column("单位", 13, "wrap"),
    Column("性质", 6, "centre"),
    Column("行业代码、产品、工艺、规模", 16, "wrap"),
    Column("位置", 11, "wrap"),
    Column("坐标系", 11.5, "centre"),
    Column("申报 (ha)", 7.5, "ha", "面积"),
    Column("实测 (ha)", 7.5, "ha", "面积"),
    *_UNITS,
)
_AFTER: Final = (
    *_ENDS,
    Column("除管控单元研判外", 10, "centre", "结论区间"),
    Column("可否补正", 9, "centre"),
    Column("需补材料及要求", 36, "wrap"),
    Column("征求部门", 11, "wrap"),
    Column("规则状态", 22, "wrap"),
    Column("存疑", 8, "centre"),
)
_COMPONENT_BEFORE: Final = (
    Column("序号", 5.5, "int"),
    Column("项目代码", 12, "wrap"),
    Column("组件编号", 14, "wrap"),
    Column("组件", 9, "centre"),
    Column("名称", 18, "wrap"),
    Column("结论", 11.5, "centre"),
    Column("类型", 8, "centre"),
    Column("性质", 7, "centre"),
    Column("受理日期", 11, "date"),
    Column("图形", 6, "centre"),
    Column("经度 (°)", 11.5, "degrees", "位置 CGCS2000"),
    Column("纬度 (°)", 10.5, "degrees", "位置 CGCS2000"),
    Column("精度 (m)", 8.5, "wrap", "位置 CGCS2000"),
    Column("落图", 9, "centre", "区县"),
    Column("申报", 9, "centre", "区县"),
    Column("申报 (ha)", 8.5, "ha", "面积"),
    Column("实测 (ha)", 8.5, "ha", "面积"),
    *_UNITS,
)
_COMPONENT_AFTER: Final = (
    *_ENDS,
    Column("需补材料及要求", 36, "wrap"),
    Column("数据问题", 28, "wrap"),
)


def shown_facts(screening: Screening) -> FactRows:
    """Return the bottom lines of the projects that have a row."""
    shown = np.flatnonzero(screening.project_of < ROWS_AT_MOST)
    return FactRows.of(screening.facts, shown if len(shown) < len(screening) else None)


def bottom_columns(layers: Mapping[str, str]) -> tuple[Column, ...]:
    """Two columns a bottom line."""
    return tuple(
        column
        for title in layers.values()
        for column in (
            Column("套合面积 (ha)", 8.5, "area4", title),
            Column("最近距离 (m)", 8, "metres", title),
        )
    )


class ProjectSheet:
    """The sheet that is signed: a row a project, in list order."""

    def __init__(self, book: Book, screening: Screening) -> None:
        self._layers = printed(screening.facts)
        columns = (*_BEFORE, *bottom_columns(self._layers), *_AFTER)
        self._table = Table(book, book.sheet("项目结论"), columns, freeze=4)
        self._facts, self._crs = shown_facts(screening), crs_name(screening.sites.crs)
        self._number = 0

    def add(self, project: ProjectView) -> None:
        """Write a project."""
        self._number += 1
        told = digest(project.components)
        cells = (
            *_head_cells(self._number, project, self._crs),
            *unit_cells(project.components),
            *bottom_cells(self._facts, project.components, self._layers),
            end_cell(project.least.name),
            end_cell(project.most.name),
            verdict_cell(project.besides_units.name),
            REMEDY.get(told.remedy, "") or "—",
            numbered(told.demands),
            joined(told.departments, "\n"),
            _status(told),
            doubt_mark([len(site.faults) for site in project.components]),
        )
        self._table.add(Row(cells, VERDICT[project.decision.name].tint))

    def close(self, rest: str = "") -> None:
        """End the sheet; ``rest`` says where further rows are."""
        self._table.close(rest)


class ComponentSheet:
    """A row a component, project by project."""

    def __init__(self, book: Book, screening: Screening) -> None:
        self._layers = printed(screening.facts)
        columns = (*_COMPONENT_BEFORE, *bottom_columns(self._layers), *_COMPONENT_AFTER)
        self._table = Table(book, book.sheet("组件"), columns, freeze=6)
        self._facts = shown_facts(screening)
        self._number = 0

    def add(self, project: ProjectView) -> None:
        """Write the components of a project."""
        for site in project.components:
            self._number += 1
            cells = (
                *_component_cells(self._number, site),
                *unit_cells([site]),
                *bottom_cells(self._facts, [site], self._layers),
                end_cell(site.least.name),
                end_cell(site.most.name),
                numbered(digest([site]).demands),
                "\n".join(fault.zh for fault in site.faults),
            )
            self._table.add(Row(cells, VERDICT[site.decision.name].tint))

    def close(self, rest: str = "") -> None:
        """End the sheet; ``rest`` says where further rows are."""
        self._table.close(rest)


def verdict_cell(decision: str) -> Cell:
    """Return the word of a verdict with its mark, on its own colour."""
    style = VERDICT[decision]
    light = style.fill.upper() != "#FFFFFF"
    ink = "#3A2600" if decision == "CONDITIONAL" else "#FFFFFF" if light else style.text
    return Cell(f"{style.mark} {style.zh}", style.fill, ink, bold=True)


def end_cell(level: str) -> Cell:
    """Return the word of one end of a range, in its colour."""
    return Cell(VERDICT[level].zh, ink=VERDICT[level].text)


def crs_name(crs: str) -> str:
    """Name of a CRS as planners write it."""
    names = {
        "EPSG:4545": "CGCS2000\n108E 3度带",
        "EPSG:4544": "CGCS2000\n105E 3度带",
        "EPSG:4546": "CGCS2000\n111E 3度带",
        "EPSG:4490": "CGCS2000\n经纬度",
    }
    return f"{names[crs]}\n{crs}" if crs in names else crs


def _head_cells(number: int, project: ProjectView, crs: str) -> Sequence[Value | Cell]:
    first = project.components[0]
    return (
        number,
        joined((project.id, project.code24), "\n"),
        project.name,
        verdict_cell(project.decision.name),
        project.owner,
        project.stage,
        joined((first.industry, first.product, first.process, first.capacity_text), "\n"),
        _place(project),
        crs,
        _area(site.declared_m2 for site in project.components),
        _area(site.area_m2 for site in project.components),
    )


def _kind_words(site: SiteView) -> str:
    """What a component is, and whence that is known where the list does not say it."""
    if not site.kind_zh:
        return "未填"
    told = site.kind_from == SOURCES[LISTED]
    return site.kind_zh if told else f"{site.kind_zh}（{site.kind_from}）"


def _component_cells(number: int, site: SiteView) -> Sequence[Value | Cell]:
    return (
        number,
        site.project,
        site.id,
        COMPONENT.get(site.component, site.component),
        site.name,
        verdict_cell(site.decision.name),
        _kind_words(site),
        site.stage or "未填",
        site.accepted,
        geometry_word(site) or "无",
        site.lon,
        site.lat,
        _accuracy(site),
        site.county,
        site.declared_county,
        _area([site.declared_m2]),
        _area([site.area_m2]),
    )


def unit_cells(components: Sequence[SiteView]) -> Sequence[Value]:
    """Code, name, class, area, share of the units met; several stand one below the other."""
    areas: dict[tuple[str, str, str], float] = {}
    parts: dict[tuple[str, str, str], float] = {}
    ground = 0.0  # points and lines meet units, but have no area
    for site in components:
        flat = geometry_word(site) == "面"
        ground += _or_zero(site.area_m2) if flat else 0.0
        for unit in site.units:
            key = (unit.code, unit.name, unit.cls)
            areas[key] = areas.get(key, 0.0) + (_or_zero(unit.size) if flat else 0.0)
            part = _or_zero(unit.share) * _or_zero(site.area_m2) if flat else 0.0
            parts[key] = parts.get(key, 0.0) + part
    if not areas:
        return ("未落入或未测", "", "", None, None)
    keys = sorted(areas, key=lambda key: (-areas[key], key))
    texts = tuple("\n".join(key[i] for key in keys) for i in range(3))
    if ground <= 0:
        return (*texts, "—", "—")
    if len(keys) == 1:
        return (*texts, hectares(areas[keys[0]]), parts[keys[0]] / ground)
    return (
        *texts,
        "\n".join(f"{hectares(areas[key]):,.2f}" for key in keys),
        "\n".join(f"{parts[key] / ground:.1%}" for key in keys),
    )


def _or_zero(value: float) -> float:
    return value if math.isfinite(value) else 0.0


def bottom_cells(
    facts: FactRows, components: Sequence[SiteView], layers: Iterable[str]
) -> Iterator[Cell]:
    """Overlap and distance of every bottom line, marked where it is met or may be."""
    marks = {"meets": VERDICT["FORBID"].text, "maybe": VERDICT["UNDETERMINED"].text}
    for layer in layers:
        found = touch(facts, components, layer)
        ink = "" if layer in ALSO else marks.get(found.state, "")
        yield Cell(found.overlap, ink=ink, bold=bool(ink))
        yield Cell(found.distance, ink=ink, bold=bool(ink))


def _area(areas: Iterable[float]) -> Value:
    stated = [area for area in areas if math.isfinite(area) and area > 0]
    return hectares(math.fsum(stated)) if stated else "—"


def _place(project: ProjectView) -> str:
    first = project.components[0]
    degrees = ""
    if math.isfinite(first.lon) and math.isfinite(first.lat):
        degrees = f"{first.lon:.4f}°E\n{first.lat:.4f}°N"
    return joined((project.county or "未定", degrees), "\n")


def _accuracy(site: SiteView) -> str:
    if not math.isfinite(site.accuracy_m):
        return ""
    return f"±{site.accuracy_m:g}" + ("\n默认值" if site.accuracy_default else "")


def numbered(lines: Sequence[str]) -> str:
    """Give each of several lines its number."""
    if len(lines) < 2:
        return "".join(lines)
    return "\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1))


def _status(told: Digest) -> str:
    lines: list[str] = []
    if told.unverified:
        lines += [f"依据未核实 {len(told.unverified)} 条:", *told.unverified]
    if told.adopted:
        lines += [f"规划员采纳 {len(told.adopted)} 条:", *told.adopted]
    return "\n".join(lines) or "均已核实"
