"""Handles of layers: what a catalog knows of a file, small enough to travel to a worker."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Share = Literal["none", "result_only", "clipped", "full"]
GeometryKind = Literal["polygon", "line", "point"]

OWN_EXTENT = "own extent"
REGION = "region"


@dataclass(frozen=True, slots=True)
class VectorLayer:
    """A vector layer, not yet read.

    Parameters
    ----------
    name, title : str
        Key in the catalog, and Chinese title.
    path : Path
        File, or ``.gdb`` folder.
    sublayer : str or None
        Layer inside the file, where it holds several.
    role, source, licence : str
    date : datetime.date or None
        Edition of the data.
    superseded : datetime.date or None
        From this day on a newer edition is in force.
    accuracy_m : float
        Largest positional error. [m]
    accuracy_default : bool
        The accuracy is a default by role, not a statement of the source.
    coverage : str or None
        A layer's name, ``region``, ``own extent``, or None: unknown.
    share : str
        What of the geometry may enter outputs: none, result_only, clipped, full.
    synthetic : bool
    fields : tuple of (str, str)
        Standard attribute -> column of the file, aliases resolved.
    encoding : str or None
        Of a shapefile's table; None: the format says it.
    crs : str
        Of the file.
    geometry_kind : {"polygon", "line", "point"}
    where : str or None
        SQL condition that chooses rows of the file.
    table : Path or None
        List of the layer's units (.csv, .xlsx), which ``check`` compares with the polygons.
    may_be_empty : bool
        That it has no feature in the region is no mistake.
    """

    name: str
    title: str
    path: Path
    sublayer: str | None
    role: str
    source: str
    date: datetime.date | None
    superseded: datetime.date | None
    licence: str
    accuracy_m: float
    accuracy_default: bool
    coverage: str | None
    share: Share
    synthetic: bool
    fields: tuple[tuple[str, str], ...]
    encoding: str | None
    crs: str
    geometry_kind: GeometryKind
    where: str | None = None
    table: Path | None = None
    may_be_empty: bool = False


@dataclass(frozen=True, slots=True)
class RasterLayer:
    """A raster layer, not yet read; its head is that of ``VectorLayer``.

    Parameters
    ----------
    unit : str or None
        Of the values; ``class`` for categories, None: unknown.
    valid_range : tuple of float or None
        Least and greatest possible value, which bound what lies under nodata.
    classes : tuple of (int, str)
        Value of a cell -> name of its class; several values may share a name.
    nodata : float or None
        Value of a cell without data.
    band : int
        Band that holds the values, counted from 1.
    """

    name: str
    title: str
    path: Path
    role: str
    source: str
    date: datetime.date | None
    superseded: datetime.date | None
    licence: str
    accuracy_m: float
    accuracy_default: bool
    coverage: str | None
    share: Share
    synthetic: bool
    crs: str
    unit: str | None
    valid_range: tuple[float, float] | None
    classes: tuple[tuple[int, str], ...]
    nodata: float | None
    band: int = 1


Layer = VectorLayer | RasterLayer


@dataclass(frozen=True, slots=True)
class Features:
    """The features of a vector layer in one CRS. Shared between callers: do not write into it.

    Parameters
    ----------
    geometry : object array [n]
        Valid, two-dimensional, never empty.
    attributes : pandas.DataFrame [n]
        One column a standard attribute, in the order of the vocabulary; a column that the file
        lacks is all missing. ``text`` and ``codes``: object column of str or None (codes joined
        by ``;``). ``bool``: 1.0, 0.0 or NaN. ``number``: float64. ``date``: datetime.date or None.
    crs : str
    repaired : int
        Geometries that were invalid and have been made valid.
    dropped : int
        Rows left out for want of a geometry.
    repairs : tuple of (int, str)
        Position of each repaired geometry that is left, and what was wrong with it, as GEOS says.
    misread : tuple of (str, tuple of str)
        Attribute, and the texts of the file that could not be read as its kind (a date, a number,
        yes or no) and so count as missing; each once.
    """

    geometry: NDArray[np.object_]
    attributes: pd.DataFrame
    crs: str
    repaired: int = 0
    dropped: int = 0
    repairs: tuple[tuple[int, str], ...] = ()
    misread: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __len__(self) -> int:
        return len(self.geometry)
