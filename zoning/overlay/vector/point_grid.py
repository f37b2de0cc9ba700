"""Points in a grid of cells that hold about as many each; polygons are walked through it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats, Integers, Longs, Mask
from zoning.overlay.geometry import SLACK_M
from zoning.overlay.parallel import in_parts

A_CELL = 2
"""Points of a cell, on average; a half or twice as many make no difference."""
SAMPLE = 65_536
"""Points from which it is seen how densely they lie."""
ASIDE = 0.381966
"""[1, m] Where between two points, or past them, a line is drawn: not at round coordinates."""


@dataclass(frozen=True, slots=True, eq=False)
class SpotGrid:
    """Points sorted by cell.

    Lines are drawn where points are, not evenly: a few places far from all others, as wrong
    coordinates give, leave the grid as fine as it was.

    Attributes
    ----------
    cols, rows : f8[c + 1], f8[r + 1]
        Lines between columns and rows; the first and the last are infinite.
    start : i4[r * c + 2]
        First point of each cell, row by row.
    spot : f8[n, 2]
        Coordinates of the points, in that order.
    which : i4[n]
        Which point each was.
    """

    cols: Floats
    rows: Floats
    start: Integers
    spot: Floats
    which: Integers

    @classmethod
    def of(cls, place: Floats) -> SpotGrid:
        """Sort points f8[n, 2]; those that are not finite are nowhere."""
        return cls.over(place, _lines(place[:, 0], len(place)), _lines(place[:, 1], len(place)))

    @classmethod
    def over(cls, place: Floats, cols: Floats, rows: Floats) -> SpotGrid:
        """Sort points between lines, which rise, the first and the last of them infinite."""
        from zoning.overlay.kernels import point_grid as kernel

        cells = (len(cols) - 1) * (len(rows) - 1)
        cell, start = np.empty(len(place), np.int32), np.zeros(cells + 2, np.int32)
        in_parts(lambda begin, end: kernel.placed(place, begin, end, cols, rows, cell), len(place))
        spot, which = np.empty((len(place), 2)), np.empty(len(place), np.int32)
        kernel.sorted_by_cell(place, cell, cells, start, spot, which)
        held = int(start[cells])
        return cls(cols, rows, start, spot[:held], which[:held])

    def inside(self, xy: Floats, first: Longs, chosen: Mask) -> tuple[Integers, Integers, Mask]:
        """Points and the chosen polygons they are in, by polygon.

        Parameters
        ----------
        xy, first
            Corners of valid polygons, ring after ring, and the first of each polygon.
        chosen : bool[m]

        Returns
        -------
        i4[k], i4[k], bool[k]
            Point, polygon, and whether the point is so close to an edge (or the way to it to a
            corner) that rounding may have had a say: then it need not be in the polygon.
        """
        from zoning.overlay.kernels import point_grid as kernel

        parts = in_parts(
            lambda begin, end: kernel.inside(
                xy, first, chosen, begin, end,
                self.cols, self.rows, self.start, self.spot, self.which, SLACK_M,
            ),
            len(chosen),
            first,
        )  # fmt: skip
        point, feature = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
        return point, feature, np.concatenate([part[2] for part in parts])


def _lines(value: Floats, count: int) -> Floats:
    """Lines that part numbers into about equally many, the first and last part holding none."""
    held = value[np.isfinite(value)]
    if not len(held):
        return np.array([-np.inf, np.inf])
    some = np.sort(held[:: max(len(held) // SAMPLE, 1)])
    parts = int(np.ceil(np.sqrt(count / A_CELL)))
    every = np.unique(some)
    at = np.unique(
        np.searchsorted(every, some[np.linspace(0, len(some) - 1, parts + 1).astype(int)])
    )
    at = at[at + 1 < len(every)]
    between = every[at] + ASIDE * (every[at + 1] - every[at])
    # What overflows or falls together is no line.
    line = np.unique(between[np.isfinite(between)])
    ends = [held.min() - ASIDE, held.max() + ASIDE]
    return np.concatenate([[-np.inf], np.unique([ends[0], *line, ends[1]]), [np.inf]])
