"""``zoning read``: exit codes, both forms, every width of screen; the same list for ``screen``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.scenes.project_lists import csv_of, xlsx_of
from zoning.cli import main

HEAD = "项目编号,项目名称,项目类型,建设性质,经度,纬度,坐标系,区县"
GOOD = "P1,甲 [red]厂[/],工业,新建,106.702341,26.602341,CGCS2000,"
HALF = "P2,乙厂,工业,新建,106.702341,,CGCS2000,"
ELSEWHERE = "P3,丙厂,工业,新建,106.652341,26.652341,CGCS2000,息烽县"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def zoning(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as the program does, with neither terminal nor width unless given."""
    monkeypatch.delenv("COLUMNS", raising=False)

    def run(*words: object, **settings: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["zoning", *map(str, words)])
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return Done(int(str(left.value.code)), said.out, said.err)

    return run


def test_nothing_doubted_is_0(zoning: Run, tmp_path: Path) -> None:
    done = zoning("read", csv_of(tmp_path, HEAD, GOOD))
    assert done.returncode == 0, done.stderr
    assert "甲 [red]厂[/]" in done.stdout  # as written: brackets are no markup
    assert "1 行 = 1 个组成部分 + 空行 0; 落图 1，无法落图 0，存疑 0 行" in done.stdout
    assert "CGCS2000" in done.stdout
    assert done.stderr == ""


def test_every_faulty_row_is_told_and_the_code_is_1(zoning: Run, tmp_path: Path) -> None:
    path = csv_of(tmp_path, HEAD, GOOD, HALF, ELSEWHERE)
    done = zoning("read", path)
    assert done.returncode == 1, done.stderr
    assert "坐标只填了一半" in done.stdout
    assert "申报在息烽县，坐标落在" in done.stdout
    assert "存疑 2 处 doubts" in done.stdout
    assert zoning("read", path, "--exit-zero").returncode == 0


def test_strict_is_2_with_every_row_and_nothing_on_stdout(zoning: Run, tmp_path: Path) -> None:
    done = zoning("read", csv_of(tmp_path, HEAD, GOOD, HALF, ELSEWHERE), "--strict", "--json")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "row 3" in done.stderr
    assert "row 4" in done.stderr
    assert "Traceback" not in done.stderr


def test_json(zoning: Run, tmp_path: Path) -> None:
    done = zoning("read", csv_of(tmp_path, HEAD, GOOD, ELSEWHERE), "--json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert [site["id"] for site in told["sites"]] == ["P1", "P3"]
    assert told["sites"][0]["counties"]["possible"]
    assert [doubt["column"] for doubt in told["sites"][1]["doubts"]] == ["区县"]


def test_a_file_that_cannot_be_read_is_2(zoning: Run, tmp_path: Path) -> None:
    done = zoning("read", tmp_path / "absent.xlsx")
    assert done.returncode == 2
    assert "absent.xlsx" in done.stderr
    assert done.stdout == ""


def test_sheet_and_crs_are_named_on_the_command_line(zoning: Run, tmp_path: Path) -> None:
    rows = [HEAD.split(",")[:6], ["P1", "甲厂", "工业", "新建", 106.702341, 26.602341]]
    path = xlsx_of(tmp_path, {"一月": rows, "二月": rows})
    done = zoning("read", path)
    assert done.returncode == 2
    assert "一月" in done.stderr
    told = json.loads(zoning("read", path, "--sheet", "二月", "--json").stdout)
    assert told["sheet"] == "二月"
    assert told["sites"][0]["coordinates_doubted"] is None
    stated = zoning("read", path, "--sheet", "二月", "--crs", "CGCS2000", "--json")
    assert json.loads(stated.stdout)["sites"][0]["coordinates_doubted"] is False
    assert stated.returncode == 0


@pytest.mark.parametrize("columns", [30, 60, 100, 130])
def test_lines_fit_the_screen(zoning: Run, tmp_path: Path, columns: int) -> None:
    """East Asian signs take two places; nothing is cut off, and no colour where none is wanted."""
    path = csv_of(tmp_path, HEAD, GOOD, HALF, ELSEWHERE)
    done = zoning("read", path, COLUMNS=str(columns), NO_COLOR="1")
    assert max(cell_len(line) for line in done.stdout.splitlines()) <= columns
    assert "\x1b" not in done.stdout
    assert "…" not in done.stdout
    together = "".join(done.stdout.split())
    assert "P2" in together
    assert "息烽县" in together
    assert "3行=3个组成部分" in together


def test_a_long_list_shows_all_that_is_doubted(zoning: Run, tmp_path: Path) -> None:
    rows = [
        f"Q{i},第{chr(0x4E00 + i)}厂,工业,新建,106.7{i:02}341,26.602341,CGCS2000,"
        for i in range(30)
    ]
    done = zoning("read", csv_of(tmp_path, HEAD, *rows, HALF), "--limit", "5")
    assert "另有 26 行" in done.stdout  # four that are fine, and the doubted one
    assert "P2" in done.stdout


def test_screen_says_the_same_figures(zoning: Run, tmp_path: Path) -> None:
    path = csv_of(tmp_path, HEAD, GOOD, HALF, ELSEWHERE)
    done = zoning("screen", path, "--out", tmp_path / "out", "--exit-zero", COLUMNS="200")
    assert done.returncode == 0, done.stderr
    assert "3 rows = 3 sites + 0 blank; 2 placed, 1 not placed, 2 doubted" in done.stderr
