"""The committed tables of words: aliases of headers and values, units; how they are compared."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from zoning.facts.vocabulary import DOCUMENTS, PROJECT_CLAIMS
from zoning.sites import COLUMNS

_BLANKS = re.compile(r"[\s_]+")
_EDGES = "*★※:;,。."

# Read from lists although not columns of `Sites`: they say how to read others.
AUXILIARY = (
    *("serial", "area_unit", "x", "y", "east", "north", "wkt", "crs", "address"),
    *("zone", "meridian"),
    *("coordinates", "vertices", "vertex", "ring"),
)

# Dimension of each number that has one unit; the unit table is in aliases.toml.
DIMENSION: Mapping[str, str] = {
    "declared_m2": "area",
    "energy_tce": "energy",
    "water_m3": "water",
    "accuracy_m": "length",
    "gypsum_use": "share",
    "swap_ratio": "share",
    "ac_power": "power",
    **{name: "mass" for name in COLUMNS if name.startswith("emission_")},
}


def tidy(text: str) -> str:
    """Return text in half width without blanks, underscores and line breaks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def plain(text: str) -> str:
    """Return text as it is compared: half width, no blanks or underscores, lower case.

    Examples
    --------
    >>> plain("占地面积（公顷） *")
    '占地面积(公顷)'
    """
    return tidy(text).lower().strip(_EDGES)


@dataclass(frozen=True, slots=True)
class Words:
    """Every table of words, normalised for lookup."""

    headers: Mapping[str, str]  # header -> standard column
    unused: Mapping[str, str]  # header that is no column here -> why
    groups: frozenset[str]  # headers over others that leave their meaning as it is
    spelt: frozenset[str]  # every alias of a header as the table spells it
    hints: Mapping[str, str]  # content of a header's brackets -> any | degrees | metres | refused
    units: Mapping[str, Mapping[str, float]]  # dimension -> unit -> factor
    free_units: frozenset[str]  # of what is kept as written
    units_of: frozenset[str]  # among them, those below the stroke that may say of what
    blank: frozenset[str]
    flags: Mapping[str, float]
    concerns: frozenset[str]  # among the flags: of a matter, never of a paper
    stages: Mapping[str, str]
    divisions: tuple[tuple[str, int, int], ...]
    accuracy_geometry: Mapping[str, float]  # [m]
    accuracy_kind: Mapping[str, float]  # [m]
    datum_m: Mapping[str, float]  # what the datum leaves open [m]


@cache
def words() -> Words:
    """Return the tables, read once."""
    folder = files("zoning.projects")
    names = tomllib.loads((folder / "aliases.toml").read_text("utf-8"))
    values = tomllib.loads((folder / "values.toml").read_text("utf-8"))
    readable = [name for name in COLUMNS if name not in _NOT_READ] + list(AUXILIARY)
    aliases = {name: [name, *_titles(name), *names["columns"].get(name, [])] for name in readable}
    return Words(
        headers=(headers := _turned(aliases)),
        unused=_apart(names["unused"], headers),
        groups=frozenset(plain(word) for word in names["groups"]["any"]),
        spelt=frozenset(alias for many in aliases.values() for alias in many),
        hints=_turned(names["hints"]),
        units={
            dimension: {plain(unit): float(factor) for unit, factor in table.items()}
            for dimension, table in names["units"].items()
        },
        free_units=frozenset(plain(unit) for unit in names["free_units"]["words"]),
        units_of=frozenset(plain(unit) for unit in names["free_units"]["of"]),
        blank=frozenset(key(word) for word in values["blank"]),
        flags={
            key(word): value
            for name, value in (("yes", 1.0), ("no", 0.0))
            for word in values["flags"][name]
        },
        concerns=frozenset(key(word) for word in values["flags"]["concerns"]),
        stages=_turned(values["stages"]),
        divisions=tuple((letter, *ends) for letter, ends in values["divisions"].items()),
        accuracy_geometry=values["accuracy"]["geometry"],
        accuracy_kind=values["accuracy"]["kind"],
        datum_m=values["datum"],
    )


# Filled by the reader itself, never by a list.
_NOT_READ = frozenset(
    (
        *("id", "accuracy_default", "place", "crs_stated", "crs_read", "coordinates_doubted"),
        *("repaired", "component_kind", "kind_from", "from_raster", "accepted_doubted"),
        *("source", "sheet", "row"),
    )
)


def _titles(name: str) -> list[str]:
    """Return the titles under which rules name a claim or a document: lists use them too."""
    if name.startswith("document_"):
        return [DOCUMENTS[name.removeprefix("document_")]]
    if name.startswith("is_"):
        title = PROJECT_CLAIMS[name.removeprefix("is_")]
        return [title, f"是否{title}"]
    return []


def key(text: str) -> str:
    """Return a cell's text as it is compared: as `plain`, but edges kept ("-", "/" mean blank)."""
    return tidy(text).lower()


def _turned(table: Mapping[str, list[str]]) -> dict[str, str]:
    """Return word -> name from name -> words; one word for two names is a fault of the table."""
    result: dict[str, str] = {}
    for name, aliases in table.items():
        for alias in aliases:
            if result.setdefault(plain(alias), name) != name:
                raise ValueError(f"{alias!r} stands for {result[plain(alias)]} and {name}")
    return result


def _apart(table: Mapping[str, list[str]], headers: Mapping[str, str]) -> dict[str, str]:
    """Return header -> why it is not read, from why -> headers; no header may be both."""
    unused = _turned(dict(table))
    if both := unused.keys() & headers.keys():
        raise ValueError(f"read and not read: {sorted(both)}")
    return unused
