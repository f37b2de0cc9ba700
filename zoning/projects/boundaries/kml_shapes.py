"""Geometry elements of a KML to shapes: heights dropped, what is not understood refused."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Etree

import numpy as np
import shapely

from zoning.arrays import Floats
from zoning.projects.cells.values import Refusal
from zoning.projects.formats.markup import local

_SHAPES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")

_FEW = Refusal(
    "图形的点太少 (面至少 3 点，线至少 2 点)",
    "too few points (an area has three, a line two)",
    "请重新绘制",
    "draw it again",
)
_NOT_READ = Refusal(
    "coordinates 里有看不懂的内容",
    "the coordinates are not understood",
    "应为 经度,纬度[,高程]，点与点之间空一格",
    "write lon,lat[,height] with a blank between points",
)


class UnreadableShapeError(Exception):
    """A geometry that cannot be told, with the reason."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal)


def shape_of(element: Etree.Element) -> tuple[shapely.Geometry | None, int]:
    """Return the shape of a placemark, None without one, and the decimals it is written to.

    Raises
    ------
    UnreadableShapeError
        Coordinates that are none, or too few of them.
    """
    written: list[int] = []
    parts = [p for child in element if local(child) in _SHAPES for p in _shape(child, written)]
    return _together(parts), max(written, default=0)


def closed_line(shape: shapely.Geometry) -> bool:
    """Whether a shape is a line that encloses something: closed, of three points or more."""
    if int(shapely.get_type_id(shape)) != 1 or int(shapely.get_num_coordinates(shape)) < 4:
        return False
    return bool(shapely.is_closed(shape))


def _shape(element: Etree.Element, written: list[int]) -> list[shapely.Geometry]:
    """Return the single shapes of a geometry element, heights dropped."""
    name = local(element)
    if name in ("MultiGeometry", "MultiTrack"):
        inner = [child for child in element if local(child) in _SHAPES]
        return [part for child in inner for part in _shape(child, written)]
    if name == "Track":
        return [_line(_track(element, written))]
    if name == "Point":
        xy = _coordinates(element, written)
        if len(xy) != 1:
            raise UnreadableShapeError(_FEW if not len(xy) else _NOT_READ)
        return [shapely.Point(xy[0])]
    if name == "Polygon":
        return [_polygon(element, written)]
    return [_line(_coordinates(element, written))]


def _line(xy: Floats) -> shapely.Geometry:
    if len(xy) < 2:
        raise UnreadableShapeError(_FEW)
    return shapely.LineString(xy)


def _polygon(element: Etree.Element, written: list[int]) -> shapely.Geometry:
    rings: dict[str, list[Floats]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for side in element:
        if local(side) not in rings:
            continue
        for ring in (child for child in side if local(child) == "LinearRing"):
            xy = _coordinates(ring, written)
            if len(np.unique(xy, axis=0)) < 3:
                raise UnreadableShapeError(_FEW)
            rings[local(side)].append(xy)
    if len(rings["outerBoundaryIs"]) != 1:
        raise UnreadableShapeError(_FEW)
    return shapely.Polygon(rings["outerBoundaryIs"][0], rings["innerBoundaryIs"])


def _coordinates(element: Etree.Element, written: list[int]) -> Floats:
    """Return longitude and latitude of ``lon,lat[,height]`` texts, [n, 2]."""
    child = next((child for child in element if local(child) == "coordinates"), None)
    text = (child.text or "") if child is not None else ""
    tuples = re.sub(r"\s*[,，]\s*", ",", text).split()
    return _numbers([part.split(",") for part in tuples], written)


def _track(element: Etree.Element, written: list[int]) -> Floats:
    coords = [child for child in element if local(child) == "coord"]
    return _numbers([(child.text or "").split() for child in coords], written)


def _numbers(tuples: list[list[str]], written: list[int]) -> Floats:
    result = np.empty((len(tuples), 2))
    for i, parts in enumerate(tuples):
        if not 2 <= len(parts) <= 3:
            raise UnreadableShapeError(_NOT_READ)
        try:
            result[i] = float(parts[0]), float(parts[1])
        except ValueError:
            raise UnreadableShapeError(_NOT_READ) from None
        written.append(min(max(len(part.partition(".")[2]) for part in parts[:2]), 9))
    if not np.isfinite(result).all():
        raise UnreadableShapeError(_NOT_READ)
    return result


def _together(parts: list[shapely.Geometry]) -> shapely.Geometry | None:
    """Return one geometry of many; a collection where their kinds differ, refused later."""
    if len(parts) < 2:
        return parts[0] if parts else None
    kinds = {int(shapely.get_type_id(part)) for part in parts}
    if kinds == {0}:
        return shapely.MultiPoint([part for part in parts if isinstance(part, shapely.Point)])
    if kinds == {1}:
        lines = [part for part in parts if isinstance(part, shapely.LineString)]
        return shapely.MultiLineString(lines)
    if kinds == {3}:
        return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])
    return shapely.GeometryCollection(parts)
