"""Whether polygons tile the region: no gap, no overlap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.layers import Features, VectorLayer
from zoning.soundness.finding import CheckFinding, Severity, marked, square_metres
from zoning.soundness.vector.ground import Found, Ground, bare, cut, overlapping, slender
from zoning.soundness.vector.labels import labels

PARCELS = ("farmland", "basic_farmland", "forest_map", "grassland", "natural_forest")
"""Layers whose features are parcels: ground lies in one of them, or in none."""
SLIVER_M = 2.0
"""[m] illustrative: gaps and overlaps narrower than this are slips of drawing."""


def check_overlaps(
    layer: VectorLayer, features: Features, ground: Ground, severity: Severity
) -> Iterator[CheckFinding]:
    """Check that no ground lies in two features of a layer."""
    found = overlapping(ground)
    if not len(found):
        return
    names = labels(features)
    both = [f"{names[a]} × {names[b]}" for a, b in zip(found.first, found.second, strict=True)]
    total = square_metres(float(found.area.sum()))
    zh, en = _slivers(found.geometry)
    yield CheckFinding(
        severity,
        layer.name,
        "overlap",
        f"要素之间有 {len(found)} 处重叠，共 {total}{zh}",
        f"{len(found)} overlaps between features, {total} in all{en}",
        count=len(found),
        remedy_zh="在 QGIS 拓扑检查中消除重叠",
        remedy_en="remove overlaps with the topology checker of QGIS",
        marks=marked(found.geometry, both, layer.name),
    )


def check_gaps(
    catalog: Catalog, layer: VectorLayer, ground: Ground, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    """Check that a layer leaves no ground of the region bare.

    A gap that both accuracies together explain, along the edge of the region, is a note only.
    """
    region = catalog.region_geometry()
    found = bare(cut(np.array([region], dtype=object)), ground)
    if not len(found):
        return
    edge = shapely.buffer(shapely.boundary(region), layer.accuracy_m + boundary.accuracy_m)
    shapely.prepare(edge)
    explained = np.asarray(shapely.covered_by(found.geometry, edge), dtype=np.bool_)
    for chosen, inner in ((found.where(~explained), True), (found.where(explained), False)):
        if len(chosen):
            yield _gap(layer, boundary, chosen, inner)


def _gap(layer: VectorLayer, boundary: VectorLayer, found: Found, inner: bool) -> CheckFinding:
    n, total = len(found), square_metres(float(found.area.sum()))
    slim_zh, slim_en = _slivers(found.geometry)
    if inner:
        zh = f"辖区内有 {n} 处空隙，共 {total}{slim_zh}"
        en = f"{n} gaps within the region, {total} in all{slim_en}"
    else:
        zh = f"沿辖区边界有 {n} 处空隙，共 {total}，未超出边界与图层的精度"
        en = f"{n} gaps along the region's edge, {total}, within the accuracy of both"
    return CheckFinding(
        "error" if inner else "note",
        layer.name,
        "gap" if inner else "gap_at_edge",
        zh,
        en,
        count=n,
        remedy_zh="补全缺失的单元 (管控单元应覆盖全域)" if inner else "",
        remedy_en="add the missing units: they tile the whole territory" if inner else "",
        marks=marked(found.geometry, [""] * n, layer.name, boundary.name),
    )


def _slivers(geometry: NDArray[np.object_]) -> tuple[str, str]:
    """How many of the pieces are slips of drawing."""
    n = int(slender(geometry, SLIVER_M).sum())
    if not n:
        return "", ""
    return (
        f"，其中 {n} 处是平均宽度不足 {SLIVER_M:g} m 的细缝",
        f", {n} of them slivers less than {SLIVER_M:g} m wide",
    )
