"""Patches of eligible ground as the map shows them: a card a patch, the cells beneath."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import pandas as pd

from zoning.render.rasters import retraced
from zoning.render.siting_page import Figure, Overlay, Siting, SitingCard, said

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.siting import Eligibility

NOTE: Final = (
    "地块是逐格判断后连成片、整格都可用的地，没有估发电量；排名的曲线和权重为示意值；"
    "“未发现冲突”只就所审范围和所列数据版本而言。"
)


def patches_page(
    table: pd.DataFrame, found: Eligibility, catalog: Catalog, overlays: Sequence[Overlay] = ()
) -> Siting:
    """Return what the map of patches shows beside their screening.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        See `patch_table`.
    found : Eligibility
    catalog : Catalog
    overlays : sequence of Overlay
    """
    return Siting(
        title=f"{catalog.name}选址",
        sub=f"{found.preset.title}，截至 {found.as_of}",
        cards={str(row["id"]): _card(row) for _, row in table.iterrows()},
        overlays=tuple(overlays),
        what="地块",
        outlines=not retraced(found),
        note=NOTE,
    )


def _card(row: pd.Series[str]) -> SitingCard:
    area = float(str(row["area_ha"]))
    rank = int(str(row["rank"]))
    return SitingCard(
        rank=rank,
        span=(int(str(row["rank_best"])), int(str(row["rank_worst"]))) if rank else None,
        score=float(str(row["score"])) if rank else None,
        unranked=str(row["unranked"]),
        decides=str(row["decides"]),
        brief=f"{said(area, 'ha')}",
        heads=(
            Figure("面积 ha", said(area), f"{said(15 * area)} 亩"),
            Figure("周长 km", said(float(str(row["perimeter_m"])) / 1000)),
            Figure("形状指数", said(float(str(row["shape_index"]))), "1 为圆"),
        ),
        demands=tuple(filter(None, str(row["demands"]).split("；"))),
    )
