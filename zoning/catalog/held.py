"""Whether a layer that is there says anything: an emptied one must acquit nobody."""

from __future__ import annotations

import numpy as np
import shapely

from zoning.catalog.model import Catalog
from zoning.errors import Fault, InputError
from zoning.layers import Features, VectorLayer


def require_some(layer: VectorLayer, features: Features, catalog: Catalog) -> None:
    """Refuse a layer without a feature, or with all of them outside what it is said to cover.

    Parameters
    ----------
    layer : VectorLayer
    features : Features
        As read, in the work CRS.
    catalog : Catalog

    Raises
    ------
    InputError
        Unless the catalog says that the layer ``may_be_empty``.
    """
    if layer.may_be_empty:
        return
    if not len(features.geometry):
        raise InputError(_empty(layer))
    area = catalog.coverage(layer)
    if not isinstance(area, shapely.Geometry):
        area = catalog.region_geometry()
    if not _near(shapely.total_bounds(features.geometry), shapely.bounds(area)):
        raise InputError(_elsewhere(layer))


def _near(found: np.ndarray[tuple[int, ...], np.dtype[np.float64]], wanted: object) -> bool:
    """Whether two boxes meet."""
    west, south, east, north = np.asarray(wanted, np.float64)
    x0, y0, x1, y1 = found
    return bool(x0 <= east and x1 >= west and y0 <= north and y1 >= south)


def _empty(layer: VectorLayer) -> Fault:
    chosen = f"（筛选条件 where = {layer.where}）" if layer.where else ""
    return Fault(
        zh=f"图层「{layer.title}」一个要素都没有{chosen}：空图层会让一切通过",
        en="the layer holds no feature: an empty layer would acquit everybody",
        file=layer.path.name,
        key=f"layers.{layer.name}",
        remedy_zh="核对文件和 where；确实没有的，在目录里写 may_be_empty = true",
        remedy_en="check the file and its filter, or state may_be_empty = true",
    )


def _elsewhere(layer: VectorLayer) -> Fault:
    return Fault(
        zh=f"图层「{layer.title}」全部落在它应覆盖的范围之外：坐标系、带号或坐标次序有误",
        en="the layer lies wholly outside what it should cover: a wrong CRS, zone or axis order",
        file=layer.path.name,
        key=f"layers.{layer.name}",
        remedy_zh="用 zoning check 查出正确的坐标系；确实如此的，写 may_be_empty = true",
        remedy_en="zoning check names the right CRS; or state may_be_empty = true",
    )
