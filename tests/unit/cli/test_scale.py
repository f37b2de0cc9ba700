"""Twenty thousand points to a written and verified folder, within a bound of memory.

A view with all its findings takes about 100 kB: one held for every site would take 2 GB more. Seen
here: 987 MB after writing, 1,418 MB after judging all again in the same process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "benchmarks" / "bench_screening.py"
POINTS, AT_MOST_MB = 20_000, 1_800


@pytest.mark.slow
def test_memory_does_not_hold_the_sites(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCH), "--here", "--n", str(POINTS), "--verify"]
    subprocess.run(command, check=True, env={**os.environ, "PEERS_OUT": str(tmp_path)})
    [line] = (tmp_path / "growth.jsonl").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert told["x"] == POINTS
    assert told["peak_mb"] < AT_MOST_MB
    written = {path.name for path in (tmp_path / f"screening_{POINTS}" / "result").iterdir()}
    assert {"sites.parquet", "verdicts.csv", "screening.gpkg", "map.html"} <= written
