"""Geometry made usable: flat, finite, valid; every repair is told."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal

POINTS, LINES, POLYGONS = (0, 4), (1, 5), (3, 6)  # shapely type ids
_KINDS = {"point": POINTS, "line": LINES, "polygon": POLYGONS}

_EMPTY = Refusal("图形是空的", "the geometry is empty", "请补边界或坐标", "add a boundary")
_NOT_FINITE = Refusal(
    "坐标里有非数值", "coordinates that are not finite", "请核对图形", "check the geometry"
)
_MIXED = Refusal(
    "图形混合了点、线、面",
    "a collection of points, lines and polygons",
    "请按组成部分分成几行",
    "give each component a row of its own",
)
_FLAT = Refusal(
    "边界退化为线或点，没有面积",
    "the boundary has collapsed: no area",
    "请重新提供边界",
    "supply the boundary again",
)
_NO_LENGTH = Refusal(
    "线的长度为零",
    "a line without length",
    "请重新提供线路; 只有位置时请填坐标",
    "supply the line again, or give coordinates where only a place is known",
)
# Width below which an area is none, and length below which a line is none: far finer than any
# survey, far coarser than the rounding of the numbers themselves.
_DEGREES, _THINNEST = 360.0, (1e-11, 1e-6)  # [deg], [m]


def kind_of(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return point, line, polygon, or "" for none and for collections."""
    types = shapely.get_type_id(geometry)
    result = np.full(len(geometry), "", dtype=object)
    for name, ids in _KINDS.items():
        result[np.isin(types, ids)] = name
    return result


def flat(
    shapes: NDArray[np.object_], columns: NDArray[np.object_], source: Source
) -> tuple[NDArray[np.object_], list[RowFault]]:
    """Return shapes without heights; None for those that are no point, line or polygon.

    Lines without length and polygons without area are refused too, looked at in the numbers as
    written: what is straight in degrees is not in metres. Such parts of a larger whole are dropped.

    Parameters
    ----------
    shapes : object array [n]
    columns : object array [n] of str
        Header each came from, for faults.
    source : Source
    """
    result = np.asarray(shapely.force_2d(shapes), dtype=object)
    there = ~shapely.is_missing(result)
    x0, y0, x1, y1 = shapely.bounds(result).T
    unplaced = ~np.isfinite(x0 + y0 + x1 + y1)
    empty = there & shapely.is_empty(result)
    checks = (
        (empty, _EMPTY),
        (there & ~empty & unplaced, _NOT_FINITE),
        (there & ~empty & (kind_of(result) == ""), _MIXED),
    )
    faults: list[RowFault] = []
    for mask, refusal in checks:
        rows = np.flatnonzero(mask & ~shapely.is_missing(result))
        faults += [source.fault(int(i), refusal, str(columns[i])) for i in rows]
        result[rows] = None
    return result, faults + _drop_flat(result, columns, source)


def _drop_flat(
    shapes: NDArray[np.object_], columns: NDArray[np.object_], source: Source
) -> list[RowFault]:
    """Take out parts without length or area, in place; say of each row what was taken."""
    rows = np.flatnonzero(np.isin(kind_of(shapes), ("line", "polygon")))
    parts, owner = shapely.get_parts(shapes[rows], return_index=True)
    thin = _without_size(parts)
    faults: list[RowFault] = []
    for k in np.unique(owner[thin]):
        i, mine = int(rows[k]), slice(*np.searchsorted(owner, (k, k + 1)))
        left = parts[mine][~thin[mine]]
        linear = parts[mine][0].geom_type == "LineString"
        if not len(left):
            shapes[i], refusal = None, _NO_LENGTH if linear else _FLAT
        else:
            whole = shapely.multilinestrings if linear else shapely.multipolygons
            shapes[i], refusal = left[0] if len(left) == 1 else whole(left), _dropped(thin[mine])
        faults.append(source.fault(i, refusal, str(columns[i])))
    return faults


