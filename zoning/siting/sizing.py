"""Ground of heaps by what may stand on it, and the megawatts that fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from zoning.facts.values import F8
from zoning.grid import Grid
from zoning.overlay.burn import within
from zoning.overlay.outlines import Outlines
from zoning.siting.eligibility import Eligibility
from zoning.siting.parts import Parts
from zoning.siting.verdicts import FORBIDDEN, OUTSIDE, UNDETERMINED, USABLE
from zoning.solar import capacity

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first


def areas_of(parts: Parts, found: Eligibility, edge_m: float) -> dict[str, object]:
    """Ground of each part by what the cells say of it, the edge left out. [ha, geodesic]

    Parameters
    ----------
    parts : Parts
        n parts.
    found : Eligibility
        Cells of their ground.
    edge_m : float
        Width of the edge that carries no array. [m]

    Returns
    -------
    dict
        Columns ``usable_ha``, ``unclear_ha``, ``forbidden_ha``, ``outside_ha`` (beyond the
        region), ``edge_ha``, which sum to ``area_ha``.
    """
    names = ("usable_ha", "unclear_ha", "forbidden_ha", "outside_ha", "edge_ha")
    area = parts.sites.table["declared_m2"].to_numpy(np.float64) / 1e4
    sums = np.zeros((len(parts.table), len(names)))
    with rasterio.open(found.raster) as file:
        for k, shape in enumerate(parts.geometry):
            sums[k] = _one_area(shape, found.grid, file, edge_m)
    # cells are counted in the plane: shares of them, times the area that is published
    total = sums.sum(axis=1, keepdims=True)
    share = np.divide(sums, total, out=np.zeros_like(sums), where=total > 0)
    columns: dict[str, object] = dict(zip(names, (share * area[:, None]).T, strict=True))
    return columns | {"area_ha": area}


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
    shape: shapely.Geometry, grid: Grid, file: rasterio.DatasetReader, edge_m: float
) -> F8:
    west, south, east, north = shapely.bounds(shape).tolist()
    row0, col0 = int((grid.y1 - north) / grid.res), int((west - grid.x0) / grid.res)
    row1, col1 = int((grid.y1 - south) / grid.res) + 1, int((east - grid.x0) / grid.res) + 1
    row0, col0 = max(row0, 0), max(col0, 0)
    row1, col1 = min(row1, grid.height), min(col1, grid.width)
    if row0 >= row1 or col0 >= col1:
        return np.array([0.0, 0.0, 0.0, 1.0, 0.0])  # beyond the region
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
    masks = (
        np.isin(value, USABLE),
        np.isin(value, UNDETERMINED),
        value == FORBIDDEN,
        value == OUTSIDE,
    )
    return np.asarray([*((inner & mask).sum() for mask in masks), (inside & ~inner).sum()], float)
