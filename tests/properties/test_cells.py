"""Law 6: a cell gets what a point site of accuracy 0 at its centre gets, rule by rule.

Sites go through `measure` and `judge`, which know no cells: tree, shapely and zonal; cells go
through scanlines, capsules and filters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import rasterio
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.grid import Grid, Window
from zoning.measure import measure, open_views
from zoning.rules.judge import Findings, asked, evaluate, judge
from zoning.rules.load import parse_rules
from zoning.rules.model import Level, RuleSet
from zoning.siting import Preset, eligible, load_preset
from zoning.siting.cells.asker import Asker, open_asker
from zoning.siting.cells.block import Cells
from zoning.siting.cells.questions import Compiled, compile_rules
from zoning.siting.cells.states import states_of
from zoning.siting.patches import find_patches

DATA = Path(__file__).resolve().parents[2] / "data"
AS_OF = date(2026, 11, 24)
RES = 30.0
BLOCKS, SIDE = 20, 40

HEAD = 'schema = 1\nname = "every"\ntitle = "every form of condition"\n'
RULE = """
[[rule]]
id = "every.r{i}"
title = "condition {i}"
role = "substance"
kinds = ["pv"]
{when}
then = "forbid"
remedy = "relocate"
status = "verified"
since = 2020-01-01
cite = {{ title = "test", article = "{i}", seen = "original" }}
"""
CONDITIONS = (
    "redline.meets",
    "not redline.within",
    "river_bank.distance < 1 km",
    "river_bank[rank = 干流].distance <= 300 m",
    "road.distance > 500 m",
    "road.distance >= 20 m",
    "substation.distance < 5 km",
    "control_unit.codes in [ZH52012120003, ZH52011120001]",
    "control_unit.class in [优先保护]",
    "control_unit.class only in [一般管控, 重点管控]",
    "control_unit.covered",
    "park[leading contains project.industry].meets",
    "water_source[level = 一级].distance < 12 m",
    "slope.mean > 25 deg",
    "slope.p90 <= 15 deg",
    "dem.max > 1200 m",
    "karst.share(强发育) > 50 %",
    "land_cover.share(不存在的类) > 10 %",
    "forest_cover.covered < 100 %",
    "forest_cover.min > 40 %",
    "grassland.meets",
    "geohazard.distance < 1 km",
)


def every_form() -> RuleSet:
    rules = [RULE.format(i=i, when=f'when = ["{c}"]') for i, c in enumerate(CONDITIONS)]
    rules.append(
        RULE.format(
            i=len(rules),
            when='any = ["lake.meets", "dem.min < 1000 m"]\nunless = ["farmland.meets"]',
        )
    )
    made, _ = parse_rules(HEAD + "".join(rules), file="every.toml")
    return made


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open(DATA)


def windows(grid: Grid, catalog: Catalog, seed: int) -> Iterator[Window]:
    """Blocks at random over the region and beyond its edge; zones are small against a block."""
    rng = np.random.default_rng(seed)
    region = catalog.region_geometry()
    west, south, east, north = shapely.bounds(region)
    for _ in range(BLOCKS):
        x, y = rng.uniform(west - 3000, east + 3000), rng.uniform(south - 3000, north + 3000)
        row = int(np.clip((grid.y1 - y) // grid.res, 0, grid.height - SIDE))
        col = int(np.clip((x - grid.x0) // grid.res, 0, grid.width - SIDE))
        yield Window(row, col, SIDE, SIDE, row, col, SIDE, SIDE)


def told_cells(asker: Asker, grid: Grid, window: Window) -> Findings:
    cells = Cells(grid, window)
    states, place = states_of([ask(cells) for ask in asker.answers], cells.shape)
    return asker.bench.judge(states).findings.take(place)


def told_sites(
    preset: Preset, catalog: Catalog, rules: RuleSet, grid: Grid, window: Window
) -> Findings:
    x, y = grid.centres(window)
    points = shapely.points(*(axis.ravel() for axis in np.meshgrid(x, y)))
    sites = preset.sites(list(points), catalog.crs)
    views = open_views(catalog, rules.facts, rules.layers | views_specs(rules))
    facts = measure(sites, rules.facts, views, as_of=AS_OF)
    held = frozenset(catalog.layers)
    scope = frozenset(layer for layer, _ in catalog.out_of_scope if layer not in held)
    return judge(facts, rules, on=asked([None] * len(sites), AS_OF), out_of_scope=scope)


def views_specs(rules: RuleSet) -> dict:
    from zoning.facts.vocabulary import LAYERS

    return {**LAYERS, **rules.layers}


def compare(preset: Preset, catalog: Catalog, rules: RuleSet, seed: int) -> NDArray[np.int64]:
    """Hold cells against sites; return how many cells each rule speaks of, by its outcome."""
    compiled: Compiled = compile_rules(rules, catalog, kind=preset.kind, stage=preset.stage)
    asker = open_asker(preset, catalog, rules, compiled, as_of=AS_OF)
    asked_of = {rule.id for rule in compiled.rules.rules}
    plain = replace(rules, rules=tuple(rule for rule in rules.rules if rule.id in asked_of))
    west, south, east, north = shapely.bounds(catalog.region_geometry())
    grid = Grid.over(
        (west - 9000, south - 9000, east + 9000, north + 9000), res=RES, crs=catalog.crs
    )
    count = np.zeros((len(plain), 7), np.int64)
    for window in windows(grid, catalog, seed):
        cells = told_cells(asker, grid, window)
        sites = told_sites(preset, catalog, plain, grid, window)
        assert cells.rules == sites.rules
        for j, rule in enumerate(cells.rules):
            off = np.flatnonzero(cells.outcome[:, j] != sites.outcome[:, j])
            assert not len(off), (rule, plain[rule], len(off), cells.outcome[off[:5], j])
            count[j] += np.bincount(sites.outcome[:, j], minlength=7)
        np.testing.assert_array_equal(cells.least, sites.least)
        np.testing.assert_array_equal(cells.most, sites.most)
    return count


@pytest.mark.slow
def test_law_6_over_the_shipped_rules(catalog: Catalog) -> None:
    preset = load_preset("pv-land")
    count = compare(preset, catalog, preset.rule_set(), seed=1)
    assert (count > 0).sum(axis=1).max() >= 3  # the comparison saw more than one outcome


def test_law_6_over_every_form_of_condition(catalog: Catalog) -> None:
    preset = load_preset("pv-land")
    count = compare(preset, catalog, every_form(), seed=2)
    assert ((count > 0).sum(axis=1) >= 2).sum() >= len(CONDITIONS) - 5


@pytest.mark.parametrize("name", ["pv-land", "pv-heaps"])
def test_cells_do_not_depend_on_block_or_threads(name: str, tmp_path: Path) -> None:
    """Small blocks and a catalog opened anew, so that threads meet while outlines are made."""
    preset = load_preset(name)
    told = set()
    for turn, (block, threads) in enumerate(((64, 1), (64, 4), (64, 2), (128, 4))):
        found = eligible(
            preset, Catalog.open(DATA), tmp_path / f"{turn}.tif", as_of=AS_OF,
            resolution_m=250.0, block=block, threads=threads,
        )  # fmt: skip
        with rasterio.open(found.raster) as file:
            told.add((file.read(1).tobytes(), found.areas, found.costs))
    assert len(told) == 1


def test_areas_of_all_values_are_the_regions(catalog: Catalog, tmp_path: Path) -> None:
    from zoning.crs import geodesic_area

    everywhere = load_preset("pv-land").model_copy(update={"where_held": ()})
    found = eligible(everywhere, catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=200.0)
    region = catalog.region_geometry()
    whole = float(geodesic_area(np.asarray([region], object), catalog.crs)[0])
    assert sum(area for _, area in found.areas) == pytest.approx(whole, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pv-land", "agri-pv"])
def test_law_6_no_patch_is_condemned_by_a_rule_that_shaped_it(
    name: str, catalog: Catalog, tmp_path: Path
) -> None:
    found = eligible(
        load_preset(name), catalog, tmp_path / "e.tif", as_of=AS_OF, resolution_m=100.0
    )
    sited = find_patches(found, catalog)
    assert len(sited) > 50
    # what limited the cells is surely so of the patches as the sites they are
    limits = found.preset.limits_on(catalog.layers)
    assert len(limits) == {"pv-land": 3, "agri-pv": 6}[name]
    asked_of = [limit.fact for limit in limits]
    facts = measure(sited.screening.sites, asked_of, open_views(catalog, asked_of), as_of=AS_OF)
    for limit in limits:
        assert evaluate(limit, facts).sure.all(), str(limit)
        if limit.fact.measure == "share":
            np.testing.assert_array_equal(facts.numbers(str(limit.fact)).measured, 0.0)
    preset = found.preset
    compiled = compile_rules(found.rules, catalog, kind=preset.kind, stage=preset.stage)
    shaped_it = {rule.id for rule in compiled.rules.rules}
    told = sited.screening.findings
    mine = [j for j, rule in enumerate(told.rules) if rule in shaped_it]
    least, most = told.least[:, mine].max(axis=1), told.most[:, mine].max(axis=1)
    assert (most < Level.FORBID).all()
    np.testing.assert_array_equal(least, most)
    assert (sited.table["area_ha"] >= found.preset.min_area_ha * 0.99).all()
    assert (sited.table["shape_index"] >= 1).all()
    assert shapely.is_valid(sited.geometry).all()
