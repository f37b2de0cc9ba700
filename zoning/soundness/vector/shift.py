"""Layers that lie consistently off what they should lie on: GCJ-02, BD-09, or another slip.

Web maps of China shift all coordinates, in Guiyang by some 540 m to the south-east. A layer drawn
on one looks right by itself. Against another layer it is found out: moved back, the two agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.crs import GEOGRAPHIC, SHIFTED, project, to_bd09, to_gcj02, unshifted
from zoning.layers import VectorLayer
from zoning.overlay.vector.boundaries import Rim
from zoning.overlay.vector.zones import index_zones
from zoning.soundness.finding import CheckFinding
from zoning.soundness.vector.ground import bare, cut
from zoning.soundness.vector.survey import Survey

_POINTS = 600  # along the edge of the region
_NOTICED_M = 50.0  # illustrative: half of the edge is farther off than this
_BETTER = 0.5  # illustrative: the distance, or the ground outside, is halved at least
_OUTSIDE = 0.05  # illustrative: share of a layer beside the one that should hold it
_SAMPLE = 300  # features at most of a layer that is moved to see whether it then fits
_TURNS = 15
_ALIKE_M = 5.0  # illustrative
_STRAY_M = 100.0  # illustrative: the shift of a web map differs by some metres within a city
_FARTHEST_M = 3_000.0  # illustrative
_COMPASS = ("北 N", "东北 NE", "东 E", "东南 SE", "南 S", "西南 SW", "西 W", "西北 NW")


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a layer lies off.

    Parameters
    ----------
    frame : str
        GCJ-02 or BD-09; empty where it is neither.
    vector : float array [2]
        From where it should lie to where it lies: east, north. [m]
    before, after : float
        Misfit as it lies, and moved back.
    """

    frame: str
    vector: Floats
    before: float
    after: float

    @property
    def metres(self) -> float:
        """Length of the shift. [m]"""
        return float(np.hypot(*self.vector))

    @property
    def bearing(self) -> float:
        """Direction in which the layer was moved, clockwise from grid north. [degrees]"""
        return float(np.degrees(np.arctan2(self.vector[0], self.vector[1])) % 360)

    def __str__(self) -> str:
        compass = _COMPASS[round(self.bearing / 45) % 8]
        return f"{self.metres:.0f} m, {self.bearing:.0f}° ({compass})"


def check_edge(survey: Survey, layer: VectorLayer) -> Iterator[CheckFinding]:
    """Check whether a layer that divides the region ends where the region ends."""
    region = survey.catalog.region_geometry()
    shift = edge_shift(region, survey.features(layer).geometry, survey.catalog.crs)
    if shift is None:
        return
    what = f"疑为 {shift.frame} 坐标" if shift.frame else "原因不明"
    frame = f"looks like {shift.frame}" if shift.frame else "no known datum"
    yield CheckFinding(
        "error" if shift.frame else "warning",
        layer.name,
        "shift",
        f"与区县界相比整体偏移 {shift}，{what}: "
        f"边界中位偏差 {shift.before:.0f} m，移回后 {shift.after:.0f} m",
        f"lies {shift} off the districts ({frame}): median distance of the edge "
        f"{shift.before:.0f} m, {shift.after:.0f} m once moved back",
        where=str(shift),
        remedy_zh="向数据提供方核实坐标系；GCJ-02 数据须换成原始的 CGCS2000 成果，不要平移凑合"
        if shift.frame
        else "核实坐标系和转换参数",
        remedy_en="ask for the original in CGCS2000; other checks of this layer wait for that",
    )


def edge_shift(region: shapely.Geometry, geometry: NDArray[np.object_], crs: str) -> Shift | None:
    """Shift of a layer that should end at the edge of a region, if one explains the misfit.

    Points along the edge are moved by the shifts that web maps apply; the shift that brings them
    onto edges of the layer is then refined by least squares (point to line).

    Parameters
    ----------
    region : Polygon or MultiPolygon
    geometry : object array [n]
        Polygons, in the CRS of the region.
    crs : str

    Returns
    -------
    Shift or None
        None where the edges agree, or no shift makes them agree.
    """
    edge = shapely.boundary(region)
    share = np.linspace(0, 1, _POINTS, endpoint=False)
    lines = np.full(_POINTS, edge, dtype=object)
    points = shapely.get_coordinates(shapely.line_interpolate_point(lines, share, normalized=True))
    if _meet(points, geometry):
        return None
    zones = index_zones(geometry)
    rim = zones.rim(zones.dimension == 2)
    before = _misfit(points, rim)
    starts = [*_vectors(points, crs), ("", np.zeros(2))]
    fits = [(frame, *_refined(points, rim, vector)) for frame, vector in starts]
    # a web map's shift is preferred to a nameless one that fits no better
    limit = min(fit[2] for fit in fits) + _ALIKE_M
    frame, vector, after = next(fit for fit in fits if fit[2] <= limit)
    if after > _BETTER * before:
        return None
    return Shift(frame, vector, before, after)


