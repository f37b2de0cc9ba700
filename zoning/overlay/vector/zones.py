"""A layer's geometry made ready for many questions: sound, indexed, its boundary cut short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats, Geometries, Longs, Mask
from zoning.overlay.engine import worth
from zoning.overlay.geometry import SLACK_M, dimensions, outline, sound

if TYPE_CHECKING:
    from zoning.overlay.vector.boundaries import Rim
    from zoning.overlay.vector.edge_index import Edges
    from zoning.overlay.vector.rings import Rings
    from zoning.overlay.vector.subdivide import Pieces


KEPT = 16
"""Filters of one layer whose index is kept at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Features of one layer, indexed for reuse between chunks of sites.

    Attributes
    ----------
    geometry : object[m]
        Valid 2-D geometries; None where the feature has none.
    dimension : int8[m]
        2 polygon, 1 line, 0 point, -1 none.
    size : int
        Coordinates of all features.
    areal : bool
        There are polygons, and nothing else.
    """

    geometry: Geometries
    dimension: NDArray[np.int8]
    size: int
    areal: bool
    _kept: dict[tuple[str, bytes], object] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.geometry)

    def __reduce__(self) -> tuple[Callable[[Geometries], Zones], tuple[Geometries]]:
        # Prepared geometries lose their state in pickle: travel as bare geometry, rebuild there.
        return index_zones, (self.geometry,)

    def all_or(self, chosen: Mask | None) -> Mask:
        """Mask of the chosen features that have a geometry."""
        held: Mask = self.dimension >= 0
        return held if chosen is None else np.asarray(held & chosen, dtype=np.bool_)

    def prepared(self) -> Geometries:
        """All geometries, prepared on first use."""
        if ("prepared", b"") not in self._kept:
            shapely.prepare(self.geometry)
            self._kept["prepared", b""] = True
        return self.geometry

    def boundary(self) -> Geometries:
        """Boundaries of polygons, prepared (lines and points: themselves)."""
        found = self._kept.get(("boundary", b""))
        if not isinstance(found, np.ndarray):
            found = outline(self.geometry)
            shapely.prepare(found)
            self._kept["boundary", b""] = found
        return found

    def rim(self, chosen: Mask) -> Rim:
        """Index of the boundary pieces of the chosen features."""
        from zoning.overlay.vector.boundaries import Rim, rim_of

        key = ("rim", np.packbits(chosen).tobytes())
        found = self._kept.get(key)
        if not isinstance(found, Rim):
            found = rim_of(self.geometry, np.flatnonzero(chosen))
            self._keep(key, found)
        return found

    def pieces(self) -> Rim:
        """Index of the polygons' ground, in pieces of at most about `CORNERS` coordinates."""
        from zoning.overlay.vector.boundaries import Rim, in_pieces

        found = self._kept.get(("pieces", b""))
        if not isinstance(found, Rim):
            area = np.flatnonzero(self.dimension == 2)
            if self.areal and worth(0, self.size):
                piece, owner = self.ground().polygons()
                found = Rim(shapely.STRtree(piece), owner)
            else:
                found = in_pieces(self.geometry, area)
            self._kept["pieces", b""] = found
        return found

    def ground(self) -> Pieces:
        """The polygons' ground in pieces, for compiled loops."""
        from zoning.overlay.vector.subdivide import Pieces

        found = self._kept.get(("ground", b""))
        if not isinstance(found, Pieces):
            found = Pieces.of(self._rings())
            self._kept["ground", b""] = found
        return found

    def edges(self, chosen: Mask) -> Edges:
        """Edges of the chosen polygons, for compiled loops."""
        from zoning.overlay.vector.edge_index import Edges

        every = self._kept.get(("edges of all", b""))
        if not isinstance(every, Edges):
            every = Edges.of(self._rings())
            self._kept["edges of all", b""] = every
        key = ("edges", np.packbits(chosen).tobytes())
        found = self._kept.get(key)
        if not isinstance(found, Edges):
            found = every.some(chosen)
            self._keep(key, found)
        return found

    def corners(self) -> tuple[Floats, Longs]:
        """Corners of the polygons, ring after ring, and the first of each polygon."""
        from zoning.overlay.vector.rings import corners

        found = self._kept.get(("corners", b""))
        if not isinstance(found, tuple):
            found = corners(self.geometry)
            self._kept["corners", b""] = found
        return found

    def _rings(self) -> Rings:
        from zoning.overlay.vector.rings import Rings

        found = self._kept.get(("rings", b""))
        if not isinstance(found, Rings):
            found = Rings.among(*self.corners())
            self._kept["rings", b""] = found
        return found

    def dissolved(self, chosen: Mask) -> Zones:
        """Union of the chosen polygons, as a layer of one feature (of none, when empty)."""
        key = ("dissolved", np.packbits(chosen).tobytes())
        found = self._kept.get(key)
        if not isinstance(found, Zones):
            parts = self.geometry[chosen & (self.dimension == 2)]
            found = index_zones(_united(parts))
            self._keep(key, found)
        return found

    def closed(self, chosen: Mask) -> Zones:
        """`dissolved`, without the holes of no width that snapping leaves open."""
        from zoning.overlay.geometry import without_cracks

        key = ("closed", np.packbits(chosen).tobytes())
        found = self._kept.get(key)
        if not isinstance(found, Zones):
            found = index_zones(without_cracks(self.dissolved(chosen).geometry), checked=True)
            self._keep(key, found)
        return found

    def _keep(self, key: tuple[str, bytes], value: object) -> None:
        filters = [k for k in self._kept if k[0] == key[0]]
        for old in filters[: max(0, len(filters) - KEPT + 1)]:
            self._kept.pop(old, None)
        self._kept[key] = value


def index_zones(geometry: Geometries, *, checked: bool = False) -> Zones:
    """Make a layer ready for `touching`, `overlap`, `within`, `nearest`, `outside`.

    Parameters
    ----------
    geometry : object[m]
        Points, lines or polygons in the projected work CRS [m]; None allowed.
    checked : bool
        They are known to be valid: do not look again, which takes longer than the index does.

    Returns
    -------
    Zones
        Reusable between chunks of sites and between filters; pickles as bare geometry.
    """
    valid = sound(geometry, checked=checked)
    dimension = dimensions(valid)
    areal = bool((dimension == 2).any() and np.isin(dimension, (2, -1)).all())
    return Zones(valid, dimension, int(shapely.get_num_coordinates(valid).sum()), areal)


def _united(parts: Geometries) -> Geometries:
    if len(parts) < 2:
        return parts
    # Snapped to a micron: hairline gaps between neighbours are no uncovered ground.
    return np.array([shapely.union_all(parts, grid_size=SLACK_M)], dtype=object)
