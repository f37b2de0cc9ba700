"""The river network: routed downhill on the plateau, drawn as smooth lines with beds and widths."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from zoning.arrays import Floats
from zoning.sample.frame import EAST, NORTH, REACH_M, SOUTH, WEST, Frame
from zoning.sample.noise import fractal, lattice
from zoning.sample.outline import polygons

CELL_M = 500.0  # routing lattice
STREAM_KM2 = 42.0  # a stream is drawn from this catchment area on; illustrative
_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


@dataclass(frozen=True, slots=True)
class River:
    """One named stream from its head to the stream it joins."""

    name: str
    rank: str
    basin: str
    line: LineString  # head first
    bed_m: Floats  # elevation at each vertex
    half_width_m: Floats  # of the water, at each vertex
    valley_m: Floats  # half width of the valley, at each vertex


@dataclass(frozen=True, slots=True)
class Routing:
    """Order of the routing lattice: cell -> receiver, catchment area, height; outlets' level."""

    shape: tuple[int, int]
    receiver: NDArray[np.int64]  # -1 at outlets
    order: NDArray[np.int64]  # outlets first
    area_km2: Floats
    height_m: Floats
    outlet_m: Floats  # height, on the stem its bed


def routing_points() -> tuple[Floats, Floats]:
    """Centres of the routing cells [m], row 0 in the north."""
    x = np.arange(WEST + CELL_M / 2, EAST, CELL_M)
    y = np.arange(NORTH - CELL_M / 2, SOUTH, -CELL_M)
    grid = np.meshgrid(x, y)
    return grid[0], grid[1]


def main_stem(frame: Frame) -> LineString:
    """The 乌江-like main stem: along the region's north-western and northern border and beyond.

    The border of the four northern counties follows a gorge; the stem is that border, smoothed and
    lengthened out of the study area.
    """
    border = max(polygons(frame.region), key=lambda part: part.area).exterior
    ring = np.asarray(border.coords)[:-1]
    if shapely.is_ccw(border):
        ring = ring[::-1]
    west = int(np.argmin(ring[:, 0]))
    ring = np.roll(ring, -west, axis=0)
    stop = int(np.argmax(ring[:, 1] + 0.55 * ring[:, 0]))  # the north-eastern corner
    part = LineString(ring[: stop + 1]).simplify(900.0)
    first, last = np.asarray(part.coords)[0], np.asarray(part.coords)[-1]
    # Out of the study area on both sides: in from the south-west, out to the north-east.
    start = [(first[0] - 16_000, first[1] - 38_000), (first[0] - 9_000, first[1] - 17_000)]
    end = [(last[0] + 9_000, last[1] + 5_000), (last[0] + 19_000, last[1] + 22_000)]
    end.append((last[0] + 24_000, last[1] + REACH_M + 30_000))
    line = LineString(_chaikin(np.array([*start, *np.asarray(part.coords), *end]), 3))
    xy = shapely.get_coordinates(line.segmentize(900.0))
    # Free to wind where no border holds it.
    free = np.clip(shapely.distance(shapely.points(xy), frame.region) / 6_000.0, 0.0, 1.0)
    sway = [fractal(xy[:, 0], xy[:, 1], 7_000.0, frame.salt(k), 3) for k in (35, 36)]
    xy = xy + 2_600.0 * free[:, None] * np.column_stack(sway)
    return _simple(_chaikin(xy, 2), 10.0)