def _without_size(parts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether single lines have no length and single polygons no area."""
    with np.errstate(over="ignore"):  # 1e308 is refused below, as no place at all
        length = shapely.length(parts)
    largest = np.abs(shapely.bounds(parts)).max(axis=1)
    least = np.where(largest <= _DEGREES, *_THINNEST)
    polygonal = np.isin(shapely.get_type_id(parts), POLYGONS)
    result = np.where(polygonal, shapely.area(parts) <= least * length, length <= least)
    # the signed areas of a boundary that crosses itself may cancel: what it encloses counts
    for i in np.flatnonzero(result & polygonal):
        valid = shapely.make_valid(parts[i], method="structure", keep_collapsed=False)
        result[i] = shapely.area(valid) <= least[i] * length[i]
    return np.asarray(result, dtype=np.bool_)


def _dropped(parts: NDArray[np.bool_]) -> Refusal:
    n = int(parts.sum())
    return Refusal(
        f"图形里有 {n} 个部分长度或面积为零，已去掉",
        f"{n} parts without length or area were dropped",
        "请核对边界是否完整",
        "check that the boundary is complete",
    )


def repaired(
    shapes: NDArray[np.object_], columns: NDArray[np.object_], source: Source
) -> tuple[NDArray[np.object_], NDArray[np.bool_], list[RowFault]]:
    """Return valid polygons, which were repaired, and what is said of each.

    A boundary that crosses itself is cut where it crosses and every enclosed piece is kept; the
    area before and after is told, so that a planner sees what changed. A vertex written twice over
    is taken out, which changes no area; the direction of a ring says nothing and is left alone.
    """
    result, faults = _without_repeats(shapes, columns, source)
    shapes = result.copy()
    polygons = kind_of(shapes) == "polygon"
    rows = np.flatnonzero(polygons & ~shapely.is_valid(shapes))
    mended = np.zeros(len(shapes), dtype=bool)
    for i in rows:
        valid = shapely.make_valid(shapes[i], method="structure", keep_collapsed=False)
        polygonal = _polygonal(valid)
        if polygonal is None:
            result[i] = None
            faults.append(source.fault(int(i), _FLAT, str(columns[i])))
            continue
        result[i], mended[i] = polygonal, True
        faults.append(source.fault(int(i), _repair(shapes[i], polygonal), str(columns[i])))
    flat_rows = np.flatnonzero(polygons & ~shapely.is_missing(result) & (shapely.area(result) == 0))
    result[flat_rows] = None
    return result, mended, faults + source.faults(flat_rows, _FLAT, "geometry")


def _without_repeats(
    shapes: NDArray[np.object_], columns: NDArray[np.object_], source: Source
) -> tuple[NDArray[np.object_], list[RowFault]]:
    """Return shapes without vertices that repeat the one before them, and how many each had."""
    result = shapes.copy()
    rows = np.flatnonzero(np.isin(kind_of(shapes), ("line", "polygon")))
    slim = shapely.remove_repeated_points(shapes[rows])
    lost = shapely.get_num_coordinates(shapes[rows]) - shapely.get_num_coordinates(slim)
    faults = []
    for k in np.flatnonzero(lost):
        result[rows[k]] = slim[k]
        faults.append(source.fault(int(rows[k]), _repeats(int(lost[k])), str(columns[rows[k]])))
    return result, faults


def _repeats(n: int) -> Refusal:
    return Refusal(
        f"边界有 {n} 个重复的拐点，已去掉 (面积不变)",
        f"{n} vertices that repeat the one before were taken out; the area is the same",
        "请核对拐点表",
        "check the list of vertices",
    )


def _polygonal(shape: shapely.Geometry) -> shapely.Geometry | None:
    """Return the areas of a shape, None where it has none."""
    parts = [part for part in shapely.get_parts(shape) if shapely.area(part) > 0]
    areas = [part for part in parts if part.geom_type in ("Polygon", "MultiPolygon")]
    if not areas:
        return None
    return areas[0] if len(areas) == 1 else shapely.union_all(areas)


def _repair(before: shapely.Geometry, after: shapely.Geometry) -> Refusal:
    reason = shapely.is_valid_reason(before)
    old, new = shapely.area(before), shapely.area(after)
    return Refusal(
        f"边界无效 ({reason})，已修复后使用: 面积 {old:.1f} → {new:.1f} m2",
        f"invalid boundary, repaired: area {old:.1f} to {new:.1f} m2",
        "请核对边界; 拐点顺序有误时请改正后重报",
        "check the order of the vertices",
    )


def decimals(shapes: NDArray[np.object_], *, most: int = 9) -> NDArray[np.int64]:
    """Return the decimals that the coordinates of each shape carry, the largest of any vertex.

    A number does not tell the zeros at its end, so one vertex or one axis with more decimals speaks
    for all: a pair is written to the same decimals.
    """
    result = np.zeros(len(shapes), dtype=np.int64)
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    open_ = np.arange(len(coordinates))
    for places in range(most + 1):
        scaled = coordinates[open_] * 10.0**places
        more = (np.abs(scaled - np.round(scaled)) > 1e-3).any(axis=1)
        np.maximum.at(result, owner[open_[~more]], places)
        open_ = open_[more]
        if not len(open_):
            return result
    np.maximum.at(result, owner[open_], most)
    return result
