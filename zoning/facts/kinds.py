"""Kinds of projects as a tree, and how a kind is found: by what is stated, by code, by words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from zoning.facts.values import CodeSet

LISTED, CODED, NAMED = "list", "code", "name"
SOURCES: Mapping[str, str] = MappingProxyType(
    {LISTED: "按清单所填", CODED: "按行业代码", NAMED: "按名称推定", "": "未写明"}
)
"""Where a kind came from, and how it is said."""

_CODE = re.compile(r"^([A-T]?)(\d{0,4})$")
_SEVERAL = re.compile(r"[;,、/+|和及与()·]")


@dataclass(frozen=True, slots=True)
class Kind:
    """One node of the tree.

    Parameters
    ----------
    id, title : str
    parents : tuple of str
        Ids of the nodes above.
    words : tuple of str
        Synonyms, as lists and names have them.
    stated : tuple of str
        Words that mean this kind only in a column of kinds.
    codes : tuple of str
        GB/T 4754-2017, with the letter of the section.
    """

    id: str
    title: str
    parents: tuple[str, ...]
    words: tuple[str, ...]
    stated: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The kind of a project as far as it is known.

    Parameters
    ----------
    kinds : tuple of str
        One node; several where either may be right; none where nothing tells.
    source : str
        `LISTED`, `CODED`, `NAMED`, or "" where nothing tells.
    """

    kinds: tuple[str, ...] = ()
    source: str = ""


@cache
def tree() -> Mapping[str, Kind]:
    """Return every kind by its id, in the order of ``kinds.toml``.

    Raises
    ------
    ValueError
        A parent that is no node, a circle, or a word of two kinds: faults of the table.
    """
    raw = tomllib.loads((files("zoning.facts") / "kinds.toml").read_text("utf-8"))
    made = {
        name: Kind(
            name,
            entry["title"],
            *(tuple(entry.get(key, ())) for key in ("parents", "words", "stated", "codes")),
        )
        for name, entry in raw.items()
    }
    for kind in made.values():
        if missing := [p for p in kind.parents if p not in made]:
            raise ValueError(f"{kind.id}: no such parent {missing}")
    return MappingProxyType(made)


@cache
def titles() -> Mapping[str, str]:
    """Return id -> title."""
    return MappingProxyType({kind.id: kind.title for kind in tree().values()})


@cache
def lineage(kind: str) -> frozenset[str]:
    """Return a node and every node above it.

    Raises
    ------
    KeyError
        No such node.
    """
    above = [lineage(parent) for parent in tree()[kind].parents]
    return frozenset((kind,)).union(*above)


def as_codes(text: str) -> CodeSet | None:
    """Return the nodes that a project surely and possibly is, those above included.

    Parameters
    ----------
    text : str
        Ids joined by ``;`` where several are possible; "" is unknown (None).

    Examples
    --------
    >>> sorted(as_codes("alumina;electrolytic_aluminium").sure)
    ['aluminium', 'industry', 'smelting']
    """
    kinds = [lineage(kind) for kind in text.split(";") if kind]
    if not kinds:
        return None
    return CodeSet(frozenset.intersection(*kinds), frozenset.union(*kinds))


def title_of(text: str) -> str:
    """Return ids joined by ``;`` in words, "" for none."""
    return "或".join(titles().get(kind, kind) for kind in text.split(";") if kind)


def find_kind(stated: str, codes: str, texts: Sequence[str]) -> Found:
    """Find the kind of a project: what is stated, then its industry, then its name and product.

    A later source may say more exactly what an earlier one said, and never something else; where
    code and words differ and nothing is stated, either may be right.

    Parameters
    ----------
    stated : str
        The cell of kinds, "" where there is none.
    codes : str
        GB/T 4754 codes joined by ``;``.
    texts : sequence of str
        Name, product, process and the like, the most telling first.

    Examples
    --------
    >>> find_kind("工业", "C3216", ["某氧化铝生产线"])
    Found(kinds=('alumina',), source='name')
    """
    found = Found(by_statement(stated), LISTED) if stated else Found()
    coded = by_code(codes)
    found = _refined(found, Found(coded, CODED if coded else ""))
    for text in texts:
        named = by_words(text)
        weak = found.source == CODED and not stated
        found = _refined(found, Found(named, NAMED if named else ""), weak=weak)
    return found


