"""DXF in: closed polylines of one layer as boundaries; a drawing knows no CRS.

What is no closed polyline (open lines, hatches, blocks, circles) is counted and told, never joined
up: where lines only nearly meet, only the drawer knows whether they were meant to.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.errors import Fault, ProjectFaults
from zoning.projects.tables import (
    AsWritten,
    RawTable,
    clean,
    no_such_part,
    several_parts,
    unreadable,
)
from zoning.projects.values import Refusal

if TYPE_CHECKING:
    import geopandas as gpd

DRAWINGS = (".dxf",)
_HEADERS = ("项目名称", "组成部分", "备注")
_ROUND = ("AcDbCircle", "AcDbEllipse", "AcDbSpline", "AcDbArc")
_BINARY = b"AutoCAD Binary DXF"


def read_drawing(path: Path, *, sheet: str | None) -> RawTable:
    """Read the closed polylines of a .dxf: of the only layer that has some, or of the one named.

    Parameters
    ----------
    path : path
    sheet : str, optional
        Layer of the drawing.

    Raises
    ------
    ProjectFaults
        No drawing, no such layer, several layers to choose from, or no closed polyline.
    """
    frame = _entities(path)
    closed = _closed(frame)
    layers = [str(name) for name in frame["Layer"].fillna("0")]
    having = list(dict.fromkeys(name for name, shut in zip(layers, closed, strict=True) if shut))
    if sheet is not None and sheet not in having:
        raise ProjectFaults(no_such_part(path.name, sheet, tuple(having)))
    if not having:
        raise ProjectFaults(_no_boundary(path.name, _counted(frame, closed)))
    if sheet is None and len(having) > 1:
        raise ProjectFaults(several_parts(path.name, tuple(having)))
    chosen = sheet if sheet is not None else having[0]
    there = np.asarray([name == chosen for name in layers])
    shapes = _areas(frame, closed & there)
    labels = _labels(frame, there, shapes)
    several = len(shapes) > 1
    cells = [
        (path.stem, (text or f"{chosen}-{k}") if several else None, f"图层 {chosen} {text}".strip())
        for k, text in enumerate(labels, 1)
    ]
    rows = np.flatnonzero(closed & there) + 1
    unread = _counted(frame, closed & there)
    return RawTable(
        path.name,
        chosen,
        0,
        _HEADERS,
        tuple(clean(column) for column in zip(*cells, strict=True)),
        rows.astype(np.int64),
        shapes,
        "",
        len(shapes),
        0,
        (f"读取图层「{chosen}」  read layer {chosen}", *([unread] if unread else [])),
        tuple(_nested(path.name, rows, shapes)),
        AsWritten(np.full(len(shapes), "", dtype=object), np.zeros(len(shapes), dtype=np.int64)),
    )


def _entities(path: Path) -> gpd.GeoDataFrame:
    """Return what is drawn, blocks as the points they stand at."""
    import pyogrio

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    options = {"INLINE_BLOCKS": "FALSE"}
    if not data.startswith(_BINARY):
        options["ENCODING"] = _encoding(data)
    try:
        return pyogrio.read_dataframe(path, layer="entities", **options)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        shapely.errors.GEOSException,
        ValueError,
    ) as error:
        raise ProjectFaults(unreadable(path, error)) from None


def _encoding(data: bytes) -> str:
    """Return the encoding of the texts: the code page of the head is not to be relied upon."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "CP936"
    return "UTF-8"


