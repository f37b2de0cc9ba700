"""Slope (mean, min, max, count) and land cover (class shares) under polygons, coverage-exact.

    python tests/benchmarks/bench_zonal.py [--runs 3] [--polygons 10000]

Against exactextract (raster-sequential) on the data of `shared/bench/` ($PEERS_DATA), each side in
fresh processes, in turn. Loading the polygons and importing the libraries are not counted; opening
and decoding the rasters, flattening the polygons and loading the compiled loops are.
"""

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
from pathlib import Path

import numpy as np
import numpy.typing as npt

CLASSES = (10, 20, 30, 40, 50, 60, 80)
Answer = dict[str, npt.NDArray[np.float64]]


def data() -> Path:
    return Path(os.environ.get("PEERS_DATA", Path(tempfile.gettempdir()) / "peers/data"))


def ours(polygons: npt.NDArray[np.object_]) -> Answer:
    import shapely

    from zoning.overlay.coverage import Polygons, tally, tally_classes
    from zoning.overlay.strips import in_strips

    with in_strips(data() / "slope.tif") as slope:
        a, _, c, _, e, f = slope.transform
        flat = Polygons.of(shapely.transform(polygons, lambda xy: (xy - (c, f)) / (a, e)))
        found = tally(flat, slope.blocks, nodata=slope.nodata)
    with in_strips(data() / "landcover.tif") as cover:
        ground = tally_classes(flat, cover.blocks, CLASSES)
    return {
        "mean": found.mean,
        "min": found.least,
        "max": found.greatest,
        "count": found.known,
        "shares": ground / ground.sum(axis=1, keepdims=True),
    }


def peer(polygons: npt.NDArray[np.object_]) -> Answer:
    import geopandas as gpd
    from exactextract import exact_extract

    frame = gpd.GeoDataFrame(geometry=polygons, crs="EPSG:4545")
    asked = {"output": "pandas", "strategy": "raster-sequential"}
    slope = exact_extract(
        str(data() / "slope.tif"), frame, ["mean", "min", "max", "count"], **asked
    )
    cover = exact_extract(str(data() / "landcover.tif"), frame, ["unique", "frac"], **asked)
    shares = np.zeros((len(frame), len(CLASSES)))
    for row, (codes, parts) in enumerate(zip(cover["unique"], cover["frac"], strict=True)):
        shares[row, np.searchsorted(CLASSES, codes)] = parts
    return {**{name: slope[name].to_numpy(np.float64) for name in slope}, "shares": shares}


def alone(method: str, count: int, keep: Path) -> dict[str, float]:
    """Run one side in this process, keep its answer, and say what it took."""
    import geopandas as gpd
    import rasterio  # noqa: F401  imports are not what is compared

    if method == "ours":
        import zoning.overlay.coverage_kernels
        import zoning.overlay.strips  # noqa: F401
    else:
        import exactextract  # noqa: F401
    polygons = gpd.read_parquet(data() / "polys_100k.parquet").geometry.to_numpy()[:count]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin, worked = time.perf_counter(), time.process_time()
    found = {"ours": ours, "peer": peer}[method](polygons)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.savez(keep, **found)
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak, "before_mb": before}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--method", choices=("ours", "peer"))
    parser.add_argument("--polygons", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "zonal.npz")
    asked = parser.parse_args()
    if asked.method:
        taken = alone(asked.method, asked.polygons, asked.keep)
        sys.stdout.write(json.dumps(taken) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(asked.runs, asked.polygons, Path(folder))


def compare(runs: int, polygons: int, folder: Path) -> None:
    taken: dict[str, list[dict[str, float]]] = {"peer": [], "ours": []}
    for _ in range(runs):
        for method, times in taken.items():
            command = [sys.executable, __file__, "--method", method, "--polygons", str(polygons)]
            command += ["--keep", str(folder / f"{method}.npz")]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            times.append(json.loads(done.stdout))
            sys.stdout.write(f"{method}: {done.stdout}")
            sys.stdout.flush()
    with np.load(folder / "ours.npz") as one, np.load(folder / "peer.npz") as two:
        for name in one:
            worst = np.abs(one[name] - two[name]).max()
            sys.stdout.write(f"{name}: differs by {worst:.2g} at most\n")
    seconds, cpu, peak = (
        {m: statistics.median(t[key] for t in times) for m, times in taken.items()}
        for key in ("seconds", "cpu", "peak_mb")
    )
    sys.stdout.write(
        f"time {seconds['peer']:.2f} s / {seconds['ours']:.2f} s ="
        f" {seconds['peer'] / seconds['ours']:.1f}x;"
        f" of processors {cpu['peer']:.2f} s / {cpu['ours']:.2f} s ="
        f" {cpu['peer'] / cpu['ours']:.1f}x;"
        f" memory {peak['peer']:.0f} MB / {peak['ours']:.0f} MB\n"
    )


if __name__ == "__main__":
    main()
