"""Does a list lie off its counties as a whole, as degrees of a web map do."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.projects.cells.faults import RowFault
from zoning.projects.coordinates.datum import suspected_shift, warning
from zoning.projects.counties import Counties, county_of, declared_counties
from zoning.projects.sanity.subject import Subject


def datum_doubts(subject: Subject) -> list[RowFault]:
    """Doubt every row that names its county, where together they lie off by more than chance."""
    counties = subject.counties
    if counties is None:
        return []
    named = _named(subject, counties)
    rows = subject.in_file_order(np.flatnonzero(named >= 0).tolist())
    points = np.asarray(shapely.point_on_surface(subject.sites.geometry[rows]), dtype=object)
    found = suspected_shift(points, named[rows], counties.zones.geometry, crs=subject.sites.crs)
    if found is None:
        return []
    reason = warning(found)
    return [subject.doubt(row, reason, *subject.place(row)) for row in rows]


def _named(subject: Subject, counties: Counties) -> NDArray[np.int64]:
    """Return the county that each placed row names by its cell or its code, -1 where not one."""
    at = {name: i for i, name in enumerate(counties.names)}
    result = np.full(len(subject), -1, dtype=np.int64)
    placed = ~shapely.is_missing(subject.sites.geometry)
    cells, codes = subject.texts("county"), subject.texts("adcode")
    for row in np.flatnonzero(placed).tolist():
        said = declared_counties(cells[row], counties.names)
        if said is None and codes[row]:
            said = _coded(codes[row], counties)
        if said is not None and len(said) == 1:
            result[row] = at.get(next(iter(said)), -1)
    return result


def _coded(code: str, counties: Counties) -> frozenset[str]:
    try:
        name = county_of(code, counties)
    except KeyError:
        return frozenset()
    return frozenset((name,)) if name is not None else frozenset()
