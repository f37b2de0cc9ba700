"""Vector files of any format: what is in them, and their rows."""

from __future__ import annotations

import io
import json
import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.errors
import shapely
from numpy.typing import NDArray

from zoning.errors import Fault, InputError
from zoning.layers.aliases import Column
from zoning.layers.encoding import shapefile_encoding
from zoning.layers.model import GeometryKind
from zoning.layers.signature import check_beginning

_log = logging.getLogger(__name__)

VECTOR_SUFFIXES = (".gpkg", ".shp", ".gdb", ".geojson", ".json", ".parquet", ".geoparquet")
RASTER_SUFFIXES = (".tif", ".tiff")
_PARQUET = (".parquet", ".geoparquet")
_KINDS: dict[int, GeometryKind] = {0: "point", 1: "line", 2: "polygon"}
_DECLARED = (("polygon", "polygon"), ("surface", "polygon"), ("line", "line"), ("curve", "line"))
_PROBE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class VectorInfo:
    """What a vector file says of itself without its features being read.

    Parameters
    ----------
    columns : tuple of Column
    crs : str or None
        None where the file states none.
    kind : str or None
        polygon, line or point; None for a file without geometry.
    bounds : tuple of float or None
        In the file's CRS, where the header holds them.
    encoding : str or None
        Encoding to read with; None: the format says it.
    """

    columns: tuple[Column, ...]
    crs: str | None
    kind: GeometryKind | None
    bounds: tuple[float, float, float, float] | None
    encoding: str | None


def file_stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time of change and size of every file the layer consists of."""
    if path.is_dir():
        parts = sorted(p for p in path.iterdir() if p.is_file() and p.suffix != ".lock")
    elif path.suffix.lower() == ".shp":
        parts = sorted(p for p in path.parent.glob(f"{glob_safe(path.stem)}.*") if p.is_file())
    else:
        parts = [p for p in (path, path.with_name(f"{path.name}-wal")) if p.exists()]
    return tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in parts)


def glob_safe(name: str) -> str:
    """Name with the signs that ``glob`` reads as patterns quoted."""
    return re.sub(r"([\[*?])", r"[\1]", name)


def spatial_sublayers(path: Path) -> tuple[str, ...]:
    """Names of the layers with geometry in a file; QGIS keeps its styles in one without."""
    if path.suffix.lower() in _PARQUET:
        return (path.stem,)
    check_beginning(path)
    return tuple(str(name) for name, kind in pyogrio.list_layers(path) if kind is not None)


def inspect(path: Path, *, sublayer: str | None, encoding: str | None) -> VectorInfo:
    """Read a vector file's header.

    Raises
    ------
    InputError
        Unreadable, or in an encoding that cannot be told.
    """
    try:
        if path.suffix.lower() in _PARQUET:
            return _inspect_parquet(path)
        check_beginning(path)
        return _inspect_ogr(path, sublayer, encoding or _own_encoding(path))
    except InputError:
        raise
    except Exception as error:  # drivers raise what they like; a planner gets one sentence
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> InputError:
    """Turn whatever a driver raised into one sentence, without the machine's paths."""
    _log.debug("cannot read %s", path, exc_info=error)
    reason = str(error).replace(str(path), path.name).splitlines()
    return InputError(
        Fault(
            zh="文件无法读取，可能损坏、格式与扩展名不符，或缺少配套文件 (.dbf .shx)",
            en=f"the file cannot be read: {reason[0][:160] if reason else type(error).__name__}",
            file=path.name,
            remedy_zh="用 QGIS 打开试试，或重新导出为 GeoPackage",
            remedy_en="try it in QGIS, or export it again as GeoPackage",
        )
    )