def route(height: Floats, stem: LineString, stem_bed: Floats) -> Routing:
    """Send every cell's water to the stem or the border, along the lowest ways (priority flood).

    Basins are not filled but cut through at their lowest sill: the queue is ordered by the ground's
    own height, so that ways across flats wind along what is low in them.

    References
    ----------
    .. [1] Barnes, Lehman, Mulla, "Priority-flood: an optimal depression-filling and
       watershed-labeling algorithm", Computers & Geosciences 62, 2014.
    """
    rows, columns = height.shape
    filled = height.ravel().copy()
    receiver = np.full(filled.size, -1, np.int64)
    done = np.zeros(filled.size, bool)
    heap: list[tuple[float, int, int]] = []
    seeds = _stem_cells(stem, stem_bed, (rows, columns))
    edge = np.zeros((rows, columns), bool)
    edge[[0, -1], :] = edge[:, [0, -1]] = True
    seeds.update({int(i): float(filled[i]) for i in np.flatnonzero(edge) if int(i) not in seeds})
    for count, (cell, level) in enumerate(sorted(seeds.items())):
        filled[cell] = level
        done[cell] = True
        heapq.heappush(heap, (level, count, cell))
    count, order = len(heap), []
    while heap:
        _, _, cell = heapq.heappop(heap)
        order.append(cell)
        r, c = divmod(cell, columns)
        for dr, dc in _NEIGHBOURS:
            rr, cc = r + dr, c + dc
            if 0 <= rr < rows and 0 <= cc < columns and not done[rr * columns + cc]:
                other = rr * columns + cc
                done[other] = True
                receiver[other] = cell
                heapq.heappush(heap, (float(height.flat[other]), count := count + 1, other))
    area = np.full(filled.size, CELL_M * CELL_M / 1e6)
    for cell in reversed(order):
        if receiver[cell] >= 0:
            area[receiver[cell]] += area[cell]
    return Routing((rows, columns), receiver, np.array(order), area, height.ravel(), filled)


def tributaries(frame: Frame, routing: Routing, stem: LineString) -> list[River]:
    """Streams of the routing that drain more than `STREAM_KM2`, main stem not among them."""
    bed = _beds(routing)
    stream = (routing.area_km2 >= STREAM_KM2) & (routing.receiver >= 0)
    children: dict[int, list[int]] = {}
    for cell in np.flatnonzero(stream):
        children.setdefault(int(routing.receiver[cell]), []).append(int(cell))
    for group in children.values():
        group.sort(key=lambda cell: (-routing.area_km2[cell], cell))
    mouths = [(0, c) for cell, group in sorted(children.items()) if not stream[cell] for c in group]
    found: list[River] = []
    lines: dict[int, LineString] = {}
    while mouths:
        _, mouth = mouths.pop(0)
        path = [mouth]
        while path[-1] in children:
            kids = children[path[-1]]
            mouths.extend((0, kid) for kid in kids[1:])
            path.append(kids[0])
        joined = lines.get(int(routing.receiver[mouth]))
        river = _river(frame, routing, bed, path, joined, stem, len(found))
        if river is None:
            continue
        lines.update(dict.fromkeys(path, river.line))
        found.append(river)
    return found


def stem_river(stem: LineString) -> River:
    """The main stem as a river: rank 重要支流, since the 乌江 is one in the law's sense."""
    n = len(stem.coords)
    return River(
        "示例·乌江",
        "重要支流",
        "长江流域",
        stem,
        stem_bed(stem),
        np.full(n, 150.0) + 40.0 * np.sin(np.arange(n) / 9.0),
        np.full(n, 2_000.0),
    )


def stem_bed(stem: LineString) -> Floats:
    """Bed elevation [m] at the stem's vertices, falling evenly downstream; illustrative."""
    points = shapely.points(shapely.get_coordinates(stem))
    return np.asarray(900.0 - 280.0 * shapely.line_locate_point(stem, points, normalized=True))


def water_polygon(river: River) -> BaseGeometry:
    """The water between the banks: a band of changing width."""
    xy = shapely.get_coordinates(river.line)
    step = 12  # vertices to a stretch of constant width
    parts = []
    for k in range(0, len(xy) - 1, step):
        piece = LineString(xy[k : k + step + 1])
        parts.append(piece.buffer(float(river.half_width_m[k]), quad_segs=3))
    return shapely.union_all(parts).simplify(4.0)


def _river(
    frame: Frame,
    routing: Routing,
    bed: Floats,
    path: list[int],
    joined: LineString | None,
    stem: LineString,
    number: int,
) -> River | None:
    """Draw one stream from its cells, mouth first; None when it is too short to matter."""
    if len(path) < 7:
        return None
    cells = np.array(path[::-1])
    xy = cell_centres(frame, cells, routing.shape)
    end = int(routing.receiver[path[0]])
    target = joined
    if target is None and stem.distance(Point(xy[-1])) < 2.5 * CELL_M:
        target = stem
    last = (
        shapely.get_coordinates(target.interpolate(target.project(Point(xy[-1]))))
        if target is not None
        else cell_centres(frame, np.array([end]), routing.shape)
    )
    raw = np.vstack([xy, last])
    line = _simple(_chaikin(raw, 3), 8.0)
    along = np.linspace(0.0, 1.0, len(raw))
    vertices = shapely.points(shapely.get_coordinates(line))
    at = np.asarray(shapely.line_locate_point(line, vertices, normalized=True))
    ends = np.append(cells, end)
    area = np.interp(at, along, np.append(routing.area_km2[cells], routing.area_km2[cells[-1]]))
    drains = _drains_to_stem(routing, path[0], stem)
    return River(
        f"示例·{_stream_name(number)}河",
        "支流",
        "长江流域" if drains else "珠江流域",
        line,
        np.interp(at, along, bed[ends]),
        9.0 + 9.0 * np.sqrt(area / 100.0),
        np.minimum(1_800.0, 450.0 + 330.0 * np.log2(np.maximum(area / 30.0, 1.0))),
    )


