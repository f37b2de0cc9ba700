"""Vector files in: GeoPackage, Shapefile, GeoJSON, FileGDB, GeoParquet, MapInfo as raw tables."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.crs import canonical
from zoning.errors import Fault, ProjectFaults
from zoning.layers.signature import check_beginning
from zoning.projects.boundaries.geojson import Json, read_json
from zoning.projects.boundaries.shapefiles import (
    BYTES,
    CUT,
    cut_names,
    cut_texts,
    dbf_encoding,
    field_names,
    from_bytes,
    mended_names,
    whole,
)
from zoning.projects.formats.shared import shared_cells
from zoning.projects.tables.match_header import match_header
from zoning.projects.tables.raw import (
    RawTable,
    clean,
    empty,
    no_such_part,
    several_parts,
    unreadable,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

VECTORS = (".gpkg", ".shp", ".geojson", ".json", ".gdb", ".parquet", ".geoparquet", ".tab", ".mif")
_MAPINFO_UNKNOWN = 'DATUM["MIF 0"'  # MapInfo's "Longitude / Latitude", put on anything
_JSON = (".geojson", ".json")
_IDENTITY = ("project", "code24", "name")


def read_vector(path: Path, *, layer: str | None) -> RawTable:
    """Read one layer of a vector file, the only one with geometry unless named.

    A file without any column for names gives its own name to what it holds.

    Raises
    ------
    ProjectFaults
        Unreadable, no such layer, several layers, or no features.
    """
    json = read_json(path) if path.suffix.lower() in _JSON else None
    try:
        check_beginning(path)
    except (OSError, ValueError) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    frame, name, encoding, notes, broken = _opened(path, layer)
    if not len(frame):
        raise ProjectFaults(empty(path.name))
    attributes = frame.drop(columns=frame.geometry.name)
    headers = tuple(str(column) for column in attributes.columns)
    cells = tuple(_cells(attributes[column]) for column in attributes.columns)
    faults = tuple((i, _broken_shape(path.name, i, reason)) for i, reason in broken.items())
    if path.suffix.lower() == ".shp":
        headers, mended = mended_names(headers, field_names(path), encoding or "utf-8")
        notes = (*notes, *mended, *cut_names(headers, encoding))
        found = cut_texts(cells, headers, encoding)
        faults += tuple((i, _cut_text(path.name, i, *where)) for i, *where in found)
        cells = tuple(_without_cut(column) for column in cells)
    headers, cells, named = _named(headers, cells, path.stem, len(frame))
    return RawTable(
        path.name,
        name,
        0,
        headers,
        cells,
        np.arange(1, len(frame) + 1),
        np.asarray(frame.geometry.array, dtype=object),
        _crs(frame, json),
        len(frame),
        0,
        (*notes, *named),
        faults,
    )


def _opened(
    path: Path, layer: str | None
) -> tuple[gpd.GeoDataFrame, str, str | None, tuple[str, ...], dict[int, str]]:
    """Return features, the name of their layer, the encoding of a .dbf, notes, broken shapes."""
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".geoparquet"):
        if layer is not None:
            raise ProjectFaults(no_such_part(path.name, layer, ()))
        return _read_parquet(path), "", None, (), {}
    if suffix != ".shp":
        frame, name, notes, broken = _read_layer(path, layer, None)
        return frame, name, None, notes, broken
    encoding = dbf_encoding(path)
    with whole(path) as (safe, missing):
        frame, name, warned, broken = _read_layer(safe, layer, encoding)
    said = (f"属性编码 attribute encoding: {encoding}",) if encoding else ()
    return frame, name, encoding, (*said, *missing, *warned), broken


def _crs(frame: gpd.GeoDataFrame, json: Json | None) -> str:
    """Return the CRS that a file states, "" where it states none."""
    if json is not None and not json.states_crs(frame.total_bounds):
        return ""
    if frame.crs is None or _MAPINFO_UNKNOWN in frame.crs.to_wkt():
        return ""
    return canonical(frame.crs)


def _named(
    headers: tuple[str, ...], cells: tuple[NDArray[np.object_], ...], stem: str, n: int
) -> tuple[tuple[str, ...], tuple[NDArray[np.object_], ...], tuple[str, ...]]:
    """Add a column of names where none of the headers is one and no other may be meant.

    A single shape is what its file is called; many shapes with texts beside them have names, in a
    column that only a mapping can tell.
    """
    known = [match_header(i, text) for i, text in enumerate(headers)]
    if any(header is not None and header.standard in _IDENTITY for header in known):
        return headers, cells, ()
    if n > 1 and any(isinstance(cell, str) for column in cells for cell in column):
        return headers, cells, ()
    names = np.empty(n, dtype=object)
    names[:] = [stem] if n == 1 else [f"{stem}-{i}" for i in range(1, n + 1)]
    note = f"没有项目名称列，用文件名「{stem}」  no column for names: the name of the file is used"
    return (*headers, "项目名称"), (*cells, names), (note,)


def _cut_text(file: str, index: int, header: str, value: str) -> Fault:
    return Fault(
        zh="文本在字中间被截断" if value.endswith(CUT) else "文本可能在 254 字节处被截断",
        en="the text is cut" if value.endswith(CUT) else "the text may be cut at 254 bytes",
        file=file,
        row=index + 1,
        column=header,
        value=value.rstrip(CUT)[:40],
        remedy_zh="请用 GeoPackage 提供全文",
        remedy_en="hand in a GeoPackage with the whole text",
    )


def _read_parquet(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd
    import pyarrow as pa

    try:
        frame = gpd.read_parquet(path)
        for column in frame.columns.drop(frame.geometry.name):
            frame[column] = frame[column].astype(object)  # damaged texts show up only here
    except (
        OSError,
        ValueError,
        TypeError,
        KeyError,
        pa.ArrowException,
        shapely.errors.ShapelyError,
    ) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    return frame


def _read_layer(
    path: Path, layer: str | None, encoding: str | None
) -> tuple[gpd.GeoDataFrame, str, tuple[str, ...], dict[int, str]]:
    import pyogrio
    from pyproj.exceptions import CRSError

    broken: dict[int, str] = {}

    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            name = _chosen_layer(path, layer)
            try:
                frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding)
            except UnicodeDecodeError:
                frame = _decoded(path, name, encoding)
            except shapely.GEOSException:
                frame, broken = _without_broken(path, name, encoding)
        return frame, name, _told(caught), broken
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FieldError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.CRSError,
        CRSError,  # a projection with numbers that are none
        shapely.errors.GEOSException,
        UnboundLocalError,  # pyogrio's own, on a CRS whose text it cannot decode
        ValueError,
    ) as error:
        raise ProjectFaults(unreadable(path, error)) from None


def _decoded(path: Path, layer: str, encoding: str | None) -> gpd.GeoDataFrame:
    """Read a table whose texts are not all of the encoding that it has by its bytes or its word."""
    import pyogrio

    if encoding is None:  # a MapInfo table whose charset is wrong
        return pyogrio.read_dataframe(path, layer=layer, encoding="gb18030")
    frame = pyogrio.read_dataframe(path, layer=layer, encoding=BYTES)
    frame = frame.rename(columns={name: from_bytes(name, encoding) for name in frame.columns})
    for name in frame.columns.drop(frame.geometry.name):
        column = frame[name].astype(object)
        frame[name] = [from_bytes(v, encoding) if isinstance(v, str) else v for v in column]
    return frame


def _without_broken(
    path: Path, layer: str, encoding: str | None
) -> tuple[gpd.GeoDataFrame, dict[int, str]]:
    """Read the features that have a shape, and say of each row that has none why."""
    import pyogrio

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # said of each row below
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, on_invalid="ignore")
        written = pyogrio.raw.read(path, layer=layer, columns=[])[2]
    lost = np.flatnonzero(shapely.is_missing(frame.geometry.array) & (written != None))  # noqa: E711
    return frame, {int(i): _why_broken(written[i]) for i in lost}


def _why_broken(shape: bytes) -> str:
    try:
        shapely.from_wkb(shape)
    except shapely.GEOSException as error:
        return str(error).rpartition("Exception: ")[2][:80]
    return ""


def _broken_shape(file: str, index: int, reason: str) -> Fault:
    return Fault(
        zh="图形不成立，未落图: 环没有闭合或点太少，或线只有一个点",
        en=f"no valid shape, not placed: {reason}",
        file=file,
        row=index + 1,
        remedy_zh="请在原软件中改正这个图形",
        remedy_en="correct this shape in the program it came from",
    )


def _without_cut(column: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return texts without the mark of a half character, which is told by then."""
    cut = [i for i, value in enumerate(column) if isinstance(value, str) and value.endswith(CUT)]
    result = column.copy() if cut else column
    for i in cut:
        result[i] = str(column[i]).rstrip(CUT)
    return result


def _told(caught: Iterable[warnings.WarningMessage]) -> tuple[str, ...]:
    """Return what GDAL warned of, once each: it belongs to what is said of the file."""
    texts = dict.fromkeys(" ".join(str(warning.message).split())[:200] for warning in caught)
    return tuple(f"GDAL: {text}" for text in list(texts)[:5])


def _chosen_layer(path: Path, layer: str | None) -> str:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if layer is not None:
        if layer not in layers:
            raise ProjectFaults(no_such_part(path.name, layer, tuple(layers)))
        return layer
    if not layers:
        raise ProjectFaults(
            Fault(zh="文件里没有带图形的图层", en="no layer with geometry", file=path.name)
        )
    if len(layers) > 1:
        raise ProjectFaults(several_parts(path.name, tuple(layers)))
    return layers[0]


def _cells(column: pd.Series) -> NDArray[np.object_]:
    """Return plain Python values, None where missing; a timestamp at midnight is a date."""
    values = shared_cells(column.astype(object).where(column.notna(), None).tolist())
    return clean([_plain_value(value) for value in values])


def _plain_value(value: object) -> object:
    if isinstance(value, dt.datetime):  # pandas' Timestamp is one
        return value.date()
    return value.item() if isinstance(value, np.generic) else value
