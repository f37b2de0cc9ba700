"""What is assumed of a list: doubts that are the applicant's to settle become conditions."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes
from zoning.rules.assume import DRAWN, NOTHING, Assumptions
from zoning.rules.judge import Outcome, asked, judge
from zoning.rules.load import parse_rules
from zoning.rules.model import Level

DAY = date(2026, 11, 22)
HEAD = 'schema = 1\nname = "t"\ntitle = "t"\n'


def judged(when: str, columns: dict[str, Claims], assumed: Assumptions) -> tuple[int, int, int]:
    """Outcome, least and most of one ban on one site."""
    text = f"""{HEAD}
[[rule]]
id = "t.ban"
title = "不得建设"
role = "substance"
kinds = ["industry"]
stages = ["新建"]
since = 2020-01-01
{when}
then = "forbid"
remedy = "relocate"
status = "verified"
cite = {{ title = "某法", article = "1", seen = "copy" }}
"""
    rules, _ = parse_rules(text)
    every = {
        "project.kind": Codes.of_texts(["industry"]),
        "project.stage": Codes.of_texts(["新建"]),
        **columns,
    }
    found = judge(Facts(np.asarray(["x"]), every), rules, on=asked([None], DAY), assumed=assumed)
    return int(found.outcome[0, 0]), int(found.least[0, 0]), int(found.most[0, 0])


UNKNOWN, YES, NO = (Claims.of([answer]) for answer in (None, True, False))
CONDITION = (Outcome.ASSUMED, Level.CONDITIONAL, Level.CONDITIONAL)
OPEN = (Outcome.OPEN, Level.ALLOW, Level.FORBID)


def test_what_nobody_declared_becomes_a_condition() -> None:
    when = 'when = ["river_management.meets", "project.obstructs_flood"]'
    facts = {"river_management.meets": YES, "project.obstructs_flood": UNKNOWN}
    assert judged(when, facts, NOTHING) == OPEN
    assert judged(when, facts, Assumptions(claims=True)) == CONDITION
    stated = {**facts, "project.obstructs_flood": YES}
    assert judged(when, stated, Assumptions(claims=True))[0] == Outcome.FIRES


def test_what_a_project_is_is_never_assumed() -> None:
    """A key project may cross what others may not: nobody promises to be one."""
    when = 'when = ["basic_farmland.meets", "not project.national_key"]'
    facts = {"basic_farmland.meets": YES, "project.national_key": UNKNOWN}
    assert judged(when, facts, Assumptions(papers=True, claims=True)) == OPEN


def test_papers_only_where_papers_are_assumed() -> None:
    when = 'when = ["redline.meets"]\nunless = ["document.redline_opinion"]'
    facts = {"redline.meets": YES, "document.redline_opinion": UNKNOWN}
    assert judged(when, facts, Assumptions(claims=True)) == OPEN
    assert judged(when, facts, Assumptions(papers=True)) == CONDITION
    without = {**facts, "document.redline_opinion": NO}
    assert judged(when, without, Assumptions(papers=True))[0] == Outcome.FIRES


@pytest.mark.parametrize(("drawn", "expected"), [(NO, CONDITION), (UNKNOWN, OPEN), (YES, OPEN)])
def test_a_boundary_can_be_drawn_clear_only_of_what_the_place_is_clear_of(
    drawn: Claims, expected: tuple[int, int, int]
) -> None:
    facts = {"redline.meets": UNKNOWN, f"redline.meets{DRAWN}": drawn}
    assert judged('when = ["redline.meets"]', facts, Assumptions(boundary=True)) == expected
    assert judged('when = ["redline.meets"]', facts, NOTHING) == OPEN


def test_what_is_sure_stays() -> None:
    facts = {"redline.meets": YES, f"redline.meets{DRAWN}": YES}
    every = Assumptions(papers=True, claims=True, boundary=True)
    assert judged('when = ["redline.meets"]', facts, every)[0] == Outcome.FIRES
