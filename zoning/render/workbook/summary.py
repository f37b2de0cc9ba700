"""Sheet 汇总: what was asked, of what, and what came out; one page to be signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
from xlsxwriter.worksheet import Worksheet

from zoning.facts.kinds import title_of
from zoning.render.style import DIRECTION, VERDICT
from zoning.render.tables.columns import Value
from zoning.render.tables.csv import DECISION
from zoning.render.words import DIRECTION_SHORT, SCOPE, SYNTHETIC
from zoning.render.workbook.book import HEAD, LINE, RULE, SIZE, Book, Look, text_width, write_cell
from zoning.render.workbook.doubts import doubts_in_words
from zoning.rules.judge import Outcome
from zoning.screening.batch import counties

if TYPE_CHECKING:
    from zoning.screening import Screening

WIDTHS: Final = (24.0, 15.0, 12.0, 12.0, 12.0, 12.0, 12.0)
LAST: Final = len(WIDTHS) - 1
CAUSES: Final = 12
"""Leading causes listed; the rest is on 判定明细."""

_MOVING = (Outcome.FIRES, Outcome.OPEN, Outcome.SUSPECTED, Outcome.ASSUMED)


@dataclass(slots=True)
class _Page:
    """A sheet filled from top to bottom."""

    book: Book
    sheet: Worksheet
    at: int = 0

    def line(self, text: str, look: Look | None = None, *, height: float = 20) -> None:
        """Write one text over the whole width, as high as it needs."""
        look = look or {}
        size = float(str(look.get("font_size", SIZE)))
        lines = -(-text_width(text) * size / SIZE // (sum(WIDTHS) - 2))
        how = self.book.format(text_wrap=True, **look)
        self.sheet.set_row(self.at, max(height, lines * size * 1.5 + 4))
        self.sheet.merge_range(self.at, 0, self.at, LAST, text, how)
        self.at += 1

    def head(self, text: str) -> None:
        """Begin a part."""
        self.at += 1
        look: Look = {"bold": True, "font_size": 11, "bottom": 1, "bottom_color": "#77705F"}
        self.line(text, look, height=22)

    def pair(self, label: str, text: str) -> None:
        """Write a label and what stands behind it."""
        edge = {"border": 1, "border_color": RULE}
        lines = -(-text_width(text) // (sum(WIDTHS[1:]) - 2))
        self.sheet.set_row(self.at, max(20, lines * LINE + 5))
        how = self.book.format(bold=True, bg_color=HEAD, **edge)
        self.sheet.write_string(self.at, 0, label, how)
        self.sheet.merge_range(
            self.at, 1, self.at, LAST, text, self.book.format(text_wrap=True, **edge)
        )
        self.at += 1

    def row(self, values: Sequence[Value], looks: Sequence[Look]) -> None:
        """Write a row of cells, each with its look."""
        self.sheet.set_row(self.at, 20)
        for column, (value, look) in enumerate(zip(values, looks, strict=True)):
            edge = {"border": 1, "border_color": RULE}
            how = self.book.format(**edge, **look)
            write_cell(self.sheet, (self.at, column), value, how)
        self.at += 1


@dataclass(slots=True)
class Tally:
    """What is counted of projects."""

    projects: int = 0
    components: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    counties: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    causes: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, screening: Screening) -> Tally:
        """Count the projects of a screening."""
        ranges = screening.project_verdicts
        decided = DECISION[ranges.least.astype(np.intp), ranges.most.astype(np.intp)].tolist()
        project_of = screening.project_of.tolist()
        kind_of = dict.fromkeys(zip(project_of, screening.sites.table["kind"], strict=True))
        county = [""] * len(decided)
        for project, name in dict.fromkeys(zip(project_of, counties(screening.facts), strict=True)):
            county[project] = "、".join(filter(None, (county[project], name)))
        return cls(
            len(decided),
            len(screening),
            Counter(decided),
            Counter(zip((name or "未定" for name in county), decided, strict=True)),
            Counter((title_of(str(k)) or "类型不明", decided[project]) for project, k in kind_of),
            Counter(dict(_causes_of(screening))),
        )


def _causes_of(screening: Screening) -> Iterator[tuple[tuple[str, str, str], int]]:
    """Rules that move verdicts, or may, and the number of projects each does."""
    found = screening.findings
    for j, name in enumerate(found.rules):
        rule = screening.rule_by_id[name]
        moved = np.isin(found.outcome[:, j], _MOVING)
        count = len(np.unique(screening.project_of[moved]))
        if count and rule.then != "note":
            yield (name, rule.title, rule.then), count


class SummarySheet:
    """The first sheet."""

    def __init__(self, book: Book, screening: Screening) -> None:
        sheet = book.sheet("汇总", landscape=False, paper=9)
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        self._page, self._screening = _Page(book, sheet), screening

    def close(self) -> None:
        """Lay the sheet out."""
        page, tally = self._page, Tally.of(self._screening)
        _title(page, self._screening)
        _run(page, self._screening, tally)
        _decisions(page, tally)
        _crossed(page, "按区县", tally.counties)
        _crossed(page, "按项目类型", tally.kinds)
        _causes(page, tally)
        _reading(page)


def notices(screening: Screening) -> tuple[tuple[str, Look], ...]:
    """Return what stands on every sheet: that data is made up, and what a verdict claims."""
    plain: Look = {"bg_color": "#F5F2EA", "bold": True}
    assumed = tuple((f"设定：{told}", plain) for told in screening.assumed.told)
    scope = (SCOPE, plain)
    made_up = screening.synthetic
    if not made_up:
        return (*assumed, scope)
    loud = {"bg_color": VERDICT["FORBID"].fill, "font_color": "#FFFFFF", "bold": True}
    return (f"{SYNTHETIC}。合成图层：{'、'.join(made_up)}", dict(loud)), *assumed, scope


def _title(page: _Page, screening: Screening) -> None:
    look: Look = {"bold": True, "font_size": 18, "align": "center"}
    page.line(f"{screening.region}项目准入筛选结果", look, height=34)
    for text, look in notices(screening):
        page.line(text, look)


def _run(page: _Page, screening: Screening, tally: Tally) -> None:
    rules = screening.rules
    page.head("审查范围")
    page.pair("审查范围", str(screening.region))
    page.pair("项目 / 组件", f"{tally.projects:,} 个项目，{tally.components:,} 个组件")
    page.pair("清单", doubts_in_words(screening))
    page.pair("截至日期", screening.as_of.isoformat())
    edition = f"{len(rules)} 条，版本 {rules.edition[:12]}"
    page.pair("规则集", f"{rules.title}（{rules.name}，{edition}）")
    gaps = "、".join(dict.fromkeys(department for _, department in screening.out_of_scope))
    page.pair("未核查", f"{len(screening.out_of_scope)} 个图层本单位未持有，须征求：{gaps or '—'}")
    page.pair(
        "程序版本", f"zoning {screening.version}（可用 zoning verify 由本结果文件夹重新判定）"
    )


def _decisions(page: _Page, tally: Tally) -> None:
    page.head("结论统计（项目）")
    counts = tally.decisions
    grey: Look = {"bold": True, "bg_color": HEAD, "align": "center"}
    page.row(("结论", "项目数", "占比"), (grey, grey, grey))
    first = page.at
    for name, style in VERDICT.items():
        tint: Look = {"bg_color": style.tint}
        page.row(
            (f"{style.mark} {style.zh}", counts[name], counts[name] / max(tally.projects, 1)),
            (
                tint | {"font_color": style.text, "bold": True},
                tint | {"num_format": "#,##0"},
                {"num_format": "0.0%"},
            ),
        )
    page.row(
        ("合计", tally.projects, None),
        (grey, {"bold": True, "num_format": "#,##0", "bg_color": HEAD}, grey),
    )
    page.sheet.conditional_format(
        first,
        2,
        first + len(VERDICT) - 1,
        2,
        {"type": "data_bar", "bar_color": "#B9AE93", "bar_solid": True, "min_type": "num",
         "max_type": "num", "min_value": 0, "max_value": 1},
    )  # fmt: skip


def _crossed(page: _Page, title: str, counts: Counter[tuple[str, str]]) -> None:
    groups = Counter(group for group, _ in counts.elements())
    page.head(title)
    grey: Look = {"bold": True, "bg_color": HEAD, "align": "center"}
    heads = [
        grey | {"font_color": style.text, "bg_color": style.tint} for style in VERDICT.values()
    ]
    page.row(
        (title.removeprefix("按"), "合计", *(style.short for style in VERDICT.values())),
        (grey, grey, *heads),
    )
    figure: Look = {"num_format": "#,##0;-#,##0;–", "align": "right"}
    for group in sorted(groups, key=lambda name: (-groups[name], name)):
        page.row(
            (group, groups[group], *(counts[group, name] for name in VERDICT)),
            ({}, figure | {"bold": True}, *[figure] * len(VERDICT)),
        )


def _causes(page: _Page, tally: Tally) -> None:
    moved = tally.causes
    page.head("主要原因（按涉及项目数）")
    grey: Look = {"bold": True, "bg_color": HEAD, "align": "center"}
    page.row(("规则编号", "方向", "项目数", "要求", "", "", ""), [grey] * (LAST + 1))
    order = list(DIRECTION)
    leading = sorted(moved, key=lambda key: (-moved[key], order.index(key[2]), key[0]))
    for key in leading[:CAUSES]:
        _cause(page, key, moved[key])


def _cause(page: _Page, key: tuple[str, str, str], count: int) -> None:
    rule, title, direction = key
    style = VERDICT[DIRECTION[direction][2]]
    edge = {"border": 1, "border_color": RULE, "text_wrap": True}
    lines = max(-(-text_width(title) // (sum(WIDTHS[3:]) - 2)), -(-text_width(rule) // 23))
    page.sheet.set_row(page.at, max(20, lines * LINE + 5))
    page.sheet.write_string(page.at, 0, rule, page.book.format(**edge))
    page.sheet.write_string(
        page.at,
        1,
        DIRECTION_SHORT[direction],
        page.book.format(**edge, font_color=style.text, bg_color=style.tint, align="center"),
    )
    page.sheet.write_number(page.at, 2, count, page.book.format(**edge))
    page.sheet.merge_range(page.at, 3, page.at, LAST, title, page.book.format(**edge))
    page.at += 1


def _reading(page: _Page) -> None:
    page.head("怎样读")
    for text in (
        "结论是一个区间：最好与最坏相同即为结论；不同则为“待补充信息”，须补材料列写明补什么可定。",
        "套合面积为实测值，保留 4 位小数；“未测”不是 0。红字：确定相交；蓝紫字：精度内可能相交。",
        "“疑似，待核实依据”：条件成立而条文未读到原文，不单独决定不通过；规划员核实后可采纳。",
        "“未核查”：本单位未持有的图层，按部门列于“未核查事项”，不参与判定。",
    ):
        page.line(text)
