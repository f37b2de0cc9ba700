"""Why a site is judged as it is, as text for the terminal and for Jupyter."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.screening.evidence import amount
from zoning.screening.views import SEEN, Evidence, FindingView, SiteView

if TYPE_CHECKING:
    from zoning.screening.model import Judged

_MARK = {"fires": "●", "open": "?", "suspected": "○", "assumed": "◇", "note": "·"}


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons of one project or component.

    Parameters
    ----------
    sites : tuple of SiteView
    screening : Judged
    """

    sites: tuple[SiteView, ...]
    screening: Judged

    def __str__(self) -> str:
        return "\n\n".join("\n".join(_site(view, self.screening)) for view in self.sites)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def _head(view: SiteView) -> str:
    what = [view.id, view.name, view.component, view.stage, view.industry.replace(";", "/")]
    when = f"受理 {view.accepted}" if view.accepted else "受理日期未填"
    return " · ".join([*filter(None, what), when])


def _conclusion(view: SiteView) -> str:
    ends = "" if view.least == view.most else f": 至少 {view.least.zh}, 最坏 {view.most.zh}"
    return f"结论 {view.decision.zh}{ends}"


def _finding(finding: FindingView) -> Iterable[str]:
    yield f"  {_MARK[finding.outcome]} {finding.rule}   {finding.title}"
    for item in finding.evidence:
        yield f"      {item.text_zh}"
    for cite in finding.cites:
        yield f"      {cite}     {SEEN[cite.seen][0]}"
    if finding.demand and finding.outcome in ("fires", "assumed"):
        yield f"      要求: {finding.demand}"
    if finding.settle:
        yield f"      要定下来: {finding.settle}"
    if finding.note and finding.outcome != "clear":
        yield f"      注: {finding.note}"


def _section(title: str, findings: Sequence[FindingView]) -> Iterable[str]:
    if findings:
        yield f"{title} ({len(findings)})"
        for finding in findings:
            yield from _finding(finding)


def _clear(findings: Sequence[FindingView]) -> str:
    items = [item for f in findings for item in f.evidence if item.layer and item.low is not None]
    words = [_short(item) for item in items if item.answer == "false"]
    return " · ".join(dict.fromkeys(words))


def _short(item: Evidence) -> str:
    """One figure, without its doubt: the finding itself is not in question."""
    if item.quantity == "distance" and item.measured is not None:
        return f"{item.label_zh.removesuffix('涉及').strip()} 最近 {amount(item.measured, 'm')}"
    return item.text_zh


def _site(view: SiteView, screening: Judged) -> Iterable[str]:
    yield _head(view)
    mark = "        示例数据 SYNTHETIC" if screening.synthetic else ""
    yield _conclusion(view) + mark
    yield ""
    weighed = [f for f in view.findings if f.outcome in ("fires", "open", "assumed")]
    for direction, title in (
        ("forbid", "不通过方向"),
        ("undetermined", "不能下结论"),
        ("conditional", "受限方向"),
    ):
        yield from _section(title, [f for f in weighed if f.direction == direction])
    suspected = [f for f in view.findings if f.outcome == "suspected"]
    yield from _section("疑似, 依据未核实", suspected)
    yield from _section("提示", [f for f in view.findings if f.outcome == "note"])
    yield from view.reasons[:1] if not weighed and not suspected else ()
    clear = [f for f in view.findings if f.outcome == "clear"]
    if clear:
        yield f"核查过, 不涉及 ({len(clear)})   {_clear(clear)}"
    unreviewed = [f for f in view.findings if f.outcome == "unreviewed"]
    if unreviewed:
        words = " · ".join(f"{f.title} ({f.department})" for f in unreviewed)
        yield f"未核查 ({len(unreviewed)})   {words}"
    for fault in view.faults:
        yield f"读表时的疑问   {fault.zh}"
    yield _editions(screening)
    yield "不代替环评、用地、节能、林草等审批。"


def _editions(screening: Judged) -> str:
    layers = " · ".join(
        f"{s.title} {s.date or '日期不详'} (sha {s.sha256[:8]})" for s in screening.sources
    )
    rules = f"规则 {screening.rules.name} ({screening.rules.edition[:8]})"
    return f"数据  {layers}      {rules} · 截至 {screening.as_of}"