def _refined(found: Found, other: Found, *, weak: bool = False) -> Found:
    """Return what the second says more exactly; with `weak`, both where they differ."""
    if not other.kinds or not found.kinds:
        return found if found.kinds else other
    below = tuple(k for k in other.kinds if any(f in lineage(k) for f in found.kinds))
    if below:
        return found if set(below) <= set(found.kinds) else Found(below, other.source)
    same = any(k in lineage(f) for f in found.kinds for k in other.kinds)
    if same or not weak or found.kinds == ("other",):
        return found if found.kinds != ("other",) or not weak else other
    return Found((*found.kinds, *other.kinds), other.source)


def by_statement(text: str) -> tuple[str, ...]:
    """Return the kinds that a cell of kinds names, whole or in its parts."""
    words = _words(stated=True)
    whole = words.get(_plain(text))
    if whole:
        return (whole,)
    parts = _SEVERAL.split(unicodedata.normalize("NFKC", text))
    known = tuple(dict.fromkeys(filter(None, (words.get(_plain(part)) for part in parts))))
    return _lowest(known) or by_words(text)


def by_code(codes: str) -> tuple[str, ...]:
    """Return the kinds that industry codes stand for, those alone that are most exact."""
    found = [_coded(code) for code in codes.split(";") if code]
    return _lowest(tuple(dict.fromkeys(kind for kind in found if kind)))


def by_words(text: str) -> tuple[str, ...]:
    """Return the kind that a name ends in: Chinese names put what a thing is at their end.

    Examples
    --------
    >>> by_words("某氧化铝厂赤泥堆场二期"), by_words("某地项目")
    (('solid_waste_site',), ())
    """
    plain = _plain(text)
    ends = [(m.end(), m.end() - m.start(), m.group()) for m in _pattern().finditer(plain)]
    if not ends:
        return ()
    last = max(ends)
    return (_words(stated=False)[last[2]],)


def likeliest(texts: Iterable[str]) -> tuple[str, ...]:
    """Return up to three kinds that texts speak of, the last words first: for a question."""
    met: dict[str, None] = {}
    for text in texts:
        hits = [m.group() for m in _pattern().finditer(_plain(text))]
        met.update((_words(stated=False)[hit], None) for hit in reversed(hits))
    common = dict.fromkeys((*met, "industry", "commercial", "public_service"))
    return tuple(common)[:3]


def nearest(text: str, known: Container[str]) -> str:
    """Return the node among ``known`` that a project is, or is below; "" for none or several.

    Parameters
    ----------
    text : str
        Ids joined by ``;``.
    known : container of str
        Nodes that a table has a row for.
    """
    found = {_upwards(kind, known) for kind in text.split(";") if kind}
    return found.pop() if len(found) == 1 else ""


def _upwards(kind: str, known: Container[str]) -> str:
    """Return the node itself or the first above it that is known, floor by floor."""
    floor: tuple[str, ...] = (kind,)
    while floor:
        met = [each for each in floor if each in known]
        if met:
            return met[0]
        floor = tuple(p for each in floor if each in tree() for p in tree()[each].parents)
    return ""


def own_rule(kind: str, named: Iterable[Iterable[str]]) -> bool:
    """Whether some rule names a node or one above it that is no gathering of the rest."""
    own = lineage(kind) - {"other", "works"}
    return any(not own.isdisjoint(kinds) for kinds in named)


def _lowest(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return those kinds that have none of the others below them."""
    return tuple(k for k in kinds if not any(k != o and k in lineage(o) for o in kinds))


@cache
def _coded(code: str) -> str:
    match = _CODE.match(code)
    if match is None:
        return ""
    table = {code: kind.id for kind in tree().values() for code in kind.codes}
    letter, digits = match.groups()
    tried = [letter + digits[:n] for n in range(len(digits), -1, -1)]
    return next((table[key] for key in tried if key in table), "")


@cache
def _words(*, stated: bool) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for kind in tree().values():
        words = (*kind.words, *((kind.id, kind.title, *kind.stated) if stated else ()))
        for word in words:
            if table.setdefault(_plain(word), kind.id) != kind.id:
                raise ValueError(f"{word}: of {table[_plain(word)]} and of {kind.id}")
    return MappingProxyType(table)


@cache
def _pattern() -> re.Pattern[str]:
    """Match any word of a kind, the longest that begins at a place, also within another."""
    words = sorted((w for w in _words(stated=False) if len(w) > 1), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or "")).lower()
