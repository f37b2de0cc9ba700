"""Sites and layers as the overlay sees them, and why they may say nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask
from zoning.overlay import SiteIndex, Zones, index_sites

NO_PLACE = "没有可用的坐标或边界"
NOT_COVERED = "图层未覆盖此处"
NO_COVERAGE = "图层未注明覆盖范围"


@dataclass(frozen=True, slots=True)
class Ground:
    """Sites as the overlay sees them.

    Parameters
    ----------
    geometry : object[n]
    t : f8[n]
        Maximal shift against the layer [m].
    declared_m2 : f8[n]
        NaN where undeclared.
    factor : f8[n]
        Geodesic over planar area; published areas carry it, shares do not.
    ready : SiteIndex, optional
        The geometry made ready once, where many layers are asked.
    """

    geometry: NDArray[np.object_]
    t: Floats
    declared_m2: Floats
    factor: Floats
    ready: SiteIndex | None = None

    @property
    def sites(self) -> SiteIndex:
        """The geometry as `zoning.overlay` asks for it."""
        return index_sites(self.geometry) if self.ready is None else self.ready

    @property
    def placed(self) -> Mask:
        """Sites that have a place."""
        return ~shapely.is_missing(self.geometry)


@dataclass(frozen=True, slots=True)
class LayerView:
    """One layer, indexed once, for all chunks.

    Parameters
    ----------
    zones : Zones
        m features.
    attributes : DataFrame
        m rows, standard names.
    coverage : Zones or None
        Parts of the covered ground; None where nobody stated it.
    accuracy_m : float
        Maximal positional error of the layer.
    """

    zones: Zones
    attributes: pd.DataFrame
    coverage: Zones | None
    accuracy_m: float = 0.0
