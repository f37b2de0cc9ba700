"""Rasters, block by block: each block is a function of its coordinates and the seed alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.crs import WORK
from zoning.errors import Fault, InputError
from zoning.sample.frame import EAST, NORTH, SOUTH, WEST, inside
from zoning.sample.world import World

BLOCK = 256  # cells to a block's side, also the tile of the files
Progress = Callable[[str, int, int], None]

KARST_CLASSES = {"弱发育": 1, "中等发育": 2, "强发育": 3}
HEAP_CLASSES = {"磷石膏": 1, "电解锰渣": 2, "电石渣": 3, "赤泥": 4, "煤矸石": 5, "废弃矿山": 6}


@dataclass(frozen=True, slots=True)
class RasterKind:
    """Type and nodata of one raster."""

    name: str
    dtype: str
    nodata: float
    predictor: int


KINDS = (
    RasterKind("dem", "int16", -32768, 2),
    RasterKind("slope", "float32", -9999, 3),
    RasterKind("land_cover", "uint8", 0, 1),
    RasterKind("forest_cover", "uint8", 255, 2),
    RasterKind("karst", "uint8", 0, 1),
    RasterKind("waste_heap_class", "uint8", 255, 1),
)


def write_rasters(
    world: World,
    karst: gpd.GeoDataFrame,
    heaps: gpd.GeoDataFrame,
    folder: Path,
    *,
    resolution_m: float,
    progress: Progress | None = None,
) -> None:
    """Write the six rasters of the sample.

    Parameters
    ----------
    world : World
    karst, heaps : GeoDataFrame
        Layers `karst_zone` and `waste_heap`, from which two rasters are taken.
    folder : Path
    resolution_m : float
        Cell [m]; divides 1000.
    progress : callable, optional
        Called with (what, blocks done, blocks in all).

    Raises
    ------
    InputError
        The resolution does not divide a kilometre or is not between 5 and 1000 m.
    """
    import rasterio
    from rasterio.transform import from_origin

    columns, rows = raster_shape(resolution_m)
    blocks = list(_blocks(rows, columns))
    karst_code = _coder(karst, "degree", KARST_CLASSES, 0)
    heap_code = _coder(heaps, "type", HEAP_CLASSES, 0)
    with ExitStack() as stack:
        files = {
            kind.name: stack.enter_context(
                rasterio.open(
                    folder / f"{kind.name}.tif",
                    "w",
                    driver="GTiff",
                    width=columns,
                    height=rows,
                    count=1,
                    dtype=kind.dtype,
                    crs=WORK,
                    transform=from_origin(WEST, NORTH, resolution_m, resolution_m),
                    nodata=kind.nodata,
                    tiled=True,
                    blockxsize=BLOCK,
                    blockysize=BLOCK,
                    compress="deflate",
                    predictor=kind.predictor,
                    zlevel=9,
                )
            )
            for kind in KINDS
        }
        for done, (r, c, h, w) in enumerate(blocks, 1):
            x = WEST + (np.arange(c, c + w) + 0.5) * resolution_m
            y = NORTH - (np.arange(r, r + h) + 0.5) * resolution_m
            grid = np.meshgrid(x, y)
            made = block(world, grid[0], grid[1], karst_code, heap_code)
            for name, values in made.items():
                files[name].write(values, 1, window=((r, r + h), (c, c + w)))
            if progress is not None:
                progress("栅格 rasters", done, len(blocks))


def raster_shape(resolution_m: float) -> tuple[int, int]:
    """Columns and rows at a resolution."""
    usable = 5.0 <= resolution_m <= 1000.0
    if not usable or abs(1000.0 / resolution_m - round(1000.0 / resolution_m)) > 1e-9:
        raise InputError(
            Fault(
                zh="示例栅格的分辨率须在 5 至 1000 m 之间且整除 1 km",
                en="the resolution must lie between 5 and 1000 m and divide 1 km",
                value=f"{resolution_m:g}",
                remedy_zh="用 10、20、50、100、200、500 等",
                remedy_en="use 10, 20, 50, 100, 200 or 500",
            )
        )
    return round((EAST - WEST) / resolution_m), round((NORTH - SOUTH) / resolution_m)


Coder = Callable[[Floats, Floats], NDArray[np.uint8]]


def block(
    world: World, x: Floats, y: Floats, karst_code: Coder, heap_code: Coder
) -> dict[str, NDArray[np.generic]]:
    """All rasters of one block of cell centres [m]; nodata outside the study area."""
    out: dict[str, NDArray[np.generic]] = {
        kind.name: np.full(x.shape, kind.nodata, kind.dtype) for kind in KINDS
    }
    keep = inside(world.frame.study_area, x, y)
    if not keep.any():
        return out
    px, py = x[keep], y[keep]
    z, slope = world.relief.surface(px, py)
    cover = world.cover.classes(px, py, slope)
    out["dem"][keep] = np.round(z)
    # Quarters of a degree, exact in binary, keep the file small; finer than any rule asks for.
    out["slope"][keep] = np.round(slope * 4.0) / 4.0
    out["land_cover"][keep] = cover
    out["forest_cover"][keep] = world.cover.forest_percent(px, py, cover) // 2 * 2
    out["karst"][keep] = np.maximum(karst_code(px, py), 1)
    out["waste_heap_class"][keep] = heap_code(px, py)
    return out


def _coder(table: gpd.GeoDataFrame, column: str, codes: dict[str, int], none: int) -> Coder:
    """Class of points by the polygon that holds them."""
    shapes = table.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    values = np.array([codes[value] for value in table[column]], np.uint8)
    shapely.prepare(shapes)

    def code(x: Floats, y: Floats) -> NDArray[np.uint8]:
        out = np.full(x.shape, none, np.uint8)
        for k in sorted(tree.query(shapely.box(x.min(), y.min(), x.max(), y.max()))):
            out[shapely.contains_xy(shapes[k], x, y)] = values[k]
        return out

    return code


def _blocks(rows: int, columns: int) -> Iterator[tuple[int, int, int, int]]:
    for r in range(0, rows, BLOCK):
        for c in range(0, columns, BLOCK):
            yield r, c, min(BLOCK, rows - r), min(BLOCK, columns - c)
