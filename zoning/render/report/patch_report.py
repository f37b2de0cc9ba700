"""``report.html`` of a preset: where it can stand, what takes the ground, which patches lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.facts.vocabulary import LAYERS
from zoning.render.report.account_tables import pipeline_html, standing_html
from zoning.render.report.charts import bars
from zoning.render.report.fit_words import fit_told
from zoning.render.report.ground_report import (
    asked_html,
    funnel_html,
    left_html,
    rules_html,
    sources_html,
)
from zoning.render.report.paper import bullets, grid, page, paragraph, section
from zoning.render.report.rank_changes import movers_html
from zoning.render.report.rank_charts import SHOWN, ranks_html, scores_html
from zoning.render.tables.criteria import criteria_rows
from zoning.render.tables.ranks import by_rank
from zoning.render.tables.text import number_of, said, spanned
from zoning.render.words import CLAIM
from zoning.siting.presets.fits import BELOW_ONE, NO_YIELD, NOTE, said_of
from zoning.siting.target import APART, possible

if TYPE_CHECKING:
    from zoning.siting import Eligibility
    from zoning.siting.patches import Sited
    from zoning.siting.scores.comparison import Comparison
    from zoning.siting.target import Ledger

_SYNTHETIC: Final = "示例数据 SYNTHETIC：图层为虚构，地块不对应任何真实地点，不得用于实际审查。"
_MAST: Final = "发电量须测风塔或风能图谱，这里不估 a mast or a wind atlas is needed for yield"
_COLUMNS: Final = (
    ("rank", "名次"), ("span", "九成名次"), ("id", "地块"), ("county", "区县"),
    ("decision_zh", "结论"), ("heap", "堆场·部位"), ("heap_ready", "门槛状态"),
    ("area_ha", "面积 ha"), ("mw", "装机 MW"), ("slope_mean_deg", "平均坡度 °"),
    ("substation_m", "距变电站 km"),
    ("road_m", "距道路 km"), ("score", "得分"), ("decides", "主要差别"),
    ("unranked", "未排名原因"),
)  # fmt: skip
_FIGURES: Final = ("rank", "area_ha", "mw", "slope_mean_deg", "substation_m", "road_m", "score")
_DEMANDS: Final = 15
_ALONE: Final = "＊"
"""Beside the capacity of a patch that no sum counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """All that a report tells of.

    Parameters
    ----------
    found : Eligibility
        With every layer that was used among its sources.
    sited : Sited
    table : pandas.DataFrame [n]
        Of `patch_table`.
    region_m2 : float
        [m2]
    note : str
        Of the catalog.
    bound : str
        What the megawatts are not.
    cautions : tuple of str
    ledger : Ledger or None
        None where nothing is sized.
    comparison : Comparison or None
        With the preset's own weights, where others were given.
    """

    found: Eligibility
    sited: Sited
    table: pd.DataFrame
    region_m2: float
    note: str = ""
    bound: str = ""
    cautions: tuple[str, ...] = ()
    ledger: Ledger | None = None
    comparison: Comparison | None = None


def report_html(outcome: Outcome) -> str:
    """Return the report."""
    found, sited = outcome.found, outcome.sited
    table = by_rank(outcome.table)
    moved = outcome.comparison
    ranked = bool((table["rank"] > 0).any())
    note = "只排没有判定不通过、各项准则都有数据的地块；权重和曲线为示意值 illustrative，可改。"
    body = [
        _head(outcome),
        section("问的是什么", asked_html(found, outcome.note), en="what was asked"),
        section("地还剩多少", funnel_html(found, table, outcome.region_m2), en="funnel of ground"),
        section("每条规则占掉多少地", rules_html(found), en="what each rule takes"),
        section("排在前面的地块", _leading(table), en="ranked patches"),
        section("装机范围", _capacity(outcome), en="capacity"),
    ]
    if ranked:
        body += [
            section("得分构成", scores_html(sited, table, note=note), en="score breakdown"),
            section("名次对权重的敏感性", ranks_html(sited, table) + _stable(sited, table),
                    en="rank stability"),
            section("什么在决定名次", _decides(table) + _criteria(sited), en="what decides"),
        ]  # fmt: skip
    if moved is not None:
        body.append(section("与预设自带权重对比", movers_html(moved), en="changed weights"))
    if outcome.ledger is not None:
        body.append(section("与 2025 年新增非化石装机目标对照", _target(outcome), en="target"))
    titles = {name: layer.title for name, layer in LAYERS.items()}
    body += [
        section("须补的要求", _demands(table), en="demands"),
        section("要注意的", bullets(outcome.cautions) + left_html(found, titles), en="cautions"),
        section("数据来源", sources_html(found), en="sources"),
    ]
    return page(found.preset.title, body)


