"""Rings of vertices to areas: which is a shell, which a hole, which a piece of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.projects.cells.values import Refusal

Ring = NDArray[np.float64]  # [n, 2] x before y; the last vertex may repeat the first or not

# Share of the smaller ring that two rings may have in common and still be apart, or lack and still
# lie one inside the other: neighbours share vertices that were rounded apart. illustrative
_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class Area:
    """An area made of rings.

    Parameters
    ----------
    shape : shapely polygon or multipolygon
    pieces : tuple of int
        Rings that are the outer boundary of a piece.
    twins : tuple of int
        Rings left out because an earlier one is the same.
    """

    shape: shapely.Geometry
    pieces: tuple[int, ...]
    twins: tuple[int, ...] = ()


def area_of(rings: Sequence[Ring]) -> Area | Refusal:
    """Return the area of rings by how they lie: a ring inside another is a hole of it.

    A ring inside a hole is a piece again. Direction and order say nothing. Rings that cross each
    other are refused: the one may be taken off the other, or added to it.

    Parameters
    ----------
    rings : sequence of float array [n, 2]
        Each of three different vertices or more.

    Examples
    --------
    >>> square = np.array([(0.0, 0), (9, 0), (9, 9), (0, 9)])
    >>> area_of([square, square[::-1] / 3 + 1]).shape.area
    72.0
    """
    outlines = np.empty(len(rings), dtype=object)
    outlines[:] = [shapely.Polygon(ring) for ring in rings]
    if len(rings) == 1:
        return Area(outlines[0], (0,))
    sound = _sound(outlines)
    twins = _twins(sound)
    inside = _inside(sound, twins)
    if isinstance(inside, Refusal):
        return inside
    return _assembled(outlines, shapely.area(sound), inside, twins)


def _sound(outlines: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return what each outline encloses, also where it crosses itself."""
    mended = shapely.make_valid(outlines, method="structure", keep_collapsed=False)
    return np.asarray(mended, dtype=object)


def _pairs(sound: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return pairs [2, m] of rings that touch, the first of a lower index."""
    first, second = shapely.STRtree(sound).query(sound, predicate="intersects")
    return np.stack([first, second])[:, first < second]


def _twins(sound: NDArray[np.object_]) -> tuple[int, ...]:
    first, second = _pairs(sound)
    same = shapely.equals(sound[first], sound[second])
    return tuple(int(i) for i in np.unique(second[same]))


def _inside(sound: NDArray[np.object_], twins: tuple[int, ...]) -> dict[int, list[int]] | Refusal:
    """Return the rings around each ring; a Refusal where two cross."""
    around: dict[int, list[int]] = {i: [] for i in range(len(sound)) if i not in twins}
    area = shapely.area(sound)
    for a, b in _pairs(sound).T.tolist():
        if a in twins or b in twins:
            continue
        small, large = (a, b) if area[a] < area[b] else (b, a)
        common = shapely.area(shapely.intersection(sound[small], sound[large]))
        if common >= (1 - _ROUNDING) * area[small]:
            around[small].append(large)
        elif common > _ROUNDING * area[small]:
            return _crossing(a, b)
    return around


def _crossing(a: int, b: int) -> Refusal:
    return Refusal(
        f"第 {a + 1} 圈与第 {b + 1} 圈相交，分不清是扣除还是另一块",
        f"rings {a + 1} and {b + 1} cross: is the one taken off, or a piece of its own?",
        "请核对这两圈的拐点",
        "check the vertices of both rings",
    )


def _assembled(
    outlines: NDArray[np.object_],
    area: NDArray[np.float64],
    around: dict[int, list[int]],
    twins: tuple[int, ...],
) -> Area | Refusal:
    pieces = tuple(i for i, outer in around.items() if len(outer) % 2 == 0)
    holes: dict[int, list[shapely.LinearRing]] = {i: [] for i in pieces}
    for i, outer in around.items():
        if len(outer) % 2:
            shells = [j for j in outer if j in holes]
            if not shells:  # three rings that hold each other within the rounding only
                return _crossing(i, outer[0])
            owner = min(shells, key=lambda j: float(area[j]))
            holes[owner].append(outlines[i].exterior)
    parts = [shapely.Polygon(outlines[i].exterior, holes[i]) for i in pieces]
    return Area(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts), pieces, twins)
