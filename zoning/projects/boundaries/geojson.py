"""What a JSON is before GDAL reads it, and whether it says which CRS it is in.

GDAL opens whatever a file holds, also a JSON that tells it to run a pipeline over other files; and
it takes WGS84 for granted where a GeoJSON says otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.crs import read_crs
from zoning.errors import Fault, InputError, ProjectFaults
from zoning.projects.tables.raw import unreadable

_GEOMETRIES = ("Point", "LineString", "Polygon", "GeometryCollection")
_TYPES = {
    *("FeatureCollection", "Feature", "Topology"),
    *(f"{multi}{name}" for multi in ("", "Multi") for name in _GEOMETRIES),
}


@dataclass(frozen=True, slots=True)
class Json:
    """What was found of a JSON's CRS.

    Parameters
    ----------
    elsewhere : bool
        ESRI's JSON and TopoJSON have it where GDAL finds it.
    member : bool
        There is a member ``crs``.
    named : bool
        It names a CRS that is known.
    """

    elsewhere: bool
    member: bool = False
    named: bool = False

    def states_crs(self, bounds: NDArray[np.float64]) -> bool:
        """Whether the CRS that GDAL reports is one that the file, or its format, states.

        By RFC 7946 a GeoJSON without a ``crs`` member is on WGS84, in degrees; by its forerunner
        of 2008 a member of ``null`` means that nothing is known, and a link says it elsewhere,
        where nothing here goes to look. Metres without the member are no RFC 7946.

        Parameters
        ----------
        bounds : float array [4]
            Of the geometry.
        """
        if self.elsewhere:
            return True
        return self.named if self.member else not bool((np.abs(bounds) > 360).any())


def read_json(path: Path) -> Json:
    """Look at the outermost members of a GeoJSON, TopoJSON or ESRI JSON.

    Raises
    ------
    ProjectFaults
        No JSON, none of these, or a CRS that PROJ does not know.
    """
    try:
        whole = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    if not isinstance(whole, dict):
        raise ProjectFaults(_another(path.name))
    if "geometryType" in whole and isinstance(whole.get("features"), list):
        return Json(elsewhere=True)
    if whole.get("type") not in _TYPES:
        raise ProjectFaults(_another(path.name))
    if whole["type"] == "Topology" or "crs" not in whole:
        return Json(elsewhere=whole["type"] == "Topology")
    return Json(elsewhere=False, member=True, named=_named(whole["crs"], path.name))


def _named(member: object, file: str) -> bool:
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return False
    try:
        read_crs(name)
    except InputError as error:
        known = tuple(replace(fault, file=file, key="crs") for fault in error.faults)
        raise ProjectFaults(known) from None
    return True


def _another(file: str) -> Fault:
    return Fault(
        zh="不是 GeoJSON",
        en="no GeoJSON, TopoJSON or ESRI JSON",
        file=file,
        remedy_zh='最外层应有 "type": "FeatureCollection"',
        remedy_en="the outermost type is FeatureCollection",
    )