def _head(outcome: Outcome) -> str:
    found, table = outcome.found, outcome.table
    banner = ""
    if found.synthetic or outcome.sited.screening.synthetic:
        banner = paragraph((_SYNTHETIC, "虚构的图层：" + "、".join(found.synthetic)), mark=True)
    counts = table["decision_zh"].value_counts()
    told = "，".join(f"{word} {count}" for word, count in counts.items()) or "没有"
    lines = (
        f"{found.region}，截至 {found.as_of}。地块 {len(table)} 块，"
        f"{table['area_ha'].sum():,.0f} ha：{told}。",
        CLAIM,
    )
    mast = paragraph((_MAST,), mark=True) if found.preset.kind == "wind" else ""
    return (
        f"<h1>{escape(found.preset.title)} <small>{escape(found.preset.name)}</small></h1>"
        + banner
        + paragraph(lines)
        + mast
    )


def _leading(table: pd.DataFrame) -> str:
    if table.empty:
        return "<p>没有达到面积、宽度下限而又整格可用的地块 no patch</p>"
    shown = [
        (name, word)
        for name, word in _COLUMNS
        if name in ("span", "mw") or name in table.columns
        if name != "mw" or "low_mw" in table.columns
        if name != "unranked" or (table["unranked"].head(SHOWN) != "").any()
    ]
    rows = [
        tuple(_shown(row, name) for name, _ in shown) for _, row in table.head(SHOWN).iterrows()
    ]
    figures = [at for at, (name, _) in enumerate(shown) if name in _FIGURES]
    rest = (
        f"前 {min(SHOWN, len(table))} 块，共 {len(table)} 块；全部见 patches.xlsx 的“排序”，"
        "边界见 patches.gpkg，逐块卡片见 map.html。"
    )
    heads = [word for _, word in shown]
    marked = any(cell.endswith(_ALONE) for row in rows for cell in row)
    foot = f"<p class='soft'>{_ALONE} {BELOW_ONE}</p>" if marked else ""
    return f"<p class='soft'>{rest}</p>" + grid(heads, rows, figures=figures) + foot


def _shown(row: pd.Series[str], name: str) -> str:
    """Text of a cell; what is not known is said so, never 0."""
    if name == "mw":
        mark = _ALONE if row.get(NOTE) else ""
        return (spanned(number_of(row, "low_mw"), number_of(row, "high_mw")) or "未核") + mark
    ranked = (number_of(row, "rank") or 0) > 0
    if name == "span":
        return f"{row['rank_best']}–{row['rank_worst']}" if ranked else ""
    if name in ("rank", "score") and not ranked:
        return "未排名"
    if name not in _FIGURES:
        return str(row[name])
    value = number_of(row, name)
    if value is None:
        return "未掌握"
    if name == "score":
        return f"{value:.2f}"
    return said(round(value) / 1000 if name in ("substation_m", "road_m") else value)


