"""Build the views of a screening, one site at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.facts.table import Facts
from zoning.facts.values import Codes, Numbers
from zoning.facts.vocabulary import DIMENSIONS, KINDS, LAYERS, LayerSpec
from zoning.measure.doubt import SiteDoubt, is_point, site_doubt
from zoning.measure.ground import NO_PLACE
from zoning.rules.grammar import Condition
from zoning.rules.judge import Outcome
from zoning.rules.model import Cite, Level, Rule
from zoning.screening.evidence import evidence, label
from zoning.screening.levels import energy_figures
from zoning.screening.views import (
    CiteView,
    Evidence,
    FindingView,
    ProjectView,
    SiteView,
    UnitShare,
)

if TYPE_CHECKING:
    from zoning.screening.model import Screening

WORDS = {
    Outcome.CLEAR: "clear",
    Outcome.OPEN: "open",
    Outcome.FIRES: "fires",
    Outcome.SUSPECTED: "suspected",
    Outcome.UNREVIEWED: "unreviewed",
    Outcome.NOTED: "note",
}
_ROLE_ORDER = {"forbid": 0, "undetermined": 1, "conditional": 2, "note": 3}
_SYNTHETIC_MARK = "示例"


def _settle(rule: Rule, outcome: str, found: Sequence[Evidence], *, point: bool) -> str:
    """What would turn this finding into an answer."""
    if outcome == "suspected":
        return "核实所引文件原文；或由负责人署名、署日期采纳该规则"
    if outcome != "open":
        return ""
    unknown = [item for item in found if item.answer == "unknown"]
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


def _note(rule: Rule, cite: Cite) -> str:
    undated = cite.since is None and rule.since is None
    return "；".join(filter(None, (cite.note, "施行日期未核" if undated else "")))


def _cites(rule: Rule, day: date) -> tuple[CiteView, ...]:
    return tuple(
        CiteView(cite.title, cite.number, cite.article, cite.seen, _note(rule, cite))
        for cite in rule.cites_on(day)
    )


_SEEN_ORDER = ("original", "copy", "excerpt", "secondary", "none")


def _seen(cites: Sequence[CiteView]) -> str:
    """How the best-read of the texts was seen."""
    if not cites:
        return ""
    return min((cite.seen for cite in cites), key=_SEEN_ORDER.index)


def _relevant(rule: Rule, outcome: str) -> tuple[Condition, ...]:
    return rule.conditions if outcome != "clear" else rule.when + rule.any


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What every finding of a site asks: its acceptance day, and whether it is a point."""

    accepted: date | None
    point: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions in words and numbers, each made once for a site.

    Parameters
    ----------
    facts : Facts
        One row.
    labels : dict
        Fact -> its label; shared by all sites of a screening.
    layers : Mapping
        Layers that may be named.
    doubt : str
        Of the site: 点位 ±30 m.
    accuracy : Mapping
        Layer -> its accuracy [m].
    figures : Mapping
        Fact -> numbers behind it.
    """

    facts: Facts
    labels: dict[str, str]
    layers: Mapping[str, LayerSpec]
    doubt: str
    accuracy: Mapping[str, float]
    figures: Mapping[str, str]
    known: dict[str, Evidence] = field(default_factory=dict)

    def evidence(self, condition: Condition) -> Evidence:
        """Return one condition with its numbers."""
        key = str(condition)
        if key not in self.known:
            name = str(condition.fact)
            if name not in self.labels:
                self.labels[name] = label(condition.fact, self.layers)
            self.known[key] = evidence(
                condition,
                self.facts,
                self.labels[name],
                doubt=self._doubt(condition.fact.layer),
                figures=self.figures.get(name, ""),
            )
        return self.known[key]

    def _doubt(self, layer: str) -> str:
        accuracy = self.accuracy.get(layer)
        return f"{self.doubt}，图层 ±{accuracy:g} m" if accuracy is not None else ""


def _finding(screening: Screening, row: int, j: int, asked: Asked, about: SiteFacts) -> FindingView:
    rule = screening.rule_by_id[screening.findings.rules[j]]
    outcome = WORDS[Outcome(int(screening.findings.outcome[row, j]))]
    found = tuple(asked.evidence(condition) for condition in _relevant(rule, outcome))
    day = about.accepted if about.accepted and rule.at == "accepted" else screening.as_of
    cites = _cites(rule, day)
    adopted = f"{rule.adopted_by} {rule.adopted_on}" if rule.status == "adopted" else ""
    departments = dict(screening.out_of_scope)
    unheld = [departments[f.layer] for f in rule.facts if f.layer in departments]
    return FindingView(
        rule=rule.id,
        title=rule.title,
        role=rule.role,
        outcome=outcome,
        direction=rule.then,
        least=Level(int(screening.findings.least[row, j])),
        most=Level(int(screening.findings.most[row, j])),
        demand=rule.demand,
        remedy=rule.remedy or "",
        status=rule.status,
        seen=_seen(cites),
        cites=cites,
        missing=tuple(dict.fromkeys(item.label_zh for item in found if item.reason)),
        settle=_settle(rule, outcome, found, point=about.point),
        evidence=found,
        department=unheld[0] if outcome == "unreviewed" and unheld else rule.department,
        note=rule.note,
        adopted=adopted,
    )


def _units(screening: Screening, row: int) -> tuple[UnitShare, ...]:
    table = screening.units
    lo, hi = np.searchsorted(table["site"].to_numpy(), [row, row + 1]) if len(table) else (0, 0)
    return tuple(
        UnitShare(
            str(unit["code"]),
            str(unit["name"]),
            str(unit["class"]),
            float(unit["size"]),
            float(unit["share"]),
            bool(unit["sure"]),
            tuple((zh, str(unit[key])) for key, zh in DIMENSIONS.items() if unit[key]),
        )
        for _, unit in table.iloc[lo:hi].iterrows()
    )


def _reasons(screening: Screening, row: int, findings: Sequence[FindingView]) -> tuple[str, ...]:
    """Why the verdict is open, and what would settle it."""
    least, most = screening.verdicts.least[row], screening.verdicts.most[row]
    if least == most:
        return ()
    said = []
    if not screening.findings.covered[row]:
        said.append("规则集中没有针对此类项目和建设性质的规则，不能据此判定通过")
    # what the row itself lacks comes first: it opens most of the rest
    for finding in sorted(findings, key=lambda f: f.role != "integrity"):
        if finding.most > least:
            said.append(f"{finding.title}: {finding.settle or finding.demand}")
    return tuple(dict.fromkeys(said))


def _capacity(row: pd.Series[float]) -> str:
    value = row["capacity"]
    if not isinstance(value, float) or math.isnan(value):
        return ""
    number = f"{value:,.12g}".replace(",", "\u2009")
    return f"{number} {row['capacity_unit']}".strip()


def _county(facts: Facts) -> str:
    column = facts.columns.get("site.county")
    if not isinstance(column, Codes):
        return ""
    cell = column.cell(0)
    return "、".join(sorted(cell.sure or cell.maybe))


def _figure(facts: Facts, name: str) -> float:
    column = facts.columns.get(name)
    return float(column.measured[0]) if isinstance(column, Numbers) else math.nan


def _doubt_text(doubt: SiteDoubt) -> str:
    """Where the doubt of one site comes from; defaults of ours are said to be."""
    default = "（默认）" if doubt.accuracy_default[0] else ""
    text = f"点位 ±{doubt.accuracy_m[0]:.0f} m{default}"
    if doubt.radius_m[0] > 0:
        default = "（默认）" if doubt.radius_default[0] else ""
        text += f"，占地半径 {doubt.radius_m[0]:.0f} m{default}"
    return text


def site_view(screening: Screening, row: int) -> SiteView:
    """Return one site with all its findings, the gravest first."""
    sites = screening.sites
    one = sites.take([row])
    facts = screening.facts.take(np.asarray([row]))
    data = sites.table.iloc[row]
    accepted = data["accepted"] if isinstance(data["accepted"], date) else None
    about = SiteFacts(accepted, bool(is_point(one.geometry)[0]))
    doubt = site_doubt(one)
    asked = Asked(
        facts,
        screening.labels,
        screening.known_layers,
        _doubt_text(doubt),
        {source.layer: source.accuracy_m for source in screening.sources},
        energy_figures(
            str(data["industry"] or ""),
            str(data["product"] or ""),
            str(data["process"] or ""),
            float(data["unit_energy"]),
            str(data["unit_energy_unit"] or ""),
        ),
    )
    concerned = np.flatnonzero(screening.findings.outcome[row] != Outcome.NOT_ASKED)
    findings = sorted(
        (_finding(screening, row, int(j), asked, about) for j in concerned),
        key=lambda f: (-f.least, -f.most, _ROLE_ORDER[f.direction], f.rule),
    )
    geometry = one.geometry[0]
    return SiteView(
        id=str(data["id"]),
        project=str(data["project"]),
        component=str(data["component"] or ""),
        name=str(data["name"] or ""),
        kind=str(data["kind"] or ""),
        kind_zh=KINDS.get(str(data["kind"]), ""),
        stage=str(data["stage"] or "").replace(";", "、"),
        accepted=accepted,
        industry=str(data["industry"] or ""),
        product=str(data["product"] or ""),
        process=str(data["process"] or ""),
        capacity_text=_capacity(data),
        county=_county(facts),
        declared_county=str(data["county"] or ""),
        geometry_kind="" if geometry is None else geometry.geom_type,
        lon=float(data["lon"]),
        lat=float(data["lat"]),
        accuracy_m=float(doubt.accuracy_m[0]),
        accuracy_default=bool(doubt.accuracy_default[0]),
        radius_m=float(doubt.radius_m[0]),
        radius_default=bool(doubt.radius_default[0]),
        declared_m2=float(data["declared_m2"]),
        area_m2=_figure(facts, "site.area"),
        crs_stated=str(data["crs_stated"] or ""),
        least=Level(int(screening.verdicts.least[row])),
        most=Level(int(screening.verdicts.most[row])),
        findings=tuple(findings),
        faults=sites.faults[row],
        reasons=_reasons(screening, row, findings),
        units=_units(screening, row),
        row=int(data["row"]),
    )


def project_view(screening: Screening, project: str) -> ProjectView:
    """Return one project: the gravest of its components."""
    rows = screening.rows_of(project)
    views = tuple(screening.site(row) for row in rows)
    data = screening.sites.table.iloc[rows[0]]
    name = str(data["name"] or project)
    return ProjectView(
        id=project,
        name=name,
        owner=str(data["owner"] or ""),
        code24=str(data["code24"] or ""),
        stage=views[0].stage,
        kinds=tuple(dict.fromkeys(view.kind for view in views)),
        county="、".join(dict.fromkeys(view.county for view in views if view.county)),
        least=max(view.least for view in views),
        most=max(view.most for view in views),
        components=views,
        synthetic=name.startswith(_SYNTHETIC_MARK),
    )
