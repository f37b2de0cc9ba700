"""Compiled loops of `rings.py`: where rings end among the corners of polygons."""

from __future__ import annotations

import numpy as np
from numba import njit

from zoning.arrays import Floats, Longs


@njit(cache=True, nogil=True)
def rings(xy: Floats, start: Longs, first: Longs, ring: Longs) -> int:
    """Count the rings of shapes that are runs of corners; write where they begin, if there is room.

    `start` are the shapes' first corners; `first` [shape + 1] becomes the number of rings before.
    """
    n = 0
    for s in range(len(start) - 1):
        v, end = start[s], start[s + 1]
        while v < end:
            w = v + 1
            while w < end and not (xy[w, 0] == xy[v, 0] and xy[w, 1] == xy[v, 1]):
                w += 1
            if w == v + 1 and w < end:  # the first corner twice in a row: look on
                w += 1
                while w < end and not (xy[w, 0] == xy[v, 0] and xy[w, 1] == xy[v, 1]):
                    w += 1
            n += 1
            v = min(w + 1, end)
            if len(ring) > n:
                ring[n] = v
        first[s + 1] = n
    return n


@njit(cache=True, nogil=True)
def lengths(xy: Floats, start: Longs, asked: Longs) -> Floats:
    """Lengths of the rings of some shapes, as `rings` reads them; nan where one does not close."""
    found = np.zeros(len(asked))
    for k in range(len(asked)):
        v, end = start[asked[k]], start[asked[k] + 1]
        while v < end:
            head, closed = v, False
            v += 1
            while v < end and not closed:
                found[k] += np.hypot(xy[v, 0] - xy[v - 1, 0], xy[v, 1] - xy[v - 1, 1])
                closed = v > head + 1 and xy[v, 0] == xy[head, 0] and xy[v, 1] == xy[head, 1]
                v += 1
            if not closed:
                found[k] = np.nan
    return found
