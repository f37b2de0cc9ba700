"""Points against ten layers: which features each is in.

    python tests/benchmarks/bench_points.py [--points 100000] [--peer sjoin | sedona] [--runs 3]

Against geopandas (`sjoin` per layer) or sedonadb (`ST_Intersects` per layer), on the data of
`shared/bench/` ($PEERS_DATA), each side in fresh processes, in turn. Building the indexes and
loading our compiled loops are counted; compiling them (once on a machine) is not, nor are importing
libraries (numba's start, 0.4 s, with them) and reading, which includes the check that geometries
are valid; sedonadb reads within its query. "cold" has nothing kept on disk; "warm" has what there
is to keep: for points nothing, so that the two differ by chance alone.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from turns import (
    LAYERS,
    Answer,
    Geometries,
    alone,
    arguments,
    compare,
    data,
    in_turn,
    read,
    say,
    start_numba,
)


def ours(points: Geometries, layers: dict[str, Geometries]) -> Answer:
    from zoning.overlay import index_sites, index_zones, touching

    found: Answer = {}
    sites = index_sites(points)
    for name, geometry in layers.items():
        pairs = touching(sites, index_zones(geometry, checked=True), 0.0)
        found[name] = np.stack([pairs.site, pairs.feature])
        found[f"{name} hit"] = np.bincount(pairs.site, minlength=len(points)) > 0
    return found


def sjoin(points: Geometries, layers: dict[str, Geometries]) -> Answer:
    import geopandas as gpd

    found: Answer = {}
    sites = gpd.GeoDataFrame(geometry=points, crs="EPSG:4545")
    for name, geometry in layers.items():
        zones = gpd.GeoDataFrame(geometry=geometry, crs="EPSG:4545")
        pairs = gpd.sjoin(sites, zones, predicate="intersects")
        site, feature = pairs.index.to_numpy(), pairs["index_right"].to_numpy()
        found[name] = np.stack([site, feature]).astype(np.int32)
        found[f"{name} hit"] = np.bincount(site, minlength=len(points)) > 0
    return found


def sedona(count: int) -> Answer:
    import sedonadb

    engine = sedonadb.connect()
    engine.read_parquet(str(data() / "points_1m.parquet")).to_view("p")
    found: Answer = {}
    for name in LAYERS:
        engine.read_parquet(str(data() / f"{name}.parquet")).to_view("z")
        pairs = engine.sql(
            "SELECT p.id AS site, z.id AS feature FROM p JOIN z"
            f" ON ST_Intersects(p.geometry, z.geometry) WHERE p.id < {count}"
        ).to_pandas(geometry=None)
        site, feature = pairs["site"].to_numpy(), pairs["feature"].to_numpy()
        found[name] = np.stack([site, feature]).astype(np.int32)
        found[f"{name} hit"] = np.bincount(site, minlength=count) > 0
        engine.drop_view("z")
    return found


def main() -> None:
    parser = arguments(__doc__, points=100_000)
    parser.add_argument("--peer", choices=("sjoin", "sedona"), default="sjoin")
    asked = parser.parse_args()
    if asked.method == "sedona":
        import sedonadb  # noqa: F401  imports are not what is compared

        alone(lambda: sedona(asked.points), asked.keep)
    elif asked.method:
        start_numba()
        points, layers = read("points_1m", asked.points), {name: read(name) for name in LAYERS}
        work = sjoin if asked.method == "sjoin" else ours
        alone(lambda: work(points, layers), asked.keep)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure(asked.points, asked.peer, asked.runs, Path(folder))


def measure(points: int, peer: str, runs: int, folder: Path) -> None:
    medians = in_turn(__file__, (peer, "cold", "warm"), runs, ["--points", str(points)], folder)
    with np.load(folder / "warm.npz") as one, np.load(folder / f"{peer}.npz") as two:
        for name in LAYERS:
            mine, other = ({*map(tuple, found[name].T.tolist())} for found in (one, two))
            say(f"{name}: {len(other)} pairs of the peer, {len(mine ^ other)} differ")
    compare(medians, peer)


if __name__ == "__main__":
    main()
