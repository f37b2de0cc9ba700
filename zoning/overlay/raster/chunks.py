"""In which order, and how many at a time, sites are laid on a raster that is read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats, Longs, Places

SIDE = 2048
"""Columns of a chunk, rounded to the raster's own blocks, so that each is decoded once."""
CELLS = 1 << 21
"""Cells of a chunk."""
BUDGET = 1 << 20
"""Cells of sites that are held at a time; a site that fills a chunk has them all."""
Span = tuple[int, int, int, int]
"""First row, first column, rows, columns."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A part of the raster, and the positions in the list of the sites whose boxes meet it."""

    span: Span
    site: Places


def chunks(box: Longs, region: Span, block: tuple[int, int]) -> Iterator[Chunk]:
    """Cut what sites need of a raster along its own blocks, row by row from the north.

    Parameters
    ----------
    box : i8[n, 4]
        Columns and rows of each site: left, top, right, bottom; the last two past the end.
    region : Span
        Cells that count.
    block : (int, int)
        Rows and columns of the raster's blocks.
    """
    wide = block[1] * max(SIDE // block[1], 1)
    high = block[0] * max(CELLS // (wide * block[0]), 1)
    top, left = np.maximum(box[:, 1], region[0]), np.maximum(box[:, 0], region[1])
    bottom = np.minimum(box[:, 3], region[0] + region[2])
    right = np.minimum(box[:, 2], region[1] + region[3])
    some = np.flatnonzero((top < bottom) & (left < right))
    row, site = _each(top[some] // high, (bottom[some] - 1) // high + 1, some)
    column, site, row = _each(left[site] // wide, (right[site] - 1) // wide + 1, site, row)
    order = np.lexsort((site, column, row))
    row, column, site = row[order], column[order], site[order]
    new = np.append(True, (row[1:] != row[:-1]) | (column[1:] != column[:-1]))[: len(row)]
    for run in np.split(np.arange(len(row)), np.flatnonzero(new)[1:]):
        if len(run):
            at = int(row[run[0]]) * high, int(column[run[0]]) * wide
            r0, c0 = max(at[0], region[0]), max(at[1], region[1])
            r1 = min(at[0] + high, region[0] + region[2])
            c1 = min(at[1] + wide, region[1] + region[3])
            yield Chunk((r0, c0, r1 - r0, c1 - c0), site[run].astype(np.intp))


def _each(start: Places, end: Places, *along: Places) -> list[Places]:
    """Numbers from each start to before its end, and what goes with each."""
    count = end - start
    at = np.repeat(np.arange(len(count)), count)
    step = np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count)
    return [start[at] + step, *(column[at] for column in along)]


def bundles(key: Floats, size: Places) -> list[Places]:
    """Positions of sites to be done together: of one key, until the budget is full.

    Parameters
    ----------
    key : f8[n, k]
    size : intp[n]
        Cells of each.
    """
    order = np.lexsort((np.arange(len(key)), *key.T))
    key, size = key[order], size[order]
    new = np.append(True, (key[1:] != key[:-1]).any(axis=1))[: len(key)]
    group = np.cumsum(new)
    sums = np.cumsum(size) - size
    filled = (sums - sums[np.flatnonzero(new)][group - 1]) // BUDGET
    new[1:] |= filled[1:] != filled[:-1]
    return [run for run in np.split(order, np.flatnonzero(new)[1:]) if len(run)]
