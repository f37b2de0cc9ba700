"""Geometry on its way into a page: reprojected, thinned, written with five decimals.

Lengths are metres of the work CRS; what leaves is degrees of CGCS2000, which on this scale is
WGS 84. Five decimals are about one metre.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Geometries
from zoning.crs import GEOGRAPHIC, project

DECIMALS = 5  # about 1 m

Coordinates = list["Coordinates"] | list[list[float]] | list[float]
Json = None | bool | int | float | str | Sequence["Json"] | dict[str, "Json"]

_KIND = {0: "Point", 1: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString",
         6: "MultiPolygon"}  # fmt: skip


def thin(geometry: Geometries, tolerance_m: float) -> Geometries:
    """Fewer vertices, the same neighbours.

    Parameters
    ----------
    geometry : object array [n]
        Work CRS. Polygons that tile the ground are thinned together, so that no gap opens between
        them; all else alone.
    tolerance_m : float
        [m]

    Returns
    -------
    object array [n]
    """
    if tolerance_m <= 0 or not len(geometry):
        return geometry
    if len(geometry) > 1 and _tiles(geometry):
        return np.asarray(shapely.coverage_simplify(geometry, tolerance_m), dtype=object)
    return np.asarray(shapely.simplify(geometry, tolerance_m, preserve_topology=True), dtype=object)


def _tiles(geometry: Geometries) -> bool:
    kinds = shapely.get_type_id(geometry)
    if not bool(np.isin(kinds, (3, 6)).all()):
        return False
    if not bool(shapely.coverage_is_valid(geometry)):
        return False
    return bool((np.diff(shapely.STRtree(geometry).query(geometry)[0]) == 0).any())


def write(geometry: Geometries, crs: str) -> list[dict[str, Json] | None]:
    """GeoJSON geometries in degrees, five decimals.

    Parameters
    ----------
    geometry : object array [n]
        None and empty ones allowed.
    crs : str
        What they are in.

    Returns
    -------
    list of dict or None
        None where nothing is left.
    """
    degrees = project(geometry, crs, GEOGRAPHIC)
    return [_geojson(shape) for shape in degrees]


def _geojson(shape: shapely.Geometry | None) -> dict[str, Json] | None:
    if shape is None or shapely.is_empty(shape):
        return None
    kind = int(shapely.get_type_id(shape))
    if kind == 7:  # a collection: what is left of an overlap besides touching points
        parts = shapely.get_parts(shape)
        dimension = shapely.get_dimensions(parts)
        kept = parts[dimension == dimension.max()]
        return _geojson(shapely.union_all(kept))
    if kind not in _KIND:
        return None
    coordinates = _coordinates(shape, kind)
    return {"type": _KIND[kind], "coordinates": coordinates} if coordinates else None


def _coordinates(shape: shapely.Geometry, kind: int) -> list[Json]:
    if kind == 0:
        return list(_rounded(shape)[0])
    if kind == 1:
        return list(_rounded(shape))
    if kind == 3:
        rings = [_rounded(ring) for ring in shapely.get_rings(shape)]
        return [ring for at, ring in enumerate(rings) if at == 0 or len(ring) > 3]
    return [_coordinates(part, kind - 4 if kind < 6 else 3) for part in shapely.get_parts(shape)]


def _rounded(line: shapely.Geometry) -> list[list[float]]:
    """Vertices at five decimals; those that fall together are written once."""
    points = np.round(shapely.get_coordinates(line), DECIMALS)
    if len(points) > 2:
        keep = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
        points = points[keep]
    return [[float(x), float(y)] for x, y in points]


def weight(shapes: Sequence[dict[str, Json] | None]) -> int:
    """Bytes these geometries take in the page."""
    return len(json.dumps(shapes, separators=(",", ":")))


def near(geometry: Geometries, sites: Geometries, distance_m: float) -> NDArray[np.bool_]:
    """Which geometries lie within a distance of any site.

    Parameters
    ----------
    geometry, sites : object array [n], [m]
        Work CRS; None among the sites allowed.
    distance_m : float
        [m]

    Returns
    -------
    bool array [n]
    """
    kept = np.zeros(len(geometry), dtype=bool)
    places = sites[~(shapely.is_missing(sites) | shapely.is_empty(sites))]
    if len(places):
        found = shapely.STRtree(geometry).query(places, predicate="dwithin", distance=distance_m)
        kept[found[1]] = True
    return kept


def label_point(shape: shapely.Geometry) -> tuple[shapely.Point, float]:
    """Middle of the largest circle inside a polygon, and its radius [units of the geometry]."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    circle = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 500)
    return shapely.Point(circle.coords[0]), float(circle.length)
