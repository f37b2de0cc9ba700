"""Judge facts by rules: pairs of masks, Kleene logic, ranges. Pure; a million rows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Mask
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Numbers
from zoning.rules.assume import DRAWN, NOTHING, Assumptions, on_the_ground
from zoning.rules.grammar import Claim, Comparison, Condition, Membership, Missing
from zoning.rules.model import THEN_LEVEL, Level, Rule, RuleSet
from zoning.units import BASE, convert, dimension

Days: TypeAlias = NDArray[np.datetime64]
Levels: TypeAlias = NDArray[np.int8]


class Outcome(IntEnum):
    """What one rule says of one site."""

    NOT_ASKED = 0  # another kind, stage or time
    CLEAR = 1  # asked, surely does not apply
    OPEN = 2  # cannot tell
    FIRES = 3
    SUSPECTED = 4  # fires, by a text that nobody read or adopted
    UNREVIEWED = 5  # needs a layer that this office does not hold
    NOTED = 6  # a note that fires; never weighed
    ASSUMED = 7  # hangs only on what the applicant has still to show: a condition, see `assume`


@dataclass(frozen=True, slots=True)
class Truth:
    """A pair of masks: surely true, possibly true."""

    sure: Mask
    maybe: Mask

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.sure & other.sure, self.maybe & other.maybe)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.sure | other.sure, self.maybe | other.maybe)

    def __invert__(self) -> Truth:
        return Truth(~self.maybe, ~self.sure)

    @classmethod
    def constant(cls, n: int, value: bool) -> Truth:
        """Give every site one answer."""
        mask = np.full(n, value)
        return cls(mask, mask)


@dataclass(frozen=True, slots=True)
class Findings:
    """What each rule says of each site.

    Parameters
    ----------
    ids : ndarray of str, shape (n,)
    rules : tuple of str
        Rule ids, sorted.
    outcome : uint8[n, rules]
        Values of :class:`Outcome`.
    least, most : int8[n, rules]
        The range of each finding, values of :class:`Level`.
    covered : bool[n]
        A substance rule names the site's kind itself and covers its stage.
    """

    ids: NDArray[np.str_]
    rules: tuple[str, ...]
    outcome: NDArray[np.uint8]
    least: Levels
    most: Levels
    covered: Mask

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, order: NDArray[np.intp]) -> Findings:
        """Sites in another order, or some of them."""
        return Findings(
            self.ids[order],
            self.rules,
            self.outcome[order],
            self.least[order],
            self.most[order],
            self.covered[order],
        )


class FindingsGatherer:
    """Takes the findings of n sites by the same rules, chunk by chunk, into their final place.

    Side by side with a copy, the findings of a million sites would be held twice.

    Parameters
    ----------
    n : int
        Sites in all.
    """

    def __init__(self, n: int) -> None:
        self._n, self._done = n, 0
        self._rules: tuple[str, ...] = ()
        self._tables: tuple[NDArray[np.generic], ...] = ()

    def add(self, part: Findings) -> None:
        """Take the next sites, in the order of the list."""
        arrays = (part.outcome, part.least, part.most, part.covered)
        if not self._tables:
            self._rules = part.rules
            self._tables = tuple(np.empty((self._n, *a.shape[1:]), a.dtype) for a in arrays)
        for whole, array in zip(self._tables, arrays, strict=True):
            whole[self._done : self._done + len(part)] = array
        self._done += len(part)

    def together(self, ids: NDArray[np.str_]) -> Findings:
        """Return all of them.

        Parameters
        ----------
        ids : ndarray of str [n]
            Of all sites; shared with their facts, not copied.
        """
        if self._done != self._n or not self._tables:
            raise ValueError(f"{self._done} of {self._n} sites were added")
        outcome, least, most, covered = self._tables
        return Findings(
            ids,
            self._rules,
            outcome.view(np.uint8),
            least.view(np.int8),
            most.view(np.int8),
            covered.view(np.bool_),
        )


@dataclass(frozen=True, slots=True)
class Ranges:
    """Verdicts of sites: [max of leasts, max of mosts]."""

    least: Levels
    most: Levels

    def __len__(self) -> int:
        return len(self.least)


def _compare(numbers: Numbers, op: str, limit: float) -> Truth:
    low, high = numbers.low, numbers.high
    match op:
        case "<":
            return Truth(high < limit, low < limit)
        case "<=":
            return Truth(high <= limit, low <= limit)
        case ">":
            return Truth(low > limit, high > limit)
        case ">=":
            return Truth(low >= limit, high >= limit)
    equal = Truth((low == limit) & (high == limit), (low <= limit) & (limit <= high))
    return equal if op == "=" else ~equal


def _any_in(codes: CodeSet, wanted: frozenset[str]) -> tuple[bool, bool]:
    return bool(codes.sure & wanted), codes.open or bool(codes.maybe & wanted)


def _only_in(codes: CodeSet, wanted: frozenset[str]) -> tuple[bool, bool]:
    sure = bool(codes.sure) and not codes.open and codes.maybe <= wanted
    possible = codes.sure <= wanted and (codes.open or bool(codes.maybe & wanted))
    return sure, possible


def _member(codes: Codes, wanted: Iterable[str], *, only: bool) -> Truth:
    ask: Callable[[CodeSet, frozenset[str]], tuple[bool, bool]] = _only_in if only else _any_in
    listed = frozenset(wanted)
    answers = [ask(value, listed) for value in codes.values]
    sure = np.asarray([a[0] for a in answers], np.bool_)
    maybe = np.asarray([a[1] for a in answers], np.bool_)
    return Truth(sure[codes.index], maybe[codes.index])


def evaluate(condition: Condition, facts: Facts) -> Truth:
    """Ask one condition of every site.

    Parameters
    ----------
    condition : Condition
    facts : Facts
        n rows; must hold the condition's fact.

    Returns
    -------
    Truth
        Two masks of n cells. A missing fact gives (False, True).
    """
    column = facts[str(condition.fact)]
    test = condition.test
    if isinstance(test, Missing):
        gone = column.reasons.missing
        answer = Truth(gone, gone)
    elif isinstance(test, Claim) and isinstance(column, Claims):
        answer = Truth(column.sure, column.maybe)
    elif isinstance(test, Comparison) and isinstance(column, Numbers):
        limit = convert(test.limit.value, test.limit.unit, BASE[dimension(test.limit.unit)])
        answer = _compare(column, test.op, limit)
    elif isinstance(test, Membership) and isinstance(column, Codes):
        answer = _member(column, test.values, only=test.only)
    else:
        raise TypeError(f"{condition}: {type(column).__name__}")
    return ~answer if condition.denied else answer


class _Asker:
    """Conditions asked of one table of facts, each once."""

    def __init__(self, facts: Facts, out_of_scope: frozenset[str]) -> None:
        self.facts, self.out_of_scope = facts, out_of_scope
        self._known: dict[str, Truth] = {}

    def ask(self, condition: Condition) -> Truth:
        key = str(condition)
        if key not in self._known:
            self._known[key] = evaluate(condition, self.facts)
        return self._known[key]

    def ask_within(self, condition: Condition) -> Truth:
        """Take a condition on a layer that is not held as one that does not speak."""
        if condition.fact.layer in self.out_of_scope:
            return Truth.constant(len(self.facts), value=False)
        return self.ask(condition)

    def fires(self, rule: Rule, ask: Callable[[Condition], Truth]) -> Truth:
        n = len(self.facts)
        answer = Truth.constant(n, value=True)
        for condition in rule.when:
            answer &= ask(condition)
        if rule.any:
            some = Truth.constant(n, value=False)
            for condition in rule.any:
                some |= ask(condition)
            answer &= some
        for condition in rule.unless:  # an exception from a layer not held stays open
            answer &= ~self.ask(condition)
        return answer

    def averted(self, rule: Rule, assumed: Assumptions, drawn: _Asker | None) -> Mask:
        """Where what the applicant has still to show keeps a rule from applying, whatever else.

        Unknown answers that are the applicant's to give are taken in the project's favour, those
        of the ground as the place alone gives them; what is unknown then still is not averted.
        """

        def favourable(condition: Condition, *, wanted: bool) -> Truth:
            answer = self.ask(condition)
            unknown = answer.maybe & ~answer.sure
            if assumed.left_to_applicant(condition):
                ends = np.where(unknown, wanted, answer.sure).astype(np.bool_)
                return Truth(ends, ends)
            if drawn is not None and on_the_ground(condition):
                closer = drawn.ask(condition)
                return Truth(
                    np.where(unknown, closer.sure, answer.sure).astype(np.bool_),
                    np.where(unknown, closer.maybe, answer.maybe).astype(np.bool_),
                )
            return answer

        maybe = np.ones(len(self.facts), np.bool_)
        for condition in rule.when:
            maybe &= favourable(condition, wanted=False).maybe
        if rule.any:
            some = [favourable(condition, wanted=False).maybe for condition in rule.any]
            maybe &= np.logical_or.reduce(some)
        for condition in rule.unless:
            maybe &= ~favourable(condition, wanted=True).sure
        return ~maybe & self.concerns(rule).sure

    def _kind_known(self) -> Truth:
        kinds = self.facts.codes("project.kind")
        told = np.asarray([not kind.open for kind in kinds.values], np.bool_)[kinds.index]
        return Truth(told, told)

    def concerns(self, rule: Rule) -> Truth:
        """Whether the rule speaks of the site's kind and stage.

        Of a site whose kind nobody knows no rule of a kind is asked: its one question is what it
        is, and its verdict stays open to the top, see `ranges`.
        """
        answer = Truth.constant(len(self.facts), value=True)
        if "*" not in rule.kinds:
            answer &= self._kind_known() & _member(
                self.facts.codes("project.kind"), rule.kinds, only=False
            )
        if rule.stages:
            answer &= _member(self.facts.codes("project.stage"), rule.stages, only=False)
        return answer


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that decide which text is in force.

    Parameters
    ----------
    accepted : datetime64[D], shape (n,)
        Acceptance of each project, else ``as_of``; see :func:`asked`.
    as_of : date
        Day of the screening.
    """

    accepted: Days
    as_of: date

    def of(self, rule: Rule) -> Days:
        """Return the day on which each site asks the rule."""
        if rule.at == "accepted":
            return self.accepted
        return np.full(len(self.accepted), np.datetime64(self.as_of, "D"))


