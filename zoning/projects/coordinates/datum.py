"""Points that lie consistently off what they should lie in: which datum would explain it.

GCJ-02 taken for CGCS2000 puts a point about 540 m off in Guiyang, BD-09 about 1 km. No single point
shows that; many do, when it is known what each should lie in: the county that its row names, the
park of its address. This module only warns. Nothing is moved.

The rule is a sign test. Moving the points back by a suspected shift, some that lay outside of what
they name come to lie in it: they speak for the shift. Others leave what they lay in: they speak
against it. Were the datum right, a point outside of what it names would be there for reasons of its
own (a generalised border, a wrong name), and a shift that it has nothing to do with would bring it
in at most every second time, while it takes points out all along the opposite borders. So the
chance of so many for, among all that changed sides, is at most the upper tail of a binomial
distribution with p = 1/2. It is multiplied by the number of shifts tried, and a warning is given
below 1 in 100 (illustrative); eight for and none against is the least that does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.arrays import Floats
from zoning.projects.cells.values import Refusal
from zoning.sites import Sites

_CHANCE = 0.01  # [1] largest chance under which a warning is given; illustrative
_REACH_M, _STEP_M = 1500.0, 100.0  # shifts tried; BD-09 is the largest in use, 1.2 km
_LOOKED_AT = 400  # points near borders that the shift is measured from

_AS_THEY_STAND = (crs_floor.GEOGRAPHIC, "EPSG:4326")  # degrees that a web map may have shown
_FINE_M = 2000.0  # an unstated datum leaves 1.5 km open, and that is what is asked here

_COMPASS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
_COMPASS_EN = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift that explains where points lie.

    Parameters
    ----------
    frame : str
        One of ``zoning.crs.SHIFTED`` that the numbers seem to be in; "" where neither explains it.
    metres : float
        How far the points lie off what they name, measured on them. [m]
    bearing : float
        In which direction, clockwise from north. [deg]
    speaks_for, speaks_against : int
        Points that a move back brings into what they name, and that it takes out.
    tested : int
        Points of which it is known what they should lie in.
    chance : float
        Upper bound of the chance of this under the right datum.
    """

    frame: str
    metres: float
    bearing: float
    speaks_for: int
    speaks_against: int
    tested: int
    chance: float


def suspected_shift(
    points: NDArray[np.object_],
    named: NDArray[np.int64],
    polygons: NDArray[np.object_],
    *,
    crs: str,
) -> Shift | None:
    """Return the shift by which points lie off the polygons that they name, None where none shows.

    Parameters
    ----------
    points : object array [n]
        Shapely points in the work CRS as they were read, None allowed; of a polygon, a point of it.
    named : int array [n]
        Index of the polygon each should lie in, -1 where nothing names one.
    polygons : object array [m]
        Districts, parks or the like, in the work CRS.
    crs : str
        Work CRS, metres.

    Returns
    -------
    Shift or None
    """
    known = np.flatnonzero((named >= 0) & ~shapely.is_missing(points))
    xy = shapely.get_coordinates(points[known])
    target = polygons[named[known]]
    shapely.prepare(polygons)
    before = shapely.contains_xy(target, xy[:, 0], xy[:, 1])
    if not len(xy) or before.all():
        return None
    changes = {frame: _moved_back(xy, frame, crs) - xy for frame in crs_floor.SHIFTED}
    found = [
        (*_evidence(target, xy + change, before, tries=len(changes)), frame)
        for frame, change in changes.items()
    ]
    likely = [one for one in found if one[2] < _CHANCE]
    near = _near(polygons, named[known], xy)
    estimate = _measured(target[near], xy[near], before[near])
    if likely:
        speaks_for, against, chance, frame = min(likely, key=lambda one: one[1] - one[0])
        back = estimate if estimate is not None else changes[frame].mean(axis=0)
    elif estimate is not None:
        tries = len(_vectors())
        speaks_for, against, chance = _evidence(target, xy + estimate, before, tries=tries)
        frame, back = "", estimate
    if not likely and (estimate is None or chance >= _CHANCE):
        return None
    off = -back
    bearing = float(np.degrees(np.arctan2(off[0], off[1])) % 360)
    metres = float(np.hypot(*off))
    return Shift(frame, metres, bearing, speaks_for, against, len(xy), chance)


