"""Real lists that nobody here wrote: coal units (GEM) and cement plants (SFI) of Guizhou.

Places, stages and counties are real; the zones they are held against are the synthetic sample, so
verdicts say nothing of the plants. The expectations were written by hand from the lists and rules:
what GEM calls a unit's status decides whether admission is asked at all.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from zoning.catalog import Catalog
from zoning.projects import read_projects
from zoning.rules.load import load_rules
from zoning.screening import Decision, Screening, screen
from zoning.screening.views import SiteView

DATA = Path(__file__).resolve().parents[2] / "data"
AS_OF = date(2026, 11, 22)

# Neither admitted nor refused: the question of admission is not asked of what stands, is being
# built, was closed or given up. id: (stage, district it lies in)
NOT_ASKED = {
    "G100000103207": ("退役", "南明区"),
    "G100000103208": ("退役", "南明区"),
    "G100000103209": ("退役", "南明区"),
    "G100000103210": ("退役", "南明区"),
    "G100000103211": ("取消", "息烽县"),
    "G100000103212": ("取消", "息烽县"),
    "G100000103213": ("取消", "息烽县"),
    "G100000103214": ("取消", "息烽县"),
    "G100000103215": ("取消", "息烽县"),
    "G100000115708": ("在建", "开阳县"),
    "G100000115709": ("在建", "开阳县"),
    "G100000108355": ("退役", "清镇市"),
    "G100000108356": ("退役", "清镇市"),
    "G100000112972": ("退役", "清镇市"),
    "G100000112973": ("退役", "清镇市"),
    "G100000112974": ("退役", "清镇市"),
    "G100000112975": ("退役", "清镇市"),
    "G100000112976": ("退役", "清镇市"),
    "G100000112977": ("退役", "清镇市"),
    "G100000109943": ("已建", "清镇市"),
    "G100000109944": ("已建", "清镇市"),
}

# Seen on imagery and still to be permitted: asked in full. Coal power is one of the six classes, so
# at least conditional; no energy figure is given, so the mandatory limit cannot be told.
KAIYANG = ("G100000115710", "G100000115711")
KAIYANG_FIRES = {"admission.two_high"}
KAIYANG_OPEN = {
    "admission.energy_limit",  # no energy use stated
    "admission.energy_review",  # no papers stated, as below
    "admission.quota.papers",
    "admission.reduction",
    "admission.clean_production",
    "integrity.point_only",  # no area declared
}

# Known to the town only (within 20 km): not even the district is sure.
XIAOZHAIBA = {"G100000115909": "新建", "G100000115907": "已批未建", "G100000115908": "已批未建"}
XIAOZHAIBA_OPEN = {
    "integrity.region",
    "integrity.no_unit",
    "integrity.county",
    "base.redline.production",
    "base.water_source.first",
    "base.basic_farmland",
}

CEMENT = {
    "GACTCHN0006": "清镇市",
    "GACTCHN0614": "花溪区",
    "GACTCHN0670": "清镇市",
    "GACTCHN0854": "观山湖区",
    "GACTCHN0861": "修文县",
}


def screened(shared: Path, name: str, mapping: str) -> Screening:
    catalog = Catalog.open(DATA)
    sites = read_projects(
        shared / "data" / name, crs=catalog.crs, mapping=DATA / "projects" / mapping
    )
    return screen(sites, catalog, load_rules("admission"), as_of=AS_OF)


@pytest.fixture(scope="module")
def coal(shared: Path) -> Screening:
    return screened(shared, "coal_plant_units_gem_guizhou.gpkg", "mapping_gem_coal.toml")


@pytest.fixture(scope="module")
def cement(shared: Path) -> Screening:
    return screened(shared, "cement_plants_sfi_guizhou.gpkg", "mapping_sfi_cement.toml")


@pytest.fixture(scope="module")
def inside(shared: Path) -> set[str]:
    """Units inside the ten districts, by geopandas on the other boundary set (AMap)."""
    admin = shared / "data" / "admin_guizhou.gpkg"
    districts = gpd.read_file(admin, layer="guiyang_districts_amap")
    units = gpd.read_file(shared / "data" / "coal_plant_units_gem_guizhou.gpkg")
    return set(units.to_crs(districts.crs).sjoin(districts)["GEM unit/phase ID"])


def one(screening: Screening, name: str) -> SiteView:
    (view,) = screening.view(name).components
    return view


def rules(view: SiteView, *outcomes: str) -> set[str]:
    return {finding.rule for finding in view.findings if finding.outcome in outcomes}


def test_all_265_are_there_and_26_of_them_are_guiyangs(coal: Screening, inside: set[str]) -> None:
    assert len(coal) == 265
    assert inside == {*NOT_ASKED, *KAIYANG, *XIAOZHAIBA}
    assert len(inside) == 26


@pytest.mark.parametrize(("name", "stage", "county"), [(k, *v) for k, v in NOT_ASKED.items()])
def test_what_stands_or_ended_gets_no_admission(
    coal: Screening, name: str, stage: str, county: str
) -> None:
    view = one(coal, name)
    assert (view.stage, view.county, view.declared_county) == (stage, county, county)
    assert view.decision is Decision.UNDETERMINED
    assert rules(view, "fires") == {"integrity.not_admitted"}
    assert rules(view, "clear") >= {"integrity.region", "integrity.county", "integrity.no_unit"}
    assert not any(
        finding.direction == "forbid" and finding.outcome in ("fires", "open", "suspected")
        for finding in view.findings
    )


@pytest.mark.parametrize("name", KAIYANG)
def test_what_seeks_a_permit_is_asked_in_full(coal: Screening, name: str) -> None:
    view = one(coal, name)
    assert (view.stage, view.county) == ("新建", "开阳县")
    assert (view.decision, view.least.name, view.most.name) == (
        Decision.UNDETERMINED,
        "CONDITIONAL",
        "FORBID",
    )
    assert rules(view, "fires") >= KAIYANG_FIRES
    assert rules(view, "open", "suspected") >= KAIYANG_OPEN
    assert rules(view, "clear") >= {"integrity.region", "integrity.county"}
    assert "admission.park.required" not in {f.rule for f in view.findings}


@pytest.mark.parametrize(("name", "stage"), XIAOZHAIBA.items())
def test_an_approximate_place_carries_its_accuracy(coal: Screening, name: str, stage: str) -> None:
    view = one(coal, name)
    # 20 km of the list, and 1 m for WGS 84 taken for CGCS2000
    assert (view.stage, view.accuracy_m, view.accuracy_default) == (stage, 20_001.0, True)
    assert view.decision is Decision.UNDETERMINED
    assert view.most.name == "FORBID"
    assert rules(view, "open") >= XIAOZHAIBA_OPEN
    assert "息烽县" in view.county


def test_outside_the_region_is_undetermined_for_that_reason(
    coal: Screening, inside: set[str]
) -> None:
    for project in coal.projects():
        if project.id in inside:
            continue
        (view,) = project.components
        assert view.decision is Decision.UNDETERMINED
        assert "integrity.region" in rules(view, "fires", "open")
        if view.accuracy_m < 1000:
            assert "integrity.region" in rules(view, "fires")
            assert any("辖区" in reason for reason in view.reasons)


def test_declared_and_located_county_are_compared(coal: Screening) -> None:
    """Outside there are no district lines: what is declared there cannot be contradicted."""
    here = [one(coal, name) for name in (*NOT_ASKED, *KAIYANG)]
    assert all("integrity.county" in rules(view, "clear") for view in here)


@pytest.mark.parametrize(("name", "county"), CEMENT.items())
def test_cement_plants_that_stand(cement: Screening, name: str, county: str) -> None:
    view = one(cement, name)
    assert (view.stage, view.industry) == ("已建", "C3011")
    assert county in view.county.split("、")
    assert view.decision is Decision.UNDETERMINED
    assert rules(view, "fires") == {"integrity.not_admitted"}
    assert "integrity.county" in rules(view, "open")  # the list declares no county


def test_the_other_cement_plants_lie_outside(cement: Screening) -> None:
    others = [p.components[0] for p in cement.projects() if p.id not in CEMENT]
    assert len(others) == 44
    assert all("integrity.region" in rules(view, "fires", "open") for view in others)


def test_kaiyang_against_the_redline_by_hand(coal: Screening) -> None:
    """The distance the finding prints is that of shapely, widened by point, ground and layer."""
    view = one(coal, KAIYANG[0])
    row = coal.rows_of(KAIYANG[0])[0]
    zones = gpd.read_file(DATA / "boundaries" / "ecology.gpkg", layer="redline")
    point = coal.sites.geometry[row]
    union = shapely.union_all(zones.to_crs("EPSG:4545").geometry.values)
    depth = point.distance(union) or -point.distance(union.boundary)  # negative inside
    distance = coal.facts.numbers("redline.distance")
    doubt = view.accuracy_m + view.radius_m + 10  # the layer's accuracy_m in data/catalog.toml
    assert distance.measured[row] == pytest.approx(max(0.0, depth), abs=1e-3)
    assert distance.high[row] == pytest.approx(max(0.0, depth + doubt), abs=2e-3)
    assert distance.low[row] == pytest.approx(max(0.0, depth - doubt), abs=2e-3)
