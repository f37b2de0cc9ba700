"""Whether coordinates agree with the coordinate system that their file states.

A wrong statement puts a layer elsewhere, or nowhere. Read in the right system it lies in the
region again: every system that Guiyang's data come in is tried, in both orders of the axes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from zoning.catalog import Catalog
from zoning.catalog.entry import KNOWN_CRS, Bounds
from zoning.crs import read_crs, same, transformer
from zoning.errors import InputError
from zoning.layers import Layer, RasterLayer
from zoning.layers.source import inspect, read_rows
from zoning.soundness.finding import CheckFinding

_NEAR_M = 100_000.0  # illustrative: as far as layers reach past the region


def check_frame(catalog: Catalog, layer: Layer) -> Iterator[CheckFinding]:
    """Check that a layer, as its file states it, lies in or near the region."""
    bounds = file_bounds(layer)
    if bounds is None or _lies_near(catalog, bounds, layer.crs, swapped=False):
        return
    stated, guesses = read_crs(layer.crs), readings(catalog, bounds)
    zh, en = _contradiction(bounds, stated.is_geographic)
    likely = [
        f"{code} {title}{'，两轴互换 axes exchanged' * swapped}" for code, title, swapped in guesses
    ]
    yield CheckFinding(
        "error",
        layer.name,
        "crs",
        f"{zh} (声明为 {stated.name})",
        f"{en} (stated: {stated.name})",
        where=", ".join(f"{v:.10g}" for v in bounds) if layer.share != "none" else "",
        remedy_zh=f"坐标像是: {'；'.join(likely)}"
        if likely
        else "核对坐标系 (中央经线、带号、单位)",
        remedy_en="assign that CRS in QGIS (not: reproject) and save again"
        if likely
        else "check the CRS: central meridian, zone prefix, unit",
    )


def _contradiction(bounds: Bounds, degrees: bool) -> tuple[str, str]:
    small = max(abs(value) for value in bounds) <= 360
    if small and not degrees:
        return (
            "声明为投影坐标 (米)，数值却像经纬度",
            "projected CRS stated, but values look like degrees",
        )
    if degrees and not small:
        return "声明为经纬度，数值却像以米为单位", "degrees stated, but values look like metres"
    return (
        "按声明的坐标系，图层全部落在辖区以外",
        "in the CRS stated the whole layer lies outside the region",
    )


def readings(catalog: Catalog, bounds: Bounds) -> list[tuple[str, str, bool]]:
    """Return the systems in which bounds lie in the region: code, title, axes exchanged."""
    return [
        (code, title, swapped)
        for swapped in (False, True)
        for code, title in KNOWN_CRS
        if _lies_near(catalog, bounds, code, swapped=swapped)
    ]


def _lies_near(catalog: Catalog, bounds: Bounds, crs: str, *, swapped: bool) -> bool:
    """Whether bounds, read in a CRS, come within 100 km of the region's."""
    x0, y0, x1, y1 = (bounds[i] for i in (1, 0, 3, 2)) if swapped else bounds
    x, y = np.array([x0, x1, x0, x1]), np.array([y0, y0, y1, y1])
    try:
        moved = (x, y) if same(crs, catalog.crs) else transformer(crs, catalog.crs).transform(x, y)
    except InputError:
        return False
    if not np.isfinite(moved).all():
        return False
    box = shapely.box(np.min(moved[0]), np.min(moved[1]), np.max(moved[0]), np.max(moved[1]))
    region = shapely.box(*shapely.bounds(catalog.region_geometry()))
    return bool(shapely.dwithin(box, region, _NEAR_M))


def file_bounds(layer: Layer) -> Bounds | None:
    """Bounds in the file's own coordinates; None where it is empty."""
    if isinstance(layer, RasterLayer):
        import rasterio

        with rasterio.open(layer.path) as raster:
            west, south, east, north = raster.bounds
            return west, south, east, north
    found = inspect(layer.path, sublayer=layer.sublayer, encoding=layer.encoding).bounds
    if found is None or layer.where is not None:
        rows = read_rows(
            layer.path,
            sublayer=layer.sublayer,
            encoding=layer.encoding,
            where=layer.where,
            columns=[],
        )
        west, south, east, north = (float(value) for value in rows.total_bounds)
        found = (west, south, east, north)
    return found if np.isfinite(np.array(found)).all() else None


def file_outline(layer: RasterLayer) -> shapely.Geometry:
    """Outline of a raster in its own CRS, with corners enough to be bent by a projection."""
    import rasterio

    with rasterio.open(layer.path) as raster:
        outline: shapely.Geometry = shapely.box(*raster.bounds)
        return shapely.segmentize(outline, float(max(raster.res)) * 100)
