"""Quantities: expected figures from the units' definitions."""

from __future__ import annotations

import pickle

import pytest

from zoning.errors import Fault, InputError
from zoning.units import BASE, UNITS, Quantity, convert, dimension, parse_quantity


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("1 km", "m", 1000.0),
        ("1 %", "1", 0.01),
        ("15 亩", "ha", 1.0),
        ("1 km2", "亩", 1500.0),
        ("50,000 tce/a", "万tce/a", 5.0),
        ("25 deg", "°", 25.0),
        ("1.2 万吨/年", "t/a", 12_000.0),
        ("0.5", "%", 50.0),
        ("-30 kgce/t", "kgce/t", -30.0),
    ],
)
def test_reads_and_converts(text: str, unit: str, number: float) -> None:
    assert parse_quantity(text).to(unit) == pytest.approx(number, rel=1e-12)


def test_round_figures_stay_round() -> None:
    assert convert(1, "%", "1") == 0.01
    assert convert(12.5, "ha", "m2") == 125_000.0


@pytest.mark.parametrize("text", ["km", "3 parsec", "1,2,3 x", "", "1 km 2"])
def test_refuses(text: str) -> None:
    with pytest.raises(InputError):
        parse_quantity(text)


def test_dimensions_do_not_mix() -> None:
    with pytest.raises(InputError, match="不能换算"):
        Quantity(1, "ha").to("m")


def test_every_dimension_has_its_base_unit() -> None:
    assert {dimension(unit) for unit in UNITS} == set(BASE)
    assert all(UNITS[base][1] == 1.0 for base in BASE.values())


def test_a_fault_says_where_and_what_to_do_and_survives_pickling() -> None:
    fault = Fault(
        zh="经度不在贵州",
        en="longitude outside Guizhou",
        file="list.xlsx",
        row=7,
        column="经度",
        value="2.66",
        remedy_zh="核对",
        remedy_en="check it",
    )
    error = pickle.loads(pickle.dumps(InputError((fault, fault))))
    assert error.faults == (fault, fault)
    for word in ("list.xlsx", "第 7 行", "经度", "2.66", "longitude outside", "核对", "2 faults"):
        assert word in str(error)
