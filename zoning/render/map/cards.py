"""Projects as the map's page holds them: heads, components, findings, evidence.

What many findings share (a rule's title, demand and clauses; a condition's words and limit) is
written once and named by number, so that ten thousand projects fit into one page.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from zoning.facts.kinds import nearest, title_of
from zoning.render.map.shapes import Json
from zoning.render.style import COMPONENT, DIRECTION, OUTCOME, VERDICT, layer_style
from zoning.rules.model import Cite, Level, Rule, RuleSet

if TYPE_CHECKING:
    from zoning.errors import Fault
    from zoning.screening.views import (
        CiteView,
        Decision,
        Evidence,
        FindingView,
        ProjectView,
        SiteView,
    )

Row = dict[str, Json]
Redact = Callable[[str, str], str]
"""Layer name and text -> text without what the layer may not give out."""

OUTCOMES = tuple(OUTCOME)
"""Findings without evidence are written [rule, outcome], both as numbers."""

_RANK = {"A": 0, "C": 1, "F": 2}
_SHOWN = ("fires", "open", "suspected", "assumed", "note", "clear", "unreviewed")
_ORDER = {outcome: place for place, outcome in enumerate(_SHOWN)}
_MU = 10_000 / 15  # [m2] 1 亩


class Pool:
    """Rows written once, named by their number."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._at: dict[str, int] = {}

    def number(self, row: Row) -> int:
        """Return the number of a row; an equal one seen before keeps its own."""
        key = json.dumps(row, ensure_ascii=False)
        if key not in self._at:
            self._at[key] = len(self.rows)
            self.rows.append(row)
        return self._at[key]


