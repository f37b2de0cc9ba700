"""Patches as a layer of a GeoPackage, styled for QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyogrio

from zoning.render.qgis.geopackage import add_styles
from zoning.render.share import closed_where
from zoning.render.tables.ranks import unranked_blank
from zoning.render.workbook.patches import patches_qml

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