def asked(accepted: Sequence[date | None], as_of: date) -> Asked:
    """Return the days for projects accepted on these days, or on none known."""
    return Asked(np.asarray([day or as_of for day in accepted], dtype="datetime64[D]"), as_of)


def _in_force(rule: Rule, on: Days) -> Mask:
    within = np.ones(len(on), np.bool_)
    if rule.since is not None:
        within &= on >= np.datetime64(rule.since)
    if rule.until is not None:
        within &= on < np.datetime64(rule.until)
    return within


def _outcome(
    rule: Rule, asker: _Asker, on: Days, assumed: Assumptions, drawn: _Asker | None
) -> NDArray[np.uint8]:
    concerns = asker.concerns(rule)
    full = asker.fires(rule, asker.ask) & concerns
    weighed = full
    muted = any(c.fact.layer in asker.out_of_scope for c in rule.when + rule.any)
    if muted and rule.role == "substance":  # a data gap stays one, whoever holds the data
        weighed = asker.fires(rule, asker.ask_within) & concerns
    fired = Outcome.NOTED if rule.then == "note" else Outcome.FIRES
    if not rule.binding and rule.then != "note":
        fired = Outcome.SUSPECTED
    out = np.full(len(on), Outcome.CLEAR, np.uint8)
    out[full.maybe & ~weighed.maybe] = Outcome.UNREVIEWED
    out[weighed.maybe] = Outcome.OPEN
    if assumed and rule.role == "substance" and rule.then in ("forbid", "conditional"):
        out[(out == Outcome.OPEN) & asker.averted(rule, assumed, drawn)] = Outcome.ASSUMED
    out[weighed.sure] = fired
    out[~concerns.maybe | ~_in_force(rule, on)] = Outcome.NOT_ASKED
    return out


