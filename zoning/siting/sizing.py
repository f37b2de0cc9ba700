"""Ground of heaps by what may stand on it, and the megawatts that fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
import shapely

from zoning.catalog import Catalog
from zoning.facts.values import F8, Mask
from zoning.grid import Grid
from zoning.layers import RasterLayer
from zoning.overlay.burn import within
from zoning.overlay.outlines import Outlines
from zoning.overlay.surface import Surface, opened
from zoning.siting.eligibility import Eligibility
from zoning.siting.parts import SEEN, Parts
from zoning.siting.sky import COARSEST_M
from zoning.siting.verdicts import FORBIDDEN, OUTSIDE, UNDETERMINED, USABLE
from zoning.solar import capacity

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first


STEEP_DEG = 25.0
"""[deg] Steeper ground is not counted on: an engineering default, never law (farming above 25 deg
is what the law on soil and water forbids, not arrays). Illustrative: a planner's to change."""


SMALL_HA = 2.0
"""[ha] Less, counting what is unclear, is told as small: 5 acres, about 1 MW, by EPA's RE-Powering
guidance (mirror); guidance of another country, so a note and never a verdict."""
NO_SLOPE = "没有坡度（或太粗），陡坡没有扣，可用面积记为说不清"
HOLES = "{n} 个分区有坡度无值的地，陡坡没有扣，这些地记为说不清"
"""Unknown slope is no gentle slope: such ground is unclear, never usable."""
SMALL = f"可用和说不清的合计不足 {SMALL_HA:g} 公顷，规模偏小（只作提示）"


def areas_of(
    parts: Parts,
    found: Eligibility,
    edge_m: float,
    *,
    catalog: Catalog | None = None,
    notes: list[str] | None = None,
    steep_deg: float = STEEP_DEG,
) -> dict[str, object]:
    """Ground of each part by what the cells say of it, the edge left out. [ha, geodesic]

    Parameters
    ----------
    parts : Parts
        n parts.
    found : Eligibility
        Cells of their ground.
    edge_m : float
        Width of the edge that carries no array. [m]
    catalog : Catalog, optional
        Its slope raster tells what is too steep. Where there is none, where it is too coarse or
        has no value, ground that would be usable is unclear.
    notes : list of str, optional
        Gets what is to be said of unknown slopes.
    steep_deg : float
        Ground that is steeper is unclear, not usable. [deg]

    Returns
    -------
    dict
        Columns ``usable_ha``, ``unclear_ha``, ``forbidden_ha``, ``outside_ha`` (beyond the
        region), ``edge_ha``, which sum to ``area_ha``; ``steep_ha``, what of the unclear ground
        were usable but for its steep slope (NaN: the slope of some is not known);
        ``remark`` ("" none).
    """
    names = ("usable_ha", "unclear_ha", "forbidden_ha", "outside_ha", "edge_ha")
    area = parts.sites.table["declared_m2"].to_numpy(np.float64) / 1e4
    sums = np.zeros((len(parts.table), len(names)))
    steep, unknown = np.zeros(len(parts.table)), np.zeros(len(parts.table))
    with rasterio.open(found.raster) as file, slope_of(catalog) as surface:
        for k, shape in enumerate(parts.geometry):
            sums[k], steep[k], unknown[k] = _one_area(
                shape, found.grid, file, edge_m, surface, steep_deg
            )
        known = surface is not None
    if notes is not None:
        holes = int((unknown > 0).sum())
        notes += [NO_SLOPE] if not known else [HOLES.format(n=holes)] if holes else []
    # cells are counted in the plane: shares of them, times the area that is published
    total = sums.sum(axis=1, keepdims=True)
    share = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    ground = share * area[:, None]
    cut = np.divide(steep, total[:, 0], out=np.zeros_like(steep), where=total[:, 0] > 0) * area
    # what only a raster shows is no heap that anything is known of: none of it counts as usable
    seen = (parts.table["source"] == SEEN).to_numpy()
    ground[seen, 1] += ground[seen, 0]
    ground[seen, 0] = 0.0
    columns: dict[str, object] = dict(zip(names, ground.T, strict=True))
    looked = ground[:, :3].sum(axis=1) > 0
    small = looked & (ground[:, :2].sum(axis=1) < SMALL_HA)
    return columns | {
        "area_ha": area,
        "steep_ha": np.where(unknown > 0, np.nan, cut) if known else np.full(len(area), np.nan),
        "remark": [SMALL if few else "" for few in small],
    }


