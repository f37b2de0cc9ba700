"""Energy figures behind a class: what is stated, the levels it is held to, their source."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from types import MappingProxyType

from zoning.policy import EnergyRow, benchmark_rows, limit_rows

# How a row of the tables was seen (`verified` of zoning/policy/energy_benchmarks.csv)
_VERIFIED = MappingProxyType(
    {
        "cross_checked_with_GB_limit": "表值凭记忆，与国标限额转录值相符",
        "partly_cross_checked": "表值凭记忆，只有一部分与国标限额转录值相符",
        "found_secondary": "表值见于二手来源",
        "memory_unverified": "表值凭记忆，未核对",
    }
)
Rows = Callable[[str, str, str, str], tuple[EnergyRow, ...]]
_TABLES: MappingProxyType[str, tuple[tuple[str, ...], Rows]] = MappingProxyType(
    {
        "project.benchmark_class": (("标杆", "基准"), benchmark_rows),
        "project.energy_limit_class": (("先进值", "准入值", "限定值"), limit_rows),
    }
)


def _levels(row: EnergyRow, names: Sequence[str]) -> str:
    pairs = zip(names, row.levels, strict=True)
    return "、".join(f"{name} {level:g}" for name, level in pairs if level is not None)


def _seen(row: EnergyRow) -> str:
    standard = row.source.split(";")[0].strip()
    return _VERIFIED.get(row.verified, f"{standard}，转录，未核对标准文本")


def energy_figures(
    industry: str, product: str, process: str, value: float, unit: str
) -> dict[str, str]:
    """Return fact name -> the figures behind it, for evidence.

    Parameters
    ----------
    industry, product, process : str
        As the list states them.
    value : float
        Energy per unit of product in ``unit``; NaN where nothing is stated.
    """
    if math.isnan(value):
        return {}
    said = {}
    for fact, (names, rows_of) in _TABLES.items():
        rows = [row for row in rows_of(industry, product, process, unit) if row.unit == unit]
        told = [f"{r.product} {r.indicator} {_levels(r, names)}（{_seen(r)}）" for r in rows[:3]]
        if told:
            said[fact] = f"申报 {value:g} {unit}；{'；'.join(told)}"
    return said