def _range(rule: Rule, outcome: NDArray[np.uint8]) -> tuple[Levels, Levels]:
    least_if, most_if = THEN_LEVEL[rule.then]
    fires = outcome == Outcome.FIRES
    doubtful = (outcome == Outcome.OPEN) | (outcome == Outcome.SUSPECTED)
    least = np.where(fires, least_if, Level.ALLOW).astype(np.int8)
    most = np.where(fires | doubtful, most_if, Level.ALLOW).astype(np.int8)
    least[outcome == Outcome.ASSUMED] = Level.CONDITIONAL
    most[outcome == Outcome.ASSUMED] = Level.CONDITIONAL
    return least, most


def judge(
    facts: Facts,
    rules: RuleSet,
    *,
    on: Asked,
    out_of_scope: frozenset[str] = frozenset(),
    assumed: Assumptions = NOTHING,
) -> Findings:
    """Judge every site by every rule.

    Parameters
    ----------
    facts : Facts
        n rows, holding every fact the rules ask for, and ``project.kind``, ``project.stage``.
    rules : RuleSet
    on : Asked
        Days that decide which rule is in force; see :func:`asked`.
    out_of_scope : frozenset of str
        Layers this office does not hold; rules that turn on them are not weighed.
    assumed : Assumptions
        What is taken for granted; ``facts`` hold those of the place alone (`DRAWN`) where they
        differ and boundaries are assumed.

    Returns
    -------
    Findings
        Rules sorted by id, whatever the order they came in.
    """
    asker = _Asker(facts, out_of_scope)
    drawn = _Asker(_as_drawn(facts), out_of_scope) if assumed.boundary else None
    ordered = sorted(rules.rules, key=lambda rule: rule.id)
    n = len(facts)
    outcome = np.zeros((n, len(ordered)), np.uint8)
    least, most = np.zeros((n, len(ordered)), np.int8), np.zeros((n, len(ordered)), np.int8)
    covered = np.zeros(n, np.bool_)
    for j, rule in enumerate(ordered):
        outcome[:, j] = _outcome(rule, asker, on.of(rule), assumed, drawn)
        least[:, j], most[:, j] = _range(rule, outcome[:, j])
        if rule.role == "substance" and rule.then != "note" and "*" not in rule.kinds:
            reviewed = outcome[:, j] != Outcome.UNREVIEWED
            covered |= asker.concerns(rule).sure & _in_force(rule, on.of(rule)) & reviewed
    return Findings(facts.ids, tuple(rule.id for rule in ordered), outcome, least, most, covered)


def _as_drawn(facts: Facts) -> Facts:
    """Return the facts of the place alone where there are such."""
    ends = [name for name in facts.columns if name.endswith(DRAWN)]
    return facts.with_columns({name.removesuffix(DRAWN): facts[name] for name in ends})


def ranges(findings: Findings) -> Ranges:
    """Return each site's verdict: a range; open to the top where no rule covers the kind."""
    n = len(findings)
    if not findings.rules:
        return Ranges(np.zeros(n, np.int8), np.full(n, Level.FORBID, np.int8))
    most = findings.most.max(axis=1)
    most[~findings.covered] = Level.FORBID
    return Ranges(findings.least.max(axis=1), most)


def gravest(verdicts: Ranges, group: NDArray[np.intp], n_groups: int) -> Ranges:
    """Combine components into projects.

    Parameters
    ----------
    verdicts : Ranges
        n sites.
    group : intp[n]
        Number of the project that each site belongs to.
    n_groups : int
    """
    least, most = np.zeros(n_groups, np.int8), np.zeros(n_groups, np.int8)
    np.maximum.at(least, group, verdicts.least)
    np.maximum.at(most, group, verdicts.most)
    return Ranges(least, most)
