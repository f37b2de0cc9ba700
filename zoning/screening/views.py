"""Verdicts for people: one project, one site, one finding, one piece of evidence at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from zoning.errors import Fault
from zoning.rules.model import Level

# How a cited text was seen, in the words of every output, and whether its own words were read
SEEN: Mapping[str, tuple[str, bool]] = MappingProxyType(
    {
        "original": ("已读：原件", True),
        "copy": ("已读：副本", True),
        "excerpt": ("只读到节录", True),
        "secondary": ("未读原文，据转述", False),
        "none": ("未读到原文", False),
    }
)


class Decision(StrEnum):
    """What a range comes to."""

    ALLOW = "allow"
    CONDITIONAL = "conditional"
    UNDETERMINED = "undetermined"
    FORBID = "forbid"

    @property
    def zh(self) -> str:
        """The word a planner signs."""
        return {
            "allow": "判定通过",
            "conditional": "受限准入",
            "undetermined": "待补充信息",
            "forbid": "判定不通过",
        }[self.value]

    @classmethod
    def of(cls, least: Level, most: Level) -> Decision:
        """Both ends equal: that decision; otherwise undetermined."""
        if least != most:
            return cls.UNDETERMINED
        return (cls.ALLOW, cls.CONDITIONAL, cls.FORBID)[least]


@dataclass(frozen=True, slots=True)
class Source:
    """One layer of the catalog, as it was used."""

    layer: str
    title: str
    source: str
    date: dt.date | None
    licence: str
    accuracy_m: float
    accuracy_default: bool
    coverage: str
    share: str
    synthetic: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class CiteView:
    """A text in force on the day that counts."""

    title: str
    number: str
    article: str
    seen: str
    note: str = ""

    def __str__(self) -> str:
        number = f"（{self.number}）" if self.number and self.number != self.title else ""
        note = f"（{self.note}）" if self.note else ""
        return f"{self.title}{number}{' ' + self.article if self.article else ''}{note}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One condition with the numbers it was asked of.

    Parameters
    ----------
    fact : str
        Name of the fact.
    label_zh, condition_text : str
        The fact in words; the condition as the rule writes it.
    answer : str
        ``true``, ``false`` or ``unknown``.
    op, limit, unit, low, high, measured
        For numbers, in ``unit``; None elsewhere. For ``meets`` they hold the overlap (where it is
        met or near) or the distance (where it is clear), named by ``quantity``.
    text_zh : str
        The whole in one line.
    layer, reason : str
        Layer asked; why a value is missing.
    """

    fact: str
    label_zh: str
    condition_text: str
    answer: str
    text_zh: str
    layer: str = ""
    reason: str = ""
    quantity: str = ""
    op: str = ""
    limit: float | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    measured: float | None = None


@dataclass(frozen=True, slots=True)
class FindingView:
    """One rule on one site.

    ``outcome`` is ``fires``, ``open``, ``suspected``, ``clear``, ``unreviewed`` or ``note``;
    ``direction`` is the rule's ``then``.
    """

    rule: str
    title: str
    role: str
    outcome: str
    direction: str
    least: Level
    most: Level
    demand: str
    remedy: str
    status: str
    seen: str
    cites: tuple[CiteView, ...]
    missing: tuple[str, ...]
    settle: str
    evidence: tuple[Evidence, ...]
    department: str
    note: str = ""
    adopted: str = ""


@dataclass(frozen=True, slots=True)
class UnitShare:
    """A control unit that a site meets; size in m2 (polygons) or m (lines), NaN for points."""

    code: str
    name: str
    cls: str
    size: float
    share: float
    sure: bool
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SiteView:
    """One component of a project with all its findings."""

    id: str
    project: str
    component: str
    name: str
    kind: str
    kind_zh: str
    kind_from: str
    stage: str
    accepted: dt.date | None
    industry: str
    product: str
    process: str
    capacity_text: str
    county: str
    declared_county: str
    geometry_kind: str
    lon: float
    lat: float
    accuracy_m: float
    accuracy_default: bool
    radius_m: float
    radius_default: bool
    declared_m2: float
    area_m2: float
    crs_stated: str
    least: Level
    most: Level
    findings: tuple[FindingView, ...]
    faults: tuple[Fault, ...]
    reasons: tuple[str, ...]
    units: tuple[UnitShare, ...]
    row: int
    besides_units: tuple[Level, Level]

    @property
    def decision(self) -> Decision:
        """What the range comes to."""
        return Decision.of(self.least, self.most)


@dataclass(frozen=True, slots=True)
class ProjectView:
    """One project: the gravest of its components."""

    id: str
    name: str
    owner: str
    code24: str
    stage: str
    kinds: tuple[str, ...]
    county: str
    least: Level
    most: Level
    components: tuple[SiteView, ...]
    synthetic: bool

    @property
    def decision(self) -> Decision:
        """What the range comes to."""
        return Decision.of(self.least, self.most)

    @property
    def besides_units(self) -> Decision:
        """What it comes to without the judgement of control units."""
        ends = [site.besides_units for site in self.components]
        return Decision.of(max(low for low, _ in ends), max(high for _, high in ends))
