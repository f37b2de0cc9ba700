"""A study of heaps as the map shows it: a card a part, the cells on heaps beneath."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.render.map.figures import bars_of, lie_of
from zoning.render.map.study_page import Figure, Overlay, Siting, SitingCard
from zoning.render.tables.text import UNKNOWN, number_of, said, spanned
from zoning.render.words import HANDED_IN, WORDS
from zoning.siting.cells.verdicts import FORBIDDEN, UNDETERMINED, USABLE
from zoning.siting.heaps.parts import LAYER
from zoning.siting.target import UNSTATED

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.siting.heaps.study import HeapStudy

GROUND: Final = (
    ("usable_ha", "可用", WORDS[USABLE[0]][2]),
    ("unclear_ha", "说不清", WORDS[UNDETERMINED[1]][2]),
    ("forbidden_ha", "不得", WORDS[FORBIDDEN][2]),
    ("edge_ha", "边缘", "#D8D2C2"),
    ("dam_ha", "坝体", "#BFAF93"),
    ("drainage_ha", "排水", "#A9BFCB"),
    ("steep_ha", "陡坡", "#C9B8C4"),
    ("outside_ha", "辖区外", "#F3F0E8"),
)
"""Column of the study's table, word, colour."""
NOTE: Final = (
    "方案五(三)2 是“研究探索利用”，不等于同意。评分曲线、权重、边缘退距为示意值。"
    f"门槛材料只核有无，没有核内容。{HANDED_IN}装机按实测用地换算；发电量下限按 P90、上限按 P10。"
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
    power = spanned(number_of(row, "low_mw"), number_of(row, "high_mw"))
    return SitingCard(
        rank=rank,
        span=(int(row["rank_best"]), int(row["rank_worst"])) if rank else None,
        score=number_of(row, "score") if rank else None,
        unranked=str(row["unranked"]),
        decides=str(row["decides"]),
        brief=f"{power} MW" if power else f"装机{UNKNOWN}",
        gate=str(row["gate"]),
        gate_told=str(row["ready_zh"]),
        passed=bool(row["gate_passed"]),
        ready=None if ready is None or pd.isna(ready) else bool(ready),
        gated=True,
        heads=_heads(row, power),
        more=(*_kind(row), *lie_of(row)),
        ground=_ground(row),
        months=months if all(math.isfinite(value) for value in months) else (),
        bars=bars_of(study.scored, at) if rank else (),
        demands=tuple(filter(None, str(row["demands"]).split("；"))),
    )


def _ground(row: pd.Series[str]) -> tuple[tuple[str, float, str], ...]:
    """Parts of the ground; the edge and what lies beyond the region only where there is some."""
    parts = [(word, number_of(row, name) or 0.0, colour) for name, word, colour in GROUND]
    return tuple(part for at, part in enumerate(parts) if at < 3 or part[1] > 0)


def _heads(row: pd.Series[str], power: str) -> tuple[Figure, ...]:
    p90, p10 = said(number_of(row, "yield_p90")), said(number_of(row, "yield_p10"))
    return (
        Figure("装机 MW", power),
        Figure("年发电 GWh", spanned(number_of(row, "gwh_low"), number_of(row, "gwh_high"))),
        Figure("年减碳 tCO₂", spanned(number_of(row, "tco2_low"), number_of(row, "tco2_high"))),
        Figure(
            "年 kWh/kWp，P50",
            said(number_of(row, "yield_kwh_kwp")),
            f"P90 {p90}，P10 {p10}" if p90 and p10 else "",
        ),
        Figure("倾角", said(number_of(row, "tilt_deg"), "°").replace(" ", "")),
        Figure("面积 ha", said(number_of(row, "area_ha"))),
    )


def _kind(row: pd.Series[str]) -> tuple[Figure, ...]:
    return (
        Figure("类型、状态", "，".join(filter(None, (str(row["type"]), str(row["state"]))))),
        Figure("管理类别", str(row["regime"])),
        Figure("责任主体", str(row["holder"]) or UNSTATED),
        Figure("土地权属", str(row["tenure"]) or UNSTATED),
        Figure("留作综合利用", str(row["reserved_zh"])),
    )
