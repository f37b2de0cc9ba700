"""Projects past those that the page lists, counted by cell: where they lie, what they came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from zoning.render.map.crowd import letters_of
from zoning.render.map.shapes import Json
from zoning.render.style import VERDICT

if TYPE_CHECKING:
    from zoning.render.map.cards import Row
    from zoning.screening import Screening

FINEST: Final = 0.01  # [deg] about a kilometre
CELLS: Final = 15_000  # more are too many to look at, and to hold


def density(screening: Screening, numbers: NDArray[np.intp], *, cells: int = CELLS) -> Row:
    """Return the counts of some projects by cell and verdict.

    Parameters
    ----------
    screening : Screening
    numbers : intp array
        Projects, by their number in list order.
    cells : int
        At most so many; the cells are doubled in width until they fit.

    Returns
    -------
    dict
        ``d``: width of a cell [deg]; ``r``: column and row counted from 0 deg, then the number of
        projects of each verdict, gravest first; ``n``: projects counted; ``w``: projects among
        them without a place, which are in no cell. A project lies where its first placed
        component does.
    """
    table = screening.sites.table
    lon, lat = (table[name].to_numpy(np.float64) for name in ("lon", "lat"))
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))[::-1]
    first = np.full(len(screening.project_ids), -1)
    first[screening.project_of[placed]] = placed  # the last written is the first listed
    ranges = screening.project_verdicts
    keys = [style.key for style in VERDICT.values()]
    letters = letters_of(ranges.least[numbers], ranges.most[numbers])
    verdict = np.asarray([keys.index(letter) for letter in "ACFU"])[letters]
    there = first[numbers] >= 0
    rows = first[numbers[there]]
    width, cell, counts = FINEST, np.empty((0, 2), np.int64), np.empty((0, len(keys)), np.int64)
    while len(rows):
        places = np.stack([np.floor(lon[rows] / width), np.floor(lat[rows] / width)], axis=1)
        cell, at = np.unique(places.astype(np.int64), axis=0, return_inverse=True)
        if len(cell) <= cells:
            counts = np.zeros((len(cell), len(keys)), np.int64)
            np.add.at(counts, (at.ravel(), verdict[there]), 1)
            break
        width *= 2
    listed: list[Json] = np.concatenate([cell, counts], axis=1).tolist()
    return {"d": width, "r": listed, "n": len(numbers), "w": int((~there).sum())}
