"""Writing the sample: districts, layers, rasters, catalog, proposals."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio

from zoning.sample.catalogue import VECTORS, catalog_text
from zoning.sample.frame import Frame, load_frame
from zoning.sample.layers import Made, make_layers
from zoning.sample.proposals.papers import write_papers
from zoning.sample.proposals.proposals import place_proposals, write_determinations, write_list
from zoning.sample.rasters import Progress, raster_shape, write_rasters
from zoning.sample.terrain.sun import write_sun
from zoning.sample.world import World, form_world

SEED = 520100  # the city's adcode
_STAMP = "2026-03-01T00:00:00.000Z"  # in the GeoPackages, instead of the clock


def write_sample(
    folder: Path,
    *,
    seed: int = SEED,
    resolution_m: float = 100,
    progress: Progress | None = None,
) -> None:
    """Write the sample data: real districts, synthetic layers, rasters and proposals.

    Same seed and resolution: same content. Vectors do not depend on the resolution. Memory does not
    grow with the rasters, which are written in blocks.

    Parameters
    ----------
    folder : Path
        Made where absent; files of the same names are overwritten.
    seed : int
        Another seed gives another landscape, in the same districts.
    resolution_m : float
        Cell of the rasters [m]: 5 to 1000, dividing a kilometre.
    progress : callable, optional
        Called with (what, done, in all).

    Raises
    ------
    InputError
        The resolution cannot be used.
    """
    raster_shape(resolution_m)  # refuse before anything is written
    for name in ("boundaries", "rasters", "projects"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    frame = load_frame(seed)
    world, made = _make(frame, progress)
    write_vectors(frame, made, folder / "boundaries")
    rows = place_proposals(world, made)
    write_list(world, rows, folder / "projects" / "proposed_projects.xlsx")
    write_determinations(made, rows, folder / "projects" / "determinations.csv")
    write_papers(made.frame("waste_heap"), folder / "projects" / "heap_papers.csv")
    write_sun(folder / "sun_monthly.csv")
    _tell(progress, "矢量与清单 vectors and list", 2, 2)
    write_rasters(
        world,
        made.frame("karst_zone"),
        made.frame("waste_heap"),
        folder / "rasters",
        resolution_m=resolution_m,
        progress=progress,
    )
    text = catalog_text(resolution_m)
    (folder / "catalog.toml").write_text(text, encoding="utf-8", newline="\n")


def write_vectors(frame: Frame, made: Made, folder: Path) -> None:
    """Write the districts and all layers; a file of several layers is written anew."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        districts = gpd.GeoDataFrame(
            {"adcode": frame.adcodes, "name": frame.names}, geometry=frame.degrees, crs="EPSG:4490"
        )
        _write(districts, folder / "districts.gpkg", "districts", anew=True)
        fresh: set[str] = set()
        for entry in VECTORS:
            file, _, name = entry.path.partition("|")
            _write(made.frame(entry.key), folder / file, name or entry.key, anew=file not in fresh)
            fresh.add(file)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _make(frame: Frame, progress: Progress | None) -> tuple[World, Made]:
    world = form_world(frame)
    _tell(progress, "地形 terrain", 1, 1)
    made = make_layers(world)
    _tell(progress, "矢量与清单 vectors and list", 1, 2)
    return world, made


def _write(table: gpd.GeoDataFrame, path: Path, name: str, *, anew: bool) -> None:
    if anew:
        path.unlink(missing_ok=True)
    kinds = set(table.geometry.geom_type)
    multi = any(kind.startswith("Multi") for kind in kinds)
    pyogrio.write_dataframe(
        table,
        path,
        layer=name,
        driver="GPKG",
        append=False,
        promote_to_multi=multi,
        layer_options={"SPATIAL_INDEX": "NO", "FID": "fid"},
    )


def _tell(progress: Progress | None, what: str, done: int, total: int) -> None:
    if progress is not None:
        progress(what, done, total)
