"""How finely places are written: the step of the numbers, not the error that anyone states."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from zoning.arrays import Floats
from zoning.projects.sanity.limits import limits
from zoning.projects.sanity.subject import Subject

DEGREE_M: Final = 111_320.0  # a degree of latitude, and of longitude at the equator, about [m]
_STEPS = (1.0, 0.1, 1 / 60, 0.01, 1e-3, 1 / 3600, 1e-4, 1e-5)  # whole minutes and seconds too [deg]
_FINEST = 1e-6
_WRITTEN = re.compile(r"^\s*(-?\d+(?:\.(\d*))?)\s*[,，]\s*(-?\d+(?:\.(\d*))?)\s*$")
_CHINA = (73, 136, 3, 54)  # west, east, south, north [deg]


def steps_of(lon: Floats, lat: Floats) -> Floats:
    """Return the coarsest usual steps that both numbers are whole multiples of; NaN for NaN. [deg]

    Examples
    --------
    >>> steps_of(np.array([106.63, 106.5, 106.712345]), np.array([26.65, 26.4, 26.65])).tolist()
    [0.01, 0.1, 1e-06]
    """
    result = np.full(len(lon), np.nan)
    open_ = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    for step in _STEPS:
        pair = np.stack((lon[open_], lat[open_])) / step
        even = (np.abs(pair - np.round(pair)) * step < limits().close_deg).all(axis=0)
        result[open_[even]] = step
        open_ = open_[~even]
    result[open_] = _FINEST
    return result


def written_degrees(subject: Subject) -> tuple[Floats, Floats, Floats]:
    """Return longitude and latitude of each row as written, else as placed, and their step. [deg]

    Zeros at the end of a text count towards its step, for somebody wrote them.
    """
    lon, lat = subject.numbers("lon").copy(), subject.numbers("lat").copy()
    finest = np.ones(len(subject))
    west, east, south, north = _CHINA
    for row, text in enumerate(subject.texts("place")):
        if match := _WRITTEN.match(text):
            x, y = float(match[1]), float(match[3])
            if west <= x <= east and south <= y <= north:
                lon[row], lat[row] = x, y
                finest[row] = 10.0 ** -max(len(match[2] or ""), len(match[4] or ""))
    return lon, lat, np.fmin(steps_of(lon, lat), finest)


def half_step_m(step: Floats, lat: Floats) -> Floats:
    """Return the farthest that places may lie from where their rounded numbers put them. [m]"""
    return step / 2 * DEGREE_M * np.hypot(1.0, np.cos(np.radians(lat)))
