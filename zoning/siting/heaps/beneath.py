"""Heaps that patches lie on: their type, regime and state as the layer gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from zoning.catalog import Catalog
from zoning.errors import InputError
from zoning.layers import VectorLayer
from zoning.siting.heaps.gates import GATES
from zoning.siting.heaps.parts import LAYER, heap_parts
from zoning.siting.presets.preset import Preset
from zoning.siting.standing import KEPT, NOT_YET, REACHED, UNKNOWN

UNSTATED: Final = "未写明"
NAMELESS: Final = "堆场"
LEAST_M2: Final = 1.0
"""[m2] Less shared ground is the rounding of an edge, not a heap beneath. Illustrative."""


def heaps_beneath(
    shapes: NDArray[np.object_], catalog: Catalog, preset: Preset, notes: list[str]
) -> dict[str, list[str]]:
    """Say of each patch which parts of heaps it lies on.

    Parameters
    ----------
    shapes : object array [n]
        Patches in the work CRS.
    catalog : Catalog
    preset : Preset
        What is to stand there.
    notes : list of str
        Gets why a heap layer that is held could not be read.

    Returns
    -------
    dict
        Columns ``heap`` (parts, the one with the most of the patch first, each with its share of
        the patch; `NAMELESS` where the layer shares nothing), ``heap_type``, ``heap_regime``,
        ``heap_state`` (of the same parts, in the same order, each word once), ``heap_gate`` (what
        must be behind them), ``heap_ready`` (the gravest; no papers are read here) and
        ``heap_reserved`` (`KEPT` where the stock of any part is kept for reuse, else 未写明 where
        nobody says of one, else 否); "" where a patch lies on none. Nothing where the catalog holds
        no boundaries of heaps, or none of them meets a patch.
    """
    layer = catalog.layers.get(LAYER)
    if not isinstance(layer, VectorLayer) or not len(shapes):
        return {}
    try:
        parts = heap_parts(catalog, preset, source="polygons")
    except InputError as fault:
        notes.append(f"堆场图层用不了，地块没有写所在堆场: {fault.faults[0].zh}")
        return {}
    patch, part = shapely.STRtree(parts.geometry).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[patch], parts.geometry[part]))
    met = shared > LEAST_M2
    if not met.any():
        return {}
    patch, part, shared = patch[met], part[met], shared[met]
    share = shared / shapely.area(shapes[patch])
    order = np.lexsort((part, -shared, patch))
    # no names of a layer that may not be given away
    names = [NAMELESS] * len(parts.table) if layer.share == "none" else parts.table["id"].tolist()
    rows: list[list[tuple[int, float]]] = [[] for _ in shapes]
    for at in order.tolist():
        rows[int(patch[at])].append((int(part[at]), float(share[at])))
    return {
        "heap": [_named(names, row) for row in rows],
        "heap_type": [_words(parts.table["type"], row) for row in rows],
        "heap_regime": [_words(parts.table["regime"], row) for row in rows],
        "heap_state": [_words(parts.table["state"], row) for row in rows],
        "heap_gate": [_gates(parts.table["regime"], row) for row in rows],
        "heap_ready": [_ready(parts.table["ready"], row) for row in rows],
        "heap_reserved": [_reserved(parts.table["reserved"], row) for row in rows],
    }


def _named(names: Sequence[str], row: Sequence[tuple[int, float]]) -> str:
    return "；".join(f"{names[at]} {share:.0%}" for at, share in row)


def _words(column: pd.Series[str], row: Sequence[tuple[int, float]]) -> str:
    return "；".join(dict.fromkeys(str(column.iloc[at]) or UNSTATED for at, _ in row))


def _gates(regime: pd.Series[str], row: Sequence[tuple[int, float]]) -> str:
    told = (GATES.get(str(regime.iloc[at]), GATES[""]) for at, _ in row)
    return "；".join(dict.fromkeys(told))


def _ready(ready: pd.Series[bool], row: Sequence[tuple[int, float]]) -> str:
    """Word of the gravest part; "" of none."""
    words = {
        UNKNOWN if ready.iloc[at] is None else REACHED if ready.iloc[at] else NOT_YET
        for at, _ in row
    }
    return next((word for word in (NOT_YET, UNKNOWN, REACHED) if word in words), "")


def _reserved(reserved: pd.Series[bool], row: Sequence[tuple[int, float]]) -> str:
    """Word of the part that speaks most against arrays; "" of none."""
    words = {
        UNSTATED if reserved.iloc[at] is None else KEPT if reserved.iloc[at] else "否"
        for at, _ in row
    }
    return next((word for word in (KEPT, UNSTATED, "否") if word in words), "")
