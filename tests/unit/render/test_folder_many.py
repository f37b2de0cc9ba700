"""A long list: its sites stand in a table of their own, its sheets say where the rest is."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.map_scene import AS_OF, Scene, make_scene, make_sites
from zoning import verify as verification
from zoning.errors import InputError
from zoning.render import screening_folder as folder
from zoning.render.files import canonical, record
from zoning.render.screening_folder import FILES, foreign, write
from zoning.render.workbook import workbook
from zoning.screening import run, screen
from zoning.verify import verify


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine sites are many, four make a block."""
    for module in (canonical, folder):
        monkeypatch.setattr(module, "BLOCK", 4)
    monkeypatch.setattr(record.read_blocks, "__kwdefaults__", {"rows": 4})
    monkeypatch.setattr(verification, "_ROWS", 5)
    monkeypatch.setattr(folder, "INLINE_AT_MOST", 8)
    monkeypatch.setattr(canonical, "INLINE_AT_MOST", 8)
    defaults = {**(canonical.screening_json.__kwdefaults__ or {}), "inline_at_most": 8}
    monkeypatch.setattr(canonical.screening_json, "__kwdefaults__", defaults)


@pytest.fixture
def result(scene: Scene, many: None, tmp_path: Path) -> Path:
    write(scene.screening, scene.catalog, tmp_path / "out")
    return tmp_path / "out"


def test_sites_stand_in_their_own_file(scene: Scene, result: Path) -> None:
    assert {path.name for path in result.iterdir()} == {*FILES, "sites.parquet"}
    assert foreign(result) == ()
    told = json.loads((result / "screening.json").read_text(encoding="utf-8"))["sites"]
    assert told["file"] == "sites.parquet"
    rows = pq.read_table(result / "sites.parquet").to_pylist()
    assert [row["id"] for row in rows] == sorted(str(site) for site in scene.screening.sites.ids)
    [first] = [row for row in rows if row["id"] == "P-01"]
    assert (first["decision"], first["least"], first["most"]) == ("FORBID", "FORBID", "FORBID")
    assert first["accepted"] == "2026-09-03"


def test_it_is_verified_block_by_block(result: Path) -> None:
    report = verify(result)
    assert (report.agrees, report.sites) == (True, 9)


def test_a_verdict_edited_in_the_table_of_sites(result: Path) -> None:
    path = result / "sites.parquet"
    rows = pq.read_table(path).to_pylist()
    rows[0]["decision"] = "ALLOW"
    pq.write_table(pa.Table.from_pylist(rows, schema=canonical.SITES_SCHEMA), path)
    found = {(d.where, d.site) for d in verify(result).differences}
    assert found == {("screening.json sites", "P-01"), ("sites.parquet", "")}


def test_a_finding_taken_out_of_a_later_block(result: Path) -> None:
    path = result / "findings.parquet"
    rows = pq.read_table(path).to_pylist()
    gone = next(row for row in reversed(rows) if row["site"] == "P-08")
    rows.remove(gone)
    pq.write_table(pa.Table.from_pylist(rows, schema=canonical.FINDINGS_SCHEMA), path)
    report = verify(result)
    assert [(d.where, d.site, d.rule) for d in report.differences] == [
        ("findings.parquet", "P-08", gone["rule"])
    ]


def test_a_site_gone_from_the_facts(result: Path) -> None:
    path = result / "facts.parquet"
    table = pq.read_table(path)
    pq.write_table(table.filter([site != "P-05" for site in table["site"].to_pylist()]), path)
    found = {(d.where, d.site) for d in verify(result).differences}
    assert ("facts.parquet", "P-05") in found
    assert ("facts.parquet", "") in found


def test_the_table_of_sites_gone(result: Path) -> None:
    (result / "sites.parquet").unlink()
    with pytest.raises(InputError, match=r"sites\.parquet"):
        verify(result)


@pytest.mark.usefixtures("many")
def test_law_3_pieces_change_no_byte(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks of the measure, facts on disk or in memory: the same bytes."""
    write(scene.screening, scene.catalog, tmp_path / "whole")
    gatherer = run.FactsGatherer
    monkeypatch.setattr(run, "FactsGatherer", lambda n: gatherer(n, in_memory=0))
    order = [3, 0, 8, 2, 1, 7, 6, 5, 4]
    turned = make_sites().take(order)
    rules = scene.screening.rules
    again = screen(turned, scene.catalog, rules, as_of=AS_OF, chunk=2)
    write(again, scene.catalog, tmp_path / "pieces")
    for name in ("facts.parquet", "findings.parquet", "sites.parquet", "screening.json"):
        whole, pieces = (tmp_path / where / name for where in ("whole", "pieces"))
        assert whole.read_bytes() == pieces.read_bytes(), name
    same = screen(make_sites(), scene.catalog, rules, as_of=AS_OF, chunk=4)
    write(same, scene.catalog, tmp_path / "same")
    for name in (*FILES, "sites.parquet"):
        whole, other = (tmp_path / where / name for where in ("whole", "same"))
        assert whole.read_bytes() == other.read_bytes(), name


def test_sheets_say_where_the_rest_is(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = workbook.Workbook(scene.screening, path, findings_at_most=3, rows_at_most=4)
    for project in scene.screening.projects():
        book.add(project)
    assert list(book.write_projects()) == [1, 2, 3, 4]
    book.close()
    sheets = openpyxl.load_workbook(path)
    for name, left in (
        ("项目结论", "其余 4 个项目"),
        ("组件", "其余 5 个组件"),  # P-03 has two, P-04 no longer fits
        ("判定明细", "findings.parquet"),
    ):
        assert left in [str(row[0].value) for row in sheets[name].iter_rows()][-1], name
    totals = [
        [c.value for c in row] for row in sheets["汇总"].iter_rows() if row[0].value == "合计"
    ]
    assert totals[0][1] == 8  # the summary speaks of all
