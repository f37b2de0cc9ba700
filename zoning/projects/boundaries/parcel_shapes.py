"""Boundary points of one parcel to its shape: rings, order of the axes, what was doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning import crs as crs_floor
from zoning.arrays import Floats
from zoning.projects.boundaries.parcels import SHAPES, Parcel, Point
from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.rings import area_of

_LEAST = {"面": 3, "线": 2, "点": 1}

_NO_POINTS = Refusal(
    "地块没有界址点",
    "a parcel without boundary points",
    "请补界址点，或删去这个地块",
    "supply its points, or delete the parcel",
)
_NO_ROW = Refusal(
    "界址点前面没有地块行 (点数,面积,编号,名称,面,…,@)",
    "points without the row of a parcel in front of them",
    "请补地块行",
    "write the row of the parcel",
)
_NO_SHAPE = Refusal(
    "没有写图形属性 (点、线、面)，按面读取",
    "no shape stated: read as an area",
    "请在地块行写「面」",
    "write 面 into the row of the parcel",
)
EXCHANGED = Refusal(
    "X、Y 与本格式相反 (应 X 为北、Y 为东)，已按数值对调",
    "X and Y stand the other way round (X is north); exchanged by their numbers",
    "请核对",
    "check them",
)
_REOPENED = Refusal(
    "有的圈闭合、有的没有: 没有闭合的圈可能缺点",
    "some rings are closed and some are not: those may lack points",
    "请核对没有闭合的圈",
    "check the rings that are not closed",
)


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of one parcel in the numbers as written, x (east) before y.

    Parameters
    ----------
    shape : shapely geometry or None
        None where it cannot be told; ``doubts`` says why.
    doubts : tuple of Refusal
    degrees : bool
    prefix : int
        Zone in front of the eastings, 0 where there is none.
    counts : tuple of int
        Points without and with those that only close a ring.
    opened : int
        Rings closed here.
    decimals : int
        Written.
    area_m2 : float
        By the numbers as written; 0 without a shape.
    """

    shape: shapely.Geometry | None
    doubts: tuple[Refusal, ...] = ()
    degrees: bool = False
    prefix: int = 0
    counts: tuple[int, int] = (0, 0)
    opened: int = 0
    decimals: int = 0
    area_m2: float = 0.0


def _measured(shape: shapely.Geometry | None, *, degrees: bool) -> float:
    """Area [m2] by the numbers themselves: planar for metres, geodesic for degrees."""
    if shape is None:
        return 0.0
    sound = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    if not degrees:
        return float(shapely.area(sound))
    if not _lawful(np.asarray(shapely.get_coordinates(sound))):
        return 0.0
    shapes = np.asarray([sound], dtype=object)
    return float(crs_floor.geodesic_area(shapes, crs_floor.GEOGRAPHIC)[0])


def _lawful(xy: Floats) -> bool:
    return len(xy) > 0 and bool((np.abs(xy) <= (180, 90)).all())


def outline_of(parcel: Parcel) -> Outline:
    """Return the shape of a parcel, or why it has none."""
    doubts = [_NO_ROW] if parcel.headless else []
    if parcel.strange:
        return Outline(None, (*doubts, _strange(parcel)))
    if not parcel.points:
        return Outline(None, (*doubts, _NO_POINTS))
    kind = SHAPES.get(parcel.shape, "面")
    if not parcel.shape and not parcel.headless:
        doubts.append(_NO_SHAPE)
    xy = _eastern(parcel.points)
    if isinstance(xy, Refusal):
        return Outline(None, (*doubts, xy))
    if np.isnan(xy[0, 0]):
        xy, doubts = _pairs(parcel.points), [*doubts, EXCHANGED]
    degrees = bool((np.abs(xy) <= 360).all())
    prefixes = np.where(xy[:, 0] >= 13e6, np.minimum(xy[:, 0], 1e9) // 1e6, 0).astype(int)
    if (odd := np.flatnonzero(prefixes != prefixes[0])).size:
        return Outline(None, (*doubts, _mixed(parcel.points[odd[0]])))
    return _shaped(parcel, xy, kind, doubts, degrees=degrees, prefix=int(prefixes[0]))


def _shaped(
    parcel: Parcel, xy: Floats, kind: str, doubts: list[Refusal], *, degrees: bool, prefix: int
) -> Outline:
    spans = _runs(parcel.points, xy) if kind == "面" else _by_ring(parcel.points)
    rings = [xy[start:stop] for start, stop in spans]
    closed = [len(ring) > 1 and bool((ring[0] == ring[-1]).all()) for ring in rings]
    if kind != "面":
        closed = [False] * len(rings)
    distinct = [len(ring) - shut for ring, shut in zip(rings, closed, strict=True)]
    decimals = max(point.decimals for point in parcel.points)
    counts = (sum(distinct), max(len(xy), sum(distinct) + len(rings)))
    if few := [i for i, n in enumerate(distinct) if n < _LEAST[kind]]:
        return Outline(None, (*doubts, _few(parcel.points[spans[few[0]][0]], kind)))
    opened = 0
    if kind == "面":
        opened = len(closed) - sum(closed)
        doubts = [*doubts, *([_REOPENED] if 0 < opened < len(closed) else [])]
    shape, more = _geometry(rings, kind, [parcel.points[start].ring for start, _ in spans])
    said = (*doubts, *more)
    area = _measured(shape, degrees=degrees)
    return Outline(shape, said, degrees, prefix, counts, opened, decimals, area)


def _geometry(
    rings: Sequence[Floats], kind: str, labels: Sequence[str]
) -> tuple[shapely.Geometry | None, list[Refusal]]:
    if kind == "点":
        points = [shapely.Point(xy) for xy in np.vstack(rings)]
        return (points[0] if len(points) == 1 else shapely.MultiPoint(points)), []
    if kind == "线":
        lines = [shapely.LineString(ring) for ring in rings]
        return (lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)), []
    area = area_of(rings)
    if isinstance(area, Refusal):
        return None, [area]
    doubts = []
    if area.twins:
        doubts.append(_twins(area.twins))
    # a number of its own says hole; the same number says nothing
    stray = [i for i in area.pieces[1:] if labels[i] not in (labels[area.pieces[0]], "1")]
    if stray:
        doubts.append(_apart(stray))
    return area.shape, doubts


