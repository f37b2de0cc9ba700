"""Raster layers by themselves: nodata, values, units, and whether they are fit for their use."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from zoning.layers import RasterLayer
from zoning.soundness.finding import CheckFinding, listed
from zoning.soundness.raster.census import Census

_CLASS = "class"
# Values that programs write where they have none: GDAL, ArcGIS, SRTM, QGIS habits
_FILLS = (-9999.0, -99999.0, -32768.0, -32767.0, -999.0, -99.0, -1.0, 255.0, 65535.0, 32767.0)
_FILLED = 0.01  # illustrative: share of the cells that one impossible constant holds
_BIG_CELLS = 25_000_000  # illustrative: a screen shows 2 million
_COARSE_M = 200.0  # illustrative; a 450 m DEM puts 88 % of Guiyang under 5 deg where it is 27 %
_FOOT = 0.3048  # [m] exact, international foot 1959
_LENGTHS = (("英尺", "feet", _FOOT), ("分米", "decimetres", 0.1), ("厘米", "centimetres", 0.01))
_HIGHEST_M = 2901.0  # illustrative: no ground of Guizhou is higher (from memory)


def check_raster(layer: RasterLayer, census: Census) -> Iterator[CheckFinding]:
    """Check one raster layer by itself."""
    yield from _unsaid(layer)
    yield from _fitness(layer, census)
    if census.nodata == census.cells:
        yield CheckFinding(
            "error", layer.name, "empty", "栅格没有有效像元", "no cell holds a value", count=0
        )
        return
    yield from _ambiguous_nodata(layer)
    if layer.unit == _CLASS:
        yield from _classes(layer, census)
        return
    unit = list(_unit(layer, census))
    yield from unit
    if not unit:
        yield from _range(layer, census)


def _unsaid(layer: RasterLayer) -> Iterator[CheckFinding]:
    if layer.unit is None:
        yield CheckFinding(
            "warning",
            layer.name,
            "unit",
            "未注明单位，带单位的条件无法与之比较",
            "no unit: conditions with a unit cannot be compared with it",
            remedy_zh='写明 unit，例如 "m"、"deg"、"%"，分类栅格写 "class"',
            remedy_en='state unit; "class" for categories',
        )
    elif layer.unit == _CLASS and not layer.classes:
        yield CheckFinding(
            "warning",
            layer.name,
            "classes",
            "分类栅格没有类别名称",
            "no names of classes",
            remedy_zh=f'增加 [layers.{layer.name}.classes]，例如 3 = "林地"',
            remedy_en=f"add [layers.{layer.name}.classes]",
        )
    elif layer.unit != _CLASS and layer.valid_range is None:
        yield CheckFinding(
            "note",
            layer.name,
            "valid_range",
            "未注明 valid_range，缺值像元下的数值无从限定",
            "no valid_range: what lies under cells without data has no bounds",
            remedy_zh="写明 valid_range = [最小, 最大]",
            remedy_en="state valid_range",
        )


def _fitness(layer: RasterLayer, census: Census) -> Iterator[CheckFinding]:
    rows, columns = census.size
    if rows * columns >= _BIG_CELLS and not census.overviews:
        yield CheckFinding(
            "note",
            layer.name,
            "overviews",
            f"{columns} × {rows} 像元而没有概视图 (金字塔)，显示缓慢"
            + ("" if census.tiled else "，也未分块"),
            f"{columns} x {rows} cells without overviews: slow to draw"
            + ("" if census.tiled else ", and not tiled"),
            remedy_zh=f"gdaladdo -r nearest {layer.path.name} 2 4 8 16 32",
            remedy_en="that command adds them beside the data, cells stay as they are",
        )
    if layer.name in ("dem", "slope") and census.cell_m >= _COARSE_M:
        yield CheckFinding(
            "warning",
            layer.name,
            "coarse",
            f"像元 {census.cell_m:.0f} m，太粗，不适于判定地块坡度: 陡坡被抹平，坡度严重偏小",
            f"cells of {census.cell_m:.0f} m are unfit for site slopes: they smooth steep ground",
            remedy_zh="换用 30 m 或更细的 DEM；现有数据只作区域示意",
            remedy_en="use a DEM of 30 m or finer; keep this one for regional maps",
        )


def _ambiguous_nodata(layer: RasterLayer) -> Iterator[CheckFinding]:
    """A nodata value that is a good value as well."""
    nodata = layer.nodata
    if nodata is None or not np.isfinite(nodata):
        return
    named = dict(layer.classes).get(int(nodata)) if float(nodata).is_integer() else None
    possible = layer.valid_range and layer.valid_range[0] <= nodata <= layer.valid_range[1]
    if named is not None or possible:
        what = f"类别“{named}”" if named is not None else "valid_range 内的正常值"
        yield CheckFinding(
            "error",
            layer.name,
            "nodata_value",
            f"nodata = {nodata:g} 同时是{what}: 该值的像元都会被当作缺值",
            f"nodata = {nodata:g} is a good value as well: its cells all count as missing",
            remedy_zh="用数据不可能取到的值作 nodata，重新导出",
            remedy_en="export again with a nodata value that cannot occur",
        )


def _classes(layer: RasterLayer, census: Census) -> Iterator[CheckFinding]:
    known = [value for value, _ in layer.classes]
    strange = np.setdiff1d(census.values, known)
    if not known or not len(strange):
        return
    counts = dict(zip(census.values.tolist(), census.counts.tolist(), strict=True))
    for value in strange:
        if value in (*_FILLS, 0.0) and counts[value] >= _FILLED * census.cells:
            yield _fill(layer, census, float(value), counts[value])
            strange = strange[strange != value]
    if len(strange):
        yield CheckFinding(
            "warning",
            layer.name,
            "unknown_class",
            f"有像元值不在类别表中，共 {sum(counts[v] for v in strange.tolist()):,} 个像元",
            "cells hold values that are no class",
            count=len(strange),
            where=listed([f"{value:g}" for value in strange]),
            remedy_zh=f"补全 [layers.{layer.name}.classes]，或把该值设为 nodata",
            remedy_en="name the class, or make the value nodata",
        )


def _fill(layer: RasterLayer, census: Census, value: float, count: int) -> CheckFinding:
    stated = "未注明 nodata" if layer.nodata is None else f"声明的 nodata = {layer.nodata:g} "
    never = "" if layer.nodata is None or census.nodata else "从未出现"
    return CheckFinding(
        "error",
        layer.name,
        "nodata",
        f"{stated}{never}，而 {count / census.cells:.1%} 的像元是 {value:g}: "
        "疑为缺值，或是未说明的类别",
        f"{count / census.cells:.1%} of the cells hold {value:g}: the real nodata, or a class",
        count=count,
        where=f"{value:g}",
        remedy_zh=f"在 [layers.{layer.name}] 写明 nodata = {value:g}",
        remedy_en=f"state nodata = {value:g}",
    )


def _range(layer: RasterLayer, census: Census) -> Iterator[CheckFinding]:
    out = census.out_low + census.out_high
    limits = layer.valid_range
    for value, count in zip(census.values.tolist(), census.counts.tolist(), strict=True):
        impossible = limits is not None and not limits[0] <= value <= limits[1]
        lonely = limits is None and value in _FILLS and value == census.low and value < 0
        if (impossible or lonely) and count >= _FILLED * census.cells:
            yield _fill(layer, census, value, count)
            out -= count if impossible else 0
    if out > 0 and limits is not None:
        yield CheckFinding(
            "error",
            layer.name,
            "range",
            "像元值超出 valid_range，单位或 nodata 可能有误",
            "cells lie outside valid_range: unit or nodata may be wrong",
            count=out,
            where=f"{census.low:g} … {census.high:g}",
            remedy_zh="核对单位，或写明 nodata",
            remedy_en="check the unit, or state nodata",
        )


def _unit(layer: RasterLayer, census: Census) -> Iterator[CheckFinding]:
    """Say where values look like another unit than the one stated."""
    low, high = _plausible(census)
    if not np.isfinite(high):
        return
    said = _suspected(layer, census, low, high)
    if said is not None:
        zh, en = said
        yield CheckFinding(
            "error",
            layer.name,
            "unit_scale",
            f"声明单位 {layer.unit}，数值 {low:g} … {high:g} {zh}",
            f"unit {layer.unit} stated, but values {low:g} … {high:g} {en}",
            where=f"{low:g} … {high:g}",
            remedy_zh="换算后另存，或更正 unit",
            remedy_en="convert the values and save again, or correct unit",
        )


def _plausible(census: Census) -> tuple[float, float]:
    """Least and greatest value, fills left aside."""
    if census.low not in _FILLS:
        return census.low, census.high
    rest = census.values[~np.isin(census.values, _FILLS)]
    return (float(rest.min()), float(rest.max())) if len(rest) else (float("nan"),) * 2


def _suspected(
    layer: RasterLayer, census: Census, low: float, high: float
) -> tuple[str, str] | None:
    match layer.name, layer.unit:
        case "slope", "deg" | "°" if high > 90:
            return "超过 90: 像是坡度百分比", "exceed 90: they look like percent of slope"
        case "slope", "deg" | "°" if 0 < high <= np.pi / 2 and census.fractional:
            return "都不到 π/2: 像是弧度", "stay below pi/2: they look like radians"
        case "forest_cover", "%" if 0 < high <= 1 and census.fractional:
            return "都不到 1: 像是小数而非百分数", "stay below 1: they look like fractions"
        case "dem", "m" if high > _HIGHEST_M and low >= 0:
            for zh, en, metres in _LENGTHS:
                if high * metres <= _HIGHEST_M:
                    return (
                        f"高于全省最高点: 像是{zh}",
                        f"exceed all ground here: they look like {en}",
                    )
    return None