def _meet(points: Floats, geometry: NDArray[np.object_]) -> bool:
    """Whether half of the points lie near an edge of a polygon: quickly told, and mostly so."""
    places = np.asarray(shapely.points(points), dtype=object)
    tree = shapely.STRtree(geometry)
    at, polygon = tree.query(places, predicate="dwithin", distance=_NOTICED_M)
    edge = shapely.boundary(geometry[polygon])
    near = np.asarray(shapely.dwithin(edge, places[at], _NOTICED_M), dtype=np.bool_)
    return 2 * len(np.unique(at[near])) >= len(points)


def _vectors(points: Floats, crs: str) -> Iterator[tuple[str, Floats]]:
    """Mean shift of each web map at points, in metres of the CRS."""
    shapes = np.asarray(shapely.points(points), dtype=object)
    degrees = shapely.get_coordinates(project(shapes, crs, GEOGRAPHIC))
    for frame, moved in zip(SHIFTED, (to_gcj02(degrees), to_bd09(degrees)), strict=True):
        there = project(np.asarray(shapely.points(moved), dtype=object), GEOGRAPHIC, crs)
        yield frame, (shapely.get_coordinates(there) - points).mean(axis=0)


def _misfit(points: Floats, rim: Rim) -> float:
    """Median distance of points from the edges. [m]"""
    _, distance = rim.tree.query_nearest(
        shapely.points(points), return_distance=True, all_matches=False
    )
    return float(np.median(distance))


def _refined(points: Floats, rim: Rim, start: Floats) -> tuple[Floats, float]:
    """Shift near a first guess that brings points closest to the edges, and what is left."""
    vector = start.copy()
    for _ in range(_TURNS):
        moved = points + vector
        _, piece = rim.tree.query_nearest(shapely.points(moved), all_matches=False)
        line = shapely.shortest_line(shapely.points(moved), rim.tree.geometries[piece])
        ends = shapely.get_coordinates(line).reshape(-1, 2, 2)
        gap = ends[:, 1] - ends[:, 0]
        size = np.hypot(*gap.T)
        near = (size > 1e-6) & (size <= 3 * max(np.median(size), 1.0))
        if near.sum() < 10:
            break
        normal = gap[near] / size[near, None]
        step = np.linalg.lstsq(normal, size[near], rcond=None)[0]
        vector += step
        if np.hypot(*step) < 0.01:
            break
    far = np.hypot(*(vector - start))
    if far > (_STRAY_M if start.any() else _FARTHEST_M):
        vector = start  # ran away from the guess: that is another place, not a better fit
    return vector, _misfit(points + vector, rim)


def check_nested_shift(
    survey: Survey, inner: VectorLayer, outer: VectorLayer, word: str
) -> Iterator[CheckFinding]:
    """Check whether a layer lies beside the one that should hold it because one is shifted."""
    held, holder = survey.ground(inner), survey.ground(outer, word)
    step = -(-len(held.geometry) // _SAMPLE)
    chosen = held.geometry[::step]
    total = float(shapely.area(chosen).sum())
    before = bare(cut(chosen), holder).area.sum() / total if total else 0.0
    if before <= _OUTSIDE:
        return
    crs = survey.catalog.crs
    for frame in SHIFTED:
        back = project(unshifted(project(chosen, crs, GEOGRAPHIC), frame), GEOGRAPHIC, crs)
        vector = _middle(chosen) - _middle(back)
        # small layers fit somewhere by chance: sideways, the same distance must not do as well
        moves = {
            "back": back,
            "forth": _moved(chosen, vector),
            "left": _moved(chosen, np.array([-vector[1], vector[0]])),
            "right": _moved(chosen, np.array([vector[1], -vector[0]])),
        }
        after = {way: bare(cut(moved), holder).area.sum() / total for way, moved in moves.items()}
        best, second = sorted(after, key=lambda way: float(after[way]))[:2]
        if best in ("left", "right") or after[best] >= _BETTER * min(before, after[second]):
            continue
        shifted, base = (inner, outer) if best == "back" else (outer, inner)
        yield _nested(shifted, base, Shift(frame, vector, float(before), float(after[best])))
        return


def _middle(geometry: NDArray[np.object_]) -> Floats:
    points = shapely.get_coordinates(shapely.centroid(geometry))
    return np.asarray(points.mean(axis=0), dtype=np.float64)


def _moved(geometry: NDArray[np.object_], vector: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.transform(geometry, lambda xy: xy + vector), dtype=object)


def _nested(layer: VectorLayer, base: VectorLayer, shift: Shift) -> CheckFinding:
    return CheckFinding(
        "error",
        layer.name,
        "shift",
        f"与 {base.name} 相比整体偏移 {shift}，疑为 {shift.frame} 坐标: "
        f"二者本应重合的面积有 {shift.before:.1%} 错开，移回后 {shift.after:.1%}",
        f"lies {shift} off {base.name}, looks like {shift.frame}: {shift.before:.1%} of the ground "
        f"they should share is beside it, {shift.after:.1%} once moved back",
        where=str(shift),
        remedy_zh="向数据提供方核实坐标系，换成原始的 CGCS2000 成果",
        remedy_en="ask for the original in CGCS2000",
    )
