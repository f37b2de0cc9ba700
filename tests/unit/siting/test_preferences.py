"""Preferences read from presets: units, weights by hand, and every fault at once."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.errors import InputError
from zoning.siting import load_preset, preset_names
from zoning.siting.criteria import Curve, stability
from zoning.siting.presets.preset import read_preset
from zoning.siting.presets.reweighting import read_changes, reweighted

HEAD = 'name = "x"\ntitle = "x"\nrules = ["pv"]\nkind = "pv"\n'


def criterion(name: str, fact: str, preference: str, **more: object) -> str:
    rest = "".join(f"{key} = {value!r}\n" for key, value in more.items())
    return (
        f'[[criterion]]\nname = "{name}"\ntitle = "{name}"\nfact = "{fact}"\n{preference}\n{rest}'
    )


SLOPE = criterion("slope", "slope.mean", "curve = [[3, 1], [30, 0]]", weight=3)
ROAD = criterion("road", "road.distance", 'curve = [["200 m", 1], ["2 km", 0]]', weight=1)


def test_the_five_criteria_of_heaps_are_what_they_were() -> None:
    model = load_preset("pv-heaps").preferences()
    told = {c.name: (str(c.fact), c.preference, round(c.share, 9)) for c in model.criteria}
    assert told == {
        "usable": ("site.usable_ha", Curve(((2.0, 0.0), (40.0, 1.0))), 0.3),
        "slope": ("slope.mean", Curve(((3.0, 1.0), (20.0, 0.2), (30.0, 0.0))), 0.2),
        "substation": ("substation.distance", Curve(((1000.0, 1.0), (10000.0, 0.0))), 0.2),
        "road": ("road.distance", Curve(((200.0, 1.0), (2000.0, 0.0))), 0.1),
        "karst": ("karst.share(强发育)", Curve(((0.0, 1.0), (1.0, 0.0))), 0.2),
    }


@pytest.mark.parametrize("name", preset_names())
def test_weights_of_every_preset_sum_to_one(name: str) -> None:
    weights = load_preset(name).preferences().weights
    assert not len(weights) or weights.sum() == pytest.approx(1.0)


def test_a_preset_without_criteria_ranks_nothing() -> None:
    assert read_preset(HEAD, "x.toml").preferences().criteria == ()


def test_groups_by_hand() -> None:
    text = HEAD + (
        '[[group]]\nname = "a"\ntitle = "甲"\nweight = 3\n'
        '[[group]]\nname = "b"\ntitle = "乙"\nweight = 1\n'
        + criterion("slope", "slope.mean", "curve = [[0, 1], [30, 0]]", weight=1, group="a")
        + criterion("road", "road.distance", "curve = [[0, 1], [9, 0]]", weight=4, group="a")
        + criterion("area", "site.area_ha", 'curve = [["20000 m2", 0], [40, 1]]', weight=7,
                    group="b")
    )  # fmt: skip
    model = read_preset(text, "x.toml").preferences()
    assert model.weights == pytest.approx([0.75 * 0.2, 0.75 * 0.8, 0.25])
    assert model.criteria[2].preference == Curve(((2.0, 0.0), (40.0, 1.0)))
    scores = np.array([[1.0, 0.5, 0.0], [0.0, 0.0, 1.0]])
    groups = model.group_scores(scores)
    assert groups.tolist() == pytest.approx(np.array([[0.2 + 0.4, 0.0], [0.0, 1.0]]))
    assert model.rank(scores).total == pytest.approx([0.75 * 0.6, 0.25])
    # without the last criterion its group goes too, and the other weighs everything
    assert model.only([True, True, False]).weights == pytest.approx([0.2, 0.8])
    assert model.only([True, False, True]).weights == pytest.approx([0.75, 0.25])


def test_comparisons_weigh_and_a_contradiction_names_the_pair() -> None:
    karst = criterion("karst", "karst.share(强发育)", "curve = [[0, 1], [1, 0]]")
    three = HEAD + SLOPE + ROAD + karst + '[weights]\nhow = "ahp"\nmatrix = '
    good = read_preset(three + "[[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]", "x.toml").preferences()
    assert good.weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert "一致性比例 0.000" in good.notes[0]
    with pytest.raises(InputError) as told:
        read_preset(three + "[[1, 9, 0.2], [0.1111111, 1, 5], [5, 0.2, 1]]", "x.toml")
    (fault,) = told.value.faults
    assert (fault.file, fault.key) == ("x.toml", "weights")
    assert "自相矛盾" in fault.zh
    assert {"slope", "road", "karst"} >= set(fault.value.replace("=", ":").split(" : ")[:2])


def test_entropy_is_of_the_sites_at_hand() -> None:
    model = read_preset(HEAD + SLOPE + ROAD + '[weights]\nhow = "entropy"', "x.toml").preferences()
    assert model.weights == pytest.approx([0.75, 0.25])  # as given, until there are sites
    told = model.weighed(np.array([[0.5, 0.1], [0.5, 0.9], [0.5, np.nan]]))
    assert told.weights == pytest.approx([0.0, 1.0])  # all agree on the first


def test_every_fault_at_once() -> None:
    text = HEAD + "".join(
        (
            criterion("a", "slop.mean", "curve = [[3, 1], [30, 0]]", weight=1),
            criterion("b", "slope.mean", 'curve = [["3 km", 1], ["4 km", 0]]', weight=1),
            criterion("c", "slope.mean", "curve = [[3, 1], [2, 0]]", weight=1),
            criterion("d", "slope.mean", 'categories = { "陡" = 0 }', weight=1),
            criterion("e", "control_unit.class", 'categories = { "优先" = 0 }', weight=1),
            criterion("f", "site.colour", "curve = [[3, 1], [30, 0]]", weight=1),
            criterion("g", "road.distance", "", weight=1),
            criterion("h", "project.energy", "curve = [[3, 1], [30, 0]]", weight=1),
            criterion("i", "redline.meets", 'categories = { "是" = 2.0 }', weight=1),
            criterion("j", "road.distance", "curve = [[3, 1], [30, 0]]", group="none", weight=1),
            criterion("k", "road.distance", "curve = [[3, 1], [30, 0]]"),
        )
    )
    with pytest.raises(InputError) as told:
        read_preset(text, "mine.toml")
    keys = [fault.key for fault in told.value.faults]
    assert set(keys) == {"weights", *(f"criterion {name}" for name in "abcdefghij")}
    assert all(fault.file == "mine.toml" for fault in told.value.faults)


def test_a_changed_weight_is_the_share_that_it_says() -> None:
    preset = load_preset("pv-heaps")
    model = reweighted(preset, {"slope": 0.6}).preferences()
    assert model.weights == pytest.approx([0.15, 0.6, 0.1, 0.05, 0.1])  # halved, all but slope
    assert reweighted(preset, {"平均坡度": 0.6}).preferences().weights[1] == pytest.approx(0.6)
    groups = reweighted(load_preset("pv-land"), {"terrain": 0.7}).preferences().groups
    assert [g.share for g in groups] == pytest.approx([0.7, 0.3 * 35 / 60, 0.3 * 25 / 60])


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"坡向": 0.4}, "没有这个"),
        ({"slope": 1.4}, "0 到 1"),
        ({"slope": 0.6, "road": 0.6}, "之和"),
    ],
)
def test_weights_that_cannot_be(changes: dict[str, float], says: str) -> None:
    with pytest.raises(InputError, match=says):
        reweighted(load_preset("pv-heaps"), changes)


def test_weights_from_a_command_line() -> None:
    assert read_changes(["slope=0.4", "距道路 = .1"]) == {"slope": 0.4, "距道路": 0.1}
    with pytest.raises(InputError, match="写了两次"):
        read_changes(["slope=0.3", "slope=0.2"])
    with pytest.raises(InputError, match="写了两次"):
        reweighted(load_preset("pv-heaps"), {"slope": 0.3, "平均坡度": 0.2})
    with pytest.raises(InputError) as told:
        read_changes(["slope", "road=x"])
    assert len(told.value.faults) == 2


def test_draws_stay_within_their_group() -> None:
    # the second group has one criterion; sites that differ in the first group alone, one better
    # in both of its criteria, never trade places
    scores = np.array([[0.9, 0.8, 0.5], [0.5, 0.4, 0.5]])
    found = stability(scores, np.array([0.3, 0.2, 0.5]), seed=1, groups=[0, 0, 1])
    assert found.first.tolist() == [1.0, 0.0]
    # a fair toss between the groups
    toss = np.array([[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    found = stability(toss, np.array([0.25, 0.25, 0.5]), seed=1, groups=[0, 0, 1])
    assert found.first == pytest.approx([0.5, 0.5], abs=0.06)
