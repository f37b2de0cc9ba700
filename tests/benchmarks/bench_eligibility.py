"""Eligibility of 80 M cells: three rasters, a region, four layers with exact setbacks.

    python tests/benchmarks/bench_eligibility.py [--runs 3] [--methods floor ours bare three atlite]
        [--buffers] [--growth]

Inside the region, slope <= 25, land cover in {20, 30, 40, 60}, karst <= 2, outside redline (0 m),
water (100 m), roads (50 m), parks (300 m); a uint8 GeoTIFF, tiled 512, DEFLATE 6. Data of
`shared/bench/`. Every run is a fresh process, methods in turn; loading the layers is not timed,
taking them apart and loading compiled code (numba's cache being filled; ``cold``: compiling it) is.
``floor`` decodes the rasters and writes the mask with GDAL, no more; ``bare`` is ours without the
overviews, which neither floor nor peer writes. ``three`` gives each layer an
error (`T_M`, illustrative) and writes 0 no, 1 yes, 2 unknown. ``atlite`` runs where it is installed
($PEERS_PYTHON), and each cell at which its mask differs is traced to the layer that decides.
``--buffers`` compares each setback with the vector buffer of 64 segments a quadrant.
"""

# ruff: noqa: T201
from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from importlib.util import find_spec

import numpy as np
import raster_case as case

SETBACK_M = {"redline": 0.0, "water": 100.0, "roads": 50.0, "parks": 300.0}
T_M = {"redline": 10.0, "water": 5.0, "roads": 5.0, "parks": 20.0}  # illustrative
GROUND = (20, 30, 40, 60)
RASTERS = ("slope", "landcover", "karst")
METHODS = ("floor", "ours", "bare", "three", "atlite")
Read = Mapping[str, tuple[np.ndarray, np.ndarray | None]]


def target(method: str):
    return case.out(f"eligible_{method}.tif")


def layers() -> dict:
    import geopandas as gpd

    return {n: gpd.read_parquet(case.data(f"{n}.parquet")) for n in ("region", *SETBACK_M)}


def shapes_of(found: dict) -> dict:
    return {n: np.asarray(frame.geometry.array, dtype=object) for n, frame in found.items()}


def city():
    """The grid of the rasters."""
    import rasterio

    from zoning.grid import Grid

    with rasterio.open(case.data("slope.tif")) as file:
        place, (height, width) = file.transform, file.shape
    return Grid(case.CRS, place.c, place.f, place.a, width, height)


def rule(shapes: dict, grid, *, three: bool) -> Callable:
    """From a window of the grid and what the rasters hold there to the mask."""
    from zoning.overlay.rasterize.burn import burn, doubtful, within
    from zoning.overlay.rasterize.dissolve import deepened
    from zoning.overlay.rasterize.edges import Outlines

    outlines = {n: Outlines.of(found) for n, found in shapes.items()}
    deep = deepened(outlines["redline"]) if three else None
    good = np.zeros(256, dtype=bool)
    good[list(GROUND)] = True

    def met(read: Read):
        yield read["slope"][0] <= 25, read["slope"][1]
        yield good[read["landcover"][0]], read["landcover"][1]
        yield read["karst"][0] <= 2, read["karst"][1]

    def two_valued(window, read: Read) -> np.ndarray:
        ok = burn(outlines["region"], grid, window)
        for held, known in met(read):
            ok &= held if known is None else held & known
        for name, reach in SETBACK_M.items():
            ok &= ~within(outlines[name], grid, window, reach_m=reach)
        return ok.view(np.uint8)

    def three_valued(window, read: Read) -> np.ndarray:
        sure = burn(outlines["region"], grid, window)
        maybe = sure.copy()
        for held, known in met(read):
            sure &= held if known is None else held & known
            maybe &= held if known is None else held | ~known
        for name, reach in SETBACK_M.items():
            mine = {"reach_m": reach, "t_m": T_M[name]}
            if name == "redline":
                mine["deep"] = deep
            least, most = doubtful(outlines[name], grid, window, **mine)
            sure &= ~most
            maybe &= ~least
        return np.where(sure, 1, np.where(maybe, 2, 0)).astype(np.uint8)

    return three_valued if three else two_valued


def ours(method: str, *, threads: int) -> Callable[[], None]:
    from zoning.overlay.blocks.blocks import sweep
    from zoning.overlay.blocks.sources import Source

    shapes, grid = shapes_of(layers()), city()
    sources = {n: Source(case.data(f"{n}.tif")) for n in RASTERS}

    def run() -> None:
        decide = rule(shapes, grid, three=method == "three")

        def work(block) -> np.ndarray:
            return decide(block.window, {n: (block.values(n), block.known(n)) for n in RASTERS})

        overviews = method != "bare"
        sweep(grid, sources, work, target(method), threads=threads, overviews=overviews)

    return run


def floor() -> Callable[[], None]:
    import rasterio

    with rasterio.open(target("ours")) as file:
        mask, place = file.read(1), file.transform

    def run() -> None:
        for name in RASTERS:
            with rasterio.open(case.data(f"{name}.tif")) as file:
                file.read(1)
        write(mask, place, target("floor"))

    return run


