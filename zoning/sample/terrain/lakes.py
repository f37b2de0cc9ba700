"""Synthetic reservoirs: reaches of the river network drowned up to their side arms."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from zoning.sample.frame import Frame, inside
from zoning.sample.terrain.relief import Lake
from zoning.sample.terrain.rivers import River, Routing, cell_centres

NAMES = "甲乙丙丁戊己庚辛壬癸子丑"
INSIDE, OUTSIDE = 8, 3  # reservoirs in the region, and around it


def dam_lakes(frame: Frame, routing: Routing, rivers: list[River]) -> tuple[Lake, ...]:
    """Place reservoirs on the tributaries, biggest catchments not first: they are gorges."""
    rng = frame.rng("lakes")
    wanted = np.flatnonzero((routing.area_km2 > 48.0) & (routing.area_km2 < 420.0))
    xy = cell_centres(frame, wanted, routing.shape)
    at_home = inside(frame.region.buffer(-3_500.0), xy[:, 0], xy[:, 1])
    around = inside(frame.study_area.buffer(-3_000.0), xy[:, 0], xy[:, 1])
    around &= ~inside(frame.region.buffer(2_500.0), xy[:, 0], xy[:, 1])
    stem = rivers[0].line
    lakes: list[Lake] = []
    for pool, count in ((wanted[at_home], INSIDE), (wanted[around], INSIDE + OUTSIDE)):
        for cell in rng.permutation(pool):
            if len(lakes) >= count:
                break
            dam = cell_centres(frame, np.array([cell]), routing.shape)[0]
            if stem.distance(Point(dam)) < 5_000.0:
                continue
            if any(lake.shape.distance(Point(dam)) < 7_500.0 for lake in lakes):
                continue
            shape = _drown(frame, routing, int(cell), 3_200.0 + 2_600.0 * float(rng.random()))
            if shape.area > 6e5:
                level = float(_raw_level(rivers, dam))
                lakes.append(Lake(f"示例水库{NAMES[len(lakes)]}", shape, level))
    return tuple(lakes)


def _drown(frame: Frame, routing: Routing, dam: int, reach_m: float) -> BaseGeometry:
    """Water behind a dam: bands along the flow tree, narrowing upstream."""
    upstream = _children(routing)
    arms, todo = [], [(dam, 0.0)]
    while todo:
        cell, length = todo.pop()
        here = cell_centres(frame, np.array([cell]), routing.shape)[0]
        for child in upstream.get(cell, ()):
            if routing.area_km2[child] < 3.5:
                continue
            there = cell_centres(frame, np.array([child]), routing.shape)[0]
            far = length + float(np.hypot(*(there - here)))
            if far > reach_m:
                continue
            left = 1.0 - far / reach_m
            width = 60.0 + 330.0 * left**0.7 * min(1.0, (routing.area_km2[child] / 60.0) ** 0.4)
            arms.append(LineString([here, there]).buffer(width, quad_segs=4))
            todo.append((child, far))
    if not arms:
        return Point(0, 0)
    water = shapely.union_all(arms).buffer(70).buffer(-130).buffer(60)
    water = max(shapely.get_parts(water), key=lambda part: part.area)
    return shapely.set_precision(shapely.Polygon(water.exterior).simplify(12.0), 0.01)


def _children(routing: Routing) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for cell in np.flatnonzero((routing.area_km2 >= 3.5) & (routing.receiver >= 0)):
        found.setdefault(int(routing.receiver[cell]), []).append(int(cell))
    return found


def _raw_level(rivers: list[River], dam: NDArray[np.float64]) -> float:
    """Level: some metres above the bed at the dam [m, before calibration]."""
    river = min(rivers, key=lambda one: one.line.distance(Point(dam)))
    vertices = shapely.get_coordinates(river.line)
    nearest = int(np.argmin(np.hypot(*(vertices - dam).T)))
    return float(river.bed_m[nearest]) + 18.0
