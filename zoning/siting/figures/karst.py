"""Karst under and around heaps: shares of its classes, sinkholes within reach, springs.

A river far away says nothing here: water runs underground.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from zoning.arrays import Floats
from zoning.catalog import Catalog
from zoning.facts.table import Facts
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.rules.grammar import parse_fact
from zoning.sites import Sites

REACH_M: Final = 2000.0
"""[m] Sinkholes nearer than this are told. Illustrative: a conduit may run much farther."""
CONDUITS: Final = (
    "有岩溶：离河远不等于安全。息烽交椅山渣场的渗漏经地下岩溶管道影响到 16 公里外的泉"
    "（新华社 2019 年 11 月报道，见转载，未见勘察报告）；"
    "须做水文地质勘察和示踪试验，不得写“无下游风险”"
)
"""Printed wherever karst is met. The case: m.news.shi-fen.com/china/201911/50-536766.html."""
UNKNOWN: Final = "岩溶资料缺失或不全：不能说没有岩溶，也不能说没有下游风险"
NONE: Final = "所持图层里没有岩溶；图层之外不作结论"

_SINKHOLES = "karst_zone[sinkholes = true].distance"
_SPRING = "spring_catchment.distance"


def karst_under(sites: Sites, catalog: Catalog, as_of: date) -> dict[str, object]:
    """What is known of karst at each site.

    Parameters
    ----------
    sites : Sites
        n sites.
    catalog : Catalog
        Raster ``karst`` and layers ``karst_zone``, ``spring_catchment``, where held.
    as_of : date

    Returns
    -------
    dict
        ``karst_share`` (of all classes of karst, exact coverage; NaN unknown), ``karst_classes``
        (each class and its share), ``sinkhole_m`` (to the nearest zone with sinkholes, 0 inside;
        NaN none or unknown), ``sinkholes`` (within `REACH_M`: 是, 否, 不明, doubt of layer and
        site included), ``spring_m`` (to the nearest spring catchment, 0 met), ``karst_said``.
    """
    raster = catalog.layers.get("karst")
    classes = [name for _, name in raster.classes] if isinstance(raster, RasterLayer) else []
    classes = [name for name in dict.fromkeys(classes) if name not in ("无", "非岩溶")]
    texts = [*(f"karst.share({name})" for name in classes), _SINKHOLES, _SPRING]
    if classes:
        texts.append("karst.covered")
    refs = [parse_fact(text) for text in texts]
    held = [ref for ref in refs if ref.layer in catalog.layers]
    facts = measure(sites, held, open_views(catalog, held), as_of=as_of)
    n = len(sites)
    names = [f"karst.share({name})" for name in classes]
    shares = np.reshape([_measured(facts, name, n) for name in names], (len(names), n)).T
    total = shares.sum(axis=1) if names else np.full(n, np.nan)
    covered = _measured(facts, "karst.covered", n)
    inside = _measured(facts, _SINKHOLES, n) == 0
    return {
        "karst_share": total,
        "karst_classes": [_classes(classes, row.tolist()) for row in shares],
        "sinkhole_m": _measured(facts, _SINKHOLES, n),
        "sinkholes": _within(facts, _SINKHOLES, n),
        "spring_m": _measured(facts, _SPRING, n),
        "karst_said": [
            CONDUITS if share > 0 or met else NONE if share == 0 and full >= 1 else UNKNOWN
            for share, full, met in zip(total, covered, inside, strict=True)
        ],
    }


def _measured(facts: Facts, name: str, n: int) -> Floats:
    """As measured; NaN where the layer is not held or nothing is known."""
    if name not in facts.columns:
        return np.full(n, np.nan)
    found = facts.numbers(name).measured
    return np.where(np.isfinite(found), found, np.nan)


def _within(facts: Facts, name: str, n: int) -> list[str]:
    """Whether it lies within reach, whatever the doubt."""
    if name not in facts.columns:
        return ["不明"] * n
    column = facts.numbers(name)
    return [
        "是" if high <= REACH_M else "否" if low > REACH_M else "不明"
        for low, high in zip(column.low, column.high, strict=True)
    ]


def _classes(names: list[str], shares: list[float]) -> str:
    """Each class that is there, the largest share first."""
    known = [(s, name) for name, s in zip(names, shares, strict=True) if s > 0]
    return "、".join(f"{name} {s:.0%}" for s, name in sorted(known, reverse=True))
