"""Energy classes of projects: against the benchmark table and against mandatory limits.

Lower is better, negative values too (a converter gives energy back); a value at a level reaches it.
A row of the table that was not found, a product that several rows may mean: a set of possibilities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

import numpy as np

from zoning.arrays import Floats
from zoning.facts.values import UNKNOWN, Codes, CodeSet, Reasons
from zoning.policy.classes import either
from zoning.policy.names import any_word, codes_of, narrow, plain, product_names
from zoning.policy.tables import EnergyRow, Family, benchmarks, families, limits

BENCHMARK_CLASSES = ("达标杆", "标杆-基准之间", "劣于基准")
LIMIT_CLASSES = ("达先进值", "达准入值", "达限定值", "劣于限定值")
# Written unit -> (unit of the tables, factor)
_UNITS = {
    "kgce/t": ("kgce/t", 1.0),
    "千克标准煤/吨": ("kgce/t", 1.0),
    "公斤标准煤/吨": ("kgce/t", 1.0),
    "kgce/吨": ("kgce/t", 1.0),
    "tce/t": ("kgce/t", 1000.0),
    "吨标准煤/吨": ("kgce/t", 1000.0),
    "kwh/t": ("kWh/t", 1.0),
    "kw·h/t": ("kWh/t", 1.0),
    "千瓦时/吨": ("kWh/t", 1.0),
    "度/吨": ("kWh/t", 1.0),
    "mwh/t": ("kWh/t", 1000.0),
    "gce/kwh": ("gce/kWh", 1.0),
    "克标准煤/千瓦时": ("gce/kWh", 1.0),
    "kgce/kwh": ("gce/kWh", 1000.0),
    "kgoe/t": ("kgoe/t", 1.0),
    "千克标准油/吨": ("kgoe/t", 1.0),
    "kgoe/(t·能量因数)": ("kgoe/(t·能量因数)", 1.0),
    "kgoe/t·能量因数": ("kgoe/(t·能量因数)", 1.0),
    "kgce/m2": ("kgce/m2", 1.0),
    "kgce/重箱": ("kgce/重箱", 1.0),
    "kgce/重量箱": ("kgce/重箱", 1.0),
}
_NO_CODE, _BAD_CODE = "未填写行业代码", "行业代码不在 GB/T 4754-2017 内"
_NO_ENERGY, _NO_UNIT = "未填写单位产品能耗", "单位产品能耗没有写单位"
_WRONG_UNIT = "单位产品能耗的单位与能效表不符"
_NEGATIVE = "单位产品能耗为负：只有转炉工序可能，请核对"
# Two figures in one unit meet when they agree to nine digits: 0.1 tce/t is 100 kgce/t.
_SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that may speak of a project; ``none``: perhaps no row does."""

    rows: tuple[EnergyRow, ...]
    none: bool
    reason: str = ""


@cache
def _family_of() -> Mapping[str, Family]:
    return {name: family for family in families() for name in family.names}


@cache
def _table(name: str) -> tuple[EnergyRow, ...]:
    return benchmarks() if name == "benchmark" else limits()


@cache
def _of_codes(table: str, codes: tuple[str, ...]) -> tuple[EnergyRow, ...]:
    return tuple(row for row in _table(table) if any(c.startswith(codes) for c in row.codes))


def _of_name(
    name: str, rows: Sequence[EnergyRow], every: Sequence[EnergyRow], text: str
) -> Candidates | None:
    """Return the rows a product name means; None when it has no place under the code."""
    family = _family_of().get(name)
    if family is None:
        return None
    options = {row.product: family.rows[row.product] for row in rows if row.product in family.rows}
    if not options and any(row.product in family.rows for row in every):
        return None  # its rows stand under another code: the code is doubted, not the duty
    said = any_word([word for words in options.values() for word in words], text)
    if family.other and not said and any_word(family.other, text):
        return Candidates((), none=True)
    left = narrow(options, text)
    picked = tuple(row for row in rows if row.product in left)
    return Candidates(picked, none=not picked or (bool(family.other) and not said))


