"""Eligibility of 80 M cells: three rasters, a region, four layers with exact setbacks.

    python tests/benchmarks/bench_eligibility.py [--runs 3] [--methods floor ours three atlite]

Inside the region, slope <= 25, land cover in {20, 30, 40, 60}, karst <= 2, outside redline (0 m),
water (100 m), roads (50 m), parks (300 m); a uint8 GeoTIFF, tiled 512, DEFLATE 6. Data of
`shared/bench/` in $PEERS_DATA. Every run is a fresh process, methods in turn; loading the layers is
not timed, taking them apart and loading compiled code (numba's cache being filled) is. ``floor``
decodes the rasters and writes the mask with GDAL, no more. ``three`` gives each layer an error
(`T_M`, illustrative) and writes 0 no, 1 yes, 2 unknown. ``atlite`` runs in $PEERS_PYTHON (default
the temporary folder's peers/venv).
"""

# ruff: noqa: T201
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
from collections.abc import Callable
from pathlib import Path

CRS = "EPSG:4545"
SETBACK_M = {"redline": 0.0, "water": 100.0, "roads": 50.0, "parks": 300.0}
T_M = {"redline": 10.0, "water": 5.0, "roads": 5.0, "parks": 20.0}  # illustrative
GROUND = (20, 30, 40, 60)
METHODS = ("floor", "ours", "three", "atlite")
PEERS = Path(tempfile.gettempdir()) / "peers"


def data() -> Path:
    return Path(os.environ.get("PEERS_DATA", PEERS / "data"))


def out(method: str) -> Path:
    folder = Path(os.environ.get("PEERS_OUT", PEERS / "out"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"eligible_{method}.tif"


def layers() -> dict:
    import geopandas as gpd

    return {n: gpd.read_parquet(data() / f"{n}.parquet") for n in ("region", *SETBACK_M)}


def ours(*, three: bool) -> Callable[[], None]:
    import numpy as np
    import rasterio

    from zoning.grid import Grid
    from zoning.overlay.blocks import Block, sweep
    from zoning.overlay.burn import burn, doubtful, within
    from zoning.overlay.dissolve import deepened
    from zoning.overlay.outlines import Outlines
    from zoning.overlay.sources import Source

    shapes = {n: np.asarray(frame.geometry.array, dtype=object) for n, frame in layers().items()}
    sources = {n: Source(data() / f"{n}.tif") for n in ("slope", "landcover", "karst")}
    with rasterio.open(sources["slope"].path) as file:
        place, (height, width) = file.transform, file.shape
    grid = Grid(CRS, place.c, place.f, place.a, width, height)
    good = np.zeros(256, dtype=bool)
    good[list(GROUND)] = True

    def run() -> None:
        outlines = {n: Outlines.of(found) for n, found in shapes.items()}

        def two_valued(block: Block) -> np.ndarray:
            ok = burn(outlines["region"], grid, block.window)
            ok &= block.known("slope") & (block.values("slope") <= 25)
            ok &= good[block.values("landcover")]
            ok &= block.known("karst") & (block.values("karst") <= 2)
            for name, reach in SETBACK_M.items():
                ok &= ~within(outlines[name], grid, block.window, reach_m=reach)
            return ok.view(np.uint8)

        deep = deepened(outlines["redline"]) if three else None

        def three_valued(block: Block) -> np.ndarray:
            sure = burn(outlines["region"], grid, block.window)
            maybe = sure.copy()
            for name, met in (
                ("slope", block.values("slope") <= 25),
                ("landcover", good[block.values("landcover")]),
                ("karst", block.values("karst") <= 2),
            ):
                known = block.known(name)
                sure &= met & known
                maybe &= met | ~known
            for name, reach in SETBACK_M.items():
                least, most = doubtful(
                    outlines[name],
                    grid,
                    block.window,
                    reach_m=reach,
                    t_m=T_M[name],
                    deep=deep if name == "redline" else None,
                )
                sure &= ~most
                maybe &= ~least
            return np.where(sure, 1, np.where(maybe, 2, 0)).astype(np.uint8)

        if three:
            sweep(grid, sources, three_valued, out("three"))
        else:
            sweep(grid, sources, two_valued, out("ours"))

    return run


def floor() -> Callable[[], None]:
    import rasterio

    with rasterio.open(out("ours")) as file:
        mask, place, crs = file.read(1), file.transform, file.crs
    return lambda: _floor(rasterio, mask, place, crs)


def _floor(rasterio, mask, place, crs) -> None:
    for name in ("slope", "landcover", "karst"):
        with rasterio.open(data() / f"{name}.tif") as file:
            file.read(1)
    _write(rasterio, mask, place, crs, out("floor"))


def _write(rasterio, mask, place, crs, path: Path) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", height=mask.shape[0], width=mask.shape[1], count=1,
        dtype="uint8", crs=crs, transform=place, tiled=True, blockxsize=512, blockysize=512,
        compress="DEFLATE", zlevel=6,
    ) as file:  # fmt: skip
        file.write(mask, 1)


def atlite() -> Callable[[], None]:
    import numpy as np
    import rasterio
    from atlite.gis import ExclusionContainer, shape_availability

    found = layers()
    region = found.pop("region").geometry

    def run() -> None:
        kept = ExclusionContainer(crs=CRS, res=10)
        kept.add_raster(str(data() / "slope.tif"), codes=lambda v: v > 25, crs=CRS)
        kept.add_raster(str(data() / "landcover.tif"), codes=list(GROUND), invert=True, crs=CRS)
        kept.add_raster(str(data() / "karst.tif"), codes=lambda v: v > 2, crs=CRS)
        for name, frame in found.items():
            kept.add_geometry(frame.geometry, buffer=SETBACK_M[name])
        mask, place = shape_availability(region, kept)
        _write(rasterio, mask.astype(np.uint8), place, CRS, out("atlite"))

    return run


def one(method: str) -> None:
    prepare = {
        "floor": floor, "ours": lambda: ours(three=False), "three": lambda: ours(three=True),
        "atlite": atlite,
    }[method]  # fmt: skip
    run = prepare()
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"method": method, "wall_s": wall, "cpu_s": cpu, "peak_mb": peak}))


