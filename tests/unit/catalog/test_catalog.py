"""Opening a catalog, its coverage, and what it shows of itself."""

from __future__ import annotations

import pickle
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import shapely
from test_crs import esri

from tests.scenes.catalog_files import (
    HEAD,
    box,
    districts,
    frame,
    save,
    units,
    write_catalog,
    write_raster,
)
from zoning.catalog import VALID_PIXELS, Catalog
from zoning.errors import InputError
from zoning.layers import RasterLayer, VectorLayer, read_features

LAKE = '[layers.lake]\npath = "lake.gpkg"\n'


def lake(folder: Path) -> Path:
    return save(
        frame([box(0, 0, 10, 10), box(5, 0, 20, 10)], name=["a", "b"]), folder / "lake.gpkg"
    )


def test_open_takes_a_folder_or_a_file(tmp_path: Path) -> None:
    path = write_catalog(tmp_path)
    assert Catalog.open(tmp_path) == Catalog.open(path) == Catalog.open(str(path))


def test_everything_that_is_stated_is_there(tmp_path: Path) -> None:
    lake(tmp_path)
    entry = f"""{LAKE}{HEAD}title = "湖"
role = "lake"
superseded = 2025-01-01
share = "full"
synthetic = true
coverage = "region"
"""
    write_catalog(
        tmp_path, entry, 'out_of_scope = [{ layer = "forest_map", department = "市林业局" }]'
    )
    catalog = Catalog.open(tmp_path)
    layer = catalog.layers["lake"]
    assert (catalog.name, catalog.crs, catalog.region) == ("试验区", "EPSG:4545", "districts")
    assert catalog.out_of_scope == (("forest_map", "市林业局"),)
    assert (layer.title, layer.role, layer.source, layer.licence) == ("湖", "lake", "试验", "CC0")
    assert (layer.date, layer.superseded) == (date(2024, 5, 1), date(2025, 1, 1))
    assert (layer.accuracy_m, layer.accuracy_default) == (0.0, False)
    assert (layer.share, layer.synthetic, layer.coverage) == ("full", True, "region")


def test_what_is_not_stated_is_assumed_cautiously(tmp_path: Path) -> None:
    lake(tmp_path)
    write_catalog(tmp_path, LAKE)
    layer = Catalog.open(tmp_path).layers["lake"]
    assert (layer.title, layer.share, layer.synthetic) == ("湖库", "result_only", False)
    assert layer.coverage is None
    assert layer.accuracy_default
    assert layer.accuracy_m == 30.0  # role "lake"


def test_role_gives_the_default_accuracy(tmp_path: Path) -> None:
    lake(tmp_path)
    write_catalog(tmp_path, f'{LAKE}role = "karst"')
    assert Catalog.open(tmp_path).layers["lake"].accuracy_m == 100.0


def test_raster_handle(tmp_path: Path) -> None:
    write_raster(tmp_path / "slope.tif", np.ones((2, 3), dtype="float32"), nodata=-1.0, res=50.0)
    write_catalog(tmp_path, '[layers.slope]\npath = "slope.tif"\nvalid_range = [0, 90]')
    layer = Catalog.open(tmp_path).layers["slope"]
    assert isinstance(layer, RasterLayer)
    assert (layer.unit, layer.valid_range, layer.nodata) == ("deg", (0.0, 90.0), -1.0)
    assert layer.crs == "EPSG:4545"
    assert layer.accuracy_m == 50.0  # no finer than its cells


def test_raster_classes(tmp_path: Path) -> None:
    write_raster(tmp_path / "a.tif", np.ones((2, 2), dtype="uint8"))
    classes = 'classes = { 10 = "林地", 2 = "水田", 3 = "水田" }'
    write_catalog(tmp_path, f'[layers.land_cover]\npath = "a.tif"\n{classes}')
    layer = Catalog.open(tmp_path).layers["land_cover"]
    assert isinstance(layer, RasterLayer)
    assert layer.classes == ((2, "水田"), (3, "水田"), (10, "林地"))
    assert layer.unit == "class"


def test_region_is_the_union_of_its_districts(tmp_path: Path) -> None:
    write_catalog(tmp_path)
    region = Catalog.open(tmp_path).region_geometry()
    assert shapely.area(region) == pytest.approx(4e6)
    assert shapely.equals(region, box(0, 0, 2000, 2000))


def test_region_is_in_the_work_crs(tmp_path: Path) -> None:
    rows = frame(
        [box(0, 0, 1000, 2000), box(1000, 0, 2000, 2000)], adcode=["1", "2"], name=["a", "b"]
    )
    save(rows.to_crs(4490), tmp_path / "districts.gpkg")
    write_catalog(tmp_path)
    region = Catalog.open(tmp_path).region_geometry()
    assert shapely.hausdorff_distance(region, box(0, 0, 2000, 2000)) < 1e-3


def test_coverage_of_another_layer(tmp_path: Path) -> None:
    lake(tmp_path)
    save(frame([box(-10, -10, 30, 30)], name=["x"]), tmp_path / "area.gpkg")
    write_catalog(
        tmp_path, f'{LAKE}coverage = "study_area"\n[layers.study_area]\npath = "area.gpkg"'
    )
    catalog = Catalog.open(tmp_path)
    cover = catalog.coverage(catalog.layers["lake"])
    assert isinstance(cover, shapely.Geometry)
    assert shapely.equals(cover, box(-10, -10, 30, 30))


