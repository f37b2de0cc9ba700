"""Sheets 判定明细 and 未核查事项: what every rule found; what nobody here could look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.facts.vocabulary import LAYERS
from zoning.render.style import DIRECTION, OUTCOME, VERDICT
from zoning.render.tables.columns import Column, Value
from zoning.render.tables.csv import (
    FINDINGS_AT_MOST,
    clause,
    evidence,
    people_findings,
    rest_is_elsewhere,
    seen,
)
from zoning.render.words import DIRECTION_SHORT, REMEDY, RULE_STATUS, joined
from zoning.render.workbook.book import Book, Cell, Row, Table
from zoning.render.workbook.projects import end_cell
from zoning.rules.judge import Outcome

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

    def __init__(self, book: Book, *, total: int, limit: int = FINDINGS_AT_MOST) -> None:
        self._table = Table(book, book.sheet("判定明细"), FINDING_COLUMNS, freeze=4)
        self._total, self._limit, self._written = total, limit, 0

    @property
    def full(self) -> bool:
        """Whether it takes no more."""
        return self._written >= self._limit

    def add(self, project: ProjectView) -> None:
        """Write the findings of a project."""
        for site, finding in islice(people_findings(project), self._limit - self._written):
            self._table.add(_finding_row(project.name, site, finding))
            self._written += 1

    def close(self) -> None:
        """End the sheet."""
        left = self._total - self._written
        self._table.close(rest_is_elsewhere(left) if left else "")


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
    if not decision or finding.outcome not in ("fires", "open", "suspected", "assumed"):
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
        self._screening = screening

    def close(self) -> None:
        """Write the sheet."""
        gaps = self._screening.unreviewed
        rules, ids = self._screening.rule_by_id, self._screening.project_ids
        for layer, department, names in sorted(gaps, key=lambda gap: (gap[1], gap[0])):
            projects = self._projects(names)
            more = f" … 共 {len(projects)} 个" if len(projects) > _NAMED else ""
            lines = "\n".join(f"{name} {rules[name].title}" for name in names)
            listed = "、".join(ids[number] for number in projects[:_NAMED]) + more
            row = (department, layer_title(layer), lines or "—", len(projects), listed)
            self._table.add(Row(row))
        if not gaps:
            self._table.add(Row(("—", "规则用到的图层均已持有", "", 0, "")))
        self._table.close()

    def _projects(self, rules: Sequence[str]) -> Sequence[int]:
        """Numbers of the projects that rules could not be reviewed for, rule by rule."""
        found, project_of = self._screening.findings, self._screening.project_of
        hits = [
            np.unique(project_of[found.outcome[:, found.rules.index(rule)] == Outcome.UNREVIEWED])
            for rule in rules
        ]
        return pd.unique(np.concatenate(hits)).tolist() if hits else []


def layer_title(layer: str) -> str:
    """Title of a layer of the vocabulary, else its name."""
    return LAYERS[layer].title if layer in LAYERS else layer
