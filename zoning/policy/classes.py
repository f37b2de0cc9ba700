"""Six sectors, branch and two-high of projects, from GB/T 4754 code, product and process.

A code alone does not decide: 3216 holds alumina, electrolysis and scrap. Where product and process
do not tell, every branch of the code stays possible and only what all of them share is sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TypeVar

from zoning.facts.values import UNKNOWN, Claims, Codes, CodeSet, Reasons
from zoning.policy.names import codes_of, narrow, plain, product_names
from zoning.policy.tables import Branch, Industry, TwoHigh, branches, exceptions, industries

OUTSIDE = "非六类"
REST = "其他"
_NO_CODE = "未填写行业代码"
_BAD_CODE = "行业代码不在 GB/T 4754-2017 内"
_LABELS = {"有色金属冶炼": "有色冶炼", "煤化工": "现代煤化工"}
# "石化/化工" is one or the other by product; as chemical works both stand under the same clauses.
_POSSIBLE_ONLY = {"石化/化工": ("石化",), "化工/煤化工": ("现代煤化工",)}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one branch of one code means."""

    branch: str
    six: CodeSet
    two_high: TwoHigh


def _default(row: Industry) -> Outcome:
    """Meaning of a class where no branch is named."""
    if row.category.startswith("("):
        unsure = row.code == "C3985"  # materials: provincial catalogues differ (A21)
        return Outcome(REST, CodeSet.only(OUTSIDE), "confirm" if unsure else "no")
    labels = [_LABELS.get(part, part) for part in row.category.split("/") if part != "有色配套"]
    known = exceptions()
    doubted = row.park.startswith("check") and row.code not in known.certain
    if doubted or row.code in known.uncertain:
        return Outcome(REST, CodeSet(maybe=frozenset((*labels, OUTSIDE))), "confirm")
    possible = _POSSIBLE_ONLY.get(row.category, ())
    sure = frozenset(label for label in labels if label not in possible)
    return Outcome(REST, CodeSet(sure, frozenset(labels)), "yes")


def _of_branch(part: Branch, default: Outcome | None) -> Outcome:
    if part.six or part.maybe:
        sure = frozenset(part.six)
        return Outcome(part.name, CodeSet(sure, sure | frozenset(part.maybe)), part.two_high)
    six = default.six if default is not None else CodeSet(maybe=frozenset((OUTSIDE,)))
    return Outcome(part.name, six, part.two_high)


@cache
def _outcomes(code: str) -> tuple[Outcome, ...]:
    """Return every meaning a full class can have; a class that is not listed has one."""
    row = industries().get(code)
    default = _default(row) if row is not None else None
    parts = [part for part in branches() if code in part.codes]
    named = tuple(_of_branch(part, default) for part in parts)
    if any(part.whole for part in parts):
        return named
    if default is not None:
        return (default, *named)
    return (_unlisted(code), *named)


def _unlisted(code: str) -> Outcome:
    known = exceptions()
    possible = known.classes.get(code) or known.divisions.get(code[1:3])
    if possible is None:
        return Outcome(REST, CodeSet.only(OUTSIDE), "no")
    return Outcome(REST, CodeSet(maybe=frozenset((*possible, OUTSIDE))), "confirm")


@cache
def _of_prefix(code: str) -> tuple[Outcome, ...]:
    """Return every meaning a code can have; a prefix may be any class below it."""
    if len(code) == 5:
        return _outcomes(code)
    listed = {c for part in branches() for c in part.codes} | set(industries())
    listed |= set(exceptions().classes)
    found = [o for c in sorted(listed) if c.startswith(code) for o in _outcomes(c)]
    return tuple(dict.fromkeys((_unlisted(code), *found)))


@cache
def _under(code: str) -> tuple[Branch, ...]:
    return tuple(part for part in branches() if any(c.startswith(code) for c in part.codes))


def _named(code: str, name: str, text: str) -> tuple[str, ...]:
    """Return the branches of a code that a product name may mean, narrowed by words."""
    meant = {part.name: part.words for part in _under(code) if name in part.products}
    return narrow(meant, text) if meant else ()


def either(sets: Sequence[CodeSet]) -> CodeSet:
    """One of them holds: sure is what all share."""
    sure = frozenset.intersection(*(s.sure for s in sets))
    return CodeSet(sure, frozenset().union(*(s.maybe for s in sets)), any(s.open for s in sets))


