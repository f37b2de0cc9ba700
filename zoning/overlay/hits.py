"""Sites against a layer: which features they meet, how much of them lies inside, whether wholly.

Doubt is a rigid shift of the site against the layer by any vector of length at most t. Every bound
here holds for every such shift; at t = 0 low, measured and high are one and the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.overlay.ground import (
    clear_of,
    covered,
    dilated,
    eroded,
    ground_near,
    local_ground,
    reaches_inside,
    room,
    shared,
    shared_ground,
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
    numba_held,
    outline,
    per_site,
    sound,
    worth,
)
from zoning.overlay.reach import reach

ROUNDED_M = 1e-8
"""[m] What lacks no more than this along a site's outline does not lack: corners on cuts are
rounded."""
AS_POINTS = 10
"""Points that are as much work as one polygon of few corners."""
MANY = 1_000
"""Points from which the union of a whole layer may be sooner made than that around each of them."""
CORNERS_A_UNION = 100
"""Corners of a layer that are united in the time of the union around one point."""
AS_POINT = 8
"""Corners of polygons that are as much work as one point."""


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Sites and features no farther than t from each other, sorted by site, then feature.

    Attributes
    ----------
    site, feature : i4[k]
        Positions in the two arrays.
    meets, sure, maybe : bool[k]
        They meet as they lie, under every shift, under some shift. Polygons meet in area, lines
        and polygons in length, points and everything else by touching.
    shared : f8[k]
        [m2] Area in common, where it was found on the way; else nan.
    clear : bool[k]
        It was found on the way that their edges do not come within t of each other.
    union : f8[n]
        [m2] Area of each site in the union of its features, where it was found on the way.
    """

    site: Integers
    feature: Integers
    meets: Mask
    sure: Mask
    maybe: Mask
    shared: Floats
    clear: Mask
    union: Floats
    _depths: Depths
    _reached: dict[tuple[bytes, bytes], tuple[Integers, Floats]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.site)

    @property
    def depth(self) -> Floats:
        """Above 0: their distance [m], f8[k].

        Otherwise they meet, and every shift shorter than -depth leaves them meeting: exact for
        points in polygons (found when first asked for), else a lower bound sought only as far as t
        asks (0 at t = 0).
        """
        return self._depths.all()


@dataclass(frozen=True, slots=True, eq=False)
class Depths:
    """Depths of pairs, of which some are not looked for before they are asked for (nan)."""

    known: Floats
    site: Integers
    feature: Integers
    sites: Geometries
    zones: Zones

    def all(self) -> Floats:
        """All of them; kept for the next time."""
        asked = np.flatnonzero(np.isnan(self.known))
        if len(asked):
            self.known[asked] = -self.zones.gap(self.feature[asked], self.sites[self.site[asked]])
        return self.known


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Pairs of some sites, as in `Pairs`; depth and shared are nan where not looked for."""

    site: Integers
    feature: Integers
    met: Mask
    depth: Floats
    shared: Floats
    clear: Mask


def touching(
    geometry: Geometries,
    zones: Zones,
    t: Floats | float,
    *,
    chosen: Mask | None = None,
    compiled: bool | None = None,
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
    compiled : bool, optional
        By compiled loops, as far as there are any, or by GEOS; by default whichever is sooner
        done. The answers are the same within rounding.

    Returns
    -------
    Pairs
        k pairs.
    """
    sites = sound(geometry)
    shift = per_site(t, len(sites))
    kept = zones.all_or(chosen)
    kind = shapely.get_type_id(sites)
    point, plot = kind == 0, (kind == 3) | (kind == 6)
    point &= by_loops(zones, int(point.sum()), compiled)
    plot &= by_loops(zones, as_points(sites[plot]), compiled)
    found, union = [], np.full(len(sites), np.nan)
    if point.any():
        found.append(_points(sites, np.flatnonzero(point), zones, shift, kept))
    if plot.any():
        rows = np.flatnonzero(plot)
        part, union[rows] = _plots(sites, rows, zones, shift, kept)
        found.append(part)
    rest = ~(point | plot | (kind < 0))
    if rest.any() or not found:
        found.append(_others(sites, np.flatnonzero(rest), zones, shift, kept))
    return _pairs(found, union, sites, zones, shift)


