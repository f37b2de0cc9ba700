"""What is deducted from the ground of each part, in order, and what one deduction alone takes."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from zoning.siting.heaps.sizing import ORDER

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS: Final = (
    ("outside_ha", "辖区外"),
    ("edge_ha", "边缘"),
    ("dam_ha", "坝体"),
    ("drainage_ha", "排水"),
    ("forbidden_ha", "规则不得"),
    ("steep_ha", "陡坡"),
    ("unclear_ha", "说不清"),
    ("usable_ha", "可用"),
)
"""Columns of the study's table that sum to the area, and their headings."""


def deductions_html(table: pd.DataFrame) -> str:
    """Every part: its area, what is taken, what is left; in brackets what one alone takes."""
    head = "".join(f"<th>{word} ha</th>" for word in ("分区", "面积", *(w for _, w in _COLUMNS)))
    rows = "".join(
        f"<tr><td>{escape(str(row['id']))}</td><td>{row['area_ha']:,.2f}</td>"
        + "".join(f"<td>{_cell(row, name)}</td>" for name, _ in _COLUMNS)
        + "</tr>"
        for _, row in table.iterrows()
    )
    note = (
        f"{ORDER}。各栏合计等于面积；括号里是只有这一项要扣的（去掉这一项就多出来的地）。"
        "陡坡“未掌握”表示坡度不明，这些地在说不清里。"
    )
    return (
        f"<p class='soft'>{escape(note)}</p>"
        f'<div class="wide"><table><tr>{head.replace("分区 ha", "分区")}</tr>{rows}</table></div>'
    )


def _cell(row: pd.Series[str], name: str) -> str:
    value = float(str(row[name]))
    if value != value:
        return "未掌握"
    alone = row.get(name.replace("_ha", "_alone_ha"))
    return f"{value:,.2f}" + (
        f"（{float(str(alone)):,.2f}）" if alone is not None and value else ""
    )
