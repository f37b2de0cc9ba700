"""The cells of raster layers, looked at through a sample."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.crs import project
from zoning.layers import RasterLayer
from zoning.soundness.finding import CheckFinding, listed

_SAMPLE = 1000  # cells a side at most
_CLASS = "class"


def check_raster(catalog: Catalog, layer: RasterLayer) -> Iterator[CheckFinding]:
    """Check one raster layer by itself."""
    yield from _unsaid(layer)
    values, outline = _sampled(layer)
    region = catalog.region_geometry()
    moved = project(np.array([outline], dtype=object), layer.crs, catalog.crs)[0]
    if not shapely.intersects(moved, region):
        yield CheckFinding(
            "error",
            layer.name,
            "栅格与辖区不相交，坐标系可能有误",
            "the raster does not meet the region: the CRS may be wrong",
            remedy_zh="核对坐标系",
            remedy_en="check its CRS",
        )
    if len(values) == 0:
        yield CheckFinding(
            "error", layer.name, "栅格没有有效像元", "no cell holds a value", count=0
        )
    elif layer.unit == _CLASS:
        yield from _classes(layer, values)
    else:
        yield from _range(layer, values)


def _unsaid(layer: RasterLayer) -> Iterator[CheckFinding]:
    if layer.unit is None:
        yield CheckFinding(
            "warning",
            layer.name,
            "未注明单位，带单位的条件无法与之比较",
            "no unit: conditions with a unit cannot be compared with it",
            remedy_zh='写明 unit，例如 "m"、"deg"、"%"，分类栅格写 "class"',
            remedy_en='state unit; "class" for categories',
        )
    elif layer.unit == _CLASS and not layer.classes:
        yield CheckFinding(
            "warning",
            layer.name,
            "分类栅格没有类别名称",
            "no names of classes",
            remedy_zh=f'增加 [layers.{layer.name}.classes]，例如 3 = "林地"',
            remedy_en=f"add [layers.{layer.name}.classes]",
        )
    elif layer.unit != _CLASS and layer.valid_range is None:
        yield CheckFinding(
            "note",
            layer.name,
            "未注明 valid_range，缺值像元下的数值无从限定",
            "no valid_range: what lies under cells without data has no bounds",
            remedy_zh="写明 valid_range = [最小, 最大]",
            remedy_en="state valid_range",
        )


def _sampled(layer: RasterLayer) -> tuple[NDArray[np.float64], shapely.Geometry]:
    """Valid values of every k-th cell, and the outline of the raster in its CRS."""
    import rasterio

    with rasterio.open(layer.path) as raster:
        shape = min(raster.height, _SAMPLE), min(raster.width, _SAMPLE)
        data = raster.read(layer.band, out_shape=shape).astype(np.float64)
        outline = shapely.segmentize(shapely.box(*raster.bounds), max(raster.res) * 100)
    valid = np.isfinite(data)
    if layer.nodata is not None and np.isfinite(layer.nodata):
        valid &= data != layer.nodata
    return data[valid], outline


def _classes(layer: RasterLayer, values: NDArray[np.float64]) -> Iterator[CheckFinding]:
    known = [value for value, _ in layer.classes]
    strange = np.setdiff1d(np.unique(values), known)
    if known and len(strange):
        yield CheckFinding(
            "warning",
            layer.name,
            "有像元值不在类别表中",
            "cells hold values that are no class",
            count=len(strange),
            where=listed([f"{value:g}" for value in strange]),
            remedy_zh=f"补全 [layers.{layer.name}.classes]，或把该值设为 nodata",
            remedy_en="name the class, or make the value nodata",
        )


def _range(layer: RasterLayer, values: NDArray[np.float64]) -> Iterator[CheckFinding]:
    if layer.valid_range is None:
        return
    low, high = layer.valid_range
    n = int(((values < low) | (values > high)).sum())
    if n:
        yield CheckFinding(
            "error",
            layer.name,
            "像元值超出 valid_range，单位或 nodata 可能有误",
            "cells lie outside valid_range: unit or nodata may be wrong",
            count=n,
            where=f"{values.min():g} … {values.max():g}",
            remedy_zh="核对单位，或写明 nodata",
            remedy_en="check the unit, or state nodata",
        )
