"""Edges of polygons, indexed for compiled loops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from zoning.arrays import Floats, Integers, Longs, Mask
from zoning.overlay.vector.rings import Rings, Tree

EDGES = 16
"""Edges in a run that has one box."""


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """The edges of some features, in short runs along their rings, with a tree over their boxes.

    Attributes
    ----------
    xy : f8[v, 2]
        Corners of all features.
    start, stop : i8[k]
        First and last corner of each run.
    owner : i4[k]
        Its feature.
    tree : Tree
    """

    xy: Floats
    start: Longs
    stop: Longs
    owner: Integers
    tree: Tree

    @classmethod
    def of(cls, rings: Rings) -> Edges:
        """Edges of all features."""
        from zoning.overlay.kernels import edge_tree as kernel

        start, stop, owner, box = kernel.runs(rings.xy, rings.ring, rings.first, EDGES)
        return cls(rings.xy, start, stop, owner, Tree.of(box))

    def some(self, chosen: Mask) -> Edges:
        """Only the edges of the chosen features."""
        kept = chosen[self.owner]
        if kept.all():
            return self
        box = np.empty((len(self.owner), 4))
        box[self.tree.leaf] = self.tree.box[: len(self.owner)]
        return Edges(
            self.xy, self.start[kept], self.stop[kept], self.owner[kept], Tree.of(box[kept])
        )