def as_points(plots: Geometries) -> int:
    """Points that are as much work as some polygons."""
    corners = int(shapely.get_num_coordinates(plots).sum())
    return max(AS_POINTS * len(plots), corners // AS_POINT)


def by_loops(zones: Zones, sites: int, compiled: bool | None) -> bool:
    """Whether compiled loops are to be used, and can be: for layers of polygons alone."""
    if not zones.areal:
        return False
    return worth(sites, zones.corners) if compiled is None else compiled


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
        meet their union (points asked for do); reach [m].
    """
    key = chosen.tobytes(), asked.tobytes()
    if key not in pairs._reached:
        pairs._reached[key] = _union_reach(sites, zones, pairs, asked, chosen, t)
    return pairs._reached[key]


def _union_reach(
    sites: Geometries, zones: Zones, pairs: Pairs, asked: Mask, chosen: Mask, t: Floats
) -> tuple[Integers, Floats]:
    near = pairs.site[(chosen & (zones.dimension == 2))[pairs.feature]]
    asked = asked & (np.bincount(near, minlength=len(sites)) > 1)
    point = np.flatnonzero(asked & (shapely.get_type_id(sites) == 0)).astype(np.int32)
    many = len(point) >= MANY and len(point) * CORNERS_A_UNION >= zones.corners
    if many and zones.areal and numba_held():
        from zoning.overlay.spots import nearest_edge

        whole = zones.closed(chosen)
        deep = nearest_edge(sites[point], whole, whole.all_or(None))[0]
        rest = asked.copy()
        rest[point] = False
        owner, more = _local_reach(sites, zones, rest, chosen, t)
        owner, deep = np.concatenate([point, owner]), np.concatenate([deep, more])
        order = np.argsort(owner)
        return owner[order], deep[order]
    return _local_reach(sites, zones, asked, chosen, t)


def _local_reach(
    sites: Geometries, zones: Zones, asked: Mask, chosen: Mask, t: Floats
) -> tuple[Integers, Floats]:
    owner, ground = local_ground(sites, zones, asked, chosen, room(t), closed=True)
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
    kept = zones.all_or(chosen)
    known, steady, measured = _swept(sites, zones, pairs, kept, shift)
    low, high = measured.copy(), measured.copy()
    open_ = ~known[site]
    site, feature = site[open_], feature[open_]
    full, safe = covered(sites, zones, site, feature, shift)
    measured[full], low[safe] = whole[full], whole[safe]
    high[~known] = measured[~known]
    part = ~safe & (known | (np.bincount(site, minlength=len(sites)) > 0)) & ~steady
    owner, size = shared_ground(sites, zones, part & ~full & ~known, kept)
    measured[owner] = low[owner] = high[owner] = size
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
    if kept.all():
        return pairs
    old = pairs._depths
    depths = Depths(old.known[kept], old.site[kept], old.feature[kept], old.sites, old.zones)
    return Pairs(
        pairs.site[kept],
        pairs.feature[kept],
        pairs.meets[kept],
        pairs.sure[kept],
        pairs.maybe[kept],
        pairs.shared[kept],
        pairs.clear[kept],
        np.full(len(pairs.union), np.nan),
        depths,
        pairs._reached,
    )


def extent(sites: Geometries) -> Floats:
    """Area of polygons [m2], length of lines [m], nan of points and None."""
    return np.where(dimensions(sites) > 0, shared(sites, sites), np.nan)


def _swept(
    sites: Geometries, zones: Zones, pairs: Pairs, chosen: Mask, shift: Floats
) -> tuple[Mask, Mask, Floats]:
    """Sites whose common area with each feature is at hand: area in the union of the chosen.

    Returns
    -------
    bool[n], bool[n], f8[n]
        Those sites; those at which no shift changes the area, as one feature is all around; area
        [m2], else 0.
    """
    count = len(sites)
    some = chosen[pairs.feature]
    site, shared, clear = pairs.site[some], pairs.shared[some], pairs.clear[some]
    held = np.bincount(site, minlength=count)
    known = (held > 0) & (np.bincount(site[np.isnan(shared)], minlength=count) == 0)
    area = np.where(known, np.bincount(site, weights=shared, minlength=count), 0.0)
    every = np.bincount(pairs.site, weights=pairs.shared, minlength=count)
    whole = np.where(known, shapely.area(sites), np.inf)
    slack = ROUNDED_M * np.nan_to_num(shapely.length(sites))
    over = known & ~(every - pairs.union <= slack)  # features cover the same ground twice
    all_of_them = over & (held == np.bincount(pairs.site, minlength=count)) & (pairs.union >= 0)
    area[all_of_them] = pairs.union[all_of_them]
    asked = np.flatnonzero(over & ~all_of_them & (held > 1))
    if len(asked):
        from zoning.overlay.shares import shares

        area[asked] = shares(sites[asked], zones, chosen).union
    around = np.zeros(count, dtype=bool)
    around[site[clear & (shared >= (whole - slack)[site])]] = True
    area = np.where(known & (around | (whole - area <= slack)), whole, area)
    return known, known & (around | (shift == 0)), area


def _points(
    sites: Geometries, rows: NDArray[np.intp], zones: Zones, shift: Floats, chosen: Mask
) -> _Found:
    """Points and the polygons they are in, or within t of."""
    from zoning.overlay import spots

    place, t = sites if len(rows) == len(sites) else sites[rows], shift[rows]
    site, feature = spots.inside(place, zones, chosen)
    hit = np.ones(len(site), dtype=bool)
    depth = np.full(len(site), np.nan)
    if (t > 0).any():
        far = np.where(t > 0, t + 2 * SLACK_M, 0.0)
        beside, whose, gap = spots.near(place, zones, far, chosen)
        site, feature, hit, depth = _joined(
            (site, feature), (beside, whose, gap), t + SLACK_M, len(zones)
        )
    site = rows[site].astype(np.int32)
    return _Found(site, feature, hit, depth, np.full(len(site), np.nan), np.zeros_like(hit))


def _joined(
    inside: tuple[Integers, Integers],
    beside: tuple[Integers, Integers, Floats],
    reach: Floats,
    features: int,
) -> tuple[Integers, Integers, Mask, Floats]:
    """Pairs of points in a feature and of points near an edge, as one list: hit, depth (or nan)."""
    within = inside[0].astype(np.int64) * features + inside[1]
    near = beside[0].astype(np.int64) * features + beside[1]
    pair = np.union1d(within, near)
    hit, depth = np.zeros(len(pair), dtype=bool), np.full(len(pair), np.nan)
    hit[np.searchsorted(pair, within)] = True
    depth[np.searchsorted(pair, near)] = beside[2]
    depth[hit] *= -1.0
    site, feature = (part.astype(np.int32) for part in np.divmod(pair, features))
    kept = hit | (depth <= reach[site])
    return site[kept], feature[kept], hit[kept], depth[kept]


def _plots(
    sites: Geometries, rows: NDArray[np.intp], zones: Zones, shift: Floats, chosen: Mask
) -> tuple[_Found, Floats]:
    """Polygons and the polygons they meet, touch, or are within t of; area in their union."""
    from zoning.overlay.shares import alongside, shares

    place, t = sites[rows], shift[rows]
    found = shares(place, zones, chosen)
    site, feature, met, area = found.site, found.feature, found.meets, found.area
    hit, depth = np.ones(len(site), dtype=bool), np.full(len(site), np.nan)
    if (t > 0).any():
        far = np.where(t > 0, t + 2 * SLACK_M, 0.0)
        inside = site.astype(np.int64) * len(zones) + feature
        site, feature, hit, depth = _joined(
            (site, feature), alongside(place, zones, far, chosen), t + SLACK_M, len(zones)
        )
        pair = site.astype(np.int64) * len(zones) + feature
        at = np.flatnonzero(hit)
        known = np.searchsorted(inside, pair[at])
        met, area = np.zeros(len(pair), dtype=bool), np.zeros(len(pair))
        met[at], area[at] = found.meets[known], found.area[known]
    clear = np.isnan(depth) & (t[site] > 0)
    depth[clear] = -(t[site[clear]] + 2 * SLACK_M)  # nothing parts them before edges meet
    hard = np.flatnonzero(hit & ~clear & (t[site] > 0))
    depth[hit & (t[site] == 0)] = 0.0
    depth[hard] = -_reach(place[site[hard]], zones, feature[hard], t[site[hard]])
    depth[~hit] = np.maximum(depth[~hit], np.finfo(np.float64).tiny)
    return _Found(rows[site].astype(np.int32), feature, met, depth, area, clear), found.union


def _others(
    sites: Geometries, rows: NDArray[np.intp], zones: Zones, shift: Floats, chosen: Mask
) -> _Found:
    """Any sites and any features, by GEOS."""
    site, feature = _candidates(sites, rows, zones, shift, chosen)
    zone, place = zones.prepared()[feature], sites[site]
    hit = np.asarray(shapely.intersects(zone, place), dtype=bool)
    near = hit.copy()
    ask = ~hit & (shift[site] > 0)
    near[ask] = close(zone[ask], place[ask], shift[site[ask]] + SLACK_M)
    site, feature, hit = site[near], feature[near], hit[near]
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
    return _Found(site, feature, met, depth, np.full(len(site), np.nan), np.zeros_like(met))


def _candidates(
    sites: Geometries, rows: NDArray[np.intp], zones: Zones, shift: Floats, chosen: Mask
) -> tuple[Integers, Integers]:
    """Pairs whose boxes come within t; the tree is on the sites, the zones are prepared."""
    low_x, low_y, high_x, high_y = shapely.bounds(sites[rows]).T
    grow = shift[rows] + SLACK_M
    box = shapely.box(low_x - grow, low_y - grow, high_x + grow, high_y + grow)
    asked = np.flatnonzero(chosen)
    zone, place = shapely.STRtree(box).query(zones.geometry[asked])
    return rows[place].astype(np.int32), asked[zone].astype(np.int32)


def _pairs(
    found: list[_Found], union: Floats, sites: Geometries, zones: Zones, shift: Floats
) -> Pairs:
    """Pairs of all kinds of sites, in order."""
    site = np.concatenate([part.site for part in found])
    feature = np.concatenate([part.feature for part in found])
    met = np.concatenate([part.met for part in found])
    depth = np.concatenate([part.depth for part in found])
    shared = np.concatenate([part.shared for part in found])
    clear = np.concatenate([part.clear for part in found])
    t = shift[site]
    with np.errstate(invalid="ignore"):
        # No depth yet: no edge of the feature is within t of the point, which is in it.
        sure = met & ((t == 0) | np.isnan(depth) | (-depth > t + SLACK_M))
    kept = np.lexsort((feature, site))
    site, feature = site[kept], feature[kept]
    return Pairs(
        site,
        feature,
        met[kept],
        sure[kept],
        (met | (t > 0))[kept],
        shared[kept],
        clear[kept],
        union,
        Depths(depth[kept], site, feature, sites, zones),
    )


def _reach(place: Geometries, zones: Zones, feature: Integers, t: Floats) -> Floats:
    """Reach of pairs that meet, of which big zones are looked at only near the site."""
    zone = zones.geometry[feature]
    big = (t > 0) & (zones.dimension[feature] == 2) & (dimensions(place) > 0)
    big = np.flatnonzero(big & (shapely.get_num_coordinates(zone) > CORNERS))
    zone[big] = ground_near(place[big], zones, feature[big], room(t[big]))
    rim = np.full(len(zone), None, dtype=object)
    rim[big] = outline(zone[big])
    seen = np.flatnonzero(((t > 0) | (dimensions(place) == 0)) & shapely.is_missing(rim))
    few, which = np.unique(feature[seen], return_inverse=True)
    rim[seen] = outline(zones.geometry[few])[which]
    deep = reach(place, zone, rim, t)
    deep[big] = np.maximum(deep[big] - 2 * SLACK_M, 0.0)  # their edges were moved by as much
    return deep


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
    small = shapely.intersection(place, eroded(ground, t))
    large = shapely.intersection(place, dilated(ground, t))
    return owner, shared(place, small), shared(place, large)
