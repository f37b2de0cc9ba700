"""The zone's ground near each site: clipped, united, eroded and dilated."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.overlay.index import (
    SLACK_M,
    Floats,
    Geometries,
    Integers,
    Mask,
    Zones,
    close,
    polygonal,
)

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
    site, piece = _near(sites, zones, asked, chosen, margin)
    owner, start, count = np.unique(site, return_index=True, return_counts=True)
    union = np.empty(len(owner), dtype=object)
    for size in np.unique(count):
        rows = count == size
        block = piece[start[rows][:, None] + np.arange(size)]
        grid = SLACK_M if closed else None
        union[rows] = block[:, 0] if size == 1 else shapely.union_all(block, grid_size=grid, axis=1)
    union = polygonal(union)
    held = ~shapely.is_missing(union)
    return owner[held].astype(np.int32), union[held]


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
) -> tuple[Integers, Geometries]:
    """Pieces of the chosen features within the margin of the sites' boxes, ordered by site."""
    site = np.flatnonzero(asked).astype(np.int32)
    low_x, low_y, high_x, high_y = shapely.bounds(sites[site]).T
    far = margin[site]
    box = shapely.box(low_x - far, low_y - far, high_x + far, high_y + far)
    pieces = zones.pieces()
    place, piece = pieces.tree.query(box)
    kept = chosen[pieces.feature[piece]]
    place, piece = place[kept], piece[kept]
    order = np.lexsort((piece, place))
    return site[place[order]], pieces.tree.geometries[piece[order]]
