"""Boundary texts of anything: never a traceback, never a parcel lost, never two answers for one."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.projects.coordinates.rings import Area, area_of
from zoning.sites import Sites

CRS = "EPSG:4545"
REGION = shapely.box(310_000, 2_890_000, 430_000, 3_040_000)
CORPUS = Path(__file__).parent.parent / "intake" / "boundaries"
GOOD = {
    suffix: [path.read_bytes() for path in sorted(CORPUS.glob(f"*{suffix}"))]
    for suffix in (".txt", ".dat", ".kml", ".dxf")
}
PIECES = st.sampled_from(
    [
        b"",
        b",",
        b"\n",
        b"@",
        b"\x00",
        b"\xff",
        b"[",
        b"-",
        b"<",
        b">",
        b"1e999",
        b"nan",
        b"J1,1,",
        "，".encode(),
        "面".encode(),
        "带号=18\n".encode(),
        "5,2,1,1,面,,,,@\n".encode(),
        b"J1,1,2940000.000,36380000.000\n",
        b"</Placemark>",
        b"&a;",
        b"0\nLWPOLYLINE\n",
        b"\x80" * 9,
    ]
)
CUTS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.2), PIECES), max_size=4)


def read(data: bytes, suffix: str) -> Sites | None:
    """Read bytes as a file; None where the file is refused, with a message in both languages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{suffix}")
        path.write_bytes(data)
        try:
            return read_projects(path, crs=CRS, region=REGION)
        except ProjectFaults as error:
            refusal = error
        shown = str(refusal)
    assert refusal.faults
    assert all(fault.zh and fault.en for fault in refusal.faults)
    assert folder not in shown
    return None


def check(sites: Sites) -> None:
    """Every row is placed, or says why it is not; what is placed is of use."""
    assert len(sites) == sites.rows_in - sites.rows_blank
    for shape, faults in zip(sites.geometry, sites.faults, strict=True):
        assert shape is not None or faults
        if shape is not None:
            assert shape.is_valid
            assert np.isfinite(shape.bounds).all()
            assert shape.geom_type in ("Point", "LineString", "Polygon") or (
                shape.geom_type.startswith("Multi")
            )


def mutated(data: bytes, cuts: list[tuple[float, float, bytes]]) -> bytes:
    for at, length, piece in cuts:
        start = int(at * len(data))
        data = data[:start] + piece + data[start + int(length * len(data)) :]
    return data


@pytest.mark.parametrize("suffix", [".txt", ".dat", ".kml"])
@given(data=st.binary(max_size=300))
@settings(max_examples=40, deadline=None)
def test_random_bytes(suffix: str, data: bytes) -> None:
    if (sites := read(data, suffix)) is not None:
        check(sites)


@pytest.mark.parametrize("suffix", sorted(GOOD))
@given(data=st.data(), cuts=CUTS)
@settings(max_examples=150, deadline=None)
def test_a_good_file_with_something_wrong(suffix: str, data: st.DataObject, cuts: object) -> None:
    whole = data.draw(st.sampled_from(GOOD[suffix]), label="file")
    if (sites := read(mutated(whole, cuts), suffix)) is not None:
        check(sites)


def packages() -> dict[str, bytes]:
    """A good file of each kind that is a zip, and one of MapInfo."""
    rows = [["项目名称", "经度(CGCS2000)", "纬度(CGCS2000)"], ["甲", 106.612345, 26.612345]]
    book, letter = openpyxl.Workbook(), docx.Document()
    table = letter.add_table(rows=0, cols=3)
    for row in rows:
        book.active.append(row)
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = str(text)
    made = {suffix: io.BytesIO() for suffix in (".xlsx", ".docx", ".zip")}
    book.save(made[".xlsx"])
    letter.save(made[".docx"])
    with zipfile.ZipFile(made[".zip"], "w") as archive:
        archive.writestr("甲.csv", "\n".join(",".join(map(str, row)) for row in rows))
    mapinfo = {".mif": (CORPUS / "cgcs.mif").read_bytes()}
    return {suffix: stream.getvalue() for suffix, stream in made.items()} | mapinfo


