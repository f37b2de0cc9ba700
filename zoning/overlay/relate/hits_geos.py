"""Sites of any kind that meet features of any kind, by GEOS."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Integers, Mask
from zoning.overlay.geometry import CORNERS, SLACK_M, close, dimensions, outline
from zoning.overlay.relate.depth import reach
from zoning.overlay.relate.pairs import Found
from zoning.overlay.vector.edges import boundary_gap
from zoning.overlay.vector.erode import ground_near, room
from zoning.overlay.vector.zones import Zones


def others(
    sites: Geometries, rows: NDArray[np.intp], zones: Zones, shift: Floats, chosen: Mask
) -> Found:
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
    depth[easy] = boundary_gap(zones, feature[easy], place[easy])
    depth[hit] *= -1.0
    hard = np.flatnonzero(~easy)
    depth[hard] = -reach_into(place[hard], zones, feature[hard], t[hard])
    met = hit.copy()
    met[hit] = _meet(place[hit], zone[hit])
    return Found(site, feature, met, depth, np.full(len(site), np.nan), np.zeros_like(met))


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


def reach_into(place: Geometries, zones: Zones, feature: Integers, t: Floats) -> Floats:
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
