"""Outlines: polygons out of fields, blobs, strips, and the tidying that all layers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import contourpy
import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from shapely.geometry import Point, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.crs import WORK
from zoning.sample.frame import coarse_points, inside
from zoning.sample.noise import fractal

YES, NO, UNKNOWN = "是", "否", None
Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class SampleLayer:
    """A layer to be written: its key in the catalog, its file, and its features in the work CRS."""

    key: str
    file: str  # GeoPackage under boundaries/, several layers to a file
    frame: gpd.GeoDataFrame


def layer(key: str, file: str, shapes: Sequence[BaseGeometry], **columns: Cells) -> SampleLayer:
    """Assemble a layer from shapes and columns of equal length."""
    geometry = gpd.GeoSeries(list(shapes), crs=WORK)
    return SampleLayer(key, file, gpd.GeoDataFrame(dict(columns), geometry=geometry, crs=WORK))


def above(values: Floats, level: float, *, least_m2: float, soften_m: float = 0.0) -> BaseGeometry:
    """Ground where a coarse field exceeds a level: contour polygons, simplified to 15 m."""
    x, y = coarse_points()
    generator = contourpy.contour_generator(
        x, y, values, fill_type=contourpy.FillType.OuterOffset, name="serial"
    )
    filled = generator.filled(level, np.inf)
    shapes = []
    for xy, cut in zip(filled[0], filled[1], strict=True):
        assert xy is not None
        assert cut is not None  # both are, with OuterOffset
        rings = [xy[a:b] for a, b in pairwise(cut)]
        shapes.append(Polygon(rings[0], [ring for ring in rings[1:] if len(ring) > 3]))
    ground = shapely.union_all(shapely.make_valid(np.array(shapes, dtype=object)))
    if soften_m:
        ground = ground.buffer(soften_m, quad_segs=4).buffer(-2 * soften_m).buffer(soften_m)
    return tidy(ground, least_m2=least_m2)


def tidy(ground: BaseGeometry, *, least_m2: float, simplify_m: float = 15.0) -> BaseGeometry:
    """Simplify, drop small parts and small holes, round to the centimetre."""
    ground = shapely.set_precision(ground.simplify(simplify_m), 0.01)
    kept = []
    for part in polygons(ground):
        if part.area >= least_m2:
            holes = [ring for ring in part.interiors if Polygon(ring).area >= least_m2]
            kept.append(Polygon(part.exterior, holes))
    return shapely.union_all(kept)


def polygons(ground: BaseGeometry) -> list[Polygon]:
    """The polygons of a geometry, from west to east; lines and points dropped."""
    parts = [p for p in shapely.get_parts(ground, return_index=False) if p.geom_type == "Polygon"]
    return sorted(parts, key=lambda p: p.bounds)


def blob(rng: np.random.Generator, x: float, y: float, radius_m: float, wobble: float) -> Polygon:
    """A rounded outline of irregular shape around a point."""
    angle = np.linspace(0.0, 2 * np.pi, 48, endpoint=False)
    r = np.ones_like(angle)
    for k in range(2, 7):
        r += wobble / k * 1.6 * rng.uniform(-1, 1) * np.cos(k * angle + rng.uniform(0, 6.3))
    stretch, turn = rng.uniform(0.75, 1.3), rng.uniform(0, np.pi)
    u, v = radius_m * r * np.cos(angle) * stretch, radius_m * r * np.sin(angle) / stretch
    c, s = np.cos(turn), np.sin(turn)
    ring = np.column_stack([x + u * c - v * s, y + u * s + v * c])
    return shapely.set_precision(Polygon(ring), 0.01)


def ragged(ground: BaseGeometry, amount_m: float, wavelength_m: float, seed: int) -> BaseGeometry:
    """Move an outline about by smooth noise, so that it does not look drawn with a compass."""
    dense = shapely.segmentize(ground, wavelength_m / 5)

    def moved(xy: Floats) -> Floats:
        a = fractal(xy[:, 0], xy[:, 1], wavelength_m, seed, 3)
        b = fractal(xy[:, 0], xy[:, 1], wavelength_m, seed + 17, 3)
        return xy + amount_m * np.column_stack([a, b])

    out = shapely.make_valid(shapely.transform(dense, moved))
    return shapely.set_precision(out.simplify(wavelength_m / 50), 0.01)


def pick(
    rng: np.random.Generator,
    score: Floats,
    area: BaseGeometry,
    count: int,
    apart_m: float,
    taken: Sequence[tuple[float, float]] = (),
) -> list[tuple[float, float]]:
    """Choose coarse nodes of high score in an area, apart from each other.

    Takes the best of a random tenth of the nodes each time, so that another seed gives another map.
    """
    x, y = coarse_points()
    keep = inside(area, x, y)
    xs, ys, s = x[keep], y[keep], score[keep]
    found: list[tuple[float, float]] = list(taken)
    start = len(found)
    free = np.ones(len(xs), bool)
    for a, b in found:
        free &= np.hypot(xs - a, ys - b) > apart_m
    while len(found) - start < count and free.any():
        pool = np.flatnonzero(free)
        pool = rng.choice(pool, max(1, len(pool) // 10), replace=False)
        best = pool[np.argmax(s[pool])]
        found.append((float(xs[best]), float(ys[best])))
        free &= np.hypot(xs - xs[best], ys - ys[best]) > apart_m
    return found[start:]


def blurred(values: Floats, sigma_cells: float) -> Floats:
    """A coarse field, smoothed."""
    return np.asarray(ndimage.gaussian_filter(values, sigma_cells, mode="nearest"))


def nearest_index(points: Sequence[tuple[float, float]], shape: BaseGeometry) -> int:
    """Which point is nearest to a shape."""
    return int(np.argmin([shape.distance(Point(*p)) for p in points]))


def as_array(shapes: Sequence[BaseGeometry]) -> NDArray[np.object_]:
    """An object array of geometries, whatever their coordinates."""
    out = np.empty(len(shapes), dtype=object)
    out[:] = list(shapes)
    return out


def faces_of(parts: list[NDArray[np.object_] | BaseGeometry]) -> NDArray[np.object_]:
    """Cut the plane along all boundaries and lines at once: faces that share every vertex."""
    lines = []
    for part in parts:
        for shape in np.atleast_1d(np.array(part, dtype=object)):
            flat = shape.boundary if shape.geom_type.endswith("Polygon") else shape
            if shape.geom_type == "GeometryCollection":
                flat = shapely.union_all([p for p in shape.geoms if p.length > 0])
            lines.append(flat)
    network = shapely.union_all(lines)
    found = shapely.get_parts(shapely.polygonize([network]))
    return np.array(sorted(found, key=lambda p: p.bounds), dtype=object)
