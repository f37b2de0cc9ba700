"""Presets: what each says, the layers it wants, and the megawatts of its patches by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from pydantic import ValidationError
from typer.testing import CliRunner

from zoning.catalog import Catalog
from zoning.cli import app
from zoning.errors import InputError
from zoning.layers import read_features
from zoning.siting import eligible, find_patches, load_preset, preset_names
from zoning.siting.cells.verdicts import OUTSIDE
from zoning.siting.presets.density import Density, Spacing
from zoning.siting.presets.fits import NO_YIELD, fits, said_of, turbines
from zoning.siting.presets.preset import Preset, read_preset

AS_OF = date(2026, 11, 24)
ALL = ("agri-pv", "geothermal", "pv-heaps", "pv-land", "roof-pv", "wind", "wind-mines")


def test_the_presets_that_are_wanted_are_there_and_say_what_they_do_not_ask() -> None:
    assert preset_names() == ALL
    for name in ALL:
        assert "没有问的" in load_preset(name).note, name
        assert "illustrative" in load_preset(name).note, name


def test_arrays_on_ten_hectares() -> None:
    # three real heaps took 1.24 to 2.19 ha a megawatt; a roof 6 to 12 m2 a kilowatt
    found = fits(np.array([10.0]), load_preset("pv-land"))
    assert found["low_mw"] == pytest.approx([10 / 2.19])
    assert found["high_mw"] == pytest.approx([10 / 1.24])
    roof = fits(np.array([0.6]), load_preset("roof-pv"))
    assert (roof["low_mw"], roof["high_mw"]) == ([0.5], [1.0])


def test_turbines_by_their_spacing() -> None:
    # 180 m: 3 x 5 diameters are 48.6 ha, 5 x 10 are 162 ha
    spacing = load_preset("wind").spacing
    assert spacing is not None
    assert (spacing.tight_ha, spacing.wide_ha) == pytest.approx((48.6, 162.0))
    assert turbines(1.0, spacing) == (0.0, 5.0)
    assert turbines(162.0, spacing) == (5.0, 15.0)
    assert turbines(0.0, spacing) == (0.0, 0.0)


def test_wind_never_claims_a_yield_and_says_why() -> None:
    for name in ("wind", "wind-mines"):
        said = said_of(load_preset(name))
        assert NO_YIELD in said
        assert "3.1–10.3 MW/km²" in said[0]
        assert "illustrative" in said[0]
    assert fits(np.array([5.0]), load_preset("geothermal")) == {}


def test_ranges_must_be_ranges() -> None:
    with pytest.raises(ValidationError):
        Density(least_ha_mw=2, most_ha_mw=1, source="x")
    with pytest.raises(ValidationError):
        Spacing(rotor_m=100, turbine_mw=2, tight_d=(5, 10), wide_d=(3, 5), source="x")


def test_a_layer_that_a_preset_wants_and_nobody_holds_is_named(repo: Path) -> None:
    held = set(Catalog.open(repo / "data").layers)
    assert len(load_preset("roof-pv").limits_on(held)) == 1
    with pytest.raises(InputError, match="building"):
        load_preset("roof-pv").limits_on(held - {"building"})


def test_that_is_one_message_and_exit_code_2(repo: Path, tmp_path: Path) -> None:
    for path in (repo / "data").iterdir():
        if path.name != "catalog.toml":
            (tmp_path / path.name).symlink_to(path)
    text = (repo / "data/catalog.toml").read_text("utf-8")
    start = text.index("\n[layers.building]")
    end = text.index("\n[layers.", start + 5)
    (tmp_path / "catalog.toml").write_text(text[:start] + text[end:], "utf-8")
    out = tmp_path / "out"
    told = CliRunner().invoke(
        app, ["eligible", "roof-pv", "--data", str(tmp_path), "--out", str(out)]
    )
    assert isinstance(told.exception, InputError) or told.exit_code == 2
    assert not out.exists()


def test_a_narrowing_that_is_not_held_is_said(repo: Path) -> None:
    held = set(Catalog.open(repo / "data").layers)
    land = load_preset("pv-land")
    assert len(land.limits_on(held)) == 3  # forest, built-up, water of the land cover raster
    assert len(land.unheld(held)) == 1
    assert len(land.limits_on(held | {"land_use"})) == 4
    assert land.limits_on(held - {"land_cover"}) == ()
    assert land.unheld(held | {"land_use"}) == ()


def test_where_held_is_checked_like_where() -> None:
    text = 'name="x"\ntitle="x"\nrules=["pv"]\nkind="pv"\nwhere_held=["land_use.quality"]\n'
    with pytest.raises(InputError):
        read_preset(text, "x.toml")


def test_heaps_are_their_own_ground() -> None:
    preset = load_preset("pv-heaps").model_copy(
        update={"where": ("waste_heap.meets", "not urban_boundary.meets")}
    )
    assert preset.without("waste_heap").where == ("not urban_boundary.meets",)


def test_only_the_ground_that_is_given_is_looked_at(repo: Path, tmp_path: Path) -> None:
    held = Catalog.open(repo / "data")
    middle = held.region_geometry().centroid
    square = shapely.box(middle.x - 2000, middle.y - 1000, middle.x + 2000, middle.y + 1000)
    found = eligible(
        load_preset("wind"), held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=100.0,
        ground=np.asarray([square]),
    )  # fmt: skip
    with rasterio.open(tmp_path / "e.tif") as file:
        looked = file.read(1) != OUTSIDE
    assert looked.sum() == pytest.approx(800, abs=61)  # 40 x 20 cells, edges by a cell's centre
    assert sum(area for _, area in found.areas) == pytest.approx(8e6, rel=0.08)


def cut(data: Path, folder: Path, region: shapely.Geometry) -> Catalog:
    """The sample, its region cut down to a square so that little is looked at."""
    folder.mkdir()
    for path in sorted(data.rglob("*")):
        target = folder / path.relative_to(data)
        if path.is_dir():
            target.mkdir()
        elif path.name != "districts.gpkg":
            target.symlink_to(path)
    frame = gpd.read_file(data / "boundaries/districts.gpkg").to_crs(4545).clip(region)
    frame.to_file(folder / "boundaries/districts.gpkg", layer="districts")
    return Catalog.open(folder)


def test_roofs_of_the_sample_carry_arrays(repo: Path, tmp_path: Path) -> None:
    whole = Catalog.open(repo / "data")
    preset = load_preset("roof-pv")
    roofs = read_features(whole.layers["building"], crs=whole.crs).geometry
    inside = roofs[shapely.within(roofs, whole.region_geometry().buffer(-1500))]
    square = inside[0].centroid.buffer(2000, cap_style="square")
    held = cut(repo / "data", tmp_path / "cut", square)
    few = np.asarray(inside[shapely.within(inside, square.buffer(-500))])
    assert len(few) >= 3, len(few)
    found = eligible(preset, held, tmp_path / "e.tif", as_of=AS_OF, resolution_m=5.0, ground=few)
    # a cell's centre lies on a roof, or within the layer's 2 m of it
    area = shapely.union_all(few).area
    assert sum(a for _, a in found.areas) == pytest.approx(area, rel=0.03)
    sited = find_patches(replace(found, preset=preset), held)
    assert len(sited) > 0
    assert (sited.table["low_mw"] == sited.table["area_ha"] / 1.2).all()


def test_a_roof_is_asked_everything_but_the_slope_of_the_ground() -> None:
    rules = load_preset("roof-pv").rule_set()
    spared = {
        rule.id
        for rule in rules.rules
        for condition in rule.when
        if condition.denied and "project.component" in str(condition) and "roof" in str(condition)
    }
    assert spared == {"pv.slope.class3", "pv.note.small"}


def test_geothermal_stays_open_where_a_borehole_may_join_aquifers() -> None:
    preset: Preset = load_preset("geothermal")
    assert "may_pollute_groundwater" not in preset.assume
    named = {r.id for r in preset.rule_set().rules if "geothermal" in r.kinds}
    assert {"geothermal.scheme", "base.redline.keep", "base.water_source.first"} <= named
