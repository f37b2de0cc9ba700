"""Projects as the page holds them: order, words, what is written once, what is left out."""

from __future__ import annotations

import pytest

from tests.map_scene import Scene, make_scene
from zoning.render.map.cards import OUTCOMES, CardWriter, Pool, Row, gravity, trim
from zoning.rules.grammar import parse_condition
from zoning.rules.model import Rule, RuleSet
from zoning.screening.views import Evidence

SET = RuleSet(
    "x",
    "x",
    (
        Rule(
            id="x", title="x", role="substance", kinds=("*",), then="forbid",
            when=(parse_condition("redline.distance < 1 km"),),
            unless=(parse_condition("slope.mean < 25 deg"), parse_condition("not road.meets")),
        ),
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


def writer(rules: RuleSet = SET, closed: frozenset[str] = frozenset()) -> CardWriter:
    return CardWriter(rules, lambda _, text: text, {"redline": "生态保护红线"}, closed)


def evidence(condition: str, **numbers: float | None) -> Evidence:
    return Evidence("f", "红线距离", condition, "true", "words", **numbers)


def test_equal_rows_are_written_once() -> None:
    pool = Pool()
    assert [pool.number({"a": 1}), pool.number({"a": 2}), pool.number({"a": 1})] == [0, 1, 0]
    assert pool.rows == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize(
    ("condition", "other_side"),
    [
        ("redline.distance < 1 km", 0),  # fires below
        ("not redline.distance < 1 km", 1),  # fires above
        ("slope.mean < 25 deg", 1),  # an exception: fires above
        ("not road.meets", 0),  # an exception that is denied
    ],
)
def test_side_on_which_a_rule_fires(condition: str, other_side: int) -> None:
    made = writer()
    made.evidence("x", evidence(condition))
    assert made.tests.rows[0]["n"] == other_side


def test_open_ends_are_null() -> None:
    row = writer().evidence("x", evidence("a.b < 1", low=float("-inf"), high=1 / 3, measured=None))
    assert row == [0, None, 0.333333, None, "words"]


def test_gravity_puts_the_worst_first() -> None:
    rows: list[Row] = [
        {"v": "A", "lo": 0, "hi": 0, "n": "a"},
        {"v": "C", "lo": 1, "hi": 1, "n": "c"},
        {"v": "U", "lo": 0, "hi": 1, "n": "u1"},
        {"v": "U", "lo": 0, "hi": 2, "n": "u2"},
        {"v": "U", "lo": 1, "hi": 2, "n": "u3"},
        {"v": "F", "lo": 2, "hi": 2, "n": "f"},
    ]
    assert [row["n"] for row in sorted(rows, key=gravity)] == ["f", "u3", "u2", "u1", "c", "a"]


def project(scene: Scene, name: str, closed: frozenset[str] = frozenset()) -> Row:
    return writer(scene.screening.rules, closed).project(scene.screening.view(name))


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("P-01", "红线"),
        ("P-05", "永久基本农田"),
        ("P-02", "岸线 1 公里内不得新建化工项目"),
        ("P-04", ""),
    ],
)
def test_cause_is_what_decides(scene: Scene, name: str, cause: str) -> None:
    """Only the redline's title is known to this writer; the others fall back on the rule's."""
    expected = {"P-05": "不得占用永久基本农田"}.get(name, cause)
    assert project(scene, name)["y"] == expected


def test_head_lines(scene: Scene) -> None:
    site = project(scene, "P-02")["c"][0]
    assert site["ln"] == ["花溪区 · C2619 · 新建", "点位，申报 6.40 ha · 受理 2026-09-03"]
    site = project(scene, "P-01")["c"][0]
    assert site["ln"][1].startswith("边界 99.9")  # 1 km2 of grid, 0.04 % less on the ellipsoid


def test_county_that_differs_is_said(scene: Scene) -> None:
    site = project(scene, "P-04")["c"][0]
    assert site["ln"][2] == "申报在花溪区，坐标落在开阳县"


def test_units_of_a_closed_layer_are_left_out(scene: Scene) -> None:
    units = project(scene, "P-01")["c"][0]["u"]
    assert [(unit[0], unit[2], unit[3]) for unit in units] == [("ZH52011110001", "优先保护", 100.0)]
    shut = project(scene, "P-01", frozenset({"control_unit"}))
    assert shut["c"][0]["u"] == []
    assert "zh520111" not in shut["q"]


def test_a_rule_that_does_not_apply_keeps_one_reason(scene: Scene) -> None:
    made = writer(scene.screening.rules)
    row = made.project(scene.screening.view("P-04"))
    clear = [found for found in row["c"][0]["f"] if found["o"] == "clear"]
    assert len(clear) >= 5
    assert all(len(found["e"]) == 1 for found in clear)
    assert any("最近" in found["e"][0][4] for found in clear)


def test_trimming_keeps_what_decides(scene: Scene) -> None:
    full = [project(scene, "P-01")]
    [one], [two] = trim(full, 1), trim(full, 2)
    whole = [found for found in one["c"][0]["f"] if isinstance(found, dict)]
    bare = [found for found in one["c"][0]["f"] if isinstance(found, list)]
    assert {found["o"] for found in whole} == {"fires", "open"}
    assert {OUTCOMES[outcome] for _, outcome in bare} == {"clear"}
    kept = next(found for found in whole if found["o"] == "fires")["e"][0]
    assert kept[4] != ""
    fires = next(found for found in two["c"][0]["f"] if isinstance(found, dict))
    assert fires["e"][0][1:] == [*kept[1:4], ""]
