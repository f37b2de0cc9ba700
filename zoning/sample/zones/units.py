"""Environmental control units: a coverage that tiles the ten districts exactly.

All lines (district borders, outlines of the three classes, township-like divisions) are noded
together once and polygonised, so that neighbours share every vertex; faces are then joined to
units, never cut again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import Frame
from zoning.sample.noise import fractal
from zoning.sample.outline import SampleLayer, as_array, faces_of, layer
from zoning.sample.zones.texts import admission

PRIORITY, KEY, GENERAL = "优先保护", "重点管控", "一般管控"
DIGIT = {PRIORITY: "1", KEY: "2", GENERAL: "3"}
TOWNSHIP_KM2 = 74.0  # a seed of the township-like divisions to so much ground; illustrative
LEAST_FACE_M2 = 2.5e5  # smaller faces join a neighbour
LEAST_UNIT_M2 = {PRIORITY: 1.1e7, KEY: 6e6, GENERAL: 8e7}


@dataclass(frozen=True, slots=True)
class Unit:
    """One control unit."""

    code: str
    name: str
    kind: str
    adcode: str
    county: str
    shape: BaseGeometry


def cut_units(frame: Frame, priority: BaseGeometry, key: BaseGeometry) -> tuple[Unit, ...]:
    """Tile the districts.

    Parameters
    ----------
    priority, key : geometry
        Ground wanted as 优先保护 and as 重点管控; the latter gives way.
    """
    key = shapely.set_precision(key.difference(priority), 0.01)
    divisions, towns = _townships(frame, shapely.union_all([priority, key]))
    faces = faces_of([frame.districts, priority, key, divisions])
    points = shapely.point_on_surface(faces)
    home = _which(frame.districts, points)
    faces, points, home = faces[home >= 0], points[home >= 0], home[home >= 0]
    kind = np.where(_holds(priority, points), PRIORITY, np.where(_holds(key, points), KEY, GENERAL))
    kind = _join_slivers(faces, home, kind)
    township = np.array([_nearest(towns, p) for p in points])
    group = _groups(faces, home, kind, township)
    return _number(frame, faces, group)


def unit_layer(frame: Frame, units: Iterable[Unit]) -> SampleLayer:
    """Control units under the field names of the 三线一单 platforms."""
    rows = list(units)
    rng = frame.rng("texts")
    texts = [admission(rng, u.kind, u.county) for u in rows]
    return layer(
        "control_unit",
        "control_unit",
        [u.shape for u in rows],
        HJGKDYBM=[u.code for u in rows],
        HJGKDYMC=[u.name for u in rows],
        ZHGKDYFL=[DIGIT[u.kind] if i % 3 else u.kind for i, u in enumerate(rows)],
        COUNTY=[u.county for u in rows],
        KJBJYS=[t.spatial for t in texts],
        PWWPFGK=[t.emission for t in texts],
        HJFXFK=[t.risk for t in texts],
        ZYKFXLYQ=[t.resource for t in texts],
    )


def _townships(frame: Frame, ground: BaseGeometry) -> tuple[BaseGeometry, Floats]:
    """Winding divisions on some ground, and the seeds that they divide."""
    rng = frame.rng("townships")
    seeds: list[tuple[float, float]] = []
    for district in frame.districts:
        west, south, east, north = district.bounds
        mine: list[tuple[float, float]] = []
        for _ in range(4000):
            if len(mine) >= max(2, round(district.area / 1e6 / TOWNSHIP_KM2)):
                break
            p = (float(rng.uniform(west, east)), float(rng.uniform(south, north)))
            near = min((np.hypot(p[0] - q[0], p[1] - q[1]) for q in mine), default=1e9)
            if near > 5_500.0 and shapely.contains_xy(district, *p):
                mine.append(p)
        seeds += mine
    edges = shapely.voronoi_polygons(MultiPoint(seeds), extend_to=frame.region, only_edges=True)
    edges = shapely.segmentize(edges, 400.0)

    def winding(xy: Floats) -> Floats:
        a = fractal(xy[:, 0], xy[:, 1], 5_000.0, frame.salt(80), 3)
        b = fractal(xy[:, 0], xy[:, 1], 5_000.0, frame.salt(81), 3)
        return xy + 900.0 * np.column_stack([a, b])

    lines = shapely.set_precision(shapely.transform(edges, winding), 0.01)
    return lines.intersection(ground), np.array(seeds)


def _which(areas: NDArray[np.object_], points: NDArray[np.object_]) -> NDArray[np.int64]:
    """Index of the area that holds each point, -1 if none."""
    out = np.full(len(points), -1)
    point, area = shapely.STRtree(areas).query(points, predicate="within")
    out[point] = area
    return out


def _holds(area: BaseGeometry, points: NDArray[np.object_]) -> NDArray[np.bool_]:
    shapely.prepare(area)
    return np.asarray(shapely.contains(area, points))


def _neighbours(faces: NDArray[np.object_]) -> dict[int, list[int]]:
    a, b = shapely.STRtree(faces).query(faces, predicate="intersects")
    found: dict[int, list[int]] = {i: [] for i in range(len(faces))}
    for i, j in zip(a[a != b], b[a != b], strict=True):
        found[int(i)].append(int(j))
    return found


def _shared_m(a: BaseGeometry, b: BaseGeometry) -> float:
    return float(a.intersection(b).length)


def _join_slivers(
    faces: NDArray[np.object_], home: NDArray[np.int64], kind: NDArray[np.str_]
) -> NDArray[np.str_]:
    """Give small faces the class of the same district's neighbour with the longest common border.

    优先保护 ground keeps its class where it is not a sliver: protection is not eaten by tidiness.
    """
    kind = kind.copy()
    area = shapely.area(faces)
    beside = _neighbours(faces)
    for i in np.argsort(area, kind="stable"):
        if area[i] >= LEAST_FACE_M2:
            break
        options = [j for j in beside[int(i)] if home[j] == home[i] and area[j] > area[i]]
        if options:
            face: BaseGeometry = faces[int(i)]
            border = {j: _shared_m(face, faces[j]) for j in options}
            best = max(options, key=lambda j: (border[j], -j))
            kind[i] = kind[best]
    return kind


def _groups(
    faces: NDArray[np.object_],
    home: NDArray[np.int64],
    kind: NDArray[np.str_],
    township: NDArray[np.int64],
) -> list[tuple[int, str, int]]:
    """Unit of each face: district, class, township; small units join the biggest near one."""
    area = shapely.area(faces)
    keys = [(int(h), str(k), int(t)) for h, k, t in zip(home, kind, township, strict=True)]
    while True:
        size: dict[tuple[int, str, int], float] = {}
        for one, a in zip(keys, area, strict=True):
            size[one] = size.get(one, 0.0) + float(a)
        small = sorted((a, k) for k, a in size.items() if a < LEAST_UNIT_M2[k[1]])
        for _, one in small:
            others = [k for k in size if k[:2] == one[:2] and k != one]
            if others:
                mine = shapely.union_all(faces[[k == one for k in keys]])
                gap = {
                    k: mine.distance(shapely.union_all(faces[[q == k for q in keys]]))
                    for k in others
                }
                best = min(others, key=lambda k: (gap[k], -size[k], k))
                keys = [best if k == one else k for k in keys]
                break
        else:
            return keys


def _number(
    frame: Frame,
    faces: NDArray[np.object_],
    group: list[tuple[int, str, int]],
) -> tuple[Unit, ...]:
    """Join faces to units and give them codes: serials run within district and class."""
    units: list[Unit] = []
    serial: dict[tuple[int, str], int] = {}
    for one in sorted(set(group), key=lambda k: (frame.adcodes[k[0]], DIGIT[k[1]], k[2])):
        shape = shapely.coverage_union_all(faces[[k == one for k in group]])
        shape = shapely.normalize(_plain(shape))
        adcode, county = frame.adcodes[one[0]], frame.names[one[0]]
        count = serial[one[:2]] = serial.get(one[:2], 0) + 1
        code = f"ZH{adcode}{DIGIT[one[1]]}{count:04d}"
        name = f"示例·{county}{one[1]}单元{count:02d}"
        units.append(Unit(code, name, one[1], adcode, county, shape))
    return tuple(units)


def _plain(shape: BaseGeometry) -> BaseGeometry:
    parts = [p for p in shapely.get_parts(shape) if isinstance(p, Polygon)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _nearest(seeds: Floats, point: Point) -> int:
    return int(np.argmin(np.hypot(seeds[:, 0] - point.x, seeds[:, 1] - point.y)))


__all__ = ["GENERAL", "KEY", "PRIORITY", "Unit", "as_array", "cut_units", "unit_layer"]
