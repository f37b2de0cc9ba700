"""Sites against a layer: which features they meet, how much of them lies inside, whether wholly.

Doubt is a rigid shift of the site against the layer by any vector of length at most t. Every bound
here holds for every such shift; at t = 0 low, measured and high are one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from zoning.overlay.ground import (
    clear_of,
    covered,
    dilated,
    eroded,
    local_ground,
    reaches_inside,
    room,
)
from zoning.overlay.index import (
    CORNERS,
    SLACK_M,
    Bounds,
    Floats,
    Geometries,
    Integers,
    Mask,
    Zones,
    close,
    dimensions,
    outline,
    per_site,
    polygonal,
    sound,
)
from zoning.overlay.reach import reach


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Sites and features no farther than t from each other, sorted by site, then feature.

    Attributes
    ----------
    site, feature : i4[k]
        Positions in the two arrays.
    depth : f8[k]
        [m] Above 0: their distance. Otherwise they meet, and every shift shorter than -depth
        leaves them meeting: exact for points in polygons, else a lower bound sought only as far
        as t asks (0 at t = 0).
    meets, sure, maybe : bool[k]
        They meet as they lie, under every shift, under some shift. Polygons meet in area, lines
        and polygons in length, points and everything else by touching.
    """

    site: Integers
    feature: Integers
    depth: Floats
    meets: Mask
    sure: Mask
    maybe: Mask

    def __len__(self) -> int:
        return len(self.site)


def touching(
    geometry: Geometries, zones: Zones, t: Floats | float, *, chosen: Mask | None = None
) -> Pairs:
    """Find all pairs that some shift of at most t brings together.

    Parameters
    ----------
    geometry : object[n]
        Sites in the CRS of the zones [m]; None has no pairs.
    zones : Zones
        The layer.
    t : f8[n] or float
        [m] Greatest shift of each site against the layer, >= 0.
    chosen : bool[m], optional
        Features to look at; all by default.

    Returns
    -------
    Pairs
        k pairs.
    """
    sites = sound(geometry)
    shift = per_site(t, len(sites))
    site, feature = _candidates(sites, zones, shift, zones.all_or(chosen))
    zone, place = zones.prepared()[feature], sites[site]
    hit = np.asarray(shapely.intersects(zone, place), dtype=bool)
    near = hit.copy()
    ask = ~hit & (shift[site] > 0)
    near[ask] = close(zone[ask], place[ask], shift[site[ask]] + SLACK_M)
    order = np.flatnonzero(near)[np.lexsort((feature[near], site[near]))]
    return _pairs(sites, zones, site[order], feature[order], hit[order], shift)


def meets(
    geometry: Geometries,
    zones: Zones,
    pairs: Pairs,
    t: Floats | float,
    chosen: Mask | None = None,
) -> tuple[Mask, Mask]:
    """Whether each site meets the union of the chosen features, surely and possibly.

    Parameters
    ----------
    geometry, zones, pairs, t
        As given to and got from `touching`.
    chosen : bool[m], optional
        Features to look at; all by default.

    Returns
    -------
    bool[n], bool[n]
        sure, maybe. A point on the edge between two features is surely in their union, though in
        neither for sure. Sites without geometry: (False, True).
    """
    sites = sound(geometry)
    shift = per_site(t, len(sites))
    kept = zones.all_or(chosen)[pairs.feature]
    sure, maybe = shapely.is_missing(sites) & False, shapely.is_missing(sites)
    sure[pairs.site[kept & pairs.sure]] = True
    maybe[pairs.site[kept & pairs.maybe]] = True
    met = np.zeros(len(sites), dtype=bool)
    met[pairs.site[kept & pairs.meets]] = True
    doubt = met & ~sure & (shift > 0)
    owner, depth = union_reach(sites, zones, pairs, doubt, zones.all_or(chosen), shift)
    sure[owner] |= depth > shift[owner] + SLACK_M
    return sure, maybe


def union_reach(
    sites: Geometries, zones: Zones, pairs: Pairs, asked: Mask, chosen: Mask, t: Floats
) -> tuple[Integers, Floats]:
    """Reach of sites into the union of the chosen polygons, as far as t asks.

    Returns
    -------
    i4[u], f8[u]
        Of the sites asked for (bool[n]), those that have two or more of the polygons within t and
        meet their union; reach [m].
    """
    near = pairs.site[(chosen & (zones.dimension == 2))[pairs.feature]]
    several = np.bincount(near, minlength=len(sites)) > 1
    owner, ground = local_ground(sites, zones, asked & several, chosen, room(t), closed=True)
    met = np.asarray(shapely.intersects(ground, sites[owner]), dtype=bool)
    owner, ground = owner[met], ground[met]
    return owner, reach(sites[owner], ground, outline(ground), t[owner])


