"""Commands whose output goes into a file under a code page that lacks their signs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[3]


def run(page: str, *words: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "zoning", *words],
        capture_output=True,
        cwd=REPO,
        env={**os.environ, "PYTHONIOENCODING": page, "PYTHONPATH": str(REPO)},
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr.decode("utf-8", "replace")
    return done.stdout


@pytest.mark.parametrize("page", ["gbk", "cp1252", "ascii"])
def test_text_shows_what_the_page_has(page: str) -> None:
    said = run(page, "probe", "106.7", "26.6", "--data", "data")
    assert said
    assert ("永久基本农田".encode("gbk") in said) == (page == "gbk")


@pytest.mark.parametrize("page", ["gbk", "cp1252", "ascii"])
def test_json_is_utf8(page: str) -> None:
    listing = "data/projects/proposed_projects.xlsx"
    said = run(page, "read", listing, "--json", "--data", "data")
    assert json.loads(said.decode("utf-8"))["file"] == "proposed_projects.xlsx"
