"""Ground that power takes, as ranges that presets state: of photovoltaics, and of turbines."""

from __future__ import annotations

import math
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, model_validator


class Density(BaseModel):
    """Ground that a megawatt takes, as a range.

    Parameters
    ----------
    least_ha_mw, most_ha_mw : float
        [ha/MW]
    source : str
        Whence, or that it is illustrative.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    least_ha_mw: float = Field(gt=0)
    most_ha_mw: float = Field(gt=0)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.least_ha_mw > self.most_ha_mw:
            raise ValueError("least_ha_mw is above most_ha_mw")
        return self


class Spacing(BaseModel):
    """How far apart turbines stand.

    Parameters
    ----------
    rotor_m : float
        Diameter of a rotor. [m]
    turbine_mw : float
        Rated power of a turbine. [MW]
    tight_d, wide_d : (float, float)
        Spacing across and along the wind, in diameters.
    source : str
        Whence, or that it is illustrative.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    rotor_m: float = Field(gt=0)
    turbine_mw: float = Field(gt=0)
    tight_d: tuple[PositiveFloat, PositiveFloat]
    wide_d: tuple[PositiveFloat, PositiveFloat]
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.tight_ha > self.wide_ha:
            raise ValueError("tight_d takes more ground than wide_d")
        return self

    @property
    def tight_ha(self) -> float:
        """Ground of one turbine at the tight spacing. [ha]"""
        return math.prod(self.tight_d) * self.rotor_m**2 / 1e4

    @property
    def wide_ha(self) -> float:
        """Ground of one turbine at the wide spacing. [ha]"""
        return math.prod(self.wide_d) * self.rotor_m**2 / 1e4