@pytest.mark.parametrize("word", ["region", "districts"])
def test_coverage_of_the_region(tmp_path: Path, word: str) -> None:
    lake(tmp_path)
    write_catalog(tmp_path, f'{LAKE}coverage = "{word}"')
    cover = Catalog.open(tmp_path).coverage("lake")
    assert isinstance(cover, shapely.Geometry)
    assert shapely.equals(cover, box(0, 0, 2000, 2000))


def test_coverage_of_its_own_extent_is_the_ground_not_the_hull(tmp_path: Path) -> None:
    rows = frame([box(0, 0, 10, 10), box(5, 0, 20, 10), box(100, 0, 110, 10)], name=list("abc"))
    save(rows, tmp_path / "lake.gpkg")
    write_catalog(tmp_path, f'{LAKE}coverage = "own extent"')
    cover = Catalog.open(tmp_path).coverage("lake")
    assert isinstance(cover, shapely.Geometry)
    assert shapely.area(cover) == pytest.approx(20 * 10 + 10 * 10)


def test_coverage_unstated_is_unknown(tmp_path: Path) -> None:
    lake(tmp_path)
    write_catalog(tmp_path, LAKE)
    assert Catalog.open(tmp_path).coverage("lake") is None


def test_own_extent_of_a_raster_is_its_valid_pixels(tmp_path: Path) -> None:
    write_raster(tmp_path / "dem.tif", np.ones((2, 2), dtype="float32"))
    write_catalog(tmp_path, '[layers.dem]\npath = "dem.tif"\ncoverage = "own extent"')
    assert Catalog.open(tmp_path).coverage("dem") is VALID_PIXELS


def test_layer_that_is_not_there(tmp_path: Path) -> None:
    write_catalog(tmp_path)
    catalog = Catalog.open(tmp_path)
    with pytest.raises(InputError, match="没有矢量图层"):
        catalog._vector("nothing")


def test_pickles_small_and_whole(tmp_path: Path) -> None:
    lake(tmp_path)
    write_catalog(tmp_path, LAKE)
    catalog = Catalog.open(tmp_path)
    catalog.region_geometry()
    packed = pickle.dumps(catalog)
    assert len(packed) < 4000
    assert pickle.loads(packed) == catalog


def test_layers_cannot_be_added(tmp_path: Path) -> None:
    write_catalog(tmp_path)
    with pytest.raises(TypeError):
        Catalog.open(tmp_path).layers["x"] = None  # type: ignore[index]  # the point of the test


def test_arcgis_prj_is_the_work_crs(tmp_path: Path) -> None:
    lake_rows = frame([box(0, 0, 10, 10)], name=["a"])
    save(lake_rows, tmp_path / "lake.shp")
    (tmp_path / "lake.prj").write_text(esri())
    write_catalog(tmp_path, '[layers.lake]\npath = "lake.shp"')
    layer = Catalog.open(tmp_path).layers["lake"]
    assert layer.crs == "EPSG:4545"
    assert isinstance(layer, VectorLayer)
    got = read_features(layer, crs="EPSG:4545").geometry[0]
    assert shapely.equals_exact(shapely.normalize(got), shapely.normalize(box(0, 0, 10, 10)))


def test_notepad_bom_and_gbk_catalogs_are_read(tmp_path: Path) -> None:
    path = write_catalog(tmp_path)
    text = path.read_text(encoding="utf-8")
    for encoding in ("utf-8-sig", "gbk"):
        path.write_text(text, encoding=encoding)
        assert Catalog.open(path).name == "试验区"


def test_absolute_paths_and_backslashes(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    lake(tmp_path / "sub")
    write_catalog(tmp_path, "[layers.lake]\npath = 'sub\\lake.gpkg'")
    assert "lake" in Catalog.open(tmp_path).layers
    write_catalog(tmp_path, f"[layers.lake]\npath = '{tmp_path / 'sub/lake.gpkg'}'")
    assert "lake" in Catalog.open(tmp_path).layers


def test_shows_itself_in_a_notebook(tmp_path: Path) -> None:
    lake(tmp_path)
    entry = f'{LAKE}title = "湖 <b>"\nsynthetic = true'
    write_catalog(
        tmp_path, entry, 'out_of_scope = [{ layer = "forest_map", department = "市林业局" }]'
    )
    html = Catalog.open(tmp_path)._repr_html_()
    for word in (
        "湖 &lt;b&gt;",
        "2024-05-01",
        "30 m (默认 default)",
        "合成",
        "result_only",
        "市林业局",
    ):
        assert word in html
    assert '<b>"' not in html


def test_opening_reads_no_features(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pyogrio

    lake(tmp_path)
    save(units(), tmp_path / "u.gpkg")
    write_catalog(tmp_path, f'{LAKE}[layers.control_unit]\npath = "u.gpkg"')

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("features were read")

    monkeypatch.setattr(pyogrio, "read_dataframe", refuse)
    assert len(Catalog.open(tmp_path).layers) == 3


def test_import_is_light() -> None:
    """The package itself must not pull in geopandas or rasterio."""
    code = "import sys, zoning; print('geopandas' in sys.modules, 'rasterio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_districts_helper_tiles(tmp_path: Path) -> None:
    districts(tmp_path)
    write_catalog(tmp_path)
    assert shapely.area(Catalog.open(tmp_path).region_geometry()) == pytest.approx(4e6)
