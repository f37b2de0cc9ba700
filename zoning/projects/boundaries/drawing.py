"""DXF in: closed polylines of one layer as boundaries; a drawing knows no CRS.

What is no closed polyline (open lines, hatches, blocks, circles) is counted and told, never joined
up: where lines only nearly meet, only the drawer knows whether they were meant to.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from zoning.arrays import Floats
from zoning.errors import Fault, ProjectFaults
from zoning.projects.boundaries.dxf import Entity, entities
from zoning.projects.cells.values import Refusal
from zoning.projects.formats.plaintext import read_lines
from zoning.projects.tables.raw import (
    NO_CRS,
    AsWritten,
    RawTable,
    clean,
    no_such_part,
    several_parts,
    unreadable,
)

DRAWINGS = (".dxf",)
_HEADERS = ("项目名称", "组成部分", "备注")
_BINARY = b"AutoCAD Binary DXF"
_SORTS = {
    **dict.fromkeys(("LWPOLYLINE", "POLYLINE", "LINE"), "未闭合线"),
    **dict.fromkeys(("CIRCLE", "ARC", "ELLIPSE", "SPLINE"), "圆和曲线"),
    **dict.fromkeys(("TEXT", "MTEXT", "ATTDEF", "ATTRIB"), "文字"),
    "HATCH": "填充",
    "INSERT": "块",
    "POINT": "点",
}

_FEW = Refusal(
    "闭合线不足 3 个点，或有的坐标不是数",
    "a closed polyline of fewer than three points, or with coordinates that are no numbers",
    "请核对图形",
    "check the drawing",
)


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
    drawn = entities(_lines(path), path.name)
    outlines = [None if one.paper else one.outline for one in drawn]
    layers = [one.layer for one, ring in zip(drawn, outlines, strict=True) if ring is not None]
    having = tuple(dict.fromkeys(layers))
    if sheet is not None and sheet not in having:
        raise ProjectFaults(no_such_part(path.name, sheet, having))
    if not having:
        raise ProjectFaults(_no_boundary(path.name, _counted(drawn, having)))
    if sheet is None and len(having) > 1:
        raise ProjectFaults(several_parts(path.name, having))
    chosen = sheet if sheet is not None else having[0]
    kept = [
        (one, ring)
        for one, ring in zip(drawn, outlines, strict=True)
        if ring is not None and one.layer == chosen
    ]
    return _table(path, chosen, drawn, kept)


def _table(
    path: Path, chosen: str, drawn: list[Entity], kept: list[tuple[Entity, Floats]]
) -> RawTable:
    shapes = np.empty(len(kept), dtype=object)
    shapes[:] = [shapely.Polygon(ring) if _encloses(ring) else None for _, ring in kept]
    rows = np.asarray([one.line for one, _ in kept], dtype=np.int64)
    labels = _labels([one for one in drawn if one.layer == chosen], shapes)
    several = len(kept) > 1
    cells = [
        (path.stem, (text or f"{chosen}-{k}") if several else None, f"图层 {chosen} {text}".strip())
        for k, text in enumerate(labels, 1)
    ]
    few = [
        (i, _fault(path.name, int(rows[i]), _FEW)) for i, shape in enumerate(shapes) if not shape
    ]
    read = {id(one) for one, _ in kept}
    unread = _counted([one for one in drawn if id(one) not in read], (chosen,))
    return RawTable(
        path.name,
        chosen,
        0,
        _HEADERS,
        tuple(clean(column) for column in zip(*cells, strict=True)),
        rows,
        shapes,
        "",
        len(kept),
        0,
        (f"读取图层「{chosen}」  read layer {chosen}", NO_CRS, *([unread] if unread else [])),
        (*few, *_nested(path.name, rows, shapes)),
        as_written=AsWritten(
            np.full(len(kept), "", dtype=object),
            np.asarray([one.decimals for one, _ in kept], dtype=np.int64),
        ),
    )


def _encloses(ring: Floats) -> bool:
    return len(ring) > 2 and bool(np.isfinite(ring).all())


def _lines(path: Path) -> list[str]:
    try:
        with path.open("rb") as file:
            binary = file.read(len(_BINARY)) == _BINARY
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    if binary:
        raise ProjectFaults(_binary(path.name))
    return read_lines(path)[0]


def _labels(drawn: list[Entity], shapes: NDArray[np.object_]) -> list[str]:
    """Return the one text of the same layer that stands in each shape, "" for none or several."""
    written = [one for one in drawn if one.kind in ("TEXT", "MTEXT") and one.vertices and one.text]
    points = np.empty(len(written), dtype=object)
    points[:] = [shapely.Point(one.vertices[0][:2]) for one in written]
    found: list[list[str]] = [[] for _ in shapes]
    pairs = shapely.STRtree(points).query(shapes, predicate="intersects")
    for shape, text in zip(*pairs, strict=True):
        found[shape].append(written[text].text)
    return [" ".join(own[0].split()) if len(own) == 1 else "" for own in found]


def _counted(drawn: list[Entity], layers: tuple[str, ...]) -> str:
    """Return how many entities of each sort were not read."""
    left = Counter(
        "布局中的图元"
        if one.paper
        else "其他图层的闭合线"
        if one.outline is not None and one.layer not in layers
        else _SORTS.get(one.kind, one.kind[:20])
        for one in drawn
    )
    if not left:
        return ""
    listed = "、".join(f"{name} {n}" for name, n in left.items())
    return f"未读: {listed}  open lines, hatches, blocks, texts and other layers are not read"


def _nested(
    file: str, rows: NDArray[np.int64], shapes: NDArray[np.object_]
) -> list[tuple[int, Fault]]:
    """Tell of boundaries inside boundaries: a drawing does not say which is taken off."""
    sound = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    outer, inner = shapely.STRtree(sound).query(sound, predicate="contains")
    return [
        (int(i), _fault(file, int(rows[i]), refusal))
        for a, b in zip(outer, inner, strict=True)
        if a != b
        for i, refusal in ((a, _around(int(rows[b]))), (b, _within(int(rows[a]))))
    ]


def _around(row: int) -> Refusal:
    return Refusal(
        f"第 {row} 行的闭合线在其内: 图上没有说是否扣除，没有扣除",
        f"the polyline of line {row} lies inside; it was not taken off, for nothing says so",
        "应扣除时，请导出为带洞的 GeoPackage 或勘测定界 TXT",
        "if it should be, export polygons with holes",
    )


def _within(row: int) -> Refusal:
    return Refusal(
        f"这一圈在第 {row} 行的闭合线之内，按另一块读取",
        f"inside the polyline of line {row}; read as a boundary of its own",
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


def _binary(file: str) -> Fault:
    return Fault(
        zh="二进制 DXF 不能读取",
        en="a binary DXF is not read",
        file=file,
        remedy_zh="请在 CAD 中另存为 ASCII DXF",
        remedy_en="save it as ASCII DXF in the CAD program",
    )
