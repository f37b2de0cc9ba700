"""Ground of whole layers against each other: what two share, what one leaves bare.

Unions of whole layers take minutes where layers are real (38,000 parcels, 2 million vertices).
Here big polygons are cut into small pieces first; every question is then asked of small pieces
that lie near each other, and the answers are put together again along the cuts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Places

LEAST_M2 = 1.0
"""[m2] illustrative: what reprojection and rounding leave is far smaller."""
_CORNERS = 1000  # illustrative: vertices of a piece at most
_SIDE = 4  # a cut scans all vertices of a polygon: 16 pieces at a time, again while they are big
_CROWD = 12  # illustrative: a piece that has more covers than this is cut first
_ROUNDS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Polygons, and the small pieces that they have been cut into.

    Parameters
    ----------
    geometry : object array [n]
        Valid polygons. [m]
    piece : object array [k]
    owner : int array [k]
        Position of the polygon that a piece is part of.
    """

    geometry: Geometries
    piece: Geometries
    owner: Places


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Ground found wanting.

    Parameters
    ----------
    geometry : object array [k]
        Single polygons of at least 1 m2.
    first, second : int array [k]
        Positions of the polygons concerned; ``second`` is -1 where there is only one.
    """

    geometry: Geometries
    first: Places
    second: Places

    def __len__(self) -> int:
        return len(self.geometry)

    @property
    def area(self) -> Floats:
        """Area of each. [m2]"""
        return np.asarray(shapely.area(self.geometry), dtype=np.float64)

    def where(self, chosen: NDArray[np.bool_]) -> Found:
        """Those chosen."""
        return Found(self.geometry[chosen], self.first[chosen], self.second[chosen])


def cut(geometry: Geometries) -> Ground:
    """Cut polygons into pieces that are small."""
    done, owners = [np.empty(0, dtype=object)], [np.empty(0, dtype=np.intp)]
    piece, owner = geometry, np.arange(len(geometry))
    while len(piece):
        small = shapely.get_num_coordinates(piece) <= _CORNERS
        done.append(piece[small])
        owners.append(owner[small])
        piece, owner = _quartered(piece[~small], owner[~small])
    return Ground(geometry, np.concatenate(done), np.concatenate(owners))


def _quartered(piece: Geometries, owner: Places) -> tuple[Geometries, Places]:
    """Pieces cut along the lines that quarter the width and height of each."""
    at = np.repeat(np.arange(len(piece)), _SIDE * _SIDE)
    number = np.tile(np.arange(_SIDE * _SIDE), len(piece))
    column, row = number % _SIDE, number // _SIDE
    west, south, east, north = shapely.bounds(piece[at]).T
    # the same line from both sides, so that no hairline opens between two boxes
    x0, x1 = (_between(west, east, column + step) for step in (0, 1))
    y0, y1 = (_between(south, north, row + step) for step in (0, 1))
    parts = shapely.intersection(piece[at], shapely.box(x0, y0, x1, y1))
    return _polygons(np.asarray(parts, dtype=object), owner[at])


def _between(low: Floats, high: Floats, step: Places) -> Floats:
    return np.where(step == _SIDE, high, low + (high - low) / _SIDE * step)


def _polygons(geometry: Geometries, owner: Places) -> tuple[Geometries, Places]:
    """Single polygons of each geometry; lines and points in which two touch are dropped."""
    parts, at = shapely.get_parts(geometry, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)  # of collections
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    kept = areal & ~shapely.is_empty(parts)
    return np.asarray(parts[kept], dtype=object), owner[at[inner[kept]]]


def common(one: Ground, other: Ground) -> Found:
    """Ground that polygons of one layer share with those of another."""
    return _joined(*_common(one, other, *_near(one, other)))


def shared_area(one: Ground, other: Ground) -> NDArray[np.float64]:
    """Area that each polygon shares with each of another layer. [m2] float64 array [n, m]"""
    pieces, first, second = _common(one, other, *_near(one, other))
    size = len(one.geometry), len(other.geometry)
    total = np.bincount(first * size[1] + second, shapely.area(pieces), size[0] * size[1])
    return np.asarray(total.reshape(size), dtype=np.float64)


def overlapping(ground: Ground) -> Found:
    """Ground that lies in two polygons of one layer, pair by pair."""
    if len(ground.geometry) < 2 or _tiles(ground.geometry):
        return _nothing()
    a, b = _near(ground, ground)
    once = ground.owner[a] < ground.owner[b]
    return _joined(*_common(ground, ground, a[once], b[once]))


def _tiles(geometry: Geometries) -> bool:
    """Whether all edges match: true of most sound layers, and quickly told."""
    return bool(shapely.coverage_is_valid(geometry))


def _near(one: Ground, other: Ground) -> tuple[Places, Places]:
    a, b = shapely.STRtree(other.piece).query(one.piece)
    return a, b


def _common(one: Ground, other: Ground, a: Places, b: Places) -> tuple[Geometries, Places, Places]:
    """Polygons that pairs of pieces share, and whose they are."""
    pieces = one.piece[a]
    cut_off = ~_inside(one.piece, a, other.piece, b)
    pieces[cut_off] = shapely.intersection(pieces[cut_off], other.piece[b[cut_off]])
    pieces, at = _polygons(pieces, np.arange(len(a)))
    return pieces, one.owner[a[at]], other.owner[b[at]]


def bare(inner: Ground, outer: Ground) -> Found:
    """Ground of one layer that no polygon of another covers."""
    shapely.prepare(outer.piece)
    tree = shapely.STRtree(outer.piece)
    left, owners = [np.empty(0, dtype=object)], [np.empty(0, dtype=np.intp)]
    piece, owner = inner.piece, inner.owner
    for last in (*(False,) * _ROUNDS, True):
        at, cover = tree.query(piece)
        met = shapely.intersects(outer.piece[cover], piece[at])
        at, cover = at[met], cover[met]
        hidden = np.zeros(len(piece), dtype=np.bool_)
        hidden[at[_inside(piece, at, outer.piece, cover)]] = True
        crowded = ~hidden & (np.bincount(at, minlength=len(piece)) > _CROWD) & (not last)
        settled = ~hidden & ~crowded
        open_ = settled[at]
        left.append(_without(piece, at[open_], outer.piece[cover[open_]])[settled])
        owners.append(owner[settled])
        piece, owner = _quartered(piece[crowded], owner[crowded])
    pieces, owner = _polygons(np.concatenate(left), np.concatenate(owners))
    return _joined(pieces, owner, np.full(len(owner), -1, dtype=np.intp))


def _inside(piece: Geometries, at: Places, cover: Geometries, by: Places) -> NDArray[np.bool_]:
    """Which pieces lie wholly in the cover that they are paired with."""
    shapely.prepare(cover)
    inner, outer = shapely.bounds(piece)[at], shapely.bounds(cover)[by]
    boxed = (outer[:, :2] <= inner[:, :2]).all(axis=1) & (inner[:, 2:] <= outer[:, 2:]).all(axis=1)
    asked = np.flatnonzero(boxed)  # few boxes lie in each other: only these are looked at in full
    inside = np.zeros(len(at), dtype=np.bool_)
    inside[asked] = shapely.covers(cover[by[asked]], piece[at[asked]])
    return inside


def _without(piece: Geometries, at: Places, cover: Geometries) -> Geometries:
    """Pieces less each of their covers in turn; ``at`` ascending."""
    left = piece.copy()
    rank = np.arange(len(at)) - np.searchsorted(at, at)
    for turn in range(int(rank.max()) + 1 if len(rank) else 0):
        now = np.flatnonzero(rank == turn)
        now = now[~shapely.is_empty(left[at[now]])]
        left[at[now]] = shapely.difference(left[at[now]], cover[now])
    return left


def _joined(pieces: Geometries, first: Places, second: Places) -> Found:
    """Pieces of the same pair made one again across the cuts, those under 1 m2 left out."""
    if not len(pieces):
        return _nothing()
    order = np.lexsort((second, first))
    pieces, first, second = pieces[order], first[order], second[order]
    new = np.r_[True, (np.diff(first) != 0) | (np.diff(second) != 0)]
    start = np.flatnonzero(new)
    count = np.diff(np.r_[start, len(pieces)])
    merged = pieces[start]
    for i in np.flatnonzero(count > 1):
        merged[i] = shapely.union_all(pieces[start[i] : start[i] + count[i]])
    whole, at = _polygons(merged, np.arange(len(start)))
    kept = shapely.area(whole) >= LEAST_M2
    return Found(whole[kept], first[start[at[kept]]], second[start[at[kept]]])


def _nothing() -> Found:
    none = np.empty(0, dtype=np.intp)
    return Found(np.empty(0, dtype=object), none, none)


def slender(geometry: Geometries, width_m: float) -> NDArray[np.bool_]:
    """Which polygons are narrower on average than a width: twice the area over the perimeter."""
    length = shapely.length(geometry)
    mean = np.divide(
        2 * shapely.area(geometry), length, out=np.zeros(len(length)), where=length > 0
    )
    return np.asarray(mean < width_m, dtype=np.bool_)