PACKAGES = packages()


@pytest.mark.parametrize("suffix", sorted(PACKAGES))
@given(cuts=CUTS)
@settings(max_examples=200, deadline=None)
def test_a_good_package_with_something_wrong(suffix: str, cuts: object) -> None:
    if (sites := read(mutated(PACKAGES[suffix], cuts), suffix)) is not None:
        check(sites)


NUMBERS = st.sampled_from(["2940000.000", "36380000.000", "2940100", "36380200", "", "x", "1e400"])
ROWS = st.tuples(
    st.sampled_from(["5", "4", "0", "", "x", "99"]),
    st.sampled_from(["2.0", "20000", "0", "", "一", "-1", "2公顷"]),
    st.sampled_from(["面", "线", "点", ""]),
    st.lists(st.tuples(st.sampled_from(["1", "2", ""]), NUMBERS, NUMBERS), max_size=6),
)


@given(rows=st.lists(ROWS, min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_parcels_in_are_sites_out(rows: list[tuple[str, str, str, list[tuple[str, ...]]]]) -> None:
    """Every row that ends with the mark is a site, in order, placed or refused with a reason."""
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "带号=36", "[地块坐标]"]
    starts = []
    for k, (count, area, shape, points) in enumerate(rows, 1):
        lines.append(f"{count},{area},D{k},地块{k},{shape},,,,@")
        starts.append(len(lines))
        lines += [f"J{i},{ring},{x},{y}" for i, (ring, x, y) in enumerate(points)]
    sites = read("\n".join(lines).encode(), ".txt")
    assert sites is not None
    check(sites)
    assert sites.table["row"].tolist() == starts


@given(
    n=st.integers(2_900_000, 3_030_000),
    e=st.integers(310_000, 420_000),
    height=st.integers(10, 900),
    width=st.integers(10, 900),
    closed=st.booleans(),
    backwards=st.booleans(),
    exchanged=st.booleans(),
    zoned=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
)
@settings(max_examples=60, deadline=None)
def test_a_rectangle_in_every_variant(
    n: int,
    e: int,
    height: int,
    width: int,
    closed: bool,
    backwards: bool,
    exchanged: bool,
    zoned: bool,
    encoding: str,
    newline: str,
) -> None:
    """However a rectangle is written, it is that rectangle, and only what is odd is said."""
    corners = [(n, e), (n, e + width), (n + height, e + width), (n + height, e)]
    corners = corners[::-1] if backwards else corners
    corners = [*corners, corners[0]] if closed else corners
    lines = ["[属性描述]", "坐标系=2000国家大地坐标系", "几度分带=3", "带号=36", "[地块坐标]"]
    lines.append(f"{len(corners)},{height * width / 1e4:.4f},1,一,面,,,,@")
    for i, (north, east) in enumerate(corners):
        pair = (f"{north}.000", f"{36 if zoned else ''}{east}.000")
        lines.append(",".join([f"J{i % 4 + 1}", "1", *(pair[::-1] if exchanged else pair)]))
    sites = read(newline.join(lines).encode(encoding), ".txt")
    assert sites is not None
    there = shapely.box(e, n, e + width, n + height)
    assert shapely.hausdorff_distance(sites.geometry[0], there) < 1e-4
    assert sites.geometry[0].area == pytest.approx(width * height, rel=1e-6)
    said = " ".join(fault.zh for fault in sites.faults[0])
    assert ("对调" in said) == exchanged
    assert len(sites.faults[0]) == int(exchanged)


@given(
    sides=st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=80, deadline=None)
def test_rings_inside_rings(sides: list[int], order: object) -> None:
    """Squares around one centre count in turn: the largest, less the next, plus the one inside."""
    rings = [np.asarray([(-s, -s), (s, -s), (s, s), (-s, s)], dtype=float) for s in sides]
    order.shuffle(rings)
    area = area_of(rings)
    assert isinstance(area, Area)
    falling = sorted(sides, reverse=True)
    assert area.shape.area == sum((-1) ** i * 4 * s * s for i, s in enumerate(falling))
    assert shapely.is_valid(area.shape)
