"""The data that ship with the repository: districts, tiling, marks, shares."""

from __future__ import annotations

import json
import re
import tomllib
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

import zoning.crs as crs
from zoning.catalog import Catalog
from zoning.facts.vocabulary import LAYERS

DATA = Path(__file__).resolve().parents[3] / "data"
URBAN = {"520102", "520103", "520111", "520112", "520113", "520115"}


@cache
def table(key: str) -> gpd.GeoDataFrame:
    path, _, layer = catalog_text()["layers"][key]["path"].partition("|")
    return gpd.read_file(DATA / path, layer=layer or None)


@cache
def catalog_text() -> dict:
    return tomllib.loads((DATA / "catalog.toml").read_text(encoding="utf-8"))


def districts() -> np.ndarray:
    return crs.project(table("districts").geometry.to_numpy(), "EPSG:4490", "EPSG:4545")


def test_ten_real_districts_without_gap_or_overlap():
    assert len(table("districts")) == 10
    assert table("districts").crs.to_epsg() == 4490
    area = crs.geodesic_area(table("districts").geometry.to_numpy(), "EPSG:4490").sum() / 1e6
    assert area == pytest.approx(8043, rel=0.005)  # official, km2
    assert shapely.coverage_is_valid(table("districts").geometry.to_numpy())
    whole = shapely.union_all(districts())
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert whole.area == pytest.approx(shapely.area(districts()).sum(), rel=1e-9)


def test_districts_are_those_of_the_shared_file(shared):
    path = shared / "data" / "admin_guizhou.gpkg"
    given = gpd.read_file(path, layer="guiyang_districts_tianditu").set_index("adcode")
    ours = table("districts").set_index("adcode")
    for adcode, shape in given.geometry.items():
        assert shapely.normalize(ours.geometry[adcode]).equals_exact(shapely.normalize(shape), 1e-9)


def test_units_tile_the_region_exactly():
    units = table("control_unit").geometry.to_numpy()
    region = shapely.union_all(districts())
    assert shapely.coverage_is_valid(units)
    assert shapely.area(units).sum() == pytest.approx(region.area, rel=1e-12)
    assert shapely.symmetric_difference(shapely.union_all(units), region).area < 0.01


def test_every_unit_lies_in_the_county_its_code_names():
    units = table("control_unit")
    home = dict(zip(table("districts")["adcode"], districts(), strict=True))
    names = dict(zip(table("districts")["adcode"], table("districts")["name"], strict=True))
    assert units["HJGKDYBM"].is_unique
    for code, county, kind, shape in zip(
        units["HJGKDYBM"], units["COUNTY"], units["ZHGKDYFL"], units.geometry, strict=True
    ):
        found = re.fullmatch(r"ZH(\d{6})([123])\d{4}", code)
        assert found
        assert county == names[found[1]]
        assert {"优先保护": "1", "重点管控": "2", "一般管控": "3"}.get(kind, kind) == found[2]
        assert shape.difference(home[found[1]]).area < 0.01  # m2: rounding of doubles


def test_unit_shares_and_texts():
    units = table("control_unit")
    assert 100 <= len(units) <= 150
    share = units.area.groupby(units["HJGKDYBM"].str[8]).sum() / units.area.sum()
    # Guizhou 2019: 43.3 / 15.3 / 41.5 % of the area
    assert share["1"] == pytest.approx(0.433, abs=0.03)
    assert share["2"] == pytest.approx(0.153, abs=0.02)
    for column in ("KJBJYS", "PWWPFGK", "HJFXFK", "ZYKFXLYQ"):
        assert units[column].str.contains("示例").all()
        assert units[column].nunique() > 8


def test_redline_lies_in_priority_units():
    units = table("control_unit")
    priority = shapely.union_all(units.geometry[units["HJGKDYBM"].str[8] == "1"].to_numpy())
    redline = shapely.union_all(table("redline").geometry.to_numpy())
    home = redline.intersection(shapely.union_all(districts()))
    assert home.difference(priority).area < 1.0
    assert home.area > 5e8
    assert set(table("redline")["core"]) == {"是", "否"}


def test_water_zones_are_nested():
    zones = table("water_source")
    for _, group in zones.groupby("name"):
        shape = group.set_index("level").geometry
        assert shape["二级"].covers(shape["一级"])
        assert shape["准"].covers(shape["二级"])


def test_every_held_layer_is_there_with_its_attributes():
    catalog = Catalog.open(DATA)
    assert set(catalog.layers) | {name for name, _ in catalog.out_of_scope} >= set(LAYERS) - {"ghi"}
    # without a raster of irradiation the months of sun stand for the whole region
    for key, layer in catalog.layers.items():
        assert layer.synthetic == (key != "districts")
        assert layer.share == "full"
        assert layer.accuracy_m > 0
        if key != "districts":
            assert "示例" in layer.title


