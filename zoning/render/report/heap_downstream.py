"""Section of the report on the way that water takes from each part."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from zoning.siting.figures.downstream import LENGTH_M, NEAR_M, PIT_M

if TYPE_CHECKING:
    import pandas as pd


def downstream_html(table: pd.DataFrame) -> str:
    """Height-only answer and way of water, side by side."""
    rows = "".join(
        f"<tr><td>{escape(str(row['id']))}</td>"
        f"<td>{escape(str(row['receptor_downstream']) or '未掌握')}</td>"
        f"<td>{escape(str(row['flow_said']) or '没有可用的高程模型，或堆体处没有高程')}</td></tr>"
        for _, row in table.iterrows()
    )
    note = (
        f"从分区最低处沿高程模型最陡方向推 {LENGTH_M / 1000:g} km，看流路两侧 {NEAR_M:g} m；"
        f"浅于 {PIT_M:g} m 的坑当作高程误差填平，更深的洼地为流路终点（均为示意值）。"
        "这是地表流路，地下水和暗河另有去向；高程误差会改变流路。"
        "最近敏感点是否更低只按高程，不看流路。"
    )
    heads = "".join(f"<th>{w}</th>" for w in ("分区", "最近敏感点低于堆体（只按高程）", "流路"))
    return f"<p class='soft'>{escape(note)}</p><table><tr>{heads}</tr>{rows}</table>"
