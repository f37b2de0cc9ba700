"""Rows, land and losses against figures worked by hand."""

from __future__ import annotations

import math

import pytest

from zoning.errors import InputError
from zoning.solar import OBSERVED, Array, Losses, capacity, row_pitch, spaced, terrain_class


def gb_50797(lat: float, tilt: float, length: float) -> float:
    """The row distance formula that design institutes use: shade-free 9 to 15 h, flat ground."""
    f = math.tan(math.radians(lat))
    beta = math.radians(tilt)
    return length * math.cos(beta) + length * math.sin(beta) * (0.707 * f + 0.4338) / (
        0.707 - 0.4338 * f
    )


@pytest.mark.parametrize(("lat", "tilt"), [(26.58, 15.0), (26.58, 30.0), (40.0, 35.0)])
def test_pitch_equals_the_formula_of_design_institutes(lat: float, tilt: float) -> None:
    assert row_pitch(lat, tilt, 4.0) == pytest.approx(gb_50797(lat, tilt, 4.0), rel=1e-3)


def test_flat_modules_stand_edge_to_edge() -> None:
    assert row_pitch(26.58, 0.0, 4.0) == pytest.approx(4.0)


def test_ground_that_falls_south_as_the_modules_do_needs_no_distance() -> None:
    assert row_pitch(26.58, 15.0, 4.0, ground_slope_deg=15.0) == pytest.approx(4.0)


def test_northern_slopes_need_more_until_nothing_is_enough() -> None:
    flat, north = row_pitch(26.58, 15.0, 4.0), row_pitch(26.58, 15.0, 4.0, ground_slope_deg=-10.0)
    assert north > flat
    with pytest.raises(InputError, match="太阳低于地面"):
        row_pitch(26.58, 15.0, 4.0, ground_slope_deg=-40.0)


def test_polar_night_has_no_pitch() -> None:
    with pytest.raises(InputError):
        row_pitch(60.0, 15.0, 4.0)


def test_three_real_heaps_lie_in_the_range_that_their_land_gives() -> None:
    # ../shared/domain/policy.md section 4: land as reported (3000多亩 is 200 ha and more)
    for megawatts, hectares in ((161.04, 200.0), (300.0, 467.0), (50.0, 109.7)):
        fits = capacity(hectares)
        assert fits.low_mw * 0.99 <= megawatts <= fits.high_mw * 1.01
    assert [round(d.ha_per_mw, 2) for d in OBSERVED] == [
        round(200 / 161.04, 2),
        round(467 / 300, 2),
        round(109.7 / 50, 2),
    ]


def test_capacity_of_given_land_use_by_hand() -> None:
    fits = capacity(20.0, ha_per_mw=(1.0, 2.0))
    assert (fits.low_mw, fits.high_mw) == (10.0, 20.0)
    assert fits.middle_mw == pytest.approx(20.0 / 1.5)
    assert "用户给定" in fits.source


def test_no_ground_no_megawatts() -> None:
    assert capacity(0.0).high_mw == capacity(0.0).middle_mw == 0.0


@pytest.mark.parametrize("bad", [(-1.0, None), (math.nan, None), (1.0, (2.0, 1.0))])
def test_capacity_refuses_what_is_no_land(bad: tuple[float, tuple[float, float] | None]) -> None:
    with pytest.raises(ValueError, match="ha"):
        capacity(bad[0], ha_per_mw=bad[1])


@pytest.mark.parametrize(
    ("slope", "relief", "named"),
    [(3.0, 50.0, "Ⅰ"), (3.1, 50.0, "Ⅱ"), (20.0, 200.0, "Ⅱ"), (20.1, 50.0, "Ⅲ"), (5.0, 201.0, "Ⅲ")],
)
def test_terrain_classes(slope: float, relief: float, named: str) -> None:
    assert terrain_class(slope, relief) == named


def test_losses_multiply() -> None:
    # 0.98 * 0.98 * 0.98 * 0.995 * 0.985 * 0.99 * 0.97
    assert Losses().kept == pytest.approx(0.98**3 * 0.995 * 0.985 * 0.99 * 0.97)
    assert Losses(0, 0, 0, 0, 0, 0, 0).kept == 1.0
    with pytest.raises(ValueError, match="soiling"):
        Losses(soiling=-1.0)


def test_rows_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Array(10.0, pitch_m=3.0, collector_m=4.0)
    assert spaced(Array(15.0), 26.58).ground_cover == pytest.approx(4.0 / row_pitch(26.58, 15, 4.0))
