"""States judged: what the rules say of each, and what each rule costs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Column, Reasons
from zoning.rules.judge import Findings, Outcome, asked, judge, ranges
from zoning.rules.model import Level, Rule
from zoning.siting.cells.questions import Compiled
from zoning.siting.cells.states import NO, OPEN, YES, State

OUTSIDE, ALLOWED, CONDITIONAL, FORBIDDEN = 0, 1, 2, 3
AT_MOST_CONDITIONAL, ANYTHING, AT_LEAST_CONDITIONAL = 4, 5, 6
"""Values of cells; the last three cannot be told, and say between what."""
UNDETERMINED = (AT_MOST_CONDITIONAL, ANYTHING, AT_LEAST_CONDITIONAL)
USABLE = (ALLOWED, CONDITIONAL)

_VALUE = np.array(
    [
        [ALLOWED, AT_MOST_CONDITIONAL, ANYTHING],
        [CONDITIONAL, CONDITIONAL, AT_LEAST_CONDITIONAL],
        [FORBIDDEN, FORBIDDEN, FORBIDDEN],
    ],
    np.uint8,
)
"""By least and most."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rules say of states.

    Parameters
    ----------
    value : uint8[s]
        One of the values above.
    reason : uint16[s]
        1 + position, among the rules sorted by id, of the one that weighs most; 0: none does.
    findings : Findings
    """

    value: NDArray[np.uint8]
    reason: NDArray[np.uint16]
    findings: Findings


MOST_QUESTIONS = 7
"""Questions of one rule up to which every answer to them is judged beforehand: 2187 of them."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What one rule says of every answer to its own questions.

    Parameters
    ----------
    asked : intp[k]
        Its questions.
    least, most : int8[3**k]
    covered : bool[3**k]
        By the answers as digits of a number, the first question's the highest.
    """

    asked: NDArray[np.intp]
    least: NDArray[np.int8]
    most: NDArray[np.int8]
    covered: NDArray[np.bool_]

    def place(self, answers: NDArray[np.uint8]) -> NDArray[np.intp]:
        """Number of each state's answers."""
        number = np.zeros(len(answers), np.intp)
        for k in self.asked:
            number = number * 3 + answers[:, k]
        return number


@dataclass(frozen=True)
class Bench:
    """Judges states, all under the same rules, project and day.

    Parameters
    ----------
    compiled : Compiled
    project : Facts
        One row: what the preset states.
    as_of : date
    out_of_scope : frozenset of str
    """

    compiled: Compiled
    project: Facts
    as_of: date
    out_of_scope: frozenset[str]

    def judge(self, states: Sequence[State]) -> Judged:
        """Judge states, each as the point site that it stands for."""
        answers = np.frombuffer(b"".join(states), np.uint8).reshape(len(states), -1)
        facts = self._facts(answers)
        on = asked([None] * len(states), self.as_of)
        found = judge(facts, self.compiled.rules, on=on, out_of_scope=self.out_of_scope)
        both = ranges(found)
        return Judged(_VALUE[both.least, both.most], _gravest(found), found)

    def values(self, states: Sequence[State]) -> NDArray[np.uint8]:
        """Values of states as `judge` has them, read off what each rule says by itself."""
        if not self._sheets:
            return self.judge(states).value
        answers = np.frombuffer(b"".join(states), np.uint8).reshape(len(states), -1)
        least, most = np.zeros((2, len(states)), np.int8)
        covered = np.zeros(len(states), np.bool_)
        for sheet in self._sheets:
            place = sheet.place(answers)
            np.maximum(least, sheet.least[place], out=least)
            np.maximum(most, sheet.most[place], out=most)
            covered |= sheet.covered[place]
        return _VALUE[least, np.where(covered, most, Level.FORBID)]

    @cached_property
    def _sheets(self) -> tuple[_Sheet, ...]:
        """One for each rule; none where one of them asks too much."""
        asked = [self._asked(rule) for rule in self.compiled.rules.rules]
        if max(map(len, asked), default=0) > MOST_QUESTIONS:
            return ()
        return tuple(map(self._sheet, self.compiled.rules.rules, asked))

    def _asked(self, rule: Rule) -> NDArray[np.intp]:
        facts = {str(condition.fact) for condition in rule.conditions}
        names = [str(question.name) for question in self.compiled.questions]
        return np.flatnonzero([name in facts for name in names])

    def _sheet(self, rule: Rule, mine: NDArray[np.intp]) -> _Sheet:
        every = list(itertools.product((NO, OPEN, YES), repeat=len(mine)))
        answers = np.full((len(every), len(self.compiled.questions)), NO, np.uint8)
        answers[:, mine] = np.asarray(every, np.uint8).reshape(len(every), -1)
        alone = replace(self.compiled.rules, rules=(rule,))
        on = asked([None] * len(every), self.as_of)
        found = judge(self._facts(answers), alone, on=on, out_of_scope=self.out_of_scope)
        return _Sheet(mine, found.least[:, 0], found.most[:, 0], found.covered)

    def _facts(self, answers: NDArray[np.uint8]) -> Facts:
        n = len(answers)
        same = np.zeros(n, np.intp)
        columns: dict[str, Column] = {
            name: column.take(same) for name, column in self.project.columns.items()
        }
        for question, answer in zip(self.compiled.questions, answers.T, strict=True):
            columns[str(question.name)] = Claims(answer == YES, answer >= OPEN, Reasons.none(n))
        return Facts(np.asarray([str(i) for i in range(n)]), columns)


