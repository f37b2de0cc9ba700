"""What the benchmarks of vectors share: data, fresh processes in turn, time and peak memory."""

from __future__ import annotations

import argparse
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

import numpy as np
import numpy.typing as npt

LAYERS = (
    "control_units", "redline", "parks", "water", "farmland",
    "forest", "urban", "water_source", "hazard", "roads",
)  # fmt: skip
Geometries = npt.NDArray[np.object_]
Answer = dict[str, npt.NDArray[np.generic]]
Taken = dict[str, float]


def data() -> Path:
    return Path(os.environ.get("PEERS_DATA", Path(tempfile.gettempdir()) / "peers/data"))


def read(name: str, count: int | None = None) -> Geometries:
    import geopandas as gpd

    return np.asarray(gpd.read_parquet(data() / f"{name}.parquet").geometry.values)[:count]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def start_numba() -> None:
    """Let numba read its own libraries, as imports are not what is compared."""
    import numba

    @numba.njit
    def nothing() -> int:
        return 0

    nothing()


def alone(work: Callable[[], Answer], keep: Path) -> None:
    """Do the work in this process, keep its answer, and say what it took."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.savez(keep, **found)
    say(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": peak, "before_mb": before}))


def once(file: str, method: str, keep: Path, cache: Path, more: Sequence[str] = ()) -> Taken:
    """Run a benchmark's method in a process of its own."""
    command = [sys.executable, file, "--method", method, "--keep", str(keep), *more]
    scope = os.environ | {"ZONING_CACHE": str(cache)}
    done = subprocess.run(command, capture_output=True, text=True, env=scope)
    if done.returncode:
        raise SystemExit(done.stderr)
    taken: Taken = json.loads(done.stdout.splitlines()[-1])
    return taken


def in_turn(
    file: str, methods: Sequence[str], runs: int, more: Sequence[str], folder: Path
) -> dict[str, Taken]:
    """Medians of each method, all run in turn; answers stay in the folder as `<method>.npz`.

    A method "cold" finds an empty cache, "warm" the one that "cold" filled.
    """
    taken: dict[str, list[Taken]] = {method: [] for method in methods}
    for run in range(runs):
        for method in methods:
            cache = folder / f"cache-{run}"
            keep = folder / f"{method}.npz"
            taken[method].append(once(file, method, keep, cache, more))
            say(f"{method}: {json.dumps(taken[method][-1])}")
    return {
        method: {key: statistics.median(t[key] for t in times) for key in times[0]}
        for method, times in taken.items()
    }


def compare(medians: Mapping[str, Taken], peer: str) -> None:
    """Say how each method does against the peer."""
    for method, found in medians.items():
        ratio = medians[peer]["seconds"] / found["seconds"]
        say(
            f"{method}: {found['seconds']:.2f} s ({found['cpu']:.2f} s of processors), "
            f"{found['peak_mb']:.0f} MB at peak ({found['before_mb']:.0f} MB before): "
            f"{ratio:.1f}x {peer}"
        )


def arguments(text: str | None, **numbers: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--method")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    return parser


def grown(case: str, axis: str, x: float, taken: Taken) -> None:
    """Add a measurement to what `plot_growth.py` draws."""
    place = Path(os.environ.get("PEERS_OUT", Path(tempfile.gettempdir()) / "peers/out"))
    place.mkdir(parents=True, exist_ok=True)
    row = {"case": case, "axis": axis, "x": x, "seconds": taken["seconds"]}
    with (place / "growth.jsonl").open("a") as file:
        file.write(json.dumps(row | {"peak_mb": taken["peak_mb"]}) + "\n")
