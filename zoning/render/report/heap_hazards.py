"""Sections of the report on what lies under heaps, and on whence their boundaries are."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from zoning.siting.figures.karst import CONDUITS, REACH_M, UNKNOWN
from zoning.siting.heaps.parts import DRAWN, SEEN

if TYPE_CHECKING:
    import pandas as pd


def karst_html(table: pd.DataFrame) -> str:
    """Karst under each part, and the sentence that a river far away is not safety."""
    said = [s for s in (CONDUITS, UNKNOWN) if (table["karst_said"] == s).any()]
    told = "".join(f"<p>{escape(text)}。</p>" for text in said)
    rows = [
        (
            str(row["id"]),
            str(row["karst_classes"]) or "未掌握",
            _metres(row["sinkhole_m"]),
            str(row["sinkholes"]),
            _metres(row["spring_m"]),
        )
        for _, row in table.iterrows()
    ]
    near = f"{REACH_M / 1000:g} km 内有落水洞"
    note = f"{near}：范围为示意值，图层和边界的误差已计入；不明表示误差或资料不足以说有或没有。"
    heads = ("分区", "岩溶分级占比", "距落水洞区 m", near, "距泉域保护范围 m")
    return told + f"<p class='soft'>{note}</p>" + _table(heads, rows)


def sources_html(table: pd.DataFrame) -> str:
    """Whence the boundaries are, and where layer and raster do not say the same."""
    drawn, seen = (int((table["source"] == word).sum()) for word in (DRAWN, SEEN))
    counts = f"<p>边界来自图层 {drawn} 个，来自栅格 {seen} 个。"
    if "disagreement" not in table:
        return counts + "没有与栅格对照。</p>"
    odd = table[table["disagreement"].fillna("") != ""]
    if odd.empty:
        return counts + "图层分区与栅格在误差之内一致。</p>"
    rows = [
        (
            str(row["id"]),
            str(row["source"]),
            str(row["type"]) or "没有写",
            str(row["raster_type"]) or "无",
            "未掌握"
            if row["raster_share"] != row["raster_share"]
            else f"{row['raster_share']:.0%}",
            str(row["disagreement"]),
        )
        for _, row in odd.iterrows()
    ]
    note = "不一致只提请核对，不影响结论；只见于栅格的堆体状态不明，一律待补充信息。</p>"
    return (
        counts + note + _table(("分区", "边界来自", "类型", "栅格类型", "栅格占比", "不一致"), rows)
    )


def _share(value: float) -> str:
    return "未掌握" if value != value else f"{value:.0%}"


def _metres(value: float) -> str:
    return "未掌握" if value != value else f"{value:,.0f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(word)}</th>" for word in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
