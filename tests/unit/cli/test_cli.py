"""Wrong input: one message that a planner understands, exit code 2, nothing written."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from zoning.cli import main

REPO = Path(__file__).resolve().parents[3]
DATA = REPO / "data"


def zoning(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zoning", *map(str, words)],
        cwd=cwd or REPO,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
    )


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in done.stderr, done.stderr


def small_list(folder: Path, text: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


GOOD = (
    "项目编号,项目名称,项目类型,建设性质,经度,纬度,坐标系\nP1,甲,工业,新建,106.70,26.60,CGCS2000\n"
)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda d: d / "absent.xlsx", "absent.xlsx"),
        (lambda d: small_list(d, "", "empty.csv"), "empty.csv"),
        (lambda d: small_list(d, "甲,乙\n1,2\n"), "list.csv"),
        (lambda d: small_list(d, "%PDF-1.4", "scan.pdf"), "scan.pdf"),
        (lambda d: small_list(d, "not a workbook", "broken.xlsx"), "broken.xlsx"),
    ],
    ids=["absent", "empty", "no known column", "pdf", "broken"],
)
def test_a_list_that_cannot_be_read(tmp_path: Path, make: object, said: str) -> None:
    path = make(tmp_path)  # type: ignore[operator]  # a function of the folder
    out = tmp_path / "out"
    assert_refused(zoning("screen", path, "--out", out), said)
    assert not out.exists()


def test_unknown_rule_set_names_the_known_ones(tmp_path: Path) -> None:
    done = zoning(
        "screen", small_list(tmp_path, GOOD), "--rules", "admision", "--out", tmp_path / "o"
    )
    assert_refused(done, "admision", "admission", "base")
    assert not (tmp_path / "o").exists()


def test_a_catalog_with_several_faults_says_all(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    catalog = tmp_path / "data" / "catalog.toml"
    text = catalog.read_text(encoding="utf-8")
    broken = text.replace("boundaries/districts.gpkg", "boundaries/gone.gpkg", 1)
    catalog.write_text(broken.replace("accuracy_m =", "acuracy_m =", 1), encoding="utf-8")
    done = zoning("check", tmp_path / "data")
    assert_refused(done, "gone.gpkg", "acuracy_m", "2 ")


def test_no_data_folder(tmp_path: Path) -> None:
    assert_refused(zoning("check", tmp_path), "catalog.toml")


def test_a_foreign_folder_is_not_touched(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work", encoding="utf-8")
    done = zoning("screen", small_list(tmp_path, GOOD), "--out", out)
    assert_refused(done, "thesis.docx")
    assert [p.name for p in out.iterdir()] == ["thesis.docx"]


def test_exit_codes_and_json(tmp_path: Path) -> None:
    path = small_list(tmp_path, GOOD)
    done = zoning("screen", path, "--out", tmp_path / "out", "--json", "--as-of", "2026-11-22")
    assert done.returncode == 1, done.stderr  # undetermined: a point without papers
    record = json.loads(done.stdout)
    assert record["run"]["as_of"] == "2026-11-22"
    assert "SYNTHETIC" in done.stderr
    again = zoning("screen", path, "--out", tmp_path / "out", "--exit-zero")
    assert again.returncode == 0, again.stderr
    verified = zoning("verify", tmp_path / "out")
    assert verified.returncode == 0, verified.stderr


def test_a_faulty_row_stays_and_strict_refuses_it(tmp_path: Path) -> None:
    path = small_list(tmp_path, GOOD + "P2,乙,工业,新建,26.60,106.70,CGCS2000\n")
    done = zoning("screen", path, "--out", tmp_path / "out", "--exit-zero")
    assert done.returncode == 0, done.stderr
    rows = (tmp_path / "out" / "verdicts.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) == 3
    assert "UNDETERMINED" in rows[2]
    assert_refused(zoning("screen", path, "--out", tmp_path / "o2", "--strict"), "list.csv", "3")
    assert not (tmp_path / "o2").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["screen"], "缺少参数"),
        (["bogus"], "命令写法不对"),
        (["check", "--bogus"], "没有这个选项"),
        (["screen", "x.csv", "--as-of", "2026年8月"], "参数取值不对"),
        (["sample", "x", "--seed", "-1"], "种子"),
        (["sample", "data"], "不覆盖"),
        (["rules", "show", "no.such"], "no.such"),
    ],
    ids=lambda v: v if isinstance(v, str) else " ".join(v),
)
def test_a_command_line_that_is_wrong(words: list[str], said: str) -> None:
    assert_refused(zoning(*words), said)


def test_ctrl_c_says_so_and_changes_nothing(tmp_path: Path) -> None:
    path = small_list(tmp_path, GOOD)
    assert zoning("screen", path, "--out", tmp_path / "out", "--exit-zero").returncode == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    running = subprocess.Popen(
        [sys.executable, "-m", "zoning", "screen", str(path), "--out", str(tmp_path / "out")],
        cwd=REPO,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert running.stderr is not None
    assert "list.csv" in running.stderr.readline()  # the list is read, the screening begins
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "已取消" in said
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before


def test_probe_refuses_places_that_cannot_be(tmp_path: Path) -> None:
    assert_refused(zoning("probe", "26.58", "106.71"), "写反")
    assert_refused(zoning("probe", "here"), "here")


def test_probe_says_what_applies() -> None:
    done = zoning("probe", "106.71", "26.58", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["layer"]: row for row in json.loads(done.stdout)}
    assert rows["control_unit"]["meets"] == "是"
    assert rows["slope"]["what"]


def test_check_is_clean_on_the_sample_data() -> None:
    done = zoning("check", "--json")
    assert done.returncode == 0, done.stdout
    told = json.loads(done.stdout)
    assert told["findings"] == []
    assert {layer["name"] for layer in told["layers"]} >= {"districts", "control_unit", "slope"}


def test_check_writes_the_places_for_qgis(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    catalog = tmp_path / "data" / "catalog.toml"
    text = catalog.read_text(encoding="utf-8")
    path = 'path = "boundaries/control_unit.gpkg"'
    less = f"""{path}\nwhere = "HJGKDYBM <> 'ZH52010220003'\""""
    catalog.write_text(text.replace(path, less), encoding="utf-8")
    out = tmp_path / "faults.gpkg"
    done = zoning("check", tmp_path / "data", "--gpkg", out, "--as-of", "2026-11-24")
    assert done.returncode == 1, done.stderr
    assert "空隙" in done.stdout
    assert out.is_file()
    again = zoning("check", tmp_path / "data", "--gpkg", out)
    assert_refused(again, "faults.gpkg", "--overwrite")


def test_a_list_is_not_judged_against_invented_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listing = REPO / "data" / "projects" / "proposed_projects.xlsx"
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ZONING_DATA", raising=False)
    monkeypatch.setattr("sys.argv", ["zoning", "screen", str(listing)])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 2
    assert "虚构图层" in capsys.readouterr().err
    assert not (tmp_path / "maps").exists()