def suspected_of(
    sites: Sites, named: Sequence[str], polygons: Mapping[str, shapely.Geometry]
) -> Shift | None:
    """Return the shift by which the sites of a list lie off what their rows name.

    Only places read from degrees as they stand speak, and only those written finer than the shifts
    in question; a boundary speaks by a point of it.

    Parameters
    ----------
    sites : Sites
    named : sequence of str [n]
        Name of what each should lie in, "" where nothing is named.
    polygons : mapping
        Name -> polygon in the work CRS of the sites: districts, parks.

    Returns
    -------
    Shift or None
    """
    names = list(polygons)
    at = {name: k for k, name in enumerate(names)}
    index = np.asarray([at.get(name, -1) for name in named], dtype=np.int64)
    read = sites.table["crs_read"].to_numpy(dtype=object)
    fine = sites.table["accuracy_m"].to_numpy(dtype=float) <= _FINE_M
    index[~(np.isin(read, _AS_THEY_STAND) & fine)] = -1
    shapes = np.empty(len(names), dtype=object)
    shapes[:] = [polygons[name] for name in names]
    points = np.asarray(shapely.point_on_surface(sites.geometry), dtype=object)
    return suspected_shift(points, index, shapes, crs=sites.crs)


def _moved_back(xy: Floats, frame: str, crs: str) -> Floats:
    """Return where points lie if their degrees are those of a web map."""
    there = crs_floor.transformer(crs, crs_floor.GEOGRAPHIC)
    degrees = crs_floor.from_shifted(np.column_stack(there.transform(*xy.T)), frame)
    back = crs_floor.transformer(crs_floor.GEOGRAPHIC, crs)
    return np.column_stack(back.transform(*degrees.T))


def _evidence(
    target: NDArray[np.object_], moved: Floats, before: NDArray[np.bool_], *, tries: int
) -> tuple[int, int, float]:
    """Return how many points a move brings in, how many it takes out, and the chance of that."""
    after = shapely.contains_xy(target, moved[:, 0], moved[:, 1])
    speaks_for, against = int((after & ~before).sum()), int((before & ~after).sum())
    return speaks_for, against, min(1.0, tries * upper_tail(speaks_for, speaks_for + against))


def upper_tail(k: int, n: int) -> float:
    """Return the chance of k heads or more in n throws of a coin.

    Examples
    --------
    >>> upper_tail(2, 2), upper_tail(0, 5)
    (0.25, 1.0)
    """
    from scipy.special import bdtrc  # 0.2 s to import, for the few lists that get here

    return float(bdtrc(k - 1, n, 0.5)) if k else 1.0


def _near(polygons: NDArray[np.object_], named: NDArray[np.int64], xy: Floats) -> NDArray[np.int64]:
    """Return points within the largest shift of the border of what they name, evenly chosen."""
    borders = np.asarray(shapely.boundary(polygons), dtype=object)
    shapely.prepare(borders)
    close = np.flatnonzero(shapely.dwithin(borders[named], shapely.points(xy), _REACH_M))
    return close[:: max(1, -(-len(close) // _LOOKED_AT))]


def _vectors() -> Floats:
    """Return the moves tried, the least one first."""
    steps = np.arange(-_REACH_M, _REACH_M + 1, _STEP_M)
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    length = np.hypot(*grid.T)
    order = np.argsort(length, kind="stable")
    return np.asarray(grid[order][length[order] <= _REACH_M])


def _measured(target: NDArray[np.object_], xy: Floats, before: NDArray[np.bool_]) -> Floats | None:
    """Return the move that brings most points in; the middle of all that do equally well."""
    if not len(xy):
        return None
    vectors = _vectors()
    moved = xy[None, :, :] + vectors[:, None, :]
    inside = shapely.contains_xy(target[None, :], moved[..., 0], moved[..., 1]).sum(axis=1)
    if inside.max() <= before.sum():
        return None
    return np.asarray(vectors[inside == inside.max()].mean(axis=0))


def warning(shift: Shift) -> Refusal:
    """Return what a planner is told of a shift; the same for a list and for a layer."""
    side = int((shift.bearing + 22.5) // 45) % 8
    where = f"{shift.metres:.0f} m ({_COMPASS[side]}, 方位角 {shift.bearing:.0f}°)"
    where_en = f"{shift.metres:.0f} m to the {_COMPASS_EN[side]} ({shift.bearing:.0f} deg)"
    many = f"{shift.speaks_for} 个点支持, {shift.speaks_against} 个反对, 共查 {shift.tested} 个"
    many_en = f"{shift.speaks_for} points for it, {shift.speaks_against} against"
    like = f"，像是 {shift.frame} 坐标" if shift.frame else "，原因不明"
    like_en = f", as {shift.frame} would" if shift.frame else ", for an unknown reason"
    stated = shift.frame or "GCJ-02"
    return Refusal(
        f"坐标整体偏离应在的范围约 {where}{like}: {many}",
        f"places lie off what they name by about {where_en}{like_en}: {many_en}",
        f"请核实坐标来源; 若是高德、百度取点，请在「坐标系」一列写明 (如 {stated})，程序不代为改正",
        "check where the coordinates come from and state their system; nothing was moved",
    )