@lru_cache(maxsize=65_536)  # lists repeat products; a million different ones must not pile up
def _candidates(table: str, industry: str, product: str, process: str) -> Candidates:
    codes = codes_of(industry)
    if not codes or None in codes:
        return Candidates((), none=True, reason=_BAD_CODE if codes else _NO_CODE)
    known = tuple(code for code in codes if code is not None)
    every, rows = _table(table), _of_codes(table, known)
    text = plain(product) + " " + plain(process)
    parts = [_of_name(name, rows, every, text) for name in product_names(product)]
    if not rows or not parts or None in parts:
        return Candidates(rows, none=True)
    found = [part for part in parts if part is not None]
    wanted = {id(row) for part in found for row in part.rows}
    return Candidates(tuple(row for row in rows if id(row) in wanted), any(p.none for p in found))


def _unit(text: str) -> tuple[str, float]:
    written = plain(text).lower()
    return _UNITS.get(written, (written, 1.0))


def _in_unit(rows: Sequence[EnergyRow], unit: str) -> tuple[EnergyRow, ...]:
    """Rows in the unit stated; of two in one unit the energy, not the coal, is meant."""
    same = [row for row in rows if not row.unit or _unit(row.unit)[0] == unit]
    energy = [row for row in same if "能耗" in row.indicator]
    return tuple(energy or same)


def _by_product(rows: Sequence[EnergyRow], unit: str) -> list[tuple[EnergyRow, ...]]:
    """Rows in the unit stated, product by product: one without any cannot be told."""
    names = dict.fromkeys(row.product for row in rows)
    return [_in_unit([row for row in rows if row.product == name], unit) for name in names]


def _reaches(value: float, level: float) -> bool:
    return value <= level + _SAME * max(1.0, abs(level))


def _gives_back(row: EnergyRow) -> bool:
    """Whether the process can return more energy than it takes: a converter's levels say so."""
    return any(level is not None and level < 0 for level in row.levels)


def _by_benchmark(value: float, row: EnergyRow) -> CodeSet:
    best, worst = row.levels
    if best is None or worst is None:
        return CodeSet(maybe=frozenset(BENCHMARK_CLASSES))
    if _reaches(value, best):
        return CodeSet.only(BENCHMARK_CLASSES[0])
    return CodeSet.only(BENCHMARK_CLASSES[1 if _reaches(value, worst) else 2])


def _by_limit(value: float, row: EnergyRow) -> CodeSet:
    """Return the best level reached; levels not found, or out of order, leave possibilities."""
    reached = [None if level is None else _reaches(value, level) for level in row.levels]
    worst = 3 if reached[2] is False else 2
    if reached[2] is None or (worst == 3 and any(reached[:2])):
        return CodeSet(maybe=frozenset(LIMIT_CLASSES))
    if worst == 3:
        return CodeSet.only(LIMIT_CLASSES[3])
    advanced, entry = reached[:2]
    if advanced and entry:
        return CodeSet.only(LIMIT_CLASSES[0])
    if advanced is False and entry is not None:
        return CodeSet.only(LIMIT_CLASSES[1 if entry else 2])
    possible = {LIMIT_CLASSES[2]} if entry is not True else {LIMIT_CLASSES[1]}
    possible |= {LIMIT_CLASSES[0]} if advanced is not False else set()
    possible |= {LIMIT_CLASSES[1]} if entry is None else set()
    return CodeSet(maybe=frozenset(possible))