def differing(method: str) -> float:
    """Share of cells, on the ground that both cover, at which a peer's mask is not ours."""
    import rasterio
    from rasterio.windows import from_bounds

    with rasterio.open(out("ours")) as mine, rasterio.open(out(method)) as other:
        west, south, east, north = (
            f(a, b) for f, a, b in zip((max, max, min, min), mine.bounds, other.bounds, strict=True)
        )
        one, two = (
            f.read(1, window=from_bounds(west, south, east, north, f.transform).round())
            for f in (mine, other)
        )
    return float((one != two).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--one", choices=METHODS, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        one(args.one)
        return
    peer = os.environ.get("PEERS_PYTHON", str(PEERS / "venv/bin/python"))
    if not out("ours").exists():
        subprocess.run([sys.executable, __file__, "--one", "ours"], check=True)  # fills the cache
    results: dict[str, list[dict]] = {method: [] for method in args.methods}
    for _ in range(args.runs):
        for method in args.methods:
            python = peer if method == "atlite" else sys.executable
            done = subprocess.run(
                [python, __file__, "--one", method], check=True, stdout=subprocess.PIPE
            )
            results[method].append(json.loads(done.stdout.splitlines()[-1]))
    base = statistics.median(r["wall_s"] for r in results.get("ours", [{"wall_s": float("nan")}]))
    print("| method | wall s | runs | cpu s | peak MB | of ours |\n|---|---|---|---|---|---|")
    for method, runs in results.items():
        wall = statistics.median(r["wall_s"] for r in runs)
        every = " ".join(f"{r['wall_s']:.1f}" for r in runs)
        cpu = statistics.median(r["cpu_s"] for r in runs)
        peak = max(r["peak_mb"] for r in runs)
        print(f"| {method} | {wall:.2f} | {every} | {cpu:.1f} | {peak:.0f} | {wall / base:.2f} |")
    if "atlite" in results:
        print(f"cells that differ from atlite's: {differing('atlite'):.2e}")


if __name__ == "__main__":
    main()
