"""A screening as tables: sites, facts, findings and verdicts, and what they rest on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.vocabulary import LAYERS, LayerSpec
from zoning.rules.assume import NOTHING, Assumptions
from zoning.rules.judge import Findings, Outcome, Ranges, gravest, ranges
from zoning.rules.model import Level, Rule, RuleSet
from zoning.screening.evidence import Wording
from zoning.screening.views import Decision, Source
from zoning.sites import Sites


@dataclass(frozen=True, eq=False)
class Judged:
    """Verdicts on a list of projects as tables; each has n rows in the order of the list.

    Parameters
    ----------
    sites : Sites
    facts : Facts
    findings : Findings
    verdicts : Ranges
        Per site.
    rules : RuleSet
    sources : tuple of Source
        Layers used, sorted by name.
    as_of : date
    region : str
        Name of the jurisdiction.
    out_of_scope : tuple of (layer, department)
        What this office does not hold.
    units : DataFrame
        Control units under sites, see :mod:`zoning.measure.units`.
    version : str
        Of this package.
    assumed : Assumptions
        What was taken for granted.
    """

    sites: Sites
    facts: Facts
    findings: Findings
    verdicts: Ranges
    rules: RuleSet
    sources: tuple[Source, ...]
    as_of: date
    region: str
    out_of_scope: tuple[tuple[str, str], ...]
    units: pd.DataFrame
    version: str
    assumed: Assumptions = NOTHING

    def __len__(self) -> int:
        return len(self.sites)

    @cached_property
    def rule_by_id(self) -> dict[str, Rule]:
        """Every rule of the set, by id."""
        return {rule.id: rule for rule in self.rules.rules}

    @cached_property
    def known_layers(self) -> dict[str, LayerSpec]:
        """Layers that rules may name: the vocabulary and what rule files declare."""
        return {**LAYERS, **self.rules.layers}

    @cached_property
    def wording(self) -> Wording:
        """Conditions and facts in words, filled as they are asked for."""
        return Wording(self.known_layers)

    @cached_property
    def _groups(self) -> tuple[NDArray[np.intp], pd.Index]:
        codes, names = pd.factorize(self.sites.table["project"])
        return np.asarray(codes, np.intp), pd.Index(names, dtype=object)

    @property
    def project_of(self) -> NDArray[np.intp]:
        """Number of each site's project, counted from 0 in list order."""
        return self._groups[0]

    @cached_property
    def project_ids(self) -> tuple[str, ...]:
        """Projects in list order."""
        return tuple(map(str, self._groups[1]))

    @cached_property
    def project_verdicts(self) -> Ranges:
        """The gravest of the components, per project, in list order."""
        codes, names = self._groups
        return gravest(self.verdicts, codes, len(names))

    @cached_property
    def besides_units(self) -> Ranges:
        """Verdicts per site without the rules that wait for control units to be judged.

        A person judges units clause by clause; until then this is what all other rules come to.
        """
        found = self.findings
        kept = [
            j
            for j, rule in enumerate(found.rules)
            if all(ref.layer != "determination" for ref in self.rule_by_id[rule].facts)
        ]
        return ranges(
            replace(
                found,
                rules=tuple(found.rules[j] for j in kept),
                outcome=found.outcome[:, kept],
                least=found.least[:, kept],
                most=found.most[:, kept],
            )
        )

    @property
    def units_judged(self) -> bool:
        """Whether judging control units changes no verdict any more."""
        one, other = self.verdicts, self.besides_units
        return bool((one.least == other.least).all() and (one.most == other.most).all())

    def decisions(self) -> dict[str, Decision]:
        """Project id -> decision."""
        ends = self.project_verdicts
        pairs = zip(self.project_ids, ends.least, ends.most, strict=True)
        return {name: Decision.of(Level(int(lo)), Level(int(hi))) for name, lo, hi in pairs}

    def counts(self, *, besides_units: bool = False) -> dict[Decision, int]:
        """Number of projects by decision, every decision named; see `besides_units`."""
        ends = self.project_verdicts
        if besides_units:
            codes, names = self._groups
            ends = gravest(self.besides_units, codes, len(names))
        pairs = Counter(zip(ends.least.tolist(), ends.most.tolist(), strict=True))
        found: Counter[Decision] = Counter()
        for (least, most), count in pairs.items():
            found[Decision.of(Level(least), Level(most))] += count
        return {decision: found[decision] for decision in Decision}

    @cached_property
    def _members(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Rows project by project, and where each project's begin."""
        counts = np.bincount(self.project_of, minlength=len(self._groups[1]))
        return np.argsort(self.project_of, kind="stable"), np.concatenate(([0], counts.cumsum()))

    def rows_at(self, number: int) -> list[int]:
        """Rows of the components of a project, by its number in list order."""
        rows, starts = self._members
        found: list[int] = rows[starts[number] : starts[number + 1]].tolist()
        return found

    def rows_of(self, project: str) -> list[int]:
        """Rows of a project's components.

        Raises
        ------
        KeyError
            No such project.
        """
        [number] = self._groups[1].get_indexer(pd.Index([project], dtype=object))
        if number < 0:
            raise KeyError(project)
        return self.rows_at(int(number))

    @property
    def synthetic(self) -> tuple[str, ...]:
        """Titles of synthetic layers that were used."""
        return tuple(source.title for source in self.sources if source.synthetic)

    @cached_property
    def unverified(self) -> tuple[str, ...]:
        """Rules that fire or may fire somewhere by a text that nobody read or adopted."""
        outcome = self.findings.outcome  # a rule at a time: np.isin would take 8 bytes a finding
        matter = [
            bool(np.any(each == Outcome.SUSPECTED) or np.any(each == Outcome.OPEN))
            for each in outcome.T
        ]
        return tuple(
            rule
            for rule, hit in zip(self.findings.rules, matter, strict=True)
            if hit and not self.rules[rule].binding
        )

    @cached_property
    def unreviewed(self) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
        """Layers not held: (layer, department, rules left unweighed somewhere)."""
        hit = [bool(np.any(each == Outcome.UNREVIEWED)) for each in self.findings.outcome.T]
        rules = [r for r, h in zip(self.findings.rules, hit, strict=True) if h]
        return tuple(
            (
                layer,
                department,
                tuple(r for r in rules if layer in {f.layer for f in self.rules[r].facts}),
            )
            for layer, department in self.out_of_scope
        )

    def mattering(self, project: str) -> tuple[str, ...]:
        """Rules that hold a project above ALLOW, or may, the gravest first."""
        rows = self.rows_of(project)
        most, least = self.findings.most[rows].max(axis=0), self.findings.least[rows].max(axis=0)
        order = sorted(np.flatnonzero(most > 0), key=lambda j: (-least[j], -most[j], j))
        return tuple(self.findings.rules[j] for j in order)
