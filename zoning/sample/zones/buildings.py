"""Invented roofs of factories: rows of halls inside the sample's parks."""

from __future__ import annotations

import numpy as np
import shapely
from shapely import affinity
from shapely.geometry import Polygon

from zoning.sample.outline import SampleLayer, layer
from zoning.sample.world import World
from zoning.sample.zones.industry import Park

MOST = 26  # halls to a park
PITCH = (140.0, 85.0)  # [m] from hall to hall along and across a row
_USES = ("工业", "工业", "工业", "工业", "仓储", "公共")


def roofs(world: World, parks: tuple[Park, ...]) -> SampleLayer:
    """Halls of the parks, turned with their park, marked as invented by their names."""
    shapes: list[Polygon] = []
    homes: list[str] = []
    for k, park in enumerate(parks):
        halls = _halls(world.frame.rng(f"roofs{k}"), park.shape)
        shapes += halls
        homes += [park.name] * len(halls)
    rng = world.frame.rng("roofs")
    uses = [_USES[int(rng.integers(len(_USES)))] for _ in shapes]
    floors = [float(rng.integers(1, 4)) if i % 9 else None for i in range(len(shapes))]
    return layer(
        "building",
        "building",
        shapes,
        name=[f"{home}厂房{i + 1:03d}" for i, home in enumerate(homes)],
        use=uses,
        floors=floors,
        area=[round(shape.area, 1) for shape in shapes],
    )


def _halls(rng: np.random.Generator, park: Polygon) -> list[Polygon]:
    """Rectangles on a turned lattice that lie inside a park, some left out."""
    centre = park.centroid
    angle = float(rng.uniform(0.0, 90.0))
    reach = float(np.sqrt(park.area))
    along = np.arange(-reach, reach, PITCH[0])
    across = np.arange(-reach, reach, PITCH[1])
    ground = park.buffer(-30.0)
    found = []
    for dx in along:
        for dy in across:
            length, depth = float(rng.uniform(36, 112)), float(rng.uniform(20, 58))
            x, y = centre.x + float(dx), centre.y + float(dy)
            hall = shapely.box(x - length / 2, y - depth / 2, x + length / 2, y + depth / 2)
            hall = shapely.set_precision(affinity.rotate(hall, angle, origin=centre), 0.01)
            if ground.covers(hall):
                found.append(hall)
    kept = rng.permutation(len(found))[:MOST]
    return [found[i] for i in sorted(kept.tolist())]
