"""Vertices in the order written to one geometry: rings closed, holes found, everything told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.projects.cells.values import Refusal

_TWO_POINTS = Refusal(
    "两个点围不成面",
    "two points enclose no area",
    "请补齐拐点; 只有一个位置时只写一个点",
    "supply all vertices, or one point where only a place is known",
)
_STRAY = Refusal(
    "有的圈不足三个不同的点",
    "a ring of fewer than three different points",
    "请补齐拐点，或核对圈号与点号",
    "supply all vertices, or check the numbers of rings and points",
)
_ORDER = Refusal(
    "拐点编号次序颠倒，连线顺序不明",
    "the numbers of the vertices are out of order: it is open how they are joined",
    "请按编号顺序排列拐点，或改正编号",
    "put the vertices in the order of their numbers, or correct the numbers",
)


@dataclass(frozen=True, slots=True)
class Vertices:
    """Vertices of one place, in the order written.

    Parameters
    ----------
    xy : float array [k, 2]
        East before north, in the numbers as written.
    ring : int array [k]
        Ring as written, any numbers; a change starts another ring.
    number : int array [k]
        Number of the vertex as written, 0 where there is none.
    """

    xy: NDArray[np.float64]
    ring: NDArray[np.int64]
    number: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outline:
    """The geometry of vertices, and what was made of them.

    Parameters
    ----------
    shape : shapely geometry
    told : str
        For people: how many vertices and rings, which were closed, which are holes.
    closed : bool
        A ring did not repeat its first vertex and was closed.
    """

    shape: shapely.Geometry
    told: str
    closed: bool = False


def outline(vertices: Vertices, *, linear: bool = False) -> Outline | Refusal:
    """Return a point, a polygon (or several, with holes), or the line of a linear project.

    A new ring begins where the ring number changes, where the vertex numbers start again, and
    behind a vertex that repeats the first one of its ring. A ring inside another one is a hole.

    Parameters
    ----------
    vertices : Vertices
    linear : bool
        The project is a line or a road: vertices that do not return to the first one make a line.

    Examples
    --------
    >>> corners = np.array([[0.0, 0], [2, 0], [2, 2]])
    >>> none = np.zeros(3, dtype=int)
    >>> outline(Vertices(corners, none, none)).shape.area
    2.0
    """
    rings = _rings(vertices)
    distinct = [len({tuple(point) for point in ring.tolist()}) for ring in rings]
    n = len(vertices.xy)
    if sum(distinct) == 1:
        return Outline(shapely.Point(vertices.xy[0]), "1 个点 1 point")
    returns = [bool((ring[0] == ring[-1]).all()) and len(ring) > 2 for ring in rings]
    if linear and not any(returns) and min(distinct) >= 2:
        parts = [shapely.LineString(ring) for ring in rings]
        route = parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)
        return Outline(route, f"折线 {n} 点  a line through {n} vertices")
    if min(distinct) < 3:
        if _out_of_order(vertices):
            return _ORDER
        return _TWO_POINTS if sum(distinct) == 2 else _STRAY
    shape, holes = _areas([shapely.Polygon(ring) for ring in rings])
    told = [f"{n} 个拐点 {n} vertices"]
    if len(rings) > 1:
        told.append(f"{len(rings)} 圈，其中空洞 {holes} 个 {len(rings)} rings, {holes} holes")
    if not all(returns):
        told.append("首尾不同，已首尾相连 closed, since the last vertex is not the first")
    return Outline(shape, "; ".join(told), closed=not all(returns))


def _rings(vertices: Vertices) -> list[NDArray[np.float64]]:
    """Return the vertices of each ring."""
    rings: list[NDArray[np.float64]] = []
    start, n = 0, len(vertices.xy)
    for i in range(1, n + 1):
        if i == n or _starts(vertices, start, i):
            rings.append(vertices.xy[start:i])
            start = i
    return rings


def _starts(vertices: Vertices, start: int, i: int) -> bool:
    """Whether vertex i starts another ring than the one that began at ``start``."""
    if vertices.ring[i] != vertices.ring[i - 1]:
        return True
    xy = vertices.xy
    if i - start >= 4 and (xy[i - 1] == xy[start]).all():
        return True
    again = 0 < vertices.number[i] < vertices.number[i - 1]
    # J1 … J5, J1: the first one written once more closes the ring and does not start one
    return bool(again and i - start >= 3 and not (xy[i] == xy[start]).all())


def _out_of_order(vertices: Vertices) -> bool:
    """Whether numbers go back to one that was not there yet: a ring would repeat its own."""
    number = vertices.number[vertices.number > 0]
    unique = len(np.unique(number)) == len(number)
    return bool(unique and (np.diff(number) < 0).any() and len(np.unique(vertices.ring)) == 1)


def _areas(rings: Sequence[shapely.Polygon]) -> tuple[shapely.Geometry, int]:
    """Return rings as one area, a ring inside another a hole, and how many holes there are."""
    if len(rings) == 1:
        return rings[0], 0
    shapes = np.asarray(rings, dtype=object)
    inner, outer = _nested(shapes)
    depth = np.bincount(inner, minlength=len(rings))
    holes: dict[int, list[shapely.LinearRing]] = {}
    for i, k in zip(inner.tolist(), outer.tolist(), strict=True):
        if depth[i] % 2 and depth[k] == depth[i] - 1:
            holes.setdefault(k, []).append(rings[i].exterior)
    parts = [
        shapely.Polygon(rings[k].exterior, holes.get(k, []))
        for k in np.flatnonzero(depth % 2 == 0).tolist()
    ]
    shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return shape, int((depth % 2).sum())


def _nested(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of rings of which the first lies inside the second.

    One that crosses itself lies nowhere: it is repaired, and told, later.
    """
    inner, outer = shapely.STRtree(shapes).query(shapes, predicate="within")
    valid = shapely.is_valid(shapes)
    apart = (inner != outer) & valid[inner] & valid[outer]
    inner, outer = inner[apart], outer[apart]
    differ = ~shapely.equals(shapes[inner], shapes[outer])
    return inner[differ], outer[differ]
