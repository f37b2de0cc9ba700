"""The content hash changes with the content and with nothing else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from tests.scenes.catalog_files import box, frame, save, write_catalog, write_raster
from zoning.catalog import Catalog
from zoning.layers import content_hash

ROWS = frame(
    [box(0, 0, 1, 1), box(2, 0, 3, 1), box(4, 0, 5, 1)],
    name=["a", "b", None],
    kv=[110, 220, 35],
)


def hash_of(folder: Path, name: str = "a.gpkg", layer: str = "lake") -> str:
    write_catalog(folder, f'[layers.{layer}]\npath = "{name}"')
    return content_hash(Catalog.open(folder).layers[layer])


def saved(folder: Path, rows: gpd.GeoDataFrame, name: str = "a.gpkg") -> str:
    folder.mkdir(exist_ok=True)
    save(rows, folder / name)
    return hash_of(folder, name)


def test_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    first = saved(tmp_path / "1", ROWS)
    assert saved(tmp_path / "2", ROWS.iloc[[2, 0, 1]]) == first
    assert saved(tmp_path / "3", ROWS[["kv", "name", "geometry"]]) == first


def test_start_and_direction_of_a_ring_do_not_matter(tmp_path: Path) -> None:
    turned = ROWS.copy()
    ring = list(ROWS.geometry[0].exterior.coords)[:-1]
    turned.loc[0, "geometry"] = shapely.Polygon([*ring[2:], *ring[:2]][::-1])
    assert saved(tmp_path / "1", ROWS) == saved(tmp_path / "2", turned)


def test_format_does_not_matter(tmp_path: Path) -> None:
    first = saved(tmp_path / "1", ROWS)
    assert saved(tmp_path / "2", ROWS, "a.shp") == first
    ROWS.to_parquet(tmp_path / "1" / "b.parquet")
    assert hash_of(tmp_path / "1", "b.parquet") == first


def test_bytes_that_a_program_adds_do_not_matter(tmp_path: Path) -> None:
    """As when QGIS opens a GeoPackage: it writes styles, vacuums, sets the last change."""
    first = saved(tmp_path, ROWS)
    before = (tmp_path / "a.gpkg").read_bytes()
    with sqlite3.connect(tmp_path / "a.gpkg") as db:
        db.execute("CREATE TABLE layer_styles (id INTEGER)")
        db.execute("UPDATE gpkg_contents SET last_change = '2030-01-01T00:00:00.000Z'")
    assert (tmp_path / "a.gpkg").read_bytes() != before
    assert hash_of(tmp_path) == first


def moved(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows.loc[0, "geometry"] = box(0, 0, 1, 1 + 1e-6)
    return rows


def renamed(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows.loc[0, "name"] = "c"
    return rows


CHANGES: dict[str, Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame]] = {
    "one vertex": moved,
    "one cell": renamed,
    "one row less": lambda rows: rows.iloc[1:],
    "one row twice": lambda rows: rows.iloc[[0, 0, 1, 2]],
    "a column more": lambda rows: rows.assign(type="x"),
    "a column's name": lambda rows: rows.rename(columns={"kv": "mw"}),
    "another CRS": lambda rows: rows.set_crs(4544, allow_override=True),
    "two cells swapped": lambda rows: rows.assign(name=["b", "a", None]),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_any_change_of_content_matters(tmp_path: Path, change: str) -> None:
    first = saved(tmp_path / "1", ROWS)
    assert saved(tmp_path / "2", CHANGES[change](ROWS.copy())) != first


def test_a_changed_file_is_hashed_again(tmp_path: Path) -> None:
    save(ROWS, tmp_path / "a.gpkg")
    write_catalog(tmp_path, '[layers.lake]\npath = "a.gpkg"')
    layer = Catalog.open(tmp_path).layers["lake"]
    first = content_hash(layer)
    (tmp_path / "a.gpkg").unlink()
    save(moved(ROWS.copy()), tmp_path / "a.gpkg")
    assert content_hash(layer) != first


def test_a_raster_is_its_bytes(tmp_path: Path) -> None:
    from hashlib import sha256

    write_raster(tmp_path / "dem.tif", np.ones((2, 2), dtype="float32"))
    wanted = sha256((tmp_path / "dem.tif").read_bytes()).hexdigest()
    assert hash_of(tmp_path, "dem.tif", "dem") == wanted
