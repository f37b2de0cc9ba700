"""Facts that a list states or that follow from it, worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import shapely

from zoning.determinations import Determination, text_sha
from zoning.facts.values import Claims, Codes, CodeSet, Numbers
from zoning.measure.accuracy import site_doubt, usable
from zoning.measure.determinations import unit_determinations
from zoning.measure.ground import Ground, LayerView
from zoning.measure.project_facts import (
    document_fact,
    project_fact,
    same_county,
    site_facts,
    years_between,
)
from zoning.measure.units import unit_shares
from zoning.overlay import index_zones
from zoning.rules.grammar import FactRef, parse_fact
from zoning.sites import Sites

AS_OF = date(2026, 11, 22)
ORIGIN = (360_000.0, 2_940_000.0)  # somewhere in Guiyang, EPSG:4545


def box(x: float, y: float, w: float, h: float) -> shapely.Polygon:
    return shapely.box(ORIGIN[0] + x, ORIGIN[1] + y, ORIGIN[0] + x + w, ORIGIN[1] + y + h)


def claims(column: object) -> list[bool | None]:
    assert isinstance(column, Claims)
    return [
        True if s else None if m else False for s, m in zip(column.sure, column.maybe, strict=True)
    ]


def test_documents_held_not_held_not_stated() -> None:
    sites = Sites.of([shapely.Point(0, 0)] * 3, document_eia=[1.0, 0.0, np.nan])
    assert claims(document_fact(FactRef("document", "eia"), sites)) == [True, False, None]


def test_a_point_stands_for_the_ground_it_declares() -> None:
    """6.4 ha: sqrt(2 * 64 000 / pi) = 201.9 m; a polygon has no radius."""
    sites = Sites.of(
        [shapely.Point(0, 0), shapely.Point(0, 0), box(0, 0, 9, 9)],
        kind="industry",
        declared_m2=[64_000.0, np.nan, 64_000.0],
        accuracy_m=[30.0, 30.0, 30.0],
    )
    doubt = site_doubt(sites)
    assert doubt.radius_m == pytest.approx([201.85, 252.31, 0.0], abs=0.01)
    assert doubt.radius_default.tolist() == [False, True, False]
    assert doubt.total_m[0] == pytest.approx(231.85, abs=0.01)


def test_declared_against_measured_area() -> None:
    """100 m x 100 m is 1 ha; 5 % is the tolerance; a point has nothing to contradict."""
    sites = Sites.of(
        [box(0, 0, 100, 100)] * 3 + [shapely.Point(ORIGIN)],
        crs="EPSG:4545",
        declared_m2=[10_400.0, 10_700.0, np.nan, 10_000.0],
    )
    facts = site_facts(
        [parse_fact("site.area_mismatch"), parse_fact("site.area")], sites, None, AS_OF
    )
    assert claims(facts["site.area_mismatch"]) == [False, True, None, False]
    area = facts["site.area"]
    assert isinstance(area, Numbers)
    assert area.measured[0] == pytest.approx(10_000, rel=1e-3)  # geodesic, parts.md: 0.01-0.09 %
    assert area.reasons.text(3)


@pytest.mark.parametrize(
    ("declared", "same"),
    [
        ("清镇市", True),
        ("清镇", True),
        ("贵阳市清镇市", True),
        ("贵州省贵阳市清镇市", True),
        ("修文县", False),
        ("", False),
    ],
)
def test_names_of_one_county(declared: str, same: bool) -> None:
    assert same_county(declared, "清镇市") is same


def test_a_day_that_was_refused_or_is_ahead_decides_nothing() -> None:
    sites = Sites.of(
        [None] * 4,
        accepted=[None, None, date(2062, 1, 1), date(2026, 1, 1)],
        accepted_doubted=[0.0, 1.0, 0.0, 0.0],
    )
    facts = site_facts([parse_fact("site.date_doubted")], sites, None, AS_OF)
    assert claims(facts["site.date_doubted"]) == [False, True, True, False]


def test_rebuilding_and_expanding_at_once_is_both() -> None:
    sites = Sites.of([None], stage="改建;扩建")
    stage = project_fact(parse_fact("project.stage"), sites, AS_OF)
    assert isinstance(stage, Codes)
    assert stage.cell(0) == CodeSet.only("改建", "扩建")


def districts() -> LayerView:
    zones = np.asarray([box(0, 0, 1000, 1000), box(1000, 0, 1000, 1000)], object)
    whole = np.asarray([box(0, 0, 2000, 1000)], object)
    names = pd.DataFrame({"name": ["清镇市", "修文县"]})
    return LayerView(index_zones(zones), names, index_zones(whole), 10.0)


def test_located_against_declared_county() -> None:
    """Inside, wrong, near the border, undeclared, Gui'an (which has no county line), outside."""
    sites = Sites.of(
        [
            box(100, 100, 50, 50),
            box(100, 100, 50, 50),
            box(990, 100, 5, 5),
            box(100, 100, 5, 5),
            box(100, 100, 5, 5),
            box(9000, 0, 5, 5),
        ],
        crs="EPSG:4545",
        county=["清镇", "修文县", "修文县", "", "贵安新区", "清镇市"],
        accuracy_m=20.0,
    )
    refs = [parse_fact(f"site.{m}") for m in ("county_mismatch", "in_region", "county")]
    facts = site_facts(refs, sites, districts(), AS_OF)
    assert claims(facts["site.county_mismatch"]) == [False, True, None, None, None, None]
    assert claims(facts["site.in_region"]) == [True, True, True, True, True, False]
    county = facts["site.county"]
    assert isinstance(county, Codes)
    assert county.cell(0).sure == {"清镇市"}
    assert county.cell(2).maybe == {"清镇市", "修文县"}
    assert county.cell(5).open


