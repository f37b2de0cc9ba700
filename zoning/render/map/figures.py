"""Figures of one row of a study as cards show them; what is not known is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.render.map.study_page import Bar, Figure
from zoning.render.tables.text import number_of, said

if TYPE_CHECKING:
    from zoning.siting.scores.scoring import Scored


def lie_of(row: pd.Series[str]) -> tuple[Figure, ...]:
    """Return slope, height and karst of a place, and what lies near it."""
    p90 = _degrees(row, "slope_p90_deg")
    kind = str(row.get("terrain_class") or "")
    steep = (f"90 分位 {p90}" if p90 else "", f"{kind} 类地形" if kind else "")
    karst = number_of(row, "strong_karst")
    kv = said(number_of(row, "substation_kv"), "kV")
    spare = said(number_of(row, "substation_spare_mw"), "MW")
    grid = (_wind(row, "substation"), kv, f"剩余 {spare}" if spare else "")
    return (
        Figure("平均坡度", _degrees(row, "slope_mean_deg"), "，".join(filter(None, steep))),
        Figure("高程", said(number_of(row, "altitude_m"), "m")),
        Figure("强岩溶占比", "" if karst is None else said(100 * karst, "%")),
        Figure("距变电站", _far(row, "substation"), "，".join(filter(None, grid))),
        Figure("距道路", _far(row, "road"), _wind(row, "road")),
        Figure("距敏感点", _far(row, "receptor"), _wind(row, "receptor")),
    )


def bars_of(scored: Scored, at: int) -> tuple[Bar, ...]:
    """Return what each criterion adds to the score of the row ``at``."""
    return tuple(
        Bar(title, score if weight > 0 else None, weight, added)
        for title, score, weight, added in zip(
            scored.model.titles,
            scored.scores[at].tolist(),
            scored.model.weights.tolist(),
            scored.ranking.parts[at].tolist(),
            strict=True,
        )
    )


def _degrees(row: pd.Series[str], name: str) -> str:
    return said(number_of(row, name), "°").replace(" ", "")


def _far(row: pd.Series[str], layer: str) -> str:
    """Return a distance; 0 is where the site meets it."""
    metres = number_of(row, f"{layer}_m")
    if metres is None:
        return ""
    return said(metres / 1000, "km") if metres >= 1000 else said(round(metres), "m")


def _wind(row: pd.Series[str], layer: str) -> str:
    wind = str(row.get(f"{layer}_bearing") or "")
    return f"{wind}面" if wind else ""
