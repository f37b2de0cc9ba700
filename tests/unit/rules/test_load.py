"""The loader refuses what a rule may not say, all faults of a file at once."""

from __future__ import annotations

import pytest

from zoning.errors import RuleFaults
from zoning.rules.load import load_rules, parse_rules

GOOD = """
schema = 1
name = "t"
title = "t"
[[rule]]
id = "t.one"
title = "t"
role = "substance"
kinds = ["pv"]
when = ["redline.meets"]
then = "forbid"
remedy = "trim"
status = "verified"
cite = { title = "某法", article = "1", seen = "copy" }
"""


def faults(text: str) -> str:
    with pytest.raises(RuleFaults) as caught:
        parse_rules(text, file="mine.toml")
    return str(caught.value)


def test_the_good_one_loads() -> None:
    rules, includes = parse_rules(GOOD)
    assert [rule.id for rule in rules.rules] == ["t.one"]
    assert includes == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("redline.meets", "redlne.meets", "是否想写「redline」"),
        ("redline.meets", "redline.met", "没有「met」"),
        ("redline.meets", "redline.distance < 3 ha", "单位不对"),
        ("redline.meets", "redline.distance", "不是 claim"),
        ("redline.meets", "redline[colour = 红].meets", "没有属性"),
        ("redline.meets", "redline[core = maybe].meets", "true 或 false"),
        ("redline.meets", "redline.meets and", "条件"),
        ("redline.meets", "project.colour = 红", "没有「colour」"),
        ("redline.meets", "slope.share(3) > 1 %", ""),
        ("redline.meets", "water_source[level = 一级保护区].meets", "没有取值"),
        ("redline.meets", "project.kind = 工业", "没有取值"),
        ("redline.meets", "project.stage in [新健]", "没有取值「新健」"),
        ("redline.meets", "control_unit.class in [优先]", "没有取值"),
        ("redline.meets", "determination.unit in [不符和]", "没有取值"),
        ("redline.meets", "redline.class in [甲]", "没有「class」"),
        ("redline.meets", "substation[kv > 3 m].distance < 1 km", "以 kV 计"),
        ("redline.meets", "project.kind is missing", "integrity"),
        ("remedy =", "remdy =", "remedy"),
        ('remedy = "trim"', "", "remedy"),
        ('"forbid"', '"conditional"', "demand"),
        ('["pv"]', '["solar"]', "没有这个取值"),
        ('"copy"', '"none"', "没有读过"),
        ('status = "verified"', 'status = "sure"', "不在允许之列"),
        ("schema = 1", "schema = 9", "schema"),
        ('then = "forbid"', 'then = "forbid"\nthen = "note"', "TOML"),
    ],
)
def test_each_fault_is_named(old: str, new: str, said: str) -> None:
    text = GOOD.replace(old, new, 1)
    if said:
        message = faults(text)
        assert said in message
        assert "mine.toml" in message
    else:
        parse_rules(text)


def test_all_faults_at_once() -> None:
    text = GOOD.replace("redline.meets", "redlne.meets").replace('["pv"]', '["solar"]')
    message = faults(text)
    assert "2 faults" in message


def test_faults_of_head_keys_and_conditions_are_told_together() -> None:
    text = (
        GOOD.replace("schema = 1\n", "")
        .replace("redline.meets", "redlne.meets")
        .replace("status =", "statuss =")
    )
    message = faults(text)
    for word in ("schema", "statuss", "是否想写「redline」"):
        assert word in message


def test_an_unknown_set_says_which_there_are() -> None:
    with pytest.raises(RuleFaults, match="base"):
        load_rules("admision")
