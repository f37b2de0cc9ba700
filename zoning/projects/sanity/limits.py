"""Limits of what is plausible, read from ``limits.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Density:
    """Plausible area for each unit of capacity of one kind of project.

    Parameters
    ----------
    title : str
    components : tuple of str
        Those whose area counts.
    low, high : float
        In ``per``.
    divide : float
        From m2 to the area of ``per``.
    per : str
        Such as ``ha/MW``.
    observed : str
        What is known of real ones, for people.
    units : Mapping
        Unit of a capacity, as `zoning.projects.cells.words.plain` writes it -> factor.
    """

    title: str
    components: tuple[str, ...]
    low: float
    high: float
    divide: float
    per: str
    observed: str
    units: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """All limits; see the comments of ``limits.toml``."""

    round_deg: float
    crowding: float
    chance: float
    close_deg: float
    finest_m: float
    coarse_m: float
    large_m2: float
    boundary_words: tuple[str, ...]
    density: Mapping[str, Density]


@cache
def limits() -> Limits:
    """Return the limits, read once."""
    text = (files("zoning.projects.sanity") / "limits.toml").read_text("utf-8")
    told = tomllib.loads(text)
    return Limits(
        **told["placeholder"],
        **told["accuracy"],
        large_m2=told["boundary"]["large_m2"],
        boundary_words=tuple(told["boundary"]["words"]),
        density={
            kind: Density(**{**each, "components": tuple(each["components"])})
            for kind, each in told["capacity"].items()
        },
    )
