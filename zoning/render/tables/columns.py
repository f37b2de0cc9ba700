"""Columns of tables, whichever file they go into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

Form: TypeAlias = Literal[
    "text", "centre", "wrap", "int", "ha", "area4", "metres", "share", "degrees", "date", "number"
]

Value: TypeAlias = str | float | int | date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet: heading, width in Latin characters, how its cells are written."""

    title: str
    width: float
    form: Form = "text"
    group: str = ""