def _own_encoding(path: Path) -> str | None:
    if path.suffix.lower() != ".shp":
        return None
    found = shapefile_encoding(path)
    if found is None:
        raise InputError(
            Fault(
                zh="属性表 (.dbf) 的编码既不是 UTF-8 也不是 GBK",
                en="the attribute table is neither UTF-8 nor GBK",
                file=path.name,
                remedy_zh='在目录中写明，例如 encoding = "big5"',
                remedy_en='state it in the catalog, such as encoding = "big5"',
            )
        )
    return found


def _inspect_ogr(path: Path, sublayer: str | None, encoding: str | None) -> VectorInfo:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            info = pyogrio.read_info(path, layer=sublayer, encoding=encoding)
            names = [str(name) for name in info["fields"]]
        except UnicodeDecodeError:  # a name cut inside a character: decode by hand
            info = pyogrio.read_info(path, layer=sublayer, encoding=_BYTES)
            names = [_recoded(str(name), encoding or "UTF-8") for name in info["fields"]]
    text = [str(kind) == "OFTString" for kind in info["ogr_types"]]
    bounds = info["total_bounds"]
    return VectorInfo(
        columns=tuple(Column(name, is_text) for name, is_text in zip(names, text, strict=True)),
        crs=info["crs"],
        kind=_kind(info["geometry_type"]) or _probe_kind(path, sublayer, info["geometry_type"]),
        bounds=tuple(bounds) if bounds is not None else None,
        encoding=encoding,
    )


def _kind(declared: str | None) -> GeometryKind | None:
    word = (declared or "").casefold()
    for part, kind in (*_DECLARED, ("point", "point")):
        if part in word:
            return kind  # type: ignore[return-value]  # the table holds the three words only
    return None


def _probe_kind(path: Path, sublayer: str | None, declared: str | None) -> GeometryKind | None:
    """Kind of the first features of a file that declares only "geometry"."""
    if declared is None:
        return None
    rows = pyogrio.read_dataframe(path, layer=sublayer, columns=[], max_features=_PROBE_ROWS)
    sizes = shapely.get_dimensions(np.asarray(rows.geometry.values, dtype=object))
    found = sizes[sizes >= 0]
    return _KINDS[int(found.max())] if len(found) else None


def _inspect_parquet(path: Path) -> VectorInfo:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pq.read_schema(path)
    raw = (schema.metadata or {}).get(b"geo")
    if raw is None:
        raise InputError(
            Fault(zh="不是 GeoParquet 文件", en="not a GeoParquet file", file=path.name)
        )
    geo = json.loads(raw)
    main = geo["columns"][geo["primary_column"]]
    # the format's rule: no crs at all means lon, lat on WGS 84; an explicit null means unknown
    crs = json.dumps(main["crs"]) if main.get("crs") else None if "crs" in main else "OGC:CRS84"
    columns = tuple(
        Column(f.name, pa.types.is_string(f.type) or pa.types.is_large_string(f.type))
        for f in schema
        if f.name not in geo["columns"] and not f.name.startswith("__index_level_")
    )
    kinds = {_kind(declared) for declared in main.get("geometry_types", [])} - {None}
    kind = kinds.pop() if len(kinds) == 1 else _parquet_kind(path)
    bounds = main.get("bbox")
    flat = tuple(bounds) if bounds and len(bounds) == 4 else None
    return VectorInfo(columns=columns, crs=crs, kind=kind, bounds=flat, encoding=None)


def _parquet_kind(path: Path) -> GeometryKind | None:
    sizes = shapely.get_dimensions(np.asarray(gpd.read_parquet(path).geometry, dtype=object))
    found = sizes[sizes >= 0]
    return _KINDS[int(found.max())] if len(found) else None


def read_rows(
    path: Path,
    *,
    sublayer: str | None,
    encoding: str | None,
    where: str | None,
    columns: Sequence[str] | None = None,
) -> gpd.GeoDataFrame:
    """Read the rows of a vector file as they stand.

    Parameters
    ----------
    columns : sequence of str or None
        Attributes wanted, None for all.

    Raises
    ------
    InputError
        The file is gone, or cannot be read.
    """
    if not path.exists():
        raise InputError(Fault(zh="文件不存在", en="the file does not exist", file=path.name))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix.lower() in _PARQUET:
                return _read_parquet(path, columns)
            check_beginning(path)
            return _read_ogr(path, sublayer, encoding, where, columns)
    except InputError:
        raise
    except Exception as error:  # as in ``inspect``
        raise unreadable(path, error) from None


