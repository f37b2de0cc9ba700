"""Receptors along the way that water takes from a site, as far as the elevation model tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.grid import Grid
from zoning.layers import RasterLayer, VectorLayer, read_features
from zoning.overlay.raster.flow import End, flow
from zoning.overlay.raster.raster import Surface, opened
from zoning.overlay.rasterize.burn import burn
from zoning.overlay.rasterize.edges import Outlines
from zoning.siting.figures.under import too_coarse

LENGTH_M: Final = 5000.0
"""[m] How far water is followed. Illustrative."""
PIT_M: Final = 5.0
"""[m] Shallower pits are taken for errors of the elevation model. Illustrative."""
NEAR_M: Final = 200.0
"""[m] From the way of water. Illustrative."""
NAMED: Final = 3
"""Receptors that are named."""
ENDS: Final[dict[End, str]] = {
    "length": "流路 {far} 处仍在往下",
    "pit": "流路在 {far} 处止于洼地，可能入暗河：地下去向不明，不能说再往下没有敏感点",
    "unknown": "流路在 {far} 处出高程范围或遇无值，其后不明",
}


@dataclass(frozen=True, slots=True)
class Downstream:
    """The way of water from one site.

    Parameters
    ----------
    line : shapely.Geometry
        Through the centres of cells, in the work CRS; one point where water does not leave.
    end : {"length", "pit", "unknown"}
    length_m : float
    cell_m : float
        Of the elevation model.
    """

    line: shapely.Geometry
    end: End
    length_m: float
    cell_m: float


def waters(shapes: NDArray[np.object_], catalog: Catalog) -> list[Downstream | None]:
    """Follow water from the lowest point of each shape.

    Parameters
    ----------
    shapes : object array [n]
        Polygons in the work CRS.
    catalog : Catalog
        Its ``dem``. None: none is held, it is too coarse, its cells are not square, or it has no
        value there.
    """
    layer = catalog.layers.get("dem")
    if not isinstance(layer, RasterLayer) or too_coarse(layer, catalog.crs):
        return [None] * len(shapes)
    with opened(layer, catalog.crs) as surface:
        if abs(surface.width / surface.height - 1) > 0.01:
            return [None] * len(shapes)
        return [_water(shape, surface, catalog.crs) for shape in shapes]


def _water(shape: shapely.Geometry, surface: Surface, crs: str) -> Downstream | None:
    west, south, east, north = shapely.bounds(shape).tolist()
    res = surface.width
    more = int(LENGTH_M / res) + 2
    left, right = (int((x - surface.left) // res) for x in (west, east))
    top, bottom = (int((surface.top - y) // surface.height) for y in (north, south))
    row0, col0 = top - more, left - more
    rows, columns = bottom - top + 1 + 2 * more, right - left + 1 + 2 * more
    sheet = surface.read(row0, col0, rows, columns)
    known, z = sheet.known(), sheet.values.astype(np.float64)
    x0, y1 = surface.left + col0 * res, surface.top - row0 * surface.height
    mine = burn(Outlines.of(np.asarray([shape], object)), Grid(crs, x0, y1, res, columns, rows))
    if not mine.any():  # smaller than a cell: the one that it lies in
        x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
        mine[int((y1 - y) // surface.height), int((x - x0) // res)] = True
    if not (mine & known).any():
        return None
    start = np.unravel_index(int(np.where(mine & known, z, np.inf).argmin()), z.shape)
    way = flow(
        z, known, (int(start[0]), int(start[1])), res_m=res, length_m=LENGTH_M, pit_m=PIT_M
    )  # fmt: skip
    xy = [(x0 + (j + 0.5) * res, y1 - (i + 0.5) * surface.height) for i, j in way.cells]
    line = shapely.LineString(xy) if len(xy) > 1 else shapely.Point(xy[0])
    return Downstream(line, way.end, way.length_m, res)


def flow_said(shapes: NDArray[np.object_], catalog: Catalog) -> dict[str, list[str]]:
    """What is said of each shape's way of water and the receptors along it.

    Beside `receptors_below`, which asks for heights alone. A way over the ground says nothing of
    conduits under it.

    Returns
    -------
    dict
        ``flow_said``: "" where no way can be told.
    """
    layer = catalog.layers.get("receptor")
    held = layer if isinstance(layer, VectorLayer) else None
    points, names = _receptors(held, catalog)
    said = []
    for water in waters(shapes, catalog):
        if water is None:
            said.append("")
        elif held is None:
            said.append(f"没有敏感点图层；{_end(water)}")
        else:
            met = _along(water, points, names, held.accuracy_m)
            said.append(f"{met}{_gap(water, held, catalog)}；{_end(water)}")
    return {"flow_said": said}


def _receptors(
    layer: VectorLayer | None, catalog: Catalog
) -> tuple[NDArray[np.object_], list[str]]:
    """Geometry and names; no names of a layer that may not be given away."""
    if layer is None:
        return np.zeros(0, object), []
    features = read_features(layer, crs=catalog.crs)
    if layer.share == "none" or "name" not in features.attributes:
        return features.geometry, ["敏感点"] * len(features.geometry)
    return features.geometry, _names(features.attributes["name"].tolist())


def _gap(water: Downstream, layer: VectorLayer, catalog: Catalog) -> str:
    """Say where the layer of receptors does not cover the way: none on the map is then no none."""
    coverage = catalog.coverage(layer)
    if not isinstance(coverage, shapely.Geometry):
        return "（敏感点图层没有注明覆盖范围）"
    whole = shapely.covers(coverage, shapely.buffer(water.line, NEAR_M))
    return "" if whole else "（敏感点图层没有盖全流路）"


def _end(water: Downstream) -> str:
    if water.end == "pit" and water.length_m == 0:
        return ENDS["pit"].replace("流路在 {far} 处止于洼地", "最低处就在洼地里，水出不来")
    return ENDS[water.end].format(far=_far(water.length_m))


def _along(
    water: Downstream, points: NDArray[np.object_], names: list[str], accuracy_m: float
) -> str:
    """Receptors near the way, in the order that water passes them."""
    t = accuracy_m + water.cell_m / 2
    gap = shapely.distance(water.line, points)
    near = np.flatnonzero(gap <= NEAR_M + t)
    if not len(near):
        return f"流路两侧 {NEAR_M:g} m 内没有图上的敏感点"
    far = np.zeros(len(near))
    if isinstance(water.line, shapely.LineString):
        far += shapely.line_locate_point(water.line, np.asarray(shapely.centroid(points[near])))
    order = np.argsort(far, kind="stable")
    told = [
        f"{names[near[k]]}（沿程 {_far(float(far[k]))}，离流路 {gap[near[k]]:.0f} m"
        f"{'' if gap[near[k]] <= NEAR_M - t else '，误差内'}）"
        for k in order[:NAMED]
    ]
    more = f"等 {len(near)} 处" if len(near) > NAMED else ""
    return f"在下游流路上：{'、'.join(told)}{more}"


def _names(values: list[object]) -> list[str]:
    return [value if isinstance(value, str) and value else "敏感点" for value in values]


def _far(metres: float) -> str:
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres:.0f} m"
