"""The tables of this package as records, each row with its source and verification."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

TwoHigh = Literal["yes", "no", "confirm"]


@dataclass(frozen=True, slots=True)
class Industry:
    """One class of GB/T 4754-2017 and what the six sectors of 环环评〔2021〕45号 make of it.

    Parameters
    ----------
    code, name : str
        As ``C2619``.
    category : str
        As in the table, several parted by "/"; in brackets when outside the six sectors.
    park : str
        Whether a compliant park is required: yes, no(...), check, n/a.
    verified : str
        How far the assignment was verified.
    """

    code: str
    name: str
    category: str
    park: str
    note: str
    source: str
    verified: str


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a class that policy treats apart, such as 再生铝 in C3216."""

    name: str
    codes: tuple[str, ...]
    products: frozenset[str]
    words: tuple[str, ...]
    whole: bool
    six: tuple[str, ...]
    maybe: tuple[str, ...]
    two_high: TwoHigh


@dataclass(frozen=True, slots=True)
class EnergyRow:
    """One row of the benchmark or the limit table.

    Parameters
    ----------
    codes : tuple of str
        GB/T 4754 classes.
    levels : tuple of float or None
        Upper bounds in ``unit``, lower is better: benchmark and baseline, or level 1, 2, 3.
        None where the value was not found.
    source, verified : str
        Printed with every answer that rests on the row.
    """

    codes: tuple[str, ...]
    product: str
    indicator: str
    unit: str
    levels: tuple[float | None, ...]
    source: str
    verified: str


@dataclass(frozen=True, slots=True)
class Family:
    """Names of a product, and which rows speak of it."""

    name: str
    names: frozenset[str]
    rows: Mapping[str, tuple[str, ...]]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the plan 筑环通〔2023〕71号 that rules rest on."""

    id: str
    text: str
    meaning: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Codes whose category is certain or not, whatever ``check`` says; unlisted ones in general."""

    certain: frozenset[str]
    uncertain: frozenset[str]
    classes: Mapping[str, tuple[str, ...]]
    divisions: Mapping[str, tuple[str, ...]]


def _text(name: str) -> str:
    return (files("zoning.policy") / name).read_text(encoding="utf-8")


def _rows(name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(_text(name).splitlines())


@cache
def industries() -> Mapping[str, Industry]:
    """Return the classes of ``industries.csv`` by code."""
    return {
        row["gb4754"]: Industry(
            row["gb4754"],
            row["name_2017"],
            row["mee_six_category"],
            row["compliant_park_required"],
            row["note"],
            row["code_name_source"],
            row["category_assignment_verified"],
        )
        for row in _rows("industries.csv")
    }


@cache
def branches() -> tuple[Branch, ...]:
    """Return the branches of ``branches.toml``."""
    listed = tomllib.loads(_text("branches.toml"))["branch"]
    return tuple(
        Branch(
            name=item["name"],
            codes=tuple(item["codes"]),
            products=frozenset(item.get("products", ())),
            words=tuple(item.get("words", ())),
            whole=item.get("whole", False),
            six=tuple(item.get("six", ())),
            maybe=tuple(item.get("maybe", ())),
            two_high=item["two_high"],
        )
        for item in listed
    )


@cache
def exceptions() -> Exceptions:
    """Return what ``branches.toml`` says of codes and divisions."""
    raw = tomllib.loads(_text("branches.toml"))
    return Exceptions(
        frozenset(raw["certain"]["codes"]),
        frozenset(raw["uncertain"]["codes"]),
        {code: tuple(labels) for code, labels in raw["classes"].items()},
        {division: tuple(labels) for division, labels in raw["divisions"].items()},
    )


def _level(text: str) -> float | None:
    return float(text) if text else None


@cache
def benchmarks() -> tuple[EnergyRow, ...]:
    """Return the rows of ``energy_benchmarks.csv``: levels (benchmark, baseline)."""
    return tuple(
        EnergyRow(
            tuple(row["gb4754"].split("/")),
            row["product"],
            row["indicator"],
            row["unit"],
            (_level(row["benchmark_level"]), _level(row["baseline_level"])),
            row["source"],
            row["verified"],
        )
        for row in _rows("energy_benchmarks.csv")
    )


@cache
def limits() -> tuple[EnergyRow, ...]:
    """Return the rows of ``gb_energy_limits.csv``: levels 1, 2 (new-build), 3 (existing)."""
    return tuple(
        EnergyRow(
            tuple(row["gb4754"].split("/")),
            row["product"],
            row["indicator"],
            row["unit"],
            (_level(row["level1"]), _level(row["level2"]), _level(row["level3"])),
            f"{row['standard']}; {row['source']}",
            row["note"],
        )
        for row in _rows("gb_energy_limits.csv")
    )


@cache
def families() -> tuple[Family, ...]:
    """Return the product names of ``products.toml``."""
    raw = tomllib.loads(_text("products.toml"))
    return tuple(
        Family(
            name,
            frozenset(item["names"]),
            {product: tuple(words) for product, words in item["rows"].items()},
            tuple(item.get("other", ())),
        )
        for name, item in raw.items()
    )


@cache
def clauses() -> Mapping[str, Clause]:
    """Return the clauses of the plan that rules cite, by id such as ``三(二)1``."""
    raw = tomllib.loads(_text("plan.toml"))
    return {
        item["id"]: Clause(item["id"], item["text"], item["meaning"], tuple(item["rules"]))
        for item in raw["clause"]
    }
