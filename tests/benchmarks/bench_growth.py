"""How time and memory of the vector engine grow with sites, layers, corners and threads.

    python tests/benchmarks/bench_growth.py [--runs 1] [--most 1000000]

Each measurement runs in a process of its own on the data of `shared/bench/` ($PEERS_DATA), with
nothing kept on disk, counted as in `bench_points.py` and `bench_overlay.py`. Rows go to
`$PEERS_OUT/growth.jsonl`, from which `plot_growth.py` draws.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import shapely
from turns import LAYERS, Answer, Geometries, alone, arguments, grown, once, read, say, start_numba

POINTS, PLOTS = "points in 10 layers", "areas of polygons in 10 layers"


def fewer_corners(geometry: Geometries, share: float) -> Geometries:
    """About so many of the features that the corners come to this share, evenly picked."""
    if share == 1:
        return geometry
    order = np.random.default_rng(0).permutation(len(geometry))
    corners = np.cumsum(shapely.get_num_coordinates(geometry[order]))
    return geometry[order[: 1 + np.searchsorted(corners, share * corners[-1])]]


def points(sites: Geometries, layers: list[Geometries]) -> Answer:
    from zoning.overlay import index_sites, index_zones, touching

    ready = index_sites(sites)
    pairs = (touching(ready, index_zones(layer, checked=True), 0.0) for layer in layers)
    return {"pairs": np.array([len(each) for each in pairs])}


def plots(sites: Geometries, layers: list[Geometries]) -> Answer:
    from zoning.overlay import index_zones, overlap, touching

    area = []
    for layer in layers:
        zones = index_zones(layer, checked=True)
        area.append(overlap(sites, zones, touching(sites, zones, 0.0), 0.0).measured.sum())
    return {"area": np.array(area)}


def main() -> None:
    parser = arguments(__doc__, sites=100_000, layers=10, threads=0, most=1_000_000)
    parser.add_argument("--share", type=float, default=1.0)
    asked = parser.parse_args()
    if not asked.method:
        measure(asked.runs, asked.most)
        return

    if asked.threads and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.threads])
    start_numba()
    layers = [fewer_corners(read(name), asked.share) for name in LAYERS[: asked.layers]]
    name, work = {"points": ("points_1m", points), "plots": ("polys_100k", plots)}[asked.method]
    sites = read(name, asked.sites)
    alone(lambda: work(sites, layers), asked.keep)


def measure(runs: int, most: int) -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    counts = {"points": (10_000, 30_000, 100_000, 300_000, 1_000_000)}
    counts["plots"] = (3_000, 10_000, 30_000, 100_000)
    usual = {"points": 100_000, "plots": 10_000}
    for method, case in (("points", POINTS), ("plots", PLOTS)):
        steps = [("sites", n, ["--sites", str(n)]) for n in counts[method] if n <= most]
        few = ["--sites", str(min(usual[method], most))]
        steps += [("layers", n, [*few, "--layers", str(n)]) for n in (1, 2, 4, 7, 10)]
        steps += [("share of corners", x, [*few, "--share", str(x)]) for x in (0.1, 0.25, 0.5, 1.0)]
        steps += [("threads", n, [*few, "--threads", str(n)]) for n in (1, 2, 4, 8) if n <= cores]
        for axis, x, more in steps:
            with tempfile.TemporaryDirectory() as folder:
                times = [
                    once(__file__, method, Path(folder) / "answer.npz", Path("off"), more)
                    for _ in range(runs)
                ]
            middle = {key: statistics.median(t[key] for t in times) for key in times[0]}
            grown(case, axis, x, middle)
            say(f"{case}, {axis} {x:g}: {middle['seconds']:.2f} s, {middle['peak_mb']:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
