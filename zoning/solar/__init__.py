"""Capacity, yield and carbon of an array; pvlib inside."""

from zoning.solar.array import Array, Losses
from zoning.solar.carbon import GUIZHOU, GridFactor, avoided_t
from zoning.solar.chain import Energy, energy, mean_energy
from zoning.solar.clear import Clearness, clear_months, clear_with_clearness
from zoning.solar.climate import Monthly, from_megajoules
from zoning.solar.horizon import Horizon
from zoning.solar.hours import Hourly, Place, hours_of_months
from zoning.solar.layout import (
    OBSERVED,
    Capacity,
    capacity,
    meridian_slope,
    row_pitch,
    terrain_class,
)
from zoning.solar.source import Sun, hours_at, kind_of, read_sun
from zoning.solar.table import read_clearness, read_months
from zoning.solar.weather import Weather, open_weather, read_weather
from zoning.solar.yields import Range, best_tilt, spaced, year_to_year, yield_range

__all__ = [
    "GUIZHOU",
    "OBSERVED",
    "Array",
    "Capacity",
    "Clearness",
    "Energy",
    "GridFactor",
    "Horizon",
    "Hourly",
    "Losses",
    "Monthly",
    "Place",
    "Range",
    "Sun",
    "Weather",
    "avoided_t",
    "best_tilt",
    "capacity",
    "clear_months",
    "clear_with_clearness",
    "energy",
    "from_megajoules",
    "hours_at",
    "hours_of_months",
    "kind_of",
    "mean_energy",
    "meridian_slope",
    "open_weather",
    "read_clearness",
    "read_months",
    "read_sun",
    "read_weather",
    "row_pitch",
    "spaced",
    "terrain_class",
    "year_to_year",
    "yield_range",
]
