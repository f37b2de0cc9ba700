"""The way that water takes over a surface: steepest descent, shallow pits filled, deep ones kept.

Pits of an elevation model are its errors or real; in karst many are real, and water leaves them
underground. So a pit deeper than a limit ends the way, and is said.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import Literal

from zoning.arrays import Floats, Mask

End = Literal["length", "pit", "unknown"]
_AROUND = tuple((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Way:
    """A flow path.

    Attributes
    ----------
    cells : tuple of (int, int)
        Row and column, from the first to the lowest; each touches the next.
    end : {"length", "pit", "unknown"}
        Long enough; in a closed pit; where heights are not known or the array ends.
    length_m : float
    """

    cells: tuple[Cell, ...]
    end: End
    length_m: float


def flow(
    height: Floats, known: Mask, start: Cell, *, res_m: float, length_m: float, pit_m: float
) -> Way:
    """Follow water from a cell.

    From each cell to the neighbour of steepest descent (D8 [1]_). Where none is lower, water rises
    over the lowest neighbours (as a priority flood [2]_ would fill the pit) until it finds its way
    down again, or would stand deeper than ``pit_m``.

    Parameters
    ----------
    height : float array [height, width]
        [m]
    known : bool[height, width]
    start : (int, int)
        Row and column of a known cell.
    res_m : float
        Side of a cell. [m]
    length_m : float
        How far the way is followed. [m]
    pit_m : float
        Pits up to this depth are filled. [m]

    References
    ----------
    .. [1] J. F. O'Callaghan and D. M. Mark (1984), Computer Vision, Graphics, and Image Processing
       28, 323-344.
    .. [2] R. Barnes, C. Lehman, D. Mulla (2014), Computers & Geosciences 62, 117-127.
    """
    water = _Water(height, known, start, res_m)
    while True:
        here = water.here
        if water.far[here] >= length_m:
            return water.way("length")
        if water.descend():
            continue
        if water.at_edge(here):
            return water.way("unknown")
        risen = water.rise(pit_m)
        if risen is not None:
            return water.way(risen)


class _Water:
    """Cells that water has reached, and those at its shore."""

    def __init__(self, height: Floats, known: Mask, start: Cell, res_m: float) -> None:
        self._z, self._known, self._res = height, known, res_m
        self._before: dict[Cell, Cell | None] = {start: None}
        self._shore: list[tuple[float, int, Cell, Cell]] = []
        self._pushed = 0
        self.far: dict[Cell, float] = {start: 0.0}
        self.here = self.lowest = start
        self._wet(start)

    def _around(self, cell: Cell) -> list[Cell]:
        rows, columns = self._z.shape
        near = ((cell[0] + i, cell[1] + j) for i, j in _AROUND)
        return [(i, j) for i, j in near if 0 <= i < rows and 0 <= j < columns and self._known[i, j]]

    def at_edge(self, cell: Cell) -> bool:
        """Whether a neighbour is unknown or beyond the array."""
        return len(self._around(cell)) < len(_AROUND)

    def _wet(self, cell: Cell) -> None:
        """Make a cell the one that water has come to; its dry neighbours are the shore."""
        self.here = cell
        if self._z[cell] < self._z[self.lowest]:
            self.lowest = cell
        for near in self._around(cell):
            if near not in self._before:
                self._pushed += 1
                # beyond a ridge water must rise to the ridge, however low it lies there;
                # the later first: the way leads through the pit and not past it
                level = max(float(self._z[near]), float(self._z[cell]))
                heapq.heappush(self._shore, (level, -self._pushed, near, cell))

    def _step(self, cell: Cell, before: Cell) -> None:
        self._before[cell] = before
        self.far[cell] = self.far[before] + self._gap(cell, before)
        self._wet(cell)

    def _gap(self, one: Cell, other: Cell) -> float:
        return self._res * math.hypot(one[0] - other[0], one[1] - other[1])

    def descend(self) -> bool:
        """Go to the dry neighbour of steepest descent; False where none is lower."""
        here, z = self.here, self._z
        falls = [
            ((z[here] - z[near]) / self._gap(here, near), near)
            for near in self._around(here)
            if near not in self._before and z[near] < z[here]
        ]
        if not falls:
            return False
        best = max(fall for fall, _ in falls)
        self._step(next(near for fall, near in falls if fall == best), here)
        return True

    def rise(self, pit_m: float) -> End | None:
        """Take the lowest cell of the shore; say why the way ends, if it does."""
        while self._shore:
            level, _, cell, before = heapq.heappop(self._shore)
            if cell in self._before:
                continue
            if level - self._z[self.lowest] > pit_m:
                return "pit"
            self._step(cell, before)
            return "unknown" if self.at_edge(cell) else None
        return "pit"

    def way(self, end: End) -> Way:
        """The way from the start: to the bottom of the pit that ends it, or to where water is."""
        last = self.lowest if end == "pit" else self.here
        cells: list[Cell] = []
        cell: Cell | None = last
        while cell is not None:
            cells.append(cell)
            cell = self._before[cell]
        return Way(tuple(reversed(cells)), end, self.far[last])
