"""Overlapped parts and limit lines, worked by hand on squares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from zoning.render.conflicts import (
    Ground,
    distance_tests,
    limit_line,
    overlap_tests,
    overlapped,
)
from zoning.rules.grammar import parse_condition, parse_fact
from zoning.rules.model import Rule

SQUARES = np.array([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)], dtype=object)
GROUND = Ground(
    SQUARES,
    pd.DataFrame({"rank": ["干流", "支流"], "core": [1.0, np.nan]}),
    shapely.STRtree(SQUARES),
)


def rule(*, when: tuple[str, ...] = (), unless: tuple[str, ...] = ()) -> Rule:
    return Rule(
        id="x", title="x", role="substance", kinds=("*",), then="forbid",
        when=tuple(map(parse_condition, when)), unless=tuple(map(parse_condition, unless)),
    )  # fmt: skip


def test_overlap_of_both_squares_counts_once() -> None:
    part = overlapped(shapely.box(0, 0, 20, 5), GROUND, parse_fact("river_bank.meets"))
    assert part is not None
    assert part.area == 15 * 5


@pytest.mark.parametrize(
    ("fact", "area"),
    [
        ("river_bank[rank = 干流].meets", 50.0),
        ("river_bank[rank in [支流, 重要支流]].meets", 50.0),
        ("river_bank[rank in [干流, 支流]].meets", 75.0),
        ("redline[core = true].meets", 50.0),
        ("river_bank[rank != 干流].meets", 50.0),
        ("river_bank[rank != 湖].meets", 75.0),
        ("redline[core != false].meets", 50.0),  # not the one of which it is unknown
    ],
)
def test_brackets_choose_features(fact: str, area: float) -> None:
    part = overlapped(shapely.box(0, 0, 20, 5), GROUND, parse_fact(fact))
    assert part is not None
    assert part.area == area


def test_a_bracket_that_cannot_be_read_draws_nothing() -> None:
    fact = parse_fact("park[leading contains project.industry].meets")
    assert overlapped(shapely.box(0, 0, 20, 5), GROUND, fact) is None


def test_touching_is_no_overlap() -> None:
    fact = parse_fact("redline.meets")
    assert overlapped(shapely.box(15, 0, 20, 5), GROUND, fact) is None
    assert overlapped(shapely.Point(1, 1), GROUND, fact) is None


def test_a_line_keeps_the_part_inside() -> None:
    part = overlapped(shapely.LineString([(-5, 5), (25, 5)]), GROUND, parse_fact("redline.meets"))
    assert part is not None
    assert part.length == 15


def test_denied_conditions_and_exceptions_are_not_drawn() -> None:
    asked = rule(when=("redline.meets", "not park.meets"), unless=("wetland.meets",))
    assert [fact.layer for fact in overlap_tests(asked)] == ["redline"]


def test_limit_of_a_distance_is_in_metres() -> None:
    [(fact, limit)] = distance_tests(rule(when=("river_bank.distance < 1 km", "redline.meets")))
    assert (fact.layer, limit) == ("river_bank", 1000.0)


def test_limit_line_lies_at_the_limit() -> None:
    line = limit_line(shapely.Point(100, 5), GROUND, parse_fact("river_bank.distance"), 100.0)
    assert line is not None
    away = shapely.distance(shapely.union_all(SQUARES), shapely.points(line_points(line)))
    assert away == pytest.approx(np.full(len(away), 100.0), abs=12)  # thinned by 10 m


def line_points(line: shapely.Geometry) -> np.ndarray:
    return shapely.get_coordinates(line)
