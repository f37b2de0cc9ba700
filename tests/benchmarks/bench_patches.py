"""Patches of at least 5 ha, 4-connected, against scipy's labels and rasterio's shapes.

    python tests/benchmarks/bench_patches.py [--runs 3] [--neighbours 4]

Runs each side in fresh processes, in turn, on the mask of the eligibility benchmark (rasters and
layers of `shared/bench/`, in $PEERS_DATA; made once and kept there), and prints the medians, the
peak memory of the process and the ratios. Both sides read the same GeoTIFF (tiled 512, DEFLATE)
and end with valid shapely polygons. Imports are not counted; loading the compiled loops is, from
numba's filled cache (``cold``: compiling them).
"""

# ruff: noqa: T201

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import raster_case as case

MIN_AREA_M2 = 50_000.0
SETBACK_M = {"redline": 0.0, "water": 100.0, "roads": 50.0, "parks": 300.0}


def mask_path() -> Path:
    """Mask of the eligibility benchmark, made when absent (half a minute, 1.5 GB)."""
    path = case.data("eligible.tif")
    if not path.exists():
        subprocess.run([sys.executable, __file__, "--make"], check=True)
    return path


def make() -> None:
    import geopandas as gpd
    import numpy as np
    import rasterio
    import shapely
    from rasterio.features import rasterize

    def read(name: str) -> np.ndarray:
        with rasterio.open(case.data(f"{name}.tif")) as source:
            return source.read(1)

    with rasterio.open(case.data("landcover.tif")) as source:
        profile = source.profile
    shape, transform = (profile["height"], profile["width"]), profile["transform"]
    eligible = np.isin(read("landcover"), (20, 30, 40, 60))
    eligible &= read("slope") <= 25
    eligible &= read("karst") <= 2
    region = gpd.read_parquet(case.data("region.parquet")).geometry
    eligible &= rasterize(region, shape, transform=transform, dtype="uint8").astype(bool)
    for name, setback in SETBACK_M.items():
        zone = shapely.get_parts(gpd.read_parquet(case.data(f"{name}.parquet")).geometry.values)
        zone = shapely.buffer(zone, setback, quad_segs=4) if setback else zone
        eligible &= ~rasterize(zone, shape, transform=transform, dtype="uint8").astype(bool)
    profile.update(dtype="uint8", nodata=255, count=1)
    part = case.data(f"eligible.{os.getpid()}.tif")
    with rasterio.open(part, "w", zlevel=6, **profile) as target:
        target.write(eligible.astype("uint8"), 1)
    part.replace(case.data("eligible.tif"))


def ours(path: Path, neighbours: int) -> Callable[[], dict[str, float]]:
    import rasterio  # noqa: F401  imports are not what is compared

    from zoning.overlay.patches.patches import patches

    def run() -> dict[str, float]:
        found = patches(path, neighbours=neighbours, min_area_m2=MIN_AREA_M2)
        return facts(found.polygon, float(found.area_m2.sum()))

    return run


def peer(path: Path, neighbours: int) -> Callable[[], dict[str, float]]:
    import numpy as np
    import rasterio
    import shapely
    from rasterio.features import shapes
    from scipy import ndimage

    structure = np.ones((3, 3)) if neighbours == 8 else None

    def run() -> dict[str, float]:
        with rasterio.open(path) as source:
            eligible, transform = source.read(1) == 1, source.transform
        label, _ = ndimage.label(eligible, structure)
        cells = np.bincount(label.ravel())
        kept = cells * transform.a**2 >= MIN_AREA_M2
        kept[0] = False
        keep = kept[label]
        found = []
        for shape, _ in shapes(label, mask=keep, connectivity=neighbours, transform=transform):
            rings = shape["coordinates"]
            found.append(shapely.Polygon(rings[0], rings[1:]))
        polygon = np.array(found, dtype=object)
        bad = ~shapely.is_valid(polygon)
        polygon[bad] = shapely.make_valid(polygon[bad])
        return facts(polygon, float(cells[kept].sum() * transform.a**2))

    return run


def facts(polygon: object, area_m2: float) -> dict[str, float]:
    import shapely

    corners = int(shapely.get_num_coordinates(polygon).sum())
    return {"patches": len(polygon), "area_m2": area_m2, "corners": corners}  # type: ignore[arg-type]  # sized


def one(method: str, neighbours: int) -> None:
    """Run one side in this process and print what it took."""
    run = {"ours": ours, "peer": peer}[method](mask_path(), neighbours)
    found: dict[str, float] = {}
    taken = case.timed(lambda: found.update(run()))
    print(json.dumps({**taken, **found}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=("ours", "peer"), help=argparse.SUPPRESS)
    parser.add_argument("--neighbours", type=int, choices=(4, 8), default=4)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    if asked.make:
        make()
    elif asked.one:
        one(asked.one, asked.neighbours)
    else:
        mask_path()
        more = ("--neighbours", str(asked.neighbours))
        print("cold", case.alone(__file__, "ours", *more, cold=True))
        taken = case.interleaved(__file__, ("peer", "ours"), asked.runs, *more)
        case.table(taken, "ours")
        for method, runs in taken.items():
            print(method, {key: runs[0][key] for key in ("patches", "area_m2", "corners")})


if __name__ == "__main__":
    main()
