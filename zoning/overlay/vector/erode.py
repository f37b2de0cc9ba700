"""The zone's ground near each site: clipped, united, eroded and dilated."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.geometry import SLACK_M, close, dimensions, polygonal, without_cracks
from zoning.overlay.vector.zones import Zones

QUAD_SEGS = 16
"""Segments of a quarter circle in buffers."""
OUTWARD = 1.005
"""Factor on every buffer distance. GEOS inscribes its arcs: a chord may span 1.5 quadrant steps
(1/cos(0.75 * 90 deg / 16) = 1.0027) and corners within 0.05 of the distance are cut (0.00125)."""
CORNERS_SEEN = 8
"""Corners of a site that are tried before its whole is."""


def local_ground(
    sites: Geometries,
    zones: Zones,
    asked: Mask,
    chosen: Mask,
    margin: Floats,
    *,
    closed: bool,
) -> tuple[Integers, Geometries]:
    """Union of the chosen polygon features around each site that is asked for.

    Parameters
    ----------
    sites : object[n]
        Sites.
    zones : Zones
        The layer.
    asked : bool[n]
        Sites.
    chosen : bool[m]
        Features; those without area are passed over. All of them within the margin count, also
        those beyond t: they hold the ground together when it is eroded.
    margin : f8[n]
        [m] How far beyond the site's bounds the ground is wanted.
    closed : bool
        Close hairline gaps between features (up to a micron, `SLACK_M`), which are rounding and no
        ground: eroding would else tear them open. Edges move by less than `SLACK_M`.

    Returns
    -------
    i4[u], object[u]
        Sites that have any ground (ascending) and that ground; edges made by cutting are at least
        `margin` away from the site.
    """
    if not asked.any():
        return np.zeros(0, np.int32), np.zeros(0, dtype=object)
    site, piece, _ = _near(sites, zones, asked, chosen, margin)
    owner, union = _joined(site, piece, closed=closed)
    union = polygonal(union)
    if closed:
        union = without_cracks(union)
    held = ~shapely.is_missing(union)
    return owner[held].astype(np.int32), union[held]


def ground_near(sites: Geometries, zones: Zones, feature: Integers, margin: Floats) -> Geometries:
    """Ground of one polygon feature for each site, as far as `margin` [m] around it at least.

    Edges move by less than `SLACK_M`. None where there is no ground.
    """
    ground = np.full(len(sites), None, dtype=object)
    if not len(sites):
        return ground
    pieces = zones.pieces()
    place, piece = pieces.tree.query(_around(sites, margin))
    own = pieces.feature[piece] == feature[place]
    order = np.lexsort((piece[own], place[own]))
    owner, union = _joined(
        place[own][order], pieces.tree.geometries[piece[own][order]], closed=True
    )
    ground[owner] = polygonal(union)
    return ground


def _joined(
    site: NDArray[np.integer], piece: Geometries, *, closed: bool
) -> tuple[NDArray[np.integer], Geometries]:
    """Union of the pieces of each site; they come site by site."""
    owner, start, count = np.unique(site, return_index=True, return_counts=True)
    union = np.empty(len(owner), dtype=object)
    for size in np.unique(count):
        rows = count == size
        block = piece[start[rows][:, None] + np.arange(size)]
        grid = SLACK_M if closed else None
        union[rows] = block[:, 0] if size == 1 else shapely.union_all(block, grid_size=grid, axis=1)
    return owner, union


def _around(sites: Geometries, margin: Floats) -> Geometries:
    """Boxes of sites, grown by a margin [m]."""
    low_x, low_y, high_x, high_y = shapely.bounds(sites).T
    box = shapely.box(low_x - margin, low_y - margin, high_x + margin, high_y + margin)
    return np.asarray(box, dtype=object)


def shared_ground(
    sites: Geometries, zones: Zones, asked: Mask, chosen: Mask
) -> tuple[Integers, Floats]:
    """Area or length of the sites asked for inside the union of the chosen polygons.

    Pieces are cut out of the site one by one. To cut out their union would be wrong in rare cases:
    where features only almost join, it has holes of no width, and GEOS 3.14 has answered 0 for a
    site that lay across one.

    Returns
    -------
    i4[u], f8[u]
        Sites that have any pieces near (ascending); area [m2] or length [m].
    """
    if not asked.any():
        return np.zeros(0, np.int32), np.zeros(0)
    site, piece, feature = _near(sites, zones, asked, chosen, np.zeros(len(sites)))
    cut = np.asarray(shapely.intersection(sites[site], piece), dtype=object)
    owner, start, at = np.unique(site, return_index=True, return_inverse=True)
    pair = site.astype(np.int64) * len(zones) + feature
    several = np.bincount(at[np.unique(pair, return_index=True)[1]], minlength=len(owner)) > 1
    several |= shapely.get_dimensions(sites[owner]) == 1  # edges of pieces belong to two of them
    size = np.zeros(len(owner))
    np.add.at(size, at, shared(sites[site], cut))
    stop = np.append(start, len(site))[1:]
    for k in np.flatnonzero(several & (size > 0)):
        some = slice(start[k], stop[k])
        size[k] = min(size[k], _united(sites[owner[k]], piece[some], cut[some]))
    return owner, size


def _united(site: shapely.Geometry, pieces: Geometries, cut: Geometries) -> float:
    """Size of what a site has in common with the union of pieces: no less than with any of them."""
    one = np.array([site], dtype=object)
    least = float(shared(np.repeat(one, len(cut)), cut).max(initial=0.0))
    line = shapely.get_dimensions(site) == 1  # parts of a line are not found to be on one another
    for grid in (None, SLACK_M / 1000):
        whole = shapely.union_all(pieces if line else cut, grid_size=grid)
        if line:
            whole = shapely.intersection(site, whole, grid_size=grid)
        found = float(shared(one, np.array([whole], dtype=object))[0])
        if found >= least * (1 - 1e-9):
            return found
    return least


def shared(sites: Geometries, common: Geometries) -> Floats:
    """Area or length, as befits each site, of what it has in common with something."""
    area = dimensions(sites) == 2  # of two polygons the common edge has a length and no area
    size = np.where(area, shapely.area(common), shapely.length(common))
    return np.nan_to_num(np.asarray(size, dtype=np.float64))


def room(t: Floats) -> Floats:
    """Margin [m] that keeps cut edges out of reach of an erosion or a distance of t."""
    return OUTWARD * t * 1.02 + 1.0


def eroded(ground: Geometries, t: Floats) -> Geometries:
    """Ground that stays ground under every shift of at most t (a little less, never more)."""
    return np.asarray(shapely.buffer(ground, -_outwards(t), quad_segs=QUAD_SEGS), dtype=object)


def dilated(ground: Geometries, t: Floats) -> Geometries:
    """Ground that some shift of at most t can reach (a little more, never less)."""
    return np.asarray(shapely.buffer(ground, _outwards(t), quad_segs=QUAD_SEGS), dtype=object)


def covered(
    sites: Geometries, zones: Zones, site: Integers, feature: Integers, t: Floats
) -> tuple[Mask, Mask]:
    """Which sites lie in one single feature, and with t to spare (both bool[n])."""
    full, safe = np.zeros(len(sites), dtype=bool), np.zeros(len(sites), dtype=bool)
    if not len(site):
        return full, safe
    inside = np.asarray(shapely.covers(zones.prepared()[feature], sites[site]), dtype=bool)
    site, feature = site[inside], feature[inside]
    full[site] = True
    safe[site[clear_of(zones.boundary()[feature], sites[site], t[site])]] = True
    return full, safe


def reaches_inside(
    sites: Geometries, zones: Zones, site: Integers, feature: Integers, t: Floats
) -> Mask:
    """Sites whose corners, as far as looked at, all lie within t of a paired feature (bool[n]).

    The others lie in no union of the features, however shifted: a cheap test before a costly one.
    """
    hope = np.bincount(site, minlength=len(sites)) > 0
    coords = shapely.get_coordinates(sites)
    count = np.where(shapely.is_missing(sites), 0, shapely.get_num_coordinates(sites))
    start = np.cumsum(count) - count
    zone = zones.prepared()
    for k in range(CORNERS_SEEN):
        pair = hope[site]
        site, feature = site[pair], feature[pair]
        corner = shapely.points(coords[(start + k * count // CORNERS_SEEN)[site]])
        near = close(zone[feature], corner, t[site] + SLACK_M)
        hope &= np.bincount(site[near], minlength=len(sites)) > 0
    return hope


def clear_of(edge: Geometries, place: Geometries, t: Floats) -> Mask:
    """Whether each place is more than t away from an edge; any place is, at t = 0."""
    near = np.zeros(len(place), dtype=bool)
    ask = t > 0
    near[ask] = close(edge[ask], place[ask], t[ask] + SLACK_M)
    return ~near


def _outwards(t: Floats) -> Floats:
    return np.where(t > 0, OUTWARD * t + SLACK_M, 0.0)


def _near(
    sites: Geometries, zones: Zones, asked: Mask, chosen: Mask, margin: Floats
) -> tuple[Integers, Geometries, Integers]:
    """Pieces within the margin of the sites' boxes, by site: site, piece and its feature."""
    site = np.flatnonzero(asked).astype(np.int32)
    pieces = zones.pieces()
    place, piece = pieces.tree.query(_around(sites[site], margin[site]))
    kept = chosen[pieces.feature[piece]]
    place, piece = place[kept], piece[kept]
    order = np.lexsort((piece, place))
    place, piece = place[order], piece[order]
    return site[place], pieces.tree.geometries[piece], pieces.feature[piece]
