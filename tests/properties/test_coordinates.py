"""Coordinates printed in any notation are read back; what has two readings is said to have them."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zoning.projects import read_projects
from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.notation import Coordinate, read_coordinate
from zoning.projects.coordinates.outlines import outline
from zoning.projects.coordinates.vertices import Drawn, read_drawn
from zoning.sites import Sites

CRS = "EPSG:4545"
LON, LAT = st.floats(73.001, 135.999), st.floats(18.001, 53.999)
DIGITS = st.integers(0, 4)


@dataclass(frozen=True)
class Notation:
    """A way to write degrees: how it looks, and its unit with so many decimals."""

    name: str
    write: Callable[[float, int], str]
    per_degree: int  # units in a degree
    letters: bool = False  # E and N may stand beside it


def decimal(value: float, digits: int) -> str:
    return f"{value:.{digits}f}"


def sexagesimal(pattern: str, per_degree: int) -> Callable[[float, int], str]:
    """Print by whole units, so that no 60 seconds appear."""

    def write(value: float, digits: int) -> str:
        total = round(value * per_degree * 10**digits)
        rest, fraction = divmod(total, 10**digits)
        tail = f".{fraction:0{digits}d}" if digits else ""
        if per_degree == 60:
            d, m = divmod(rest, 60)
            return pattern.format(d=d, m=f"{m:02d}{tail}")
        d, rest = divmod(rest, 3600)
        m, s = divmod(rest, 60)
        return pattern.format(d=d, m=f"{m:02d}", s=f"{s:02d}{tail}")

    return write


MARKED = [
    "{d}°{m}′{s}″",
    "{d}°{m}'{s}\"",
    "{d}º{m}’{s}’’",
    "{d}˚{m}´{s}”",
    "{d}° {m}′ {s}″",
    "{d}度{m}分{s}秒",
    "{d}°{m}′{s}",
    "{d}°{m}′{s}＂",
    "{d}°{m}'{s}''",
]
SEPARATED = ["{d}:{m}:{s}", "{d}-{m}-{s}", "{d} {m} {s}"]
MINUTES = ["{d}°{m}′", "{d}度{m}分", "{d}°{m}'", "{d}°{m}"]
NOTATIONS = [
    Notation("decimal", lambda v, k: decimal(v, k + 2), 1, letters=True),
    Notation("degrees", lambda v, k: f"{decimal(v, k + 2)}°", 1, letters=True),
    *(Notation(p, sexagesimal(p, 3600), 3600, letters=True) for p in MARKED),
    *(Notation(p, sexagesimal(p, 3600), 3600) for p in SEPARATED),
    *(Notation(p, sexagesimal(p, 60), 60, letters=True) for p in MINUTES),
]
ANY = st.sampled_from(NOTATIONS)
WIDE = str.maketrans("0123456789.:-", "０１２３４５６７８９．：－")


def half_unit(notation: Notation, digits: int) -> float:
    decimals = digits + 2 if notation.per_degree == 1 else digits
    return 0.5 / notation.per_degree / 10**decimals


def half_step(read: Coordinate) -> float:
    return 0.5 * (read.step if read.sexagesimal else 10.0**-read.decimals)


@settings(max_examples=400, deadline=None)
@given(LON, DIGITS, ANY, st.booleans(), st.sampled_from(["", "E", "东经", "e", "E:", "东经："]))
def test_a_printed_coordinate_is_read_back(
    value: float, digits: int, notation: Notation, wide: bool, before: str
) -> None:
    text = notation.write(value, digits)
    if notation.letters:
        text = before + text
    if wide:
        text = text.translate(WIDE)
    read = read_coordinate(text)
    assert isinstance(read, Coordinate), (text, read)
    # off by no more than half the last place, and it is known how much that is
    assert abs(read.value - value) <= half_unit(notation, digits) + 1e-9
    assert half_step(read) == pytest.approx(half_unit(notation, digits))
    assert read.axis == ("lon" if before and notation.letters else "")


@given(LAT, DIGITS, st.sampled_from([n for n in NOTATIONS if n.letters]))
def test_letters_may_stand_behind(value: float, digits: int, notation: Notation) -> None:
    for letter in ("N", "北纬", " N", "n"):
        read = read_coordinate(notation.write(value, digits) + letter)
        assert isinstance(read, Coordinate)
        assert read.axis == "lat"
        assert abs(read.value - value) <= half_unit(notation, digits) + 1e-9


@given(st.integers(0, 179), st.integers(0, 99), st.integers(0, 99), st.sampled_from(MARKED))
def test_sixty_minutes_or_seconds_are_refused(d: int, m: int, s: int, pattern: str) -> None:
    read = read_coordinate(pattern.format(d=d, m=m, s=s))
    assert isinstance(read, Refusal) == (m >= 60 or s >= 60)


@given(st.integers(0, 179), st.integers(0, 59), st.sampled_from([" ", "-", ":"]))
def test_two_bare_numbers_have_two_readings(d: int, m: int, between: str) -> None:
    read = read_coordinate(f"{d}{between}{m}")
    assert isinstance(read, Refusal)
    assert f"{d}°{m}′" in read.zh
    assert f"{d}.{m}" in read.zh


@given(LON, st.integers(0, 3), st.booleans())
def test_ddd_mmss_is_read_where_the_header_says_so(
    value: float, digits: int, as_number: bool
) -> None:
    total = round(value * 3600 * 10**digits)
    rest, fraction = divmod(total, 10**digits)
    d, rest = divmod(rest, 3600)
    m, s = divmod(rest, 60)
    text = f"{d}.{m:02d}{s:02d}" + (f"{fraction:0{digits}d}" if digits else "")
    read = read_coordinate(float(text) if as_number else text, packed=True)
    assert isinstance(read, Coordinate)
    assert abs(read.value - value) <= 0.5 / 3600 / 10**digits + 1e-9
    if not as_number:
        assert read.step == pytest.approx(1 / 3600 / 10**digits)


SEPARATORS = st.sampled_from([", ", "，", "；", " ", "\n", "、", ",", "/"])


@settings(max_examples=300, deadline=None)
@given(LON, LAT, DIGITS, ANY, SEPARATORS, st.booleans(), st.booleans())
def test_a_pair_in_one_cell_is_read_in_either_order(
    lon: float, lat: float, digits: int, notation: Notation, between: str, turn: bool, named: bool
) -> None:
    # 106-42-30 26-38-20 reads on; in 106 42 30、26 38 20 the 30 looks like the number of a vertex
    assume(notation.name != "{d} {m} {s}" or between != "、")
    parts = [notation.write(lon, digits), notation.write(lat, digits)]
    if named and notation.letters:
        parts = [f"东经{parts[0]}", f"北纬{parts[1]}"]
    text = between.join(reversed(parts) if turn else parts)
    drawn = read_drawn(text)
    assert isinstance(drawn, Drawn), (text, drawn)
    x, y = drawn.vertices.xy[0]
    bound = half_unit(notation, digits) + 1e-9
    assert (abs(x - lon) <= bound, abs(y - lat) <= bound) == (True, True), text


POINT = st.tuples(st.integers(1000, 9999), st.integers(1000, 9999))
LISTS = [
    lambda _, x, y: f"{x},{y};",
    lambda _, x, y: f"{x} {y}\n",
    lambda i, x, y: f"J{i} {x} {y} ",
    lambda i, x, y: f"J{i}: {y}, {x}; ",
    lambda i, x, y: f"{i}: {x},{y}; ",
    lambda i, x, y: f"{i}、{x}，{y}；",
    lambda i, x, y: f"{i},{x},{y}\n",
    lambda i, x, y: f"拐点{i}：{x}，{y}\n",
    lambda _, x, y: f"({x},{y}),",
    lambda i, x, y: f"J{i},1,{y},{x}\n",
    lambda _, x, y: f"东经{x}° 北纬{y}°；",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(POINT, min_size=3, max_size=12, unique=True),
    st.sampled_from(LISTS),
    st.booleans(),
    st.booleans(),
)
def test_a_list_of_vertices_is_read_back(
    points: list[tuple[int, int]],
    write: Callable[[int, str, str], str],
    metres: bool,
    repeat_first: bool,
) -> None:
    if metres and "°" in write(1, "", ""):
        metres = False
    if metres:
        corners = [(36_390_000 + x / 10, 2_940_000 + y / 10) for x, y in points]
        shown = [(f"{x:.1f}", f"{y:.1f}") for x, y in corners]
    else:
        corners = [(106 + x / 1e4, 26 + y / 1e4) for x, y in points]
        shown = [(f"{x:.4f}", f"{y:.4f}") for x, y in corners]
    written = [*shown, shown[0]] if repeat_first else shown
    text = "".join(write(i, x, y) for i, (x, y) in enumerate(written, 1)).strip(" ,")
    drawn = read_drawn(text)
    assert isinstance(drawn, Drawn), (text, drawn)
    assert drawn.vertices.xy == pytest.approx(
        np.asarray([(float(x), float(y)) for x, y in written])
    )
    made = outline(drawn.vertices)
    assert isinstance(made, Refusal) or made.shape.geom_type == "Polygon"
    assert isinstance(made, Refusal) or made.closed == (not repeat_first)


# --- lists --------------------------------------------------------------------------------------


def listed(rows: list[list[str]], head: str) -> Sites:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head.split(","))
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text(text.getvalue(), "utf-8")
        return read_projects(path, crs=CRS)


DIGITS4 = st.integers(0, 9999)


def could_be_packed(digits: int) -> bool:
    return digits // 100 < 60 and digits % 100 < 60


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(DIGITS4, DIGITS4), min_size=1, max_size=8, unique=True))
def test_a_list_that_could_be_ddd_mmss_is_said_to_be(digits: list[tuple[int, int]]) -> None:
    rows = [
        [f"甲{i}", f"106.{a:04d}", f"26.{b:04d}", "CGCS2000"] for i, (a, b) in enumerate(digits)
    ]
    sites = listed(rows, "项目名称,经度,纬度,坐标系")
    could = [could_be_packed(a) and could_be_packed(b) for a, b in digits]
    doubted = sites.table["coordinates_doubted"].to_numpy(dtype=float)
    for packed, shape, faults in zip(could, sites.geometry, sites.faults, strict=True):
        named = any("ddd.mmss" in fault.zh for fault in faults)
        assert not named or packed  # decimal for certain
        assert (shape is None) <= named
        assert not all(could) or (shape is None and named)
    # a row that cannot be ddd.mmss says nothing of the others: five of up to eight are doubted
    if sum(could) >= 5 and not any(
        a // 100 < 60 and b // 100 < 60
        for (a, b), packed in zip(digits, could, strict=True)
        if not packed
    ):
        assert not (doubted[np.asarray(could)] == 0).any()


CELL = st.one_of(
    st.text(max_size=10),
    st.sampled_from(
        ["", "106.7123", "26.6123", "2944000.5", "36397818.5", "J1", "J2", "3", "甲", "乙"]
    ),
)
VERTEX_HEAD = "项目名称,拐点编号,圈号,X坐标,Y坐标,坐标系,占地面积(亩)"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=7, max_size=7), min_size=1, max_size=8))
def test_no_row_of_a_table_of_vertices_is_dropped(rows: list[list[str]]) -> None:
    assume(any(cell.strip() for row in rows for cell in row))
    try:
        sites = listed(rows, VERTEX_HEAD)
    except Exception as error:
        assert type(error).__name__ == "ProjectFaults"  # noqa: PT017  any other is a bug
        return
    assert sites.rows_in == len(sites) + sites.rows_blank + sites.rows_gathered
    for shape, faults in zip(sites.geometry, sites.faults, strict=True):
        assert shape is not None or faults
        assert shape is None or (shape.is_valid and np.isfinite(shape.bounds).all())


# --- anything at all ----------------------------------------------------------------------------

ALPHABET = "0123456789.,;:-+ °′″'\"度分秒EWNS东经北纬JX=Y()[]、，；\n１２３º’”²①点圈第一"
NOISE = st.text(ALPHABET, max_size=60) | st.text(max_size=40)


@settings(max_examples=1500, deadline=None)
@given(NOISE, st.booleans())
def test_any_text_is_a_number_or_a_refusal(text: str, packed: bool) -> None:
    read = read_coordinate(text, packed=packed)
    if isinstance(read, Coordinate):
        assert math.isfinite(read.value)
        assert any(char.isdigit() for char in text)
    else:
        assert read.zh
        assert read.en


@settings(max_examples=1500, deadline=None)
@given(NOISE, st.booleans())
def test_any_cell_draws_something_or_is_refused(text: str, packed: bool) -> None:
    drawn = read_drawn(text, packed=packed)
    if isinstance(drawn, Refusal):
        assert drawn.zh
        assert drawn.en
        return
    assert np.isfinite(drawn.vertices.xy).all()
    made = outline(drawn.vertices)
    assert isinstance(made, Refusal) or not made.shape.is_empty


@pytest.mark.parametrize(
    "unit", ["1", "1 ", "106°", "106.7,", "1:", "J1 ", "(", "°′", "1-", "东经", "1 1 1"]
)
def test_long_cells_end(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert isinstance(read_coordinate(text), Refusal)
    assert isinstance(read_drawn(text), Refusal | Drawn)
