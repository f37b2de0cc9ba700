"""How far a site may lie from where it is drawn: positional accuracy, and the ground a point is."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.facts.kinds import nearest
from zoning.sites import Sites

# Ground that a point without a declared area stands for, by kind [m2]. Illustrative: orders of
# magnitude of such projects, chosen here, without a source; outputs mark it as a default.
DEFAULT_GROUND_M2 = MappingProxyType(
    {
        "industry": 100_000.0,
        "pv": 500_000.0,
        "wind": 10_000.0,
        "landfill": 100_000.0,
        "tailings": 300_000.0,
        "mine": 300_000.0,
        "park": 2_000_000.0,
        "data_center": 100_000.0,
        "logistics": 100_000.0,
        "residential": 50_000.0,
        "public_service": 20_000.0,
        "water_works": 20_000.0,
    }
)
DEFAULT_OTHER_M2 = 50_000.0  # illustrative, as above
DEFAULT_ACCURACY_M = 100.0  # illustrative: a place whose accuracy nobody stated


@dataclass(frozen=True, slots=True)
class SiteDoubt:
    """Maximal displacement of each site.

    Parameters
    ----------
    accuracy_m, radius_m : f8[n]
        Positional accuracy; radius of the ground a point stands for (0 for lines, polygons).
    accuracy_default, radius_default : bool[n]
        A default of ours, not a statement of the list.
    """

    accuracy_m: Floats
    radius_m: Floats
    accuracy_default: Mask
    radius_default: Mask

    @property
    def total_m(self) -> Floats:
        """Accuracy and radius together."""
        return self.accuracy_m + self.radius_m


def is_point(geometry: NDArray[np.object_]) -> Mask:
    """Whether each geometry is a point or several."""
    return np.isin(shapely.get_type_id(geometry), (0, 4))


def is_line(geometry: NDArray[np.object_]) -> Mask:
    """Whether each geometry is a line or several."""
    return np.isin(shapely.get_type_id(geometry), (1, 2, 5))


def is_area(geometry: NDArray[np.object_]) -> Mask:
    """Whether each geometry is a polygon or several."""
    return np.isin(shapely.get_type_id(geometry), (3, 6))


def usable(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the geometries, None for those without extent: empty, lines and areas of size 0."""
    sizeless = (is_area(geometry) & ~(shapely.area(geometry) > 0)) | (
        is_line(geometry) & ~(shapely.length(geometry) > 0)
    )
    kept = geometry.copy()
    kept[sizeless | shapely.is_empty(geometry)] = None
    return kept


def ground_m2(sites: Sites) -> tuple[Floats, Mask]:
    """Area each site stands for [m2], and where it is a default."""
    declared = sites.table["declared_m2"].to_numpy(np.float64)
    unstated = np.isnan(declared)
    codes, kinds = pd.factorize(sites.table["kind"])  # -1, the last one, where there is none
    known = (nearest(str(kind), DEFAULT_GROUND_M2) for kind in kinds)
    sizes = [DEFAULT_GROUND_M2.get(kind, DEFAULT_OTHER_M2) for kind in known]
    default = np.asarray([*sizes, DEFAULT_OTHER_M2])[codes]
    return np.where(unstated, default, declared), unstated


def site_doubt(sites: Sites) -> SiteDoubt:
    """Return how far each site may lie from where it is drawn.

    A point stands for ground of area A about it: an ellipse up to twice as long as wide, with the
    point at its centre, lies within sqrt(2 A / pi) of it (design: "Measures"). A point at the gate
    of its ground is not covered by that; its boundary is asked for above 1 ha.
    """
    accuracy = sites.table["accuracy_m"].to_numpy(np.float64)
    unstated = np.isnan(accuracy)
    points = is_point(sites.geometry)
    ground, guessed = ground_m2(sites)
    return SiteDoubt(
        np.where(unstated, DEFAULT_ACCURACY_M, accuracy),
        np.where(points, np.sqrt(2 * ground / np.pi), 0.0),
        unstated | sites.table["accuracy_default"].to_numpy(np.bool_),
        points & guessed,
    )
