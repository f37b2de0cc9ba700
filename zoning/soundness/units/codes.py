"""Codes of control units: what they say, and the ranges that lists abbreviate them to."""

from __future__ import annotations

import re
import unicodedata

from zoning.layers.values import UNIT_CLASSES

# ZH + county + class digit + serial; example in use: ZH44060620002
UNIT_CODE = re.compile(r"^ZH(\d{6})([123])(\d{4})$")
CLASS_OF = dict(zip("123", UNIT_CLASSES, strict=True))
_SPLIT = re.compile(r"[;；,，、\s]+")
_RANGE = re.compile(
    r"^(?P<stem>[A-Z]*\d*?)(?P<low>\d{2,})(?:-|~|～|—|–|至|到)+(?P<high>[A-Z]*\d+)$"
)
_MOST = 500  # illustrative: a longer range is a slip of typing


def county_of(code: str | None) -> str | None:
    """Six digits of the county that a code names; None where it is no unit code."""
    match = UNIT_CODE.match(code or "")
    return match[1] if match else None


def unfolded(text: str) -> tuple[str, ...] | None:
    """Single codes that an entry of a list stands for; None where it is one code.

    Examples
    --------
    >>> unfolded("ZH52011110001-003")
    ('ZH52011110001', 'ZH52011110002', 'ZH52011110003')
    >>> unfolded("ZH52011110001、ZH52011120004-5")
    ('ZH52011110001', 'ZH52011120004', 'ZH52011120005')
    >>> unfolded("001-003"), unfolded("ZH52011110001")
    (('001', '002', '003'), None)
    """
    parts = [part for part in _SPLIT.split(unicodedata.normalize("NFKC", text).upper()) if part]
    codes = [code for part in parts for code in _span(part)]
    return tuple(codes) if codes != [text.strip().upper()] and len(codes) > 1 else None


def _span(part: str) -> tuple[str, ...]:
    match = _RANGE.match(part)
    if match is None:
        return (part,)
    low, high = match["low"], match["high"]
    whole = match["stem"] + low
    if len(high) > len(whole):
        return (part,)
    last = whole[: len(whole) - len(high)] + high  # what the end leaves out is as in the start
    digits = min(len(re.search(r"\d*$", code)[0]) for code in (whole, last))  # type: ignore[index]  # \d* matches always
    stem = whole[: len(whole) - digits]
    first, final = int(whole[-digits:]), int(last[-digits:])
    if last[: len(last) - digits] != stem or not first < final <= first + _MOST:
        return (part,)
    return tuple(f"{stem}{number:0{digits}d}" for number in range(first, final + 1))
