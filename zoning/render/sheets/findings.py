"""Sheets 判定明细 and 未核查事项: what every rule found; what nobody here could look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from zoning.facts.vocabulary import LAYERS
from zoning.render.sheets.book import Book, Cell, Column, Row, Table, Value
from zoning.render.sheets.projects import end_cell
from zoning.render.style import DIRECTION, OUTCOME, VERDICT
from zoning.render.table import (
    FINDINGS_AT_MOST,
    clause,
    evidence,
    people_findings,
    rest_is_elsewhere,
    seen,
)
from zoning.render.words import DIRECTION_SHORT, REMEDY, RULE_STATUS, joined

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.views import Evidence, FindingView, ProjectView, SiteView

FINDING_COLUMNS: Final = (
    Column("项目代码", 11, "wrap"),
    Column("组件编号", 13, "wrap"),
    Column("项目名称", 18, "wrap"),
    Column("规则编号", 21, "wrap"),
    Column("要求", 32, "wrap"),
    Column("方向", 8.5, "centre"),
    Column("结果", 10, "centre"),
    Column("最好", 9, "centre", "本条结论区间"),
    Column("最坏", 9, "centre", "本条结论区间"),
    Column("证据", 46, "wrap"),
    Column("测得", 11, "number", "主要数值"),
    Column("下限", 11, "number", "主要数值"),
    Column("上限", 11, "number", "主要数值"),
    Column("限值", 10, "number", "主要数值"),
    Column("单位", 6, "centre", "主要数值"),
    Column("条款", 34, "wrap"),
    Column("原文", 13, "wrap"),
    Column("规则状态", 11, "wrap"),
    Column("要求提供 / 如何定下来", 30, "wrap"),
    Column("可否补正", 11, "wrap"),
)
UNREVIEWED_COLUMNS: Final = (
    Column("部门", 20, "wrap"),
    Column("未核查的图层或事项", 28, "wrap"),
    Column("涉及规则", 34, "wrap"),
    Column("涉及项目数", 9, "int"),
    Column("涉及项目", 70, "wrap"),
)
SHOWN: Final = {"m2": ("ha", 1e-4), "1": ("%", 100.0)}
"""Unit that people read a base unit in, and the factor to it."""

_NAMED: Final = 60
"""Projects named in one cell; more are counted."""


class DetailSheet:
    """Findings other than "does not apply", up to ``limit``; then it says where the rest is."""

    def __init__(self, book: Book, *, limit: int = FINDINGS_AT_MOST) -> None:
        self._table = Table(book, book.sheet("判定明细"), FINDING_COLUMNS, freeze=4)
        self._limit, self._seen = limit, 0

    def add(self, project: ProjectView) -> None:
        """Write the findings of a project."""
        for site, finding in people_findings(project):
            self._seen += 1
            if self._seen <= self._limit:
                self._table.add(_finding_row(project.name, site, finding))

    def close(self) -> None:
        """End the sheet."""
        self._table.close()
        if self._seen > self._limit:
            how = self._table.book.format(bold=True, font_color=VERDICT["FORBID"].text)
            rest = rest_is_elsewhere(self._seen - self._limit)
            self._table.sheet.write_string(self._table.at, 0, rest, how)


def _finding_row(name: str, site: SiteView, finding: FindingView) -> Row:
    status = RULE_STATUS.get(finding.status, finding.status)
    return Row(
        (
            site.project,
            site.id,
            name,
            finding.rule,
            finding.title,
            _direction(finding),
            " ".join(OUTCOME[finding.outcome]),
            end_cell(finding.least.name),
            end_cell(finding.most.name),
            evidence(finding),
            *_numbers(finding.evidence),
            clause(finding),
            seen(finding),
            joined((status, finding.adopted), "\n"),
            joined((finding.demand, finding.settle, finding.note), "\n"),
            REMEDY.get(finding.remedy, ""),
        )
    )


def _direction(finding: FindingView) -> Cell:
    """Return the direction, on a tint where the finding is sure."""
    decision = DIRECTION[finding.direction][2]
    word = DIRECTION_SHORT[finding.direction]
    if not decision or finding.outcome not in ("fires", "open", "suspected"):
        return Cell(word)
    style = VERDICT[decision]
    return Cell(word, style.tint, style.text, bold=finding.outcome == "fires")


def _numbers(items: Sequence[Evidence]) -> Sequence[Value]:
    """Return the first fact with figures: measured, low, high, limit, unit."""
    for item in items:
        figures = (item.measured, item.low, item.high)
        if any(figure is not None and math.isfinite(figure) for figure in figures):
            shown, factor = SHOWN.get(item.unit, (item.unit, 1.0))
            scaled = (None if f is None else f * factor for f in (*figures, item.limit))
            return (*scaled, shown)
    return (None, None, None, None, "")


class UnreviewedSheet:
    """What was not looked at, by the department that can."""

    def __init__(self, book: Book, screening: Screening) -> None:
        self._table = Table(book, book.sheet("未核查事项", paper=9), UNREVIEWED_COLUMNS)
        self._gaps = screening.unreviewed
        self._titles = {rule.id: rule.title for rule in screening.rules.rules}
        self._projects: dict[str, dict[str, None]] = {}

    def add(self, project: ProjectView) -> None:
        """Note which rules could not be reviewed for a project."""
        for site in project.components:
            for finding in site.findings:
                if finding.outcome == "unreviewed":
                    self._projects.setdefault(finding.rule, {})[project.id] = None

    def close(self) -> None:
        """Write the sheet."""
        for layer, department, rules in sorted(self._gaps, key=lambda gap: (gap[1], gap[0])):
            named = list({p: None for rule in rules for p in self._projects.get(rule, ())})
            more = f" … 共 {len(named)} 个" if len(named) > _NAMED else ""
            lines = "\n".join(f"{rule} {self._titles[rule]}" for rule in rules)
            listed = "、".join(named[:_NAMED]) + more
            row = (department, layer_title(layer), lines or "—", len(named), listed)
            self._table.add(Row(row))
        if not self._gaps:
            self._table.add(Row(("—", "规则用到的图层均已持有", "", 0, "")))
        self._table.close()


def layer_title(layer: str) -> str:
    """Title of a layer of the vocabulary, else its name."""
    return LAYERS[layer].title if layer in LAYERS else layer
