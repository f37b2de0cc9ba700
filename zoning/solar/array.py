"""An array and what it loses, item by item, on the way from light to the grid."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Losses:
    """Losses in per cent of what reaches each; those that are computed are not among them.

    Parameters
    ----------
    soiling, mismatch, wiring, connections, lid, nameplate, availability : float
        [%] The defaults are those of PVWatts, as pvlib's ``pvwatts_losses`` carries them; shading
        is computed from rows and horizon instead.

    References
    ----------
    .. [1] A. P. Dobos, PVWatts Version 5 Manual, NREL/TP-6A20-62641, 2014, table 6.
    """

    soiling: float = 2.0
    mismatch: float = 2.0
    wiring: float = 2.0
    connections: float = 0.5
    lid: float = 1.5
    nameplate: float = 1.0
    availability: float = 3.0

    def __post_init__(self) -> None:
        for item in fields(self):
            if not 0 <= getattr(self, item.name) < 100:
                raise ValueError(f"{item.name} must be in [0, 100) %")

    @property
    def kept(self) -> float:
        """What is left after all of them. [1]

        Examples
        --------
        >>> round(100 * (1 - Losses().kept), 2)
        11.42
        """
        return math.prod(1 - float(getattr(self, item.name)) / 100 for item in fields(self))


@dataclass(frozen=True, slots=True)
class Array:
    """Rows of fixed modules.

    Parameters
    ----------
    tilt_deg, azimuth_deg : float
        Of the plane; azimuth clockwise from north. [deg]
    pitch_m, collector_m : float
        From row to row, and a row's plane from edge to edge. [m]
    gamma_per_k : float
        Change of power with the cells' temperature. [1/K] -0.0035: PVWatts 5, premium modules.
    heat_loss, heat_loss_wind : float
        Heat loss factors of open racks: constant [W/(m2 K)], and with the wind [W s/(m3 K)].
        D. Faiman, Progress in Photovoltaics 16 (2008) 307-315; pvlib's defaults.
    inverter : float
        Nominal efficiency. [1] 0.984: string inverters of 33 to 100 kW, the kind that plants here
        are built with, lie between 0.983 and 0.986 in the list of the California Energy Commission
        that pvlib carries (2019-03-05). PVWatts' own 0.96 is that of older ones.
    dc_ac : float
        Modules' power over the inverters'. [1] Illustrative.
    albedo : float
        Of the ground. [1] 0.2: pvlib's default; crusts of gypsum are brighter, gangue is darker.
    losses : Losses
    """

    tilt_deg: float
    azimuth_deg: float = 180.0
    pitch_m: float = math.inf
    collector_m: float = 4.0
    gamma_per_k: float = -0.0035
    heat_loss: float = 25.0
    heat_loss_wind: float = 6.84
    inverter: float = 0.984
    dc_ac: float = 1.1
    albedo: float = 0.2
    losses: Losses = Losses()

    def __post_init__(self) -> None:
        if not 0 <= self.tilt_deg <= 90:
            raise ValueError("tilt_deg must be in [0, 90]")
        if not self.pitch_m >= self.collector_m * math.cos(math.radians(self.tilt_deg)) > 0:
            raise ValueError("rows overlap: pitch_m is less than a row's depth")

    @property
    def ground_cover(self) -> float:
        """Length of a row's plane over the distance between rows. [1]"""
        return self.collector_m / self.pitch_m
