"""Distances of cells' centres to the nearest of a layer's features, exact, up to a reach."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Mask
from zoning.grid import Grid, Window
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.rasterize.burn import within
from zoning.overlay.rasterize.edges import Outlines

WORTH_CELLS = 100_000
"""[cell] Grids smaller than this are asked of GEOS: loading compiled code would cost more."""


def distances(
    outlines: Outlines,
    grid: Grid,
    window: Window | None = None,
    *,
    reach_m: float = np.inf,
    wanted: Mask | None = None,
    compiled: bool | None = None,
) -> Floats:
    """Distance of each cell's centre to the nearest feature. [m]

    Parameters
    ----------
    outlines : Outlines
        Valid geometries in the CRS of the grid; what lies outside the grid counts too.
    grid : Grid
    window : Window, optional
        Block wanted (without its halo); the whole grid by default.
    reach_m : float
        Features farther away are not sought. [m]
    wanted : bool[height, width], optional
        Cells that matter; all by default.
    compiled : bool, optional
        Compiled loops or GEOS; by the size of the grid by default.

    Returns
    -------
    f8[height, width]
        0 in polygons; inf where there is no feature within reach, and in cells not wanted. Equal to
        ``shapely.distance`` but for the last bits, whatever the block.
    """
    window = window or Window(0, 0, grid.height, grid.width, 0, 0, grid.height, grid.width)
    shape = window.height, window.width
    kept = np.ones(shape, np.bool_) if wanted is None else wanted
    out = np.full(shape, np.inf)
    if not kept.any() or not len(outlines):
        return out
    if grid.width * grid.height >= WORTH_CELLS if compiled is None else compiled:
        _by_loops(outlines, grid, window, reach_m, kept, out)
    else:
        _by_geos(outlines, grid, window, reach_m, kept, out)
    if (outlines.inner != 0).any():
        out[kept & within(outlines, grid, window)] = 0.0
    return out


def _by_loops(
    outlines: Outlines, grid: Grid, window: Window, reach_m: float, kept: Mask, out: Floats
) -> None:
    from zoning.overlay.kernels.distance import nearest_edges

    edges = _edges(outlines, grid, window, reach_m)
    frame, corner = (grid.x0, grid.y1, grid.res), (window.row, window.col)
    nearest_edges(edges, kept, frame, corner, float(reach_m), SLACK_M, out)


def _edges(outlines: Outlines, grid: Grid, window: Window, reach_m: float) -> Floats:
    """Edges of the runs that can matter to a window, one row each: both ends. [k, 4]"""
    half = np.hypot(window.height, window.width) * grid.res / 2 + SLACK_M
    x = grid.x0 + (window.col + window.width / 2) * grid.res
    y = grid.y1 - (window.row + window.height / 2) * grid.res
    box = outlines.run_box
    across = np.maximum(np.maximum(box[:, 0] - x, x - box[:, 2]), 0.0)
    along = np.maximum(np.maximum(box[:, 1] - y, y - box[:, 3]), 0.0)
    least = np.hypot(across, along)
    most = np.hypot(
        np.maximum(np.abs(box[:, 0] - x), np.abs(box[:, 2] - x)),
        np.maximum(np.abs(box[:, 1] - y), np.abs(box[:, 3] - y)),
    )
    # some edge is within the least `most` of the middle; no cell is farther from the middle
    limit = min(most.min(initial=np.inf) + 2 * half, reach_m + half)
    return outlines.edges(np.flatnonzero(least <= limit))


def _by_geos(
    outlines: Outlines, grid: Grid, window: Window, reach_m: float, kept: Mask, out: Floats
) -> None:
    tree = shapely.STRtree(outlines.geometry[~shapely.is_missing(outlines.geometry)])
    row, col = np.nonzero(kept)
    x, y = grid.centres(window)
    far = None if np.isinf(reach_m) else reach_m
    (cell, _), gap = tree.query_nearest(
        shapely.points(x[col], y[row]), max_distance=far, return_distance=True, all_matches=False
    )
    out[row[cell], col[cell]] = gap
