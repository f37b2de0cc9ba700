"""Quantities: a number with its unit, converted within one dimension only."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from types import MappingProxyType

from zoning.errors import Fault, InputError

# unit -> (dimension, factor to the base unit of that dimension)
_TABLE: dict[str, tuple[str, float]] = {
    "m": ("length", 1.0),
    "km": ("length", 1e3),
    "cm": ("length", 1e-2),
    "mm": ("length", 1e-3),
    "m2": ("area", 1.0),
    "m²": ("area", 1.0),
    "ha": ("area", 1e4),
    "公顷": ("area", 1e4),
    "亩": ("area", 10_000 / 15),  # 15 mu to the hectare, GB 3100-93 appendix
    "km2": ("area", 1e6),
    "km²": ("area", 1e6),
    "1": ("share", 1.0),
    "": ("share", 1.0),
    "%": ("share", 1e-2),
    "deg": ("angle", 1.0),
    "°": ("angle", 1.0),
    "a": ("time", 1.0),
    "年": ("time", 1.0),
    "t/a": ("mass flow", 1.0),
    "kt/a": ("mass flow", 1e3),
    "万t/a": ("mass flow", 1e4),
    "万吨/年": ("mass flow", 1e4),
    "kg/a": ("mass flow", 1e-3),
    "tce/a": ("energy flow", 1.0),
    "万tce/a": ("energy flow", 1e4),
    "m3/a": ("water flow", 1.0),
    "万m3/a": ("water flow", 1e4),
    "kWh/t": ("electricity per mass", 1.0),
    "kgce/t": ("energy per mass", 1.0),
    "kWh/m2/a": ("irradiation", 1.0),
    "kWh/m2/d": ("irradiation", 365.0),  # mean day of a year without a leap day
    "MJ/m2/a": ("irradiation", 1 / 3.6),
    "MJ/m2/d": ("irradiation", 365.0 / 3.6),
    "kV": ("voltage", 1.0),
    "MW": ("power", 1.0),
    "kW": ("power", 1e-3),
}
UNITS = MappingProxyType(_TABLE)
BASE = MappingProxyType(
    {
        "length": "m",
        "area": "m2",
        "share": "1",
        "angle": "deg",
        "time": "a",
        "mass flow": "t/a",
        "energy flow": "tce/a",
        "water flow": "m3/a",
        "electricity per mass": "kWh/t",
        "energy per mass": "kgce/t",
        "irradiation": "kWh/m2/a",
        "voltage": "kV",
        "power": "MW",
    }
)
_QUANTITY = re.compile(r"^\s*([-+]?\d[\d_,]*(?:\.\d+)?(?:[eE][-+]?\d+)?)\s*(\S*)\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit.

    Examples
    --------
    >>> Quantity(1, "km").to("m")
    1000.0
    """

    value: float
    unit: str = "1"

    def to(self, unit: str) -> float:
        """Return the number in another unit of the same dimension."""
        return convert(self.value, self.unit, unit)

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}" if self.unit not in ("", "1") else f"{self.value:g}"


def known(unit: str) -> bool:
    """Whether the unit is in the table."""
    return unit in UNITS


def dimension(unit: str) -> str:
    """Return the dimension of a unit, such as ``length``.

    Raises
    ------
    InputError
        The unit is not known.
    """
    try:
        return UNITS[unit][0]
    except KeyError:
        raise InputError(
            Fault(
                zh="不认识的单位",
                en="unknown unit",
                value=unit,
                remedy_zh=f"可用单位: {'、'.join(u for u in UNITS if u)}",
                remedy_en="use one of these units",
            )
        ) from None


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Convert within one dimension.

    Raises
    ------
    InputError
        A unit is unknown, or the dimensions differ.
    """
    have, want = dimension(from_unit), dimension(to_unit)
    if have != want:
        raise InputError(
            Fault(
                zh=f"单位不相容: {from_unit} 不能换算为 {to_unit}",
                en=f"incompatible units: {have} ({from_unit}) is not {want} ({to_unit})",
            )
        )
    ratio = UNITS[from_unit][1] / UNITS[to_unit][1]
    # 1 km must be 1000 m and 1 % must be 0.01 to the last bit, so divide when that is exact
    inverse = UNITS[to_unit][1] / UNITS[from_unit][1]
    return (
        value / inverse if math.isclose(inverse, round(inverse), rel_tol=1e-12) else value * ratio
    )


def parse_quantity(text: str) -> Quantity:
    """Read ``"1 km"``, ``"25 deg"``, ``"1 %"``, ``"50,000 tce/a"``.

    Raises
    ------
    InputError
        Not a number with a known unit.
    """
    match = _QUANTITY.match(text)
    if match is None:
        raise InputError(Fault(zh="不是带单位的数", en="not a number with a unit", value=text))
    unit = match[2] or "1"
    dimension(unit)
    return Quantity(float(match[1].replace(",", "").replace("_", "")), unit)
