"""Geometries made fit to be asked: valid and flat, their polygons, their outlines."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Mask

SLACK_M = 1e-6
"""[m] Rounding of coordinates and of GEOS predicates; doubt is always rounded outwards by it."""

CORNERS = 128
"""Coordinates of a piece of ground (design.md "Speed": big polygons are subdivided once)."""

BIG = 32
"""Corners from which it pays to remember that a geometry is valid."""

MOST_SEEN = 10_000
"""Geometries that are remembered so."""


def sound(geometry: Geometries, *, checked: bool = False) -> Geometries:
    """Copy as valid 2-D geometry; empty becomes None, invalid polygons are made valid.

    Of a collection that has polygons, the polygons count. With `checked` they are known to be
    valid already.
    """
    made = np.array(geometry, dtype=object).ravel()
    if (shapely.get_coordinate_dimension(made) > 2).any():
        made = shapely.force_2d(made)
    made[shapely.is_empty(made)] = None
    if checked:
        return made
    kind = shapely.get_type_id(made)
    bad = ~_valid(made) & (kind >= 0)
    if bad.any():
        made[bad] = shapely.make_valid(made[bad], method="structure", keep_collapsed=False)
        made[shapely.is_empty(made)] = None
        kind = shapely.get_type_id(made)
    if (kind == 7).any():
        mixed = (kind == 7) & (shapely.get_dimensions(made) == 2)
        made[mixed] = polygonal(made[mixed])
    return made


_SEEN: dict[int, shapely.Geometry] = {}


def _valid(geometry: Geometries) -> Mask:
    """Whether each is valid; the big ones are looked at once, however many layers ask.

    A geometry cannot change and is held here, so that no other is given its identity.
    """
    corners = shapely.get_num_coordinates(geometry)
    big = corners > BIG
    found = np.array([id(shape) in _SEEN for shape in geometry[big]], dtype=np.bool_)
    valid = np.ones(len(geometry), dtype=np.bool_)
    new = ~big
    new[big] = ~found
    valid[new] = shapely.is_valid(geometry[new])
    sure = geometry[new & big & valid]
    if len(_SEEN) + len(sure) > MOST_SEEN:
        _SEEN.clear()
    if len(sure) <= MOST_SEEN:
        _SEEN.update((id(shape), shape) for shape in sure)
    return valid


def dimensions(geometry: Geometries) -> NDArray[np.int8]:
    """2 for polygons, 1 for lines, 0 for points, -1 where there is no geometry."""
    return np.asarray(shapely.get_dimensions(geometry), dtype=np.int8)


def outline(geometry: Geometries) -> Geometries:
    """Boundary of polygons; lines and points unchanged."""
    edge = np.array(geometry, dtype=object)
    area = shapely.get_dimensions(edge) == 2
    edge[area] = shapely.boundary(polygonal(edge[area]))
    return edge


def polygonal(geometry: Geometries) -> Geometries:
    """Keep the polygon parts of each geometry; None where there is none."""
    kept = np.array(geometry, dtype=object)
    kind = shapely.get_type_id(kept)
    kept[~np.isin(kind, (3, 6, 7))] = None
    mixed = np.flatnonzero(kind == 7)
    if len(mixed):
        part, owner = shapely.get_parts(kept[mixed], return_index=True)
        part, inner = shapely.get_parts(part, return_index=True)
        owner, area = owner[inner], shapely.get_type_id(part) == 3
        kept[mixed] = None
        whole = np.unique(owner[area])
        kept[mixed[whole]] = shapely.multipolygons(
            part[area], indices=np.searchsorted(whole, owner[area])
        )
    kept[shapely.is_empty(kept)] = None
    return kept


def close(one: Geometries, other: Geometries, distance: Floats) -> Mask:
    """Whether each pair is no farther apart than its distance [m]; uses `one` if prepared."""
    near = shapely.dwithin(one, other, distance)  # type: ignore[call-overload]  # stub: one float
    return np.asarray(near, dtype=np.bool_)


def per_site(t: Floats | float, count: int) -> Floats:
    """One non-negative shift per site [m]."""
    shift = np.ascontiguousarray(np.broadcast_to(np.asarray(t, dtype=np.float64), (count,)))
    if not (shift >= 0).all():
        raise ValueError("t must be >= 0 and not NaN")
    return shift


def without_cracks(ground: Geometries) -> Geometries:
    """Ground without the holes that have no width: less than `SLACK_M`, however long.

    Snapping to a grid closes most gaps between neighbours, but leaves some open for kilometres.
    """
    filled = np.array(ground, dtype=object)
    holed = shapely.get_num_coordinates(filled) > 0
    for k in np.flatnonzero(holed):
        parts = shapely.get_parts(filled[k])
        if not (shapely.get_num_interior_rings(parts) > 0).any():
            continue
        filled[k] = shapely.union_all([_uncracked(part) for part in parts])
    return filled


def _uncracked(part: shapely.Polygon) -> shapely.Polygon:
    rings = np.asarray(part.interiors, dtype=object)
    width = 2 * shapely.area(shapely.polygons(rings)) / shapely.length(rings)
    return shapely.Polygon(part.exterior, rings[width >= SLACK_M].tolist())
