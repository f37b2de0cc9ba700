"""Sheet 数据来源与版本 and sheet 规则: on what editions of data and texts the verdicts rest."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from zoning.facts.vocabulary import KINDS
from zoning.render.style import VERDICT
from zoning.render.tables.columns import Column
from zoning.render.words import DIRECTION_SHORT, REMEDY, RULE_SEEN, RULE_STATUS, SHARE, joined
from zoning.render.workbook.book import Book, Cell, Row, Table

if TYPE_CHECKING:
    from zoning.rules.model import Cite, Rule
    from zoning.screening import Screening

SOURCE_COLUMNS: Final = (
    Column("图层", 22, "wrap"),
    Column("名称", 20, "wrap"),
    Column("来源", 40, "wrap"),
    Column("数据日期", 11, "date"),
    Column("许可", 22, "wrap"),
    Column("精度 (m)", 8.5, "centre"),
    Column("覆盖范围", 13, "wrap"),
    Column("成果共享", 13, "wrap"),
    Column("性质", 13, "wrap"),
    Column("内容版本 (SHA-256)", 35, "wrap"),
)
RULE_COLUMNS: Final = (
    Column("规则编号", 26, "wrap"),
    Column("要求", 44, "wrap"),
    Column("方向", 8.5, "centre"),
    Column("适用类型", 22, "wrap"),
    Column("适用阶段", 16, "wrap"),
    Column("施行", 15, "wrap"),
    Column("依据", 46, "wrap"),
    Column("原文", 14, "wrap"),
    Column("规则状态", 16, "wrap"),
    Column("可否补正", 12, "wrap"),
)


def write_sources(book: Book, screening: Screening) -> None:
    """Write the layers used, with date, licence, accuracy and content hash."""
    sheet = book.sheet("数据来源与版本")
    table = Table(book, sheet, SOURCE_COLUMNS, freeze=1)
    for row in _source_rows(screening):
        table.add(row)
    table.close()


def _source_rows(screening: Screening) -> Iterator[Row]:
    for source in screening.sources:
        nature = Cell("实测或公布")
        if source.synthetic:
            nature = Cell("合成 SYNTHETIC", ink=VERDICT["FORBID"].text, bold=True)
        accuracy = f"{source.accuracy_m:g}" if math.isfinite(source.accuracy_m) else "未注明"
        yield Row(
            (
                source.layer,
                source.title,
                source.source,
                source.date or "未注明",
                source.licence,
                accuracy + ("\n默认值" if source.accuracy_default else ""),
                source.coverage or "未注明",
                SHARE.get(source.share, source.share),
                nature,
                source.sha256,
            )
        )


def write_rules(book: Book, screening: Screening) -> None:
    """Write every rule with its text, dates, and how far the text was read."""
    sheet = book.sheet("规则")
    table = Table(book, sheet, RULE_COLUMNS, freeze=1)
    for rule in screening.rules.rules:
        table.add(_rule_row(rule))
    table.close()


def _rule_row(rule: Rule) -> Row:
    kinds = "所有类型" if "*" in rule.kinds else "、".join(KINDS.get(k, k) for k in rule.kinds)
    status = RULE_STATUS.get(rule.status, rule.status)
    if rule.adopted_by:
        status = f"{status}：{rule.adopted_by} {rule.adopted_on or ''}".rstrip()
    ink = "" if rule.binding else VERDICT["CONDITIONAL"].text
    return Row(
        (
            rule.id,
            rule.title,
            DIRECTION_SHORT[rule.then],
            kinds,
            "、".join(rule.stages) or "所有阶段",
            _in_force(rule),
            "\n".join(_cite(cite) for cite in rule.cites),
            joined((RULE_SEEN[cite.seen] for cite in rule.cites), "\n"),
            Cell(status, ink=ink),
            REMEDY.get(rule.remedy or "", "—"),
        )
    )


def _cite(cite: Cite) -> str:
    """Return a text and when it is in force, where two follow each other."""
    days = [f"自 {cite.since}" if cite.since else "", f"至 {cite.until}" if cite.until else ""]
    return f"{cite}（{joined(days, ' ')}）" if any(days) else str(cite)


def _in_force(rule: Rule) -> str:
    begun = f"自 {rule.since}" if rule.since else "施行日期未核"
    return begun + (f"\n至 {rule.until}" if rule.until else "")
