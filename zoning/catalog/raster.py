"""From a catalog entry and a raster file's header to the handle of a layer."""

from __future__ import annotations

from collections.abc import Iterator

from zoning.catalog.entry import Found, at, file_crs, foreign_keys, role_faults
from zoning.catalog.roles import default_accuracy_m, role_of
from zoning.crs import read_crs
from zoning.errors import Fault
from zoning.facts.vocabulary import LAYERS
from zoning.layers.model import RasterLayer
from zoning.layers.signature import check_beginning
from zoning.layers.source import unreadable
from zoning.units import UNITS, dimension

_CLASS = "class"
_VECTOR_KEYS = ("fields", "encoding", "where", "table")
_METRES_PER_DEGREE = 111_320.0  # of latitude, WGS 84, rounded


def raster_handle(found: Found) -> tuple[RasterLayer | None, list[Fault]]:
    """Handle of a raster layer, or what keeps it from being one."""
    import rasterio
    import rasterio.errors

    entry = found.entry
    faults = [*foreign_keys(found, _VECTOR_KEYS, "vector"), *role_faults(found)]
    spec = LAYERS.get(found.name)
    if spec is not None and spec.kind == "vector":
        faults.append(found.fault("path", "该图层应为矢量", "this layer must be a vector layer"))
    faults += [*_unit_faults(found), *_range_faults(found)]
    classes, class_faults = _classes(found)
    faults += class_faults
    try:
        check_beginning(found.path)
        with rasterio.open(found.path) as raster:
            stated = raster.crs.to_wkt() if raster.crs else None
            bounds = tuple(raster.bounds)
            nodata, cell, bands = raster.nodata, max(map(abs, raster.res)), raster.count
    except (rasterio.errors.RasterioError, OSError, ValueError) as error:
        fault = unreadable(found.path, error).faults[0]
        return None, [*faults, at(found, "path", fault)]
    crs, crs_faults = file_crs(found, stated, bounds)
    faults += crs_faults
    band = entry.band or 1
    if band > bands:
        faults.append(
            found.fault(
                "band", f"文件只有 {bands} 个波段", f"the file has {bands} bands", value=str(band)
            )
        )
    if faults or crs is None:
        return None, faults
    cell_m = cell * (_METRES_PER_DEGREE if read_crs(crs).is_geographic else 1.0)
    role = entry.role or role_of(found.name)
    assumed = max(cell_m, default_accuracy_m(role))
    return RasterLayer(
        name=found.name,
        title=found.title,
        path=found.path,
        role=role,
        source=entry.source,
        date=entry.date,
        superseded=entry.superseded,
        licence=entry.licence,
        accuracy_m=assumed if entry.accuracy_m is None else entry.accuracy_m,
        accuracy_default=entry.accuracy_m is None,
        coverage=entry.coverage,
        share=entry.share,
        synthetic=entry.synthetic,
        crs=crs,
        unit=entry.unit or (spec.unit or None if spec else _CLASS if classes else None),
        valid_range=entry.valid_range,
        classes=classes,
        nodata=nodata if entry.nodata is None else entry.nodata,
        band=band,
    ), []


def _unit_faults(found: Found) -> Iterator[Fault]:
    unit, spec = found.entry.unit, LAYERS.get(found.name)
    if unit is None:
        return
    if unit != _CLASS and unit not in UNITS:
        known = "、".join(word for word in (*UNITS, _CLASS) if word)
        yield found.fault(
            "unit",
            "不认识的单位",
            "unknown unit",
            value=unit,
            remedy_zh=f"可用: {known}",
            remedy_en="use one of these",
        )
    elif spec is not None and spec.unit and _sort(unit) != _sort(spec.unit):
        yield found.fault(
            "unit",
            f"{spec.title}的单位应与 {spec.unit} 同类",
            f"the unit of {found.name} must be of the kind of {spec.unit}",
            value=unit,
            remedy_zh="换算后再用 (坡度百分比不是角度)" if found.name == "slope" else "换算后再用",
            remedy_en="convert the values first",
        )


def _sort(unit: str) -> str:
    return _CLASS if unit == _CLASS else dimension(unit)


def _range_faults(found: Found) -> Iterator[Fault]:
    limits = found.entry.valid_range
    if limits is not None and limits[0] >= limits[1]:
        yield found.fault(
            "valid_range",
            "取值范围颠倒",
            "the range is reversed",
            value=f"[{limits[0]:g}, {limits[1]:g}]",
            remedy_zh="写成 [最小, 最大]",
            remedy_en="write [least, greatest]",
        )


def _classes(found: Found) -> tuple[tuple[tuple[int, str], ...], list[Fault]]:
    known: list[tuple[int, str]] = []
    faults = []
    for value, word in (found.entry.classes or {}).items():
        try:
            known.append((int(value), word))
        except ValueError:
            faults.append(
                found.fault(
                    f"classes.{value}",
                    "类别的键应为像元值 (整数)",
                    "a class is keyed by the value of its cells, a whole number",
                    value=value,
                    remedy_zh='例如 3 = "林地"',
                    remedy_en='such as 3 = "forest"',
                )
            )
    return tuple(sorted(known)), faults
