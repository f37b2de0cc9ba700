"""What the benchmarks of the raster engine share: data, fresh processes in turn, lines to plot.

$PEERS_DATA holds the data of `shared/bench/`, $PEERS_OUT takes what is written, $PEERS_PYTHON runs
peers (by default this Python). Lines of growth.jsonl: {"case", "axis", "x", "seconds", "peak_mb"}.
"""

# ruff: noqa: T201
from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CRS = "EPSG:4545"
PEERS = Path(tempfile.gettempdir()) / "peers"


def data(name: str = "") -> Path:
    return Path(os.environ.get("PEERS_DATA", PEERS / "data")) / name


def out(name: str = "") -> Path:
    folder = Path(os.environ.get("PEERS_OUT", PEERS / "out"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def timed(run: Callable[[], object], **more: object) -> dict[str, object]:
    """Seconds, seconds of processors and peak memory of this process [MB]."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": wall, "cpu": cpu, "peak_mb": peak, **more}


def alone(
    script: str, method: str, *args: str, peer: bool = False, cold: bool = False
) -> dict[str, float]:
    """Run a method in a fresh process; cold: with an empty cache of compiled code."""
    python = os.environ.get("PEERS_PYTHON", sys.executable) if peer else sys.executable
    command = [python, script, "--one", method, *args]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **({"NUMBA_CACHE_DIR": folder} if cold else {})}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def interleaved(
    script: str, methods: Sequence[str], runs: int, *args: str, peers: Sequence[str] = ()
) -> dict[str, list[dict[str, float]]]:
    """Runs of each method in turn, so that a busy machine is busy for all."""
    taken: dict[str, list[dict[str, float]]] = {method: [] for method in methods}
    for _ in range(runs):
        for method, found in taken.items():
            found.append(alone(script, method, *args, peer=method in peers))
    return taken


def table(taken: Mapping[str, Sequence[Mapping[str, float]]], base: str) -> None:
    """Medians and ratios to one method, as markdown."""
    middle = {
        method: {key: statistics.median(r[key] for r in runs) for key in ("seconds", "cpu")}
        for method, runs in taken.items()
    }
    print(f"| method | s | runs | cpu s | peak MB | time / {base} | cpu / {base} |")
    print("|---|---|---|---|---|---|---|")
    for method, runs in taken.items():
        wall, cpu = middle[method]["seconds"], middle[method]["cpu"]
        every = " ".join(f"{r['seconds']:.2f}" for r in runs)
        peak = max(r["peak_mb"] for r in runs)
        ratios = wall / middle[base]["seconds"], cpu / middle[base]["cpu"]
        print(
            f"| {method} | {wall:.2f} | {every} | {cpu:.2f} | {peak:.0f} |"
            f" {ratios[0]:.2f} | {ratios[1]:.2f} |"
        )


def grown(case: str, axis: str, x: float, found: Mapping[str, float]) -> None:
    """Append a line to plot."""
    line = {"case": case, "axis": axis, "x": x}
    line |= {"seconds": found["seconds"], "peak_mb": found["peak_mb"]}
    with out("growth.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(json.dumps(line))