class CardWriter:
    """Writes projects; ``heads`` and ``tests`` fill as it goes.

    Parameters
    ----------
    rules : RuleSet
        Tells which conditions of a rule are exceptions.
    redact : callable
        (layer, text) -> text.
    titles : dict
        Layer name -> title.
    closed : frozenset of str
        Layers of which not even codes and names may be given.
    """

    def __init__(
        self, rules: RuleSet, redact: Redact, titles: dict[str, str], closed: frozenset[str]
    ) -> None:
        self.heads = Pool()
        self.tests = Pool()
        self._redact = redact
        self._titles = titles
        self._closed = closed
        self._exceptions = {rule.id: {str(each) for each in rule.unless} for rule in rules.rules}

    def project(self, view: ProjectView) -> Row:
        """Return one project without its geometry."""
        sites = [self.site(site) for site in view.components]
        gravest = max(view.components, key=_gravity)
        least, most = letter(view.least), letter(view.most)
        return {
            "id": view.id,
            "n": view.name,
            "o": view.owner,
            "k": view.code24,
            "v": letter(view.decision),
            "lo": _RANK[least],
            "hi": _RANK[most],
            "b": letter(view.besides_units),
            "st": view.stage,
            "kd": "、".join(title_of(kind) for kind in view.kinds),
            "d": view.county or gravest.declared_county,
            "w": _trade(gravest),
            "y": self.cause(gravest),
            "q": self._search(view),
            "s": 1 if view.synthetic else 0,
            "c": list(sites),
        }

    def site(self, view: SiteView) -> Row:
        """Return one component without its geometry."""
        findings = sorted(view.findings, key=lambda found: _ORDER.get(found.outcome, 9))
        titles = tuple(f"{found.title}: " for found in findings)
        units = [] if "control_unit" in self._closed else view.units
        return {
            "id": view.id,
            "n": COMPONENT.get(view.component, view.component),
            "v": letter(view.decision),
            "lo": _RANK[letter(view.least)],
            "hi": _RANK[letter(view.most)],
            "kd": title_of(view.kind),
            "ln": _lines(view),
            "ha": _number(view.area_m2),
            "u": [
                [unit.code, unit.name, unit.cls, _number(100 * unit.share), int(unit.sure)]
                for unit in units
            ],
            "e": [_fault(fault) for fault in view.faults],
            "r": [reason for reason in view.reasons if not reason.startswith(titles)],
            "f": [self.finding(found) for found in findings],
        }

    def finding(self, view: FindingView) -> Row:
        """Return one finding; its rule and its clauses are in ``heads``."""
        words = (view.rule, view.title, view.direction, view.demand, view.status)
        head = _head((*words, view.department, view.note), view.adopted, view.cites)
        row: Row = {"h": self.heads.number(head), "o": view.outcome}
        if view.outcome in ("fires", "open", "suspected", "assumed", "note"):
            layers = {piece.layer for piece in view.evidence}
            row["z"] = self._cleared(layers, view.settle)
        row["e"] = [self.evidence(view.rule, piece) for piece in _telling(view)]
        return {key: value for key, value in row.items() if value not in ("", [])}

    def evidence(self, rule: str, piece: Evidence) -> list[Json]:
        """Return [test, low, high, measured, text], "false" where it is not met; open is null.

        ``n`` of a test is 1 where the rule fires on the other side of the limit: the condition is
        denied, or it is an exception; not both.
        """
        text = piece.condition_text
        excepted = text in self._exceptions.get(rule, ())
        test: Row = {
            "f": piece.fact,
            "l": piece.label_zh,
            "c": piece.condition_text,
            "o": piece.op,
            "k": _number(piece.limit),
            "u": piece.unit,
            "y": piece.layer,
            "n": int(text.startswith("not ") != excepted),
        }
        text = self._redact(piece.layer, piece.text_zh or piece.reason)
        numbers = [_number(piece.low), _number(piece.high), _number(piece.measured)]
        answer = ["false"] if piece.answer == "false" else []
        return [self.tests.number(test), *numbers, text, *answer]

    def cause(self, view: SiteView) -> str:
        """Return a word for what decides: the layer it is about, or the rule's title."""
        active = [
            found
            for found in view.findings
            if found.outcome in ("fires", "open", "assumed") and found.most > Level.ALLOW
        ]
        if not active:
            return view.faults[0].zh if view.faults else ""
        if view.least == view.most:  # what makes it so
            return self._cause_of(max(active, key=lambda found: (found.least, found.most)))
        return self._cause_of(max(active, key=lambda found: (found.most, found.outcome == "open")))

    def _cause_of(self, found: FindingView) -> str:
        for piece in found.evidence:
            if piece.layer in self._titles:
                return layer_style(piece.layer).short or self._titles[piece.layer]
        return found.title

    def _cleared(self, layers: set[str], text: str) -> str:
        for layer in sorted(layers):
            text = self._redact(layer, text)
        return text

    def _search(self, view: ProjectView) -> str:
        words = [view.code24, view.owner]
        for site in view.components:
            words += [site.industry, site.product, site.name if site.name != view.name else ""]
            if "control_unit" not in self._closed:
                words += [unit.code for unit in site.units]
        return " ".join(dict.fromkeys(word for word in words if word)).lower()


def head_of(rule: Rule, cites: Sequence[Cite]) -> Row:
    """Return what all findings of a rule share, from the rule itself."""
    adopted = f"{rule.adopted_by} {rule.adopted_on or ''}".strip()
    return _head(
        (rule.id, rule.title, rule.then, rule.demand, rule.status, rule.department, rule.note),
        adopted,
        cites,
    )


def _head(
    words: tuple[str, str, str, str, str, str, str],
    adopted: str,
    cites: Sequence[Cite | CiteView],
) -> Row:
    name, title, direction, demand, status, department, note = words
    return {
        "r": name,
        "t": title,
        "d": DIRECTION.get(direction, ("N", "", ""))[0],
        "c": [[str(cite), cite.seen] for cite in cites],
        "m": demand,
        "s": status,
        "a": adopted,
        "p": department,
        "n": note,
    }


def letter(decision: Decision | Level) -> str:
    """Return the one letter of a decision, or of an end of its range: A, C, F or U."""
    return VERDICT[decision.name].key


