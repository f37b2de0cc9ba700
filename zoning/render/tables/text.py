"""Figures of a study in words."""

from __future__ import annotations

import math
from typing import Final

import pandas as pd

UNKNOWN: Final = "未核"
"""Stands where a figure is not known; never a zero."""


def said(value: float | None, unit: str = "") -> str:
    """Return a figure in three digits with its unit; "" where it is not known.

    Examples
    --------
    >>> said(16.8298, "MW"), said(6241.6, "t"), said(0.0, "ha"), said(float("nan"), "ha")
    ('16.8 MW', '6\u202f240 t', '0 ha', '')
    """
    if value is None or not math.isfinite(value):
        return ""
    return f"{_three(value)} {unit}".strip()


def spanned(low: float | None, high: float | None, unit: str = "") -> str:
    """Return a range as `said` does; one figure where both ends read alike.

    Examples
    --------
    >>> spanned(16.83, 29.72, "MW"), spanned(0.0, 0.0, "MW"), spanned(None, 3.0, "MW")
    ('16.8–29.7 MW', '0 MW', '')
    """
    ends = said(low), said(high)
    if "" in ends:
        return ""
    return f"{ends[0] if ends[0] == ends[1] else '–'.join(ends)} {unit}".strip()


def _three(value: float) -> str:
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    rounded = round(value, digits)
    text = f"{rounded:,.{max(digits, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", "\u202f")


def number_of(row: pd.Series[str], name: str) -> float | None:
    """Return a figure of the row; None where it has none."""
    value = row.get(name)
    if value is None or pd.isna(value):
        return None
    number = float(str(value))
    return number if math.isfinite(number) else None
