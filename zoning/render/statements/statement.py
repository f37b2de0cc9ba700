"""One project as a statement in Word: what was asked, found, cited and demanded, ready to sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from zoning.facts.vocabulary import DIMENSIONS
from zoning.render.style import OUTCOME
from zoning.render.tables.digest import digest
from zoning.render.words import RULE_SEEN, SCOPE, SYNTHETIC

if TYPE_CHECKING:
    from docx.document import Document as Docx

    from zoning.screening import Screening
    from zoning.screening.views import FindingView, ProjectView, SiteView

TITLE: Final = "三线一单与选址符合性分析"
_FONT: Final = "宋体"
_ORDER: Final = (
    ("forbid", "不通过方向"),
    ("undetermined", "不能下结论"),
    ("conditional", "受限方向（须落实）"),
)
_WEIGHED: Final = ("fires", "open", "assumed", "suspected")
_ENDS: Final = ("判定通过", "受限准入", "判定不通过")
_SIGN: Final = (("审查人", "复核人", "日期"), ("", "", ""))


def statement(screening: Screening, project: ProjectView, template: Path | None = None) -> Docx:
    """Make the statement of one project.

    Parameters
    ----------
    screening : Screening
    project : ProjectView
        With all its findings.
    template : Path, optional
        A .docx whose styles are used; what it holds stands before the statement.

    Returns
    -------
    docx.document.Document
    """
    page = Document(str(template)) if template is not None else _plain_page()
    page.add_heading(TITLE, level=1)
    page.add_heading(project.name, level=2)
    _notices(page, screening, project)
    _conclusion(page, project)
    for site in project.components:
        _site(page, site, alone=len(project.components) == 1)
    _checklist(page, project)
    _unreviewed(page, project)
    _editions(page, screening)
    page.add_heading("签署", level=3)
    _table(page, _SIGN)
    return page


def _plain_page() -> Docx:
    page = Document()
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "List Bullet"):
        style = page.styles[name]
        style.font.name = _FONT
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    page.styles["Normal"].font.size = Pt(10.5)
    return page


def _table(page: Docx, rows: Iterable[Sequence[str]]) -> None:
    """Add a table with a grid; the first row is its head."""
    rows = [tuple(row) for row in rows]
    table = page.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for line, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(line.cells, row, strict=True):
            cell.text = text


def _notices(page: Docx, screening: Screening, project: ProjectView) -> None:
    if screening.synthetic or project.synthetic:
        page.add_paragraph(SYNTHETIC).runs[0].bold = True
    for told in screening.assumed.told:
        page.add_paragraph(f"设定：{told}")
    page.add_paragraph(SCOPE)


def _conclusion(page: Docx, project: ProjectView) -> None:
    page.add_heading("结论", level=3)
    said = project.decision.zh
    if project.least != project.most:
        ends = [
            ("判定通过", "受限准入", "判定不通过")[end] for end in (project.least, project.most)
        ]
        said += f"（至少 {ends[0]}，最坏 {ends[1]}）"
    page.add_paragraph(said).runs[0].bold = True
    if project.besides_units != project.decision:
        page.add_paragraph(f"除管控单元研判外: {project.besides_units.zh}")


def _site(page: Docx, site: SiteView, *, alone: bool) -> None:
    if not alone:
        page.add_heading(f"{site.name} · {site.component or site.id}", level=3)
    place = "" if site.geometry_kind == "" else f"{site.lon:.6f}°, {site.lat:.6f}°（CGCS2000）"
    kind = f"{site.kind_zh}（{site.kind_from}）" if site.kind_zh else "未写明"
    trade = "，".join(filter(None, (site.industry, site.product, site.process)))
    accuracy = f"±{site.accuracy_m:,.0f} m" + ("（默认）" if site.accuracy_default else "")
    _table(
        page,
        (
            ("项目概况", ""),
            ("类型", kind),
            ("建设性质、受理日期", f"{site.stage or '未写明'}，{site.accepted or '未写明'}"),
            ("行业、产品、工艺", trade),
            ("位置", f"{site.county or site.declared_county} {place}".strip()),
            ("点位精度", accuracy),
        ),
    )
    _units(page, site)
    for direction, title in _ORDER:
        _findings(page, title, [
            f for f in site.findings if f.outcome in _WEIGHED and f.direction == direction
        ])  # fmt: skip
    _findings(page, "提示，不参与判定", [f for f in site.findings if f.outcome == "note"])
    clear = [f.title for f in site.findings if f.outcome == "clear"]
    if clear:
        page.add_heading("核查过，不涉及", level=3)
        page.add_paragraph("；".join(clear))


def _units(page: Docx, site: SiteView) -> None:
    """Unit by unit: code, class, and the text of each dimension with room for the judgement."""
    page.add_heading("环境管控单元", level=3)
    if not site.units:
        page.add_paragraph("没有落入任何管控单元：数据缺口或坐标有误，不是通过。")
    for unit in site.units:
        sure = "" if unit.sure else "（可能涉及）"
        page.add_paragraph(f"{unit.code} {unit.name} {unit.cls}{sure}").runs[0].bold = True
        texts = dict(unit.texts)
        rows = [(title, texts.get(key, ""), "") for key, title in DIMENSIONS.items()]
        _table(page, [("维度", "准入要求原文", "研判（符合/不符合/不涉及）"), *rows])


def _findings(page: Docx, title: str, findings: Sequence[FindingView]) -> None:
    if not findings:
        return
    page.add_heading(f"{title}（{len(findings)}）", level=3)
    for finding in findings:
        mark, word = OUTCOME[finding.outcome]
        page.add_paragraph(f"{mark} {finding.title}（{word}）").runs[0].bold = True
        for item in finding.evidence:
            page.add_paragraph(item.text_zh, style="List Bullet")
        for cite in finding.cites:
            page.add_paragraph(f"依据: {cite}（{RULE_SEEN.get(cite.seen, cite.seen)}）")
        asked = finding.settle if finding.outcome == "open" else finding.demand
        if asked:
            page.add_paragraph(f"{'要定下来' if finding.outcome == 'open' else '要求'}: {asked}")


def _checklist(page: Docx, project: ProjectView) -> None:
    demands = digest(project.components).demands
    if demands:
        page.add_heading("须补材料和要求", level=3)
        for demand in demands:
            page.add_paragraph(f"☐ {demand}")


def _unreviewed(page: Docx, project: ProjectView) -> None:
    every = [f for site in project.components for f in site.findings if f.outcome == "unreviewed"]
    if every:
        page.add_heading("未核查事项（须征求部门意见）", level=3)
        rows = dict.fromkeys((f.title, f.department) for f in every)
        _table(page, [("事项", "部门"), *rows])


def _editions(page: Docx, screening: Screening) -> None:
    page.add_heading("所依数据和规则版本", level=3)
    head = ("图层", "日期", "精度", "内容摘要 SHA-256")
    rows = [
        (
            s.title,
            str(s.date or "未注明"),
            f"±{s.accuracy_m:g} m" + ("（默认）" if s.accuracy_default else ""),
            s.sha256[:16],
        )
        for s in screening.sources
    ]
    _table(page, [head, *rows])
    rules = screening.rules
    page.add_paragraph(
        f"规则集 {rules.name}，版本 {rules.edition[:16]}；截至 {screening.as_of}；"
        f"zoning {screening.version}。"
    )
    if screening.unverified:
        titles = dict.fromkeys(screening.rule_by_id[name].title for name in screening.unverified)
        page.add_paragraph("其中没有读到原文、只作疑似的条款: " + "；".join(titles))
