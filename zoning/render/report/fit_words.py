"""How much fits on what was found, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.siting.presets.fits import apart_told
from zoning.siting.target import counted_span, held_back, possible

if TYPE_CHECKING:
    from zoning.siting import Eligibility
    from zoning.siting.presets.preset import Preset


def fit_told(table: pd.DataFrame, bound: str) -> str:
    """What could stand on the patches, and what is not counted, with the reason."""
    kept = table[possible(table)]
    told = (f"可计 {counted_span(kept)}{bound}", apart_told(table), held_back(table))
    return "；".join(filter(None, told))


def bound_of(found: Eligibility) -> str:
    """What the megawatts are not, in the same line; "" where the ground is narrowed by kind."""
    if _on_heaps(found.preset):
        return "（未扣堆边、坝、排水退距和陡坡 setbacks on heaps not deducted）"
    held = {source.layer for source in found.sources}
    narrowed = "land_use" in held or any(not t.startswith("not ") for t in found.preset.where)
    return "" if narrowed else "（未扣林地一张图、地类；不是可开发量 not a potential）"


def _on_heaps(preset: Preset) -> bool:
    return "waste_heap.meets" in preset.where
