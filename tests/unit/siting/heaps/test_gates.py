"""Gates by state and papers: worked by hand, and held against the rules that ask for them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from zoning.facts.vocabulary import DOCUMENTS
from zoning.render.tables.accounts import ledger_rows
from zoning.rules.load import load_rules
from zoning.siting.heaps.gates import (
    GATE_PAPERS,
    GATES,
    OTHER_PAPERS,
    READY,
    REUSE_PAPER,
    REUSE_RULE,
    REUSED,
    clauses,
    gate_columns,
    gate_of,
    is_ready,
    reuse_column,
    reuse_told,
)
from zoning.siting.heaps.land_class import CLASS_RULE, CROPPED
from zoning.siting.target import ledger

MINE = {"mine_right_cancelled": True, "goaf_survey": True, "restoration_accepted": True}
POND = {"tailings_closed": True, "heap_redesign": True}
SITE = {
    "heap_cover": True, "heap_leachate": True, "heap_monitoring": True, "heap_stability": True,
}  # fmt: skip
GANGUE = {"heap_cover": True, "heap_stability": True, "gangue_temperature": True}


@pytest.mark.parametrize(
    ("regime", "state", "ready"),
    [
        ("尾矿库", "已闭库销号", True), ("尾矿库", "已封场", False), ("Ⅱ类场", "已封场", True),
        ("Ⅱ类场", "在用", False), ("疑似危废", "已封场", False), ("", "已封场", None),
        ("Ⅱ类场", "", None), ("Ⅱ类场", "运行中", None), ("矿山用地", "已修复", True),
    ],
)  # fmt: skip
def test_a_gate_is_reached_by_regime_and_state(regime: str, state: str, ready: bool | None) -> None:
    assert is_ready(regime, state) is ready


@pytest.mark.parametrize(
    ("regime", "state", "kind", "said", "ready", "passed", "told"),
    [
        ("矿山用地", "已修复", "废弃矿山", MINE, True, True, "门槛已过"),
        ("矿山用地", "已修复", "废弃矿山", {}, True, None, "状态已到，门槛材料未核"),
        ("矿山用地", "已修复", "废弃矿山", {**MINE, "goaf_survey": False}, False, False,
         "门槛未过：缺 采空区和边坡调查"),
        ("矿山用地", "停用", "废弃矿山", MINE, False, False,
         "门槛未过：状态未到（停用）；材料却写明齐全，须核对状态"),
        ("矿山用地", "", "废弃矿山", MINE, None, None, "门槛不明：状态不明"),
        ("矿山用地", "", "废弃矿山", {"goaf_survey": False}, False, False, "状态不明；缺"),
        ("Ⅱ类场", "已封场", "磷石膏", SITE, True, True, "门槛已过"),
        ("Ⅱ类场", "已封场", "磷石膏", {"heap_cover": True}, True, None, "渗滤液收集处理材料"),
        ("Ⅱ类场", "已封场", "磷石膏", {**SITE, "heap_stability": False}, False, False,
         "门槛未过：缺 堆体稳定和沉降监测材料"),
        ("Ⅱ类场", "已封场", "煤矸石", GANGUE, True, True, "门槛已过"),
        ("Ⅱ类场", "已封场", "煤矸石", {"heap_cover": True}, True, None,
         "未核：堆体稳定和沉降监测材料、煤矸石自燃排查"),
        ("Ⅱ类场", "已封场", "煤矸石", {**GANGUE, "gangue_temperature": False}, False, False,
         "门槛未过：缺 煤矸石自燃排查"),
        ("Ⅱ类场", "已封场", "", SITE, True, None, "煤矸石自燃排查"),
        ("Ⅱ类场", "已封场", "煤矸石", {}, True, None, "封场覆盖验收和维护材料"),
        # papers of no gate, stated to lack: ranked, and not through
        ("Ⅱ类场", "已封场", "磷石膏", {**SITE, "heap_redesign": False, "heap_tenure": False}, True,
         None, "门槛材料齐，另缺 封场设计复核报告、堆场责任主体和权属材料"),
        ("Ⅱ类场", "已封场", "磷石膏", {**SITE, "heap_reuse": False}, True, None,
         "门槛材料齐，另缺 综合利用衔接说明"),
        ("Ⅱ类场", "已封场", "电解锰渣", {**SITE, "heap_reuse": False}, True, True, "门槛已过"),
        ("尾矿库", "已闭库销号", "赤泥", {**POND, "heap_stability": False}, True, None,
         "门槛材料齐，另缺 堆体稳定和沉降监测材料"),
        ("矿山用地", "已修复", "煤矸石", {**MINE, "gangue_temperature": False}, True, None,
         "门槛材料齐，另缺 煤矸石自燃排查"),
        ("矿山用地", "已修复", "废弃矿山", {**MINE, "heap_redesign": False}, True, True,
         "门槛已过"),
        ("矿山用地", "已修复", "废弃矿山", {"heap_tenure": False}, True, None,
         "采空区和边坡调查、矿山生态修复验收；另缺 堆场责任主体和权属材料"),
        ("Ⅱ类场", "已封场", "", {"heap_cover": True}, True, None, "地下水监测材料"),
        ("尾矿库", "已闭库销号", "赤泥", POND, True, True, "门槛已过"),
        ("尾矿库", "已闭库销号", "赤泥", {"heap_redesign": True}, True, None,
         "闭库验收和销号文件"),
        ("尾矿库", "已闭库销号", "赤泥", {**POND, "tailings_closed": False}, False, False,
         "缺 闭库"),
        ("尾矿库", "已闭库销号", "赤泥", SITE, True, None, "封场设计复核报告"),
        ("疑似危废", "已封场", "电解锰渣", {"hazard_identification": True}, None, None,
         "门槛不明：已鉴别，按结论改管理类别"),
        ("疑似危废", "已封场", "电解锰渣", {"hazard_identification": False}, False, False,
         "门槛未过：先鉴别；缺 危险废物鉴别结论"),
        ("疑似危废", "已封场", "电解锰渣", {}, False, False, "门槛未过：先鉴别"),
        ("", "已封场", "赤泥", {**MINE, **SITE}, None, None, "门槛不明：管理类别不明"),
    ],
)  # fmt: skip
def test_only_state_and_every_paper_pass_a_gate(
    regime: str, state: str, kind: str, said: dict[str, bool], ready: bool | None,
    passed: bool | None, told: str,
) -> None:  # fmt: skip
    gate = gate_of(regime, state, kind, said, restored="林地" if regime == "矿山用地" else "")
    assert (gate.ready, gate.passed) == (ready, passed)
    assert told in gate.told
    assert ("门槛已过" in gate.told) == (passed is True)


@pytest.mark.parametrize(
    ("restored", "ready", "passed", "told"),
    [
        ("", True, None, "状态已到，门槛材料未核：验收后地类"),
        ("林地", True, True, "门槛已过"),
        ("采矿用地、草地", True, True, "门槛已过"),
        (
            "耕地",
            False,
            False,
            "门槛未过：验收后地类为耕地，方阵不得占用（自然资办发〔2023〕12号）",
        ),
        ("旱地、0101", False, False, "方阵不得占用"),
        # part of it, a denial, and a wider word: which ground it is has to be seen
        ("林地、旱地", True, None, "未核：验收后地类（写的是“林地、旱地”，须查明耕地范围）"),
        ("非耕地", True, None, "须查明耕地范围"),
        ("农用地", True, None, "须查明耕地范围"),
    ],
)
def test_the_land_class_after_restoration_is_asked_of_mines(
    restored: str, ready: bool, passed: bool | None, told: str
) -> None:
    gate = gate_of("矿山用地", "已修复", "废弃矿山", MINE, restored)
    assert (gate.ready, gate.passed) == (ready, passed)
    assert told in gate.told
    assert "须核对状态" not in gate.told
    elsewhere = gate_of("Ⅱ类场", "已封场", "煤矸石", GANGUE, restored)
    assert elsewhere.passed is True  # asked of mines only


def test_the_clause_of_the_land_class_is_the_rules() -> None:
    (cite,) = load_rules("pv")[CLASS_RULE].cites
    assert cite.number in GATES["矿山用地"]
    assert cite.number in CROPPED
    assert cite.seen == "excerpt"
    assert "读了摘录" in GATES["矿山用地"]
    asked = [paper for regime, paper, _ in clauses() if regime == "矿山用地"]
    assert asked == ["采矿权注销材料", "采空区和边坡调查", "矿山生态修复验收", "验收后地类"]


def test_the_papers_are_named_as_held_lacking_or_unseen() -> None:
    some = {"goaf_survey": False, "restoration_accepted": True}
    gate = gate_of("矿山用地", "已修复", "", some, "林地")
    assert gate.papers == (
        "缺：采空区和边坡调查；材料未见：采矿权注销材料；已有：矿山生态修复验收、验收后地类（林地）"
    )
    assert gate_of("矿山用地", "已修复", "", MINE, "林地").papers == "材料齐"
    lacks = gate_of("矿山用地", "已修复", "", {**MINE, "heap_tenure": False}, "林地")
    assert lacks.papers == "门槛材料齐，另缺 堆场责任主体和权属材料"
    assert lacks.complete is True
    few = gate_of("矿山用地", "已修复", "", {"goaf_survey": True, "heap_tenure": False})
    assert few.papers.endswith("已有：采空区和边坡调查；门槛外另缺：堆场责任主体和权属材料")


def test_every_paper_is_asked_by_the_rule_that_it_names() -> None:
    rules = load_rules("pv")
    for regime, papers in GATE_PAPERS.items():
        assert regime in GATES
        assert regime in READY
        for paper in papers:
            rule = rules[paper.rule]
            asked = {str(condition.fact) for condition in rule.conditions}
            assert f"document.{paper.document}" in asked, paper
            whole = " ".join(asked)
            assert all(kind in whole for kind in paper.types), paper
    for paper in OTHER_PAPERS:
        whole = " ".join(str(condition.fact) for condition in rules[paper.rule].conditions)
        assert f"document.{paper.document}" in whole, paper
        named = re.findall(r"(type|state) in \[([^]]*)\]|(type) = (\w+)", whole)
        words = {(a or c): set((b or d).split(", ")) for a, b, c, d in named}
        assert words == {
            name: set(held)
            for name, held in (("type", paper.types), ("state", paper.states))
            if held
        }, paper
    reuse = rules[REUSE_RULE]
    assert f"document.{REUSE_PAPER}" in {str(c.fact) for c in reuse.conditions}
    assert all(kind in str(reuse.conditions[0].fact) for kind in REUSED)


def test_no_paper_that_a_rule_asks_of_a_heap_is_forgotten() -> None:
    held = {paper.document for papers in GATE_PAPERS.values() for paper in papers}
    held |= {paper.document for paper in OTHER_PAPERS}
    for rule in load_rules("pv").rules:
        asked = " ".join(str(condition.fact) for condition in rule.conditions)
        if rule.id.startswith(("pv.heap.", "pv.mine.", "pv.tailings.")):
            assert set(re.findall(r"document\.(\w+)", asked)) <= held, rule.id


def test_no_clause_is_printed_as_read_that_was_not() -> None:
    told = {paper: clause for _, paper, clause in clauses()}
    asked = (*(p for ps in GATE_PAPERS.values() for p in ps), *OTHER_PAPERS)
    assert set(told) == {DOCUMENTS[paper.document] for paper in asked} | {"验收后地类"}
    assert "自然资办发〔2023〕12号" in told["验收后地类"]
    assert "读了摘录" in told["验收后地类"]
    assert [paper for regime, paper, _ in clauses() if regime == "门槛之外"] == [
        "封场设计复核报告", "堆场责任主体和权属材料", "综合利用衔接说明",
    ]  # fmt: skip
    assert told["堆场责任主体和权属材料"].startswith("没有读到条款")
    assert "没有数值，也没有要求为光伏另交材料" in told["堆体稳定和沉降监测材料"]
    assert "GB 18599-2020" in told["渗滤液收集处理材料"]
    assert "5.3、9.7，读了原文" in told["渗滤液收集处理材料"]
    assert "外省通知" in told["封场设计复核报告"]
    assert "外省规定" in told["闭库验收和销号文件"]
    assert "只见转述" in told["闭库验收和销号文件"]
    assert told["封场设计复核报告"].count("只见转述") == 1
    for title in ("采矿权注销材料", "采空区和边坡调查", "矿山生态修复验收"):
        assert told[title].startswith("没有读到条款")
        assert "illustrative" in told[title]


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "regime": ["矿山用地", "矿山用地", "", "矿山用地"],
            "state": ["已修复", "已修复", "已修复", "已修复"],
            "type": ["煤矸石", "废弃矿山", "赤泥", "赤泥"],
            "reserved": pd.Series([True, None, None, False], dtype=object),
            "restored_class": ["林地", "", "", ""],
        }
    )


def test_columns_are_three_valued() -> None:
    said = [MINE, {}, {}, {"goaf_survey": False}]
    found = gate_columns(rows(), said)
    assert list(found["state_reached"]) == [True, True, None, True]
    assert list(found["papers_held"]) == [True, None, None, False]
    assert list(found["ready"]) == [True, True, None, False]
    assert list(found["gate_passed"]) == [True, None, None, False]


def test_reuse_goes_with_its_paper_and_who_is_silent_is_told() -> None:
    assert reuse_column(rows(), [{"heap_reuse": False}, {}, {}, {}]) == [
        "是，缺衔接说明", "未写明", "未写明", "否",
    ]  # fmt: skip
    kept, silent = reuse_told(rows())
    assert "1 个" in kept
    assert "未写明的分区 2 个" in silent
    assert "1 个，规则 pv.heap.reuse" in silent  # the mine is of no type that is reused


def test_what_is_ranked_is_told_by_its_papers() -> None:
    table = pd.DataFrame(
        {
            "county": ["甲"] * 4,
            "decision": ["conditional"] * 4,
            "decision_zh": ["受限准入"] * 4,
            "ready": pd.Series([True, True, True, False], dtype=object),
            "gate_passed": pd.Series([True, None, True, False], dtype=object),
            "reserved": pd.Series([False, None, True, None], dtype=object),
            "rank": [1, 2, 0, 0],
            "low_mw": [1.0, 10.0, 100.0, 1000.0],
            "high_mw": [2.0, 20.0, 200.0, 2000.0],
        }
    )
    book = ledger(table)
    totals = book.totals().set_index("standing")["low_mw"]
    assert totals.to_dict() == {
        "已排名": 11.0, "堆存物留作综合利用": 100.0, "门槛未过或不明": 1000.0,
    }  # fmt: skip
    assert book.gates is not None
    assert book.gates["low_mw"].tolist() == [1.0, 10.0]
    assert any("材料齐） 1 个 1–2 MW" in line for line in book.told())
    assert any("材料未核或另缺材料 1 个 10–20 MW" in line for line in book.told())
    accounts = {row[0]: row for row in ledger_rows(book)}
    assert accounts["其中已排名：门槛已过（材料齐）"][7:9] == (1.0, 2.0)
    assert accounts["其中已排名：状态已到、门槛材料未核或另缺材料"][7:9] == (10.0, 20.0)
    nothing = ledger(table.assign(gate_passed=pd.Series([None] * 4, dtype=object)))
    assert any("材料齐） 0 个 0 MW" in line for line in nothing.told())
