"""Small layers on disk for the tests of layers, catalog and check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

# Within Guiyang in EPSG:4545: a square of 2 km whose lower left corner lies here
X, Y = 370_000.0, 2_940_000.0


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Geometry:
    """Rectangle in metres from the corner (X, Y)."""
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def frame(
    geometry: Sequence[object], crs: str = "EPSG:4545", **columns: object
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=list(geometry), crs=crs)


def save(rows: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    pyogrio.write_dataframe(rows, path, **options)
    return path


def districts(folder: Path) -> Path:
    rows = frame(
        [box(0, 0, 1000, 2000), box(1000, 0, 2000, 2000)],
        adcode=["520102", "520103"],
        name=["南明区", "云岩区"],
    )
    return save(rows, folder / "districts.gpkg")


def units() -> gpd.GeoDataFrame:
    """Three units that tile the two districts."""
    return frame(
        [box(0, 0, 1000, 2000), box(1000, 0, 2000, 500), box(1000, 500, 2000, 2000)],
        code=["ZH52010210001", "ZH52010320001", "ZH52010330001"],
        name=["南明优先", "云岩重点", "云岩一般"],
        **{"class": ["优先保护", "重点管控", "一般管控"]},
    )


HEAD = """source = "试验"
licence = "CC0"
date = 2024-05-01
accuracy_m = 0
"""


def write_catalog(folder: Path, layers: str = "", region: str = "") -> Path:
    """Catalog whose boundary is complete; ``layers`` is appended."""
    if not (folder / "districts.gpkg").exists():
        districts(folder)
    path = folder / "catalog.toml"
    path.write_text(
        f"""[region]
name = "试验区"
crs = "EPSG:4545"
boundary = "districts"
{region}
[layers.districts]
path = "districts.gpkg"
coverage = "own extent"
{HEAD}
{layers}
""",
        encoding="utf-8",
    )
    return path


def write_raster(
    path: Path,
    cells: np.ndarray,
    *,
    res: float = 1000.0,
    nodata: float | None = None,
    crs: str | None = "EPSG:4545",
) -> Path:
    import rasterio
    from affine import Affine

    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=cells.shape[0],
        width=cells.shape[1],
        count=1,
        dtype=str(cells.dtype),
        crs=crs,
        nodata=nodata,
        transform=Affine(res, 0.0, X, 0.0, -res, Y + cells.shape[0] * res),
    ) as raster:
        raster.write(cells, 1)
    return path
