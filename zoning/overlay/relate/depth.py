"""How far two geometries can be shifted against each other and surely still meet."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.arrays import Floats, Geometries, Mask
from zoning.overlay.geometry import SLACK_M, dimensions, outline, polygonal

DIRECTIONS = 16
"""Shifts tried before the costly proof: one that parts the pair settles that it is not sure."""
MOST_EDGES = 4_000_000
MOST_SWEEPS = 6_000
MOST_PARTS = 20
"""Sizes beyond which no proof is attempted (the pair stays in doubt: conservative)."""


def reach(place: Geometries, zone: Geometries, rim: Geometries, t: Floats) -> Floats:
    """Lower bound of the reach of pairs that meet.

    The reach of a pair is the largest r such that every shift shorter than r leaves them meeting:
    the depth of the origin in the Minkowski difference of zone and place.

    Parameters
    ----------
    place, zone, rim : object[k]
        Meeting pairs, and the boundary of each zone.
    t : f8[k]
        [m] How far the reach matters.

    Returns
    -------
    f8[k]
        [m] Exact for points in polygons (either way round). Otherwise 0 where t is 0, and a lower
        bound that is decisive against t wherever the proof was affordable.
    """
    deep = np.zeros(len(place))
    ours, theirs = dimensions(place), dimensions(zone)
    dot = (ours == 0) & (theirs == 2)
    deep[dot] = _point_depth(place[dot], zone[dot], rim[dot])
    dot = (ours == 2) & (theirs == 0)
    deep[dot] = _point_depth(zone[dot], place[dot], outline(place[dot]))
    wide = (ours > 0) & (theirs > 0) & (t > 0)
    probe = np.flatnonzero(wide & (np.maximum(ours, theirs) == 2))
    deep[probe] = _probed(place[probe], zone[probe], rim[probe])
    open_ = np.flatnonzero(wide & (deep <= t + SLACK_M))
    open_ = open_[~_parted(place[open_], zone[open_], t[open_])]
    deep[open_] = np.maximum(deep[open_], _inscribed(place[open_], zone[open_], t[open_]))
    open_ = open_[deep[open_] <= t[open_] + SLACK_M]
    for k in open_:
        deep[k] = max(deep[k], _proved(place[k], zone[k], float(t[k])))
    return deep


def _point_depth(point: Geometries, polygon: Geometries, rim: Geometries) -> Floats:
    """Distance to the polygon's boundary of the deepest point."""
    part, owner = shapely.get_parts(point, return_index=True)
    inside = shapely.intersects(polygon[owner], part)
    deep = np.zeros(len(point))
    part, owner = part[inside], owner[inside]
    np.maximum.at(deep, owner, shapely.distance(rim[owner], part))
    return deep


def _probed(place: Geometries, zone: Geometries, rim: Geometries) -> Floats:
    """Discs around one point of each common part: a disc in each of the two adds up."""
    common = np.asarray(shapely.intersection(place, zone), dtype=object)
    part, owner = shapely.get_parts(common, return_index=True)
    part, inner = shapely.get_parts(part, return_index=True)
    owner = owner[inner]
    line = shapely.get_dimensions(part) == 1
    spot = np.empty(len(part), dtype=object)
    spot[line] = shapely.line_interpolate_point(part[line], 0.5, normalized=True)
    spot[~line] = shapely.point_on_surface(part[~line])
    deep = np.zeros(len(place))
    radius = _radius(spot, rim, zone, owner) + _radius(spot, outline(place), place, owner)
    np.maximum.at(deep, owner, radius)
    return deep


def _inscribed(place: Geometries, zone: Geometries, t: Floats) -> Floats:
    """Diameter of a disc in what two polygons have in common: each of them holds the disc."""
    common = np.asarray(shapely.intersection(place, zone), dtype=object)
    area = np.flatnonzero(shapely.area(common) > 0)
    spoke = shapely.maximum_inscribed_circle(polygonal(common[area]), tolerance=t[area] / 16)
    deep = np.zeros(len(place))
    deep[area] = 2 * shapely.length(spoke)
    return deep


def _radius(
    spot: Geometries,
    edge: Geometries,
    body: Geometries,
    owner: np.ndarray[tuple[int], np.dtype[np.intp]],
) -> Floats:
    radius = np.zeros(len(spot))
    area = (shapely.get_dimensions(body) == 2)[owner]
    radius[area] = shapely.distance(edge[owner[area]], spot[area])
    return np.nan_to_num(radius)