def _capacity(outcome: Outcome) -> str:
    table, preset = outcome.table, outcome.found.preset
    whence = said_of(preset)
    if "low_mw" not in table.columns:
        return paragraph(whence)
    total = f"地块 {len(table)} 块：{fit_told(table, outcome.bound)}。"
    table = table[possible(table)]
    order = table.assign(county=table["county"].where(table["county"] != "", "区县不明"))
    sums = order.groupby("county")[["low_mw", "high_mw", "area_ha"]].sum()
    sums = sums.sort_values("high_mw", ascending=False)
    green, pale = "#2F7F6E", "#A9CBC2"
    rows = [
        (str(county), [(r["low_mw"], green), (r["high_mw"] - r["low_mw"], pale)],
         f"{r['low_mw']:,.0f}–{r['high_mw']:,.0f} MW，{r['area_ha']:,.0f} ha")
        for county, r in sums.iterrows()
    ]  # fmt: skip
    spoken = "；".join(f"{label} {text}" for label, _, text in rows)
    more = () if preset.kind == "wind" else ("发电量这里不估；渣场上的见 zoning heaps。",)
    lines = (total, *(line for line in whence if line != NO_YIELD), *more)
    mast = paragraph((_MAST,), mark=True) if preset.kind == "wind" else ""
    return paragraph(lines) + mast + bars(rows, title=f"各区县装机：{spoken}")


def _stable(sited: Sited, table: pd.DataFrame) -> str:
    first = table[table["rank"] > 0].index[0]
    stable = sited.stability
    return paragraph(
        (
            f"第 1 名 {table.loc[first, 'id']}：在 {stable.first[first]:.0%} 的抽样里仍排第 1。"
            "抽样围绕所用权重，集中程度为示意值 illustrative。",
        )
    )


def _decides(table: pd.DataFrame) -> str:
    words = table.loc[table["rank"] > 0, "decides"]
    counts = words[words != ""].value_counts()
    rows = [(str(w), [(float(n), "#5B7DB1")], f"{n} 块") for w, n in counts.items()]
    spoken = "；".join(f"{label} {text}" for label, _, text in rows)
    return (
        "<p class='soft'>每块地的“主要差别”：它的哪一项与平均相差最大。</p>"
        + bars(rows, title=f"主要差别：{spoken}")
    )  # fmt: skip


def _criteria(sited: Sited) -> str:
    rows = [
        (str(r["group"]), str(r["title"]), str(r["fact"]), f"{r['weight']:.1%}",
         str(r["preference"]))
        for r in criteria_rows(sited.scored.model)
    ]  # fmt: skip
    method = "TOPSIS" if sited.scored.model.method == "topsis" else "加权和"
    heads = ("分组", "准则", "事实", "权重", "偏好（示意值）")
    return f"<p>方法：{method}。</p>" + grid(heads, rows, figures=(3,))


def _target(outcome: Outcome) -> str:
    ledger = outcome.ledger
    assert ledger is not None  # asked for only where there is one
    could = [(str(r["county"] or "区县不明"), r) for _, r in ledger.potential.iterrows()]
    could += [("合计", r) for _, r in ledger.totals().iterrows()]
    kept = [(name, r) for name, r in could if r["standing"] not in APART]
    gone = [(name, r) for name, r in could if r["standing"] in APART]
    apart = f"<h3>不是潜力，不计入</h3>{standing_html(gone, only='power')}" if gone else ""
    bound = paragraph((outcome.bound.strip("（）"),)) if outcome.bound else ""
    return (
        paragraph(ledger.told())
        + pipeline_html(ledger.pipeline)
        + "<h3>地块，按区县和结论</h3>"
        + bound
        + standing_html(kept, only="power")
        + apart
    )


def _demands(table: pd.DataFrame) -> str:
    asked = Counter(
        text for row in table["demands"] for text in dict.fromkeys(str(row).split("；")) if text
    )
    if not asked:
        return "<p>规则没有对这些地块另提要求。</p>"
    rows = [(text, f"{count}") for text, count in asked.most_common(_DEMANDS)]
    rest = len(asked) - len(rows)
    more = f"<p class='soft'>另有 {rest} 项，逐块见 patches.xlsx。</p>" if rest > 0 else ""
    return grid(("须补要求", "地块数"), rows, figures=(1,)) + more


def cautions_of(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines that go with the figures, each once, without the claim, which stands at the head."""
    return tuple(line for line in dict.fromkeys(lines) if line != CLAIM)