def _pairs(points: Sequence[Point]) -> Floats:
    return np.asarray([(point.first, point.second) for point in points], dtype=np.float64)


def _eastern(points: Sequence[Point]) -> Floats | Refusal:
    """Return x (east), y of points that stand north first, as the format has them.

    NaN where all of them stand east first; a Refusal where some do and some do not.
    """
    written = _pairs(points)
    turned = written[:, ::-1]
    wrong = looks_eastern(written) & ~looks_eastern(turned)
    right = looks_eastern(turned)
    if wrong.all():
        return np.full_like(written, np.nan)
    if wrong.any():
        return _partly(points[int(np.flatnonzero(wrong)[0])])
    if right.any() and not right.all():
        return _far_off(points[int(np.flatnonzero(~right)[0])])
    return turned


def looks_eastern(xy: Floats) -> NDArray[np.bool_]:
    """Whether pairs read as east, north: degrees or Gauss-Krüger metres of China's mainland."""
    x, y = xy.T
    degrees = (x >= 73) & (x <= 136) & (y >= 3) & (y <= 54)
    easting = ((x >= 5e4) & (x < 1e6)) | ((x >= 1.3e7) & (x < 4.6e7))
    return np.asarray(degrees | (easting & (y >= 1.0e6) & (y <= 6.1e6)))


def _runs(points: Sequence[Point], xy: Floats) -> list[tuple[int, int]]:
    """Return where each ring begins and ends: at a new number, at a closing, at J1 again."""
    spans: list[tuple[int, int]] = []
    start = 0
    for i in range(1, len(points) + 1):
        if i < len(points) and not _ends(points, xy, start, i):
            continue
        again = spans and i - start == 1 and bool((xy[start] == xy[spans[-1][0]]).all())
        if not again:  # else the first point once more, behind a ring that is closed already
            spans.append((start, i))
        start = i
    return spans


def _ends(points: Sequence[Point], xy: Floats, start: int, i: int) -> bool:
    """Whether point i begins a new ring, the current one having begun at ``start``."""
    if points[i].ring != points[i - 1].ring:
        return True
    if i - start >= 4 and bool((xy[i - 1] == xy[start]).all()):
        return True
    same = points[i].label == points[start].label and points[i].label != ""
    return same and not bool((xy[i] == xy[start]).all())


def _by_ring(points: Sequence[Point]) -> list[tuple[int, int]]:
    """Return the runs of equal ring numbers: the parts of a line, the points of a set."""
    cuts = [i for i in range(1, len(points)) if points[i].ring != points[i - 1].ring]
    return list(zip([0, *cuts], [*cuts, len(points)], strict=True))


def _strange(parcel: Parcel) -> Refusal:
    line, text = parcel.strange[0]
    more = f"等 {len(parcel.strange)} 行" if len(parcel.strange) > 1 else ""
    return Refusal(
        f"第 {line} 行「{text[:40]}」{more}看不懂，可能是界址点，地块未落图",
        f"line {line} is no boundary point; the parcel is not placed",
        "应为 点号,圈号,X坐标,Y坐标",
        "write label, ring, X (north), Y (east)",
    )


def _mixed(point: Point) -> Refusal:
    return Refusal(
        f"第 {point.line} 行的东坐标带号与本地块其他点不同",
        f"line {point.line}: another zone in front of the easting than its neighbours have",
        "请把一个地块换算到同一带",
        "convert a parcel to one zone",
    )


def _partly(point: Point) -> Refusal:
    return Refusal(
        f"第 {point.line} 行起有的点 X、Y 写反了，有的没有",
        f"X and Y are exchanged in some points only, first in line {point.line}",
        "请核对并改正",
        "correct them",
    )


def _far_off(point: Point) -> Refusal:
    return Refusal(
        f"第 {point.line} 行的坐标与本地块其他点不在一处",
        f"line {point.line} is far from the other points of its parcel",
        "请核对这一行的数字",
        "check its digits",
    )


def _few(point: Point, kind: str) -> Refusal:
    return Refusal(
        f"第 {point.line} 行起的一圈不足 {_LEAST[kind]} 个点",
        f"fewer than {_LEAST[kind]} points in the ring that begins in line {point.line}",
        "请补齐界址点，或核对圈号",
        "supply the points, or check the ring numbers",
    )


def _twins(rings: Sequence[int]) -> Refusal:
    listed = "、".join(str(i + 1) for i in rings)
    return Refusal(
        f"第 {listed} 圈与前面的圈完全相同，已略去",
        f"rings {listed} repeat an earlier one and were left out",
        "请核对",
        "check them",
    )


def _apart(rings: Sequence[int]) -> Refusal:
    listed = "、".join(str(i + 1) for i in rings)
    return Refusal(
        f"第 {listed} 圈不在外圈之内，不是扣除，按另一块读取",
        f"rings {listed} lie outside the first: read as pieces of their own, not as holes",
        "若应扣除，请核对圈号与坐标",
        "check ring numbers and coordinates if they should be taken off",
    )
