"""What was asked of the ground and what is left of it, as parts of a report."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from zoning.facts.vocabulary import KINDS, LAYERS, PROJECT_CLAIMS
from zoning.render.report.charts import bars
from zoning.render.report.paper import bullets, grid, keys, paragraph
from zoning.render.report.rule_table import Cost, clause_of, costs_of
from zoning.render.words import WORDS
from zoning.siting.cells.verdicts import FORBIDDEN, UNDETERMINED, USABLE

if TYPE_CHECKING:
    import pandas as pd

    from zoning.siting import Eligibility
    from zoning.siting.presets.preset import Preset

PLAIN: Final = "#B9B3A2"
RULES: Final = 15
"""Rules of the plot."""
_DOCUMENTS: Final = {"none": "没有任何文件，凭文件才行的列为要求", "unstated": "没有说明，保持未定"}


def asked_html(found: Eligibility, note: str) -> str:
    """Say what was asked: of which ground, what for, under which texts and data.

    Parameters
    ----------
    found : Eligibility
    note : str
        Of the data as a whole, from the catalog; "" none.
    """
    preset, res = found.preset, found.grid
    cells = f"{res.width:,} × {res.height:,} 格，{res.crs}"
    rows = [
        ("预设 preset", f"{preset.title}（{preset.name}）"),
        ("问的是 kind", "，".join(filter(None, _project(preset)))),
        ("假定 assumed", _assumed(preset)),
        ("规则 rules", f"{found.rules.name}，版本 {found.rules.edition}，"
                      f"逐格判断 {len(found.costs)} 条，不能逐格判断 {len(found.left)} 条"),
        ("截至 as of", found.as_of.isoformat()),
        ("范围 region", found.region),
        ("只看 where", _where(preset, found)),
        ("格网 grid", f"{res.res:g} m，{cells}"),
        ("地块 patches", f"不小于 {preset.min_area_ha:g} ha，宽不小于 {preset.min_width_m:g} m，"
                        "整格可用才算"),
        ("程序 version", f"zoning {found.version}"),
        *((("数据 data", note),) if note else ()),
    ]  # fmt: skip
    return f'<div class="lead">{grid(("项目", "内容"), rows)}</div>'


def _project(preset: Preset) -> tuple[str, ...]:
    industry = f"行业 {preset.industry}" if preset.industry else ""
    return KINDS.get(preset.kind, preset.kind), preset.stage, preset.component, industry


def _assumed(preset: Preset) -> str:
    claims = "、".join(
        f"{'' if value else '不'}{PROJECT_CLAIMS.get(name, name)}"
        for name, value in preset.assume.items()
    )
    return "；".join(filter(None, (f"文件：{_DOCUMENTS[preset.documents]}", claims)))


def _where(preset: Preset, found: Eligibility) -> str:
    held = {source.layer for source in found.sources}
    gone = preset.unheld(held)
    asked = [text for text in (*preset.where, *preset.where_held) if text not in gone]
    return "；".join(f"{_titled(text)}" for text in asked) or "全域"


def _titled(text: str) -> str:
    """A condition with the title of its layer, where it has one."""
    name = text.removeprefix("not ").partition(".")[0].partition("[")[0]
    return f"{LAYERS[name].title}：{text}" if name in LAYERS else text


def funnel_html(found: Eligibility, table: pd.DataFrame, region_m2: float) -> str:
    """Draw the ground from what was looked at to what is ranked, and tabulate it by verdict.

    Parameters
    ----------
    found : Eligibility
    table : pandas.DataFrame
        Of patches.
    region_m2 : float
        All ground of the region, geodesic. [m2]
    """
    areas = {value: area / 1e4 for value, area in found.areas}
    looked = sum(areas.values())
    forbidden = areas.get(FORBIDDEN, 0.0)
    unclear = sum(areas.get(value, 0.0) for value in UNDETERMINED)
    usable = sum(areas.get(value, 0.0) for value in USABLE)
    patches = float(table["area_ha"].sum())
    ranked = float(table.loc[table["rank"] > 0, "area_ha"].sum())
    green = WORDS[USABLE[0]][2]
    steps = [
        ("看过的地", looked, PLAIN, ""),
        ("去掉不得", looked - forbidden, PLAIN, f"不得 {forbidden:,.0f} ha"),
        ("去掉说不清：可用", usable, green, f"说不清 {unclear:,.0f} ha"),
        ("连成地块", patches, green, f"零碎、细窄、压边 {usable - patches:,.0f} ha"),
        ("其中已排名", ranked, green, ""),
    ]
    drawn = [
        (word, [(area, colour)], f"{area:,.0f} ha（{_share(area, looked)}" + _gone(gone) + "）")
        for word, area, colour, gone in steps
    ]
    spoken = "；".join(f"{label} {said}" for label, _, said in drawn)
    parts = [(areas.get(value, 0.0), colour) for value, (_, _, colour) in WORDS.items()]
    named = keys((zh, colour) for v, (zh, _, colour) in WORDS.items() if areas.get(v))
    whole = region_m2 / 1e4
    told = (
        f"全域 {whole:,.0f} ha，看过 {looked:,.0f} ha（{_share(looked, whole)}）；条长按看过的地。"
        "“说不清”不是“可用”，也不是“不得”：原因见各条规则。"
    )
    return (
        paragraph((told,))
        + bars(drawn, title=f"面积漏斗：{spoken}")
        + f"<p>{named}</p>"
        + bars([("看过的地", parts, "")], title="按结论", room=20)
        + _verdicts(areas, looked, whole)
    )


def _verdicts(areas: dict[int, float], looked: float, whole: float) -> str:
    rows = [
        (f"{WORDS[v][0]} {WORDS[v][1]}", f"{areas[v]:,.1f}", _share(areas[v], looked),
         _share(areas[v], whole))
        for v in WORDS if areas.get(v)
    ]  # fmt: skip
    rows += [
        ("看过 looked at", f"{looked:,.1f}", _share(looked, looked), _share(looked, whole)),
        ("全域 region", f"{whole:,.1f}", "", _share(whole, whole)),
    ]
    heads = ("结论", "面积 ha", "占看过的", "占全域")
    return "<p></p>" + grid(heads, rows, figures=(1, 2, 3))


def _gone(text: str) -> str:
    return f"；{text}" if text else ""


def _share(part: float, whole: float) -> str:
    if not whole > 0:
        return "—"
    return f"{part / whole:.2%}" if 0 < part < whole / 100 else f"{part / whole:.1%}"


def rules_html(found: Eligibility) -> str:
    """Draw and tabulate what each rule takes, with its clause and how far that was read."""
    told = [each for each in costs_of(found) if any(each.hectares)]
    drawn = [each for each in told if each.cost.forbids > 0][:RULES]
    alone, shared = WORDS[FORBIDDEN][2], "#D9A9A4"
    rows = [
        (_short(each.rule.title), [(a, alone), (f - a, shared)], f"{f:,.0f} ha，仅它 {a:,.0f} ha")
        for each in drawn
        for f, a in [each.hectares[:2]]
    ]
    named = keys((("仅它不得", alone), ("与别的规则重叠", shared)))
    spoken = "；".join(f"{label} {said}" for label, _, said in rows)
    silent = len(found.costs) - len(told)
    said = f"另有 {silent} 条规则在看过的地上都不触发。" if silent else ""
    heads = (
        "规则", "不得 ha", "仅它不得 ha", "受限 ha", "说不清或疑似 ha", "未核查 ha",
        "去掉它可用 ha", "依据", "依据怎样见到",
    )  # fmt: skip
    chart = f"<p>{named}</p>" + bars(rows, title=spoken) if rows else ""
    table = grid(heads, (_rule(each, found) for each in told), figures=range(1, 7))
    note = (
        f"{said}“去掉它可用”是没有这一条时多出来的可用地；几条规则重叠处，去掉其中一条不会多出来。"
        "全表见 rules.csv。"
    )
    return chart + "<p></p>" + table + f"<p class='soft'>{note}</p>"


def _rule(each: Cost, found: Eligibility) -> tuple[str, ...]:
    areas = (f"{area:,.1f}" if area else "0" for area in each.hectares)
    return (each.rule.title, *areas, *clause_of(each, found))


def _short(title: str) -> str:
    return title if len(title) <= 14 else f"{title[:13]}…"


def left_html(found: Eligibility, titles: dict[str, str]) -> str:
    """List rules that cells could not answer, and layers that the office does not hold.

    Parameters
    ----------
    found : Eligibility
    titles : dict
        Layer -> its title.
    """
    rules = {rule.id: rule.title for rule in found.rules.rules}
    left = bullets(f"{rules.get(item.rule, item.rule)}：{item.why}" for item in found.left)
    closed = bullets(f"{titles.get(layer, layer)}：{who}" for layer, who in found.out_of_scope)
    return (
        f"<h3>没有逐格判断的规则 <small>{escape('not asked of cells')}</small></h3>"
        + (left or "<p>没有</p>")
        + "<h3>未核查（本单位不掌握） <small>out of scope</small></h3>"
        + (closed or "<p>没有</p>")
    )


def sources_html(found: Eligibility) -> str:
    """Tabulate the layers that were used."""
    rows = [
        (s.title, s.source, str(s.date or "日期未注明"), s.licence, f"{s.accuracy_m:g}",
         s.sha256[:12], "示例 SYNTHETIC" if s.synthetic else "")
        for s in found.sources
    ]  # fmt: skip
    return grid(("图层", "来源", "日期", "许可", "精度 m", "内容哈希", "示例"), rows, figures=(4,))
