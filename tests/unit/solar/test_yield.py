"""Horizon, tilt, range and carbon, on years whose answer is known beforehand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from zoning.errors import InputError
from zoning.solar import (
    GUIZHOU,
    Array,
    Horizon,
    Monthly,
    Place,
    avoided_t,
    best_tilt,
    energy,
    hours_of_months,
    year_to_year,
    yield_range,
)

GUIYANG = Place(26.5833, 106.7333, 1224.9)
YEAR = hours_of_months(Monthly((3.0,) * 12, (15.0,) * 12, 1224.9, "test"), GUIYANG)


def test_open_horizon_hides_nothing() -> None:
    flat = Horizon(np.zeros(36), "test")
    assert flat.sky_view == 1.0
    with_it, without = energy(YEAR, Array(15.0), horizon=flat), energy(YEAR, Array(15.0))
    assert with_it.monthly == pytest.approx(without.monthly)


def test_sky_view_of_a_ring_is_the_cosine_squared() -> None:
    assert Horizon(np.full(72, 60.0), "").sky_view == pytest.approx(0.25)
    half = np.where(np.arange(360) < 180, 45.0, 0.0)
    assert Horizon(half, "").sky_view == pytest.approx(0.75, abs=2e-3)


def test_wall_all_round_leaves_diffuse_light_only() -> None:
    wall = Horizon(np.full(36, 89.0), "test")
    seen = energy(YEAR, Array(0.0), horizon=wall)
    assert seen.annual < 0.01 * energy(YEAR, Array(0.0)).annual


def test_ridge_in_the_south_costs_winter_and_one_in_the_north_costs_little() -> None:
    turn = np.arange(0, 360, 5.0)
    south = Horizon(np.where(abs(turn - 180) < 60, 45.0, 0.0), "test")
    north = Horizon(np.where((turn < 60) | (turn > 300), 45.0, 0.0), "test")
    free = energy(YEAR, Array(15.0)).monthly
    lost_south = 1 - energy(YEAR, Array(15.0), horizon=south).monthly / free
    lost_north = 1 - energy(YEAR, Array(15.0), horizon=north).monthly / free
    assert lost_south[11] > lost_south[5]
    # in December the sun never stands above 45 degrees here (63.4 less 23.4 is 40)
    assert lost_south[11] > lost_north[11] + 0.1


def test_horizon_between_its_directions() -> None:
    ridge = Horizon(np.array([0.0, 40.0, 0.0, -5.0]), "test")  # N, E, S, W
    assert ridge.at(np.array([90.0, 45.0, 270.0, 315.0, 450.0])) == pytest.approx(
        [40.0, 20.0, 0.0, 0.0, 40.0]
    )


def test_diffuse_sky_wants_flat_modules() -> None:
    cloudy = Monthly((3.0,) * 12, (15.0,) * 12, 1224.9, "test", dhi=(3.0,) * 12)
    assert best_tilt(hours_of_months(cloudy, GUIYANG), Array(20.0)).tilt_deg == 0.0


def test_best_tilt_is_the_best_of_all_whole_degrees() -> None:
    best = best_tilt(YEAR, Array(20.0))
    from zoning.solar import spaced

    every = [
        energy(YEAR, spaced(replace(Array(20.0), tilt_deg=float(t)), GUIYANG.lat)).annual
        for t in range(5, 31)
    ]
    assert best.tilt_deg == 5 + int(np.argmax(every))


def test_steps_multiply_to_the_performance_ratio() -> None:
    year = energy(YEAR, Array(15.0))
    assert math.prod(kept for _, kept in year.steps) == pytest.approx(year.performance_ratio)
    assert year.capacity_factor == pytest.approx(year.annual / 8760)


def test_heat_costs_power() -> None:
    warm = hours_of_months(Monthly((3.0,) * 12, (35.0,) * 12, 1224.9, "test"), GUIYANG)
    ratio = energy(warm, Array(15.0)).annual / energy(YEAR, Array(15.0)).annual
    # 20 K at 0.35 %/K of a power that is itself about 2 % down: close to 7 %
    assert ratio == pytest.approx(1 - 0.07, abs=0.006)


def test_range_by_hand() -> None:
    # sqrt(0.03^2 + 0.04^2) = 0.05; 1.2816 * 0.05 = 0.06408
    spread = yield_range(1000.0, years=0.03, parts=(("x", 0.04),))
    assert (spread.p90, spread.p10) == pytest.approx((935.92, 1064.08))


def test_year_to_year_by_hand_and_refusal() -> None:
    values = [90.0, 110.0] * 5
    assert year_to_year(values) == pytest.approx(math.sqrt(1000 / 9) / 100)
    with pytest.raises(InputError, match="年际"):
        year_to_year(values[:9])


def test_carbon_by_hand() -> None:
    assert avoided_t(1000.0) == pytest.approx(498.9)  # 1 MW x 1,000 h, policy.md section 4
    assert avoided_t(1000.0, GUIZHOU[0]) == pytest.approx(518.2)
    assert (GUIZHOU[-1].year, GUIZHOU[-1].kg_per_kwh) == (2022, 0.4989)
