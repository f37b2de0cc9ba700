"""How the ground of a site lies: which way it falls, what covers it, how suitable its cells are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.catalog import Catalog
from zoning.grid import Grid
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.overlay.raster.raster import Surface, opened
from zoning.overlay.raster.terrain import Relief, aspect, gradient
from zoning.overlay.rasterize.burn import burn
from zoning.overlay.rasterize.edges import Outlines
from zoning.rules.grammar import FactRef, parse_fact
from zoning.sites import Sites
from zoning.siting.figures.neighbours import WINDS, neighbours
from zoning.siting.figures.under import too_coarse

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first

ROWS = 512
"""Rows of a raster that are looked at together, so that memory does not hang on the site."""
LEVEL = "平"
SOUTH = ("东南", "南", "西南")


def aspects(shapes: NDArray[np.object_], catalog: Catalog) -> dict[str, object]:
    """Which way the ground of each shape falls, by the elevation model.

    Parameters
    ----------
    shapes : object array [n]
        Polygons in the work CRS.
    catalog : Catalog

    Returns
    -------
    dict
        ``aspect`` (the wind of most of its cells, 平 where they are level, "" where nothing is
        known), ``aspect_share`` and ``south_share`` (southeast to southwest), of its known cells.
        No model, one too coarse for a site or one whose cells are not square: nothing is claimed.
    """
    words, most, south = [], [], []
    layer = catalog.layers.get("dem")
    fine = isinstance(layer, RasterLayer) and not too_coarse(layer, catalog.crs)
    count = _counts(shapes, layer, catalog.crs) if fine and isinstance(layer, RasterLayer) else None
    for k in range(len(shapes)):
        held = count[k] if count is not None else Counter()
        total = sum(held.values())
        best = min(held, key=lambda word: (-held[word], word), default="")
        words.append(best)
        most.append(held[best] / total if total else np.nan)
        south.append(sum(held[word] for word in SOUTH) / total if total else np.nan)
    return {"aspect": words, "aspect_share": most, "south_share": south}


def _counts(shapes: NDArray[np.object_], layer: RasterLayer, crs: str) -> list[Counter[str]] | None:
    with opened(layer, crs) as surface:
        if abs(surface.width / surface.height - 1) > 0.01:
            return None
        return [_count(shape, surface, crs) for shape in shapes]


def _count(shape: shapely.Geometry, surface: Surface, crs: str) -> Counter[str]:
    """Cells of a shape by the wind that they face."""
    found, names = Counter[str](), np.asarray([*WINDS, LEVEL], object)
    for relief, mine in _reliefs(shape, surface, crs):
        turn = aspect(relief)[mine]
        place = np.where(np.isnan(turn), 8, (np.nan_to_num(turn) + 22.5) // 45 % 8).astype(int)
        values, count = np.unique(place, return_counts=True)
        found.update(dict(zip(names[values].tolist(), count.tolist(), strict=True)))
    return found


def _reliefs(shape: shapely.Geometry, surface: Surface, crs: str) -> Iterator[tuple[Relief, Mask]]:
    """Gradients of an elevation model under a shape, and which cells are the shape's and known."""
    west, south, east, north = shapely.bounds(shape).tolist()
    left = int((west - surface.left) // surface.width)
    width = int((east - surface.left) // surface.width) - left + 1
    top, bottom = (int((surface.top - y) // surface.height) for y in (north, south))
    outlines = Outlines.of(np.asarray([shape], object))
    for row in range(top, bottom + 1, ROWS):
        rows = min(ROWS, bottom + 1 - row)
        sheet = surface.read(row - 1, left - 1, rows + 2, width + 2)
        relief = gradient(sheet.values.astype(np.float64), sheet.known(), res_m=surface.width)
        x, y = surface.left + left * surface.width, surface.top - row * surface.height
        mine = np.zeros(relief.known.shape, np.bool_)
        mine[1:-1, 1:-1] = burn(outlines, Grid(crs, x, y, surface.width, width, rows))
        yield relief, mine & relief.known


def planes(shapes: NDArray[np.object_], catalog: Catalog) -> tuple[Floats, Floats]:
    """The plane that the ground of each shape lies in on average, by the elevation model.

    A heap that falls to all sides is level on average.

    Parameters
    ----------
    shapes : object array [n]
        Polygons in the work CRS.
    catalog : Catalog

    Returns
    -------
    float array [n], float array [n]
        Slope, and the direction in which it falls, clockwise from north [deg]; NaN where there is
        no model, one too coarse for a site, one whose cells are not square, or no value.
    """
    mean = np.full((len(shapes), 2), np.nan)
    layer = catalog.layers.get("dem")
    if isinstance(layer, RasterLayer) and not too_coarse(layer, catalog.crs):
        with opened(layer, catalog.crs) as surface:
            if abs(surface.width / surface.height - 1) <= 0.01:
                for k, shape in enumerate(shapes):
                    mean[k] = _mean_gradient(shape, surface, catalog.crs)
    east, north = mean.T
    fall = np.degrees(np.arctan(np.hypot(east, north)))
    return fall, np.where(np.isnan(fall), np.nan, np.degrees(np.arctan2(-east, -north)) % 360.0)


def _mean_gradient(shape: shapely.Geometry, surface: Surface, crs: str) -> tuple[float, float]:
    east, north, count = 0.0, 0.0, 0
    for relief, mine in _reliefs(shape, surface, crs):
        east += float(relief.east[mine].sum())
        north += float(relief.north[mine].sum())
        count += int(mine.sum())
    return (east / count, north / count) if count else (np.nan, np.nan)


def covers(sites: Sites, catalog: Catalog, as_of: date) -> dict[str, object]:
    """Class of land cover that most of each site's ground has, and its share.

    Returns
    -------
    dict
        ``land_cover`` ("" where nothing is known), ``land_cover_share``.
    """
    layer, n = catalog.layers.get("land_cover"), len(sites)
    if not isinstance(layer, RasterLayer) or not layer.classes or not n:
        return {"land_cover": [""] * n, "land_cover_share": np.full(n, np.nan)}
    names = list(dict.fromkeys(name for _, name in layer.classes))
    refs = [FactRef("land_cover", "share", (), name) for name in names]
    facts = measure(sites, refs, open_views(catalog, refs), as_of=as_of, always=())
    share = np.stack([facts.numbers(str(ref)).measured for ref in refs], axis=1)
    known = [not bool(np.isnan(row).all()) for row in share]
    best = np.nan_to_num(share, nan=-1.0).argmax(axis=1)
    return {
        "land_cover": [names[k] if held else "" for k, held in zip(best, known, strict=True)],
        "land_cover_share": share[np.arange(n), best],
    }


def receptors_below(
    sites: Sites, catalog: Catalog, as_of: date
) -> list[str]:  # fmt: skip
    """Whether the nearest receptor lies lower than a site.

    That says nothing of the way that water takes, least of all in karst.

    Returns
    -------
    list of str [n]
        是: lower than all of the site; 否: higher than all of it; 相当: between; "": there is no
        receptor, or no elevation model fine enough for a site.
    """
    layer, n = catalog.layers.get("dem"), len(sites)
    near = neighbours(sites.geometry, "receptor", catalog)
    if not isinstance(layer, RasterLayer) or too_coarse(layer, catalog.crs) or near is None:
        return [""] * n
    points = [item.place for item in near]
    there = Sites.of(points, crs=catalog.crs, to=catalog.crs, declared_m2=[0.0] * n)
    height = _heights(there, catalog, as_of)[0]
    _, low, high = _heights(sites, catalog, as_of)
    lower, higher = np.less(height, low), np.greater(height, high)
    known = ~(np.isnan(height) | np.isnan(low) | np.isnan(high))
    words = np.where(lower, "是", np.where(higher, "否", "相当"))
    return [str(word) for word in np.where(known, words, "")]


def _heights(sites: Sites, catalog: Catalog, as_of: date) -> tuple[Floats, Floats, Floats]:
    """Mean, least and greatest height of the ground of sites. [m]"""
    refs = [parse_fact(f"dem.{name}") for name in ("mean", "min", "max")]
    facts = measure(sites, refs, open_views(catalog, refs), as_of=as_of, always=())
    mean, low, high = (facts.numbers(str(ref)).measured for ref in refs)
    return mean, low, high


def mean_suitability(
    shapes: NDArray[np.object_], grid: Grid, raster: Path | None, unknown: int
) -> Floats:
    """Mean score of the cells whose centre is in each shape; NaN where none has one.

    Parameters
    ----------
    shapes : object array [n]
        Polygons in the CRS of the grid.
    grid : Grid
    raster : Path or None
        uint8, 100 times the score.
    unknown : int
        Value of cells without a score.
    """
    found = np.full(len(shapes), np.nan)
    if raster is None:
        return found
    with rasterio.open(raster) as file:
        for k, shape in enumerate(shapes):
            total, count = 0.0, 0
            for part, value in _windows(shape, grid, file):
                mine = value[burn(Outlines.of(np.asarray([shape], object)), part)]
                mine = mine[mine != unknown]
                total, count = total + float(mine.sum(dtype=np.int64)), count + len(mine)
            found[k] = total / count / 100 if count else np.nan
    return found


def _windows(
    shape: shapely.Geometry, grid: Grid, file: rasterio.DatasetReader
) -> list[tuple[Grid, NDArray[np.uint8]]]:
    west, south, east, north = shapely.bounds(shape).tolist()
    col0, col1 = (int((x - grid.x0) // grid.res) for x in (west, east))
    row0, row1 = (int((grid.y1 - y) // grid.res) for y in (north, south))
    col0, row0 = max(col0, 0), max(row0, 0)
    col1, row1 = min(col1 + 1, grid.width), min(row1 + 1, grid.height)
    found = []
    for row in range(row0, row1, ROWS):
        end = min(row + ROWS, row1)
        x, y = grid.x0 + col0 * grid.res, grid.y1 - row * grid.res
        part = Grid(grid.crs, x, y, grid.res, col1 - col0, end - row)
        found.append((part, file.read(1, window=((row, end), (col0, col1)))))
    return found
