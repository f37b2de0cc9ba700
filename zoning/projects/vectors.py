"""Vector files in: GeoPackage, Shapefile, GeoJSON, FileGDB, GeoParquet as raw tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zoning.crs import canonical
from zoning.errors import Fault, ProjectFaults
from zoning.projects.shared import shared_cells
from zoning.projects.tables import (
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

VECTORS = (".gpkg", ".shp", ".geojson", ".json", ".gdb", ".parquet", ".geoparquet")


def read_vector(path: Path, *, layer: str | None) -> RawTable:
    """Read one layer of a vector file, the only one with geometry unless named.

    Raises
    ------
    ProjectFaults
        Unreadable, no such layer, several layers, or no features.
    """
    notes: tuple[str, ...] = ()
    if path.suffix.lower() in (".parquet", ".geoparquet"):
        if layer is not None:
            raise ProjectFaults(no_such_part(path.name, layer, ()))
        frame, name = _read_parquet(path), ""
    else:
        frame, name, notes = _read_layer(path, layer)
    if not len(frame):
        raise ProjectFaults(empty(path.name))
    attributes = frame.drop(columns=frame.geometry.name)
    return RawTable(
        path.name,
        name,
        0,
        tuple(str(column) for column in attributes.columns),
        tuple(_cells(attributes[column]) for column in attributes.columns),
        np.arange(1, len(frame) + 1),
        np.asarray(frame.geometry.array, dtype=object),
        canonical(frame.crs) if frame.crs is not None else "",
        len(frame),
        0,
        notes,
    )


def _read_parquet(path: Path) -> gpd.GeoDataFrame:
    import geopandas as gpd

    try:
        return gpd.read_parquet(path)
    except (OSError, ValueError, TypeError) as error:
        raise ProjectFaults(unreadable(path, error)) from None


def _read_layer(path: Path, layer: str | None) -> tuple[gpd.GeoDataFrame, str, tuple[str, ...]]:
    import pyogrio

    encoding = dbf_encoding(path) if path.suffix.lower() == ".shp" else None
    try:
        name = _chosen_layer(path, layer)
        frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    notes = (f"属性编码 attribute encoding: {encoding}",) if encoding else ()
    return frame, name, notes


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


def dbf_encoding(path: Path) -> str | None:
    """Return "gb18030" where a shapefile's table is no UTF-8 and its .cpg does not help GDAL.

    A GBK table without .cpg reads as silent mojibake under language id 0x00 and 0x57, and so it
    does with "ANSI 936" in the .cpg.
    """
    sidecar = next(
        (p for p in (path.with_suffix(".cpg"), path.with_suffix(".CPG")) if p.exists()), None
    )
    if sidecar is not None and "936" not in sidecar.read_text("ascii", errors="ignore"):
        return None
    table = next(
        (p for p in (path.with_suffix(".dbf"), path.with_suffix(".DBF")) if p.exists()), None
    )
    if table is None:
        return None
    data = table.read_bytes()
    text = b"".join(data[i : i + 11].split(b"\0")[0] for i in range(32, _header_end(data), 32))
    body = data[int.from_bytes(data[8:10], "little") :]
    try:
        (text + body).decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8" if sidecar is None else None


def _header_end(data: bytes) -> int:
    """Return where the field descriptors of a .dbf end: before the terminator of its header."""
    return int.from_bytes(data[8:10], "little") - 1


def _cells(column: pd.Series) -> NDArray[np.object_]:
    """Return plain Python values, None where missing; a timestamp at midnight is a date."""
    values = shared_cells(column.astype(object).where(column.notna(), None).tolist())
    return clean([_plain_value(value) for value in values])


def _plain_value(value: object) -> object:
    if isinstance(value, dt.datetime):  # pandas' Timestamp is one
        return value.date()
    return value.item() if isinstance(value, np.generic) else value
