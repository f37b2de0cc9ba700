"""Some sites of a screening, their columns taken once, to be shown one at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoning.facts.kinds import SOURCES, title_of
from zoning.facts.table import Facts
from zoning.facts.values import Codes, Numbers
from zoning.facts.vocabulary import DIMENSIONS
from zoning.measure.accuracy import SiteDoubt, is_point, site_doubt
from zoning.rules.grammar import Condition
from zoning.rules.judge import Outcome
from zoning.rules.model import Cite, Level, Rule
from zoning.screening.demands import Stand, gravest_first, reasons_of, relevant, told
from zoning.screening.energy_levels import energy_figures
from zoning.screening.evidence import Wording, evidence
from zoning.screening.views import CiteView, Evidence, FindingView, SiteView, UnitShare

if TYPE_CHECKING:
    from zoning.screening.cases import Case
    from zoning.screening.model import Judged

_TEXTS = (
    *(
        "id",
        "project",
        "component",
        "name",
        "kind",
        "kind_from",
        "stage",
        "industry",
        "product",
        "process",
    ),
    *("county", "crs_stated", "unit_energy_unit", "capacity_unit"),
)
_OTHERS = ("accepted", "unit_energy", "capacity", "lon", "lat", "declared_m2", "row")
_SEEN_ORDER = ("original", "copy", "excerpt", "secondary", "none")


def _note(rule: Rule, cite: Cite) -> str:
    undated = cite.since is None and rule.since is None
    return "；".join(filter(None, (cite.note, "施行日期未核" if undated else "")))


def _cites(rule: Rule, day: date) -> tuple[CiteView, ...]:
    return tuple(
        CiteView(cite.title, cite.number, cite.article, cite.seen, _note(rule, cite))
        for cite in rule.cites_on(day)
    )


def _seen(cites: Sequence[CiteView]) -> str:
    """How the best-read of the texts was seen."""
    if not cites:
        return ""
    return min((cite.seen for cite in cites), key=_SEEN_ORDER.index)


@dataclass(frozen=True, slots=True)
class Asked:
    """Conditions in words and numbers, each made once for a site.

    Parameters
    ----------
    facts : Facts
        One row.
    wording : Wording
        Shared by all sites of a screening.
    doubt : str
        Of the site: 点位 ±30 m.
    accuracy : Mapping
        Layer -> its accuracy [m].
    figures : Mapping
        Fact -> numbers behind it.
    """

    facts: Facts
    wording: Wording
    doubt: str
    accuracy: Mapping[str, float]
    figures: Mapping[str, str]
    known: dict[str, Evidence] = field(default_factory=dict)

    def evidence(self, condition: Condition) -> Evidence:
        """Return one condition with its numbers."""
        key, name, label_zh = self.wording.of(condition)
        if key not in self.known:
            self.known[key] = evidence(
                condition,
                self.facts,
                label_zh,
                doubt=self._doubt(condition.fact.layer),
                figures=self.figures.get(name, ""),
            )
        return self.known[key]

    def _doubt(self, layer: str) -> str:
        accuracy = self.accuracy.get(layer)
        return f"{self.doubt}，图层 ±{accuracy:g} m" if accuracy is not None else ""


class Batch:
    """Rows of a screening.

    Parameters
    ----------
    screening : Judged
    rows : sequence of int
    """

    def __init__(self, screening: Judged, rows: Sequence[int]) -> None:
        chosen = np.asarray(rows, np.intp)
        sites = screening.sites.take(chosen)
        self._screening, self._rows = screening, chosen
        self._facts = screening.facts.take(chosen)
        self._geometry, self._faults = sites.geometry, sites.faults
        self._points, self._doubt = is_point(sites.geometry), site_doubt(sites)
        self._table: dict[str, list[object]] = {
            **{name: [str(v or "") for v in sites.table[name].tolist()] for name in _TEXTS},
            **{name: sites.table[name].tolist() for name in _OTHERS},
        }
        self._accuracy = {source.layer: source.accuracy_m for source in screening.sources}
        self._departments = dict(screening.out_of_scope)
        self._county, self._area = counties(self._facts), _areas(self._facts)
        self._units = _units(screening, chosen)

    def __len__(self) -> int:
        return len(self._rows)

    def whole(self, i: int, *, clear: bool = True) -> SiteView:
        """Return one site with its findings and their evidence, the gravest first.

        Without ``clear`` what was checked and does not apply is left out: most of it all.
        """
        row = int(self._rows[i])
        asked = Asked(
            self._facts.take(np.asarray([i])),
            self._screening.wording,
            _doubt_text(self._doubt, i),
            self._accuracy,
            energy_figures(
                self._text("industry", i),
                self._text("product", i),
                self._text("process", i),
                self._number("unit_energy", i),
                self._text("unit_energy_unit", i),
            ),
        )
        silent = (Outcome.NOT_ASKED,) if clear else (Outcome.NOT_ASKED, Outcome.CLEAR)
        concerned = np.flatnonzero(~np.isin(self._screening.findings.outcome[row], silent))
        findings = sorted((self._finding(i, int(j), asked) for j in concerned), key=gravest_first)
        covered = bool(self._screening.findings.covered[row])
        return self._view(
            i, tuple(findings), reasons_of(self._ends(row), findings, covered=covered)
        )

    def brief(self, i: int, case: Case) -> SiteView:
        """Return one site with what its case says: no evidence, nothing on what is clear."""
        return self._view(i, case.findings, case.reasons)

    def _finding(self, i: int, j: int, asked: Asked) -> FindingView:
        screening, row = self._screening, int(self._rows[i])
        rule = screening.rule_by_id[screening.findings.rules[j]]
        outcome = Outcome(int(screening.findings.outcome[row, j]))
        found = tuple(asked.evidence(condition) for condition in relevant(rule, outcome))
        accepted = self._day(i)
        day = accepted if accepted and rule.at == "accepted" else screening.as_of
        cites = _cites(rule, day)
        least, most = screening.findings.least[row, j], screening.findings.most[row, j]
        return told(
            rule,
            outcome,
            (Level(int(least)), Level(int(most))),
            [Stand(e.label_zh, e.layer, e.answer == "unknown", e.reason) for e in found],
            point=bool(self._points[i]),
            departments=self._departments,
            seen=_seen(cites),
            cites=cites,
            evidence=found,
        )

    def _view(
        self, i: int, findings: tuple[FindingView, ...], reasons: tuple[str, ...]
    ) -> SiteView:
        geometry, kind = self._geometry[i], self._text("kind", i)
        least, most = self._ends(int(self._rows[i]))
        return SiteView(
            id=self._text("id", i),
            project=self._text("project", i),
            component=self._text("component", i),
            name=self._text("name", i),
            kind=kind,
            kind_zh=title_of(kind),
            kind_from=SOURCES[self._text("kind_from", i)],
            stage=self._text("stage", i).replace(";", "、"),
            accepted=self._day(i),
            industry=self._text("industry", i),
            product=self._text("product", i),
            process=self._text("process", i),
            capacity_text=_capacity(self._number("capacity", i), self._text("capacity_unit", i)),
            county=self._county[i],
            declared_county=self._text("county", i),
            geometry_kind="" if geometry is None else geometry.geom_type,
            lon=self._number("lon", i),
            lat=self._number("lat", i),
            accuracy_m=float(self._doubt.accuracy_m[i]),
            accuracy_default=bool(self._doubt.accuracy_default[i]),
            radius_m=float(self._doubt.radius_m[i]),
            radius_default=bool(self._doubt.radius_default[i]),
            declared_m2=self._number("declared_m2", i),
            area_m2=float(self._area[i]),
            crs_stated=self._text("crs_stated", i),
            least=least,
            most=most,
            findings=findings,
            faults=self._faults[i],
            reasons=reasons,
            units=self._units[i],
            row=int(self._number("row", i)),
            besides_units=self._besides(int(self._rows[i])),
        )

    def _text(self, name: str, i: int) -> str:
        return str(self._table[name][i])

    def _number(self, name: str, i: int) -> float:
        value = self._table[name][i]
        assert isinstance(value, int | float)
        return float(value)

    def _day(self, i: int) -> date | None:
        day = self._table["accepted"][i]
        return day if isinstance(day, date) else None

    def _besides(self, row: int) -> tuple[Level, Level]:
        ends = self._screening.besides_units
        return Level(int(ends.least[row])), Level(int(ends.most[row]))

    def _ends(self, row: int) -> tuple[Level, Level]:
        verdicts = self._screening.verdicts
        return Level(int(verdicts.least[row])), Level(int(verdicts.most[row]))


def _units(screening: Judged, rows: NDArray[np.intp]) -> list[tuple[UnitShare, ...]]:
    """Control units of each of some rows."""
    table = screening.units
    if not len(table):
        return [()] * len(rows)
    site = table["site"].to_numpy()
    low, high = np.searchsorted(site, rows), np.searchsorted(site, rows + 1)
    size = high - low
    end = np.cumsum(size)
    held = table.iloc[np.repeat(low - end + size, size) + np.arange(size.sum())]
    names = ("code", "name", "class", "size", "share", "sure", *DIMENSIONS)
    made = _shares([held[name].tolist() for name in names])
    return [tuple(made[stop - n : stop]) for n, stop in zip(size, end, strict=True)]


def _shares(columns: list[list[object]]) -> list[UnitShare]:
    return [
        UnitShare(
            str(code),
            str(name),
            str(cls),
            float(size),
            float(share),
            bool(sure),
            tuple(
                (zh, str(text)) for zh, text in zip(DIMENSIONS.values(), texts, strict=True) if text
            ),
        )
        for code, name, cls, size, share, sure, *texts in zip(*columns, strict=True)
    ]


def _capacity(value: float, unit: str) -> str:
    if math.isnan(value):
        return ""
    number = f"{value:,.12g}".replace(",", "\u2009")
    return f"{number} {unit}".strip()


def counties(facts: Facts) -> list[str]:
    """Return the county that each site lies in, or those that it may lie in."""
    column = facts.columns.get("site.county")
    if not isinstance(column, Codes):
        return [""] * len(facts)
    names = ["、".join(sorted(cell.sure or cell.maybe)) for cell in column.values]
    return [names[k] for k in column.index.tolist()]


def _areas(facts: Facts) -> NDArray[np.float64]:
    column = facts.columns.get("site.area")
    return column.measured if isinstance(column, Numbers) else np.full(len(facts), math.nan)


def _doubt_text(doubt: SiteDoubt, i: int) -> str:
    """Where the doubt of one site comes from; defaults of ours are said to be."""
    default = "（默认）" if doubt.accuracy_default[i] else ""
    text = f"点位 ±{doubt.accuracy_m[i]:.0f} m{default}"
    if doubt.radius_m[i] > 0:
        default = "（默认）" if doubt.radius_default[i] else ""
        text += f"，占地半径 {doubt.radius_m[i]:.0f} m{default}"
    return text
