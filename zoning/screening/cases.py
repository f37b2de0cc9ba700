"""Sites of which the same is said, figures aside: texts are made once a case, not once a site.

A case is an outcome of every rule, and for each rule that is not clear how its conditions stand:
answered or not, and if not, for want of what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.vocabulary import SPACES
from zoning.measure.accuracy import is_point
from zoning.measure.ground import NO_PLACE
from zoning.rules.grammar import Condition
from zoning.rules.judge import Findings, Outcome, evaluate
from zoning.rules.model import Level, Rule
from zoning.screening.demands import Stand, gravest_first, reasons_of, relevant, told
from zoning.screening.views import FindingView

if TYPE_CHECKING:
    from zoning.screening.model import Judged

_REMEMBERED: Final = 20_000  # cases; one takes some 3 kB
_STANDS: Final = 6  # answered or not, times: has a value, no place, other reason
_OTHER: Final = "缺"  # stands for every reason but the want of a place
_SILENT = (Outcome.NOT_ASKED, Outcome.CLEAR)


@dataclass(frozen=True, slots=True)
class Case:
    """What is said of a group of sites.

    Parameters
    ----------
    findings : tuple of FindingView
        Without evidence and texts cited, the gravest first; what is clear is left out.
    reasons : tuple of str
        Why the verdict is open.
    """

    findings: tuple[FindingView, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cases:
    """The cases of some sites.

    Parameters
    ----------
    of_site : intp[k]
        Place of each site's case in ``cases``.
    cases : tuple of Case
    """

    of_site: NDArray[np.intp]
    cases: tuple[Case, ...]

    def at(self, i: int) -> Case:
        """Return the case of one of the sites."""
        return self.cases[int(self.of_site[i])]


class Teller:
    """Tells some sites of a screening at a time; what a rule says is made once for all of them.

    Cases may be as many as sites, where every row of a list lacks other papers: only the last are
    remembered.

    Parameters
    ----------
    screening : Judged
    """

    def __init__(self, screening: Judged) -> None:
        self._screening = screening
        self._rules = [screening.rule_by_id[name] for name in screening.findings.rules]
        self._departments = dict(screening.out_of_scope)
        self._patterns: list[dict[bytes, int]] = [{} for _ in self._rules]
        self._findings: list[list[FindingView | None]] = [[] for _ in self._rules]
        self._known: dict[bytes, Case] = {}

    def cases(self, rows: NDArray[np.intp]) -> Cases:
        """Group sites by what is said of them.

        Parameters
        ----------
        rows : intp[k]
            Of the screening.
        """
        screening = self._screening
        findings = screening.findings.take(rows)
        facts = _Stood(screening.facts, rows)
        points = is_point(screening.sites.geometry[rows])
        matrix = np.empty((len(rows), len(self._rules) + 1), np.int32)
        for j, rule in enumerate(self._rules):
            matrix[:, j] = self._patterned(j, rule, findings, facts, points)
        matrix[:, -1] = findings.covered
        code = np.zeros(len(matrix), np.int64)
        for column in matrix.T:
            code = pd.factorize(code * (int(column.max(initial=0)) + 1) + column)[0]
        code, first = _firsts(code)
        return Cases(code, tuple(self._case(matrix[row]) for row in first.tolist()))

    def _patterned(
        self, j: int, rule: Rule, findings: Findings, facts: _Stood, points: NDArray[np.bool_]
    ) -> NDArray[np.int32]:
        """Number of what the rule says of each site."""
        outcome = findings.outcome[:, j]
        said = ~np.isin(outcome, _SILENT)
        code = outcome.astype(np.int64) * 2 + (points & said)
        conditions = rule.conditions if said.any() else ()
        stands = [np.where(said, facts.stands(each), 0) for each in conditions]
        for stand in stands:
            code = pd.factorize(code * _STANDS + stand)[0]
        code, first = _firsts(code)
        known, numbers = self._patterns[j], []
        for row in first.tolist():
            parts = (outcome[row], points[row], *(stand[row] for stand in stands))
            key = bytes(map(int, parts[: None if said[row] else 1]))
            if key not in known:
                known[key] = len(known)
                self._findings[j].append(self._finding(j, rule, findings, row, facts, points))
            numbers.append(known[key])
        return np.asarray(numbers, np.int32)[code]

    def _finding(
        self,
        j: int,
        rule: Rule,
        findings: Findings,
        row: int,
        facts: _Stood,
        points: NDArray[np.bool_],
    ) -> FindingView | None:
        outcome = Outcome(int(findings.outcome[row, j]))
        if outcome in _SILENT:
            return None
        wording = self._screening.wording
        return told(
            rule,
            outcome,
            (Level(int(findings.least[row, j])), Level(int(findings.most[row, j]))),
            [facts.stand(each, row, wording.of(each)[2]) for each in relevant(rule, outcome)],
            point=bool(points[row]),
            departments=self._departments,
        )

    def _case(self, patterns: NDArray[np.int32]) -> Case:
        key = patterns.tobytes()
        if key not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = self._told(patterns.tolist())
        return self._known[key]

    def _told(self, patterns: Sequence[int]) -> Case:
        every = (self._findings[j][k] for j, k in enumerate(patterns[:-1]))
        findings = sorted((found for found in every if found is not None), key=gravest_first)
        covered = bool(patterns[-1])
        least = max((found.least for found in findings), default=Level.ALLOW)
        most = max((found.most for found in findings), default=Level.ALLOW)
        ends = (least, most if covered else Level.FORBID)
        return Case(tuple(findings), reasons_of(ends, findings, covered=covered))


def _firsts(code: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Number equal codes from 0 in the order they appear, and say where each appears first."""
    numbered, _ = pd.factorize(code)
    first = np.empty(int(numbered.max(initial=-1)) + 1, np.intp)
    first[numbered[::-1]] = np.arange(len(numbered))[::-1]
    return numbered, first


class _Stood:
    """How conditions stand at some sites, each asked once."""

    def __init__(self, facts: Facts, rows: NDArray[np.intp]) -> None:
        self._facts, self._rows = facts, rows
        self._known: dict[str, NDArray[np.int8]] = {}

    def stands(self, condition: Condition) -> NDArray[np.int8]:
        """Return 0 to 5: whether it is unanswered, and three times why its value is missing."""
        key = str(condition)
        if key not in self._known:
            name = str(condition.fact)
            column = self._facts[name].take(self._rows)
            truth = evaluate(condition, Facts(self._facts.ids[self._rows], {name: column}))
            why = np.asarray([0, *(1 if t == NO_PLACE else 2 for t in column.reasons.texts[1:])])
            stand = (truth.maybe & ~truth.sure) + 2 * why[column.reasons.index]
            self._known[key] = stand.astype(np.int8)
        return self._known[key]

    def stand(self, condition: Condition, row: int, label_zh: str) -> Stand:
        """Return one condition at one of the sites."""
        code = int(self.stands(condition)[row])
        layer = condition.fact.layer
        reason = ("", NO_PLACE, _OTHER)[code // 2]
        return Stand(label_zh, "" if layer in SPACES else layer, bool(code % 2), reason)