def test_names_are_marked_and_no_heap_bears_a_real_name():
    for key in (
        "park",
        "lake",
        "river_bank",
        "protected_area",
        "receptor",
        "contaminated_parcel",
        "building",
    ):
        assert table(key)["name"].str.startswith("示例").all(), key
    heaps = table("waste_heap")
    assert heaps["name"].str.fullmatch(r"示例(堆场|废弃矿山)[A-Z]").all()
    assert set(heaps["type"]) == {"磷石膏", "电解锰渣", "电石渣", "赤泥", "煤矸石", "废弃矿山"}


def test_layers_reach_past_the_region_but_not_past_the_study_area():
    area, region = table("study_area").geometry[0], shapely.union_all(districts())
    assert area.buffer(1.0).covers(region.buffer(19_000))
    for key in ("redline", "farmland", "river_bank", "park", "karst_zone", "receptor"):
        shapes = table(key).geometry.to_numpy()
        assert area.buffer(0.1).covers(shapely.union_all(shapes)), key
        assert not region.intersects(shapes).all(), key
    karst = shapely.union_all(table("karst_zone").geometry.to_numpy())
    assert karst.area == pytest.approx(area.area, rel=1e-6)


def test_main_stem_is_an_important_tributary():
    banks = table("river_bank")
    assert set(banks["rank"]) == {"重要支流", "支流"}  # Guizhou has no trunk of the Yangtze
    stem = banks[banks["rank"] == "重要支流"]
    assert list(stem["name"]) == ["示例·乌江"]
    north = shapely.union_all(districts()).boundary
    assert stem.geometry.iloc[0].buffer(1_500).intersection(north).length > 100_000


def test_all_of_it_is_small():
    size = sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file())
    assert size <= 10e6


@cache
def urban_pixels(name: str) -> np.ndarray:
    import rasterio
    from rasterio.features import geometry_mask

    with rasterio.open(DATA / "rasters" / f"{name}.tif") as source:
        shapes = [
            shape
            for code, shape in zip(table("districts")["adcode"], districts(), strict=True)
            if code in URBAN
        ]
        keep = geometry_mask(shapes, source.shape, source.transform, invert=True)
        values = source.read(1)[keep]
        assert source.crs.to_epsg() == 4545
        assert source.profile["tiled"]
        assert source.nodata is not None
        assert not (values == source.nodata).any()
    return values


def benchmark(shared: Path) -> dict:
    path = shared / "data" / "guiyang_cityscan_benchmark.json"
    return json.loads(path.read_text(encoding="utf-8"))


def shares(values: np.ndarray, classes: dict[str, float]) -> dict[str, float]:
    out = {}
    for name in classes:
        low, high = map(float, name.split("-"))
        out[name] = 100 * float(((values >= low) & (values < high)).mean())
    return out


@pytest.mark.parametrize(
    ("raster", "key"), [("slope", "slope_deg_share_pct"), ("dem", "elevation_share_pct")]
)
def test_histograms_follow_the_benchmark(shared, raster, key):
    wanted = benchmark(shared)[key]
    assert shares(urban_pixels(raster), wanted) == pytest.approx(wanted, abs=1.5)


def test_land_cover_follows_the_benchmark(shared):
    codes = {"Tree cover": 10, "Shrubland": 20, "Grassland": 30, "Cropland": 40, "Built-up": 50}
    codes |= {"Bare / sparse vegetation": 60, "Permanent water bodies": 80}
    wanted = benchmark(shared)["worldcover2020_share_pct"]
    found = {
        name: 100 * float((urban_pixels("land_cover") == k).mean()) for name, k in codes.items()
    }
    assert found == pytest.approx({name: wanted[name] for name in codes}, abs=1.5)


def test_slope_follows_the_relief():
    """Slope is synthesised, but steep cells lie where the ground rises and falls."""
    import rasterio
    from scipy import ndimage

    with (
        rasterio.open(DATA / "rasters" / "dem.tif") as dem,
        rasterio.open(DATA / "rasters" / "slope.tif") as slope,
    ):
        window = ((700, 1000), (700, 1000))
        z, s = dem.read(1, window=window).astype(float), slope.read(1, window=window)
    relief = ndimage.maximum_filter(z, 5) - ndimage.minimum_filter(z, 5)
    assert np.corrcoef(relief.ravel(), ndimage.uniform_filter(s, 5).ravel())[0, 1] > 0.7