def _gravest(found: Findings) -> NDArray[np.uint16]:
    """Position of the rule that weighs most: by least, then most, then the order of ids."""
    if not found.rules:
        return np.zeros(len(found), np.uint16)
    weight = found.least.astype(np.int32) * 3 + found.most
    best = weight.argmax(axis=1)
    nothing = weight[np.arange(len(found)), best] == 0
    return np.where(nothing, 0, best + 1).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class RuleCost:
    """Ground that one rule takes. All areas in m2, on the ground inside the region.

    Parameters
    ----------
    rule : str
    forbids, alone : float
        Forbidden by it; by it and by no other rule.
    conditions : float
        Where it asks for something.
    opens : float
        Where it cannot be told, or rests on a text that nobody read.
    unreviewed : float
        Where it turns on a layer that the office does not hold.
    gained : float
        What would be usable without it and is not.
    """

    rule: str
    forbids: float
    alone: float
    conditions: float
    opens: float
    unreviewed: float
    gained: float


def rule_costs(judged: Judged, area: NDArray[np.float64]) -> tuple[RuleCost, ...]:
    """Return what each rule costs.

    Parameters
    ----------
    judged : Judged
        s states.
    area : float array [s]
        Ground in each state. [m2]
    """
    found = judged.findings
    fires = found.outcome == Outcome.FIRES
    forbids = fires & (found.least == Level.FORBID)
    alone = forbids & (forbids.sum(axis=1, keepdims=True) == 1)
    conditions = fires & (found.most == Level.CONDITIONAL)
    opens = (found.least < found.most) & ~forbids
    unreviewed = found.outcome == Outcome.UNREVIEWED
    usable = np.isin(judged.value, USABLE)
    gained = _without(found) & ~usable[:, None]
    masks = (forbids, alone, conditions, opens, unreviewed, gained)
    sums = [area @ mask for mask in masks]
    return tuple(
        RuleCost(rule, *(float(column[j]) for column in sums)) for j, rule in enumerate(found.rules)
    )


def _without(found: Findings) -> NDArray[np.bool_]:
    """Whether each state were usable without each rule. bool[s, rules]"""
    least, most = _max_of_others(found.least), _max_of_others(found.most)
    free: NDArray[np.bool_] = (least == most) & (most < Level.FORBID) & found.covered[:, None]
    return free


def _max_of_others(levels: NDArray[np.int8]) -> NDArray[np.int8]:
    """Maximum of each row without each of its columns."""
    if levels.shape[1] < 2:
        return np.zeros_like(levels)
    order = np.sort(levels, axis=1)
    highest, second = order[:, -1:], order[:, -2:-1]
    single = (levels == highest).sum(axis=1, keepdims=True) == 1
    return np.where((levels == highest) & single, second, highest).astype(np.int8)