def overlap(
    geometry: Geometries,
    zones: Zones,
    pairs: Pairs,
    t: Floats | float,
    chosen: Mask | None = None,
) -> Bounds:
    """Area of polygon sites, length of line sites, inside the union of the chosen features.

    Parameters
    ----------
    geometry, zones, pairs, t
        As given to and got from `touching`.
    chosen : bool[m], optional
        Features to count; all by default. Ground covered by several of them counts once. Lines and
        points have no inside and count nothing.

    Returns
    -------
    Bounds
        [m2] for polygons, [m] for lines; missing for points and where there is no geometry.
        Low and high come from the zone eroded and dilated by t (0.5 % more, so that rounded
        corners, which GEOS draws as chords, never cut the bound short).
    """
    sites = sound(geometry)
    shift = per_site(t, len(sites))
    whole = extent(sites)
    site, feature = _areal(sites, zones, pairs, chosen)
    full, safe = covered(sites, zones, site, feature, shift)
    measured, low = np.where(full, whole, 0.0), np.where(safe, whole, 0.0)
    high = measured.copy()
    kept = zones.all_or(chosen)
    part = ~safe & (np.bincount(site, minlength=len(sites)) > 0)
    owner, ground = local_ground(sites, zones, part & ~full, kept, 0 * shift, closed=False)
    measured[owner] = low[owner] = high[owner] = _shared(sites[owner], ground)
    owner, small, large = _doubted(sites, zones, part & (shift > 0), kept, shift)
    low[owner] = np.minimum(small, measured[owner])
    high[owner] = np.maximum(large, measured[owner])
    point = np.isnan(whole)
    measured = np.where(point, np.nan, np.minimum(measured, whole))
    low = np.where(point, -np.inf, np.clip(low, 0.0, whole))
    return Bounds(measured, low, np.where(point, np.inf, np.minimum(high, whole)))


def within(
    geometry: Geometries,
    zones: Zones,
    pairs: Pairs,
    t: Floats | float,
    chosen: Mask | None = None,
) -> tuple[Mask, Mask]:
    """Whether each site lies wholly in the union of the chosen features, surely and possibly.

    Parameters
    ----------
    geometry, zones, pairs, t
        As given to and got from `touching`.
    chosen : bool[m], optional
        Features to look at; all by default. The boundary belongs to a polygon; lines and points
        have no inside.

    Returns
    -------
    bool[n], bool[n]
        sure: in the union eroded by t; maybe: in the union dilated by t. Sites without geometry:
        (False, True).
    """
    sites = sound(geometry)
    shift = per_site(t, len(sites))
    site, feature = _areal(sites, zones, pairs, chosen, points=True)
    full, sure = covered(sites, zones, site, feature, shift)
    maybe = full | shapely.is_missing(sites)
    hope = maybe | reaches_inside(sites, zones, site, feature, shift)
    kept = zones.all_or(chosen)
    several = np.bincount(site, minlength=len(sites)) > 1  # what one feature says is said above
    for closed in (False, True):  # closing hairline gaps may move an edge by a micron: try both
        asked = hope & several & ~sure
        owner, ground = local_ground(sites, zones, asked, kept, room(shift), closed=closed)
        inside = np.asarray(shapely.covers(ground, sites[owner]), dtype=bool)
        owner, ground = owner[inside], ground[inside]
        maybe[owner] = True
        sure[owner[clear_of(outline(ground), sites[owner], shift[owner])]] = True
    asked = hope & ~maybe & (shift > 0)
    owner, ground = local_ground(sites, zones, asked, kept, room(shift), closed=True)
    ground = dilated(ground, shift[owner])
    maybe[owner[np.asarray(shapely.covers(ground, sites[owner]), dtype=bool)]] = True
    return sure, maybe


def chosen_pairs(pairs: Pairs, chosen: Mask) -> Pairs:
    """Keep the pairs of the chosen features."""
    kept = chosen[pairs.feature]
    return Pairs(
        pairs.site[kept],
        pairs.feature[kept],
        pairs.depth[kept],
        pairs.meets[kept],
        pairs.sure[kept],
        pairs.maybe[kept],
    )


