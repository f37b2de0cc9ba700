"""Facts of rasters under sites, in the base unit of the fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from zoning.arrays import Mask
from zoning.facts.values import Column, Numbers, Reasons, missing_numbers, quantise
from zoning.facts.vocabulary import RASTER
from zoning.layers import RasterLayer
from zoning.measure.ground import NO_COVERAGE, NO_PLACE, NOT_COVERED, Ground
from zoning.overlay import Bounds, Zones, touching, within, zonal
from zoning.rules.grammar import FactRef
from zoning.units import BASE, UNITS, convert, dimension

NO_VALUE = "栅格在此无值，且未注明取值范围"


@dataclass(frozen=True, slots=True)
class RasterView:
    """A raster and where it is complete.

    Parameters
    ----------
    layer : RasterLayer
    coverage : Zones or bool
        Polygons; True: its valid cells; False: nobody stated it.
    """

    layer: RasterLayer
    coverage: Zones | bool


def statistic(ref: FactRef, layer: RasterLayer) -> str | None:
    """Name of the statistic; None where the raster has no such class."""
    if ref.measure != "share":
        return ref.measure
    named = [str(code) for code, name in layer.classes if name == ref.argument]
    if not named and ref.argument.lstrip("-").isdigit():
        named = [ref.argument]
    return f"share:{','.join(named)}" if named else None


def _silent(ground: Ground, coverage: Zones | bool) -> tuple[Mask, str]:
    """Sites of which the raster says nothing, and why."""
    n = len(ground.geometry)
    if isinstance(coverage, bool):
        return np.full(n, not coverage), NO_COVERAGE
    sites = ground.sites
    pairs = touching(sites, coverage, ground.t)
    sure, _ = within(sites, coverage, pairs, ground.t, None)
    return ~sure, NOT_COVERED


def _scale(ref: FactRef, layer: RasterLayer) -> tuple[float, str]:
    """Factor from the raster's values to the base unit, and that unit."""
    if RASTER[ref.measure].unit:
        return 1.0, RASTER[ref.measure].unit
    unit = layer.unit or "1"
    if unit not in UNITS:
        return 1.0, unit
    base = BASE[dimension(unit)]
    return convert(1.0, unit, base), base


def column_of(
    ref: FactRef,
    layer: RasterLayer,
    bounds: Bounds,
    *,
    placed: Mask,
    silent: Mask,
    why: str = NOT_COVERED,
) -> Numbers:
    """Turn what a raster holds into a fact.

    Parameters
    ----------
    ref : FactRef
    layer : RasterLayer
    bounds : Bounds
        n figures in the raster's unit.
    placed, silent : bool[n]
        Sites that have a place; those of which the raster says nothing.
    why : str
        Why it says nothing.
    """
    factor, unit = _scale(ref, layer)
    low, high = bounds.low * factor, bounds.high * factor
    column = Numbers(low, high, bounds.measured * factor, unit, Reasons.none(len(low)))
    column = column.hide(np.isneginf(low) & np.isposinf(high) & placed, NO_VALUE)
    return quantise(column.hide(~placed, NO_PLACE)).hide(silent & placed, why)


def measure_raster(
    refs: Sequence[FactRef], ground: Ground, view: RasterView, *, crs: str
) -> dict[str, Column]:
    """Measure facts of one raster.

    Parameters
    ----------
    refs : sequence of FactRef
        All of this layer.
    ground : Ground
        n sites.
    view : RasterView
    crs : str
        Work CRS of the sites.

    Returns
    -------
    dict
        Fact name -> numbers of n cells, in base units; missing beyond the coverage.
    """
    layer, n = view.layer, len(ground.geometry)
    stats = tuple(dict.fromkeys(stat for ref in refs if (stat := statistic(ref, layer))))
    found = zonal(ground.geometry, layer, ground.t, stats, crs=crs) if stats else {}
    silent, why = _silent(ground, view.coverage)
    columns: dict[str, Column] = {}
    for ref in refs:
        stat = statistic(ref, layer)
        if stat is None:
            unit = _scale(ref, layer)[1]
            columns[str(ref)] = missing_numbers(n, unit, f"栅格没有类别「{ref.argument}」")
            continue
        columns[str(ref)] = column_of(
            ref, layer, found[stat], placed=ground.placed, silent=silent, why=why
        )
    return columns
