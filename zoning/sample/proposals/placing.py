"""Finding ground for the proposals: well inside zones, well outside all, or just near a limit."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from zoning.sample.layers import Made
from zoning.sample.outline import polygons
from zoning.sample.world import World
from zoning.sample.zones.units import GENERAL, KEY, PRIORITY

MARGIN_M = 80.0  # between a clear site and whatever could be asked of it: more than any doubt

# Layers that say something against a project; a clear site keeps away from all of them.
_HARD = (
    "redline",
    "protected_area",
    "water_source",
    "basic_farmland",
    "farmland",
    "wetland",
    "contaminated_parcel",
    "river_bank",
    "river_management",
    "lake",
    "buffer_belt",
    "spring_catchment",
    "waste_heap",
    "catchment",
    "ventilation_corridor",
)


@dataclass(frozen=True, slots=True)
class Ground:
    """The sample's zones as areas to look for places in."""

    world: World
    made: Made
    hard: BaseGeometry
    parks: BaseGeometry
    known: dict[tuple[str, ...], BaseGeometry] = field(default_factory=dict)  # made once

    def layer(self, key: str, **values: str) -> BaseGeometry:
        """Union of a layer's features that carry some attribute values."""
        asked = ("layer", key, *(f"{k}={v}" for k, v in values.items()))
        if asked not in self.known:
            table = self.made.frame(key)
            for column, value in values.items():
                table = table[table[column] == value]
            self.known[asked] = shapely.union_all(table.geometry.to_numpy())
        return self.known[asked]

    def units(self, kind: str, county: str = "") -> BaseGeometry:
        """The insides of the units of one class: ground that lies in one unit alone."""
        asked = ("units", kind, county)
        if asked not in self.known:
            chosen = [u for u in self.made.units if u.kind == kind and county in ("", u.county)]
            inner = [u.shape.buffer(-MARGIN_M, quad_segs=2) for u in chosen]
            self.known[asked] = shapely.union_all(inner)
        return self.known[asked]

    def clear(self, kind: str = GENERAL, county: str = "") -> BaseGeometry:
        """Ground of one unit class that no other zone touches."""
        asked = ("clear", kind, county)
        if asked not in self.known:
            ground = self.units(kind, county).difference(self.hard).difference(self.parks)
            self.known[asked] = ground
        return self.known[asked]

    def park(self, name: str) -> BaseGeometry:
        """The inside of a park, in one unit."""
        park = next(p for p in self.made.parks if p.name == name)
        inner = park.shape.buffer(-MARGIN_M)
        for kind in (KEY, GENERAL, PRIORITY):
            inside = inner.intersection(self.units(kind))
            if inside.area > 3e5:
                return inside
        return inner


def survey_ground(world: World, made: Made) -> Ground:
    """Gather the zones once."""
    near = [made.frame(key).geometry.to_numpy() for key in _HARD]
    hard = shapely.buffer(shapely.union_all(np.concatenate(near)), MARGIN_M, quad_segs=2)
    parks = shapely.union_all([p.shape.buffer(MARGIN_M) for p in made.parks])
    return Ground(world, made, hard, parks)


def plot(rng: np.random.Generator, area: BaseGeometry, size_m: float) -> Polygon:
    """A parcel with six to eight corners, about `size_m` across, inside an area.

    Raises
    ------
    LookupError
        The area has no room for it.
    """
    x, y = spot(rng, area, size_m * 0.62)
    return parcel(rng, x, y, size_m)


def parcel(rng: np.random.Generator, x: float, y: float, size_m: float) -> Polygon:
    """A convex parcel about a point, nowhere farther than 0.6 of its size from it."""
    count = int(rng.integers(6, 9))
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.uniform(-0.2, 0.2, count)
    r = size_m / 2 * rng.uniform(0.85, 1.15, count)
    ring = np.column_stack([x + r * np.cos(angle), y + r * np.sin(angle)]).round(2)
    return Polygon(shapely.get_coordinates(shapely.convex_hull(Polygon(ring))))


def spot(rng: np.random.Generator, area: BaseGeometry, room_m: float) -> tuple[float, float]:
    """A point of an area with so much room about it."""
    inner = area.buffer(-room_m, quad_segs=2)
    parts = [part for part in polygons(inner) if part.area > 0.0]
    if not parts:
        raise LookupError(f"no room of {room_m:g} m")
    share = np.array([part.area for part in parts])
    part = parts[int(rng.choice(len(parts), p=share / share.sum()))]
    west, south, east, north = part.bounds
    shapely.prepare(part)
    for _ in range(20_000):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(part, x, y):
            return round(float(x), 2), round(float(y), 2)
    middle = part.representative_point()
    return round(middle.x, 2), round(middle.y, 2)


def at_distance(
    rng: np.random.Generator,
    target: BaseGeometry,
    distance_m: float,
    size_m: float,
    area: BaseGeometry,
) -> Polygon:
    """A parcel of an area whose nearest point is so far from a target, to the centimetre."""
    band = target.buffer(distance_m + size_m * 1.3).difference(target.buffer(distance_m + size_m))
    x, y = spot(rng, band.intersection(area), min(20.0, size_m * 0.1))
    shape = parcel(rng, x, y, size_m)
    for _ in range(6):
        here, there = nearest_points(shape, target)
        gap = here.distance(there)
        step = (gap - distance_m) / gap
        shape = shapely.affinity.translate(
            shape, step * (there.x - here.x), step * (there.y - here.y)
        )
    return shape


def across(
    rng: np.random.Generator, area: BaseGeometry, other: BaseGeometry, length_m: float
) -> LineString:
    """A bent line that starts in an area and runs through another zone nearby."""
    edge = other.intersection(area.buffer(length_m * 0.3))
    goal = max(polygons(edge), key=lambda part: part.area).representative_point()
    start = nearest_points(goal, area.buffer(-50.0))[1]
    dx, dy = goal.x - start.x, goal.y - start.y
    norm = max(float(np.hypot(dx, dy)), 1.0)
    bend = float(rng.uniform(0.08, 0.15)) * norm
    middle = ((start.x + goal.x) / 2 - dy / norm * bend, (start.y + goal.y) / 2 + dx / norm * bend)
    end = (goal.x + 0.12 * dx, goal.y + 0.12 * dy)
    return shapely.set_precision(LineString([(start.x, start.y), middle, end]), 0.01)


def route(rng: np.random.Generator, area: BaseGeometry, length_m: float) -> LineString:
    """A line of three stretches inside an area."""
    for _ in range(400):
        x, y = spot(rng, area, 60.0)
        turn = rng.uniform(0, 2 * np.pi)
        xy = [(x, y)]
        for _ in range(3):
            turn += rng.uniform(-0.5, 0.5)
            last = xy[-1]
            xy.append(
                (last[0] + length_m / 3 * np.cos(turn), last[1] + length_m / 3 * np.sin(turn))
            )
        line = shapely.set_precision(LineString(xy), 0.01)
        if area.buffer(-40.0).covers(line):
            return line
    raise LookupError("no room for a line")


def beside(shape: BaseGeometry, distance_m: float) -> tuple[float, float]:
    """A point so far east of a shape."""
    return round(shape.bounds[2] + distance_m, 2), round(shape.centroid.y, 2)


__all__ = ["Ground", "Point", "across", "at_distance", "beside", "parcel", "plot", "route"]
