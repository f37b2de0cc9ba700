"""Eligibility of the province at 10 m, 1.76 billion cells, against the city's 80 million.

    python tests/benchmarks/bench_province.py [--runs 3] [--keep]

The rasters are written for the run, in blocks: the city's repeated east and south, in the same
format (tiled 512, DEFLATE 6, the slope with predictor 3), about 2.7 GB, and removed at the end. The
layers repeat with them, held once: each block is burnt on the city's grid where it lies in it, so
that every cell costs what a cell of the city does; a province's own layers would need memory for
their vertices (a million: about 60 MB). The city is run before and after, each in a fresh process;
goals: 24 times its time, 1.2 times its memory. Two-valued and three-valued.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
import shutil
import statistics
import time
from collections.abc import Callable, Iterator

import bench_eligibility as eligibility
import numpy as np
import raster_case as case

SIDE = 41_984
"""Cells: 82 tiles of 512; squared 1.763e9, the 176,000 km2 of Guizhou."""
FORMAT = {"slope": {"predictor": 3}, "landcover": {}, "karst": {}}
METHODS = ("city", "city three", "province", "province three")


def folder():
    return case.out("province")


def make() -> None:
    """Write the rasters, block by block."""
    import rasterio
    import rasterio.shutil

    folder().mkdir(exist_ok=True)
    for name, more in FORMAT.items():
        target = folder() / f"{name}.tif"
        if target.exists():
            continue
        begin = time.perf_counter()
        part = target.with_suffix(".part")
        with (
            rasterio.Env(GDAL_CACHEMAX=256 * 2**20, GDAL_NUM_THREADS="ALL_CPUS"),
            rasterio.open(repeated(name)) as source,
        ):
            rasterio.shutil.copy(
                source, part, driver="GTiff", tiled=True, blockxsize=512, blockysize=512,
                compress="DEFLATE", zlevel=6, bigtiff="YES", **more,
            )  # fmt: skip
        part.replace(target)
        size = target.stat().st_size / 1e9
        print(f"{name}: {size:.2f} GB in {time.perf_counter() - begin:.0f} s", flush=True)


def repeated(name: str) -> str:
    """A virtual raster that shows the city's again and again."""
    import rasterio

    path = case.data(f"{name}.tif")
    kinds = {"float32": "Float32", "uint8": "Byte"}
    with rasterio.open(path) as file:
        grid, kind, nodata = eligibility.city(), kinds[file.dtypes[0]], file.nodata
        crs = file.crs.to_wkt().replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    sources = []
    for row in range(0, SIDE, grid.height):
        for col in range(0, SIDE, grid.width):
            size = f'xSize="{min(grid.width, SIDE - col)}" ySize="{min(grid.height, SIDE - row)}"'
            sources.append(
                f'<SimpleSource><SourceFilename relativeToVRT="0">{path}</SourceFilename>'
                f'<SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" {size}/>'
                f'<DstRect xOff="{col}" yOff="{row}" {size}/></SimpleSource>'
            )
    place = f"{grid.x0}, {grid.res}, 0, {grid.y1}, 0, -{grid.res}"
    return (
        f'<VRTDataset rasterXSize="{SIDE}" rasterYSize="{SIDE}"><SRS>{crs}</SRS>'
        f'<GeoTransform>{place}</GeoTransform><VRTRasterBand dataType="{kind}" band="1">'
        f"<NoDataValue>{nodata}</NoDataValue>{''.join(sources)}</VRTRasterBand></VRTDataset>"
    )


def pieces(window, grid) -> Iterator[tuple[object, tuple[slice, slice]]]:
    """Where in the city a block lies: windows of the city's grid, and their place in the block."""
    from zoning.grid import Window

    def cut(first: int, count: int, side: int) -> Iterator[tuple[int, int, int]]:
        at = 0
        while at < count:
            start = (first + at) % side
            size = min(side - start, count - at)
            yield start, size, at
            at += size

    for row, height, r in cut(window.row, window.height, grid.height):
        for col, width, c in cut(window.col, window.width, grid.width):
            inner = Window(row, col, height, width, row, col, height, width)
            yield inner, (slice(r, r + height), slice(c, c + width))


def province(*, three: bool) -> Callable[[], None]:
    from zoning.grid import Grid
    from zoning.overlay.blocks.blocks import sweep
    from zoning.overlay.blocks.sources import Source

    shapes, city = eligibility.shapes_of(eligibility.layers()), eligibility.city()
    grid = Grid(case.CRS, city.x0, city.y1, city.res, SIDE, SIDE)
    sources = {n: Source(folder() / f"{n}.tif") for n in FORMAT}

    def run() -> None:
        decide = eligibility.rule(shapes, city, three=three)

        def work(block) -> np.ndarray:
            found = np.empty((block.window.height, block.window.width), np.uint8)
            read = {n: (block.values(n), block.known(n)) for n in FORMAT}
            for window, part in pieces(block.window, city):
                found[part] = decide(window, {n: (v[part], k[part]) for n, (v, k) in read.items()})
            return found

        sweep(grid, sources, work, folder() / "eligible.tif")

    return run


def one(method: str) -> None:
    three = method.endswith("three")
    if method.startswith("city"):
        run = eligibility.ours(three=three, threads=2)
    else:
        run = province(three=three)
    print(json.dumps(case.timed(run)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--one", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=3, help="of the city; the province runs once")
    parser.add_argument("--keep", action="store_true", help="keep the rasters")
    asked = parser.parse_args()
    if asked.one:
        one(asked.one)
        return
    try:
        make()
        compare(asked.runs)
    finally:
        if not asked.keep:
            shutil.rmtree(folder(), ignore_errors=True)


def compare(runs: int) -> None:
    print("| run | s | cpu s | peak MB | time / city | cpu / city | memory / city |")
    print("|---|---|---|---|---|---|---|")
    cells = SIDE * SIDE
    for more in ("", " three"):
        before = [case.alone(__file__, f"city{more}") for _ in range(runs - runs // 2)]
        large = case.alone(__file__, f"province{more}")
        after = [case.alone(__file__, f"city{more}") for _ in range(runs // 2)]
        keys = ("seconds", "cpu", "peak_mb")
        small = {k: statistics.median(r[k] for r in before + after) for k in keys}
        for name, found in ((f"city{more}", small), (f"province{more}", large)):
            ratio = " | ".join(f"{found[k] / small[k]:.2f}" for k in keys)
            figures = f"{found['seconds']:.1f} | {found['cpu']:.1f} | {found['peak_mb']:.0f}"
            print(f"| {name} | {figures} | {ratio} |", flush=True)
        city = eligibility.city()
        case.grown(f"eligibility{more}", "cells", city.width * city.height, small)
        case.grown(f"eligibility{more}", "cells", cells, large)


if __name__ == "__main__":
    main()
