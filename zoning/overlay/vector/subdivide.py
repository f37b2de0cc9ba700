"""A layer's ground cut into small pieces once, as flat arrays with a tree over their boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Integers, Longs, Mask
from zoning.overlay import cache
from zoning.overlay.geometry import CORNERS, polygonal
from zoning.overlay.parallel import in_parts
from zoning.overlay.vector.rings import Rings, Tree, boxes_of

FORMAT = 1
"""Of pieces on disk: goes up when `halved` cuts otherwise than before."""
KEPT_FROM = 100_000
"""Corners of a layer from which its pieces are kept on disk; with fewer, cutting is as quick."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Polygons in pieces of at most about `CORNERS` corners, which do not overlap within one.

    Attributes
    ----------
    rings : Rings
        Of the k pieces. A corner on a cut is rounded; others are as they were.
    owner : i4[k]
        Polygon of each piece.
    upset : bool[k]
        Rounding may have made a ring of the piece meet itself.
    box : f8[k, 4]
        Boxes of the pieces.
    tree : Tree
        Over the boxes.
    """

    rings: Rings
    owner: Integers
    upset: Mask
    box: Floats
    tree: Tree

    def __len__(self) -> int:
        return len(self.owner)

    @classmethod
    def of(cls, rings: Rings) -> Pieces:
        """Cut polygons into pieces, or take them from the disk, where they were kept."""
        if len(rings.xy) < KEPT_FROM or cache.folder() is None:
            return cls._made(*_halved(rings))
        key = cache.key_of((rings.xy, rings.ring, rings.first), f"pieces {FORMAT} {CORNERS}")
        held = cache.held(key, _LAYOUT)
        if held is None:
            held = _halved(rings)
            cache.keep(key, held)
        return cls._made(*held)

    @classmethod
    def _made(cls, xy: Floats, ring: Longs, first: Longs, owner: Integers, upset: Mask) -> Pieces:
        box = boxes_of(xy, ring[first])
        return cls(Rings(xy, ring, first), owner, upset, box, Tree.of(box))

    def polygons(self) -> tuple[Geometries, Integers]:
        """Each piece as one polygon or more, and the polygon of the layer it is of."""
        from zoning.overlay.kernels import clip as kernel

        flat = self.rings
        line = np.repeat(np.arange(len(flat.ring) - 1), np.diff(flat.ring))
        ring = np.asarray(shapely.linearrings(flat.xy, indices=line), dtype=object)
        around = kernel.around(flat.xy, flat.ring, flat.first)
        piece = np.repeat(np.arange(len(self)), np.diff(flat.first))
        shell, hole = np.flatnonzero(around < 0), np.flatnonzero(around >= 0)
        made = np.asarray(shapely.polygons(ring[shell]), dtype=object)
        if len(hole):
            order = np.argsort(around[hole], kind="stable")
            at = np.searchsorted(shell, around[hole][order])
            made = _with_holes(made, ring[shell], ring[hole][order], at)
        odd = np.flatnonzero(self.upset[piece[shell]])
        odd = odd[~shapely.is_valid(made[odd])]
        made[odd] = polygonal(shapely.make_valid(made[odd], method="structure"))
        held = ~shapely.is_missing(made)
        return made[held], self.owner[piece[shell]][held]


_LAYOUT = (("f8", 2), ("i8", 1), ("i8", 1), ("i4", 1), ("?", 1))
"""Kinds and dimensions of what is kept of pieces."""


def _with_holes(made: Geometries, shell: Geometries, hole: Geometries, at: Longs) -> Geometries:
    whole, within = np.unique(at, return_inverse=True)
    made[whole] = shapely.polygons(shell[whole], holes=None)
    many = np.bincount(within)
    for count in np.unique(many):
        rows = many == count
        start = (np.cumsum(many) - many)[rows]
        made[whole[rows]] = shapely.polygons(
            shell[whole[rows]], holes=hole[start[:, None] + np.arange(count)]
        )
    return made


def _halved(rings: Rings) -> tuple[Floats, Longs, Longs, Integers, Mask]:
    from zoning.overlay.kernels import clip as kernel

    weight = rings.ring[rings.first]
    parts = in_parts(
        lambda begin, end: kernel.halved(rings.xy, rings.ring, rings.first, begin, end, CORNERS),
        len(rings),
        weight,
    )
    xy = np.concatenate([part[0] for part in parts])
    ring = _chained([part[1] for part in parts])
    first = _chained([part[2] for part in parts])
    owner = np.concatenate([part[3] for part in parts]).astype(np.int32)
    return xy, ring, first, owner, np.concatenate([part[4] for part in parts])


def _chained(starts: list[Longs]) -> Longs:
    """Join lists of first entries, each from 0 to its own end."""
    ends = np.cumsum([0, *(start[-1] for start in starts)])
    moved = [start[1:] + end for start, end in zip(starts, ends[:-1], strict=True)]
    return np.concatenate([np.zeros(1, np.int64), *moved])
