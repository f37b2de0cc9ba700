"""The horizon of a place, from the elevation model of the catalog."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats
from zoning.layers import RasterLayer
from zoning.overlay.raster.raster import Surface, opened
from zoning.siting.figures.under import COARSEST_M

AZIMUTHS = 36
REACH_M = 8000.0
"""[m] How far is looked. Illustrative: a ridge of 300 m stands 2 degrees high from there."""


def horizon_at(layer: RasterLayer, point: shapely.Point, crs: str) -> Floats | None:
    """Height of the horizon in `AZIMUTHS` directions, the first to the north. [deg]

    Parameters
    ----------
    layer : RasterLayer
        Elevation. [m]
    point : shapely.Point
        In ``crs``.
    crs : str
        Work CRS.

    Returns
    -------
    float array [AZIMUTHS] or None
        None where the model is too coarse, or unknown at the place itself.
    """
    with opened(layer, crs) as surface:
        if max(surface.width, surface.height) > COARSEST_M:
            return None
        step = min(surface.width, surface.height)
        far = np.arange(1, int(REACH_M / step) + 1) * step
        angle = np.radians(np.arange(AZIMUTHS) * 360 / AZIMUTHS)
        x = shapely.get_x(point) + np.sin(angle)[:, None] * np.concatenate([[0.0], far])
        y = shapely.get_y(point) + np.cos(angle)[:, None] * np.concatenate([[0.0], far])
        heights = _heights(surface, x, y)
    here = heights[0, 0]
    if np.isnan(here):
        return None
    with np.errstate(invalid="ignore"):
        up = np.degrees(np.arctan2(heights[:, 1:] - here, far))
    return np.asarray(np.nan_to_num(np.fmax.reduce(up, axis=1), nan=0.0).clip(min=0.0))


def _heights(surface: Surface, x: Floats, y: Floats) -> Floats:
    """Heights between cells' centres, straight lines both ways; NaN where a corner is unknown."""
    col = (x - surface.left) / surface.width - 0.5
    row = (surface.top - y) / surface.height - 0.5
    left, top = int(np.floor(col.min())), int(np.floor(row.min()))
    right, bottom = int(np.floor(col.max())) + 1, int(np.floor(row.max())) + 1
    sheet = surface.read(top, left, bottom - top + 1, right - left + 1)
    z = np.where(sheet.known(), sheet.values.astype(np.float64), np.nan)
    i, j = np.floor(row).astype(np.intp) - top, np.floor(col).astype(np.intp) - left
    v, u = row - np.floor(row), col - np.floor(col)
    north = z[i, j] * (1 - u) + z[i, j + 1] * u
    south = z[i + 1, j] * (1 - u) + z[i + 1, j + 1] * u
    return np.asarray(north * (1 - v) + south * v)
