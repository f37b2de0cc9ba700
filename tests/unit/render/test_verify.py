"""A screening is judged again from its own folder, without layers."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tests.map_scene import Scene
from zoning.errors import InputError
from zoning.render.files.canonical import screening_json
from zoning.render.reopen import reopen
from zoning.render.screening_folder import FILES, redraw, write
from zoning.rules.judge import asked, judge, ranges
from zoning.screening import Screening
from zoning.verify import Report, verify


@pytest.fixture
def folder(result: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(result, tmp_path / "copy"))


def places(report: Report) -> set[tuple[str, str, str]]:
    return {(d.where, d.site, d.rule) for d in report.differences}


def test_agrees_without_layers(folder: Path) -> None:
    report = verify(folder)
    assert report.agrees
    assert (report.sites, report.count) == (9, 0)
    assert "一致 agrees" in str(report)


def test_a_decision_edited_by_hand(folder: Path) -> None:
    path = folder / "verdicts.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("FORBID,判定不通过", "ALLOW,判定通过", 1), encoding="utf-8-sig")
    report = verify(folder)
    assert places(report) == {("verdicts.csv", "P-01", "")}
    assert "ALLOW" in str(report)


def test_a_row_taken_out_of_the_table(folder: Path) -> None:
    path = folder / "verdicts.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "P-05" not in line), encoding="utf-8-sig")
    assert places(verify(folder)) == {("verdicts.csv", "P-05", "")}


def test_a_finding_edited(folder: Path) -> None:
    path = folder / "findings.parquet"
    table = pq.read_table(path)
    fires = pc.equal(table["outcome"], "fires")
    outcome = pc.if_else(fires, "clear", table["outcome"])
    pq.write_table(table.set_column(2, "outcome", outcome), path)
    report = verify(folder)
    assert ("findings.parquet", "P-01", "base.redline") in places(report)
    assert not report.agrees


def test_a_fact_edited(folder: Path) -> None:
    path = folder / "facts.parquet"
    table = pq.read_table(path)
    met = table["redline.meets"].to_pylist()
    at = table["site"].to_pylist().index("P-01")
    met[at] = 0
    number = table.column_names.index("redline.meets")
    pq.write_table(table.set_column(number, "redline.meets", pa.array(met, pa.int8())), path)
    found = places(verify(folder))
    assert ("facts.parquet", "", "") in found
    assert ("findings.parquet", "P-01", "base.redline") in found
    assert ("screening.json facts", "P-01", "") in found
    assert ("screening.json sites", "P-01", "") in found


def edit(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    path = folder / "screening.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")


def test_a_rule_edited(folder: Path) -> None:
    text = (folder / "screening.json").read_text(encoding="utf-8")
    soft = text.replace(r'when = [\"redline.meets\"]\nthen = \"forbid\"\nremedy = \"trim\"',
                        r'when = [\"redline.meets\"]\nthen = \"conditional\"')  # fmt: skip
    assert soft != text
    (folder / "screening.json").write_text(soft, encoding="utf-8")
    found = places(verify(folder))
    assert ("rules.texts", "", "") in found
    assert ("rules.edition", "", "") in found
    assert ("findings.parquet", "P-01", "base.redline") in found


def test_a_verdict_edited_in_the_json(folder: Path) -> None:
    text = (folder / "screening.json").read_text(encoding="utf-8")
    (folder / "screening.json").write_text(
        text.replace('"decision": "ALLOW"', '"decision": "FORBID"', 1), encoding="utf-8"
    )
    assert places(verify(folder)) == {("screening.json sites", "P-04", "")}


@pytest.mark.parametrize("name", ["screening.json", "facts.parquet", "verdicts.csv"])
def test_a_file_gone_is_said(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=name):
        verify(folder)


def test_not_a_result_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="zoning screen"):
        verify(tmp_path)
    (tmp_path / "screening.json").write_text('{"$schema": "zoning/screening/1", "run": 3}')
    with pytest.raises(InputError, match="格式"):
        verify(tmp_path)


def adopted(screening: Screening) -> Screening:
    rules = screening.rules.adopt("base.benchmark", by="张三", on=date(2026, 11, 1))
    accepted = list(screening.sites.table["accepted"])
    scope = frozenset(layer for layer, _ in screening.out_of_scope)
    on = asked(accepted, screening.as_of)
    findings = judge(screening.facts, rules, on=on, out_of_scope=scope)
    return replace(screening, rules=rules, findings=findings, verdicts=ranges(findings))


def test_an_adopted_rule_is_adopted_again(scene: Scene, tmp_path: Path) -> None:
    write(adopted(scene.screening), scene.catalog, tmp_path / "out")
    assert verify(tmp_path / "out").agrees
    assert '"by": "张三"' in (tmp_path / "out" / "screening.json").read_text(encoding="utf-8")


def test_reopened_is_the_same_screening(scene: Scene, result: Path) -> None:
    again = reopen(result, scene.catalog)
    assert screening_json(again) == screening_json(scene.screening)
    assert [str(again.why(p)) for p in again.project_ids] == [
        str(scene.screening.why(p)) for p in scene.screening.project_ids
    ]
    assert again.site(7).faults == scene.screening.site(7).faults != ()


def test_redrawn_map_is_the_same(scene: Scene, folder: Path) -> None:
    before = (folder / "map.html").read_bytes()
    (folder / "map.html").unlink()
    assert redraw(folder, scene.catalog) == folder / "map.html"
    assert (folder / "map.html").read_bytes() == before
    assert len(list(folder.iterdir())) == len(FILES)