def _drains_to_stem(routing: Routing, cell: int, stem: LineString) -> bool:
    while routing.receiver[cell] >= 0:
        cell = int(routing.receiver[cell])
    r, c = divmod(cell, routing.shape[1])
    return bool(
        stem.distance(Point(WEST + (c + 0.5) * CELL_M, NORTH - (r + 0.5) * CELL_M)) < 2 * CELL_M
    )


def _beds(routing: Routing) -> Floats:
    """Stream beds: cut below the plateau by catchment size, never rising downstream."""
    cut = 25.0 + 24.0 * np.log2(np.maximum(routing.area_km2 / 20.0, 1.0))
    bed = routing.height_m - cut
    fixed = (routing.receiver < 0) & (routing.outlet_m < routing.height_m - 20.0)  # the stem
    bed[fixed] = routing.outlet_m[fixed]
    for cell in routing.order[::-1]:  # sills are cut through, as antecedent rivers do
        below = routing.receiver[cell]
        if below >= 0 and not fixed[below]:
            bed[below] = min(bed[below], bed[cell] - 0.5)
    for cell in routing.order:  # and nothing lies under its outlet
        below = routing.receiver[cell]
        if below >= 0:
            bed[cell] = max(bed[cell], bed[below] + 0.2)
    return np.asarray(bed)


def cell_centres(frame: Frame, cells: NDArray[np.int64], shape: tuple[int, int]) -> Floats:
    """Cell centres, moved about by a third of a cell so that lines do not follow the lattice."""
    r, c = np.divmod(cells, shape[1])
    x = WEST + (c + 0.2 + 0.6 * lattice(r, c, frame.salt(31))) * CELL_M
    y = NORTH - (r + 0.2 + 0.6 * lattice(r, c, frame.salt(32))) * CELL_M
    bend = 260.0
    return np.column_stack(
        [
            x + bend * fractal(x, y, 2_600.0, frame.salt(33), 2),
            y + bend * fractal(x, y, 2_600.0, frame.salt(34), 2),
        ]
    )


def _stem_cells(stem: LineString, bed: Floats, shape: tuple[int, int]) -> dict[int, float]:
    """Cells that the main stem runs through, with its bed elevation."""
    along = np.arange(0.0, stem.length, CELL_M / 4)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(stem, along))
    level = np.interp(along / stem.length, np.linspace(0, 1, len(bed)), bed)
    c = np.floor((xy[:, 0] - WEST) / CELL_M).astype(int)
    r = np.floor((NORTH - xy[:, 1]) / CELL_M).astype(int)
    ok = (r >= 0) & (r < shape[0]) & (c >= 0) & (c < shape[1])
    return {int(k): float(z) for k, z in zip(r[ok] * shape[1] + c[ok], level[ok], strict=True)}


def _simple(xy: Floats, tolerance_m: float) -> LineString:
    """A line without the vertices that matter less than a tolerance."""
    return LineString(shapely.get_coordinates(LineString(xy).simplify(tolerance_m)))


def _chaikin(xy: Floats, rounds: int) -> Floats:
    """Cut corners; the ends stay."""
    for _ in range(rounds):
        a, b = xy[:-1], xy[1:]
        cut = np.empty((2 * len(a), 2))
        cut[0::2], cut[1::2] = 0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b
        xy = np.vstack([xy[:1], cut, xy[-1:]])
    return xy


def _stream_name(number: int) -> str:
    stems, branches = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
    return stems[number % 10] + branches[number % 12] + ("" if number < 60 else str(number // 60))
