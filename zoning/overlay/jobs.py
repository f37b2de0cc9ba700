"""In which order, and how many at a time, sites are laid on a raster."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from zoning.overlay.cells import Places
from zoning.overlay.filters import Reach, reachable, rounded_up
from zoning.overlay.index import Floats, Geometries, dimensions
from zoning.overlay.surface import Surface

BLOCK = 1024
"""Cells on a side of the blocks by which sites are ordered, so that reading goes one way."""
BUDGET = 4_000_000
"""Cells of all windows that are held at a time; a larger site is cut into strips."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """Sites that are looked at together.

    Attributes
    ----------
    site : intp[n]
        Their positions in the list.
    shape : object[n]
        In cell coordinates; of a site in strips the part in this strip, with a little overlap.
    shift : f8[n]
        [m] Greatest shift.
    reach : Reach
        Cells that the shift reaches.
    around : int
        Instead, for points: how many cells around them to look at; 0: use `reach`.
    rows : (int, int) or None
        Rows of the strip.
    last : bool
        The sites are complete with this job.
    """

    site: Places
    shape: Geometries
    shift: Floats
    reach: Reach
    around: int
    rows: tuple[int, int] | None = None
    last: bool = True

    @property
    def whole(self) -> bool:
        """Whether the sites are complete in this one job."""
        return self.rows is None


def jobs(shapes: Geometries, shift: Floats, surface: Surface) -> Iterator[Job]:
    """Order sites by reach and by block of the raster, and bundle them up to a budget.

    Parameters
    ----------
    shapes : object[n]
        In cell coordinates; None is passed over.
    shift : f8[n]
        [m] Greatest shift of each.
    surface : Surface
        The raster.

    Yields
    ------
    Job
        Every site once, or strip by strip.
    """
    finest = min(surface.width, surface.height)
    # Points differ in t (it holds the radius of their area); a power of two bundles them.
    around = 2 ** np.ceil(np.log2(np.maximum(shift / finest, 0) + 1)).astype(np.intp)
    around[(dimensions(shapes) > 0) | (shift == 0)] = 0
    far = np.where(around > 0, 0.0, rounded_up(shift, finest))
    bounds = np.nan_to_num(np.floor(shapely.bounds(shapes)))
    size = (bounds[:, 3] - bounds[:, 1] + 1) * (bounds[:, 2] - bounds[:, 0] + 2)
    size += 8 * around  # rows that are looked at around a point
    halo = np.maximum(np.ceil(far / finest), around)
    block = np.clip(2 * halo, BLOCK, 2 * BLOCK)  # a wide halo is read for many at once
    row, col = (
        ((bounds[:, 1] + bounds[:, 3]) / 2) // block,
        ((bounds[:, 0] + bounds[:, 2]) / 2) // block,
    )
    order = np.lexsort((col, row, far, around))
    order = order[~shapely.is_missing(shapes[order])]
    key = np.stack([around, far, row, col], axis=1)[order]
    big = size[order] > BUDGET
    for run in _runs(key, size[order], big):
        site = order[run]
        reach = reachable(float(far[site[0]]), surface.width, surface.height)
        job = Job(site, shapes[site], shift[site], reach, int(around[site[0]]))
        if big[run[0]]:
            yield from _strips(job, bounds[site[0]])
        else:
            yield job


def _runs(
    key: Floats, size: Floats, alone: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[Places]:
    """Cut an ordered list where the key changes, at lone ones, and where the budget is full."""
    if not len(key):
        return []
    new = np.append(True, (key[1:] != key[:-1]).any(axis=1) | alone[1:] | alone[:-1])
    group = np.cumsum(new)
    sums = np.cumsum(size)
    start = (sums - size)[np.flatnonzero(new)][group - 1]
    filled = (sums - start) // BUDGET
    new[1:] |= filled[1:] != filled[:-1]
    return np.split(np.arange(len(key)), np.flatnonzero(new)[1:])


def _strips(job: Job, bounds: Floats) -> Iterator[Job]:
    """Cut one big site into strips of rows."""
    left, top, right, bottom = (int(edge) for edge in bounds)
    step = max(1, BUDGET // (right - left + 2))
    for row in range(top, bottom + 1, step):
        box = shapely.box(left - 1, row, right + 2, row + step)
        part = np.asarray(shapely.intersection(job.shape, box), dtype=object)
        rows = row, row + step
        yield Job(job.site, part, job.shift, job.reach, job.around, rows, row + step > bottom)
