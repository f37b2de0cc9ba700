"""Sites made ready for many layers: sound, and the points among them in a grid."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Longs
from zoning.overlay.geometry import sound

if TYPE_CHECKING:
    from zoning.overlay.vector.point_grid import SpotGrid

    pass

POINT = 0
"""What shapely calls the type of a point."""


@dataclass(frozen=True, slots=True, eq=False)
class SiteIndex:
    """Sites, and what is found of them once, whichever layer is asked.

    Attributes
    ----------
    geometry : object[n]
        Valid 2-D geometries; None where the site has none.
    kind : i4[n]
        Their types, as shapely numbers them; -1 of None.
    """

    geometry: Geometries
    kind: NDArray[np.int32]
    _kept: dict[str, object] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.geometry)

    def spots(self) -> SpotGrid:
        """The points among the sites, in a grid."""
        from zoning.overlay.vector.point_grid import SpotGrid

        found = self._kept.get("spots")
        if not isinstance(found, SpotGrid):
            found = SpotGrid.of(coordinates(self.geometry))
            self._kept["spots"] = found
        return found

    def curve(self) -> tuple[Floats, Longs]:
        """Coordinates of the points (nan of other sites), neighbours together, and whose."""
        found = self._kept.get("curve")
        if not isinstance(found, tuple):
            found = along(coordinates(self.geometry))
            self._kept["curve"] = found
        return found


def index_sites(geometry: Geometries | SiteIndex) -> SiteIndex:
    """Make sites ready for `touching` and its like, once for all layers.

    Parameters
    ----------
    geometry : object[n] or SiteIndex
        Points, lines or polygons in the projected work CRS [m]; None allowed. What is ready is
        given back as it is.
    """
    if isinstance(geometry, SiteIndex):
        return geometry
    made = sound(geometry)
    return SiteIndex(made, np.asarray(shapely.get_type_id(made), np.int32))


def coordinates(sites: Geometries | Floats) -> Floats:
    """Coordinates of points (or f8[n, 2], as they are), f8[n, 2]; nan of other sites."""
    if sites.ndim == 2:
        return np.asarray(sites, np.float64)
    point = shapely.get_type_id(sites) == POINT
    if point.all():
        return np.asarray(shapely.get_coordinates(sites), np.float64)
    xy = np.full((len(sites), 2), np.nan)
    xy[point] = shapely.get_coordinates(sites[point])
    return xy


def along(place: Floats) -> tuple[Floats, Longs]:
    """Points f8[n, 2] with neighbours together, and which each was.

    What one point needs is then still at hand for the next: half the time, of many points.
    """
    from zoning.overlay.vector.rings import along_a_curve

    order = along_a_curve(place, fine=False)
    return place[order], order