def _judge(
    found: Candidates, energy: float | None, unit: str, by: Callable[[float, EnergyRow], CodeSet]
) -> tuple[CodeSet, str]:
    if found.reason:
        return UNKNOWN, found.reason
    if not found.rows:
        return CodeSet(), ""
    if energy is None:
        return UNKNOWN, _NO_ENERGY
    if not unit.strip():
        return UNKNOWN, _NO_UNIT
    if energy < 0 and not all(_gives_back(row) for row in found.rows):
        return UNKNOWN, _NEGATIVE
    written, factor = _unit(unit)
    groups = _by_product(found.rows, written)
    if not any(groups):
        return UNKNOWN, _WRONG_UNIT
    answers = [by(energy * factor, row) for rows in groups for row in rows]
    answers += [UNKNOWN] * (not all(groups))
    return either([*answers, CodeSet()] if found.none else answers), ""


def _column(
    table: str,
    by: Callable[[float, EnergyRow], CodeSet],
    texts: tuple[Sequence[str], Sequence[str], Sequence[str]],
    energy: Floats,
    units: Sequence[str],
) -> Codes:
    # NaN differs from itself and would not be found again as a key
    numbers = [None if np.isnan(v) else float(v) for v in np.asarray(energy, np.float64)]
    industry, product, process = texts
    keys = list(zip(industry, product, process, numbers, units, strict=True))
    answers = {
        (i, p, q, value, unit): _judge(_candidates(table, i, p, q), value, unit, by)
        for i, p, q, value, unit in dict.fromkeys(keys)
    }
    column = Codes.of(answers[key][0] for key in keys)
    return replace(column, reasons=Reasons.of([answers[key][1] for key in keys]))


def benchmark_class(
    industry: Sequence[str],
    product: Sequence[str],
    process: Sequence[str],
    unit_energy: Floats,
    unit: Sequence[str],
) -> Codes:
    """Class against the benchmark table: 达标杆, 标杆-基准之间, 劣于基准.

    Parameters
    ----------
    industry, product, process : sequence of str
        n rows, as in :func:`zoning.policy.six_class`.
    unit_energy : f8[n]
        Energy of a unit of product, in ``unit``; NaN where not stated.
    unit : sequence of str
        Such as ``kgce/t`` or ``kWh/t``.

    Returns
    -------
    Codes
        n sets: empty where the table has no row for the code; missing, with the reason, where
        code, energy or unit are not stated or the unit is not the table's.

    References
    ----------
    .. [1] 发改产业〔2023〕723号, transcribed in ``energy_benchmarks.csv``: the original was not
       read, see its column ``verified``.

    Examples
    --------
    >>> sorted(benchmark_class(["C3120"], ["转炉钢"], ["转炉"], [-20.0], ["kgce/t"]).cell(0).sure)
    ['标杆-基准之间']
    """
    return _column("benchmark", _by_benchmark, (industry, product, process), unit_energy, unit)


def energy_limit_class(
    industry: Sequence[str],
    product: Sequence[str],
    process: Sequence[str],
    unit_energy: Floats,
    unit: Sequence[str],
) -> Codes:
    """Best level of the mandatory limits reached: 达先进值, 达准入值, 达限定值, 劣于限定值.

    Level 2 is what a new plant must reach, level 3 an existing one. Parameters and missing rows
    as in :func:`benchmark_class`.

    References
    ----------
    .. [1] 节约能源法, art. 15. The values of ``gb_energy_limits.csv`` are transcriptions.
    """
    return _column("limit", _by_limit, (industry, product, process), unit_energy, unit)


def _evidence(
    table: str, industry: str, product: str, process: str, unit: str
) -> tuple[EnergyRow, ...]:
    rows = _candidates(table, industry, product, process).rows
    if not unit:
        return rows
    return tuple(row for group in _by_product(rows, _unit(unit)[0]) for row in group)


def benchmark_rows(
    industry: str, product: str, process: str, unit: str = ""
) -> tuple[EnergyRow, ...]:
    """Rows of the benchmark table that one project is held against, for evidence."""
    return _evidence("benchmark", industry, product, process, unit)


def limit_rows(industry: str, product: str, process: str, unit: str = "") -> tuple[EnergyRow, ...]:
    """Rows of the limit table that one project is held against, for evidence."""
    return _evidence("limit", industry, product, process, unit)
