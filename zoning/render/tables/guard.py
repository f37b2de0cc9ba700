"""Cells that a spreadsheet would take for a formula, guarded and unguarded."""

from __future__ import annotations

import pandas as pd

_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "\0")

_BEFORE = (
    "' \u00a0\u3000\ufeff"  # what a spreadsheet may skip: apostrophes, blanks, a byte order mark
)


def _risky(text: str) -> bool:
    return text.lstrip(_BEFORE).startswith(_RISKY)


def guarded(text: str) -> str:
    """Text that no spreadsheet runs as a formula.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    return f"'{text}" if _risky(text) else text


def guarded_table(table: pd.DataFrame) -> pd.DataFrame:
    """The same, every text as `guarded`: names come from layers of others."""
    return table.map(lambda value: guarded(value) if isinstance(value, str) else value)


def unguarded(text: str) -> str:
    """Return what :func:`guarded` was given."""
    return text[1:] if text.startswith("'") and _risky(text[1:]) else text
