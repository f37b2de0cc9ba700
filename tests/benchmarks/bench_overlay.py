"""Polygons against ten layers: the exact area that each has in common with each layer.

    python tests/benchmarks/bench_overlay.py [--polygons 10000] [--runs 3]

Against `geopandas.overlay` per layer, on the data of `shared/bench/` ($PEERS_DATA), each side in
fresh processes, in turn. Ours gives the area of every pair, and of each site in the union of the
layer's features, where ground that several cover counts once; the peer gives pairs, whose union is
made afterwards, untimed, to compare. Building the indexes and loading our compiled loops are
counted; compiling them (once on a machine) is not, nor are importing
libraries (numba's start, 0.4 s, with them) and reading, which includes the check that
layers are valid. Few polygons (under about 1,000) are left to GEOS, which does not give areas of
pairs. "cold" has nothing kept on disk; "warm" has the pieces of big layers.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import shapely
from turns import (
    LAYERS,
    Answer,
    Geometries,
    alone,
    arguments,
    compare,
    in_turn,
    read,
    say,
    start_numba,
)

GEOMETRY = "geometry of "


def ours(sites: Geometries, layers: dict[str, Geometries]) -> Answer:
    from zoning.overlay import index_zones, overlap, touching

    found: Answer = {}
    for name, geometry in layers.items():
        zones = index_zones(geometry, checked=True)
        pairs = touching(sites, zones, 0.0)
        found[f"{name} pairs"] = np.stack([pairs.site, pairs.feature])
        found[f"{name} areas"] = pairs.shared
        found[f"{name} union"] = overlap(sites, zones, pairs, 0.0).measured
    return found


def overlay(sites: Geometries, layers: dict[str, Geometries]) -> Answer:
    import geopandas as gpd

    found: Answer = {}
    ours = gpd.GeoDataFrame({"site": np.arange(len(sites))}, geometry=sites, crs="EPSG:4545")
    for name, geometry in layers.items():
        zones = gpd.GeoDataFrame(
            {"feature": np.arange(len(geometry))}, geometry=geometry, crs="EPSG:4545"
        )
        common = gpd.overlay(ours, zones, how="intersection")
        found[f"{name} pairs"] = common[["site", "feature"]].to_numpy().T.astype(np.int32)
        found[f"{name} areas"] = common.area.to_numpy()
        found[GEOMETRY + name] = np.asarray(common.geometry.values)
    return found


def united(found: Answer, count: int) -> Answer:
    """Areas of the unions, from the peer's pieces."""
    kept = {name: value for name, value in found.items() if not name.startswith(GEOMETRY)}
    for name in LAYERS:
        site, areas = found[f"{name} pairs"][0], found[f"{name} areas"]
        total = np.bincount(site, weights=areas, minlength=count)
        for one in np.flatnonzero(np.bincount(site, minlength=count) > 1):
            total[one] = shapely.union_all(found[GEOMETRY + name][site == one]).area
        kept[f"{name} union"] = total
    return kept


def main() -> None:
    asked = arguments(__doc__, polygons=10_000).parse_args()
    if not asked.method:
        with tempfile.TemporaryDirectory() as folder:
            measure(asked.polygons, asked.runs, Path(folder))
        return

    start_numba()
    sites, layers = read("polys_100k", asked.polygons), {name: read(name) for name in LAYERS}
    if asked.method == "overlay":
        held: list[Answer] = []

        def work() -> Answer:
            held.append(overlay(sites, layers))
            return {}

        alone(work, asked.keep)
        np.savez(asked.keep, **united(held[0], len(sites)))
    else:
        alone(lambda: ours(sites, layers), asked.keep)


def measure(polygons: int, runs: int, folder: Path) -> None:
    more = ["--polygons", str(polygons)]
    medians = in_turn(__file__, ("overlay", "cold", "warm"), runs, more, folder)
    with np.load(folder / "warm.npz") as one, np.load(folder / "overlay.npz") as two:
        for name in LAYERS:
            pairs = [
                dict(
                    zip(map(tuple, f[f"{name} pairs"].T.tolist()), f[f"{name} areas"], strict=True)
                )
                for f in (one, two)
            ]
            every = pairs[0].keys() | pairs[1].keys()
            worst = np.nanmax([abs(pairs[0].get(k, 0.0) - pairs[1].get(k, 0.0)) for k in every])
            off = np.abs(one[f"{name} union"] - two[f"{name} union"])
            say(
                f"{name}: {len(pairs[1])} pairs of the peer; areas of pairs differ by"
                f" {worst:.1g} m2 at most, of unions by {off.max():.1g} m2"
            )
            for site in np.flatnonzero(off > 0.01):
                say(f"  site {site}: {one[f'{name} union'][site]} {two[f'{name} union'][site]}")
    compare(medians, "overlay")


if __name__ == "__main__":
    main()
