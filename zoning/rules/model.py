"""Rules as data: what is asked, what follows, by which text, and how far that text was read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Literal, TypeAlias

from zoning.facts.vocabulary import LayerSpec
from zoning.rules.grammar import Condition, FactRef

Role: TypeAlias = Literal["substance", "integrity"]
Then: TypeAlias = Literal["forbid", "conditional", "undetermined", "note"]
Remedy: TypeAlias = Literal["relocate", "trim", "documents", "none"]
Status: TypeAlias = Literal["verified", "secondary", "default", "adopted", "integrity"]
Seen: TypeAlias = Literal["original", "copy", "excerpt", "secondary", "none"]
AskedAt: TypeAlias = Literal["accepted", "as_of"]
Expected: TypeAlias = Literal["allow", "conditional", "forbid", "undetermined", "note"]


class Level(IntEnum):
    """The three answers a range runs between."""

    ALLOW = 0
    CONDITIONAL = 1
    FORBID = 2

    @property
    def zh(self) -> str:
        """The word a planner signs."""
        return ("判定通过", "受限准入", "判定不通过")[self]


THEN_LEVEL: Mapping[Then, tuple[Level, Level]] = {
    "forbid": (Level.FORBID, Level.FORBID),
    "conditional": (Level.CONDITIONAL, Level.CONDITIONAL),
    "undetermined": (Level.ALLOW, Level.FORBID),
    "note": (Level.ALLOW, Level.ALLOW),
}


@dataclass(frozen=True, slots=True)
class Cite:
    """A text the rule rests on, in force [since, until), and how it was seen."""

    title: str
    number: str = ""
    article: str = ""
    since: date | None = None
    until: date | None = None
    seen: Seen = "none"
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the text is in force that day; an unknown bound does not end it."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)

    @property
    def read(self) -> bool:
        """Whether the operative words themselves were read."""
        return self.seen in ("original", "copy", "excerpt")

    def __str__(self) -> str:
        number = f"（{self.number}）" if self.number and self.number != self.title else ""
        note = f"（{self.note}）" if self.note else ""
        return f"{self.title}{number}{' ' + self.article if self.article else ''}{note}"


@dataclass(frozen=True, slots=True)
class Case:
    """A worked example that stands beside the rule and is tested."""

    why: str
    facts: tuple[tuple[str, object], ...]
    expect: Expected
    kind: str = ""
    stage: str = ""
    accepted: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions on facts, what follows, dates in force, citation, status, worked cases.

    ``at`` names the day at which rule and texts are asked: the project's acceptance, or (where
    the text reaches works already begun) the day of the screening.
    """

    id: str
    title: str
    role: Role
    kinds: tuple[str, ...]
    then: Then
    when: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    unless: tuple[Condition, ...] = ()
    stages: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    at: AskedAt = "accepted"
    remedy: Remedy | None = None
    demand: str = ""
    cites: tuple[Cite, ...] = ()
    status: Status = "default"
    adopted_by: str = ""
    adopted_on: date | None = None
    note: str = ""
    department: str = ""
    candidates: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()

    def in_force(self, day: date) -> bool:
        """Whether the rule itself is in force that day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)

    def cites_on(self, day: date) -> tuple[Cite, ...]:
        """Texts in force that day."""
        return tuple(cite for cite in self.cites if cite.in_force(day))

    @property
    def binding(self) -> bool:
        """Whether its text was read, or a planner answers for it."""
        return self.status in ("verified", "adopted", "integrity")

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition of the rule."""
        return self.when + self.any + self.unless

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """Facts the rule asks for, each once, in the order they stand."""
        return tuple(dict.fromkeys(condition.fact for condition in self.conditions))

    def adopt(self, *, by: str, on: date) -> Rule:
        """Return the rule as one that a named person answers for."""
        return replace(self, status="adopted", adopted_by=by, adopted_on=on)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that are judged together, with the full text they were read from.

    Parameters
    ----------
    name, title : str
    rules : tuple of Rule
        Sorted by id; ``base`` included.
    texts : tuple of (file name, text)
        As read, so that a screening carries its rules.
    layers : Mapping
        Layers a rule file declares beyond the vocabulary.
    """

    name: str
    title: str
    rules: tuple[Rule, ...]
    texts: tuple[tuple[str, str], ...] = ()
    layers: Mapping[str, LayerSpec] = field(default_factory=dict)

    def __getitem__(self, rule_id: str) -> Rule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def __len__(self) -> int:
        return len(self.rules)

    @property
    def facts(self) -> tuple[FactRef, ...]:
        """Every fact the rules ask for, sorted by name."""
        refs = {str(ref): ref for rule in self.rules for ref in rule.facts}
        return tuple(refs[name] for name in sorted(refs))

    @property
    def edition(self) -> str:
        """Hash of what the rules say and of who adopted which."""
        words = hashlib.sha256()
        for rule in sorted(self.rules, key=lambda rule: rule.id):
            words.update(repr(replace(rule, cases=())).encode())
        return words.hexdigest()

    def adopt(self, rule_id: str, *, by: str, on: date) -> RuleSet:
        """Return a set in which a named person answers for one rule.

        Raises
        ------
        KeyError
            No such rule.
        """
        chosen = self[rule_id].adopt(by=by, on=on)
        rules = tuple(chosen if rule.id == rule_id else rule for rule in self.rules)
        return replace(self, rules=rules)

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f"<tr><td><code>{escape(r.id)}</code></td><td>{escape(r.title)}</td>"
            f"<td>{r.then}</td><td>{r.status}</td></tr>"
            for r in self.rules
        )
        return (
            f"<b>{escape(self.title)}</b> · {len(self)} rules · {self.edition[:12]}"
            f"<table><tr><th>id</th><th>title</th><th>then</th><th>status</th></tr>{rows}</table>"
        )
