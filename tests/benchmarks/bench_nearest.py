"""Points and the nearest feature of five layers, 0 inside.

    python tests/benchmarks/bench_nearest.py [--points 10000] [--runs 3]

Against `shapely.STRtree.query_nearest` per layer, on the data of `shared/bench/` ($PEERS_DATA),
each side in fresh processes, in turn. Building the indexes and loading our compiled loops are
counted; compiling them (once on a machine) is not, nor are importing libraries (numba's start,
0.4 s, with them) and reading. "cold" has nothing kept on disk; "warm" has the pieces of big layers.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import shapely
from turns import Answer, Geometries, alone, arguments, compare, in_turn, read, say, start_numba

NEAR = ("redline", "water", "parks", "water_source", "roads")


def ours(points: Geometries, layers: dict[str, Geometries]) -> Answer:
    from zoning.overlay import index_zones, nearest

    found: Answer = {}
    for name, geometry in layers.items():
        depth, feature = nearest(points, index_zones(geometry, checked=True))
        found[name], found[f"{name} feature"] = np.maximum(depth, 0.0), feature
    return found


def tree(points: Geometries, layers: dict[str, Geometries]) -> Answer:
    found: Answer = {}
    for name, geometry in layers.items():
        (_, feature), gap = shapely.STRtree(geometry).query_nearest(
            points, return_distance=True, all_matches=False
        )
        found[name], found[f"{name} feature"] = gap, feature.astype(np.int32)
    return found


def main() -> None:
    asked = arguments(__doc__, points=10_000).parse_args()
    if not asked.method:
        with tempfile.TemporaryDirectory() as folder:
            measure(asked.points, asked.runs, Path(folder))
        return

    start_numba()
    points, layers = read("points_1m", asked.points), {name: read(name) for name in NEAR}
    work = tree if asked.method == "tree" else ours
    alone(lambda: work(points, layers), asked.keep)


def measure(points: int, runs: int, folder: Path) -> None:
    medians = in_turn(__file__, ("tree", "cold", "warm"), runs, ["--points", str(points)], folder)
    layers = {name: read(name) for name in NEAR}
    sites = read("points_1m", points)
    with np.load(folder / "warm.npz") as one, np.load(folder / "tree.npz") as two:
        for name in NEAR:
            mine = shapely.distance(sites, layers[name][one[f"{name} feature"]])
            worst = np.abs(one[name] - two[name]).max()
            say(
                f"{name}: distances differ by {worst:.1g} m at most, and those to the features"
                f" named by {np.abs(mine - two[name]).max():.1g} m"
            )
    compare(medians, "tree")


if __name__ == "__main__":
    main()
