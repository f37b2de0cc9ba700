"""Patches of eligible ground as the map shows them: a card a patch, the cells beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.render.map.figures import bars_of, lie_of
from zoning.render.map.rasters import eligibility_overlay, retraced, suitability_overlay
from zoning.render.map.study_page import Figure, Overlay, Siting, SitingCard
from zoning.render.share import with_sources
from zoning.render.tables.patches import patch_table
from zoning.render.tables.text import number_of, said, spanned
from zoning.siting.standing import KEPT, NOT_YET, REACHED
from zoning.siting.target import RESERVED

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.siting import Eligibility, Suitability
    from zoning.siting.patches import Sited

NOTE: Final = (
    "地块是逐格判断后连成片、整格都可用的地，没有估发电量；距离从地块边缘量起，得分按各格平均；排名的曲线和权重为示意值；"
    "“未发现冲突”只就所审范围和所列数据版本而言。"
)


def siting_of(
    found: Eligibility,
    sited: Sited,
    catalog: Catalog,
    table: pd.DataFrame | None = None,
    suitability: Suitability | None = None,
) -> Siting:
    """Return what the map of patches shows beside their screening.

    Parameters
    ----------
    found : Eligibility
    sited : Sited
    catalog : Catalog
    table : pandas.DataFrame, optional
        Of `patch_table`, where it was made already.
    suitability : Suitability, optional
    """
    overlays = [eligibility_overlay(found, sited.geometry)]
    if suitability is not None:
        retraced = with_sources(found, suitability.sources)
        overlays.append(suitability_overlay(suitability.raster, retraced, sited.geometry))
    made = patch_table(sited) if table is None else table
    return patches_page(made, sited, found, catalog, overlays)


def patches_page(
    table: pd.DataFrame,
    sited: Sited,
    found: Eligibility,
    catalog: Catalog,
    overlays: Sequence[Overlay] = (),
) -> Siting:
    """Return what the map of patches shows beside their screening.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        See `patch_table`.
    sited : Sited
    found : Eligibility
    catalog : Catalog
    overlays : sequence of Overlay
    """
    return Siting(
        title=f"{catalog.name}选址",
        sub=f"{found.preset.title}，截至 {found.as_of}",
        cards={
            str(row["id"]): _card(row, sited, at) for at, (_, row) in enumerate(table.iterrows())
        },
        overlays=tuple(overlays),
        what="地块",
        draws=sited.stability.draws,
        own=found.preset.where[0].partition(".")[0] if found.preset.where else "",
        outlines=not retraced(found),
        note=NOTE,
    )


_READY: Final = {NOT_YET: False, REACHED: True}


def _heap(row: pd.Series[str]) -> tuple[Figure, ...]:
    """Say which heaps lie beneath; nothing where none does."""
    if not row.get("heap"):
        return ()
    kind = "，".join(str(row[f"heap_{name}"]) for name in ("type", "regime", "state"))
    return (
        Figure("堆场·部位", str(row["heap"])),
        Figure("类型、管理类别、状态", kind),
        Figure("留作综合利用", str(row["heap_reserved"])),
    )


def _gate_told(row: pd.Series[str]) -> str:
    """How far the gate is; a stock that is kept for reuse stands against arrays all the same."""
    kept = RESERVED if row.get("heap_reserved") == KEPT else ""
    return "；".join(filter(None, (str(row.get("heap_ready") or ""), kept)))


def _card(row: pd.Series[str], sited: Sited, at: int) -> SitingCard:
    area = float(str(row["area_ha"]))
    rank = int(str(row["rank"]))
    power = spanned(number_of(row, "low_mw"), number_of(row, "high_mw"))
    note = str(row.get("capacity_note", ""))
    return SitingCard(
        rank=rank,
        span=(int(str(row["rank_best"])), int(str(row["rank_worst"]))) if rank else None,
        score=float(str(row["score"])) if rank else None,
        unranked=str(row["unranked"]),
        gate=str(row.get("heap_gate") or ""),
        gate_told=_gate_told(row),
        ready=False if row.get("heap_reserved") == KEPT else _READY.get(str(row.get("heap_ready"))),
        gated=bool(row.get("heap")),
        decides=str(row["decides"]),
        brief=f"{said(area, 'ha')}"
        + (f"，{power} MW" if power else "")
        + (f"（{note}）" if note else ""),
        heads=(
            *((Figure("装机 MW", power, note),) if "low_mw" in row.index else ()),
            Figure("面积 ha", said(area), f"{said(15 * area)} 亩"),
            Figure("形状指数", said(float(str(row["shape_index"]))), "1 为圆"),
        ),
        more=(
            Figure("周长", said(float(str(row["perimeter_m"])) / 1000, "km")),
            *lie_of(row),
            *_heap(row),
        ),
        bars=bars_of(sited.scored, at) if rank else (),
        demands=tuple(filter(None, str(row["demands"]).split("；"))),
    )
