"""Months of sun and air: what is taken, what is refused, what hours are made of them."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.errors import InputError
from zoning.solar import Monthly, Place, clear_with_clearness, from_megajoules, hours_of_months
from zoning.solar.climate import DAYS
from zoning.solar.hours import diffuse_share

GUIYANG = Place(26.5833, 106.7333, 1224.9)
EVEN = Monthly((3.0,) * 12, (15.0,) * 12, 1224.9, "test")


def test_megajoules_are_divided_by_3_6() -> None:
    assert from_megajoules([7.2, 0.36]) == pytest.approx((2.0, 0.1))


def test_year_of_three_a_day_is_1095() -> None:
    assert EVEN.annual_ghi == pytest.approx(1095.0)


def test_air_cools_6_5_k_a_kilometre() -> None:
    assert EVEN.at(2224.9).air_c == pytest.approx((8.5,) * 12)


def test_scaled_to_an_annual_total_of_a_raster() -> None:
    doubled = EVEN.scaled_to(2190.0, "GHI raster")
    assert doubled.ghi == pytest.approx((6.0,) * 12)
    assert "GHI raster" in doubled.source
    assert "test" in doubled.source


@pytest.mark.parametrize(
    ("ghi", "dhi", "said"),
    [
        ((3.0,) * 11, None, "十二"),
        ((36.0,) + (3.0,) * 11, None, "1 月"),  # MJ, or W: never falls on the ground in a day
        ((0.0,) + (3.0,) * 11, None, "1 月"),
        ((3.0,) * 12, (3.5,) + (1.0,) * 11, "散射"),
    ],
)
def test_months_that_cannot_be_are_refused(
    ghi: tuple[float, ...], dhi: tuple[float, ...] | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        Monthly(ghi, (15.0,) * 12, 0.0, "test", dhi=dhi)


def test_every_fault_of_the_months_is_said_at_once() -> None:
    with pytest.raises(InputError) as error:
        Monthly((0.0, 50.0) + (3.0,) * 10, (99.0,) + (15.0,) * 11, 0.0, "test")
    assert len(error.value.faults) == 3


def test_hours_sum_to_the_months_they_were_made_of() -> None:
    ghi = tuple(2.0 + 0.2 * m for m in range(12))
    made = hours_of_months(Monthly(ghi, (15.0,) * 12, 1224.9, "test"), GUIYANG)
    assert made.monthly_ghi == pytest.approx(np.asarray(ghi) * DAYS)
    assert made.made
    assert len(made.table) == 8760


def test_given_diffuse_months_are_kept() -> None:
    months = Monthly((3.0,) * 12, (15.0,) * 12, 1224.9, "test", dhi=(1.8,) * 12)
    table = hours_of_months(months, GUIYANG).table
    assert table["dhi"].sum() / 1000 == pytest.approx(1.8 * 365, rel=2e-3)


def test_air_of_hours_keeps_the_months_means() -> None:
    air = tuple(float(5 + m) for m in range(12))
    table = hours_of_months(Monthly((3.0,) * 12, air, 1224.9, "test"), GUIYANG).table
    assert table["air_c"].groupby(table.index.month).mean().to_numpy() == pytest.approx(air)


def test_no_sun_at_night_and_most_at_noon() -> None:
    table = hours_of_months(EVEN, GUIYANG).table
    by_hour = table["ghi"].groupby(table.index.hour).mean()
    assert (by_hour.loc[[0, 1, 2, 3, 22, 23]] == 0).all()
    # 106.73 E lies 13.27 degrees west of the meridian of UTC+8: noon is at 12:53
    assert int(by_hour.idxmax()) == 12


def test_monthly_diffuse_of_duffie_and_beckman() -> None:
    # Example 2.12.1, Madison in December is of the winter branch; by hand at clearness 0.5:
    # 1.391 - 1.780 + 1.04725 - 0.267125 = 0.391125; 1.311 - 1.511 + 0.85675 - 0.227625 = 0.429125
    share = diffuse_share(np.array([0.5, 0.5]), np.array([70.0, 90.0]))
    assert share == pytest.approx([0.391125, 0.429125])


def test_diffuse_is_held_beyond_the_fitted_range() -> None:
    share = diffuse_share(np.array([0.05, 0.3]), np.array([90.0, 90.0]))
    assert share[0] == share[1]


def test_clear_sky_times_clearness() -> None:
    half = clear_with_clearness(GUIYANG, [0.5] * 12, [15.0] * 12, "test")
    whole = clear_with_clearness(GUIYANG, [1.0] * 12, [15.0] * 12, "test")
    assert np.asarray(half.ghi) * 2 == pytest.approx(whole.ghi)
    assert 2300 < whole.annual_ghi < 2600  # ../shared/data: station 1,042 at a clearness of 0.42
    with pytest.raises(InputError, match="晴朗系数"):
        clear_with_clearness(GUIYANG, [0.5] * 11, [15.0] * 12, "test")


@pytest.mark.parametrize(("ghi", "said"), [(10.0, "月的总辐射"), (0.8, "全年的总辐射")])
def test_units_exchanged_are_refused(ghi: float, said: str) -> None:
    """MJ in a column of kWh, and the other way: no sky is so bright, or so dark."""
    with pytest.raises(InputError, match=said):
        hours_of_months(Monthly((ghi,) * 12, (15.0,) * 12, 1224.9, "test"), GUIYANG)
