"""The ground under sites: slope, height and karst, as far as the rasters can tell."""

from __future__ import annotations

from datetime import date

import numpy as np

from zoning.catalog import Catalog
from zoning.layers import RasterLayer
from zoning.measure import measure, open_views
from zoning.overlay.raster.raster import opened
from zoning.rules.grammar import parse_fact
from zoning.sites import Sites
from zoning.solar import terrain_class

FACTS = (
    "slope.mean", "slope.p90", "dem.mean", "dem.min", "dem.max", "karst.share(强发育)",
)  # fmt: skip


def ground_under(
    sites: Sites, catalog: Catalog, as_of: date, notes: list[str]
) -> dict[str, object]:
    """Slope, height and karst under each site; NaN where the raster is absent or too coarse."""
    coarse = {name for name in ("slope", "dem") if _too_coarse(catalog, name, notes)}
    held = set(catalog.layers) - coarse
    refs = [parse_fact(text) for text in FACTS if text.partition(".")[0] in held]
    facts = measure(sites, refs, open_views(catalog, refs), as_of=as_of, always=())
    found = {
        str(ref): facts.numbers(str(ref)).measured
        for ref in refs
        if isinstance(catalog.layers[ref.layer], RasterLayer)
    }
    nothing = np.full(len(sites), np.nan)
    slope = found.get("slope.mean", nothing)
    relief = found.get("dem.max", nothing) - found.get("dem.min", nothing)
    known = ~np.isnan(slope) & ~np.isnan(relief)
    classes = [
        terrain_class(s, r) if ok else "" for s, r, ok in zip(slope, relief, known, strict=True)
    ]
    return {
        "slope_mean_deg": slope,
        "slope_p90_deg": found.get("slope.p90", nothing),
        "altitude_m": found.get("dem.mean", nothing),
        "relief_m": relief,
        "terrain_class": classes,
        "strong_karst": found.get("karst.share(强发育)", nothing),
    }


def _too_coarse(catalog: Catalog, name: str, notes: list[str]) -> bool:
    """Whether a raster's cells are too wide for a site; say so."""
    layer = catalog.layers.get(name)
    if not isinstance(layer, RasterLayer) or not too_coarse(layer, catalog.crs):
        return False
    width = cell_width(layer, catalog.crs)
    notes.append(f"{layer.title}像元 {width:.0f} m，太粗，不说坡度和高差（真坡度会被削平）")
    return True


def too_coarse(layer: RasterLayer, crs: str) -> bool:
    """Whether a raster's cells are too wide to speak of slope or height at the scale of a site."""
    return cell_width(layer, crs) > COARSEST_M


COARSEST_M = 120.0
"""[m] Cells wider than this cut ridges and fill valleys: a 450 m model shows slopes a third of the
true ones (measured against the City Scan's histogram, ../shared/data). Illustrative limit."""


def cell_width(layer: RasterLayer, crs: str) -> float:
    """Width of a raster's cells. [m]"""
    with opened(layer, crs) as surface:
        return max(surface.width, surface.height)
