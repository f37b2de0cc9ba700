"""Control units and districts: valid codes that agree with the class and lie in their county."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.layers import Features, VectorLayer, read_features
from zoning.layers.values import UNIT_CLASSES
from zoning.soundness.finding import CheckFinding, listed

# ZH + county + class digit + serial; example in use: ZH44060620002
UNIT_CODE = re.compile(r"^ZH(\d{6})([123])(\d{4})$")
_ADCODE = re.compile(r"^\d{6}$")
_CLASS_OF = dict(zip("123", UNIT_CLASSES, strict=True))
_MOST = 0.5  # a unit lies in the county that holds most of it


def check_units(
    catalog: Catalog, layer: VectorLayer, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    """Check the codes of control units."""
    units = read_features(layer, crs=catalog.crs)
    codes = [code or "" for code in units.attributes["code"]]
    matches = [UNIT_CODE.match(code) for code in codes]
    bad = [code for code, match in zip(codes, matches, strict=True) if code and not match]
    if bad:
        yield CheckFinding(
            "error",
            layer.name,
            f"{len(bad)} 个单元编码不合规",
            f"{len(bad)} unit codes are not valid",
            count=len(bad),
            where=listed(bad),
            remedy_zh="应为 ZH + 6 位行政区划代码 + 类别 1/2/3 + 4 位序号",
            remedy_en="ZH, 6 digits of the county, class 1/2/3, 4 digits",
        )
    yield from _class_digits(layer, units, matches)
    yield from _duplicates(layer, units.attributes)
    yield from _counties(catalog, layer, units, boundary)


def _class_digits(
    layer: VectorLayer, units: Features, matches: list[re.Match[str] | None]
) -> Iterator[CheckFinding]:
    classes = units.attributes["class"].tolist()
    wrong = [
        f"{match[0]} {cls}"
        for match, cls in zip(matches, classes, strict=True)
        if match and cls in UNIT_CLASSES and _CLASS_OF[match[2]] != cls
    ]
    if wrong:
        yield CheckFinding(
            "error",
            layer.name,
            f"{len(wrong)} 个单元的编码类别位与类别不一致",
            f"the class digit of {len(wrong)} codes contradicts the class",
            count=len(wrong),
            where=listed(wrong),
            remedy_zh="1 优先保护，2 重点管控，3 一般管控",
            remedy_en="1 priority protection, 2 key control, 3 general control",
        )


def _duplicates(layer: VectorLayer, attributes: pd.DataFrame) -> Iterator[CheckFinding]:
    counts = Counter(code for code in attributes["code"] if code)
    repeated = sorted(code for code, n in counts.items() if n > 1)
    told_apart = attributes.groupby("code")[["name", "class"]].nunique(dropna=False).max(axis=1)
    clash = [code for code in repeated if told_apart[code] > 1]
    same = [code for code in repeated if told_apart[code] == 1]
    if clash:
        yield CheckFinding(
            "error",
            layer.name,
            f"{len(clash)} 个编码被名称或类别不同的单元共用",
            f"{len(clash)} codes are shared by units of different name or class",
            count=len(clash),
            where=listed(clash),
            remedy_zh="更正编码",
            remedy_en="correct the codes",
        )
    if same:
        yield CheckFinding(
            "note",
            layer.name,
            f"{len(same)} 个单元分为多行",
            f"{len(same)} units come in several rows",
            count=len(same),
            where=listed(same),
        )


def _counties(
    catalog: Catalog, layer: VectorLayer, units: Features, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    districts = read_features(boundary, crs=catalog.crs)
    if "adcode" not in districts.attributes or districts.attributes["adcode"].isna().all():
        return
    adcodes = np.array([str(code) for code in districts.attributes["adcode"]], dtype=object)
    named = [_county_of(code) for code in units.attributes["code"]]
    located = _located(units.geometry, districts.geometry, adcodes)
    wrong, unknown = [], []
    for code, county, shares in zip(units.attributes["code"], named, located, strict=True):
        if county is None or not shares:
            continue
        if county not in adcodes:
            unknown.append(str(code))
        elif shares.get(county, 0.0) < _MOST * sum(shares.values()):
            best = max(shares, key=lambda adcode: shares[adcode])
            wrong.append(f"{code} → {best}")
    if wrong:
        yield CheckFinding(
            "error",
            layer.name,
            f"{len(wrong)} 个单元不在编码所示的区县内",
            f"{len(wrong)} units do not lie in the county of their code",
            count=len(wrong),
            where=listed(wrong),
            remedy_zh="核对编码，或核对图层坐标系",
            remedy_en="check the codes, or the CRS of the layer",
        )
    if unknown:
        yield CheckFinding(
            "warning",
            layer.name,
            f"{len(unknown)} 个单元编码中的区县不在辖区图层中",
            f"the county in {len(unknown)} codes is not in the boundary layer",
            count=len(unknown),
            where=listed(unknown),
            remedy_zh="贵安新区等无国标代码的区域请核对",
            remedy_en="check areas without a code of their own, such as Gui'an",
        )


def _county_of(code: str | None) -> str | None:
    match = UNIT_CODE.match(code or "")
    return match[1] if match else None


def _located(
    units: NDArray[np.object_], districts: NDArray[np.object_], adcodes: NDArray[np.object_]
) -> list[dict[str, float]]:
    """Area of each unit in each county that it meets. [m2]"""
    shares: list[dict[str, float]] = [{} for _ in units]
    unit, district = shapely.STRtree(districts).query(units, predicate="intersects")
    area = shapely.area(shapely.intersection(units[unit], districts[district]))
    for i, j, size in zip(unit, district, area, strict=True):
        shares[i][adcodes[j]] = shares[i].get(adcodes[j], 0.0) + float(size)
    return [{adcode: size for adcode, size in held.items() if size > 0} for held in shares]


def check_districts(layer: VectorLayer, districts: Features) -> Iterator[CheckFinding]:
    """Check the codes of the counties."""
    attributes = districts.attributes
    if "adcode" not in attributes or attributes["adcode"].isna().all():
        yield CheckFinding(
            "warning",
            layer.name,
            "没有行政区划代码，无法核对单元编码和申报区县",
            "no county codes: units and declared counties cannot be compared with them",
            remedy_zh=f"在 [layers.{layer.name}.fields] 写明 adcode 的列名",
            remedy_en="name the column of adcode in fields",
        )
        return
    bad = [str(code) for code in attributes["adcode"] if not _ADCODE.match(str(code))]
    if bad:
        yield CheckFinding(
            "error",
            layer.name,
            f"{len(bad)} 个行政区划代码不是 6 位数字",
            f"{len(bad)} county codes are not six digits",
            count=len(bad),
            where=listed(bad),
            remedy_zh="按 GB/T 2260 更正",
            remedy_en="correct them as in GB/T 2260",
        )
