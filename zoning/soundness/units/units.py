"""Control units and districts: valid codes that agree with the class and lie in their county."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from zoning.catalog import Catalog
from zoning.layers import Features, VectorLayer, read_features
from zoning.layers.values import UNIT_CLASSES
from zoning.soundness.finding import CheckFinding, listed, marked
from zoning.soundness.units.codes import CLASS_OF, UNIT_CODE, county_of, unfolded
from zoning.soundness.vector.ground import Ground, cut, shared_area

_ADCODE = re.compile(r"^\d{6}$")
_MOST = 0.5  # a unit lies in the county that holds most of it


def check_units(
    catalog: Catalog, layer: VectorLayer, ground: Ground, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    """Check the codes of control units."""
    units = read_features(layer, crs=catalog.crs)
    codes = [code or "" for code in units.attributes["code"]]
    matches = [UNIT_CODE.match(code) for code in codes]
    folded = {code: spread for code in dict.fromkeys(codes) if (spread := unfolded(code))}
    if folded:
        yield CheckFinding(
            "warning",
            layer.name,
            "code_range",
            f"{len(folded)} 个要素的编码是区段或并列，代表 {sum(map(len, folded.values()))} 个单元",
            f"{len(folded)} features stand for several units each: ranges or lists of codes",
            count=len(folded),
            where=listed(
                [
                    f"{code} = {spread[0]} … {spread[-1]} ({len(spread)})"
                    for code, spread in folded.items()
                ]
            ),
            remedy_zh="一个要素一个编码: 拆分图形，或逐个写出",
            remedy_en="one code a feature: split the geometry, or write them out",
        )
    bad = [
        code
        for code, match in zip(codes, matches, strict=True)
        if code and not match and code not in folded
    ]
    if bad:
        yield CheckFinding(
            "error",
            layer.name,
            "code",
            f"{len(bad)} 个单元编码不合规",
            f"{len(bad)} unit codes are not valid",
            count=len(bad),
            where=listed(bad),
            remedy_zh="应为 ZH + 6 位行政区划代码 + 类别 1/2/3 + 4 位序号",
            remedy_en="ZH, 6 digits of the county, class 1/2/3, 4 digits",
        )
    yield from _class_digits(layer, units, matches)
    yield from _duplicates(layer, units.attributes)
    yield from _counties(catalog, layer, units, ground, boundary)


def _class_digits(
    layer: VectorLayer, units: Features, matches: list[re.Match[str] | None]
) -> Iterator[CheckFinding]:
    classes = units.attributes["class"].tolist()
    wrong = [
        f"{match[0]} {cls}"
        for match, cls in zip(matches, classes, strict=True)
        if match and cls in UNIT_CLASSES and CLASS_OF[match[2]] != cls
    ]
    if wrong:
        yield CheckFinding(
            "error",
            layer.name,
            "code_class",
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
            "code_shared",
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
            "code_repeated",
            f"{len(same)} 个单元分为多行",
            f"{len(same)} units come in several rows",
            count=len(same),
            where=listed(same),
        )


def _counties(
    catalog: Catalog,
    layer: VectorLayer,
    units: Features,
    ground: Ground,
    boundary: VectorLayer,
) -> Iterator[CheckFinding]:
    districts = read_features(boundary, crs=catalog.crs)
    if "adcode" not in districts.attributes or districts.attributes["adcode"].isna().all():
        return
    adcodes = [str(code) for code in districts.attributes["adcode"]]
    located = _located(ground, cut(districts.geometry), adcodes)
    wrong: dict[int, str] = {}
    unknown: list[str] = []
    for i, code in enumerate(units.attributes["code"]):
        county, shares = county_of(code), located[i]
        if county is None or not shares:
            continue
        if county not in adcodes:
            unknown.append(str(code))
        elif shares.get(county, 0.0) < _MOST * sum(shares.values()):
            wrong[i] = f"{code} → {max(shares, key=lambda adcode: shares[adcode])}"
    if wrong:
        yield CheckFinding(
            "error",
            layer.name,
            "code_county",
            f"{len(wrong)} 个单元不在编码所示的区县内",
            f"{len(wrong)} units do not lie in the county of their code",
            count=len(wrong),
            remedy_zh="核对编码，或核对图层坐标系",
            remedy_en="check the codes, or the CRS of the layer",
            marks=marked(units.geometry[list(wrong)], list(wrong.values()), layer.name, whole=True),
        )
    if unknown:
        yield CheckFinding(
            "warning",
            layer.name,
            "code_county_unknown",
            f"{len(unknown)} 个单元编码中的区县不在辖区图层中",
            f"the county in {len(unknown)} codes is not in the boundary layer",
            count=len(unknown),
            where=listed(unknown),
            remedy_zh="贵安新区等无国标代码的区域请核对",
            remedy_en="check areas without a code of their own, such as Gui'an",
        )
    yield from _named_counties(layer, units, districts)


def _named_counties(
    layer: VectorLayer, units: Features, districts: Features
) -> Iterator[CheckFinding]:
    """Compare the county in words with the county in the code."""
    if "name" not in districts.attributes:
        return
    codes, names = districts.attributes["adcode"], districts.attributes["name"]
    name_of = dict(zip(codes.tolist(), names.tolist(), strict=True))
    known = {name for name in names if isinstance(name, str)}
    wrong = [
        f"{code} ({county})"
        for code, county in zip(units.attributes["code"], units.attributes["county"], strict=True)
        if county in known and name_of.get(county_of(code)) not in (None, county)
    ]
    if wrong:
        yield CheckFinding(
            "error",
            layer.name,
            "code_county_name",
            f"{len(wrong)} 个单元的编码与所写区县不一致",
            f"the county in {len(wrong)} codes is not the county that the unit names",
            count=len(wrong),
            where=listed(wrong),
            remedy_zh="更正编码或区县名称",
            remedy_en="correct the code or the county",
        )


def _located(units: Ground, districts: Ground, adcodes: list[str]) -> list[dict[str, float]]:
    """Area of each unit in each county that it meets. [m2]"""
    return [
        {adcodes[j]: float(row[j]) for j in np.flatnonzero(row)}
        for row in shared_area(units, districts)
    ]


def check_districts(layer: VectorLayer, districts: Features) -> Iterator[CheckFinding]:
    """Check the codes of the counties."""
    attributes = districts.attributes
    if "adcode" not in attributes or attributes["adcode"].isna().all():
        yield CheckFinding(
            "warning",
            layer.name,
            "adcode",
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
            "adcode",
            f"{len(bad)} 个行政区划代码不是 6 位数字",
            f"{len(bad)} county codes are not six digits",
            count=len(bad),
            where=listed(bad),
            remedy_zh="按 GB/T 2260 更正",
            remedy_en="correct them as in GB/T 2260",
        )
