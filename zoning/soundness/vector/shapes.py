"""The shapes of a vector layer: invalid, missing, doubled, thin as a hair, or far away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.layers import Features, VectorLayer
from zoning.soundness.finding import CheckFinding, marked
from zoning.soundness.vector.ground import LEAST_M2, slender
from zoning.soundness.vector.labels import labels

_NEAR_M = 100_000.0  # illustrative: layers may reach past the region, not into another province
_SPIKE = 3  # illustrative: so many vertices far away are a slip of typing, more are a large feature
_HAIR_M = 0.5  # illustrative: narrower on average than any parcel that is meant


def check_shapes(
    catalog: Catalog, layer: VectorLayer, features: Features
) -> Iterator[CheckFinding]:
    """Check the geometries of one vector layer by themselves."""
    yield from _repaired(layer, features)
    yield from _doubled(layer, features)
    if layer.geometry_kind == "polygon":
        yield from _hairs(layer, features)
    yield from _far(catalog, layer, features)


def _repaired(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    if features.repaired:
        n, names = features.repaired, labels(features)
        at = np.array([position for position, _ in features.repairs], dtype=np.intp)
        said = [f"{names[i]} {reason.partition('[')[0]}" for i, reason in features.repairs]
        yield CheckFinding(
            "warning",
            layer.name,
            "invalid",
            f"{n} 个要素几何无效 (自相交等)，已自动修复",
            f"{n} invalid geometries were repaired",
            count=n,
            remedy_zh="在 QGIS 中“修正几何图形”后核对面积",
            remedy_en="fix geometries in QGIS and compare the areas",
            marks=marked(features.geometry[at], said, layer.name, whole=True),
        )
    if features.dropped:
        n = features.dropped
        yield CheckFinding(
            "warning",
            layer.name,
            "no_geometry",
            f"{n} 行没有几何，已略去",
            f"{n} rows have no geometry and were left out",
            count=n,
            remedy_zh="补上图形或删去空行",
            remedy_en="add the geometry or remove the rows",
        )


def _doubled(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    """Features of the same shape: drawn or pasted twice."""
    later, first = twins(features.geometry)
    if len(later):
        names = labels(features)
        pairs = [f"{names[a]} = {names[b]}" for a, b in zip(first, later, strict=True)]
        yield CheckFinding(
            "warning",
            layer.name,
            "duplicate",
            f"{len(later)} 个要素与另一要素图形完全相同，计数和面积会重复",
            f"{len(later)} features have the very shape of another: counts and areas double",
            count=len(later),
            remedy_zh="删去重复的要素；属性不同的，先查明哪一个正确",
            remedy_en="remove the copies; where attributes differ, find out which is right",
            marks=marked(features.geometry[later], pairs, layer.name, whole=True),
        )


def twins(geometry: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of geometries that repeat an earlier one, and of those."""
    head = np.column_stack(
        (np.round(shapely.bounds(geometry), 3), shapely.get_num_coordinates(geometry))
    )
    _, group, count = np.unique(head, axis=0, return_inverse=True, return_counts=True)
    alike = np.flatnonzero(count[group] > 1)  # few: only these are looked at in full
    shapes = shapely.to_wkb(shapely.normalize(shapely.set_precision(geometry[alike], 0.001)))
    seen: dict[bytes, int] = {}
    later, first = [], []
    for i, shape in zip(alike.tolist(), shapes, strict=True):
        if shape in seen:
            later.append(i)
            first.append(seen[shape])
        else:
            seen[shape] = i
    return np.array(later, dtype=np.intp), np.array(first, dtype=np.intp)


def _hairs(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    parts, owner = shapely.get_parts(features.geometry, return_index=True)
    thin = slender(parts, _HAIR_M) & (shapely.area(parts) >= LEAST_M2)
    n = int(thin.sum())
    if n:
        names = labels(features)
        yield CheckFinding(
            "warning",
            layer.name,
            "sliver",
            f"{n} 个图形碎片平均宽度不足 {_HAIR_M:g} m",
            f"{n} parts are slivers, less than {_HAIR_M:g} m wide on average",
            count=n,
            remedy_zh="多为叠置分析的残余，在 QGIS“消除狭长面”后再用",
            remedy_en="mostly leftovers of an overlay: eliminate slivers in QGIS",
            marks=marked(parts[thin], [names[i] for i in owner[thin]], layer.name),
        )


def _far(catalog: Catalog, layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    west, south, east, north = shapely.bounds(catalog.region_geometry())
    room = np.array([west - _NEAR_M, south - _NEAR_M, east + _NEAR_M, north + _NEAR_M])
    bounds, limit = shapely.bounds(features.geometry), f"{_NEAR_M / 1000:g} km"
    away = (bounds[:, :2] > room[2:]).any(axis=1) | (bounds[:, 2:] < room[:2]).any(axis=1)
    names = labels(features)
    if away.any() and not away.all():  # of a layer that lies elsewhere as a whole, `frames` speaks
        n = int(away.sum())
        yield CheckFinding(
            "warning",
            layer.name,
            "far",
            f"{n} 个要素距辖区超过 {limit}，坐标可能有误",
            f"{n} features lie more than {limit} from the region: their coordinates may be wrong",
            count=n,
            where="; ".join(np.array(names, dtype=object)[away][:3]),
            remedy_zh="核对这些要素的坐标",
            remedy_en="check the coordinates of these features",
        )
    reach = ~away & ((bounds[:, :2] < room[:2]) | (bounds[:, 2:] > room[2:])).any(axis=1)
    yield from _spikes(layer, features.geometry, np.flatnonzero(reach), room, names)


def _spikes(
    layer: VectorLayer,
    geometry: NDArray[np.object_],
    reach: NDArray[np.intp],
    room: NDArray[np.float64],
    names: list[str],
) -> Iterator[CheckFinding]:
    """Features of which a few vertices lie far away from all others."""
    xy, owner = shapely.get_coordinates(geometry[reach], return_index=True)
    out = ((xy < room[:2]) | (xy > room[2:])).any(axis=1)
    count = np.bincount(owner[out], minlength=len(reach))
    bad = np.flatnonzero((count > 0) & (count <= _SPIKE))
    if len(bad):
        spots = [xy[out & (owner == i)][0] for i in bad]
        yield CheckFinding(
            "error",
            layer.name,
            "far_vertex",
            f"{len(bad)} 个要素有个别顶点远在 {_NEAR_M / 1000:g} km 以外",
            f"{len(bad)} features have single vertices more than {_NEAR_M / 1000:g} km away",
            count=len(bad),
            where="; ".join(
                names[reach[i]] + (f" ({x:.1f}, {y:.1f})" if layer.share != "none" else "")
                for i, (x, y) in list(zip(bad, spots, strict=True))[:3]
            ),
            remedy_zh="多为坐标漏位或错位，在 QGIS 顶点编辑器中更正",
            remedy_en="mostly a digit lost or misplaced: correct it in the vertex editor of QGIS",
        )
