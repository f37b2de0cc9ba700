"""What each rule costs, as rows: for the table of the folder and for the report."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zoning.render.words import RULE_SEEN, RULE_STATUS, joined

if TYPE_CHECKING:
    from zoning.rules.model import Rule
    from zoning.siting import Eligibility
    from zoning.siting.cells.verdicts import RuleCost

_COLUMNS: Final = (
    "rule", "title", "then", "status", "forbids_ha", "alone_ha", "conditions_ha", "opens_ha",
    "unreviewed_ha", "gained_ha", "cites", "rules", "edition", "as_of", "synthetic",
)  # fmt: skip
_NO_CLAUSE: Final = {
    "default": "没有条款，程序自带的示意值 illustrative",
    "integrity": "数据完整性，不是法条",
}
"""Stands where a rule of such a status rests on no text."""


@dataclass(frozen=True, slots=True)
class Cost:
    """A rule and the ground that it takes."""

    rule: Rule
    cost: RuleCost

    @property
    def hectares(self) -> tuple[float, ...]:
        """Forbidden, by it alone, conditional, open, unreviewed, gained without it. [ha]"""
        c = self.cost
        areas = (c.forbids, c.alone, c.conditions, c.opens, c.unreviewed, c.gained)
        return tuple(area / 1e4 for area in areas)


def costs_of(found: Eligibility) -> Iterator[Cost]:
    """Rules that cells were asked of, the one that forbids most first."""
    rules = {rule.id: rule for rule in found.rules.rules}
    for cost in sorted(found.costs, key=lambda c: (-c.forbids, -c.opens, c.rule)):
        yield Cost(rules[cost.rule], cost)


def write_rules(found: Eligibility, path: Path) -> None:
    """Write ``rules.csv``."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_COLUMNS)
        edition = found.rules.name, found.rules.edition, found.as_of, bool(found.synthetic)
        for each in costs_of(found):
            rule = each.rule
            cites = "；".join(str(cite) for cite in rule.cites_on(found.as_of))
            hectares = (f"{area:.2f}" for area in each.hectares)
            told = (rule.id, rule.title, rule.then, rule.status, *hectares, cites)
            writer.writerow([*told, *edition])


def clause_of(each: Cost, found: Eligibility) -> tuple[str, str]:
    """Clause that a rule rests on, and how far that text was read."""
    cites = each.rule.cites_on(found.as_of)
    seen = joined((RULE_SEEN.get(cite.seen, cite.seen) for cite in cites), "、")
    status = RULE_STATUS.get(each.rule.status, each.rule.status)
    none = _NO_CLAUSE.get(each.rule.status, "没有写明条款")
    return joined(str(cite) for cite in cites) or none, joined((status, seen), "，")
