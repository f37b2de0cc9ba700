"""Shapes and rasters that the tests of the overlay share; no answers come from here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rasterio
import shapely
from hypothesis import strategies as st
from numpy.typing import NDArray
from rasterio.transform import from_origin

from zoning.layers import RasterLayer

Shapes = NDArray[np.object_]


def shapes(*geometry: object) -> Shapes:
    """An object array, also of one or no geometry."""
    held = np.empty(len(geometry), dtype=object)
    held[:] = geometry
    return held


def write_raster(
    path: Path,
    values: NDArray[np.generic],
    *,
    left: float = 0.0,
    top: float = 0.0,
    cell: tuple[float, float] = (1.0, 1.0),
    nodata: float | None = None,
    valid_range: tuple[float, float] | None = None,
    crs: str = "EPSG:4545",
    **profile: object,
) -> RasterLayer:
    """A GeoTIFF and its handle."""
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=values.shape[0],
        width=values.shape[1],
        count=1,
        dtype=values.dtype,
        crs=crs,
        transform=from_origin(left, top, *cell),
        nodata=nodata,
        **profile,
    ) as out:
        out.write(values, 1)
    return RasterLayer(
        name="raster",
        title="栅格",
        path=path,
        role="terrain",
        source="test",
        date=None,
        superseded=None,
        licence="",
        accuracy_m=0.0,
        accuracy_default=False,
        coverage=None,
        share="full",
        synthetic=True,
        crs=crs,
        unit="m",
        valid_range=valid_range,
        classes=(),
        nodata=nodata,
    )


# Half of all coordinates lie on a coarse lattice: shared edges, corners on edges, slivers come
# from there. The other half are anything.
_coordinate = st.one_of(
    st.integers(0, 12).map(lambda k: 5.0 * k), st.floats(0, 60).map(lambda x: round(x, 3))
)
_point = st.tuples(_coordinate, _coordinate)


def _ring(corners: Sequence[tuple[float, float]], hole: bool) -> shapely.Geometry | None:
    hull = shapely.MultiPoint(corners).convex_hull
    if hull.geom_type != "Polygon" or hull.area < 1e-3:
        return None
    if hole:
        hull = hull.difference(shapely.box(*(np.array(hull.centroid.coords[0]).repeat(2) + HOLE)))
    return hull if hull.geom_type == "Polygon" and not hull.is_empty else None


HOLE = np.array([-1.0, 1.5, -1.0, 1.5])[[0, 2, 1, 3]]

boxes = st.tuples(_point, st.integers(1, 6), st.integers(1, 6)).map(
    lambda c: shapely.box(*c[0], c[0][0] + 5.0 * c[1], c[0][1] + 5.0 * c[2])
)
blobs = (
    st.tuples(st.lists(_point, min_size=3, max_size=8, unique=True), st.booleans())
    .map(lambda c: _ring(*c))
    .filter(lambda g: g is not None)
)
lines = st.lists(_point, min_size=2, max_size=4, unique=True).map(shapely.LineString)
points = _point.map(shapely.Point)
slivers = _point.map(lambda c: shapely.box(*c, c[0] + 40.0, c[1] + 0.01))
pairs = st.tuples(boxes, boxes).map(lambda c: c[0].union(c[1]))
polygons = st.one_of(boxes, blobs, slivers, pairs)
sites = st.one_of(polygons, lines, points)
zones = st.one_of(polygons, polygons, polygons, lines, points)
shifts = st.sampled_from([0.0, 0.3, 2.0, 5.0, 11.0])
bearings = st.lists(
    st.tuples(st.floats(0, 2 * np.pi), st.sampled_from([1.0, 1.0, 0.6, 0.1])),
    min_size=4,
    max_size=8,
)


def shifted(shape: shapely.Geometry, t: float, bearing: tuple[float, float]) -> shapely.Geometry:
    """The shape moved by a part of t in a direction."""
    angle, part = bearing
    by = t * part * np.array([np.cos(angle), np.sin(angle)])
    return shapely.transform(shape, lambda xy: xy + by)
