"""What the README says can be typed, and does what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from zoning.cli import app

REPO = Path(__file__).resolve().parents[2]
README = (REPO / "README.md").read_text(encoding="utf-8")
GROUP = get_command(app)


def commands() -> list[list[str]]:
    """Every command and sub-command."""
    found = []
    for name, command in GROUP.commands.items():  # type: ignore[attr-defined]  # a click group
        subs = getattr(command, "commands", None)
        found += [[name, sub] for sub in subs] if subs else [[name]]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(words: list[str]) -> None:
    result = CliRunner().invoke(app, [*words, "--help"], terminal_width=200)
    assert result.exit_code == 0
    assert "Example: zoning" in re.sub(r"\s+", " ", result.output)


def test_the_first_commands_of_the_readme_are_the_two_of_make() -> None:
    block = re.search(r"```\n(.*?)```", README, re.S)
    assert block is not None
    first = [line.split("#")[0].strip() for line in block[1].splitlines() if line.strip()]
    assert first == ["make demo", "make test"]
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^demo:", makefile, re.M)
    assert re.search(r"^test:", makefile, re.M)


def test_every_command_that_the_readme_names_exists() -> None:
    names = {words[0] for words in commands()}
    named = set(re.findall(r"zoning ([a-z]+)\b(?! import)", README))
    assert named <= names, named - names
    assert {"screen", "check", "verify", "probe", "demo", "rules", "sample", "map"} <= named


def test_every_file_that_the_readme_names_exists() -> None:
    for target in re.findall(r"\]\(([^)]+)\)|`((?:data|zoning|notebooks|docs)/[\w./-]+)`", README):
        path = next(filter(None, target))
        if "*" not in path and not path.startswith("http"):
            assert (REPO / path).exists(), path


@pytest.mark.slow
def test_the_python_of_the_readme_runs() -> None:
    block = re.search(r"```python\n(.*?)```", README, re.S)
    assert block is not None
    done = subprocess.run(
        [sys.executable, "-c", re.sub(r"(screening\.why\(.*\))", r"print(\1)", block[1])],
        cwd=REPO,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "结论" in done.stdout


def test_the_windows_lines_are_there() -> None:
    assert "py -m pip install -c constraints.txt -e ." in README
    assert "py -m zoning demo" in README


def test_pinned_versions_carry_no_addresses() -> None:
    for line in (REPO / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"#.*|[\w.-]+==[\w.!+-]+(; .+)?", line), line


def test_import_is_light() -> None:
    code = (
        "import sys, time; t = time.perf_counter(); import zoning; "
        "assert time.perf_counter() - t < 0.5; "
        "heavy = {'geopandas', 'shapely', 'rasterio', 'pandas', 'folium'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
