"""Drawings: what counts as a closed polyline, arcs, old and new entities, space and plane."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.scenes.project_lists import CRS, said
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.boundaries.dxf import entities
from zoning.sites import Sites

E, N = 500_000, 2_940_000


def drawing(*bodies: list[str]) -> list[str]:
    body = [line for part in bodies for line in part]
    return ["0", "SECTION", "2", "ENTITIES", *body, "0", "ENDSEC", "0", "EOF"]


def polyline(
    points: list[tuple[float, ...]], *, closed: int = 1, layer: str = "红线", more: tuple = ()
) -> list[str]:
    result = ["0", "LWPOLYLINE", "8", layer, "70", str(closed), *more]
    for x, y, *bulge in points:
        result += ["10", f"{x:.3f}", "20", f"{y:.3f}"]
        result += ["42", str(bulge[0])] if bulge else []
    return result


def square(size: float = 100, at: float = 0) -> list[tuple[float, ...]]:
    x, y = E + at, N + at
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]


def read(folder: Path, *bodies: list[str], **options: object) -> Sites:
    path = folder / "图.dxf"
    path.write_text("\r\n".join(drawing(*bodies)) + "\r\n", "utf-8")
    return read_projects(path, crs=CRS, **{"list_crs": CRS, **options})


def test_closed_by_flag_or_by_its_last_vertex(tmp_path: Path) -> None:
    ends = [*square(at=500), square(at=500)[0]]
    sites = read(tmp_path, polyline(square()), polyline(ends, closed=0))
    assert [shape.area for shape in sites.geometry] == pytest.approx([10_000, 10_000])
    assert sites.table["component"].tolist() == ["红线-1", "红线-2"]


def test_arcs(tmp_path: Path) -> None:
    """A square whose east side bulges to a half circle: 100 * 100 + pi * 50 ** 2 / 2.

    Chords within 1 cm of an arc of 157 m leave 2 / 3 * 0.01 * 157 = 1.05 m2 out.
    """
    points = square()
    points[1] = (*points[1], 1.0)
    sites = read(tmp_path, polyline(points))
    assert sites.geometry[0].area == pytest.approx(10_000 + math.pi * 1_250, abs=1.06)
    points[1] = (*points[1][:2], -1.0)
    inward = read(tmp_path, polyline(points)).geometry[0]
    assert inward.area == pytest.approx(10_000 - math.pi * 1_250, abs=1.06)


def test_two_arcs_are_a_circle(tmp_path: Path) -> None:
    sites = read(tmp_path, polyline([(E, N, 1.0), (E + 100, N, 1.0)]))
    assert sites.geometry[0].area == pytest.approx(math.pi * 2_500, rel=1e-3)


def test_old_polylines(tmp_path: Path) -> None:
    """POLYLINE, VERTEX, SEQEND; the point of the POLYLINE itself is none of its vertices."""
    body = ["0", "POLYLINE", "8", "红线", "66", "1", "70", "1", "10", "0", "20", "0"]
    for x, y in square():
        body += ["0", "VERTEX", "8", "红线", "10", str(x), "20", str(y), "30", "1200.5"]
    body += ["0", "VERTEX", "8", "红线", "10", "1", "20", "1", "70", "16"]  # of a spline's frame
    assert read(tmp_path, [*body, "0", "SEQEND"]).geometry[0].area == pytest.approx(10_000)


def test_what_is_no_boundary_is_counted(tmp_path: Path) -> None:
    others = [
        ["0", "CIRCLE", "8", "树", "10", "0", "20", "0", "40", "5"],
        ["0", "HATCH", "8", "填充", "10", "0", "20", "0"],
        ["0", "INSERT", "8", "0", "2", "B", "10", "0", "20", "0"],
        ["0", "LINE", "8", "红线", "10", "0", "20", "0", "11", "1", "21", "1"],
        polyline(square(), more=("67", "1"), layer="图框"),
        polyline(square(), closed=0, layer="道路"),
    ]
    sites = read(tmp_path, polyline(square()), *others)
    assert len(sites) == 1
    notes = "\n".join(sites.notes)
    for text in ("圆和曲线 1", "填充 1", "块 1", "未闭合线 2", "布局中的图元 1"):
        assert text in notes


def test_the_back_of_the_plane(tmp_path: Path) -> None:
    """An extrusion of (0, 0, -1) mirrors x; any other leaves the map's plane."""
    mirrored = [(-x, y) for x, y in square()]
    behind = ("210", "0", "220", "0", "230", "-1")
    assert read(tmp_path, polyline(mirrored, more=behind)).geometry[0].bounds == pytest.approx(
        (E, N, E + 100, N + 100)
    )
    with pytest.raises(ProjectFaults, match="没有闭合的多段线"):
        read(tmp_path, polyline(square(), more=("210", "1", "230", "0")))


def test_a_text_inside_names_its_boundary(tmp_path: Path) -> None:
    label = ["0", "TEXT", "8", "红线", "10", str(E + 50), "20", str(N + 50), "1", "\\U+7532地块"]
    sites = read(tmp_path, polyline(square()), polyline(square(at=500)), label)
    assert sites.table["component"].tolist() == ["甲地块", "红线-2"]


def test_layers_are_asked_for(tmp_path: Path) -> None:
    two = (polyline(square()), polyline(square(at=500), layer="备选"))
    with pytest.raises(ProjectFaults, match="红线、备选"):
        read(tmp_path, *two)
    assert read(tmp_path, *two, sheet="备选").geometry[0].bounds[0] == pytest.approx(E + 500)
    with pytest.raises(ProjectFaults, match="没有这个工作表"):
        read(tmp_path, *two, sheet="别的")


def test_no_crs(tmp_path: Path) -> None:
    sites = read(tmp_path, polyline(square()), list_crs=None)
    assert sites.geometry[0] is None
    assert "坐标系" in said(sites)
    assert "不带坐标系" in "".join(sites.notes)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["0", "SECTION", "2", "ENTITIES", "0", "LWPOLYLINE"], "没有结尾"),
        (["PK", "nothing"], "不是 DXF 文本"),
        ([], "没有结尾"),
    ],
)
def test_damage(lines: list[str], text: str) -> None:
    with pytest.raises(ProjectFaults, match=text):
        entities(lines, "a.dxf")


def test_a_binary_drawing(tmp_path: Path) -> None:
    (tmp_path / "a.dxf").write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00")
    with pytest.raises(ProjectFaults, match="二进制"):
        read_projects(tmp_path / "a.dxf", crs=CRS)
