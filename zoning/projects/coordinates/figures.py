"""Shapes that are valid and yet odd, rows that share one, areas that are not the declared one."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.arrays import Floats
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.geometry import kind_of

AREA_TOLERANCE = 0.05  # of the declared area; candidate rule T4, the tool's own default
_SPIKE_DEG, _SPIKE_M = 1.0, 1.0  # sharper corner between longer edges: a spike. illustrative
_SLIVER_M = 0.5  # mean width (twice the area by the perimeter) of a sliver. illustrative


def odd_figures(
    geometry: NDArray[np.object_], columns: NDArray[np.object_], source: Source
) -> list[RowFault]:
    """Tell of spikes, slivers and shapes that several rows share; nothing is changed.

    Parameters
    ----------
    geometry : object array [n]
        In the work CRS, metres.
    columns : object array [n] of str
        Header each came from, for faults.
    source : Source
    """
    rows = np.flatnonzero(kind_of(geometry) == "polygon")
    spikes, slivers = _spikes(geometry[rows]), _slivers(geometry[rows])
    said = [
        source.fault(int(rows[k]), _spiked(int(spikes[k])), str(columns[rows[k]]))
        for k in np.flatnonzero(spikes)
    ]
    said += [
        source.fault(int(rows[k]), _slivered(int(slivers[k])), str(columns[rows[k]]))
        for k in np.flatnonzero(slivers)
    ]
    return said + _twins(geometry, columns, source)


def _spikes(polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Count the corners of each polygon that are sharper than a degree between long edges."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    count = np.bincount(ring, minlength=len(rings))
    ends = np.cumsum(count)
    first, last = np.repeat(ends - count, count), np.repeat(ends - 1, count)
    at = np.arange(len(xy))
    corner = at < last  # the last vertex repeats the first
    before = xy[np.where(at == first, last - 1, at - 1)] - xy
    after = xy[np.minimum(at + 1, max(len(xy) - 1, 0))] - xy
    a, b = np.hypot(*before.T), np.hypot(*after.T)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = (before * after).sum(axis=1) / (a * b)
    sharp = corner & (a > _SPIKE_M) & (b > _SPIKE_M) & (cosine > np.cos(np.radians(_SPIKE_DEG)))
    return np.bincount(owner[ring[sharp]], minlength=len(polygons))


def _slivers(polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Count the pieces of each polygon whose mean width is next to nothing."""
    parts, owner = shapely.get_parts(polygons, return_index=True)
    thin = 2 * shapely.area(parts) < _SLIVER_M * shapely.length(parts)
    return np.bincount(owner[thin], minlength=len(polygons))


def _twins(
    geometry: NDArray[np.object_], columns: NDArray[np.object_], source: Source
) -> list[RowFault]:
    """Tell each later row whose line or area is that of an earlier one."""
    rows = np.flatnonzero(np.isin(kind_of(geometry), ("line", "polygon")))
    known: dict[bytes, int] = {}
    said = []
    for i, mark in zip(rows, shapely.to_wkb(shapely.normalize(geometry[rows])), strict=True):
        if (earlier := known.setdefault(mark, int(i))) != i:
            twin = _same_as(int(source.rows[earlier]))
            said.append(source.fault(int(i), twin, str(columns[i])))
    return said


def area_doubts(
    declared: Floats, geometry: NDArray[np.object_], crs: str, source: Source
) -> list[RowFault]:
    """Tell where the area of the boundary is not the declared one, with both figures.

    Parameters
    ----------
    declared : float64 array [n]
        [m2], NaN where not stated.
    geometry : object array [n]
        In ``crs``; only areas are measured, on the ellipsoid.
    crs : str
    source : Source
    """
    rows = np.flatnonzero((kind_of(geometry) == "polygon") & ~np.isnan(declared))
    measured = crs_floor.geodesic_area(geometry[rows], crs)
    stated = declared[rows]
    differs = np.flatnonzero(np.abs(measured - stated) > AREA_TOLERANCE * stated)
    return [
        source.fault(int(rows[k]), _mismatch(stated[k], measured[k]), "占地面积") for k in differs
    ]


def _mismatch(stated: float, measured: float) -> Refusal:
    share = f"{(measured - stated) / stated:+.1%}" if stated > 0 else "—"
    return Refusal(
        f"申报面积 {stated / 1e4:.4f} 公顷，边界量算 {measured / 1e4:.4f} 公顷，相差 {share}",
        f"declared {stated / 1e4:.4f} ha, the boundary measures {measured / 1e4:.4f} ha: {share}",
        "请核对面积单位与边界; 以椭球面积为准",
        "check the unit and the boundary; the area on the ellipsoid is the legal one",
    )


def _spiked(n: int) -> Refusal:
    return Refusal(
        f"边界有 {n} 处尖刺 (折角小于 {_SPIKE_DEG:g}°)",
        f"{n} spikes in the boundary (corners below {_SPIKE_DEG:g} degree)",
        "请核对拐点顺序，常见于多写或错写一点",
        "check the order of the vertices: often one too many, or a wrong digit",
    )


def _slivered(n: int) -> Refusal:
    return Refusal(
        f"图形里有 {n} 块狭长碎片 (平均宽度小于 {_SLIVER_M:g} m)",
        f"{n} slivers in the shape (mean width below {_SLIVER_M:g} m)",
        "请核对是否作图残留",
        "check whether they are leftovers of drawing",
    )


def _same_as(row: int) -> Refusal:
    return Refusal(
        f"图形与第 {row} 行完全相同",
        f"the same shape as row {row}",
        "请核对是否重复",
        "check whether one of them is a duplicate",
    )
