"""One block of cells, and the masks that several questions ask of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from zoning.arrays import Mask
from zoning.grid import Grid, Window
from zoning.overlay.rasterize.burn import burn, moved, settled
from zoning.overlay.rasterize.edges import Outlines


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
    _burnt: dict[int, tuple[Outlines, Mask]] = field(default_factory=dict)
    _near: dict[tuple[int, float, bool], tuple[Outlines, Mask]] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.window.height, self.window.width

    @property
    def margin_m(self) -> float:
        """How far from the centre a point that is asked for may lie. [m]"""
        return self.grid.res * math.sqrt(0.5) if self.whole else 0.0

    def all(self, value: bool) -> Mask:
        """One answer for every cell: an array that is one byte, and cannot be written to."""
        return np.broadcast_to(np.bool_(value), self.shape)

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
        if key not in self._near:
            where = outlines, self.grid, self.window
            same = settled(*where, reach_m=reach_m)
            mask = (
                moved(self._held(outlines), *where, reach_m=reach_m, strict=strict)
                if same is None
                else self.all(same)
            )
            self._near[key] = outlines, mask
        return self._near[key][1]

    def _held(self, outlines: Outlines) -> Mask:
        if id(outlines) not in self._burnt:
            self._burnt[id(outlines)] = outlines, burn(outlines, self.grid, self.window)
        return self._burnt[id(outlines)][1]


def uniform(mask: Mask) -> bool | None:
    """The one answer of a mask made by `Cells.all`; None: one that may differ by cell."""
    return bool(mask[0, 0]) if mask.strides == (0, 0) else None


def either(*masks: Mask) -> Mask:
    """``a | b | …``, without a pass over masks that say the same everywhere."""
    varied = [mask for mask in masks if (same := uniform(mask)) is None or same]
    full = next((mask for mask in varied if uniform(mask)), None)
    if full is not None:
        return full
    if not varied:
        return masks[0]
    found = varied[0]
    for mask in varied[1:]:
        found = found | mask
    return found


def denied(mask: Mask) -> Mask:
    """``~a``, as quickly."""
    same = uniform(mask)
    return ~mask if same is None else np.broadcast_to(np.bool_(not same), mask.shape)


def both(*masks: Mask) -> Mask:
    """``a & b & …``, as quickly."""
    return denied(either(*(denied(mask) for mask in masks)))


@dataclass(frozen=True, slots=True)
class Truths:
    """Two masks of a block's cells: surely, possibly."""

    sure: Mask
    maybe: Mask

    def __invert__(self) -> Truths:
        return Truths(denied(self.maybe), denied(self.sure))


Answer = Callable[[Cells], Truths]
"""How cells answer one question."""
