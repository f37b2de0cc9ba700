"""Whether polygons tile the region: no gap, no overlap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.layers import VectorLayer, read_features
from zoning.soundness.finding import CheckFinding, places, square_metres

_LEAST_M2 = 1.0  # illustrative: what reprojection and rounding leave is far smaller


def check_overlaps(catalog: Catalog, layer: VectorLayer) -> Iterator[CheckFinding]:
    """Check that no ground lies in two features of a layer."""
    pieces = overlaps(read_features(layer, crs=catalog.crs).geometry)
    if len(pieces):
        total = square_metres(float(shapely.area(pieces).sum()))
        yield CheckFinding(
            "error",
            layer.name,
            f"要素之间有 {len(pieces)} 处重叠，共 {total}",
            f"{len(pieces)} overlaps between features, {total} in all",
            count=len(pieces),
            where=places(pieces, catalog.crs),
            remedy_zh="在 QGIS 拓扑检查中消除重叠",
            remedy_en="remove overlaps with the topology checker of QGIS",
        )


def check_gaps(
    catalog: Catalog, layer: VectorLayer, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    """Check that a layer leaves no ground of the region bare.

    A gap that both accuracies together explain, along the edge of the region, is a note only.
    """
    region = catalog.region_geometry()
    pieces = gaps(read_features(layer, crs=catalog.crs).geometry, region)
    if not len(pieces):
        return
    edge = shapely.buffer(shapely.boundary(region), layer.accuracy_m + boundary.accuracy_m)
    explained = shapely.covered_by(pieces, edge)
    for chosen, inner in ((pieces[~explained], True), (pieces[explained], False)):
        if len(chosen):
            yield _gap(catalog, layer, chosen, inner)


def _gap(
    catalog: Catalog, layer: VectorLayer, pieces: NDArray[np.object_], inner: bool
) -> CheckFinding:
    total = square_metres(float(shapely.area(pieces).sum()))
    n = len(pieces)
    if inner:
        zh, en = f"辖区内有 {n} 处空隙，共 {total}", f"{n} gaps within the region, {total} in all"
    else:
        zh = f"沿辖区边界有 {n} 处空隙，共 {total}，未超出边界与图层的精度"
        en = f"{n} gaps along the region's edge, {total}, within the accuracy of both"
    return CheckFinding(
        "error" if inner else "note",
        layer.name,
        zh,
        en,
        count=n,
        where=places(pieces, catalog.crs),
        remedy_zh="补全缺失的单元 (管控单元应覆盖全域)" if inner else "",
        remedy_en="add the missing units: they tile the whole territory" if inner else "",
    )


def overlaps(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Ground shared by two polygons, pair by pair, pieces under 1 m2 left out."""
    shared = float(shapely.area(geometry).sum() - shapely.area(shapely.union_all(geometry)))
    if shared < _LEAST_M2:  # the usual case, without looking at every pair of neighbours
        return np.empty(0, dtype=object)
    first, second = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    once = first < second
    pieces = shapely.intersection(geometry[first[once]], geometry[second[once]])
    return _large(pieces)


def gaps(geometry: NDArray[np.object_], region: shapely.Geometry) -> NDArray[np.object_]:
    """Ground of the region in no polygon, pieces under 1 m2 left out."""
    return _large(np.array([shapely.difference(region, shapely.union_all(geometry))], dtype=object))


def _large(pieces: NDArray[np.object_]) -> NDArray[np.object_]:
    parts = np.asarray(shapely.get_parts(pieces), dtype=object)
    return parts[shapely.area(parts) >= _LEAST_M2]
