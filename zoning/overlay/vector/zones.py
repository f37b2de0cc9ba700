"""A layer's geometry made ready for many questions: sound, indexed, its boundary cut short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from zoning.overlay.vector.boundaries import Rim
    from zoning.overlay.vector.edges import Edges
    from zoning.overlay.vector.rings import Longs, Rings
    from zoning.overlay.vector.subdivide import Pieces

Geometries: TypeAlias = NDArray[np.object_]
Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int32]
Mask: TypeAlias = NDArray[np.bool_]

SLACK_M = 1e-6
"""[m] Rounding of coordinates and of GEOS predicates; doubt is always rounded outwards by it."""
CORNERS = 128
"""Coordinates of a piece of ground (design.md "Speed": big polygons are subdivided once)."""
COMPILED_FROM = 20_000
"""Sites (see `worth`) from which the compiled loops are used: loading them takes half a second, and
compiling them, the first time ever on a machine, half a minute."""
CORNERS_A_SITE = 50
"""Corners of a layer that are as dear to GEOS as one more point."""
BIG = 32
"""Corners from which it pays to remember that a geometry is valid."""
MOST_SEEN = 10_000
"""Geometries that are remembered so."""
KEPT = 16
"""Filters of one layer whose index is kept at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """A quantity of n sites: as measured, and its least and greatest value under doubt.

    Missing is (nan, -inf, inf).
    """

    measured: Floats
    low: Floats
    high: Floats


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
        from zoning.overlay.vector.edges import Edges

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

    def gap(self, feature: Integers, place: Geometries) -> Floats:
        """Distance [m] of each place to the boundary of its feature (lines, points: to itself)."""
        points = bool((shapely.get_type_id(place) == 0).all())
        if points and self.areal and worth(len(place), self.size):
            from zoning.overlay.vector.edges import nearest_edge

            return nearest_edge(place, self, self.dimension == 2, only=feature)[0]
        edge = self.boundary()
        gap = np.full(len(feature), np.nan)
        big = shapely.get_num_coordinates(edge[feature]) > CORNERS
        gap[~big] = shapely.distance(edge[feature[~big]], place[~big])
        for one in np.unique(feature[big]):
            which = np.flatnonzero(big & (feature == one))
            if len(which) < 8:
                gap[which] = shapely.distance(edge[one], place[which])
                continue
            tree = self.rim(np.arange(len(self)) == one).tree
            (at, _), near = tree.query_nearest(
                place[which], return_distance=True, all_matches=False
            )
            gap[which[at]] = near
        return gap

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
        from zoning.overlay.vector.erode import without_cracks

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


def worth(sites: int, corners: int) -> bool:
    """Whether compiled loops are sooner done than GEOS, the loading of them counted.

    Parameters
    ----------
    sites : int
        Points, or ten for each polygon.
    corners : int
        Coordinates of the layer.
    """
    return sites + corners // CORNERS_A_SITE >= COMPILED_FROM and numba_held()


@cache
def numba_held() -> bool:
    """Whether numba can be imported."""
    return find_spec("numba") is not None


def sound(geometry: Geometries, *, checked: bool = False) -> Geometries:
    """Copy as valid 2-D geometry; empty becomes None, invalid polygons are made valid.

    Of a collection that has polygons, the polygons count. With `checked` they are known to be
    valid already.
    """
    made = np.array(geometry, dtype=object).ravel()
    if (shapely.get_coordinate_dimension(made) > 2).any():
        made = shapely.force_2d(made)
    made[shapely.is_empty(made)] = None
    if checked:
        return made
    kind = shapely.get_type_id(made)
    bad = ~_valid(made) & (kind >= 0)
    if bad.any():
        made[bad] = shapely.make_valid(made[bad], method="structure", keep_collapsed=False)
        made[shapely.is_empty(made)] = None
        kind = shapely.get_type_id(made)
    if (kind == 7).any():
        mixed = (kind == 7) & (shapely.get_dimensions(made) == 2)
        made[mixed] = polygonal(made[mixed])
    return made


_SEEN: dict[int, shapely.Geometry] = {}


def _valid(geometry: Geometries) -> Mask:
    """Whether each is valid; the big ones are looked at once, however many layers ask.

    A geometry cannot change and is held here, so that no other is given its identity.
    """
    corners = shapely.get_num_coordinates(geometry)
    big = corners > BIG
    found = np.array([id(shape) in _SEEN for shape in geometry[big]], dtype=np.bool_)
    valid = np.ones(len(geometry), dtype=np.bool_)
    new = ~big
    new[big] = ~found
    valid[new] = shapely.is_valid(geometry[new])
    sure = geometry[new & big & valid]
    if len(_SEEN) + len(sure) > MOST_SEEN:
        _SEEN.clear()
    if len(sure) <= MOST_SEEN:
        _SEEN.update((id(shape), shape) for shape in sure)
    return valid


def dimensions(geometry: Geometries) -> NDArray[np.int8]:
    """2 for polygons, 1 for lines, 0 for points, -1 where there is no geometry."""
    return np.asarray(shapely.get_dimensions(geometry), dtype=np.int8)


def outline(geometry: Geometries) -> Geometries:
    """Boundary of polygons; lines and points unchanged."""
    edge = np.array(geometry, dtype=object)
    area = shapely.get_dimensions(edge) == 2
    edge[area] = shapely.boundary(polygonal(edge[area]))
    return edge


def polygonal(geometry: Geometries) -> Geometries:
    """Keep the polygon parts of each geometry; None where there is none."""
    kept = np.array(geometry, dtype=object)
    kind = shapely.get_type_id(kept)
    kept[~np.isin(kind, (3, 6, 7))] = None
    mixed = np.flatnonzero(kind == 7)
    if len(mixed):
        part, owner = shapely.get_parts(kept[mixed], return_index=True)
        part, inner = shapely.get_parts(part, return_index=True)
        owner, area = owner[inner], shapely.get_type_id(part) == 3
        kept[mixed] = None
        whole = np.unique(owner[area])
        kept[mixed[whole]] = shapely.multipolygons(
            part[area], indices=np.searchsorted(whole, owner[area])
        )
    kept[shapely.is_empty(kept)] = None
    return kept


def close(one: Geometries, other: Geometries, distance: Floats) -> Mask:
    """Whether each pair is no farther apart than its distance [m]; uses `one` if prepared."""
    near = shapely.dwithin(one, other, distance)  # type: ignore[call-overload]  # stub: one float
    return np.asarray(near, dtype=np.bool_)


def per_site(t: Floats | float, count: int) -> Floats:
    """One non-negative shift per site [m]."""
    shift = np.ascontiguousarray(np.broadcast_to(np.asarray(t, dtype=np.float64), (count,)))
    if not (shift >= 0).all():
        raise ValueError("t must be >= 0 and not NaN")
    return shift


def _united(parts: Geometries) -> Geometries:
    if len(parts) < 2:
        return parts
    # Snapped to a micron: hairline gaps between neighbours are no uncovered ground.
    return np.array([shapely.union_all(parts, grid_size=SLACK_M)], dtype=object)
