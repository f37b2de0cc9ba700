"""Cells by state, states by rule: counted by hand on a handful of cells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.facts.table import Facts
from zoning.facts.values import Codes
from zoning.rules.grammar import Claim, Condition, FactRef
from zoning.rules.load import parse_rules
from zoning.siting import load_preset, preset_names
from zoning.siting.cells import verdicts
from zoning.siting.cells.asker import open_asker
from zoning.siting.cells.block import Truths
from zoning.siting.cells.questions import Compiled, Question, compile_rules
from zoning.siting.cells.states import states_of
from zoning.siting.cells.verdicts import (
    ALLOWED,
    ANYTHING,
    CONDITIONAL,
    FORBIDDEN,
    Bench,
    rule_costs,
)
from zoning.siting.presets.preset import read_preset

DATA = Path(__file__).resolve().parents[3] / "data"


def truths(text: str) -> Truths:
    """One row of cells: n no, ? open, y yes."""
    cells = np.asarray([list(text)])
    return Truths(cells == "y", cells != "n")


def test_states_by_hand() -> None:
    states, place = states_of([truths("nny?"), truths("yyyy"), truths("ny?n")], (1, 4))
    assert [states[k] for k in place] == [b"\0\2\0", b"\0\2\2", b"\2\2\1", b"\1\2\0"]
    assert len(states) == len(set(states)) == 4


def test_states_of_more_questions_than_a_number_holds() -> None:
    rng = np.random.default_rng(3)
    sure, maybe = rng.random((90, 6, 7)) < 0.3, rng.random((90, 6, 7)) < 0.5
    answers = [Truths(s, s | m) for s, m in zip(sure, maybe, strict=True)]
    states, place = states_of(answers, (6, 7))
    for cell, k in enumerate(place):
        row, col = divmod(cell, 7)
        told = bytes(int(a.sure[row, col]) + int(a.maybe[row, col]) for a in answers)
        assert states[k] == told


RULES = """
schema = 1
name = "two"
title = "two"
[[rule]]
id = "two.a"
title = "a"
role = "substance"
kinds = ["pv"]
when = ["redline.meets"]
then = "forbid"
remedy = "trim"
status = "verified"
since = 2020-01-01
cite = { title = "t", article = "1", seen = "original" }
[[rule]]
id = "two.b"
title = "b"
role = "substance"
kinds = ["pv"]
when = ["farmland.meets"]
then = "forbid"
remedy = "trim"
status = "verified"
since = 2020-01-01
cite = { title = "t", article = "2", seen = "original" }
[[rule]]
id = "two.c"
title = "c"
role = "substance"
kinds = ["pv"]
when = ["wetland.meets"]
then = "conditional"
demand = "d"
status = "verified"
since = 2020-01-01
cite = { title = "t", article = "3", seen = "original" }
"""


def bench() -> Bench:
    rules, _ = parse_rules(RULES, file="two.toml")
    layers = ("redline", "farmland", "wetland")
    questions = tuple(
        Question(Claim(FactRef(layer, "meets")), "meets", FactRef(layer, f"cell{i}"))
        for i, layer in enumerate(layers)
    )
    named = {q.test.fact.layer: Condition(Claim(q.name)) for q in questions}
    rewritten = tuple(replace(r, when=(named[r.when[0].fact.layer],)) for r in rules.rules)
    compiled = Compiled(replace(rules, rules=rewritten), questions, ())
    project = Facts(
        np.asarray(["1"]),
        {"project.kind": Codes.of_texts(["pv"]), "project.stage": Codes.of_texts(["新建"])},
    )
    return Bench(compiled, project, date(2026, 11, 24), frozenset())


def test_values_and_costs_by_hand() -> None:
    # states: nothing; a; a and b; b open; c; c and a; everything; area 1, 2, 4 … ha
    states = [b"\0\0\0", b"\2\0\0", b"\2\2\0", b"\0\1\0", b"\0\0\2", b"\2\0\2", b"\0\2\1"]
    judged = bench().judge(states)
    assert bench().values(states).tolist() == judged.value.tolist()
    assert judged.value.tolist() == [
        ALLOWED, FORBIDDEN, FORBIDDEN, ANYTHING, CONDITIONAL, FORBIDDEN, FORBIDDEN,
    ]  # fmt: skip
    assert judged.reason.tolist() == [0, 1, 1, 2, 3, 1, 2]
    area = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
    a, b, c = rule_costs(judged, area)
    # a forbids 2 + 4 + 32, alone 2 + 32; without it 2 is allowed and 32 conditional
    assert (a.forbids, a.alone, a.gained) == (38.0, 34.0, 34.0)
    # b forbids 4 + 64, alone 64; without it the open 8 is allowed; 64 stays open by c
    assert (b.forbids, b.alone, b.gained, b.opens) == (68.0, 64.0, 8.0, 8.0)
    assert (c.conditions, c.opens, c.gained) == (48.0, 64.0, 0.0)


@pytest.mark.parametrize("name", ["pv-land", "wind-mines", "geothermal"])
def test_values_are_read_off_as_states_are_judged(name: str) -> None:
    preset, catalog = load_preset(name), Catalog.open(DATA)
    rules = preset.rule_set()
    compiled = compile_rules(rules, catalog, kind=preset.kind, stage=preset.stage)
    held = open_asker(preset, catalog, rules, compiled, as_of=date(2026, 11, 24)).bench
    rng = np.random.default_rng(6)
    told = set()
    for often in (0.02, 0.1, 0.4):  # answers that are not no
        asked = (400, len(compiled.questions))
        answers = rng.integers(0, 3, asked) * (rng.random(asked) < often)
        states = [row.tobytes() for row in answers.astype(np.uint8)]
        value = held.judge(states).value
        assert held.values(states).tolist() == value.tolist()
        told |= set(value.tolist())
    assert len(told) > 1


def test_a_kind_that_no_rule_speaks_of_may_be_anything() -> None:
    held = bench()
    kind = {**held.project.columns, "project.kind": Codes.of_texts(["wind"])}
    other = replace(held, project=Facts(held.project.ids, kind))
    assert other.values([b"\0\0\0", b"\2\2\2"]).tolist() == [ANYTHING, ANYTHING]


def test_rules_that_ask_too_much_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdicts, "MOST_QUESTIONS", 0)
    assert bench().values([b"\0\0\0", b"\0\0\2"]).tolist() == [ALLOWED, CONDITIONAL]


def test_presets_that_come_with_the_package_load() -> None:
    assert "pv-land" in preset_names()
    for name in preset_names():
        preset = load_preset(name)
        assert preset.name == name
        assert len(preset.rule_set())


GOOD = 'name = "x"\ntitle = "x"\nrules = ["base"]\nkind = "pv"\n'


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (GOOD + "min_area_ha = -1", "min_area_ha"),
        (GOOD + 'colour = "red"', "colour"),
        (GOOD.replace('"pv"', '"solar"'), "kind"),
        (GOOD + 'stage = "新建的"', "stage"),
        (GOOD + 'component = "游泳池"', "component"),
        (GOOD + "[assume]\nfree = true", "assume"),
        ('title = "x"\n', "name"),
        (GOOD + "min_area_ha = inf", "min_area_ha"),
        (GOOD.replace('"x"', '"../x"', 1), "name"),
        (GOOD + 'where = ["slope.mean > 20 ha"]', "where"),
        (GOOD + 'where = ["waste_heap[bogus = 3].meets"]', "where"),
        (GOOD + 'where = ["project.outfall"]', "where"),
    ],
)
def test_presets_that_say_what_cannot_be(text: str, key: str) -> None:
    with pytest.raises(InputError) as error:
        read_preset(text, "x.toml")
    assert key in {fault.key for fault in error.value.faults}


def test_no_such_preset_names_those_there_are() -> None:
    with pytest.raises(InputError, match="pv-land"):
        load_preset("solar")
