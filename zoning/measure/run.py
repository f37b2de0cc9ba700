"""Facts by name: which layer answers, which column it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import shapely

from zoning.catalog import VALID_PIXELS, Catalog
from zoning.catalog.held import require_some
from zoning.crs import same
from zoning.determinations import Determination
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Column
from zoning.facts.vocabulary import LAYERS, SPACES, LayerSpec
from zoning.layers import RasterLayer, VectorLayer, read_features
from zoning.measure.accuracy import is_point, site_doubt, usable
from zoning.measure.determinations import unit_determinations
from zoning.measure.ground import Ground, LayerView
from zoning.measure.project_facts import document_fact, measured_area, project_fact, site_facts
from zoning.measure.raster import RasterView, measure_raster
from zoning.measure.vector import measure_vector
from zoning.overlay import Zones, index_sites, index_zones
from zoning.rules.assume import DRAWN
from zoning.rules.cases import empty_column
from zoning.rules.check import spec_of
from zoning.rules.grammar import FactRef
from zoning.sites import Sites

ALWAYS = (
    FactRef("project", "kind"),
    FactRef("project", "stage"),
    FactRef("site", "county"),
    FactRef("site", "area"),
)


NEAR_M = 1000.0
"""[m] A place known no better than this is not known well enough to draw a boundary about it: two
decimals of a degree are, one is not. illustrative: ours, no text gives it."""


@dataclass(frozen=True, slots=True)
class Views:
    """The layers that facts are asked of, opened and indexed once.

    Parameters
    ----------
    vectors : Mapping
        Layer name -> its view.
    rasters : Mapping
        Layer name -> its handle and coverage.
    region : LayerView or None
        Districts.
    catalog : Catalog
    """

    vectors: Mapping[str, LayerView]
    rasters: Mapping[str, RasterView]
    region: LayerView | None
    catalog: Catalog
    specs: Mapping[str, LayerSpec] = field(default_factory=lambda: LAYERS)


def _zones_of(geometry: shapely.Geometry) -> Zones:
    parts = np.asarray(shapely.get_parts(geometry), dtype=object)
    return index_zones(parts)


def _view(layer: VectorLayer, catalog: Catalog) -> LayerView:
    features = read_features(layer, crs=catalog.crs)
    require_some(layer, features, catalog)
    coverage = catalog.coverage(layer)
    return LayerView(
        # reading made them valid, and only another projection could undo that
        index_zones(features.geometry, checked=same(layer.crs, catalog.crs)),
        features.attributes,
        _zones_of(coverage) if isinstance(coverage, shapely.Geometry) else None,
        layer.accuracy_m,
    )


def _raster_coverage(layer: RasterLayer, catalog: Catalog) -> Zones | bool:
    coverage = catalog.coverage(layer)
    if isinstance(coverage, shapely.Geometry):
        return _zones_of(coverage)
    return coverage is VALID_PIXELS


def open_views(
    catalog: Catalog, refs: Sequence[FactRef], specs: Mapping[str, LayerSpec] | None = None
) -> Views:
    """Read and index every layer that the facts name.

    Parameters
    ----------
    catalog : Catalog
    refs : sequence of FactRef
    specs : Mapping, optional
        Layers that may be named; the vocabulary unless given.
    """
    names = {ref.layer for ref in refs}
    if any(ref.layer == "determination" for ref in refs):
        names.add("control_unit")
    held = {name: catalog.layers[name] for name in sorted(names & set(catalog.layers))}
    region = catalog.layers.get(catalog.region)
    return Views(
        {n: _view(layer, catalog) for n, layer in held.items() if isinstance(layer, VectorLayer)},
        {
            n: RasterView(layer, _raster_coverage(layer, catalog))
            for n, layer in held.items()
            if isinstance(layer, RasterLayer)
        },
        _view(region, catalog) if isinstance(region, VectorLayer) else None,
        catalog,
        LAYERS if specs is None else specs,
    )


def why_absent(layer: str, catalog: Catalog) -> str:
    """Why a layer gives no facts: out of scope with the department that holds it, or not held."""
    department = dict(catalog.out_of_scope).get(layer)
    return f"未核查，由{department}掌握" if department else "未提供该图层"


def _outdated(sites: Sites, views: Views, as_of: date) -> Claims:
    """Whether any layer in use was superseded when the project was accepted."""
    layers = [views.catalog.layers[name] for name in (*views.vectors, *views.rasters)]
    days = [day if isinstance(day, date) else as_of for day in sites.table["accepted"]]
    ends = [layer.superseded for layer in layers if layer.superseded is not None]
    sure = np.asarray([any(end <= day for end in ends) for day in days], np.bool_)
    undated = any(layer.date is None for layer in layers)
    column = Claims.certain(sure)
    return column.hide(~sure, "有图层缺少日期") if undated else column


def _absent(ref: FactRef, n: int, views: Views) -> Column:
    spec = spec_of(ref, views.specs)
    if spec is None:
        raise KeyError(str(ref))
    return empty_column(n, spec, why_absent(ref.layer, views.catalog))


def _plain(refs: Sequence[FactRef], sites: Sites, views: Views, as_of: date) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for ref in refs:
        if ref.layer == "project":
            columns[str(ref)] = project_fact(ref, sites, as_of)
        elif ref.layer == "document":
            columns[str(ref)] = document_fact(ref, sites)
        elif ref.layer == "layer":
            columns[str(ref)] = _outdated(sites, views, as_of)
    own = [ref for ref in refs if ref.layer == "site"]
    return columns | dict(site_facts(own, sites, views.region, as_of))


def ground_of(sites: Sites, accuracy_m: float) -> Ground:
    """Return sites as one layer sees them: the doubts of both add up.

    Parameters
    ----------
    sites : Sites
        n sites.
    accuracy_m : float
        Of the layer.
    """
    return _seen_by(ground_without(sites), accuracy_m)


def ground_without(sites: Sites, *, drawn: bool = False) -> Ground:
    """Return sites with their own doubt only, before any layer's is added.

    With ``drawn`` a point is the place as written: its ground is still to be drawn somewhere near,
    as long as it is known to `NEAR_M` where that is.
    """
    declared = sites.table["declared_m2"].to_numpy(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        factor = measured_area(sites) / shapely.area(sites.geometry)
    factor = np.where(np.isfinite(factor), factor, 1.0)
    geometry = usable(sites.geometry)
    doubt = site_doubt(sites)
    error = doubt.total_m
    if drawn:
        near = is_point(geometry) & (doubt.accuracy_m <= NEAR_M)
        error = np.where(near, 0.0, doubt.accuracy_m)
    return Ground(geometry, error, declared, factor, index_sites(geometry))


def _seen_by(ground: Ground, accuracy_m: float) -> Ground:
    return replace(ground, t=ground.t + accuracy_m)


def _compared(refs: Sequence[FactRef]) -> list[FactRef]:
    """Facts of the project that bracket filters compare with."""
    return [test.other for ref in refs for test in ref.filter if test.other is not None]


def measure(
    sites: Sites,
    refs: Sequence[FactRef],
    views: Views,
    *,
    as_of: date,
    determinations: Sequence[Determination] = (),
    always: Sequence[FactRef] = ALWAYS,
) -> Facts:
    """Measure every fact asked for, at every site.

    Parameters
    ----------
    sites : Sites
        n sites, in the work CRS.
    refs : sequence of FactRef
    views : Views
        From :func:`open_views`, for the same facts.
    as_of : date
        Day of the screening.
    determinations : sequence of Determination
    always : sequence of FactRef
        Measured too, for what screenings show of every site.

    Returns
    -------
    Facts
        n rows in the order of ``sites``; the facts asked for and those of ``always``.
    """
    wanted = {str(ref): ref for ref in (*always, *refs, *_compared(refs))}
    plain = [ref for ref in wanted.values() if ref.layer in SPACES]
    facts = Facts(sites.ids.astype(np.str_), _plain(plain, sites, views, as_of))
    columns: dict[str, Column] = dict(facts.columns)
    n, own = len(sites), ground_without(sites)
    by_layer: dict[str, list[FactRef]] = {}
    for ref in wanted.values():
        by_layer.setdefault(ref.layer, []).append(ref)
    for name, group in sorted(by_layer.items()):
        layer = views.catalog.layers.get(name)
        if name == "determination":
            units = views.catalog.layers.get("control_unit")
            ground = _seen_by(own, units.accuracy_m if units else 0.0)
            view = views.vectors.get("control_unit")
            given = [item for item in determinations if item.on <= as_of]
            codes = unit_determinations(sites, ground, view, given)
            columns |= {str(ref): codes for ref in group}
        elif name in views.vectors and layer is not None:
            ground = _seen_by(own, layer.accuracy_m)
            columns |= measure_vector(group, ground, views.vectors[name], facts)
        elif name in views.rasters:
            raster = views.rasters[name]
            ground = _seen_by(own, raster.layer.accuracy_m)
            columns |= measure_raster(group, ground, raster, crs=sites.crs)
        elif name not in SPACES:
            columns |= {str(ref): _absent(ref, n, views) for ref in group}
    return Facts(facts.ids, {name: columns[name] for name in sorted(columns)})


def measure_drawn(sites: Sites, refs: Sequence[FactRef], views: Views, facts: Facts) -> Facts:
    """Add the facts of the place alone: what a point meets without the ground about it.

    Parameters
    ----------
    sites : Sites
        n sites.
    refs : sequence of FactRef
        Facts of rules; those of vector layers are measured again.
    views : Views
    facts : Facts
        As from :func:`measure` for the same sites.

    Returns
    -------
    Facts
        With a column ``<fact>@drawn`` for each fact of a vector layer.
    """
    own = ground_without(sites, drawn=True)
    by_layer: dict[str, list[FactRef]] = {}
    for ref in refs:
        if ref.layer in views.vectors and ref.layer not in SPACES:
            by_layer.setdefault(ref.layer, []).append(ref)
    columns: dict[str, Column] = {}
    for name, group in sorted(by_layer.items()):
        ground = _seen_by(own, views.catalog.layers[name].accuracy_m)
        found = measure_vector(group, ground, views.vectors[name], facts)
        columns |= {f"{fact}{DRAWN}": column for fact, column in found.items()}
    every = {**facts.columns, **columns}
    return Facts(facts.ids, {name: every[name] for name in sorted(every)})
