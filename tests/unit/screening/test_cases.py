"""What is said of a case is what is said of each of its sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.map_scene import AS_OF, Scene, make_scene, make_sites
from zoning.render.tables.digest import digest
from zoning.screening import Screening, screen
from zoning.screening import cases as module
from zoning.screening.cases import Cases
from zoning.sites import Sites


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


def every(screening: Screening) -> Cases:
    """Cases of all sites."""
    return screening.teller.cases(np.arange(len(screening)))


def doubled(sites: Sites) -> Sites:
    """Every site twice, under another id, and so each case at least twice."""
    rows = np.repeat(np.arange(len(sites)), 2)
    ids = [f"{sites.ids[row]}{'ab'[i % 2]}" for i, row in enumerate(rows)]
    table = sites.table.iloc[rows].reset_index(drop=True).assign(id=ids, project=ids)
    faults = tuple(sites.faults[row] for row in rows)
    return Sites(table, sites.geometry[rows], sites.crs, faults)


@pytest.fixture(scope="module")
def screening(scene: Scene) -> Screening:
    return screen(doubled(make_sites()), scene.catalog, scene.screening.rules, as_of=AS_OF)


def test_a_case_says_what_its_sites_say(screening: Screening) -> None:
    cases = every(screening)
    for row in range(len(screening)):
        site, case = screening.site(row), cases.at(row)
        assert digest([case]) == digest([site]), site.id
        assert case.reasons == site.reasons
        told = [f for f in site.findings if f.outcome != "clear"]
        bare = [replace(f, evidence=(), cites=(), seen="") for f in told]
        assert list(case.findings) == bare


def test_equal_sites_share_a_case(screening: Screening) -> None:
    cases = every(screening)
    assert (cases.of_site[::2] == cases.of_site[1::2]).all()
    assert len(cases.cases) == len(set(cases.of_site.tolist())) < len(screening)


@pytest.mark.parametrize("chunk", [1, 4, 7])
@pytest.mark.parametrize("remembered", [1, 1_000])
def test_cases_do_not_depend_on_the_chunk(
    screening: Screening, chunk: int, remembered: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", remembered)
    teller, whole = module.Teller(screening), every(screening)
    for start in range(0, len(screening), chunk):
        rows = np.arange(start, min(start + chunk, len(screening)))
        part = teller.cases(rows)
        assert [part.at(i) for i in range(len(rows))] == [whole.at(row) for row in rows]


def test_a_point_is_told_other_than_an_area(scene: Scene) -> None:
    """Near a limit a point is asked for its boundary, an area for a better line."""
    sites = make_sites().take([1])
    box = Sites.of(
        [sites.geometry[0].buffer(20.0)], project="P-02", kind="industry", stage="新建",
        accepted=date(2026, 9, 3), accuracy_m=272.0, name="一", declared_m2=64_000.0,
    )  # fmt: skip
    told = [
        every(screen(each, scene.catalog, scene.screening.rules, as_of=AS_OF)).at(0)
        for each in (sites, box)
    ]
    bank = [next(f.settle for f in case.findings if f.rule == "base.bank") for case in told]
    assert bank == ["提供用地边界（勘测定界）", "提供更高精度的界线或实测距离"]


def test_briefs_and_views_agree_but_for_evidence(screening: Screening) -> None:
    names = screening.project_ids
    pairs = zip(screening.projects(), screening.briefs(names), strict=True)
    for whole, brief in pairs:
        for one, other in zip(whole.components, brief.components, strict=True):
            assert repr(replace(one, findings=())) == repr(replace(other, findings=()))
        assert replace(whole, components=()) == replace(brief, components=())
