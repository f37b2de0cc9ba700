"""Changed weights held against a preset's own: who moved, said, tabulated and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.render.report.paper import grid, paragraph
from zoning.render.tables.columns import Value
from zoning.render.tables.rank_changes import CHANGE_COLUMNS, SHEET, change_values, name_of

if TYPE_CHECKING:
    from zoning.siting.scores.comparison import Comparison

NEAR_TOP: Final = 10
"""Ranks among which a move is told in a terminal."""
TOLD, SHOWN = 5, 20
"""Moves told in a terminal, rows of a report."""
_BESIDE: Final = "（因: 比换了先后的多得 gained on those it changed places with）"


def moved(comparison: Comparison) -> pd.DataFrame:
    """Rows of the comparison whose rank changed, the best of after first."""
    table = comparison.table
    return table[table["rank_before"] != table["rank_after"]]


def movers_told(comparison: Comparison) -> tuple[str, ...]:
    """Say in a few lines which weights changed, and who near the top moved and why."""
    table = moved(comparison)
    ranks = table[["rank_before", "rank_after"]]
    top = table[((ranks > 0) & (ranks <= NEAR_TOP)).any(axis=1)]
    lines = [f"  {_line(row)}" for _, row in top.head(TOLD).iterrows()]
    if len(top) > TOLD:
        lines.append(f"  前 {NEAR_TOP} 名另有 {len(top) - TOLD} 处变动，见“{SHEET}”")
    none = "" if len(top) else f"，前 {NEAR_TOP} 名没有变"
    head = (
        f"与预设自带权重对比 against the preset's own weights: {len(table)} 处名次变动 moved{none}"
        f"{_BESIDE if len(top) else ''}"
    )
    notes = (f"  {note}" for note in comparison.notes)
    return head, f"  权重 weights: {_weights(comparison)}", *lines, *notes


def _weights(comparison: Comparison) -> str:
    rows = comparison.weights
    changed = rows[(rows["own"] - rows["used"]).abs() > 1e-9]
    told = (f"{r['title']} {r['own']:.0%}→{r['used']:.0%}" for _, r in changed.iterrows())
    return "，".join(told) or "没有变 unchanged"


def _line(row: pd.Series[str]) -> str:
    ends = "→".join(_rank(row[name]) for name in ("rank_before", "rank_after"))
    why = f"，因 {row['because']} {float(row['gained']):+.2f}" if row["because"] else ""
    return f"{name_of(row)} {ends}{why}"


def _rank(value: object) -> str:
    return str(value) if value else "未排名"


def movers_html(comparison: Comparison) -> str:
    """Tables of weights and of the best places, with their ranks under both."""
    table = comparison.table[(comparison.table[["rank_before", "rank_after"]] > 0).any(axis=1)]
    weights = [
        (str(r["title"]), f"{r['own']:.1%}", f"{r['used']:.1%}")
        for _, r in comparison.weights.iterrows()
    ]
    rows = [
        tuple(_text(value) for value in change_values(row))
        for _, row in table.head(SHOWN).iterrows()
    ]
    told = (
        f"{len(moved(comparison))} 处名次变动；事实、地块和结论不因权重而变。"
        "“换位的原因”是与换了先后的那些相比，得分里多得（负为少得）最多的一项。"
    )
    rest = f"前 {min(SHOWN, len(table))} 名，共 {len(table)} 个；全部见工作簿的“{SHEET}”。"
    heads = [column.title for column in CHANGE_COLUMNS]
    return (
        paragraph((told, *comparison.notes))
        + grid(("准则", "预设自带", "所用"), weights, figures=(1, 2))
        + f"<p class='soft'>{rest}</p>"
        + grid(heads, rows, figures=(0, 1, 2, 5, 6, 8))
    )


def movers_record(comparison: Comparison) -> dict[str, object]:
    """The comparison for machines: all weights, and the places whose rank changed."""
    names = (
        "id", "id_after", "rank_before", "rank_after", "score_before", "score_after", "because",
        "gained",
    )  # fmt: skip
    rows = [
        {name: None if row[name] != row[name] else _plain(row[name]) for name in names}
        for _, row in moved(comparison).iterrows()
    ]
    return {
        "before": "预设自带权重 the preset's own weights",
        "weights": [
            {"title": str(r["title"]), "own": round(float(r["own"]), 6),
             "used": round(float(r["used"]), 6)}
            for _, r in comparison.weights.iterrows()
        ],
        "places": len(comparison.table),
        "notes": list(comparison.notes),
        "moved": rows,
    }  # fmt: skip


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value
    number = float(str(value))
    return int(number) if number.is_integer() and not isinstance(value, float) else round(number, 6)


def _text(value: Value) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
