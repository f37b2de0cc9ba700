"""Patches as a layer of a GeoPackage, styled for QGIS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio

from zoning.render.qgis.geopackage import add_styles, verdict_categories
from zoning.render.qgis.qml import layer_qml
from zoning.render.share import closed_where
from zoning.render.tables.ranks import unranked_blank
from zoning.render.workbook.patches import COLUMNS

if TYPE_CHECKING:
    from zoning.siting import Eligibility
    from zoning.siting.patches import Sited


def write_patches(
    table: pd.DataFrame, sited: Sited, found: Eligibility, path: Path, *, about: str
) -> None:
    """Write the layer ``patches``, without shapes where they would give a layer away.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        Of `patch_table`.
    sited : Sited
    found : Eligibility
    path : Path
    about : str
        Stands in the file's own description.
    """
    shapes = [None] * len(table) if closed_where(found) else list(sited.geometry)
    frame = gpd.GeoDataFrame(unranked_blank(table), geometry=shapes, crs=found.grid.crs)
    pyogrio.write_dataframe(
        frame,
        path,
        layer="patches",
        driver="GPKG",
        geometry_type="MultiPolygon",
        promote_to_multi=True,
        layer_options={"DESCRIPTION": about},
    )
    add_styles(path, [("patches", "结论", patches_qml(list(table.columns)))], found.as_of)


def patches_qml(columns: Sequence[str]) -> str:
    """Style of the layer for QGIS: by verdict, ranks beside, columns named in Chinese."""
    names = {name: title for name, title, _, _ in COLUMNS}
    named = {column: names.get(column, column) for column in columns}
    return layer_qml("polygon", "decision", verdict_categories(), label="id", names=named)
