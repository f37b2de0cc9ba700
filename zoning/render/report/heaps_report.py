"""``report.html``: what was found on heaps, with plots, in one file that needs no network."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from zoning.facts.vocabulary import LAYERS
from zoning.render.report.account_tables import pipeline_html, standing_html
from zoning.render.report.charts import bars, columns
from zoning.render.report.ground_report import left_html
from zoning.render.report.heap_deductions import deductions_html
from zoning.render.report.heap_downstream import downstream_html
from zoning.render.report.heap_gates import gates_html
from zoning.render.report.heap_hazards import karst_html, sources_html
from zoning.render.report.paper import grid, page, paragraph, section, wide
from zoning.render.report.rank_changes import movers_html
from zoning.render.report.rank_charts import SHOWN, ranks_html, scores_html
from zoning.render.report.rule_table import clause_of, costs_of
from zoning.render.share import with_sources
from zoning.render.tables.heap_columns import cells, heads, ordered
from zoning.render.words import CLAIM, WORDS
from zoning.siting.cells.verdicts import FORBIDDEN, UNDETERMINED, USABLE
from zoning.siting.energy.sunlight import YEARS_SOURCE
from zoning.siting.energy.sunshine import ORDER
from zoning.siting.heaps.study import uncounted
from zoning.siting.target import FORBIDDEN as FAILED
from zoning.siting.target import NOT_POTENTIAL, RANKED
from zoning.solar import GUIZHOU, OBSERVED

if TYPE_CHECKING:
    import pandas as pd

    from zoning.siting.heaps.study import HeapStudy
    from zoning.siting.scores.comparison import Comparison
    from zoning.siting.target import Ledger
    from zoning.solar import Losses, Range

_MONTHS: Final = tuple(f"{month}月" for month in range(1, 13))


def report_html(study: HeapStudy, comparison: Comparison | None = None) -> str:
    """Return the report."""
    again = movers_html(comparison) if comparison is not None else ""
    table = ordered(study.table)
    body = [
        _head(study),
        section("能用多少：从堆体面积到可用面积", _funnel(table)),
        section("逐个分区扣掉什么", deductions_html(table)),
        section("门槛：状态与材料", gates_html(study, table)),
        section("排序与得分构成", _scores(study, table)),
        section("名次对权重的敏感性", ranks_html(study, table)),
        *([section("与预设自带权重对比", again)] if again else ()),
        section("逐月比发电量", _months(study)),
        section("与 2025 年新增非化石装机目标对照", _target(study)),
        section("岩溶：看不见的去路", karst_html(table)),
        section("下游流路", downstream_html(table)),
        section("图层与栅格对照", sources_html(table)),
        section("每条规则占掉多少堆体", _costs(study)),
        section("全部分区", _all(table)),
        section("方法与来源", _method(study)),
    ]
    return page(study.found.preset.title, body)


def _head(study: HeapStudy) -> str:
    found = study.found
    mark = ""
    if found.synthetic or study.screening.synthetic:
        mark = '<p class="mark">示例数据 SYNTHETIC：图层为虚构，堆场不对应任何真实地点。</p>'
    counts = study.table["decision_zh"].value_counts()
    told = "，".join(f"{word} {count}" for word, count in counts.items())
    return (
        f"<h1>{escape(found.preset.title)}</h1>{mark}"
        f"<p>{escape(found.region)}，截至 {found.as_of}。"
        f"堆场和矿山分区 {len(study.table)} 个：{told}。"
        f"<br>{CLAIM}<br>方案五(三)2 是“研究探索利用”，不等于同意。</p>" + _notes(study)
    )


def _notes(study: HeapStudy) -> str:
    said = "".join(f"<li>{escape(note)}</li>" for note in study.notes)
    return f"<ul>{said}</ul>" if said else ""


def _funnel(table: pd.DataFrame) -> str:
    kinds = (("usable_ha", "可用", WORDS[USABLE[0]][2]),
             ("unclear_ha", "说不清", WORDS[UNDETERMINED[1]][2]),
             ("forbidden_ha", "不得", WORDS[FORBIDDEN][2]))  # fmt: skip
    gone = (("area_ha", "堆体和矿山面积", ""), ("outside_ha", "在辖区内", "辖区外"),
            ("edge_ha", "扣边缘退距", "边缘"), ("dam_ha", "扣坝体退距", "坝体"),
            ("drainage_ha", "扣排水走廊", "排水"), ("forbidden_ha", "去掉不得", "不得"),
            ("steep_ha", "扣陡坡", "陡坡"),
            ("unclear_ha", "去掉说不清：可用", "说不清"))  # fmt: skip
    left, steps = 0.0, []
    for name, step, word in gone:
        area = float(table[name].sum())
        left = left - area if word else area
        said = f"{left:,.0f} ha" + (f"（{word} {area:,.0f} ha）" if word else "")
        colour = kinds[0][2] if name == "unclear_ha" else "#B9B3A2"
        steps.append((step, [(left, colour)], said))
    sure = float(table.loc[table["rank"] > 0, "usable_ha"].sum())
    steps.append(("其中已排名的可用（潜力）", [(sure, kinds[0][2])], f"{sure:,.0f} ha"))
    rows = []
    for _, row in table.head(SHOWN).iterrows():
        parts = [(float(row[name]), colour) for name, _, colour in kinds]
        told = row["low_mw"] == row["low_mw"]  # a number: it was looked at
        size = f"可用 {row['usable_ha']:,.1f} / {row['area_ha']:,.1f} ha"
        said = size if told else uncounted(row)
        rows.append((str(row["id"]), parts, said))
    keys = "，".join(f'<span style="color:{c}">■</span> {word}' for _, word, c in kinds)
    spoken = "；".join(f"{label} {said}" for label, _, said in steps)
    each = "；".join(f"{label} {said}" for label, _, said in rows)
    return (
        bars(steps, title=f"面积漏斗：{spoken}")
        + f"<p>{keys}<span class='soft'>，逐个分区</span></p>"
        + bars(rows, title=f"各分区面积：{each}")
    )


def _scores(study: HeapStudy, table: pd.DataFrame) -> str:
    note = (
        "只排状态已到、没有写明缺门槛材料、没有判定不通过、不留作综合利用的分区；"
        "材料见“门槛：状态与材料”，其余见“未排名原因”；"
        "权重和曲线为示意值，可改。"
    )
    return scores_html(study, table, note=note)


def _months(study: HeapStudy) -> str:
    lines = study.sun.told()
    told = paragraph(lines, mark=study.sun.invented)
    if study.yields is None:
        return told
    year, array = study.yields.energy, study.yields.array
    mean = np.nanmean(study.yields.monthly, axis=0)  # parts without a yield are not a number
    steps = "".join(
        f"<tr><td>{escape(name)}</td><td>{kept:.1%}</td></tr>" for name, kept in year.steps
    )
    return (
        columns(mean.tolist(), _MONTHS, unit="kWh/kWp，各分区平均")
        + told
        + f"<p class='soft'>{escape(ORDER)}。{escape(year.source)}。</p>"
        + f"<p>倾角 {array.tilt_deg:.0f}°、朝南，排距 {array.pitch_m:.1f} m"
        + f"（冬至 9–15 时前排不挡后排，平地，排面长 {array.collector_m:g} m），"
        + f"地面覆盖率 {array.ground_cover:.0%}；比发电量 {year.annual:.0f} kWh/kWp，"
        + f"利用率 {year.capacity_factor:.1%}，系统效率 {year.performance_ratio:.1%}。"
        + "发电量按平地排距估；逐个分区按平均坡面的排距见“全部分区”：南坡可近、北坡要远，"
        + "只作提示，装机仍按实测用地的范围。</p>"
        + f"<p>{escape(_doubt(study.yields.spread))}</p>"
        + "<p>从阵列面到上网，各步保留：</p>"
        + f"<table>{steps}</table><p class='soft'>{escape(_losses(array.losses))}</p>"
    )


def _doubt(spread: Range) -> str:
    parts = "，".join(
        f"{name} {value:.1%}" + ("" if name.startswith("年际") else "（示意值）")
        for name, value in spread.parts
    )
    return (
        f"P50 为平均年；单年 P90、P10 按正态分布，为 P50 的 {spread.p90:.1%}、{spread.p10:.1%}。"
        f"标准差：{parts}。年际取{YEARS_SOURCE}，与所用辐射数据无关。"
    )


def _losses(losses: Losses) -> str:
    named = "，".join(
        f"{_LOSS[field.name]} {getattr(losses, field.name):g} %" for field in fields(losses)
    )
    return f"其他损失分项（PVWatts 5 手册默认，NREL/TP-6A20-62641 表 6）：{named}。"


_LOSS: Final = {
    "soiling": "积灰",
    "mismatch": "失配",
    "wiring": "线损",
    "connections": "接头",
    "lid": "初始光衰",
    "nameplate": "标称偏差",
    "availability": "停机",
}


def _target(study: HeapStudy) -> str:
    ledger = study.ledger
    could = [(str(r["county"] or "辖区外"), r) for _, r in ledger.potential.iterrows()]
    could += [("合计", r) for _, r in ledger.totals().iterrows()]
    ranked = [(name, r) for name, r in could if r["standing"] == RANKED]
    others = [(name, r) for name, r in could if r["standing"] not in (RANKED, FAILED)]
    gone = [(name, r) for name, r in could if r["standing"] == FAILED]
    return (
        paragraph(ledger.told())
        + pipeline_html(ledger.pipeline)
        + f"<h3>潜力：已排名的分区</h3>{standing_html(ranked + _by_gate(ledger))}"
        + f"<h3>还不能算潜力</h3>{standing_html(others)}"
        + f"<h3>判定不通过，不是潜力</h3><p>{NOT_POTENTIAL}</p>{standing_html(gone)}"
    )


def _by_gate(ledger: Ledger) -> list[tuple[str, pd.Series[float]]]:
    """What is ranked, by its papers."""
    if ledger.gates is None:
        return []
    rows = ledger.gates.rename(columns={"gate": "standing"})
    return [("其中", row) for _, row in rows.iterrows()]


def _costs(study: HeapStudy) -> str:
    found = study.found
    told = [each for each in costs_of(found) if any(each.hectares)]
    rows = (
        (each.rule.title, *(f"{area:,.1f}" for area in each.hectares), *clause_of(each, found))
        for each in told
    )
    heads_ = (
        "规则", "不得 ha", "仅它不得 ha", "受限 ha", "说不清或疑似 ha", "未核查 ha",
        "去掉它可用 ha", "依据", "依据怎样见到",
    )  # fmt: skip
    return grid(heads_, rows, figures=range(1, 7))


def _all(table: pd.DataFrame) -> str:
    # long words: they stand in the workbook
    table = table.drop(columns=["gate", "gate_papers", "karst_said", "flow_said"])
    head = "".join(f"<th>{escape(column.title)}</th>" for column in heads(table))
    rows = "".join(
        "<tr>" + "".join(f"<td>{_shown(value)}</td>" for value in cells(row, table)) + "</tr>"
        for _, row in table.iterrows()
    )
    return wide(f"<table><tr>{head}</tr>{rows}</table>", "heaps.xlsx 的“排序”")


def _shown(value: object) -> str:
    return escape(value) if isinstance(value, str) else f"{value:,.4g}"


def _method(study: HeapStudy) -> str:
    uses = "；".join(f"{d.where} {d.ha_per_mw:g} ha/MW（{d.source}）" for d in OBSERVED)
    factor = GUIZHOU[-1]
    sources = "".join(
        f"<li>{escape(s.title)}：{escape(s.source)}，{s.date or '日期未注明'}，"
        f"精度 {s.accuracy_m:g} m"
        f"{'，示例 SYNTHETIC' if s.synthetic else ''}</li>"
        for s in with_sources(study.found, study.sources).sources
    )
    left = left_html(study.found, {name: layer.title for name, layer in LAYERS.items()})
    return (
        f"<p>装机按实测用地换算：{escape(uses)}。碳因子 {factor.kg_per_kwh} kgCO2/kWh"
        f"（{factor.year} 年，{escape(factor.source)}）。"
        f"堆体里扣除：{escape(study.found.preset.ground.told())}。"
        "评分曲线、权重、不确定度分量为示意值。"
        "坡度不明（没有坡度图层、太粗或无值）的地、坝体和排水图层误差内的地归入说不清。"
        "坝体、排洪设施没有单独图层的，退距之外须另核。</p>"
        f"<h3>图层</h3><ul>{sources}</ul>{left}"
    )
