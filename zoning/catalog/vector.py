"""From a catalog entry and a vector file's header to the handle of a layer."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from pathlib import Path

from zoning.catalog.entry import Found, at, file_crs, foreign_keys, role_faults
from zoning.catalog.roles import default_accuracy_m, role_of
from zoning.catalog.text import nearest_word
from zoning.crs import read_crs
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS
from zoning.layers.aliases import Column, clean_header, match_columns
from zoning.layers.model import VectorLayer
from zoning.layers.read import standard_attributes
from zoning.layers.source import VectorInfo, inspect, spatial_sublayers, unreadable

TABLE_SUFFIXES = (".csv", ".xlsx", ".xlsm")
_RASTER_KEYS = ("unit", "valid_range", "classes", "nodata", "band")


def vector_handle(found: Found) -> tuple[VectorLayer | None, list[Fault]]:
    """Handle of a vector layer, or what keeps it from being one."""
    entry = found.entry
    faults = [*foreign_keys(found, _RASTER_KEYS, "raster"), *role_faults(found)]
    spec = LAYERS.get(found.name)
    if spec is not None and spec.kind == "raster":
        faults.append(
            found.fault("path", "该图层应为栅格 (GeoTIFF)", "this layer must be a raster")
        )
    if entry.encoding is not None and not _known_encoding(entry.encoding):
        faults.append(_encoding_fault(found))
        return None, faults
    try:
        sublayer = _sublayer(found)
        info = inspect(found.path, sublayer=sublayer, encoding=entry.encoding)
    except InputError as error:
        return None, [*faults, *(at(found, "path", fault) for fault in error.faults)]
    crs, crs_faults = file_crs(found, info.crs, info.bounds)
    fields, field_faults = _fields(found, info)
    faults += [*crs_faults, *field_faults, *_where_faults(found), *_bounds_faults(found, info, crs)]
    table, table_faults = _table(found)
    faults += table_faults
    if info.kind is None:
        faults.append(_no_geometry(found))
    if faults or crs is None or info.kind is None:
        return None, faults
    role = entry.role or role_of(found.name)
    stated = entry.accuracy_m
    return VectorLayer(
        name=found.name,
        title=found.title,
        path=found.path,
        sublayer=sublayer,
        role=role,
        source=entry.source,
        date=entry.date,
        superseded=entry.superseded,
        licence=entry.licence,
        accuracy_m=default_accuracy_m(role) if stated is None else stated,
        accuracy_default=stated is None,
        coverage=entry.coverage,
        share=entry.share,
        synthetic=entry.synthetic,
        fields=fields,
        encoding=info.encoding,
        crs=crs,
        geometry_kind=info.kind,
        where=entry.where,
        table=table,
        may_be_empty=entry.may_be_empty,
    ), []


def _known_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _encoding_fault(found: Found) -> Fault:
    return found.fault(
        "encoding",
        "不认识的编码",
        "unknown encoding",
        value=found.entry.encoding or "",
        remedy_zh='中文 Shapefile 一般为 "gb18030" 或 "utf-8"，也可不写，由程序判断',
        remedy_en='"gb18030" or "utf-8", or leave it out',
    )


def _sublayer(found: Found) -> str | None:
    """Layer inside the file: the one stated, or the only one.

    Raises
    ------
    InputError
        Not there, or several and none stated.
    """
    try:
        names = spatial_sublayers(found.path)
    except Exception as error:  # drivers raise what they like; a planner gets one sentence
        raise unreadable(found.path, error) from None
    listing = "、".join(names)
    if found.sublayer is not None:
        if found.sublayer in names:
            return found.sublayer
        raise InputError(
            Fault(
                zh="文件中没有这个图层",
                en="the file holds no such layer",
                value=found.sublayer,
                remedy_zh=f"文件中有: {listing}",
                remedy_en=f"it holds: {', '.join(names)}",
            )
        )
    if len(names) > 1:
        raise InputError(
            Fault(
                zh=f"文件中有 {len(names)} 个图层，未指明用哪一个",
                en=f"the file holds {len(names)} layers and none is named",
                remedy_zh=f'写成 "{found.entry.path}|图层名": {listing}',
                remedy_en=f'write "{found.entry.path}|layer"',
            )
        )
    if not names:
        raise InputError(Fault(zh="文件中没有空间图层", en="the file holds no layer with geometry"))
    return names[0]


def _no_geometry(found: Found) -> Fault:
    return found.fault(
        "path",
        "图层没有几何，或没有要素可供判断几何类型",
        "the layer has no geometry, or no feature that shows which kind",
        value=found.path.name,
    )


def _bounds_faults(found: Found, info: VectorInfo, crs: str | None) -> Iterator[Fault]:
    """Metres in a file that says degrees: GeoJSON without a CRS is the usual case."""
    if crs is None or info.bounds is None or not read_crs(crs).is_geographic:
        return
    if max(abs(value) for value in info.bounds) > 360:
        yield found.fault(
            "path",
            "文件声明为经纬度，坐标却像以米为单位",
            "the file says degrees, the coordinates look like metres",
            value=", ".join(f"{value:.10g}" for value in info.bounds),
            remedy_zh="在 QGIS 中设置正确的坐标系后另存 (GeoJSON 不写坐标系即为 WGS 84)",
            remedy_en="assign the right CRS in QGIS and save again",
        )


def _table(found: Found) -> tuple[Path | None, list[Fault]]:
    """Path of the list of units, beside the catalog as all paths are, or why there is none."""
    stated = found.entry.table
    if stated is None:
        return None, []
    path = found.folder / stated.strip().replace("\\", "/")
    if path.suffix.lower() not in TABLE_SUFFIXES:
        known = " ".join(TABLE_SUFFIXES)
        fault = found.fault(
            "table",
            "单元清单的格式不支持",
            "a list of units in a format that is not read",
            value=stated,
            remedy_zh=f"另存为 {known}",
            remedy_en=f"save it as one of {known}",
        )
        return None, [fault]
    if not path.is_file():
        fault = found.fault(
            "table",
            "单元清单文件不存在",
            "the list of units does not exist",
            value=stated,
            remedy_zh="路径相对于目录文件所在的文件夹",
            remedy_en="paths start at the catalog's folder",
        )
        return None, [fault]
    return path, []


def _where_faults(found: Found) -> Iterator[Fault]:
    if found.entry.where is not None and "parquet" in found.path.suffix.lower():
        yield found.fault(
            "where",
            "GeoParquet 不支持 where",
            "where is not supported for GeoParquet",
            remedy_zh="先筛选再存为文件，或改用 GeoPackage",
            remedy_en="filter before saving, or use GeoPackage",
        )


def _fields(found: Found, info: VectorInfo) -> tuple[tuple[tuple[str, str], ...], list[Fault]]:
    """Resolve attribute -> column; the catalog's own words win over the aliases."""
    spec = LAYERS.get(found.name)
    stated, faults = _stated_fields(found, info.columns)
    names = tuple(spec.attributes) if spec else ()
    is_dbf = found.path.suffix.lower() == ".shp"
    matched, doubtful = match_columns(
        found.name,
        names,
        info.columns if spec else (),
        stated=stated,
        dbf_encoding=info.encoding if is_dbf else None,
    )
    for case in doubtful:
        columns = "、".join(case.columns)
        faults.append(
            found.fault(
                f"fields.{case.attribute}",
                f"有几列都可能是 {case.attribute}",
                f"several columns could be {case.attribute}",
                value=columns,
                remedy_zh=f'写明一列，例如 {case.attribute} = "{case.columns[0]}"',
                remedy_en="name one of them in fields",
            )
        )
    unclear = {case.attribute for case in doubtful} | set(found.entry.fields or {})
    missing = [n for n in (spec.required if spec else ()) if n not in matched and n not in unclear]
    faults += [_missing_column(found, name, info.columns) for name in missing]
    if spec is None:  # a layer of the planner's own: every column under its own name
        taken = set(matched.values())
        matched |= {c.name: c.name for c in info.columns if c.name not in taken}
    known = standard_attributes(found.name, matched)
    return tuple((name, matched[name]) for name in known if name in matched), faults


