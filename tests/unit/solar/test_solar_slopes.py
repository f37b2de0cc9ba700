"""Rows on sloping ground: by hand, by rays through space, and by pvlib's shaded fraction."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pvlib import shading, tracking

from zoning.errors import InputError
from zoning.solar import row_pitch
from zoning.solar.layout import SOLSTICE_DECLINATION_DEG

LAT, LONG = 26.58, 4.0
PLANES = [
    (0.0, 180.0), (8.0, 180.0), (8.0, 0.0), (10.0, 90.0), (10.0, 270.0), (12.0, 135.0),
    (9.0, 315.0), (15.0, 250.0),
]  # fmt: skip


def pitch_on(slope: float, aspect: float, tilt: float = 18.0, lat: float = LAT) -> float:
    return row_pitch(lat, tilt, LONG, ground_slope_deg=slope, ground_aspect_deg=aspect)


def suns(lat: float = LAT) -> np.ndarray:
    """Directions to the sun on the solstice, 9:00 to 15:00, every minute: east, north, up.

    The sun turns about the axis of the world; its noon place is turned by Rodrigues' formula.
    """
    down, phi = np.radians(SOLSTICE_DECLINATION_DEG), np.radians(lat)
    axis = np.array([0.0, np.cos(phi), np.sin(phi)])
    noon = np.array([0.0, -np.sin(phi - down), np.cos(phi - down)])
    turn = np.radians(np.arange(-180, 181) / 4)  # a quarter of a degree a minute
    one = np.ones_like(turn)
    return (
        np.outer(np.cos(turn), noon)
        + np.outer(np.sin(-turn), np.cross(axis, noon)) * one[:, None]
        + np.outer(1 - np.cos(turn), axis * (axis @ noon))
    )


def shaded(pitch: float, slope: float, aspect: float, tilt: float = 18.0) -> float:
    """Greatest share of rays from a row's middle that a row of 600 m to the south stops."""
    fall = math.tan(math.radians(slope))
    east, north = (-fall * f(math.radians(aspect)) for f in (math.sin, math.cos))
    along = np.array([1.0, 0.0, east]) / math.hypot(1.0, east)
    lean = LONG * np.array([0.0, math.cos(math.radians(tilt)), math.sin(math.radians(tilt))])
    step = pitch * np.array([0.0, 1.0, north]) / math.hypot(1.0, north)
    starts = np.linspace(0, 1, 101)[:, None] * lean + step  # on the northern row
    most = 0.0
    for sun in suns():
        # start + a sun = b along + c lean
        a, b, c = np.linalg.solve(np.column_stack([-sun, along, lean]), starts.T)
        most = max(most, ((a > 1e-9) & (abs(b) < 300) & (c > 1e-9) & (c < 1 - 1e-9)).mean())
    return float(most)


@pytest.mark.parametrize(("slope", "aspect"), PLANES)
def test_no_ray_is_stopped_at_the_pitch_and_some_are_just_below(
    slope: float, aspect: float
) -> None:
    pitch = pitch_on(slope, aspect)
    assert shaded(pitch * 1.001, slope, aspect) == 0.0
    assert shaded(pitch * 0.97, slope, aspect) > 0.0


@pytest.mark.parametrize(("slope", "aspect"), PLANES)
def test_shade_by_pvlib_ends_at_the_pitch(slope: float, aspect: float) -> None:
    pitch, tilt = pitch_on(slope, aspect), math.radians(18.0)
    facing = 90.0  # axis to the east, modules turned to the south
    lies = tracking.calc_axis_tilt(aspect, slope, facing)
    across = tracking.calc_cross_axis_tilt(aspect, slope, facing, lies)
    # modules that lean by 18 degrees in the meridian, seen along an axis that is not level
    foot, rise = LONG * math.cos(tilt), LONG * math.sin(tilt) * math.cos(math.radians(lies))
    north = math.tan(math.radians(slope)) * math.cos(math.radians(aspect))
    sun = suns()
    zenith = np.degrees(np.arccos(sun[:, 2]))
    azimuth = np.degrees(np.arctan2(sun[:, 0], sun[:, 1])) % 360

    def most(of_pitch: float) -> float:
        fraction = shading.shaded_fraction1d(
            zenith, azimuth, facing, math.degrees(math.atan2(rise, foot)),
            collector_width=math.hypot(foot, rise),
            pitch=of_pitch * pitch / math.hypot(1.0, north),
            axis_tilt=lies, cross_axis_slope=across,
        )  # fmt: skip
        return float(np.max(fraction))

    assert most(1.001) == pytest.approx(0.0, abs=1e-9)
    assert most(0.97) > 0.0


def test_pitch_on_a_southern_and_a_northern_slope_by_hand() -> None:
    # GB 50797's flat formula holds the tangent of the sun's height along the meridian:
    # (0.707 - 0.4338 f) / (0.707 f + 0.4338), f the tangent of the latitude; a slope is added to
    # that height and taken from the tilt
    f = math.tan(math.radians(LAT))
    sun = math.degrees(math.atan((0.707 - 0.4338 * f) / (0.707 * f + 0.4338)))
    for slope, aspect in ((10.0, 180.0), (10.0, 0.0)):
        up = slope if aspect == 180.0 else -slope
        lean, high = math.radians(18 - up), math.radians(sun + up)
        by_hand = LONG * (math.cos(lean) + math.sin(lean) / math.tan(high))
        assert pitch_on(slope, aspect) == pytest.approx(by_hand, rel=1e-3)


def test_less_to_the_south_more_to_the_north_the_same_east_and_west() -> None:
    flat, south, north = pitch_on(0, 0), pitch_on(8, 180), pitch_on(8, 0)
    east, west = pitch_on(8, 90), pitch_on(8, 270)
    assert south < flat < north
    assert east == pytest.approx(west)
    assert flat < east < north  # at three in the afternoon the sun is low over such ground


def test_ground_steeper_than_the_modules_needs_their_own_depth_only() -> None:
    # 15 degrees on 25 degrees of slope: 4 m cos 15 on the map, over cos 25 along the ground
    along = LONG * math.cos(math.radians(15)) / math.cos(math.radians(25))
    assert pitch_on(25, 180, tilt=15) == pytest.approx(along)


@pytest.mark.parametrize(("slope", "aspect"), [(40.0, 0.0), (50.0, 90.0), (45.0, 315.0)])
def test_where_the_sun_stands_below_the_slope_nothing_is_enough(
    slope: float, aspect: float
) -> None:
    with pytest.raises(InputError, match="太阳低于地面"):
        pitch_on(slope, aspect)