def units() -> LayerView:
    zones = np.asarray([box(0, 0, 100, 100), box(100, 0, 100, 100)], object)
    table = pd.DataFrame(
        {
            "code": ["ZH52018110001", "ZH52018120002"],
            "name": ["甲", "乙"],
            "class": ["优先保护", "重点管控"],
            "spatial": ["禁止甲", "限制乙"],
            "emission": ["e", "e"],
            "risk": ["r", "r"],
            "resource": ["s", "s"],
        }
    )
    return LayerView(
        index_zones(zones), table, index_zones(np.asarray([box(-500, -500, 1500, 1500)], object))
    )


def ground(*shapes: shapely.Geometry, t: float = 0.0) -> Ground:
    n = len(shapes)
    return Ground(np.asarray(shapes, object), np.full(n, t), np.full(n, np.nan), np.ones(n))


def test_units_and_their_shares() -> None:
    """A 40 m square, a quarter of it in the second unit: 1 200 and 400 m2, 75 % and 25 %."""
    table = unit_shares(ground(box(70, 0, 40, 40)), units())
    assert table["code"].tolist() == ["ZH52018110001", "ZH52018120002"]
    assert table["size"].tolist() == pytest.approx([1200, 400])
    assert table["share"].tolist() == pytest.approx([0.75, 0.25])


def judged(result: str, text: str, code: str = "ZH52018110001") -> list[Determination]:
    return [
        Determination("P1", code, d, result, "理由", "张工", AS_OF, text_sha(t))
        for d, t in (("spatial", text), ("emission", "e"), ("risk", "r"), ("resource", "s"))
    ]


def test_a_judgement_lapses_when_the_text_changes() -> None:
    sites = Sites.of([box(10, 10, 5, 5)] * 2, crs="EPSG:4545", project=["P1", "P2"])
    here = ground(*sites.geometry)
    current = unit_determinations(sites, here, units(), judged("符合", "禁止甲"))
    assert current.cell(0).sure == {"符合"}
    assert current.cell(1).sure == {"未研判"}  # another project
    lapsed = unit_determinations(sites, here, units(), judged("符合", "旧的原文"))
    assert lapsed.cell(0).sure == {"符合", "未研判"}


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (date(2019, 11, 22), date(2024, 11, 22), 5.0),
        (date(2020, 2, 29), date(2025, 3, 1), 5.0),
        (date(2020, 2, 29), date(2025, 2, 28), 4 + 365 / 366),
        (date(2024, 1, 1), date(2024, 7, 2), 183 / 366),
    ],
)
def test_years_by_the_calendar(first: date, last: date, years: float) -> None:
    assert years_between(first, last) == pytest.approx(years)


def test_what_has_no_extent_has_no_place() -> None:
    shapes = [shapely.LineString([(0, 0), (0, 0)]), shapely.Point(), shapely.Point(1, 1), None]
    kept = usable(np.asarray(shapes, object))
    assert [shape is None for shape in kept] == [True, True, False, True]


def test_numbers_and_dates_of_the_list() -> None:
    sites = Sites.of(
        [None] * 2,
        energy_tce=[50_000.0, np.nan],
        eia_date=[date(2021, 11, 22), None],
        industry=["C2619;C3985", ""],
        emission_TP=[0.5, np.nan],
    )
    energy = project_fact(parse_fact("project.energy"), sites, AS_OF)
    age = project_fact(parse_fact("project.eia_age"), sites, AS_OF)
    industry = project_fact(parse_fact("project.industry"), sites, AS_OF)
    emission = project_fact(parse_fact("project.emission(TP)"), sites, AS_OF)
    assert isinstance(energy, Numbers)
    assert isinstance(age, Numbers)
    assert isinstance(industry, Codes)
    assert isinstance(emission, Numbers)
    assert (energy.measured[0], energy.unit, energy.high[1]) == (50_000, "tce/a", np.inf)
    assert age.measured[0] == pytest.approx(5.0, abs=0.01)
    assert industry.cell(0).sure == {"C2619", "C3985"}
    assert emission.measured[0] == 0.5
