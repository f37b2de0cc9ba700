"""One coordinate as it is written: notations that are read, and why others are not."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from zoning.projects.cells.values import Refusal
from zoning.projects.coordinates.notation import Coordinate, read_coordinate

# 106 + 42/60 + 30.5/3600, worked by hand: 42 min = 0.7 deg, 30.5 s = 0.00847222 deg
HALF = 106.70847222222222


@pytest.mark.parametrize(
    "text",
    [
        "106°42′30.5″",
        "106度42分30.5秒",
        "E106°42'30.5\"",
        "106:42:30.5",
        "106-42-30.5",
        "106 42 30.5",
        "东经106°42′30.5″",
        "106°42′30.5″E",
        "经度：106°42′30.5″",
        "１０６°４２′３０．５″",
        "106º42’30.5’’",
        "106˚42´30.5”",
        "106°42'30.5''",
        "106°42‘30.5“",
        "106° 42′ 30.5″",
        "106°42′30.5",  # the last mark is missing
        "106°42′30.5′",  # the third group can only be seconds
        "106°42'30.5＂",
    ],
)
def test_degrees_minutes_seconds(text: str) -> None:
    read = read_coordinate(text)
    assert isinstance(read, Coordinate)
    assert read.value == pytest.approx(HALF, abs=1e-12)
    assert read.step == pytest.approx(0.1 / 3600)  # a tenth of a second


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("106°42′", 106.7, 1 / 60),
        ("106°42", 106.7, 1 / 60),
        ("106度42分", 106.7, 1 / 60),
        ("106°42.508′", 106 + 42.508 / 60, 0.001 / 60),
        ("106:42.5", 106 + 42.5 / 60, 0.1 / 60),
        ("106 42 30", 106 + 42 / 60 + 30 / 3600, 1 / 3600),
        ("106°42′30.50″", HALF, 0.01 / 3600),  # a zero that was written counts
        ("0°0′1″", 1 / 3600, 1 / 3600),
    ],
)
def test_what_was_written_is_known(text: str, value: float, step: float) -> None:
    read = read_coordinate(text)
    assert isinstance(read, Coordinate)
    assert read.value == pytest.approx(value, abs=1e-12)
    assert read.step == pytest.approx(step)
    assert read.sexagesimal


@pytest.mark.parametrize(
    ("cell", "value", "decimals"),
    [
        ("106.7123", 106.7123, 4),
        ("106.7120", 106.712, 4),
        ("E106.708°", 106.708, 3),
        ("106.708E", 106.708, 3),
        ("lon=106.7", 106.7, 1),
        ("394,818.50", 394818.5, 2),
        ("397818.5m", 397818.5, 1),
        ("397818.5 米", 397818.5, 1),
        ("X=2944000.5", 2944000.5, 1),
        (106.7123, 106.7123, 0),
        (36397818, 36397818.0, 0),
    ],
)
def test_decimal_numbers(cell: object, value: float, decimals: int) -> None:
    read = read_coordinate(cell)
    assert isinstance(read, Coordinate)
    assert (read.value, read.decimals, read.sexagesimal) == (value, decimals, False)


@pytest.mark.parametrize(
    ("cell", "value", "step"),
    [
        ("106.4230", 106 + 42 / 60 + 30 / 3600, 1 / 3600),
        ("106.42305", HALF, 0.1 / 3600),
        ("106.42", 106.7, 1 / 60),
        ("106.4", 106 + 40 / 60, 10 / 60),
        ("106", 106, 1),
        (106.423, 106 + 42 / 60 + 30 / 3600, 10 / 3600),  # a number has lost its last zero
        ("106°42′30.5″", HALF, 0.1 / 3600),
    ],
)
def test_ddd_mmss_under_a_header_that_says_so(cell: object, value: float, step: float) -> None:
    read = read_coordinate(cell, packed=True)
    assert isinstance(read, Coordinate)
    assert read.value == pytest.approx(value, abs=1e-9)
    assert read.step == pytest.approx(step)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("106°60′00″", "不小于 60"),
        ("106°42′60″", "不小于 60"),
        ("106:71:00", "不小于 60"),
        ("1067°42′", "不小于 60"),
        ("106.5°42′", "只有最后一组"),
        ("106°42.5′30″", "只有最后一组"),
        ("106°42″", "符号"),
        ("106°30.5″", "符号"),
        ("106 42", "106.42"),
        ("106-42", "106°42′"),
        ("W106.7", "西经"),
        ("106.7W", "西经"),
        ("南纬26°38′", "南纬"),
        ("-106°42′30″", "负值"),
        ("N106.7E", "互相矛盾"),
        ("106.7,26.6", "不是单个"),
        ("106.7 26.6", "不是单个"),
        ("106.42.30", "不是数"),
        ("10²", "不是单个"),
        ("٣", "不是数"),
        ("", "不是数"),
        ("北纬", "不是数"),
        ("abc", "不是数"),
        ("nan", "不是数"),
        (True, "不是数"),
        (math.inf, "不是数"),
        (dt.time(10, 42, 30), "时间"),
        (dt.timedelta(hours=106, minutes=42, seconds=30), "时间"),
        ("1 " * 100, "不是单个"),
    ],
)
def test_what_is_not_read_says_why(cell: object, why: str) -> None:
    read = read_coordinate(cell)
    assert isinstance(read, Refusal)
    assert why in read.zh + read.remedy_zh
    assert read.en


@pytest.mark.parametrize("cell", ["106.7123", 106.6012, "106.4260", "-106.42"])
def test_what_is_not_ddd_mmss_is_refused_under_its_header(cell: object) -> None:
    assert isinstance(read_coordinate(cell, packed=True), Refusal)
