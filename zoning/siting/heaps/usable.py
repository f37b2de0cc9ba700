"""Cells of one part of a heap, sorted by what takes them from the ground that arrays may use."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.grid import Grid
from zoning.overlay.raster.raster import Surface
from zoning.overlay.rasterize.burn import within
from zoning.overlay.rasterize.edges import Outlines
from zoning.siting.cells.verdicts import FORBIDDEN, OUTSIDE, UNDETERMINED
from zoning.siting.heaps.works import DAM, DRAINAGE, Work
from zoning.siting.presets.setbacks import Setbacks

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first

DEDUCTIONS: Final = ("edge", "dam", "drainage", "forbidden", "steep")
"""In this order: what several would take is deducted once, by the first of them."""
GROUND: Final = ("outside", *DEDUCTIONS, "unclear", "usable")
"""Every cell of a part is in one of these."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Cells of one part.

    Parameters
    ----------
    ground : float array [8]
        By `GROUND`; they sum to all cells of the part.
    alone : float array [5]
        What each of `DEDUCTIONS` takes and no other does.
    doubt : float
        Of the unclear cells, those that only the error of a layer of works makes unclear.
    unknown : float
        Of the unclear cells, those whose slope is not known.
    sloped : float
        Cells whose slope is known.
    """

    ground: Floats
    alone: Floats
    doubt: float = 0.0
    unknown: float = 0.0
    sloped: float = 0.0

    @classmethod
    def beyond(cls) -> Counted:
        """A part that no cell of the region falls on."""
        ground = np.zeros(len(GROUND))
        ground[0] = 1.0
        return cls(ground, np.zeros(len(DEDUCTIONS)))


def count(
    shape: shapely.Geometry,
    grid: Grid,
    file: rasterio.DatasetReader,
    *,
    works: dict[str, Work],
    surface: Surface | None,
    setbacks: Setbacks,
) -> Counted:
    """Count the cells of a part.

    The part lies where it is drawn, so that its own edge is exact; works may be off by the
    accuracy of their layer: cells that are then perhaps within a setback are unclear.

    Parameters
    ----------
    shape : shapely.Geometry
        The part, in the CRS of the grid.
    grid : Grid
    file : rasterio.DatasetReader
        Eligibility of its cells.
    works : dict of str to Work
        See `works_of`.
    surface : Surface or None
        Slope. [deg] None: not known anywhere.
    setbacks : Setbacks
    """
    local, row, col = _local(shape, grid)
    value = _read(file, local, row, col)
    if value is None:
        return Counted.beyond()
    outline = Outlines.of(np.asarray([shape], dtype=object))
    inside = within(outline, local)
    inner = within(outline, local, reach_m=-setbacks.edge_m) if setbacks.edge_m > 0 else inside
    nothing = np.zeros_like(inside)
    dam, drain = (
        works[name].cells(local) if name in works else (nothing, nothing)
        for name in (DAM, DRAINAGE)
    )
    steep, unknown = slopes(local, surface, setbacks.steep_deg)
    ground = inside & (value != OUTSIDE)
    takes = np.stack([~inner, dam[0], drain[0], value == FORBIDDEN, steep]) & ground
    doubt = (dam[1] & ~dam[0]) | (drain[1] & ~drain[0])
    return _sorted(inside, ground, takes, doubt, unknown, np.isin(value, UNDETERMINED))


def _sorted(
    inside: Mask, ground: Mask, takes: Mask, doubt: Mask, unknown: Mask, open_: Mask
) -> Counted:
    many = takes.sum(axis=0)
    first = np.where(many > 0, takes.argmax(axis=0), -1)
    left = ground & (many == 0)
    unclear = left & (doubt | unknown | open_)
    counts = [
        (inside & ~ground).sum(),
        *((first == k).sum() for k in range(len(takes))),
        unclear.sum(),
        (left & ~unclear).sum(),
    ]
    return Counted(
        np.asarray(counts, np.float64),
        (takes & (many == 1)).sum(axis=(1, 2)).astype(np.float64),
        float((unclear & ~unknown & ~open_).sum()),
        float((unclear & unknown).sum()),
        float((ground & ~unknown).sum()),
    )


def _local(shape: shapely.Geometry, grid: Grid) -> tuple[Grid, int, int]:
    """Cells about a shape, in step with the grid and not clipped to it; their first row, column.

    What of the shape lies beyond the grid must be counted too, or the rest would stand for it.
    """
    west, south, east, north = shapely.bounds(shape).tolist()
    row, col = math.floor((grid.y1 - north) / grid.res), math.floor((west - grid.x0) / grid.res)
    rows = math.floor((grid.y1 - south) / grid.res) + 1 - row
    columns = math.floor((east - grid.x0) / grid.res) + 1 - col
    x, y = grid.x0 + col * grid.res, grid.y1 - row * grid.res
    return Grid(grid.crs, x, y, grid.res, columns, rows), row, col


def _read(
    file: rasterio.DatasetReader, local: Grid, row: int, col: int
) -> NDArray[np.uint8] | None:
    """Eligibility of cells, `OUTSIDE` beyond the file; None where all of them lie beyond."""
    row0, row1 = max(row, 0), min(row + local.height, file.height)
    col0, col1 = max(col, 0), min(col + local.width, file.width)
    if row0 >= row1 or col0 >= col1:
        return None
    value = np.full((local.height, local.width), OUTSIDE, np.uint8)
    held = file.read(1, window=((row0, row1), (col0, col1)))
    value[row0 - row : row1 - row, col0 - col : col1 - col] = held
    return value


def slopes(local: Grid, surface: Surface | None, steep_deg: float) -> tuple[Mask, Mask]:
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
