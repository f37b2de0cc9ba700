"""Ground: farmland and permanent basic farmland, karst zones."""

from __future__ import annotations

import numpy as np
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from zoning.sample.noise import fractal
from zoning.sample.outline import SampleLayer, above, blurred, faces_of, layer, polygons, tidy
from zoning.sample.world import World

FILE = "land"


def farmland_layers(world: World, avoid: BaseGeometry) -> list[SampleLayer]:
    """Farmland on gentle ground, and the permanent basic farmland within it.

    Parameters
    ----------
    avoid : geometry
        Towns, parks, water, redline: no field lies there.
    """
    x, y = world.x, world.y
    rng = world.frame.rng("farmland")
    score = 0.9 * fractal(x, y, 3_800.0, world.frame.salt(51), 4)
    score = score - 0.045 * blurred(world.slope, 1.2) - 0.4 * world.urban
    area = world.frame.study_area.difference(avoid)
    fields = _fields(score, float(np.quantile(score, 0.83)), area, 6e4)
    best = _fields(score, float(np.quantile(score, 0.905)), area, 9e4)
    inner = shapely.union_all(fields).buffer(-12.0)
    best = polygons(tidy(shapely.union_all(best).intersection(inner), least_m2=6e4, simplify_m=8.0))
    kinds = [("水田", "旱地", "旱地", "水浇地")[int(k)] for k in rng.integers(0, 4, len(fields))]
    joined = ["是" if p.area > 4e5 else "否" if k % 11 else None for k, p in enumerate(best)]
    return [
        layer(
            "farmland",
            FILE,
            fields,
            type=kinds,
            code=[f"GD-SYN-{k + 1:05d}" for k in range(len(fields))],
        ),
        layer(
            "basic_farmland",
            FILE,
            best,
            concentrated=joined,
            code=[f"JBNT-SYN-{k + 1:05d}" for k in range(len(best))],
        ),
    ]


def _fields(score: np.ndarray, level: float, area: BaseGeometry, least: float) -> list[Polygon]:
    ground = above(score, level, least_m2=least).simplify(30.0).buffer(0).intersection(area)
    return polygons(tidy(ground, least_m2=least, simplify_m=12.0))


def karst_zones(world: World) -> SampleLayer:
    """The study area by degree of karst; strong karst with many sinkholes apart."""
    area = world.frame.study_area
    strong = above(world.karst, 0.62, least_m2=4e6, soften_m=250.0).intersection(area)
    middle = above(world.karst, 0.30, least_m2=4e6, soften_m=250.0).intersection(area)
    holes = above(world.karst, 0.78, least_m2=4e6, soften_m=250.0).intersection(area)
    # Cut along all outlines at once, so that the zones leave no gap between them.
    faces = faces_of([area, strong, middle, holes])
    points = shapely.point_on_surface(faces)
    degrees, sinkholes, shapes = [], [], []
    for face, point in zip(faces, points, strict=True):
        if not area.contains(point):
            continue
        steep = strong.contains(point)
        shapes.append(face)
        degrees.append("强发育" if steep else "中等发育" if middle.contains(point) else "弱发育")
        sinkholes.append("是" if steep and holes.contains(point) else "否")
    return layer("karst_zone", FILE, shapes, degree=degrees, sinkholes=sinkholes)
