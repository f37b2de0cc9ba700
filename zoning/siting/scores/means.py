"""Distances of wide ground: each cell scored, and the mean taken, so that an edge decides nothing.

A patch of 10,000 ha that a road and a line cross lies 0 m from both, though most of its ground does
not. Its nearest edge says how far a connection must go; how near the ground is, its cells say.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.catalog import Catalog
from zoning.grid import Grid, Window
from zoning.overlay.blocks.blocks import Block, passed
from zoning.overlay.rasterize.burn import burn
from zoning.overlay.rasterize.edges import Outlines
from zoning.sites import Sites
from zoning.siting.cells.block import Cells
from zoning.siting.cells.eligibility import BLOCK
from zoning.siting.criteria.model import Model
from zoning.siting.presets.preset import Preset
from zoning.siting.scores.scored import Scorer, open_scorers
from zoning.siting.scores.scoring import score_sites

Piece = tuple[NDArray[np.intp], Floats, NDArray[np.int64]]

BY_GROUND = (
    "距离类准则的得分是地块内各格得分的平均；表和卡片里的距离从地块边缘量起，跨过道路的地块为 0 "
    "distances are scored cell by cell and averaged; tables tell them from the edge of a patch"
)


def by_ground(model: Model) -> list[bool]:
    """Criteria that are scored cell by cell: distances. [criteria]"""
    return [not c.of_site and c.fact.measure == "distance" for c in model.criteria]


def score_ground(
    model: Model,
    preset: Preset,
    sites: Sites,
    table: pd.DataFrame,
    catalog: Catalog,
    grid: Grid,
    *,
    as_of: date,
    threads: int = 2,
) -> Floats:
    """Score patches of whole cells: distances by their ground, all else as `score_sites` does.

    Parameters
    ----------
    model, preset, sites, table, catalog, grid, as_of, threads
        As for `score_sites` and `mean_of_distances`; the sites are the patches.

    Returns
    -------
    float array [n, criteria]
        In [0, 1]; NaN where the fact is not known.
    """
    scores = score_sites(model, sites, table, catalog, as_of=as_of)
    of_cells = by_ground(model)
    means = mean_of_distances(
        model, preset, catalog, sites.geometry, grid, as_of=as_of, threads=threads
    )
    scores[:, of_cells] = means[:, of_cells]
    return scores


def mean_of_distances(
    model: Model,
    preset: Preset,
    catalog: Catalog,
    shapes: NDArray[np.object_],
    grid: Grid,
    *,
    as_of: date,
    threads: int = 2,
    block: int = BLOCK,
) -> Floats:
    """Mean score of the cells of each patch on each criterion of distance.

    Parameters
    ----------
    model : Model
        Of `askable`.
    preset : Preset
    catalog : Catalog
    shapes : object array [n]
        Polygons of whole cells.
    grid : Grid
    as_of : date
    threads, block : int
        The result depends on neither.

    Returns
    -------
    float array [n, criteria]
        In [0, 1], to nine digits; NaN for other criteria, and where a cell's distance is not known.
    """
    found = np.full((len(shapes), len(model.criteria)), np.nan)
    asked = np.flatnonzero(by_ground(model)).tolist()
    if not asked or not len(shapes):
        return found
    distances = replace(model, criteria=tuple(model.criteria[k] for k in asked), groups=())
    scorers = open_scorers(distances, preset, catalog, as_of=as_of)
    sums, count = np.zeros((len(shapes), len(asked))), np.zeros(len(shapes), np.int64)
    ground = _Ground(shapes, grid, scorers)
    for place, total, cells in passed(grid, {}, ground.summed, block=block, threads=threads):
        sums[place] += total
        count[place] += cells
    mean = np.divide(sums, count[:, None], out=np.full_like(sums, np.nan), where=count[:, None] > 0)
    found[:, asked] = np.round(mean, 9)
    return found


class _Ground:
    """Patches on a grid, and what their cells are asked."""

    def __init__(
        self, shapes: NDArray[np.object_], grid: Grid, scorers: tuple[Scorer, ...]
    ) -> None:
        self._grid, self._scorers = grid, scorers
        self._tree = shapely.STRtree(shapes)
        self._boxes = shapely.bounds(shapes)
        self._outlines = [Outlines.of(np.asarray([shape], object)) for shape in shapes]

    def summed(self, piece: Block) -> Piece:
        """Patches that a block holds cells of, sums of their scores, and how many cells."""
        window, grid = piece.window, self._grid
        north = grid.y1 - window.row * grid.res
        west = grid.x0 + window.col * grid.res
        square = shapely.box(
            west, north - window.height * grid.res, west + window.width * grid.res, north
        )
        near = np.sort(self._tree.query(square))
        masks = [self._cells(k, window) for k in near.tolist()]
        wanted = np.zeros((window.height, window.width), np.bool_)
        for at, mask in masks:
            wanted[at] |= mask
        if not wanted.any():
            return near[:0], np.zeros((0, len(self._scorers))), np.zeros(0, np.int64)
        cells, sheet = Cells(grid, window), np.zeros(wanted.shape)
        total = np.zeros((len(near), len(self._scorers)))
        for j, scorer in enumerate(self._scorers):
            sheet[wanted] = scorer(cells, wanted)
            total[:, j] = [sheet[at][mask].sum() for at, mask in masks]
        return near, total, np.asarray([int(mask.sum()) for _, mask in masks], np.int64)

    def _cells(self, k: int, window: Window) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """Cells of a patch in a block: where in it, and which there."""
        grid, (west, south, east, north) = self._grid, self._boxes[k].tolist()
        left, right = (round((x - grid.x0) / grid.res) - window.col for x in (west, east))
        top, bottom = (round((grid.y1 - y) / grid.res) - window.row for y in (north, south))
        left, right = max(left, 0), min(right, window.width)
        top, bottom = max(top, 0), min(bottom, window.height)
        if right <= left or bottom <= top:
            return (slice(0, 0), slice(0, 0)), np.zeros((0, 0), np.bool_)
        row, col, height, width = window.row + top, window.col + left, bottom - top, right - left
        part = Window(row, col, height, width, row, col, height, width)
        return (slice(top, bottom), slice(left, right)), burn(self._outlines[k], grid, part)