def gravity(row: Row) -> tuple[int, int, int]:
    """Return the sort key of a project's row: gravest first, then the worst it could still be."""
    order = [style.key for style in VERDICT.values()].index(str(row["v"]))
    return order, -int(str(row["hi"])), -int(str(row["lo"]))


def _gravity(view: SiteView) -> int:
    return -VERDICT[view.decision.name].gravity


def _declared(view: SiteView) -> str:
    return f"申报在{view.declared_county}" if view.declared_county else ""


def _trade(view: SiteView) -> str:
    """Return what the project makes, in as few words as the list gives."""
    kind = title_of(view.kind)
    return view.product or (view.industry if nearest(view.kind, ("industry",)) else kind) or kind


def _number(value: float | None) -> float | None:
    """Return six figures; what is not a finite number is null."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.6g}")


def _lines(view: SiteView) -> list[Json]:
    industry = " ".join(word for word in (view.product, view.industry.replace(";", " / ")) if word)
    what = " · ".join(
        word
        for word in (
            view.county or _declared(view),
            industry or title_of(view.kind),
            view.stage,
        )
        if word
    )
    kind = view.geometry_kind.removeprefix("Multi")
    shape = {"Point": "点位", "LineString": "线", "Polygon": "边界"}.get(kind, "无位置")
    area = _area(view)
    accepted = f"受理 {view.accepted.isoformat()}" if view.accepted else ""
    size = " · ".join(word for word in (f"{shape}{area}", view.capacity_text, accepted) if word)
    lines: list[Json] = [what, size]
    if view.declared_county and view.county and view.declared_county != view.county:
        lines.append(f"申报在{view.declared_county}，坐标落在{view.county}")
    return lines


def _area(view: SiteView) -> str:
    measured, declared = _number(view.area_m2), _number(view.declared_m2)
    if measured and view.geometry_kind.endswith("Polygon"):
        return f" {measured / 1e4:.2f} ha（{measured / _MU:.1f} 亩）"
    return f"，申报 {declared / 1e4:.2f} ha" if declared else ""


def _telling(view: FindingView) -> Sequence[Evidence]:
    """Evidence worth its place: of a rule that does not apply, what makes it so."""
    if view.outcome != "clear":
        return view.evidence
    return [piece for piece in view.evidence if piece.answer == "false"][:1]


def _fault(fault: Fault) -> str:
    place = [fault.file, f"第 {fault.row} 行" if fault.row else "", fault.column]
    where = " ".join(part for part in place if part)
    value = f"「{fault.value}」" if fault.value else ""
    remedy = f"。{fault.remedy_zh}" if fault.remedy_zh else ""
    return f"{fault.zh}{value}{f'（{where}）' if where else ''}{remedy}"


def trim(projects: Sequence[Row], level: int) -> list[Row]:
    """Return projects with less evidence: 1 keeps it where it decides, 2 drops its words.

    The page then says that the rest is in ``findings.csv``.
    """
    return [{**row, "c": [_trimmed(site, level) for site in _rows(row["c"])]} for row in projects]


def _rows(value: Json) -> list[Row]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _trimmed(site: Row, level: int) -> Row:
    findings: list[Json] = []
    for found in _rows(site["f"]):
        decides = found["o"] in ("fires", "open", "assumed")
        if decides and level > 1 and isinstance(found.get("e"), list):
            pieces = found["e"]
            found = {**found, "e": [_wordless(piece) for piece in _lists(pieces)]}
        elif not decides:
            findings.append([found["h"], OUTCOMES.index(str(found["o"]))])
            continue
        findings.append(found)
    return {**site, "f": findings}


def _lists(value: Json) -> list[list[Json]]:
    return [item for item in value if isinstance(item, list)] if isinstance(value, list) else []


def _wordless(piece: list[Json]) -> list[Json]:
    return piece if piece[1] is None and piece[2] is None else [*piece[:4], "", *piece[5:]]
