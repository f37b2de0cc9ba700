"""Metres written to fewer digits than they seem leave open what their digits leave open."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scenes.project_lists import read, said

HEAD = "项目名称,X,Y,坐标系"


@pytest.mark.parametrize(
    ("x", "y", "metres"),
    [
        # half a unit of the last digit: 10 km north, 100 km east, the coarser for both axes
        ("2.99E+06", "3.64E+07", 100_000 * 0.5**0.5),
        ("2.9512E+06", "3.6412E+07", 1_000 * 0.5**0.5),
        # trailing zeros of either axis: half of 10 km and of 100 km
        ("2990000", "36400000", (10_000**2 + 100_000**2) ** 0.5 / 2),
        ("2951200", "36412300", 100 * 0.5**0.5),
    ],
)
def test_few_digits_leave_much_open(tmp_path: Path, x: str, y: str, metres: float) -> None:
    sites = read(tmp_path, HEAD, f"甲,{x},{y},EPSG:4524")
    assert sites.table["accuracy_m"][0] == pytest.approx(30 + metres, rel=0.01)
    assert "科学计数法" in said(sites)
    assert sites.table["coordinates_doubted"].isna()[0]


@pytest.mark.parametrize(("x", "y"), [("2951200", "36412345"), ("2951234.5", "36412300")])
def test_one_round_axis_is_chance(tmp_path: Path, x: str, y: str) -> None:
    sites = read(tmp_path, HEAD, f"甲,{x},{y},EPSG:4524")
    assert sites.table["accuracy_m"][0] == pytest.approx(30, abs=1)
    assert "科学计数法" not in said(sites)
