"""A study of heaps as the map shows it: a card a part, the cells on heaps beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from zoning.render.eligible import WORDS
from zoning.render.siting_page import (
    UNKNOWN,
    Bar,
    Figure,
    Overlay,
    Siting,
    SitingCard,
    said,
    spanned,
)
from zoning.siting.parts import LAYER
from zoning.siting.verdicts import FORBIDDEN, UNDETERMINED, USABLE

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.siting.heaps import HeapStudy

GROUND: Final = (
    ("usable_ha", "可用", WORDS[USABLE[0]][2]),
    ("unclear_ha", "说不清", WORDS[UNDETERMINED[1]][2]),
    ("forbidden_ha", "不得", WORDS[FORBIDDEN][2]),
    ("edge_ha", "边缘退距", "#D8D2C2"),
    ("outside_ha", "辖区外", "#F3F0E8"),
)
"""Column of the study's table, word, colour."""
NOTE: Final = (
    "方案五(三)2 是“研究探索利用”，不等于同意。评分曲线、权重、边缘退距为示意值。"
    "装机按实测用地换算；发电量下限按 P90、上限按 P10。"
)


def heaps_page(
    study: HeapStudy, table: pd.DataFrame, catalog: Catalog, overlays: Sequence[Overlay] = ()
) -> Siting:
    """Return what the map of a study shows beside the screening.

    Parameters
    ----------
    study : HeapStudy
    table : pandas.DataFrame [n]
        Its table with ``demands``, see `with_demands`.
    catalog : Catalog
    overlays : sequence of Overlay
    """
    records = [row for _, row in table.iterrows()]
    return Siting(
        title=f"{catalog.name}渣场光伏选址",
        sub=f"{study.found.preset.title}，截至 {study.found.as_of}",
        cards={str(row["id"]): _card(study, row, at) for at, row in enumerate(records)},
        overlays=tuple(overlays),
        what="分区",
        sun=f"来源：{study.energy.source}" if study.energy is not None else "",
        draws=study.stability.draws,
        own=LAYER,
        note=NOTE,
    )


def _card(study: HeapStudy, row: pd.Series[str], at: int) -> SitingCard:
    rank = int(row["rank"])
    ready = row["ready"]
    months = () if study.monthly is None else tuple(study.monthly[at].tolist())
    power = spanned(_of(row, "low_mw"), _of(row, "high_mw"))
    return SitingCard(
        rank=rank,
        span=(int(row["rank_best"]), int(row["rank_worst"])) if rank else None,
        score=_of(row, "score") if rank else None,
        unranked=str(row["unranked"]),
        decides=str(row["decides"]),
        brief=f"{power} MW" if power else f"装机{UNKNOWN}",
        gate=str(row["gate"]),
        ready=None if ready is None or pd.isna(ready) else bool(ready),
        gated=True,
        heads=_heads(row, power),
        more=tuple(_more(row)),
        ground=_ground(row),
        months=months if all(math.isfinite(value) for value in months) else (),
        bars=_bars(study, at) if rank else (),
        demands=tuple(filter(None, str(row["demands"]).split("；"))),
    )


def _ground(row: pd.Series[str]) -> tuple[tuple[str, float, str], ...]:
    """Parts of the ground; the edge and what lies beyond the region only where there is some."""
    parts = [(word, _of(row, name) or 0.0, colour) for name, word, colour in GROUND]
    return tuple(part for at, part in enumerate(parts) if at < 3 or part[1] > 0)


def _bars(study: HeapStudy, at: int) -> tuple[Bar, ...]:
    ranking = study.ranking
    weights = ranking.weights.tolist()
    added = ranking.parts[at].tolist()
    return tuple(
        Bar(title, part / weight if weight > 0 else None, weight, part)
        for title, weight, part in zip(study.criteria, weights, added, strict=True)
    )


def _heads(row: pd.Series[str], power: str) -> tuple[Figure, ...]:
    p90, p10 = said(_of(row, "yield_p90")), said(_of(row, "yield_p10"))
    return (
        Figure("装机 MW", power),
        Figure("年发电 GWh", spanned(_of(row, "gwh_low"), _of(row, "gwh_high"))),
        Figure("年减碳 tCO₂", spanned(_of(row, "tco2_low"), _of(row, "tco2_high"))),
        Figure(
            "年 kWh/kWp，P50",
            said(_of(row, "yield_kwh_kwp")),
            f"P90 {p90}，P10 {p10}" if p90 and p10 else "",
        ),
        Figure("倾角", said(_of(row, "tilt_deg"), "°").replace(" ", "")),
        Figure("面积 ha", said(_of(row, "area_ha"))),
    )


def _more(row: pd.Series[str]) -> list[Figure]:
    p90 = said(_of(row, "slope_p90_deg"), "°").replace(" ", "")
    kind = str(row.get("terrain_class") or "")
    slope = "，".join(
        filter(None, (f"90 分位 {p90}" if p90 else "", f"{kind} 类地形" if kind else ""))
    )
    karst = _of(row, "strong_karst")
    kv, spare = said(_of(row, "substation_kv"), "kV"), said(_of(row, "substation_spare_mw"), "MW")
    grid = "，".join(filter(None, (_wind(row, "substation"), kv, f"剩余 {spare}" if spare else "")))
    return [
        Figure("类型、状态", "，".join(filter(None, (str(row["type"]), str(row["state"]))))),
        Figure("管理类别", str(row["regime"])),
        Figure("平均坡度", said(_of(row, "slope_mean_deg"), "°").replace(" ", ""), slope),
        Figure("高程", said(_of(row, "altitude_m"), "m")),
        Figure("强岩溶占比", "" if karst is None else said(100 * karst, "%")),
        Figure("距变电站", _far(_of(row, "substation_m")), grid),
        Figure("距道路", _far(_of(row, "road_m")), _wind(row, "road")),
        Figure("距敏感点", _far(_of(row, "receptor_m")), _wind(row, "receptor")),
    ]


def _far(metres: float | None) -> str:
    """Return a distance; 0 is where the site meets it."""
    if metres is None:
        return ""
    return said(metres / 1000, "km") if metres >= 1000 else said(round(metres), "m")


def _wind(row: pd.Series[str], layer: str) -> str:
    wind = str(row.get(f"{layer}_bearing") or "")
    return f"{wind}面" if wind else ""


def _of(row: pd.Series[str], name: str) -> float | None:
    """Return a figure of the row; None where it has none."""
    value = row.get(name)
    if value is None or pd.isna(value):
        return None
    number = float(str(value))
    return number if np.isfinite(number) else None
