"""Two lists as planners have them, answered as they stand with one answer for the list (issue 11).

The layers are the synthetic sample. Counts are what the lists came to; what is claimed is how few
are left open, and that answers close them.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from zoning.catalog import Catalog
from zoning.projects import read_projects
from zoning.rules.assume import NOTHING, Assumptions
from zoning.rules.load import load_rules
from zoning.screening import Decision, Screening, assumptions_of, screen
from zoning.screening.questions import settled_by

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT.parent / "shared" / "lists"


@cache
def screened(name: str, *, assume: bool) -> Screening:
    catalog = Catalog.open(ROOT / "data")
    sites = read_projects(
        LISTS / f"{name}.xlsx",
        crs=catalog.crs,
        region=catalog.region_geometry(),
        list_crs="CGCS2000",
    )
    assumed = assumptions_of(sites) if assume else NOTHING
    rules = load_rules("admission")
    return screen(sites, catalog, rules, as_of=date(2026, 11, 22), assumed=assumed)


@pytest.mark.parametrize(("name", "open_at_most"), [("ordinary_40", 10), ("ordinary_14", 5)])
def test_few_are_left_open(name: str, open_at_most: int) -> None:
    found = screened(name, assume=True)
    assert found.counts()[Decision.UNDETERMINED] <= open_at_most
    plain = screened(name, assume=False)
    assert plain.counts()[Decision.UNDETERMINED] > 1.5 * open_at_most
    assert plain.counts()[Decision.FORBID] == found.counts()[Decision.FORBID]


def test_what_the_lists_show_is_assumed_and_no_more() -> None:
    assert screened("ordinary_40", assume=True).assumed == Assumptions(True, True, True)
    assert not screened("ordinary_14", assume=True).assumed.papers  # it has columns of papers


@pytest.mark.parametrize("name", ["ordinary_40", "ordinary_14"])
def test_questions_name_open_projects_the_deciding_first(name: str) -> None:
    found = screened(name, assume=True)
    asked = found.questions
    undecided = {k for k, d in found.decisions().items() if d is Decision.UNDETERMINED}
    assert {q.project for q in asked} <= undecided
    assert [q.decides for q in asked] == sorted((q.decides for q in asked), reverse=True)
    cells, decided = settled_by(asked)
    assert 0 < cells <= decided
