"""What the land around hides of the sky: the sun behind a ridge, and part of the diffuse light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from zoning.arrays import Floats
from zoning.solar.hours import Hourly


@dataclass(frozen=True, slots=True, eq=False)
class Horizon:
    """Height of the horizon in evenly spaced directions.

    Parameters
    ----------
    elevation_deg : float array [n]
        Angle above the horizontal, the first to the north, then clockwise. [deg] Below 0 counts
        as 0: an array sees no sky below its own plane.
    source : str
        DEM that it was found in.
    """

    elevation_deg: Floats
    source: str

    def __post_init__(self) -> None:
        height = np.asarray(self.elevation_deg, dtype=np.float64)
        if len(height) < 4 or not ((height > -90) & (height < 90)).all():
            raise ValueError("a horizon has at least 4 directions, each between -90 and 90 degrees")

    def at(self, azimuth_deg: Floats) -> Floats:
        """Height in any direction, between its neighbours. [deg]"""
        height = np.maximum(np.asarray(self.elevation_deg, dtype=np.float64), 0.0)
        around = np.append(height, height[0])
        turn = np.mod(np.asarray(azimuth_deg, dtype=np.float64), 360.0)
        return np.asarray(np.interp(turn, np.linspace(0, 360, len(around)), around))

    @property
    def sky_view(self) -> float:
        """Share of an even sky's light that reaches horizontal ground: mean of cos2 of heights.

        Examples
        --------
        >>> round(Horizon(np.full(36, 30.0), "").sky_view, 6)
        0.75
        """
        height = np.radians(self.at(np.arange(0, 360, 1.0)))
        return float(np.mean(np.cos(height) ** 2))


def shaded(hourly: Hourly, horizon: Horizon, sun: pd.DataFrame) -> Hourly:
    """Return the year with the beam taken out behind the horizon and the diffuse light reduced.

    Parameters
    ----------
    hourly : Hourly
    horizon : Horizon
    sun : pandas.DataFrame [8760]
        ``apparent_elevation`` and ``azimuth`` [deg], as pvlib gives them.
    """
    table = hourly.table.copy()
    hidden = sun["apparent_elevation"].to_numpy() <= horizon.at(sun["azimuth"].to_numpy())
    beam = (table["ghi"] - table["dhi"]).clip(lower=0)
    table["dni"] = table["dni"].where(~hidden, 0.0)
    table["dhi"] = table["dhi"] * horizon.sky_view
    table["ghi"] = table["dhi"] + beam.where(~hidden, 0.0)
    source = f"{hourly.source}; 地形遮挡 horizon: {horizon.source}"
    return Hourly(table, hourly.place, source, hourly.made)