def _parted(place: Geometries, zone: Geometries, t: Floats) -> Mask:
    """Whether some tried shift of length t parts the pair."""
    parted = np.zeros(len(place), dtype=bool)
    coords, owner = shapely.get_coordinates(place, return_index=True)
    for angle in np.arange(DIRECTIONS) * (2 * np.pi / DIRECTIONS):
        shift = t[owner, None] * np.array([np.cos(angle), np.sin(angle)])
        moved = shapely.set_coordinates(place.copy(), coords + shift)
        parted |= ~shapely.intersects(zone, moved)
    return parted


def _proved(place: shapely.Geometry, zone: shapely.Geometry, t: float) -> float:
    """Reach up to a little over t, by sweeping: the shifts that make the pair meet, as an area.

    A shift makes two geometries meet when it brings an edge of one onto an edge of the other (a
    parallelogram of shifts for each two edges), or a whole part of one into the other.
    """
    half = t + 8 * SLACK_M
    centre = np.array(shapely.bounds(place)).reshape(2, 2).mean(axis=0)
    place, zone = _moved(place, -centre), _moved(zone, -centre)
    sweeps = _sweeps(place, zone, half)
    if sweeps is None:
        return 0.0
    whole = [*_brought_in(place, zone, half, sign=1), *_brought_in(zone, place, half, sign=-1)]
    met = shapely.union_all(np.array([*sweeps, *whole], dtype=object), grid_size=SLACK_M)
    lack = shapely.difference(shapely.box(-half, -half, half, half), met)
    gap = shapely.distance(lack, shapely.Point(0, 0))
    return half if np.isnan(gap) else max(0.0, min(half, float(gap) - SLACK_M))


def _sweeps(place: shapely.Geometry, zone: shapely.Geometry, half: float) -> Geometries | None:
    """Shifts within the square of `half` that bring an edge onto an edge; None: too many."""
    a, b = _edges(place, shapely.bounds(zone), half)
    c, d = _edges(zone, shapely.bounds(place), half)
    if len(a) * len(c) > MOST_EDGES:
        return None
    low = np.minimum(c, d)[None] - np.maximum(a, b)[:, None]
    high = np.maximum(c, d)[None] - np.minimum(a, b)[:, None]
    i, j = np.nonzero(((low <= half) & (high >= -half)).all(axis=-1))
    if len(i) > MOST_SWEEPS:
        return None
    ring = np.stack([c[j] - a[i], d[j] - a[i], d[j] - b[i], c[j] - b[i]], axis=1)
    u, v = ring[:, 1] - ring[:, 0], ring[:, 3] - ring[:, 0]
    flat = np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) < SLACK_M**2
    return np.asarray(shapely.polygons(ring[~flat]), dtype=object)


def _edges(shape: shapely.Geometry, near: Floats, half: float) -> tuple[Floats, Floats]:
    """Collect the ends of the edges of a shape whose box comes within `half` of a box."""
    lines = shapely.get_parts(shapely.get_parts(outline(np.array([shape], dtype=object))))
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    joined = owner[1:] == owner[:-1]
    a, b = coords[:-1][joined], coords[1:][joined]
    apart = (np.maximum(a, b) < near[:2] - half) | (np.minimum(a, b) > near[2:] + half)
    kept = ~apart.any(axis=1)
    return a[kept], b[kept]


def _brought_in(
    mover: shapely.Geometry, host: shapely.Geometry, half: float, *, sign: int
) -> list[shapely.Geometry]:
    """Shifts that bring a corner of each part of one into the other (sign -1: host shifts)."""
    parts = shapely.get_parts(mover)
    if shapely.get_dimensions(host) < 2 or len(parts) > MOST_PARTS:
        return []
    found = []
    for part in parts:
        corner = shapely.get_coordinates(part)[0]
        box = shapely.box(*(corner - half), *(corner + half))
        near = polygonal(np.array([shapely.intersection(host, box)], dtype=object))[0]
        if near is not None:
            found.append(_moved(near, -corner, sign))
    return found


def _moved(shape: shapely.Geometry, by: Floats, sign: int = 1) -> shapely.Geometry:
    return shapely.transform(shape, lambda xy: sign * (xy + by))
