"""What lies around a site: the nearest of a layer, how far, in which direction, and what it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.layers import VectorLayer, read_features
from zoning.overlay import index_zones, nearest

WINDS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest feature of a layer.

    Parameters
    ----------
    distance_m : float
        0 where it meets the site; NaN where the layer has none.
    bearing : str
        Wind from the site, in Chinese; "" where it meets the site or there is none.
    words : dict of str to object
        Its attributes.
    place : shapely.Point or None
        The nearest point of it.
    """

    distance_m: float
    bearing: str
    words: dict[str, object]
    place: shapely.Geometry | None = None


def neighbours(shapes: NDArray[np.object_], layer: str, catalog: Catalog) -> list[Neighbour] | None:
    """Return the nearest feature of a layer to each shape; None where the layer is not held.

    Parameters
    ----------
    shapes : object array [n]
        In the work CRS.
    layer : str
    catalog : Catalog
    """
    held = catalog.layers.get(layer)
    if not isinstance(held, VectorLayer):
        return None
    features = read_features(held, crs=catalog.crs)
    depth, which = nearest(shapes, index_zones(features.geometry))
    columns = {name: features.attributes[name].tolist() for name in features.attributes.columns}
    found = []
    for shape, gap, k in zip(shapes, depth, which, strict=True):
        if k < 0:
            found.append(Neighbour(float("nan"), "", {}))
            continue
        line = shapely.shortest_line(shape, features.geometry[k])
        words = {name: values[k] for name, values in columns.items()}
        distance = float(gap) if gap > 0 else 0.0
        found.append(
            Neighbour(
                distance, wind_of(line) if distance > 0 else "", words, shapely.get_point(line, -1)
            )
        )
    return found


def surroundings(shapes: NDArray[np.object_], catalog: Catalog) -> dict[str, object]:
    """Distances and directions to what an array needs and to whom it may matter."""
    n = len(shapes)
    columns: dict[str, object] = {}
    for layer in ("substation", "road", "receptor"):
        near = neighbours(shapes, layer, catalog) or [Neighbour(np.nan, "", {})] * n
        columns[f"{layer}_m"] = [item.distance_m for item in near]
        columns[f"{layer}_bearing"] = [item.bearing for item in near]
        if layer == "substation":
            columns["substation_kv"] = [item.words.get("kv", np.nan) for item in near]
            columns["substation_spare_mw"] = [item.words.get("spare_mw", np.nan) for item in near]
    return columns


def wind_of(line: shapely.Geometry) -> str:
    """Wind in which a line runs from its first point to its last.

    Examples
    --------
    >>> wind_of(shapely.LineString([(0, 0), (5, 5)]))
    '东北'
    """
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)[[0, -1]]
    angle = float(np.degrees(np.arctan2(x1 - x0, y1 - y0))) % 360
    return WINDS[int((angle + 22.5) // 45) % 8]
