"""``report.html``: what was found on heaps, with plots, in one file that needs no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

import numpy as np

from zoning.render.eligible import CLAIM, WORDS
from zoning.render.heaps.charts import INK, SOFT, bars, columns, spans
from zoning.render.heaps.columns import cells, heads, ordered
from zoning.render.heaps.hazards import karst_html, sources_html
from zoning.siting.ledger import TARGET_MW
from zoning.siting.sizing import STEEP_DEG
from zoning.siting.verdicts import FORBIDDEN, UNDETERMINED, USABLE
from zoning.solar import GUIZHOU, OBSERVED

if TYPE_CHECKING:
    import pandas as pd

    from zoning.siting.heaps import HeapStudy

SHOWN: Final = 20
"""Rows of a plot."""
PARTS: Final = ("#2F7F6E", "#C98A2B", "#5B7DB1", "#A07F6B", "#7B5EA7", "#8A8A8A", "#B0413E")
_MONTHS: Final = tuple(f"{month}月" for month in range(1, 13))
_STYLE: Final = f"""
body{{font:15px/1.6 "Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif;color:{INK};
max-width:1080px;margin:2rem auto;padding:0 1rem;background:#FBFAF6}}
h1{{font-size:24px}}
h2{{font-size:18px;margin-top:2rem;border-top:1px solid #C9C4B8;padding-top:1rem}}
table{{border-collapse:collapse;font-size:13px}} td,th{{border:1px solid #D9D4C8;padding:3px 7px}}
th{{background:#EFEBE1}} svg text{{font-size:12px;fill:{INK}}} .soft{{color:{SOFT}}}
.mark{{background:#F6E7C8;border:1px solid #D9A441;padding:6px 12px;border-radius:4px}}
.wide{{overflow-x:auto}} .wide td,.wide th{{white-space:nowrap}}
"""


def report_html(study: HeapStudy) -> str:
    """Return the report."""
    table = ordered(study.table)
    body = [
        _head(study),
        _section("能用多少：从堆体面积到可用面积", _funnel(table)),
        _section("排序与得分构成", _scores(study, table)),
        _section("名次对权重的敏感性", _ranks(study, table)),
        _section("逐月比发电量", _months(study)),
        _section("与 2025 年新增非化石装机目标对照", _target(study)),
        _section("岩溶：看不见的去路", karst_html(table)),
        _section("图层与栅格对照", sources_html(table)),
        _section("每条规则占掉多少堆体", _costs(study)),
        _section("全部分区", _all(table)),
        _section("方法与来源", _method(study)),
    ]
    title = escape(study.found.preset.title)
    return (
        f'<!DOCTYPE html><html lang="zh"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(body)}</body></html>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<h2>{escape(title)}</h2>{body}"


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
    kinds = (("usable_ha", "可用", USABLE[0]), ("unclear_ha", "说不清", UNDETERMINED[1]),
             ("forbidden_ha", "不得", FORBIDDEN))  # fmt: skip
    beyond = float(table["outside_ha"].sum() + table["edge_ha"].sum())
    whole = float(table["area_ha"].sum())
    rows = [
        ("堆体面积", [(whole, "#C9C4B8")], f"{whole:,.0f} ha"),
        (
            "扣边缘退距后",
            [(float(table[name].sum()), WORDS[value][2]) for name, _, value in kinds],
            "；".join(f"{word} {table[name].sum():,.0f} ha" for name, word, _ in kinds)
            + f"；边缘和辖区外 {beyond:,.0f} ha",
        ),
    ]
    for _, row in table.head(SHOWN).iterrows():
        parts = [(float(row[name]), WORDS[value][2]) for name, _, value in kinds]
        rows.append((str(row["id"]), parts, f"{row['usable_ha']:,.1f} / {row['area_ha']:,.1f} ha"))
    return bars(rows)


def _scores(study: HeapStudy, table: pd.DataFrame) -> str:
    parts = study.ranking.parts[table.index]
    keys = "，".join(
        f'<span style="color:{PARTS[k]}">■</span> {escape(title)}'
        for k, title in enumerate(study.criteria)
    )
    rows = [
        (
            f"{row['rank']} {row['id']}",
            [(float(p), PARTS[k]) for k, p in enumerate(part)],
            f"{row['score']:.2f} {row['decides']}",
        )
        for (_, row), part in zip(table.iterrows(), parts, strict=True)
        if row["rank"] > 0
    ]
    note = "只排门槛已过、没有判定不通过的分区，其余见“未排名原因”；权重和曲线为示意值，可改。"
    return f"<p>{keys}<br><span class='soft'>{note}</span></p>" + bars(rows[:SHOWN])


def _ranks(study: HeapStudy, table: pd.DataFrame) -> str:
    ranked = table[table["rank"] > 0]
    rows = [
        (str(row["id"]), int(row["rank"]), int(row["rank_best"]), int(row["rank_worst"]))
        for _, row in ranked.head(SHOWN).iterrows()
    ]
    note = f"权重抽样 {study.stability.draws} 次，九成的名次落在灰条内。"
    return f"<p class='soft'>{note}</p>" + spans(rows, last=len(ranked))


def _months(study: HeapStudy) -> str:
    if study.energy is None or study.monthly is None:
        return "<p>没有辐射数据，不估发电量。</p>"
    year = study.energy
    mean = np.nanmean(study.monthly, axis=0)  # parts beyond the region are not a number
    steps = "".join(
        f"<tr><td>{escape(name)}</td><td>{kept:.1%}</td></tr>" for name, kept in year.steps
    )
    return (
        columns(mean.tolist(), _MONTHS, unit="kWh/kWp，各分区平均")
        + f"<p>辐射来源：{escape(year.source)}。P90 与 P10 见全部分区一表。"
        + "从阵列面到上网，各步保留：</p>"
        + f"<table>{steps}</table>"
    )


def _target(study: HeapStudy) -> str:
    ledger = study.ledger
    rows = "".join(
        f"<tr><td>{escape(str(r['county'] or '辖区外'))}</td>"
        f"<td>{escape(str(r['decision_zh']))}</td>"
        f"<td>{r['sites']}</td><td>{_mw(r['low_mw'], r['high_mw'])}</td></tr>"
        for _, r in ledger.potential.iterrows()
    )
    pipeline = "未提供在谈、在建项目清单" if np.isnan(ledger.pipeline_mw) else (
        f"在谈、在建 {ledger.pipeline_mw:.0f} MW"
    )  # fmt: skip
    return (
        f"<p>目标 {TARGET_MW:.0f} MW（筑环通〔2023〕71号）。{pipeline}；"
        "下表是潜力，不与在谈、在建相加。</p>"
        f"<table><tr><th>区县</th><th>结论</th><th>分区</th><th>装机 MW</th></tr>{rows}</table>"
    )


def _mw(low: float, high: float) -> str:
    return "未核" if np.isnan(high) else f"{low:.0f}–{high:.0f}"


def _costs(study: HeapStudy) -> str:
    titles = {rule.id: rule.title for rule in study.found.rules.rules}
    told = [c for c in study.found.costs if c.forbids or c.conditions or c.opens]
    told.sort(key=lambda c: (-c.forbids, -c.conditions - c.opens))
    rows = "".join(
        f"<tr><td>{escape(titles[c.rule])}</td><td>{c.forbids / 1e4:,.1f}</td>"
        f"<td>{c.alone / 1e4:,.1f}</td><td>{c.conditions / 1e4:,.1f}</td>"
        f"<td>{c.opens / 1e4:,.1f}</td><td>{c.gained / 1e4:,.1f}</td></tr>"
        for c in told
    )
    head = "".join(
        f"<th>{word}</th>"
        for word in (
            "规则",
            "不得 ha",
            "仅它不得 ha",
            "受限 ha",
            "说不清或疑似 ha",
            "去掉它可用 ha",
        )
    )
    return f"<table><tr>{head}</tr>{rows}</table>"


def _all(table: pd.DataFrame) -> str:
    table = table.drop(columns=["gate", "karst_said"])  # long words: they stand in the workbook
    head = "".join(f"<th>{escape(column.title)}</th>" for column in heads(table))
    rows = "".join(
        "<tr>" + "".join(f"<td>{_shown(value)}</td>" for value in cells(row, table)) + "</tr>"
        for _, row in table.iterrows()
    )
    return f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'


def _shown(value: object) -> str:
    return escape(value) if isinstance(value, str) else f"{value:,.4g}"


def _method(study: HeapStudy) -> str:
    uses = "；".join(f"{d.where} {d.ha_per_mw:g} ha/MW（{d.source}）" for d in OBSERVED)
    factor = GUIZHOU[-1]
    sources = "".join(
        f"<li>{escape(s.title)}：{escape(s.source)}，{s.date or '日期未注明'}，"
        f"精度 {s.accuracy_m:g} m"
        f"{'，示例 SYNTHETIC' if s.synthetic else ''}</li>"
        for s in study.found.sources
    )
    left = "".join(f"<li>{escape(item.rule)}：{escape(item.why)}</li>" for item in study.found.left)
    closed = "".join(
        f"<li>{escape(layer)}：{escape(who)}</li>" for layer, who in study.found.out_of_scope
    )
    return (
        f"<p>装机按实测用地换算：{escape(uses)}。碳因子 {factor.kg_per_kwh} kgCO2/kWh"
        f"（{factor.year} 年，{escape(factor.source)}）。"
        "边缘退距（坡顶、坡脚和坝体边缘）、评分曲线、权重、不确定度分量为示意值。"
        f"陡于 {STEEP_DEG:g}° 的地不计入可用，归入说不清（工程经验，不是法定界限）。"
        "坝体、排洪设施没有单独图层的，退距之外须另核。</p>"
        f"<h3>图层</h3><ul>{sources}</ul><h3>没有逐格判断的规则</h3><ul>{left}</ul>"
        f"<h3>未核查（本单位不掌握）</h3><ul>{closed}</ul>"
    )
