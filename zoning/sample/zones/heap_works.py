"""Invented dams and drainage of the sample's heaps: lines and wells, none of them a real one."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from zoning.sample.outline import SampleLayer, layer
from zoning.sample.world import World

FILE = "heap_works"
DAMMED = ("尾矿库", "Ⅱ类场")
"""Regimes whose parts get works; closed parts of a heap share those of the whole."""
DAM_SHARE = 0.22  # of the outline, about its lowest corner
INSET_M = 40.0  # of the catch drain from the outline
WELL_M = 1.5  # radius


def heap_works(world: World, heaps: gpd.GeoDataFrame) -> list[SampleLayer]:
    """A dam at the lowest corner of a heap, a catch drain on its upper side, an outfall with wells.

    Parameters
    ----------
    world : World
    heaps : geopandas.GeoDataFrame
        Layer ``waste_heap``.
    """
    dams: list[tuple[str, str, BaseGeometry]] = []
    drains: list[tuple[str, str, BaseGeometry]] = []
    chosen = heaps[heaps["regime"].isin(DAMMED)]
    for name, parts in chosen.groupby("name", sort=True):
        whole = shapely.union_all(parts.geometry.to_numpy())
        ring = _outer(whole)
        low, high = _ends(world, ring)
        kind = "初期坝" if (parts["regime"] == "尾矿库").any() else "拦渣坝"
        dams.append((f"{name}{kind}", kind, _along(ring, low, DAM_SHARE)))
        inner = _outer(Polygon(ring).buffer(-INSET_M))
        drains.append((f"{name}截洪沟", "截洪沟", _along(inner, inner.project(high), 0.4)))
        line = LineString([high, Polygon(ring).representative_point(), ring.interpolate(low)])
        chute = _fine(line.intersection(Polygon(ring)))
        drains.append((f"{name}排洪沟", "排洪沟", chute))
        drains += [
            (f"{name}排水井{k}", "排水井", _well(chute, at)) for k, at in ((1, 0.35), (2, 0.65))
        ]
    return [_layer("dam", dams), _layer("drainage", drains)]


def _layer(key: str, rows: list[tuple[str, str, BaseGeometry]]) -> SampleLayer:
    names, kinds = [row[0] for row in rows], [row[1] for row in rows]
    return layer(key, FILE, [row[2] for row in rows], name=names, type=kinds)


def _outer(ground: BaseGeometry) -> LineString:
    """Outline of the largest polygon."""
    largest = max(shapely.get_parts(ground), key=shapely.area)
    return LineString(shapely.get_coordinates(shapely.get_exterior_ring(largest)))


def _ends(world: World, ring: LineString) -> tuple[float, Point]:
    """Where along the outline its ground is lowest, and its highest corner."""
    xy = shapely.get_coordinates(ring)[:-1]
    z = world.relief.height(xy[:, 0], xy[:, 1])
    low, high = Point(xy[int(np.argmin(z))]), Point(xy[int(np.argmax(z))])
    return float(ring.project(low)), high


def _along(ring: LineString, at: float, share: float) -> LineString:
    """A stretch of a closed line about a place on it."""
    half = share * ring.length / 2
    steps = np.linspace(at - half, at + half, 25) % ring.length
    places = [ring.interpolate(float(step)) for step in steps]
    return LineString(shapely.get_coordinates(places).round(2))


def _well(chute: BaseGeometry, at: float) -> LineString:
    """Wall of a well on a channel: a layer holds one type of geometry, here lines."""
    ring = chute.interpolate(at, normalized=True).buffer(WELL_M, quad_segs=3).exterior
    return LineString(shapely.get_coordinates(ring).round(2))


def _fine(shape: BaseGeometry) -> BaseGeometry:
    """Rounded to the centimetre."""
    return shapely.transform(shape, lambda xy: xy.round(2))
