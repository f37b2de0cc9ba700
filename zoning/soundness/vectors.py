"""The features of vector layers: geometry, place, and the words of their attributes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from zoning.catalog import Catalog
from zoning.facts.vocabulary import LAYERS
from zoning.layers import Features, VectorLayer
from zoning.layers.values import CHOICES
from zoning.soundness.finding import CheckFinding, listed

_NEAR_M = 100_000.0  # illustrative: layers may reach past the region, not into another province


def check_vector(
    catalog: Catalog, layer: VectorLayer, features: Features
) -> Iterator[CheckFinding]:
    """Check the features of one vector layer by themselves."""
    yield from _geometry(layer, features)
    yield from _place(catalog, layer, features)
    yield from _words(layer, features)


def _geometry(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    if features.repaired:
        n = features.repaired
        yield CheckFinding(
            "warning",
            layer.name,
            f"{n} 个要素几何无效 (自相交等)，已自动修复",
            f"{n} invalid geometries were repaired",
            count=n,
            remedy_zh="在 QGIS 中“修正几何图形”后核对面积",
            remedy_en="fix geometries in QGIS and compare the areas",
        )
    if features.dropped:
        n = features.dropped
        yield CheckFinding(
            "warning",
            layer.name,
            f"{n} 行没有几何，已略去",
            f"{n} rows have no geometry and were left out",
            count=n,
            remedy_zh="补上图形或删去空行",
            remedy_en="add the geometry or remove the rows",
        )


def _place(catalog: Catalog, layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    region = catalog.region_geometry()
    far = shapely.distance(features.geometry, shapely.box(*shapely.bounds(region))) > _NEAR_M
    n, limit = int(far.sum()), f"{_NEAR_M / 1000:g} km"
    if n:
        everything = n == len(features)
        zh, en = ("全部", "all") if everything else (f"{n} 个", f"{n}")
        yield CheckFinding(
            "error" if everything else "warning",
            layer.name,
            f"{zh}要素距辖区超过 {limit}，坐标系可能有误",
            f"{en} features lie more than {limit} from the region: the CRS may be wrong",
            count=n,
            remedy_zh="核对文件声明的坐标系 (中央经线、带号)",
            remedy_en="check the CRS that the file states: central meridian, zone prefix",
        )


def _words(layer: VectorLayer, features: Features) -> Iterator[CheckFinding]:
    for name in features.attributes.columns:
        column = features.attributes[name]
        allowed = CHOICES.get((layer.name, name))
        odd = sorted({v for v in column if isinstance(v, str)} - set(allowed or ()))
        if allowed and odd:
            n = int(np.isin(column.astype(object).fillna(""), odd).sum())
            yield CheckFinding(
                "warning",
                layer.name,
                f"属性 {name} 有词汇表以外的取值，规则不会匹配",
                f"{name} holds values that are not in the vocabulary: no rule will match them",
                count=n,
                where=listed(odd),
                remedy_zh=f"改为: {'、'.join(allowed)}",
                remedy_en="use the words of the vocabulary",
            )
    spec = LAYERS.get(layer.name)
    for name in spec.required if spec else ():
        n = int(features.attributes[name].isna().sum())
        if n:
            yield CheckFinding(
                "error",
                layer.name,
                f"{n} 个要素缺少必需的属性 {name}",
                f"{n} features lack the required attribute {name}",
                count=n,
                remedy_zh="补全属性",
                remedy_en="fill it in",
            )