def _read_parquet(path: Path, columns: Sequence[str] | None) -> gpd.GeoDataFrame:
    if columns is None:
        return gpd.read_parquet(path)
    info = _inspect_parquet(path)
    names = {column.name for column in info.columns}
    frame = gpd.read_parquet(path)
    return frame[[*(c for c in columns if c in names), frame.geometry.name]]


_OLD_TEXTS = (".shp", ".dbf", ".tab", ".mif")
_SQL = re.compile(r"""'[^']*'|"[^"]*"|\w+|\W""")  # texts, quoted names, words, all else
_ROW = "zoning_row"
_BYTES = "ISO-8859-1"  # maps every byte to one character, so that bytes survive the reader


def _read_ogr(
    path: Path,
    sublayer: str | None,
    encoding: str | None,
    where: str | None,
    columns: Sequence[str] | None,
) -> gpd.GeoDataFrame:
    if where is not None:  # drivers filter by the columns that they read: read all of them
        if path.suffix.lower() in _OLD_TEXTS:  # they compare bytes, in whatever encoding
            frame = _read_ogr(path, sublayer, encoding, None, None)
            frame = frame[_chosen(frame, where)]
        else:
            fields = pyogrio.read_info(path, layer=sublayer, encoding=encoding)["fields"]
            frame = pyogrio.read_dataframe(
                path, layer=sublayer, encoding=encoding, where=_quoted(where, map(str, fields))
            )
        wanted = frame.columns if columns is None else [*columns, frame.geometry.name]
        return frame[list(wanted)].reset_index(drop=True)
    try:
        return pyogrio.read_dataframe(path, layer=sublayer, encoding=encoding, columns=columns)
    except UnicodeDecodeError:  # a name or value cut inside a character: decode by hand
        known = encoding or "UTF-8"
        frame = pyogrio.read_dataframe(path, layer=sublayer, encoding=_BYTES)
        frame = frame.rename(columns={name: _recoded(name, known) for name in frame.columns})
        for name in frame.columns:
            if pd.api.types.is_string_dtype(frame[name].dtype):
                frame[name] = [_recoded(v, known) if isinstance(v, str) else v for v in frame[name]]
        wanted = frame.columns if columns is None else [*columns, frame.geometry.name]
        return frame[list(wanted)]


def _quoted(where: str, names: Iterable[str]) -> str:
    """Return a filter with the names of columns quoted: not every driver knows Chinese names."""
    plain = {name for name in names if not name.isascii()}
    words = _SQL.findall(where)
    return "".join(f'"{word}"' if word in plain else word for word in words)


def _chosen(frame: gpd.GeoDataFrame, where: str) -> NDArray[np.bool_]:
    """Which rows a filter takes, asked of their decoded attributes.

    OGR's own words, on a copy in memory without geometry: one language whatever the file.
    """
    table = pd.DataFrame(frame.drop(columns=frame.geometry.name)).assign(
        **{_ROW: range(len(frame))}
    )
    copy = io.BytesIO()
    pyogrio.write_dataframe(table, copy, driver="GeoJSON")
    taken = pyogrio.read_dataframe(
        io.BytesIO(copy.getvalue()),
        where=_quoted(where, table.columns),
        columns=[_ROW],
        read_geometry=False,
    )
    chosen = np.zeros(len(frame), np.bool_)
    chosen[taken[_ROW].to_numpy(np.int64)] = True
    return chosen


def _recoded(text: str, encoding: str) -> str:
    return text.encode(_BYTES, "replace").decode(encoding, "ignore")
