"""Districts that places lie in."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.layers import VectorLayer, read_features


def counties_of(shapes: NDArray[np.object_], catalog: Catalog) -> list[str]:
    """Name of the district that a point inside each shape lies in, "" where none has a name."""
    layer = catalog.layers[catalog.region]
    names = np.full(len(shapes), "", dtype=object)
    if isinstance(layer, VectorLayer):
        districts = read_features(layer, crs=catalog.crs)
        if "name" in districts.attributes:
            points = shapely.point_on_surface(shapes)
            point, district = shapely.STRtree(districts.geometry).query(points, "within")
            names[point] = districts.attributes["name"].to_numpy(object)[district]
    return [str(name) for name in names]
