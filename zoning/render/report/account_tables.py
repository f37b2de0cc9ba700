"""Accounts against the target as tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from zoning.render.report.paper import grid
from zoning.siting.target import span

if TYPE_CHECKING:
    from zoning.siting.target import Pipeline


def standing_html(
    could: Sequence[tuple[str, pd.Series[float]]], *, only: Literal["power", "all"] = "all"
) -> str:
    """Table of the ledger's rows, each with its county.

    Parameters
    ----------
    could : sequence of (str, row)
        County and row.
    only : {"power", "all"}
        power: of patches, whose ground is the row's own area and whose yield is not told.
    """
    if not could:
        return "<p>没有</p>"
    if only == "power":
        return _power(could)
    words = ("情形", "区县", "结论", "分区", "可用 ha", "装机 MW", "年发电量 GWh")
    rows = [
        (
            str(r["standing"]), name, str(r.get("decision_zh", "")), str(r["sites"]),
            _figure(r["usable_ha"]), _mw(r["low_mw"], r["high_mw"]),
            _mw(r["gwh_low"], r["gwh_high"]),
        )
        for name, r in could
    ]  # fmt: skip
    return grid(words, rows)


def _power(could: Sequence[tuple[str, pd.Series[float]]]) -> str:
    """The same of patches; how they stand is told where their verdict does not say it."""
    said = [(str(r["standing"]), str(r.get("decision_zh", r["standing"]))) for _, r in could]
    apart = any(standing != verdict for standing, verdict in said)
    rows = [
        (
            *((standing,) if apart else ()), name, verdict, str(r["sites"]),
            "不计" if np.isnan(r["high_mw"]) else _mw(r["low_mw"], r["high_mw"]),
        )
        for (name, r), (standing, verdict) in zip(could, said, strict=True)
    ]  # fmt: skip
    heads = (*(("情形",) if apart else ()), "区县", "结论", "地块", "装机 MW")
    return grid(heads, rows, figures=(len(heads) - 2, len(heads) - 1))


def pipeline_html(listed: Pipeline | None) -> str:
    """Table of what a list proposes; "" where there is none."""
    if listed is None or listed.table.empty:
        return ""
    rows = [
        (
            *(str(r[name]) for name in ("stage", "county", "kind_zh", "decision_zh", "projects")),
            str(r["projects"] - r["stated"]),
            span(float(r["low_mw"]), float(r["high_mw"])),
        )
        for _, r in listed.table.iterrows()
    ]
    words = ("建设性质", "区县", "类型", "结论", "项目", "装机未写明", "装机")
    return f"<h3>清单：{escape(listed.source)}</h3>" + grid(words, rows)


def _figure(value: float) -> str:
    return "未核" if np.isnan(value) else f"{value:,.1f}"


def _mw(low: float, high: float) -> str:
    return "未核" if np.isnan(high) else f"{low:.0f}–{high:.0f}"