def _stated_fields(found: Found, columns: tuple[Column, ...]) -> tuple[dict[str, str], list[Fault]]:
    entry, faults = found.entry.fields or {}, []
    by_header: Mapping[str, str] = {clean_header(c.name): c.name for c in columns}
    names = [c.name for c in columns]
    attributes = standard_attributes(found.name)
    stated: dict[str, str] = {}
    for attribute, column in entry.items():
        key = f"fields.{attribute}"
        exact = column if column in names else by_header.get(clean_header(column))
        close = "" if attribute in attributes else nearest_word(attribute, attributes)
        if close and close not in entry:
            faults.append(
                found.fault(
                    key,
                    "不认识的标准属性",
                    "unknown standard attribute",
                    value=attribute,
                    remedy_zh=f"是否应为 {close}?",
                    remedy_en=f"did you mean {close}?",
                )
            )
        elif exact is None:
            faults.append(_no_column(found, key, column, names))
        else:
            stated[attribute] = exact
    return stated, faults


def _no_column(found: Found, key: str, column: str, names: list[str]) -> Fault:
    close = nearest_word(column, names)
    return found.fault(
        key,
        "文件中没有这一列",
        "the file has no such column",
        value=column,
        remedy_zh=f"是否应为 {close}?" if close else f"文件中有: {_listing(names)}",
        remedy_en=f"did you mean {close}?" if close else "name one that it has",
    )


def _listing(names: list[str]) -> str:
    return "、".join(" ".join(name.split()) for name in names) or "(无)"


def _missing_column(found: Found, attribute: str, columns: tuple[Column, ...]) -> Fault:
    listing = _listing([column.name for column in columns])
    return found.fault(
        f"fields.{attribute}",
        f"缺少必需的属性列 {attribute}",
        f"no column for the required attribute {attribute}",
        value=found.path.name,
        remedy_zh=f"在 [layers.{found.name}.fields] 写明列名；文件中有: {listing}",
        remedy_en=f"name its column in [layers.{found.name}.fields]",
    )
