"""Features of a vector layer: valid, in the work CRS, under standard names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.crs import canonical, project
from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import LAYERS, AttributeKind
from zoning.layers.model import Features, GeometryKind, VectorLayer
from zoning.layers.source import file_stamp, read_rows
from zoning.layers.values import missing_column, standard_column, unread

_DIMENSION: dict[GeometryKind, int] = {"point": 0, "line": 1, "polygon": 2}


def read_features(layer: VectorLayer, *, crs: str) -> Features:
    """Read a layer: reprojected at this one door, repaired, attributes under standard names.

    Parameters
    ----------
    layer : VectorLayer
    crs : str
        CRS wanted, that of the sites.

    Returns
    -------
    Features
        Kept for the process while the file stays as it is; shared, so not to be written into.

    Raises
    ------
    InputError
        The file is gone or unreadable, or mixes points, lines and polygons.
    CrsMismatch
        Its coordinates do not fit the CRS it states.
    """
    return _read(layer, canonical(crs), file_stamp(layer.path))


@lru_cache(maxsize=64)
def _read(layer: VectorLayer, crs: str, stamp: object) -> Features:  # noqa: ARG001  stamp: cache key
    rows = read_rows(
        layer.path,
        sublayer=layer.sublayer,
        encoding=layer.encoding,
        where=layer.where,
        columns=sorted({column for _, column in layer.fields}),
    )
    raw = np.asarray(rows.geometry.values, dtype=object)
    geometry, present, reasons = _sound(shapely.force_2d(raw), layer)
    attributes = _attributes(layer, rows, present)
    moved = project(geometry, layer.crs, crs)
    moved.setflags(write=False)
    position = np.cumsum(present) - 1
    return Features(
        moved,
        attributes,
        crs,
        repaired=len(reasons),
        dropped=int((~present).sum()),
        repairs=tuple((int(position[row]), said) for row, said in reasons if present[row]),
        misread=_misread(layer, rows, present),
    )


def _sound(
    raw: NDArray[np.object_], layer: VectorLayer
) -> tuple[NDArray[np.object_], NDArray[np.bool_], list[tuple[int, str]]]:
    """Make geometries valid: those left, which rows they are of, which were repaired and why."""
    present = ~(shapely.is_missing(raw) | shapely.is_empty(raw))
    _require_one_kind(raw[present], layer)
    geometry = raw.copy()
    bad = present & ~shapely.is_valid(geometry)
    # "structure" keeps ground that a self-overlapping ring covers twice; "linework" cuts it out
    fixed = shapely.make_valid(geometry[bad], method="structure", keep_collapsed=False)
    geometry[bad] = fixed
    present = present & ~shapely.is_empty(geometry)
    reasons = [str(reason) for reason in shapely.is_valid_reason(raw[bad])]
    return geometry[present], present, list(zip(np.flatnonzero(bad).tolist(), reasons, strict=True))


def _require_one_kind(geometry: NDArray[np.object_], layer: VectorLayer) -> None:
    dimensions = shapely.get_dimensions(geometry)
    collections = shapely.get_type_id(geometry) == shapely.GeometryType.GEOMETRYCOLLECTION
    odd = int(((dimensions != _DIMENSION[layer.geometry_kind]) | collections).sum())
    if odd:
        raise InputError(
            Fault(
                zh=f"图层混有不同类型的几何: {odd} 个要素不是 {layer.geometry_kind}",
                en=f"the layer mixes geometries: {odd} features are no {layer.geometry_kind}",
                file=layer.path.name,
                key=f"layers.{layer.name}",
                remedy_zh="把点、线、面分存为不同图层",
                remedy_en="keep points, lines and polygons in layers of their own",
            )
        )


def standard_attributes(layer: str, extra: Iterable[str] = ()) -> dict[str, AttributeKind]:
    """Attributes of a layer and their kinds; those a catalog adds are text."""
    spec = LAYERS.get(layer)
    known: dict[str, AttributeKind] = dict(spec.attributes) if spec else {}
    return known | {name: "text" for name in extra if name not in known}


def _misread(
    layer: VectorLayer, rows: pd.DataFrame, present: NDArray[np.bool_]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Texts that are there and say nothing to the kind of their attribute."""
    columns, kept = dict(layer.fields), rows.loc[present]
    found = (
        (name, unread(kind, kept[columns[name]]))
        for name, kind in standard_attributes(layer.name, columns).items()
        if name in columns
    )
    return tuple((name, texts) for name, texts in found if texts)


def _attributes(layer: VectorLayer, rows: pd.DataFrame, present: NDArray[np.bool_]) -> pd.DataFrame:
    columns = dict(layer.fields)
    kept = rows.loc[present]
    table: dict[str, pd.Series] = {}
    for name, kind in standard_attributes(layer.name, columns).items():
        if name in columns:
            table[name] = standard_column(layer.name, name, kind, kept[columns[name]])
        else:
            table[name] = missing_column(kind, len(kept))
    return pd.DataFrame(table, index=pd.RangeIndex(len(kept)))