def extent(sites: Geometries) -> Floats:
    """Area of polygons [m2], length of lines [m], nan of points and None."""
    return np.where(dimensions(sites) > 0, _shared(sites, sites), np.nan)


def _shared(sites: Geometries, ground: Geometries) -> Floats:
    """Area or length, as befits each site, of what it has in common with its ground."""
    common = ground if ground is sites else shapely.intersection(sites, ground)
    area = dimensions(sites) == 2  # of two polygons the common edge has a length and no area
    size = np.where(area, shapely.area(common), shapely.length(common))
    return np.nan_to_num(np.asarray(size, dtype=np.float64))


def _candidates(
    sites: Geometries, zones: Zones, shift: Floats, chosen: Mask
) -> tuple[Integers, Integers]:
    """Pairs whose boxes come within t; the tree is on the sites, the zones are prepared."""
    low_x, low_y, high_x, high_y = shapely.bounds(sites).T
    grow = shift + SLACK_M
    held = np.flatnonzero(~shapely.is_missing(sites))
    box = shapely.box(low_x - grow, low_y - grow, high_x + grow, high_y + grow)
    asked = np.flatnonzero(chosen)
    zone, place = shapely.STRtree(box[held]).query(zones.geometry[asked])
    return held[place].astype(np.int32), asked[zone].astype(np.int32)


def _pairs(
    sites: Geometries, zones: Zones, site: Integers, feature: Integers, hit: Mask, shift: Floats
) -> Pairs:
    place, zone, t = sites[site], zones.geometry[feature], shift[site]
    area, point = zones.dimension[feature] == 2, shapely.get_type_id(place) == 0
    easy = ~hit | (area & point)
    depth = np.zeros(len(site))
    depth[easy] = zones.gap(feature[easy], place[easy])
    depth[hit] *= -1.0
    hard = np.flatnonzero(~easy)
    depth[hard] = -_reach(place[hard], zones, feature[hard], t[hard])
    met = hit.copy()
    met[hit] = _meet(place[hit], zone[hit])
    sure = met & ((t == 0) | (-depth > t + SLACK_M))
    return Pairs(site, feature, depth, met, sure, met | (t > 0))


def _reach(place: Geometries, zones: Zones, feature: Integers, t: Floats) -> Floats:
    """Reach of pairs that meet, of which big zones are looked at only near the site."""
    zone, rim = zones.geometry[feature], zones.boundary()[feature]
    big = (t > 0) & (zones.dimension[feature] == 2) & (dimensions(place) > 0)
    big = np.flatnonzero(big & (shapely.get_num_coordinates(zone) > CORNERS))
    low_x, low_y, high_x, high_y = shapely.bounds(place[big]).T
    far = room(t[big])
    box = shapely.box(low_x - far, low_y - far, high_x + far, high_y + far)
    zone[big] = polygonal(np.asarray(shapely.intersection(zone[big], box), dtype=object))
    rim[big] = outline(zone[big])
    return reach(place, zone, rim, t)


def _meet(place: Geometries, zone: Geometries) -> Mask:
    """Of pairs that touch: those that meet in area (polygons) or length (line in polygon)."""
    ours, theirs = dimensions(place), dimensions(zone)
    met = np.ones(len(place), dtype=bool)
    area = (ours == 2) & (theirs == 2)
    met[area] = ~shapely.touches(zone[area], place[area])
    line = (ours == 1) & (theirs == 2)
    along = [shapely.relate_pattern(zone[line], place[line], p) for p in ("1********", "***1*****")]
    met[line] = along[0] | along[1]
    return met


def _areal(
    sites: Geometries, zones: Zones, pairs: Pairs, chosen: Mask | None, *, points: bool = False
) -> tuple[Integers, Integers]:
    """Pairs of the chosen polygon features with sites that have a size (or are points)."""
    kept = (zones.all_or(chosen) & (zones.dimension == 2))[pairs.feature]
    kept &= points | (dimensions(sites) > 0)[pairs.site]
    return pairs.site[kept], pairs.feature[kept]


def _doubted(
    sites: Geometries, zones: Zones, asked: Mask, chosen: Mask, shift: Floats
) -> tuple[Integers, Floats, Floats]:
    """Overlaps with the ground eroded and dilated by t."""
    owner, ground = local_ground(sites, zones, asked, chosen, room(shift), closed=True)
    place, t = sites[owner], shift[owner]
    small, large = _shared(place, eroded(ground, t)), _shared(place, dilated(ground, t))
    return owner, small, large
