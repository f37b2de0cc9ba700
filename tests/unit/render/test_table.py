"""Tables for people: list order, a byte order mark, nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.map_scene import AS_OF, Scene, make_sites
from zoning.render.tables.csv import (
    FINDING_COLUMNS,
    VERDICT_COLUMNS,
    FindingTable,
    VerdictTable,
    count_people_findings,
)
from zoning.render.tables.guard import guarded, unguarded
from zoning.screening import screen


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_verdicts_are_as_designed(result: Path) -> None:
    data = (result / "verdicts.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfsite,project,component,name,decision,decision_zh,")
    rows = rows_of(result / "verdicts.csv")
    assert tuple(rows[0]) == VERDICT_COLUMNS
    decided = {row["site"]: row["decision"] for row in rows}
    assert decided == {
        "P-01": "FORBID",  # on the redline
        "P-02": "UNDETERMINED",  # at 990 m of the bank, give or take 242
        "P-03/array": "CONDITIONAL",  # in the wetland
        "P-03/line": "UNDETERMINED",
        "P-04": "ALLOW",
        "P-05": "FORBID",  # on farmland
        "P-06": "FORBID",  # in the protected area
        "P-07": "UNDETERMINED",  # no place
        "P-08": "ALLOW",
    }
    bank = rows[1]
    assert (bank["least"], bank["most"]) == ("CONDITIONAL", "FORBID")
    assert bank["decision_zh"] == "待补充信息"
    assert bank["rules"] == "base.unit；base.bank；base.benchmark"
    assert bank["missing"] == "综合能耗"
    assert "提供用地边界" in bank["demands"]
    assert rows[0]["remedy"] == "调整用地边界后可再报"


def test_list_order_though_components_stand_apart(scene: Scene, tmp_path: Path) -> None:
    order = [3, 0, 8, 2, 1]  # P-03/line first, P-03/array fourth
    sites = make_sites().take(order)
    again = screen(sites, scene.catalog, scene.screening.rules, as_of=AS_OF)
    told = VerdictTable(again).columns(slice(None))
    assert told["site"].tolist() == ["P-03/line", "P-01", "P-08", "P-03/array", "P-02"]


def test_findings_leave_out_what_does_not_apply(result: Path) -> None:
    rows = rows_of(result / "findings.csv")
    assert tuple(rows[0]) == FINDING_COLUMNS
    told = {(row["site"], row["rule"]): row for row in rows}
    assert ("P-04", "base.redline") not in told
    redline = told["P-01", "base.redline"]
    assert redline["outcome"] == "成立"
    assert redline["direction"] == "不通过"
    assert redline["clause"] == "自然资发〔2022〕142号 一"
    assert redline["seen"] == "已读：副本"
    assert "ha" in redline["evidence"]
    assert told["P-02", "base.bank"]["outcome"] == "说不清"
    assert told["P-01", "base.benchmark"]["status"] == "依据未核实"


def test_past_the_limit_it_says_where_the_rest_is(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "findings.csv"
    table = FindingTable(path, total=count_people_findings(scene.screening), limit=4)
    for project in scene.screening.projects():
        table.add(project)
    assert table.full
    table.close()
    rows = rows_of(path)
    every = sum(
        finding.outcome != "clear"
        for project in scene.screening.projects()
        for site in project.components
        for finding in site.findings
    )
    assert len(rows) == 5
    assert "findings.parquet" in rows[4]["site"]
    assert f"其余 {every - 4} 行" in rows[4]["site"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_runs_as_a_formula(text: str) -> None:
    assert guarded(text) == "'" + text
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "息烽 = 好", "'引号", "2-1", "中-英"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


def test_a_name_with_commas_quotes_and_lines(scene: Scene, tmp_path: Path) -> None:
    evil = '=cmd|"/c calc"!A1, 二\n行'
    sites = make_sites().take([0])
    sites.table.loc[0, "name"] = evil
    again = screen(sites, scene.catalog, scene.screening.rules, as_of=AS_OF)
    list(VerdictTable(again).write(tmp_path / "verdicts.csv"))
    [row] = rows_of(tmp_path / "verdicts.csv")
    assert row["name"] == "'" + evil


def test_pieces_make_the_same_file(scene: Scene, tmp_path: Path) -> None:
    table = VerdictTable(scene.screening)
    assert list(table.write(tmp_path / "a.csv", chunk=4)) == [4, 8, 9]
    assert list(table.write(tmp_path / "b.csv")) == [9]
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
