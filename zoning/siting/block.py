"""One block of cells, and the masks that several questions ask of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from zoning.facts.values import Mask
from zoning.grid import Grid, Window
from zoning.overlay.burn import within
from zoning.overlay.outlines import Outlines


@dataclass(frozen=True, slots=True)
class Cells:
    """A block of cells; each mask is burnt once.

    Parameters
    ----------
    grid : Grid
    window : Window
    whole : bool
        Ask for every point of a cell, not for its centre: what is told then holds of a polygon
        made of such cells. Cells that an edge crosses are told that it cannot be told.
    """

    grid: Grid
    window: Window
    whole: bool = False
    _burnt: dict[tuple[int, float, bool], tuple[Outlines, Mask]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.window.height, self.window.width

    @property
    def margin_m(self) -> float:
        """How far from the centre a point that is asked for may lie. [m]"""
        return self.grid.res * math.sqrt(0.5) if self.whole else 0.0

    def all(self, value: bool) -> Mask:
        """One answer for every cell."""
        return np.full(self.shape, value)

    def near(self, outlines: Outlines, reach_m: float, *, strict: bool = False) -> Mask:
        """Cells whose centre is no farther than ``reach_m`` (negative: at least so deep inside).

        Parameters
        ----------
        outlines : Outlines
            Known by identity, and held as long as the block: an identity is given anew once its
            owner is gone.
        reach_m : float
            [m]
        strict : bool
            Nearer, deeper; not equal.
        """
        key = (id(outlines), reach_m, strict)
        if key not in self._burnt:
            mask = within(outlines, self.grid, self.window, reach_m=reach_m, strict=strict)
            self._burnt[key] = outlines, mask
        return self._burnt[key][1]


@dataclass(frozen=True, slots=True)
class Truths:
    """Two masks of a block's cells: surely, possibly."""

    sure: Mask
    maybe: Mask

    def __invert__(self) -> Truths:
        return Truths(~self.maybe, ~self.sure)


Answer = Callable[[Cells], Truths]
"""How cells answer one question."""
