"""Is the data sound?"""

from __future__ import annotations

from collections.abc import Iterator

from zoning.catalog import Catalog
from zoning.errors import DataGap, InputError
from zoning.layers import Features, RasterLayer, VectorLayer, read_features
from zoning.soundness.finding import GRAVITY, CheckFinding, Severity
from zoning.soundness.heads import check_heads
from zoning.soundness.rasters import check_raster
from zoning.soundness.tiling import check_gaps, check_overlaps
from zoning.soundness.units import check_districts, check_units
from zoning.soundness.vectors import check_vector

TILING = ("control_unit",)  # layers that divide the whole territory among their features


def check(catalog: Catalog) -> tuple[CheckFinding, ...]:
    """Check a catalog and the data that it names.

    Parameters
    ----------
    catalog : Catalog
        Opened; what keeps it from opening is said by ``Catalog.open``.

    Returns
    -------
    tuple of CheckFinding
        The gravest first, then in the order of the catalog; empty where all is well.
    """
    order = {name: i for i, name in enumerate(catalog.layers)}
    found = [*check_heads(catalog), *_features(catalog)]
    return tuple(sorted(found, key=lambda f: (GRAVITY.index(f.severity), order.get(f.layer, -1))))


def _features(catalog: Catalog) -> Iterator[CheckFinding]:
    boundary = catalog.layers[catalog.region]
    if not isinstance(boundary, VectorLayer):
        raise DataGap(f"the boundary {catalog.region} is no vector layer")
    region = _read(catalog, boundary)
    if not isinstance(region, Features):
        yield from region  # nothing can be compared with a region that is not there
        return
    yield from check_vector(catalog, boundary, region)
    yield from check_districts(boundary, region)
    yield from check_overlaps(catalog, boundary)
    for layer in catalog.layers.values():
        if isinstance(layer, RasterLayer):
            yield from check_raster(catalog, layer)
        elif layer is not boundary:
            yield from _one_vector(catalog, layer, boundary)


def _read(catalog: Catalog, layer: VectorLayer) -> Features | tuple[CheckFinding, ...]:
    """Read features, or say why there are none."""
    try:
        features = read_features(layer, crs=catalog.crs)
    except InputError as error:
        return tuple(
            CheckFinding("error", layer.name, f.zh, f.en, 1, f.value, f.remedy_zh, f.remedy_en)
            for f in error.faults
        )
    if len(features):
        return features
    # a region or a division of the territory cannot be empty; a redline may have no parcel here
    grave = layer.name in (catalog.region, *TILING)
    severity: Severity = "error" if grave else "warning"
    return (CheckFinding(severity, layer.name, "图层没有要素", "the layer is empty", 0),)


def _one_vector(
    catalog: Catalog, layer: VectorLayer, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    features = _read(catalog, layer)
    if not isinstance(features, Features):
        yield from features
        return
    yield from check_vector(catalog, layer, features)
    if layer.name in TILING:
        yield from check_overlaps(catalog, layer)
        yield from check_gaps(catalog, layer, boundary)
        yield from check_units(catalog, layer, boundary)
