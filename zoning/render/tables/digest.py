"""What the findings of a site or a project come to: who decides, what is missing, what mends it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from zoning.render.words import REMEDY_GRAVITY

if TYPE_CHECKING:
    from zoning.screening.views import FindingView

WEIGHED = ("fires", "open", "suspected", "assumed")
DEMANDING = ("fires", "assumed")
"""Outcomes that move a verdict, or may."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Findings put together, each text once, gravest first.

    Parameters
    ----------
    rules : tuple of str
        Ids of the rules that move the verdict, or may.
    missing : tuple of str
        Facts without a value that a rule asked for.
    demands : tuple of str
        What is asked for, and what would settle the open ones.
    remedy : str
        The gravest remedy among the rules that forbid for sure, "" if none does.
    departments : tuple of str
        Who holds what was not reviewed, or is to be asked.
    unverified : tuple of str
        Ids of the weighed rules whose text nobody here read or adopted.
    adopted : tuple of str
        Ids of the weighed rules that a named planner answers for.
    """

    rules: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()
    remedy: str = ""
    departments: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    adopted: tuple[str, ...] = ()


class Judged(Protocol):
    """A site, or the case of many sites."""

    @property
    def findings(self) -> Sequence[FindingView]:
        """What rules say, the gravest first."""

    @property
    def reasons(self) -> Sequence[str]:
        """Why the verdict is open."""


def digest(components: Sequence[Judged]) -> Digest:
    """Put the findings of a site, or of all components of a project, together."""
    findings = [f for site in components for f in site.findings]
    every = sorted(findings, key=lambda f: (-f.least, -f.most))
    weighed = [f for f in every if f.outcome in WEIGHED]
    remedies = {f.remedy for f in weighed if f.outcome == "fires" and f.direction == "forbid"}
    reasons = (reason for site in components for reason in site.reasons)
    return Digest(
        rules=_once(f.rule for f in weighed),
        missing=_once(name for f in weighed for name in f.missing),
        demands=_once(
            (*(f.demand for f in weighed if f.outcome in ("fires", "assumed")), *reasons)
        ),
        remedy=next((remedy for remedy in REMEDY_GRAVITY if remedy in remedies), ""),
        departments=_once(f.department for f in every if f.outcome != "clear"),
        unverified=_once(f.rule for f in weighed if f.status in ("secondary", "default")),
        adopted=_once(f.rule for f in weighed if f.status == "adopted"),
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