def write(mask: np.ndarray, place, path) -> None:
    import rasterio

    with rasterio.open(
        path, "w", driver="GTiff", height=mask.shape[0], width=mask.shape[1], count=1,
        dtype="uint8", crs=case.CRS, transform=place, tiled=True, blockxsize=512, blockysize=512,
        compress="DEFLATE", zlevel=6,
    ) as file:  # fmt: skip
        file.write(mask, 1)


def atlite() -> Callable[[], None]:
    from atlite.gis import ExclusionContainer, shape_availability

    found = layers()
    region = found.pop("region").geometry

    def run() -> None:
        kept = ExclusionContainer(crs=case.CRS, res=10)
        path = {n: str(case.data(f"{n}.tif")) for n in RASTERS}
        kept.add_raster(path["slope"], codes=lambda v: v > 25, crs=case.CRS)
        kept.add_raster(path["landcover"], codes=list(GROUND), invert=True, crs=case.CRS)
        kept.add_raster(path["karst"], codes=lambda v: v > 2, crs=case.CRS)
        for name, frame in found.items():
            kept.add_geometry(frame.geometry, buffer=SETBACK_M[name])
        mask, place = shape_availability(region, kept)
        write(mask.astype(np.uint8), place, target("atlite"))

    return run


def one(method: str, threads: int) -> None:
    prepare = {
        "floor": floor,
        "ours": lambda: ours("ours", threads=threads),
        "bare": lambda: ours("bare", threads=threads),
        "three": lambda: ours("three", threads=threads),
        "atlite": atlite,
    }
    print(json.dumps(case.timed(prepare[method]())))


def traced() -> None:
    """Say of every cell at which atlite's mask is not ours which layer decides, and how closely."""
    import rasterio
    import shapely
    from rasterio.windows import from_bounds

    with rasterio.open(target("ours")) as mine, rasterio.open(target("atlite")) as other:
        west, south, east, north = (
            f(a, b) for f, a, b in zip((max, max, min, min), mine.bounds, other.bounds, strict=True)
        )
        windows = [from_bounds(west, south, east, north, f.transform) for f in (mine, other)]
        first, second = (
            f.read(1, window=w.round()) for f, w in zip((mine, other), windows, strict=True)
        )
    row, col = np.nonzero(first != second)
    print(
        f"cells that differ from atlite's: {len(row)} of {first.size} ({len(row) / first.size:.2e})"
    )
    print(f"  eligible there and not here: {int((second[row, col] == 1).sum())}")
    centre = shapely.points(west + (col + 0.5) * 10, north - (row + 0.5) * 10)
    told = np.zeros(len(row), bool)
    for name, frame in layers().items():
        reach = SETBACK_M.get(name)
        if not reach:
            continue
        parts = np.asarray(shapely.get_parts(frame.geometry.array), dtype=object)
        (at, _), far = shapely.STRtree(parts).query_nearest(
            centre, return_distance=True, all_matches=False
        )
        inner = np.full(len(row), np.nan)
        inner[at] = reach - far  # how deep in the setback the centre lies
        # A chord of its 16 segments a quadrant; GEOS moves the outline by 1 % of that before.
        chord = reach * (1 - np.cos(np.pi / 64))
        cut = (inner >= 0) & (inner <= 1.5 * chord)
        told |= cut
        deepest = f"{inner[cut].max(initial=0):.3f} m, chord {chord:.3f} m"
        print(f"  {name}: {int(cut.sum())} within {reach:g} m by up to {deepest}")
    print(f"  not explained by the chords of its buffers: {int((~told).sum())}")


def buffers() -> None:
    """Share of cells at which setbacks differ from vector buffers, GDAL's centre rule for both."""
    import shapely
    from rasterio import Affine
    from rasterio.features import rasterize

    from zoning.overlay.rasterize.burn import within
    from zoning.overlay.rasterize.edges import Outlines

    grid = city()
    for name, shapes in shapes_of(layers()).items():
        reach = SETBACK_M.get(name, 0.0)
        mine = within(Outlines.of(shapes), grid, reach_m=reach)
        zone = shapely.buffer(shapes, reach, quad_segs=64) if reach else shapes
        theirs = rasterize(zone, grid.shape, transform=Affine(*grid.transform), dtype="uint8")
        print(f"{name} {reach:g} m: {(mine != theirs.astype(bool)).mean():.2e} of all cells differ")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=METHODS)
    parser.add_argument("--one", choices=METHODS, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--buffers", action="store_true")
    parser.add_argument("--growth", action="store_true")
    args = parser.parse_args()
    if args.one:
        one(args.one, args.threads)
        return
    if args.buffers:
        buffers()
        return
    if args.growth:
        for threads in (1, 2):
            found = case.alone(__file__, "ours", "--threads", str(threads))
            case.grown("eligibility", "threads", threads, found)
        return
    print("cold", case.alone(__file__, "ours", cold=True))
    methods = [m for m in args.methods if m != "atlite" or find_spec("atlite") is not None]
    case.table(case.interleaved(__file__, methods, args.runs, peers=("atlite",)), "ours")
    if "atlite" in methods:
        traced()


if __name__ == "__main__":
    main()
