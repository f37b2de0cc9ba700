"""Accounts against the target as tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.siting.ledger import span

if TYPE_CHECKING:
    from zoning.siting.ledger import Pipeline


def standing_html(could: Sequence[tuple[str, pd.Series[float]]], *, what: str = "分区") -> str:
    """Table of the ledger's rows, each with its county; ``what`` is what they count."""
    if not could:
        return "<p>没有</p>"
    rows = "".join(
        f"<tr><td>{escape(str(r['standing']))}</td><td>{escape(name)}</td>"
        f"<td>{escape(str(r.get('decision_zh', '')))}</td><td>{r['sites']}</td>"
        f"<td>{_figure(r['usable_ha'])}</td><td>{_mw(r['low_mw'], r['high_mw'])}</td>"
        f"<td>{_mw(r['gwh_low'], r['gwh_high'])}</td></tr>"
        for name, r in could
    )
    words = ("情形", "区县", "结论", what, "可用 ha", "装机 MW", "年发电量 GWh")
    head = "".join(f"<th>{word}</th>" for word in words)
    return f"<table><tr>{head}</tr>{rows}</table>"


def pipeline_html(listed: Pipeline | None) -> str:
    """Table of what a list proposes; "" where there is none."""
    if listed is None or listed.table.empty:
        return ""
    rows = "".join(
        f"<tr><td>{escape(str(r['stage']))}</td><td>{escape(str(r['county']))}</td>"
        f"<td>{escape(str(r['kind_zh']))}</td><td>{escape(str(r['decision_zh']))}</td>"
        f"<td>{r['projects']}</td><td>{r['projects'] - r['stated']}</td>"
        f"<td>{span(float(r['low_mw']), float(r['high_mw']))}</td></tr>"
        for _, r in listed.table.iterrows()
    )
    words = ("建设性质", "区县", "类型", "结论", "项目", "装机未写明", "装机")
    head = "".join(f"<th>{word}</th>" for word in words)
    return f"<h3>清单：{escape(listed.source)}</h3><table><tr>{head}</tr>{rows}</table>"


def _figure(value: float) -> str:
    return "未核" if np.isnan(value) else f"{value:,.1f}"


def _mw(low: float, high: float) -> str:
    return "未核" if np.isnan(high) else f"{low:.0f}–{high:.0f}"
