"""Whether a GeoJSON says which CRS it is in: GDAL takes WGS84 for granted where it should not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zoning.crs import read_crs
from zoning.errors import InputError, ProjectFaults
from zoning.projects.tables import unreadable


def states_crs(path: Path, bounds: NDArray[np.float64]) -> bool:
    """Whether the CRS that GDAL reports is one that the file, or its format, states.

    By RFC 7946 a GeoJSON without a ``crs`` member is on WGS84, in degrees; by its forerunner of
    2008 a member of ``null`` means that nothing is known, and a link says it elsewhere, where
    nothing here goes to look. Metres without the member are no RFC 7946.

    Parameters
    ----------
    path : path
    bounds : float array [4]
        Of its geometry.

    Raises
    ------
    ProjectFaults
        No JSON, or a name that PROJ does not know.
    """
    try:
        whole = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise ProjectFaults(unreadable(path, error)) from None
    if (
        not isinstance(whole, dict)
        or "spatialReference" in whole
        or whole.get("type") == "Topology"
    ):
        return True  # ESRI's own JSON has its CRS elsewhere, and GDAL reads it
    if "crs" not in whole:
        return not bool((np.abs(bounds) > 360).any())
    member = whole["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return False
    try:
        read_crs(name)
    except InputError as error:
        known = tuple(replace(fault, file=path.name, key="crs") for fault in error.faults)
        raise ProjectFaults(known) from None
    return True