def _closed(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Whether an entity is a closed polyline in model space; circles and curves are none."""
    shapes = np.asarray(frame.geometry.array, dtype=object)
    lines = shapely.get_type_id(shapes) == 1
    ringed = shapely.is_closed(shapes) & (shapely.get_num_coordinates(shapes) >= 4)
    classes = frame["SubClasses"].fillna("").astype(str)
    curved = np.asarray([any(word in text for word in _ROUND) for text in classes], dtype=bool)
    return np.asarray(lines & ringed & ~curved & ~_on_paper(frame), dtype=np.bool_)


def _on_paper(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    return np.asarray(frame["PaperSpace"].fillna(0).astype(float) == 1, dtype=np.bool_)


def _areas(frame: gpd.GeoDataFrame, chosen: NDArray[np.bool_]) -> NDArray[np.object_]:
    lines = shapely.force_2d(np.asarray(frame.geometry.array, dtype=object)[chosen])
    result = np.empty(len(lines), dtype=object)
    result[:] = [shapely.Polygon(shapely.get_coordinates(line)) for line in lines]
    return result


def _labels(
    frame: gpd.GeoDataFrame, there: NDArray[np.bool_], shapes: NDArray[np.object_]
) -> list[str]:
    """Return the one text of the same layer that stands in each shape, "" for none or several."""
    texts = frame["Text"].fillna("").astype(str).to_numpy(dtype=object)
    points = np.asarray(frame.geometry.array, dtype=object)
    written = np.flatnonzero(there & (texts != "") & (shapely.get_type_id(points) == 0))
    tree = shapely.STRtree(points[written])
    found: list[list[str]] = [[] for _ in shapes]
    for shape, text in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        found[shape].append(str(texts[written[text]]))
    return [" ".join(own[0].split()) if len(own) == 1 else "" for own in found]


def _counted(frame: gpd.GeoDataFrame, read: NDArray[np.bool_]) -> str:
    """Return how many entities of each sort were not read."""
    kinds = shapely.get_type_id(np.asarray(frame.geometry.array, dtype=object))
    blocks = frame["BlockName"].notna() if "BlockName" in frame else frame["Layer"].isna()
    shut, paper = _closed(frame), _on_paper(frame)
    names = [
        "布局中的图元"
        if on_paper
        else "块"
        if block
        else "其他图层的闭合线"
        if closed
        else {0: "点或文字", 1: "未闭合线或曲线", 3: "填充", 6: "填充"}.get(int(kind), "其他")
        for on_paper, block, closed, kind in zip(paper, blocks, shut, kinds, strict=True)
    ]
    left = Counter(name for name, used in zip(names, read, strict=True) if not used)
    if not left:
        return ""
    listed = "、".join(f"{name} {n}" for name, n in left.items())
    return f"未读: {listed}  open lines, hatches, blocks, texts and other layers are not read"


def _nested(
    file: str, rows: NDArray[np.int64], shapes: NDArray[np.object_]
) -> list[tuple[int, Fault]]:
    """Tell of boundaries inside boundaries: a drawing does not say which is taken off."""
    outer, inner = shapely.STRtree(shapes).query(shapes, predicate="contains")
    return [
        (int(i), _fault(file, int(rows[i]), refusal))
        for a, b in zip(outer, inner, strict=True)
        if a != b
        for i, refusal in ((a, _around(int(rows[b]))), (b, _within(int(rows[a]))))
    ]


def _around(row: int) -> Refusal:
    return Refusal(
        f"第 {row} 个图元的闭合线在其内: 图上没有说是否扣除，没有扣除",
        f"entity {row} lies inside; the drawing does not say whether it is taken off: it was not",
        "应扣除时，请导出为带洞的 GeoPackage 或勘测定界 TXT",
        "if it should be, export polygons with holes",
    )


def _within(row: int) -> Refusal:
    return Refusal(
        f"这一圈在第 {row} 个图元之内，按另一块读取",
        f"inside entity {row}; read as a boundary of its own",
        "请核对它是否是应扣除的部分",
        "check whether it should be taken off",
    )


def _fault(file: str, row: int, doubt: Refusal) -> Fault:
    return Fault(
        zh=doubt.zh,
        en=doubt.en,
        file=file,
        row=row,
        remedy_zh=doubt.remedy_zh,
        remedy_en=doubt.remedy_en,
    )


def _no_boundary(file: str, counted: str) -> Fault:
    return Fault(
        zh="图里没有闭合的多段线，没有可读的边界",
        en="no closed polyline in the drawing, so no boundary",
        file=file,
        value=counted[:200],
        remedy_zh="请用 PEDIT 闭合用地红线; 填充、块内的线请先分解并闭合",
        remedy_en="close the boundary with PEDIT; explode hatches and blocks first",
    )
