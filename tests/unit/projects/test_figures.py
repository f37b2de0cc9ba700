"""Shapes that are valid and odd; areas against what was declared, as the fact has it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.scenes.project_lists import CRS, said
from zoning import crs as crs_floor
from zoning.measure.project_facts import site_facts
from zoning.projects import read_projects
from zoning.projects.cells.faults import Source
from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.figures import area_doubts, odd_figures
from zoning.projects.coordinates.rings import Area, area_of
from zoning.rules.grammar import FactRef
from zoning.sites import Sites

HECTARE = shapely.box(500_000, 2_940_000, 500_100, 2_940_100)  # on the meridian: scale 1


def told(*shapes: shapely.Geometry) -> list[tuple[int, str]]:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    columns = np.full(len(shapes), "", dtype=object)
    source = Source("a", np.arange(1, len(shapes) + 1))
    return [(i, fault.zh) for i, fault in odd_figures(geometry, columns, source)]


def test_a_plain_shape_is_not_odd() -> None:
    road = shapely.LineString([(0, 0), (9_000, 0), (9_000, 5_000)]).buffer(4)
    assert told(HECTARE, road, HECTARE.reverse().buffer(1)) == []
    assert told(shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])) == []


def test_spikes() -> None:
    """200 m out and back on a base of 0.4 m: a corner of 0.11 degree."""
    spiked = shapely.Polygon([(0, 0), (100, 0), (300, 0.2), (100, 0.4), (100, 100), (0, 100)])
    ((row, text),) = told(spiked)
    assert row == 0
    assert "1 处尖刺" in text
    blunt = shapely.Polygon([(0, 0), (100, 0), (300, 40), (100, 80), (100, 100), (0, 100)])
    assert told(blunt) == []


def test_slivers() -> None:
    """A strip of 0.2 by 100 m: twice its area by its perimeter is 0.2 m."""
    strip = shapely.box(200, 0, 200.2, 100)
    ((_, text),) = told(shapely.MultiPolygon([shapely.box(0, 0, 100, 100), strip]))
    assert "1 块狭长碎片" in text


def test_the_same_shape_again() -> None:
    """Whatever vertex it begins at, and whichever way round it goes."""
    turned = shapely.Polygon([(100, 100), (100, 0), (0, 0), (0, 100)])
    assert told(shapely.box(0, 0, 100, 100), shapely.box(1, 0, 100, 100), turned) == [
        (2, "图形与第 1 行完全相同")
    ]


@pytest.mark.parametrize(
    ("declared", "differs"), [(10_000, False), (9_600, False), (9_500, True), (10_600, True)]
)
def test_declared_against_measured(declared: float, differs: bool) -> None:
    """One hectare on the meridian; 5 % of what was declared, to either side."""
    geometry = np.asarray([HECTARE], dtype=object)
    doubts = area_doubts(np.asarray([declared]), geometry, CRS, Source("a", np.asarray([7])))
    assert bool(doubts) == differs
    if differs:
        assert f"{declared / 1e4:.4f} 公顷，边界量算 1.0000 公顷" in doubts[0][1].zh
        assert doubts[0][1].row == 7


def test_doubt_and_fact_agree() -> None:
    """The doubt in the row is there exactly where the fact of the site is true."""
    rng = np.random.default_rng(5)
    declared = rng.uniform(9_000, 11_000, 200)
    declared[::10] = np.nan
    sites = Sites.of([HECTARE] * 200, declared_m2=declared)
    source = Source("a", np.arange(200))
    doubted = {i for i, _ in area_doubts(declared, sites.geometry, sites.crs, source)}
    ref = FactRef("site", "area_mismatch")
    fact = site_facts([ref], sites, None, dt.date(2026, 1, 1))[str(ref)]
    assert {int(i) for i in np.flatnonzero(fact.sure)} == doubted
    assert 0 < len(doubted) < 180


def test_the_area_on_the_ellipsoid_is_the_one_compared(tmp_path: Path) -> None:
    """200 km from the meridian the plane is 0.1 % too large, and nobody is to blame for it."""
    shape = shapely.box(300_000, 2_940_000, 301_000, 2_941_000)
    legal = crs_floor.geodesic_area(np.asarray([shape], dtype=object), CRS)[0]
    assert legal == pytest.approx(1_000_000 / (1 + 199_500**2 / (2 * 6_372_000**2)) ** 2, rel=1e-5)
    data = gpd.GeoDataFrame(
        {"名称": ["甲", "乙"], "占地面积（公顷）": [legal / 1e4 * 1.04, legal / 1e4 * 1.06]},
        geometry=[shape, shapely.affinity.translate(shape, 0, 5_000)],
        crs=CRS,
    )
    data.to_file(tmp_path / "a.gpkg", engine="pyogrio")
    sites = read_projects(tmp_path / "a.gpkg", crs=CRS)
    assert sites.faults[0] == ()
    assert "相差 -5.7%" in said(sites, 1)  # 1 / 1.06 = 0.943


def test_rings_that_cross_or_repeat() -> None:
    square = np.asarray([(0.0, 0), (10, 0), (10, 10), (0, 10)])
    assert isinstance(area_of([square, square + 5]), Refusal)
    twins = area_of([square, square[::-1]])
    assert isinstance(twins, Area)
    assert (twins.shape.area, twins.twins) == (100, (1,))
    beside = area_of([square, square + np.asarray([10, 0])])  # they share an edge
    assert isinstance(beside, Area)
    assert beside.pieces == (0, 1)
