"""Is the data sound?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import shapely

from zoning.catalog import Catalog
from zoning.crs import project
from zoning.errors import DataGap, InputError
from zoning.layers import Features, RasterLayer, VectorLayer, read_features
from zoning.soundness.entries.unstated import check_copies, check_editions, check_heads
from zoning.soundness.finding import GRAVITY, CheckFinding, Severity, places
from zoning.soundness.raster.census import Census, count_cells
from zoning.soundness.raster.grids import check_grids
from zoning.soundness.raster.suns import check_sun
from zoning.soundness.raster.values import check_raster
from zoning.soundness.units.lists import check_list
from zoning.soundness.units.units import check_districts, check_units
from zoning.soundness.vector.attributes import check_words
from zoning.soundness.vector.covers import check_cover
from zoning.soundness.vector.relations import EXCLUSIVE, NESTS, check_exclusive, check_nest
from zoning.soundness.vector.shapes import check_shapes
from zoning.soundness.vector.shift import check_edge, check_nested_shift
from zoning.soundness.vector.stated_crs import check_frame, file_outline
from zoning.soundness.vector.survey import Survey
from zoning.soundness.vector.tiling import PARCELS, check_gaps, check_overlaps

TILING = ("control_unit",)  # layers that divide the whole territory among their features
Progress = Callable[[int, int], None]


def check(
    catalog: Catalog, *, as_of: date | None = None, progress: Progress | None = None
) -> tuple[CheckFinding, ...]:
    """Check a catalog and the data that it names.

    Parameters
    ----------
    catalog : Catalog
        Opened; what keeps it from opening is said by ``Catalog.open``.
    as_of : date, optional
        Day for which editions must be in force; not asked without it.
    progress : callable, optional
        Told how many layers are done, and of how many.

    Returns
    -------
    tuple of CheckFinding
        The gravest first, then in the order of the catalog; empty where all is well.
    """
    order = {name: i for i, name in enumerate(catalog.layers)}
    heads = [*check_heads(catalog, as_of), *check_editions(catalog), *check_copies(catalog)]
    heads += check_sun(catalog)
    found = [_placed(catalog, finding) for finding in (*heads, *_data(catalog, progress))]
    return tuple(sorted(found, key=lambda f: (GRAVITY.index(f.severity), order.get(f.layer, -1))))


def _placed(catalog: Catalog, finding: CheckFinding) -> CheckFinding:
    """Say where, as far as the layers concerned may be shown at all."""
    if finding.marks is None or not len(finding.marks):
        return finding
    if any(catalog.layers[name].share == "none" for name in finding.marks.layers):
        return replace(finding, where="位置不得输出 not shown: share = none")
    return replace(finding, where=places(finding.marks, catalog.crs))


def _data(catalog: Catalog, progress: Progress | None) -> Iterator[CheckFinding]:
    boundary = catalog.layers[catalog.region]
    if not isinstance(boundary, VectorLayer):
        raise DataGap(f"the boundary {catalog.region} is no vector layer")
    region = _read(catalog, boundary)
    if not isinstance(region, Features):
        yield from region  # nothing can be compared with a region that is not there
        return
    survey, censuses = Survey(catalog), dict[str, Census]()
    layers = [boundary, *(layer for layer in catalog.layers.values() if layer is not boundary)]
    for i, layer in enumerate(layers):
        if isinstance(layer, RasterLayer):
            yield from _one_raster(catalog, layer, censuses)
        else:
            yield from _one_vector(survey, layer, boundary)
        if progress is not None:
            progress(i + 1, len(layers) + 1)
    yield from check_grids(catalog, censuses)
    yield from _together(survey)
    if progress is not None:
        progress(len(layers) + 1, len(layers) + 1)


def _read(catalog: Catalog, layer: VectorLayer) -> Features | tuple[CheckFinding, ...]:
    """Read features, or say why there are none."""
    try:
        features = read_features(layer, crs=catalog.crs)
    except InputError as error:
        return tuple(
            CheckFinding(
                "error", layer.name, "unreadable", f.zh, f.en, 1, f.value, f.remedy_zh, f.remedy_en
            )
            for f in error.faults
        )
    if len(features):
        return features
    # a region or a division of the territory cannot be empty; a redline may have no parcel here
    grave = layer.name in (catalog.region, *TILING)
    severity: Severity = "error" if grave else "warning"
    return (CheckFinding(severity, layer.name, "empty", "图层没有要素", "the layer is empty", 0),)


def _one_vector(
    survey: Survey, layer: VectorLayer, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    catalog = survey.catalog
    if layer is not boundary:
        misplaced = list(check_frame(catalog, layer))
        yield from misplaced
        if misplaced:  # whatever else it shows follows from that
            return
    features = _read(catalog, layer)
    if not isinstance(features, Features):
        yield from features
        return
    yield from check_shapes(catalog, layer, features)
    yield from check_words(layer, features)
    shifted = list(check_edge(survey, layer)) if layer.name in TILING else []
    yield from shifted
    if not shifted:
        survey.sound.add(layer.name)
        yield from _divided(survey, layer, features, boundary)


def _divided(
    survey: Survey, layer: VectorLayer, features: Features, boundary: VectorLayer
) -> Iterator[CheckFinding]:
    """Check layers whose features divide ground among them, and the codes of those."""
    if layer.geometry_kind != "polygon":
        return
    if layer is boundary:
        yield from check_districts(layer, features)
    if layer is boundary or layer.name in TILING:
        yield from check_overlaps(layer, features, survey.ground(layer), "error")
    elif layer.name in PARCELS:
        yield from check_overlaps(layer, features, survey.ground(layer), "warning")
    if layer.name in TILING:
        yield from check_gaps(survey.catalog, layer, survey.ground(layer), boundary)
        yield from check_units(survey.catalog, layer, survey.ground(layer), boundary)
        yield from check_list(layer, features)


def _one_raster(
    catalog: Catalog, layer: RasterLayer, censuses: dict[str, Census]
) -> Iterator[CheckFinding]:
    region = catalog.region_geometry()
    outline = np.array([file_outline(layer)], dtype=object)
    try:
        met = shapely.intersects(project(outline, layer.crs, catalog.crs)[0], region)
    except InputError:
        met = False
    if met:
        censuses[layer.name] = count_cells(layer)
        yield from check_raster(layer, censuses[layer.name])
        return
    misplaced = list(check_frame(catalog, layer))
    yield from misplaced
    if not misplaced:
        yield CheckFinding(
            "error",
            layer.name,
            "crs",
            "栅格与辖区不相交，坐标系可能有误",
            "the raster does not meet the region: the CRS may be wrong",
            remedy_zh="核对坐标系",
            remedy_en="check its CRS",
        )


def _together(survey: Survey) -> Iterator[CheckFinding]:
    """Check layers against each other, those that are not known to be misplaced."""
    for nest in NESTS:
        inner, outer = survey.held(nest.inner), survey.held(nest.outer)
        if inner is None or outer is None:
            continue
        outside = list(check_nest(survey, nest))
        shifted = list(check_nested_shift(survey, inner, outer, nest.word)) if outside else []
        yield from shifted or outside
        survey.sound.difference_update(finding.layer for finding in shifted)
    for one, other in EXCLUSIVE:
        yield from check_exclusive(survey, one, other)
    yield from check_cover(survey)