@contextmanager
def slope_of(catalog: Catalog | None) -> Iterator[Surface | None]:
    """The slope raster, open; None where it is not held or its cells are too wide for a site."""
    layer = catalog.layers.get("slope") if catalog is not None else None
    if catalog is None or not isinstance(layer, RasterLayer):
        yield None
        return
    with opened(layer, catalog.crs) as surface:
        yield None if max(surface.width, surface.height) > COARSEST_M else surface


def _slopes(local: Grid, surface: Surface | None, steep_deg: float) -> tuple[Mask, Mask]:
    """Cells whose centre is known to lie on steeper ground, and those whose slope is not known."""
    if surface is None:
        shape = (local.height, local.width)
        return np.zeros(shape, np.bool_), np.ones(shape, np.bool_)
    x = local.x0 + (np.arange(local.width) + 0.5) * local.res
    y = local.y1 - (np.arange(local.height) + 0.5) * local.res
    col = np.floor((x - surface.left) / surface.width).astype(np.intp)
    row = np.floor((surface.top - y) / surface.height).astype(np.intp)
    rows, columns = int(row[-1] - row[0]) + 1, int(col[-1] - col[0]) + 1
    sheet = surface.read(int(row[0]), int(col[0]), rows, columns)
    at = np.ix_(row - row[0], col - col[0])
    known = sheet.known()
    steep = known & (sheet.values.astype(np.float64) > steep_deg)
    return np.asarray(steep[at]), np.asarray(~known[at])


def capacities(
    table: pd.DataFrame, ha_per_mw: tuple[float, float] | None
) -> dict[str, list[float] | list[str]]:
    """Range of what fits on each part. [MW]

    The least is usable ground at the most land that a megawatt takes, the most is that with the
    ground of which it cannot be told; NaN where no ground was looked at.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns of `areas_of`.
    ha_per_mw : pair of float, optional
        The range observed on real heaps by default.

    Returns
    -------
    dict
        Columns ``low_mw``, ``high_mw``, and ``land_use``: the range that they stand on.
    """
    looked_at = table[["usable_ha", "unclear_ha", "forbidden_ha"]].sum(axis=1).to_numpy() > 0
    inside = np.asarray(looked_at, dtype=np.bool_)
    low = [capacity(ha, ha_per_mw=ha_per_mw).low_mw for ha in table["usable_ha"]]
    wide = table["usable_ha"] + table["unclear_ha"]
    high = [capacity(ha, ha_per_mw=ha_per_mw).high_mw for ha in wide]
    nothing = float("nan")
    return {
        "low_mw": [mw if held else nothing for mw, held in zip(low, inside, strict=True)],
        "high_mw": [mw if held else nothing for mw, held in zip(high, inside, strict=True)],
        "land_use": [capacity(0.0, ha_per_mw=ha_per_mw).source] * len(table),
    }


def _one_area(
    shape: shapely.Geometry,
    grid: Grid,
    file: rasterio.DatasetReader,
    edge_m: float,
    surface: Surface | None,
    steep_deg: float,
) -> tuple[F8, float, float]:
    """Cells by what may stand on them, how many are steep, and how many of unknown slope."""
    west, south, east, north = shapely.bounds(shape).tolist()
    row0, col0 = int((grid.y1 - north) / grid.res), int((west - grid.x0) / grid.res)
    row1, col1 = int((grid.y1 - south) / grid.res) + 1, int((east - grid.x0) / grid.res) + 1
    row0, col0 = max(row0, 0), max(col0, 0)
    row1, col1 = min(row1, grid.height), min(col1, grid.width)
    if row0 >= row1 or col0 >= col1:
        return np.array([0.0, 0.0, 0.0, 1.0, 0.0]), 0.0, 0.0  # beyond the region
    local = Grid(
        grid.crs,
        grid.x0 + col0 * grid.res,
        grid.y1 - row0 * grid.res,
        grid.res,
        col1 - col0,
        row1 - row0,
    )
    window = ((row0, row0 + local.height), (col0, col0 + local.width))
    value = file.read(1, window=window)
    outline = Outlines.of(np.asarray([shape], dtype=object))
    inside = within(outline, local)
    inner = within(outline, local, reach_m=-edge_m) if edge_m > 0 else inside
    usable = np.isin(value, USABLE)
    steep, unknown = (usable & mask for mask in _slopes(local, surface, steep_deg))
    masks = (
        usable & ~steep & ~unknown,
        np.isin(value, UNDETERMINED) | steep | unknown,
        value == FORBIDDEN,
        value == OUTSIDE,
    )
    counts = [*((inner & mask).sum() for mask in masks), (inside & ~inner).sum()]
    doubts = float((inner & steep).sum()), float((inner & unknown).sum())
    return np.asarray(counts, float), *doubts
