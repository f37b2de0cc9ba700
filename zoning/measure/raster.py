"""Facts of rasters under sites, in the base unit of the fact."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from zoning.facts.values import Column, Numbers, Reasons, quantise
from zoning.facts.vocabulary import RASTER
from zoning.layers import RasterLayer
from zoning.measure.vector import NO_PLACE, Ground
from zoning.overlay import Bounds, zonal
from zoning.rules.grammar import FactRef
from zoning.units import BASE, UNITS, convert, dimension

NO_VALUE = "栅格在此无值，且未注明取值范围"


def _stat(ref: FactRef, layer: RasterLayer) -> str:
    if ref.measure != "share":
        return ref.measure
    by_name = {name: code for code, name in layer.classes}
    return f"share:{by_name.get(ref.argument, ref.argument)}"


def _scale(ref: FactRef, layer: RasterLayer) -> tuple[float, str]:
    """Factor from the raster's values to the base unit, and that unit."""
    if RASTER[ref.measure].unit:
        return 1.0, RASTER[ref.measure].unit
    unit = layer.unit or "1"
    if unit not in UNITS:
        return 1.0, unit
    base = BASE[dimension(unit)]
    return convert(1.0, unit, base), base


def _column(bounds: Bounds, factor: float, unit: str, ground: Ground) -> Numbers:
    low, high = bounds.low * factor, bounds.high * factor
    column = Numbers(low, high, bounds.measured * factor, unit, Reasons.none(len(low)))
    column = column.hide(np.isneginf(low) & np.isposinf(high) & ground.placed, NO_VALUE)
    return quantise(column.hide(~ground.placed, NO_PLACE))


def measure_raster(
    refs: Sequence[FactRef], ground: Ground, layer: RasterLayer, *, crs: str
) -> dict[str, Column]:
    """Measure facts of one raster.

    Parameters
    ----------
    refs : sequence of FactRef
        All of this layer.
    ground : Ground
        n sites.
    layer : RasterLayer
    crs : str
        Work CRS of the sites.

    Returns
    -------
    dict
        Fact name -> numbers of n cells, in base units.
    """
    stats = tuple(dict.fromkeys(_stat(ref, layer) for ref in refs))
    found = zonal(ground.geometry, layer, ground.t, stats, crs=crs)
    columns: dict[str, Column] = {}
    for ref in refs:
        factor, unit = _scale(ref, layer)
        columns[str(ref)] = _column(found[_stat(ref, layer)], factor, unit, ground)
    return columns
