"""`zoning eligible` against atlite: the same rules as exclusions, cell by cell; ``make parity``.

The sample data with every error set to 0, so that a cell is told or its data are missing. Atlite
buffers by polygons of 16 segments a quadrant: between chord and arc it excludes too little.
"""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from atlite.gis import ExclusionContainer, shape_availability

from zoning.catalog import Catalog
from zoning.layers import VectorLayer, read_features
from zoning.rules.load import parse_rules
from zoning.rules.model import RuleSet
from zoning.siting import Preset, eligible, load_preset
from zoning.siting.cells.verdicts import ALLOWED, FORBIDDEN, OUTSIDE

DATA = Path(__file__).resolve().parents[2] / "data"
RES = 100.0
STEEP_DEG = 15.0
SETBACK_M = {"redline": 0.0, "basic_farmland": 60.0, "river_bank": 300.0}
CHORD = 1 - np.cos(np.pi / 64)
"""[1] Of the setback: depth of a chord of 16 segments a quadrant below its arc."""
GEOS_SIMPLIFIES = 0.01
"""Of the distance: by so much a buffer's outline may be moved before (GEOS, BufferParameters)."""
RULES = """
schema = 1
name = "parity"
title = "parity"
""" + "".join(
    f"""
[[rule]]
id = "parity.r{i}"
title = "condition {i}"
role = "substance"
kinds = ["pv"]
when = ["{when}"]
then = "forbid"
remedy = "relocate"
status = "verified"
since = 2020-01-01
cite = {{ title = "test", article = "{i}", seen = "original" }}
"""
    for i, when in enumerate(
        (
            "redline.meets",
            "basic_farmland.distance <= 60 m",
            "river_bank.distance <= 300 m",
            "slope.mean > 15 deg",
        )
    )
)
PRESET = """
name = "parity"
title = "parity"
rules = ["pv"]
kind = "pv"
stage = "新建"
component = "方阵"
industry = "D4416"
documents = "none"
min_area_ha = 1.0
min_width_m = 100.0
"""


class Alone(Preset):
    """A preset that is held against the rules below and no others."""

    def rule_set(self) -> RuleSet:
        return parse_rules(RULES, file="parity.toml")[0]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("exact") / "data"
    shutil.copytree(DATA, folder)
    file = folder / "catalog.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"accuracy_m = [\d.]+", "accuracy_m = 0", text), encoding="utf-8")
    return Catalog.open(folder)


def outlines(catalog: Catalog, name: str) -> np.ndarray:
    layer = catalog.layers[name]
    assert isinstance(layer, VectorLayer)
    return read_features(layer, crs=catalog.crs).geometry


def test_the_same_cells_but_for_the_chords_of_buffers(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "preset.toml").write_text(PRESET, encoding="utf-8")
    preset = Alone(**dict(load_preset(str(tmp_path / "preset.toml"))))
    found = eligible(
        preset, catalog, tmp_path / "ours.tif", as_of=date(2026, 11, 24), resolution_m=RES
    )
    with rasterio.open(found.raster) as file:
        ours, grid = file.read(1), found.grid

    slope = catalog.layers["slope"].path
    kept = ExclusionContainer(crs=catalog.crs, res=RES)
    kept.add_raster(str(slope), codes=lambda v: v > STEEP_DEG, crs=catalog.crs)
    for name, reach in SETBACK_M.items():
        kept.add_geometry(gpd.GeoSeries(outlines(catalog, name), crs=catalog.crs), buffer=reach)
    region = gpd.GeoSeries([catalog.region_geometry()], crs=catalog.crs)
    mask, place = shape_availability(region, kept)
    theirs = np.zeros(grid.shape, bool)
    row, col = round((grid.y1 - place.f) / RES), round((place.c - grid.x0) / RES)
    theirs[row : row + mask.shape[0], col : col + mask.shape[1]] = mask

    told = np.isin(ours, (ALLOWED, FORBIDDEN, OUTSIDE))
    assert told.mean() > 0.999  # with no error in any layer only missing data is left
    assert (ours == ALLOWED).mean() > 0.1
    assert (ours == FORBIDDEN).mean() > 0.1
    row, col = np.nonzero(told & ((ours == ALLOWED) != theirs))
    assert theirs[row, col].all(), "never eligible here and not there"
    assert (ours[row, col] == FORBIDDEN).all()
    x, y = grid.centres()
    centre = np.asarray(shapely.points(x[col], y[row]), dtype=object)
    explained = np.zeros(len(row), bool)
    for name, reach in SETBACK_M.items():
        shapes = outlines(catalog, name)
        (at, _), far = shapely.STRtree(shapes).query_nearest(
            centre, return_distance=True, all_matches=False
        )
        inner = np.full(len(row), -1.0)
        inner[at] = reach - far
        explained |= (reach > 0) & (inner >= 0) & (inner <= (CHORD + GEOS_SIMPLIFIES) * reach)
    assert explained.all()
    assert len(row) < 1e-3 * (ours != OUTSIDE).sum()
    print(f"{len(row)} of {(ours != OUTSIDE).sum()} cells lie between chord and arc")  # noqa: T201