def both(sets: Sequence[CodeSet]) -> CodeSet:
    """All of them hold."""
    union = frozenset[str]()
    return CodeSet(
        union.union(*(s.sure for s in sets)),
        union.union(*(s.maybe for s in sets)),
        any(s.open for s in sets),
    )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a row means: groups that all hold; within a group one of the outcomes does."""

    groups: tuple[tuple[Outcome, ...], ...]
    possible: tuple[Outcome, ...]  # that may hold besides
    reason: str = ""


def _of_code(code: str, names: Sequence[str], strange: bool, text: str) -> Meaning:
    outcomes = _of_prefix(code)
    groups = []
    for name in names:
        meant = _named(code, name, text)
        if meant:
            groups.append(tuple(o for o in outcomes if o.branch in meant))
    if not groups:
        return Meaning((outcomes,), ())
    return Meaning(tuple(groups), outcomes if strange else ())


@lru_cache(maxsize=65_536)  # lists repeat products; a million different ones must not pile up
def _meaning(industry: str, product: str, process: str) -> Meaning:
    codes = codes_of(industry)
    if not codes:
        return Meaning((), (), _NO_CODE)
    if None in codes:
        return Meaning((), (), _BAD_CODE)
    known = [code for code in codes if code is not None]
    names = product_names(product)
    text = plain(product) + " " + plain(process)
    strange = any(not any(_named(code, name, text) for code in known) for name in names)
    parts = [_of_code(code, names, strange, text) for code in known]
    return Meaning(
        tuple(group for part in parts for group in part.groups),
        tuple(o for part in parts for o in part.possible),
    )


def _codes(meaning: Meaning, pick: Callable[[Outcome], CodeSet]) -> CodeSet:
    held = both([either([pick(o) for o in group]) for group in meaning.groups])
    besides = frozenset[str]().union(*(pick(o).maybe for o in meaning.possible))
    return CodeSet(held.sure, held.maybe | besides, held.open)


def _six(meaning: Meaning) -> CodeSet:
    found = _codes(meaning, lambda outcome: outcome.six)
    if found.sure - {OUTSIDE}:  # outside the six is what remains when nothing else holds
        return CodeSet(found.sure - {OUTSIDE}, found.maybe - {OUTSIDE}, found.open)
    return found


def _claim(meaning: Meaning) -> bool | None:
    groups = [[outcome.two_high for outcome in group] for group in meaning.groups]
    if any(all(answer == "yes" for answer in group) for group in groups):
        return True
    every = [a for group in groups for a in group] + [o.two_high for o in meaning.possible]
    return False if all(answer == "no" for answer in every) else None


def _each(
    industry: Sequence[str], product: Sequence[str], process: Sequence[str]
) -> Iterable[Meaning]:
    for row in zip(industry, product, process, strict=True):
        yield _meaning(*(cell or "" for cell in row))


def _column(
    industry: Sequence[str],
    product: Sequence[str],
    process: Sequence[str],
    answer: Callable[[Meaning], CodeSet],
) -> Codes:
    meanings = list(_each(industry, product, process))
    answers = {m: UNKNOWN if m.reason else answer(m) for m in dict.fromkeys(meanings)}
    column = Codes.of(answers[m] for m in meanings)
    return replace(column, reasons=Reasons.of([m.reason for m in meanings]))


def six_class(industry: Sequence[str], product: Sequence[str], process: Sequence[str]) -> Codes:
    """Sectors of 环环评〔2021〕45号 that each row belongs to, several at once.

    Parameters
    ----------
    industry, product, process : sequence of str
        n rows; codes of GB/T 4754-2017 parted by ";", free text, free text; "" where not stated.

    Returns
    -------
    Codes
        n sets. A code that product and process do not settle gives possibilities; a row without a
        code, or with one that the standard does not have, is missing.

    References
    ----------
    .. [1] 环环评〔2021〕45号, scope sentence (six sectors, provisional). The assignment of codes is
       this project's judgement: ``industries.csv``, ``branches.toml``.

    Examples
    --------
    >>> sorted(six_class(["C3216"], ["电解铝"], [""]).cell(0).sure)
    ['有色冶炼']
    """
    return _column(industry, product, process, _six)


def branch(industry: Sequence[str], product: Sequence[str], process: Sequence[str]) -> Codes:
    """Branch within the class, such as 电解铝 or 水泥粉磨; 其他 where no branch is named.

    Parameters and missing rows as in :func:`six_class`.
    """
    return _column(
        industry, product, process, lambda m: _codes(m, lambda o: CodeSet.only(o.branch))
    )


def two_high(industry: Sequence[str], product: Sequence[str], process: Sequence[str]) -> Claims:
    """Whether each row is a two-high project; unknown where catalogues differ (A21).

    Parameters as in :func:`six_class`.
    """
    meanings = list(_each(industry, product, process))
    answers = {m: None if m.reason else _claim(m) for m in dict.fromkeys(meanings)}
    column = Claims.of((answers[m] for m in meanings), why_missing="是否属两高须确认")
    return replace(
        column,
        reasons=Reasons.of(
            [m.reason or ("" if answers[m] is not None else "是否属两高须确认") for m in meanings]
        ),
    )
