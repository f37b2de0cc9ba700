"""What a layer holds, as one number: the edition that every output names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from hashlib import sha256

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.crs import canonical
from zoning.layers.model import Layer, RasterLayer, VectorLayer
from zoning.layers.source import file_stamp, read_rows

_DERIVED = frozenset({"shape_length", "shape_area", "shape_leng"})  # ArcGIS computes these
_BLOCK_BYTES = 1 << 20
_BLOCK_ROWS = 4096  # normalised copies of a large layer would take as much as the layer


def content_hash(layer: Layer) -> str:
    """SHA-256 of a layer's content.

    A vector layer: columns, CRS, and the sorted rows (normalised two-dimensional WKB and
    attributes), so that the order of rows, the order in which a ring starts, and what a program
    writes into a file by opening it make no difference. A raster: the bytes of its file.

    Parameters
    ----------
    layer : VectorLayer or RasterLayer

    Returns
    -------
    str
        64 hexadecimal digits; kept for the process while the file stays as it is.
    """
    return _hash(layer, file_stamp(layer.path))


@lru_cache(maxsize=256)
def _hash(layer: Layer, stamp: object) -> str:  # noqa: ARG001  stamp: cache key
    return _file_hash(layer) if isinstance(layer, RasterLayer) else _table_hash(layer)


def _file_hash(layer: RasterLayer) -> str:
    digest = sha256()
    with layer.path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _table_hash(layer: VectorLayer) -> str:
    rows = read_rows(
        layer.path, sublayer=layer.sublayer, encoding=layer.encoding, where=layer.where
    )
    names = sorted(
        name
        for name in rows.columns
        if name != rows.geometry.name and name.casefold() not in _DERIVED
    )
    digests = sorted(
        digest
        for start in range(0, len(rows), _BLOCK_ROWS)
        for digest in _row_hashes(rows.iloc[start : start + _BLOCK_ROWS], names)
    )
    head = json.dumps({"crs": canonical(layer.crs), "columns": names}, ensure_ascii=False)
    return sha256(head.encode() + b"".join(digests)).hexdigest()


def _row_hashes(rows: gpd.GeoDataFrame, names: list[str]) -> Iterator[bytes]:
    """Hash of each row: its shape, however it was drawn, and its attributes."""
    geometry = np.asarray(rows.geometry.values, dtype=object)
    shapes = shapely.to_wkb(shapely.normalize(_single(shapely.force_2d(geometry))), byte_order=1)
    columns = [[_token(value) for value in rows[name]] for name in names]
    cells = zip(*columns, strict=True) if columns else ((),) * len(rows)
    for shape, row in zip(shapes, cells, strict=True):
        yield sha256((shape or b"") + json.dumps(row, ensure_ascii=False).encode()).digest()


def _single(geometry: np.ndarray) -> np.ndarray:
    """Multi-geometries of one part as that part: formats differ in which of the two they keep."""
    result = geometry.copy()
    types = shapely.get_type_id(geometry)
    lone = (types >= 4) & (types <= 6) & (shapely.get_num_geometries(geometry) == 1)
    result[lone] = shapely.get_geometry(geometry[lone], 0)
    return result


def _token(value: object) -> str | None:
    """Spell a cell the same whatever dtype its column happened to get."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return f"n{int(value)}"
    if isinstance(value, (int, np.integer)):
        return f"n{int(value)}"
    if isinstance(value, (float, np.floating)):
        return f"n{int(value)}" if float(value).is_integer() else f"n{float(value)!r}"
    if isinstance(value, date):  # pandas.Timestamp too
        return f"d{value.isoformat()}"
    return f"s{value}"
