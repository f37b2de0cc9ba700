"""What is said of a finding and of a verdict, figures aside: demands, gaps, what would settle it.

It depends on the rule, the outcome and how each condition stands, so it is the same for very many
sites: see :mod:`zoning.screening.cases`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zoning.facts.vocabulary import LAYERS
from zoning.measure.ground import NO_PLACE
from zoning.rules.assume import can_be_shown, to_show
from zoning.rules.grammar import Condition
from zoning.rules.judge import Outcome
from zoning.rules.model import Level, Rule
from zoning.screening.views import CiteView, Evidence, FindingView

WORDS = {
    Outcome.CLEAR: "clear",
    Outcome.OPEN: "open",
    Outcome.FIRES: "fires",
    Outcome.SUSPECTED: "suspected",
    Outcome.UNREVIEWED: "unreviewed",
    Outcome.NOTED: "note",
    Outcome.ASSUMED: "assumed",
}
_ROLE_ORDER = {"forbid": 0, "undetermined": 1, "conditional": 2, "note": 3}


@dataclass(frozen=True, slots=True)
class Stand:
    """How one condition stands at a site.

    Parameters
    ----------
    label_zh : str
        The fact in words.
    layer : str
        Layer asked, "" for facts of the list.
    unknown : bool
    reason : str
        Why the value is missing, "" where there is one.
    """

    label_zh: str
    layer: str
    unknown: bool
    reason: str


def relevant(rule: Rule, outcome: Outcome) -> tuple[Condition, ...]:
    """Conditions that bear on an outcome: exceptions do not where the rule is clear anyway."""
    return rule.conditions if outcome != Outcome.CLEAR else rule.when + rule.any


def told(
    rule: Rule,
    outcome: Outcome,
    ends: tuple[Level, Level],
    stands: Sequence[Stand],
    *,
    point: bool,
    departments: Mapping[str, str],
    seen: str = "",
    cites: tuple[CiteView, ...] = (),
    evidence: tuple[Evidence, ...] = (),
) -> FindingView:
    """Return a finding; without figures and texts cited where none are given.

    Parameters
    ----------
    rule : Rule
    outcome : Outcome
    ends : tuple of Level
        The range of the finding.
    stands : sequence of Stand
        Of every condition in `relevant`.
    point : bool
        The site is a point.
    departments : Mapping
        Layer not held -> who holds it.
    seen : str
        How far the texts cited were read.
    cites : tuple of CiteView
    evidence : tuple of Evidence
    """
    unheld = [departments[f.layer] for f in rule.facts if f.layer in departments]
    unreviewed = outcome == Outcome.UNREVIEWED and unheld
    return FindingView(
        rule=rule.id,
        title=rule.title,
        role=rule.role,
        outcome=WORDS[outcome],
        direction="conditional" if outcome == Outcome.ASSUMED else rule.then,
        least=ends[0],
        most=ends[1],
        demand=_condition(rule, stands) if outcome == Outcome.ASSUMED else rule.demand,
        remedy="" if outcome == Outcome.ASSUMED else rule.remedy or "",
        status=rule.status,
        seen=seen,
        cites=cites,
        missing=tuple(dict.fromkeys(item.label_zh for item in stands if item.reason)),
        settle=_settle(rule, outcome, stands, point=point),
        evidence=evidence,
        department=unheld[0] if unreviewed else rule.department,
        note=rule.note,
        adopted=f"{rule.adopted_by} {rule.adopted_on}" if rule.status == "adopted" else "",
    )


def _condition(rule: Rule, stands: Sequence[Stand]) -> str:
    """What the applicant has to show for a rule not to apply, and what it says otherwise."""
    pairs = zip(relevant(rule, Outcome.ASSUMED), stands, strict=True)
    titles = {name: layer.title for name, layer in LAYERS.items()}
    shown = dict.fromkeys(
        to_show(condition, titles.get(stand.layer, ""), stand.label_zh)
        for condition, stand in pairs
        if stand.unknown and can_be_shown(condition)
    )
    said = "；".join(shown)
    if rule.then == "forbid":
        return f"{said}；否则不通过"
    return "；".join(filter(None, (rule.demand, said)))


def _settle(rule: Rule, outcome: Outcome, stands: Sequence[Stand], *, point: bool) -> str:
    """What would turn this finding into an answer."""
    if outcome == Outcome.SUSPECTED:
        return "核实所引文件原文；或由负责人署名、署日期采纳该规则"
    if outcome != Outcome.OPEN:
        return ""
    unknown = [item for item in stands if item.unknown]
    stated = [i.label_zh for i in unknown if not i.layer and i.reason != NO_PLACE]
    placeless = any(item.reason == NO_PLACE for item in unknown)
    silent = [item.layer for item in unknown if item.reason and item.reason != NO_PLACE]
    layers = [LAYERS[layer].title for layer in silent if layer in LAYERS]
    near = [item for item in unknown if item.layer and not item.reason]
    parts = ["补充可用的坐标或边界"] if placeless else []
    if stated:
        parts.append(f"补充或说明: {'、'.join(dict.fromkeys(stated))}")
    if layers:
        parts.append(f"提供图层及其覆盖范围: {'、'.join(dict.fromkeys(layers))}")
    if near:
        parts.append("提供用地边界（勘测定界）" if point else "提供更高精度的界线或实测距离")
    return "; ".join(parts) or rule.demand


def gravity(ends: tuple[Level, Level], rule: Rule) -> tuple[int, int, int, str]:
    """Sort key of the findings of one site, the gravest first."""
    return -ends[0], -ends[1], _ROLE_ORDER[rule.then], rule.id


def gravest_first(finding: FindingView) -> tuple[int, int, int, str]:
    """Return the same key of a finding that is made."""
    return -finding.least, -finding.most, _ROLE_ORDER[finding.direction], finding.rule


def reasons_of(
    ends: tuple[Level, Level], findings: Sequence[FindingView], *, covered: bool
) -> tuple[str, ...]:
    """Why a verdict is open, and what would settle it.

    Parameters
    ----------
    ends : tuple of Level
        Of the verdict.
    findings : sequence of FindingView
        The gravest first.
    covered : bool
        A rule names the site's kind and stage.
    """
    least, most = ends
    if least == most:
        return ()
    said = []
    if not covered:
        said.append("规则集中没有针对此类项目和建设性质的规则，不能据此判定通过")
    # what the row itself lacks comes first: it opens most of the rest
    for finding in sorted(findings, key=lambda f: f.role != "integrity"):
        if finding.most > least:
            said.append(f"{finding.title}: {finding.settle or finding.demand}")
    return tuple(dict.fromkeys(said))
