"""Slope (mean, min, max, count) and land cover (class shares) under polygons, coverage-exact.

    python tests/benchmarks/bench_zonal.py [--runs 3] [--polygons 10000] [--growth]

`zonal`, as the screening calls it, against exactextract (raster-sequential) on the data of
`shared/bench/`, each in fresh processes, in turn. Loading the polygons and importing the libraries
are not counted; opening and decoding the rasters, flattening the polygons and loading the compiled
loops are. ``shifted`` gives every polygon an error of 10 m (illustrative) and so bounds, ``p90``
asks the quantile too, ``cold`` compiles first. Count is the covered share of the polygon's area.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import raster_case as case

CLASSES = (10, 20, 30, 40, 50, 60, 80)
METHODS = ("peer", "ours", "shifted", "p90")
Answer = dict[str, npt.NDArray[np.float64]]
Polygons = npt.NDArray[np.object_]


def layer(name: str, nodata: float):
    from zoning.layers import RasterLayer

    return RasterLayer(
        name=name, title=name, path=case.data(f"{name}.tif"), role="terrain", source="bench",
        date=None, superseded=None, licence="", accuracy_m=0.0, accuracy_default=False,
        coverage=None, share="full", synthetic=True, crs=case.CRS, unit=None, valid_range=None,
        classes=(), nodata=nodata,
    )  # fmt: skip


def ours(polygons: Polygons, threads: int, *, t: float = 0.0, more: tuple[str, ...] = ()) -> Answer:
    import shapely

    from zoning.overlay import zonal

    asked = {"crs": case.CRS, "threads": threads}
    slope = zonal(
        polygons, layer("slope", -9999), t, ("mean", "min", "max", "covered", *more), **asked
    )
    cover = zonal(polygons, layer("landcover", 0), t, [f"share:{c}" for c in CLASSES], **asked)
    return {
        **{name: slope[name].measured for name in ("mean", "min", "max")},
        "count": slope["covered"].measured * shapely.area(polygons) / 100,
        "shares": np.stack([cover[f"share:{c}"].measured for c in CLASSES], axis=1),
    }


def peer(polygons: Polygons, _: int) -> Answer:
    import geopandas as gpd
    from exactextract import exact_extract

    frame = gpd.GeoDataFrame(geometry=polygons, crs=case.CRS)
    asked = {"output": "pandas", "strategy": "raster-sequential"}
    slope = exact_extract(
        str(case.data("slope.tif")), frame, ["mean", "min", "max", "count"], **asked
    )
    cover = exact_extract(str(case.data("landcover.tif")), frame, ["unique", "frac"], **asked)
    shares = np.zeros((len(frame), len(CLASSES)))
    for row, (codes, parts) in enumerate(zip(cover["unique"], cover["frac"], strict=True)):
        shares[row, np.searchsorted(CLASSES, codes)] = parts
    return {**{name: slope[name].to_numpy(np.float64) for name in slope}, "shares": shares}


def one(method: str, count: int, threads: int) -> None:
    """Run one side in this process, keep its answer, and say what it took."""
    import geopandas as gpd
    import rasterio  # noqa: F401  imports are not what is compared

    if method == "peer":
        import exactextract  # noqa: F401
    else:
        import zoning.overlay.kernels.coverage  # noqa: F401
    polygons = gpd.read_parquet(case.data("polys_100k.parquet")).geometry.to_numpy()[:count]
    runs: dict[str, Callable[[], Answer]] = {
        "peer": lambda: peer(polygons, threads),
        "ours": lambda: ours(polygons, threads),
        "shifted": lambda: ours(polygons, threads, t=10.0),
        "p90": lambda: ours(polygons, threads, more=("p90",)),
    }
    found: Answer = {}
    print(json.dumps(case.timed(lambda: found.update(runs[method]()))))
    np.savez(case.out(f"zonal_{method}.npz"), **found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", choices=METHODS)
    parser.add_argument("--polygons", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--growth", action="store_true")
    asked = parser.parse_args()
    size = ["--polygons", str(asked.polygons)]
    if asked.one:
        one(asked.one, asked.polygons, asked.threads)
        return
    if asked.growth:
        for count in (1_000, 10_000, 100_000):
            case.grown(
                "zonal", "polygons", count, case.alone(__file__, "ours", "--polygons", str(count))
            )
        for threads in (1, 2):
            case.grown(
                "zonal",
                "threads",
                threads,
                case.alone(__file__, "ours", *size, "--threads", str(threads)),
            )
        return
    print("cold", case.alone(__file__, "ours", *size, cold=True))
    case.table(case.interleaved(__file__, METHODS, asked.runs, *size), "ours")
    mine, other = (np.load(case.out(f"zonal_{method}.npz")) for method in ("ours", "peer"))
    for name in mine:
        print(f"{name}: differs by {np.abs(mine[name] - other[name]).max():.2g} at most")


if __name__ == "__main__":
    main()
