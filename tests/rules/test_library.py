"""The shipped rule files: every case, every wanted rule, honest statuses, texts in force."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from zoning.facts.kinds import as_codes, lineage
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers
from zoning.facts.vocabulary import KINDS, LAYERS, STAGES
from zoning.measure.filters import choose
from zoning.policy import clauses
from zoning.rules.cases import CaseResult
from zoning.rules.cases import test_cases as run_cases
from zoning.rules.check import spec_of
from zoning.rules.judge import Outcome, asked, judge, ranges
from zoning.rules.load import load_rules
from zoning.rules.model import Level, Rule, RuleSet

RULES = load_rules("admission", "pv", "geothermal")
AS_OF = date(2026, 11, 22)
EVE, CODE = date(2026, 8, 14), date(2026, 8, 15)  # the 生态环境法典 is in force from the second
# T1-T7, P1-P15, P17-P24, P26-P33, A1-A8, A10, A13-A17, A21-A24,
# NEW1-NEW7
WANTED = {
    *(f"T{i}" for i in range(1, 8)),
    *("P1", "P4", "P4a", "P4b", "P5", "P6", "P7", "P8", "P8a", "P8b", "P9", "P10", "P11", "P12"),
    *("P2", "P3", "P13", "P14", "P15"),
    *("P26", "P27", "P28", "P29"),
    *("P17", "P18", "P19", "P20", "P21", "P22", "P23", "P24", "P30", "P31", "P32", "P33"),
    *(f"A{i}" for i in (1, 2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16, 17, 21, 22, 23, 24)),
    "A14b",
    *(f"NEW{i}" for i in range(1, 8)),
}
BUILDING = {"新建", "改建", "扩建", "技改", "搬迁", "重大变动", "已批未建"}
# Rest on articles that law.md read although their candidate rule speaks of something narrower.
READ_IN_LAW = {"base.redline.keep", "base.farmland.conversion", "base.forest"}


def rule(rule_id: str) -> Rule:
    return RULES[rule_id]


@pytest.mark.parametrize("result", run_cases(RULES), ids=lambda r: f"{r.rule}: {r.why}")
def test_case(result: CaseResult) -> None:
    assert result.got == result.expect


def test_every_wanted_rule_is_there() -> None:
    found = {candidate for r in RULES.rules for candidate in r.candidates}
    assert found >= WANTED


def test_every_rule_is_traceable() -> None:
    from_the_tool = {
        "kind_missing",
        "kind_other",
        "stage_missing",
        "industry_missing",
        "not_admitted",
        "date",
        "route",
    }
    for r in RULES.rules:
        assert r.candidates or r.id.removeprefix("integrity.") in from_the_tool, r.id


def test_cases_have_a_yes_a_no_and_a_doubt() -> None:
    for r in RULES.rules:
        got = {case.expect for case in r.cases}
        fires = {"undetermined"} if r.then == "undetermined" else {r.then}
        assert fires | {"allow"} <= got, r.id
        assert r.then == "note" or "undetermined" in got, r.id


def test_verified_only_what_was_read(shared: Path) -> None:
    text = (shared / "domain" / "rules_status.csv").read_text(encoding="utf-8")
    status = {row["rule_id"]: row["status"] for row in csv.DictReader(text.splitlines())}
    for r in RULES.rules:
        if r.status == "verified" and r.then != "note" and r.id not in READ_IN_LAW:
            assert "verified" in {status.get(c) for c in r.candidates}, r.id


def test_some_text_is_in_force_on_every_day_a_rule_is() -> None:
    days = [date(2025, 4, 1), date(2026, 1, 2), EVE, CODE, AS_OF]
    for r in RULES.rules:
        if r.role == "substance" and r.status != "default":
            for day in filter(r.in_force, days):
                assert r.cites_on(day) or r.id == "admission.reduction.suspended_area", (r.id, day)


def test_laws_that_the_code_repealed_end_with_it() -> None:
    repealed = {
        "环境保护法",
        "环境影响评价法",
        "水污染防治法",
        "土壤污染防治法",
        "固体废物污染环境防治法",
        "清洁生产促进法",
    }
    for r in RULES.rules:
        for cite in r.cites:
            if cite.title in repealed:
                assert cite.until == CODE, r.id
            if cite.title == "生态环境法典":
                assert cite.since == CODE, r.id


@pytest.mark.parametrize(
    ("rule_id", "before", "after"),
    [
        ("base.water_source.second", "水污染防治法 66", "生态环境法典 320(1)"),
        ("base.water_source.quasi", "水污染防治法 67", "生态环境法典 321"),
        ("base.water_source.outfall", "水污染防治法 64", "生态环境法典 318"),
        ("base.contaminated.unrelated", "土壤污染防治法 61、66", "生态环境法典 461(3)"),
        ("base.basic_farmland.soil", "土壤污染防治法 50(2)", "生态环境法典 445(2)"),
        ("base.eia.expired", "环境影响评价法 24", "生态环境法典 106、107"),
    ],
)
def test_the_day_of_acceptance_decides_the_text(rule_id: str, before: str, after: str) -> None:
    texts = [
        [f"{cite.title} {cite.article}" for cite in rule(rule_id).cites_on(day)]
        for day in (EVE, CODE)
    ]
    assert texts == [[before], [after]]


def test_a_regulation_stands_beside_the_code() -> None:
    titles = [cite.title for cite in rule("base.karst.groundwater").cites_on(CODE)]
    assert titles == ["地下水管理条例", "生态环境法典"]


def test_no_exception_serves_a_plant_or_an_array() -> None:
    for r in RULES.rules:
        if r.unless and r.id != "admission.steel.ratio":  # the exception is the swap rules' own
            assert "*" not in r.kinds, r.id
            if r.then == "forbid":
                assert not {"pv", "wind", "industry", "park", "landfill"} & set(r.kinds), r.id


def test_no_rule_is_older_than_its_texts() -> None:
    for r in RULES.rules:
        begun = [cite.since for cite in r.cites if cite.since is not None]
        if r.role == "substance" and begun and len(begun) == len(r.cites):
            assert r.since is not None, r.id
            assert r.since >= min(begun), r.id


def test_what_was_built_is_asked_today() -> None:
    for r in RULES.rules:
        if r.role == "substance" and r.stages and not set(r.stages) & BUILDING:
            assert r.at == "as_of" or r.id == "base.redline.existing_pv", r.id


def test_a_new_project_does_not_slip_by_as_approved_or_moved() -> None:
    for r in RULES.rules:
        if {"新建", "扩建"} <= set(r.stages):
            assert {"搬迁", "已批未建"} <= set(r.stages), r.id


def test_existing_works_are_not_refused_but_on_contaminated_ground() -> None:
    for r in RULES.rules:
        if r.then == "forbid":
            stages = set(r.stages)
            assert stages <= BUILDING or r.id == "base.contaminated.begun", r.id
            assert stages, r.id


def _chosen(start: str, rows: Mapping[str, Sequence[object]]) -> list[str]:
    """Which features the filter of the fact that starts so takes: yes, no, perhaps."""
    (ref,) = (ref for ref in RULES.facts if str(ref).startswith(start))
    (found,) = choose(ref, pd.DataFrame(rows), Facts(np.asarray(["x"]), {}))
    return [
        "yes" if sure else "perhaps" if maybe else "no"
        for sure, maybe in zip(found.sure, found.maybe, strict=True)
    ]


def test_the_phosphorus_clause_names_two_rivers() -> None:
    names = {"name": ["息烽河流域", "洋水河", "南明河流域", None]}
    assert _chosen("catchment[", names) == ["yes", "yes", "no", "perhaps"]


def test_exactly_half_covered_is_not_above_half() -> None:
    ref = next(str(ref) for ref in RULES.facts if "cover >" in str(ref))
    shrubs: dict[str, Sequence[object]] = {
        "type": ["灌木林地"] * 4 + ["宜林地", "荒山"],  # the last is no class of the survey
        "cover": [50.1, 50, 40, None, 60, 60],
    }
    assert _chosen(ref, shrubs) == ["yes", "no", "no", "perhaps", "no", "perhaps"]


def test_kinds_are_named_by_rules_of_substance() -> None:
    named = {
        kind
        for r in RULES.rules
        if r.role == "substance" and r.then != "note"
        for kind in r.kinds
        if kind != "*"
    }
    assert named <= set(KINDS)
    assert all(not lineage(kind).isdisjoint(named) for kind in KINDS)


def test_plan_clauses_point_at_rules_that_cite_them() -> None:
    for clause in clauses().values():
        for rule_id in clause.rules:
            assert rule(rule_id), clause.id


# ---------------------------------------------------------------- whole sets on one site


def _clear(rules: RuleSet) -> Iterator[tuple[str, Column]]:
    """Every fact as a project far from everything and with all papers would have it."""
    yes = {"site.valid", "site.in_region", "control_unit.meets"}
    for ref in rules.facts:
        name, spec = str(ref), spec_of(ref, LAYERS)
        assert spec is not None
        if spec.kind == "claim":
            held = name in yes or ref.layer == "document"
            yield name, Claims.of([held])
        elif spec.kind == "number":
            far = spec.unit == "m"
            yield name, Numbers.exact([50_000.0 if far else 0.0], spec.unit)
        else:
            yield name, Codes.of([CodeSet.only("其他")])
    yield "control_unit.class", Codes.of_texts(["一般管控"])
    yield "determination.unit", Codes.of_texts(["符合"])


def verdict(
    kind: str,
    stage: str = "新建",
    *,
    accepted: date | None = None,
    facts: Mapping[str, Column] | None = None,
    rules: RuleSet = RULES,
) -> tuple[Level, Level]:
    columns = {
        **dict(_clear(RULES)),
        "project.kind": Codes.of_words([kind], as_codes),
        "project.stage": Codes.of_texts([stage]),
        **(facts or {}),
    }
    table = Facts(np.asarray(["x"]), columns)
    found = ranges(judge(table, rules, on=asked([accepted], AS_OF)))
    return Level(int(found.least[0])), Level(int(found.most[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_project_far_from_everything_is_allowed(kind: str) -> None:
    assert verdict(kind) == (Level.ALLOW, Level.ALLOW)


def test_a_kind_without_rules_of_its_own_is_decided_and_noted() -> None:
    """By the rules for every kind; nothing else could ever decide it (issue 11)."""
    assert verdict("other") == (Level.ALLOW, Level.ALLOW)
    results = {r.expect for r in run_cases(RULES) if r.rule == "integrity.kind_other" and r.passed}
    assert "note" in results


def test_of_an_unknown_kind_no_rule_of_a_kind_is_asked_and_nothing_passes() -> None:
    columns = {**dict(_clear(RULES)), "project.stage": Codes.of_texts(["新建"])}
    table = Facts(np.asarray(["x"]), {**columns, "project.kind": Codes.of_words([""], as_codes)})
    found = judge(table, RULES, on=asked([None], AS_OF))
    asked_of = {r for r, o in zip(found.rules, found.outcome[0], strict=True) if o}
    assert all("*" in rule(name).kinds for name in asked_of)
    assert ranges(found).most[0] == Level.FORBID


@pytest.mark.parametrize("stage", [s for s in STAGES if s not in BUILDING])
def test_existing_works_get_no_verdict(stage: str) -> None:
    assert verdict("industry", stage) == (Level.ALLOW, Level.FORBID)


def test_begun_works_on_a_listed_parcel_stop_whenever_accepted() -> None:
    name = "contaminated_parcel[listed = true, target_met = false].meets"
    hit: dict[str, Column] = {name: Claims.of([True])}
    old = date(2024, 3, 1)
    assert verdict("industry", "在建", accepted=old, facts=hit) == (Level.FORBID, Level.FORBID)


def test_what_the_office_does_not_hold_is_named_with_an_array() -> None:
    table = Facts(
        np.asarray(["x"]),
        {
            **{
                str(ref): Claims.of([None])
                for ref in RULES.facts
                if ref.layer in {"forest_map", "grassland", "natural_forest", "heritage"}
            },
            **{
                k: v
                for k, v in _clear(RULES)
                if not k.startswith(("forest", "grass", "nat", "her"))
            },
            "project.kind": Codes.of_texts(["pv"]),
            "project.stage": Codes.of_texts(["新建"]),
            "project.component": Codes.of_texts(["array"]),
        },
    )
    held = frozenset({"forest_map", "grassland", "natural_forest", "heritage"})
    found = judge(table, RULES, on=asked([None], AS_OF), out_of_scope=held)
    assert ranges(found).most[0] == Level.ALLOW
    open_to_check = {r for r, o in zip(found.rules, found.outcome[0], strict=True)
                     if o == Outcome.UNREVIEWED}  # fmt: skip
    wanted = {"grassland", "forest.grade", "forest.type", "forest.shrub", "avoid"}
    assert {f"base.pv.{name}" for name in wanted} <= open_to_check
    assert ranges(judge(table, RULES, on=asked([None], AS_OF))).most[0] == Level.FORBID


def test_a_plant_cannot_say_that_it_serves_the_supply() -> None:
    zone: dict[str, Column] = {
        "water_source[level = 一级].meets": Claims.of([True]),
        "project.serves_water_supply": Claims.of([True]),
    }
    assert verdict("industry", facts=zone)[0] == Level.FORBID
    assert verdict("water_works", facts=zone)[0] == Level.ALLOW


def test_a_parcel_may_be_repaired() -> None:
    parcel: dict[str, Column] = {
        "contaminated_parcel[listed = true, target_met = false].meets": Claims.of([True]),
        "contaminated_parcel[survey_done = false].meets": Claims.of([True]),
        "document.soil_survey": Claims.of([False]),
        "project.risk_control": Claims.of([True]),
    }
    assert verdict("restoration", facts=parcel) == (Level.ALLOW, Level.ALLOW)
    assert verdict("survey", facts=parcel) == (Level.ALLOW, Level.ALLOW)
    assert verdict("industry", facts=parcel) == (Level.FORBID, Level.FORBID)


def test_redline_forbids_an_array_and_doubts_a_line() -> None:
    hit: dict[str, Column] = {"redline.meets": Claims.of([True])}
    assert verdict("pv", facts=hit) == (Level.FORBID, Level.FORBID)
    hit["project.unavoidable"] = Claims.of([True])
    assert verdict("line", facts=hit) == (Level.CONDITIONAL, Level.CONDITIONAL)
    hit["document.redline_opinion"] = Claims.of([None])
    assert verdict("line", facts=hit) == (Level.CONDITIONAL, Level.FORBID)


def test_a_unit_not_judged_is_conditional() -> None:
    open_unit: dict[str, Column] = {"determination.unit": Codes.of_texts(["未研判"])}
    assert verdict("pv", facts=open_unit) == (Level.CONDITIONAL, Level.CONDITIONAL)
    against = {"determination.unit": Codes.of_texts(["不符合"])}
    assert verdict("pv", facts=against) == (Level.FORBID, Level.FORBID)


def test_an_energy_table_nobody_read_refuses_nobody() -> None:
    worse = {"project.energy_limit_class": Codes.of_texts(["劣于限定值"])}
    assert verdict("industry", facts=worse) == (Level.ALLOW, Level.FORBID)
    adopted = RULES.adopt("admission.energy_limit", by="某工程师", on=AS_OF)
    assert verdict("industry", facts=worse, rules=adopted) == (Level.FORBID, Level.FORBID)


def test_steel_after_the_suspension() -> None:
    steel: dict[str, Column] = {
        "project.branch": Codes.of_texts(["炼铁炼钢"]),
        "project.swap_ratio": Numbers.exact([1.5], "1"),
        "park[lawful = true].within": Claims.of([True]),
    }
    after, before = date(2024, 8, 23), date(2024, 8, 22)
    assert verdict("industry", accepted=after, facts=steel) == (Level.FORBID, Level.FORBID)
    assert verdict("industry", accepted=before, facts=steel)[0] == Level.ALLOW
