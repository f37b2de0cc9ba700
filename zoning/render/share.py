"""What a study of patches keeps back: ground that is a closed layer's own, and so its outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.rules.grammar import parse_condition

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.views import Source
    from zoning.siting import Eligibility


def closed_where(found: Eligibility) -> tuple[str, ...]:
    """Titles of layers that limit the ground and may not be given away; () if none does.

    Of other closed layers the cells hold edges among many; of these they hold the whole shape.
    """
    limits = {parse_condition(text).fact.layer for text in _limits(found)}
    return tuple(
        source.title
        for source in found.sources
        if source.layer in limits and source.share not in ("clipped", "full")
    )


def _limits(found: Eligibility) -> tuple[str, ...]:
    return (*found.preset.where, *found.preset.where_held)


def withheld_told(found: Eligibility) -> tuple[str, ...]:
    """Say what was not written, and what to do; () where all was."""
    closed = closed_where(found)
    if not closed:
        return ()
    return (
        f"“只看”的图层不公开（{'、'.join(closed)}），逐格结果和地块边界就是它的边界：没有写出栅格，"
        "patches.gpkg 和地图没有地块边界；确可公开的，在目录里把 share 改为 clipped 或 full "
        "the ground is a closed layer's own: no rasters, no outlines of patches",
    )


def without_places(screening: Screening) -> Screening:
    """Return the screening with nobody's place: verdicts stay, shapes and coordinates go."""
    sites = screening.sites
    table = sites.table.assign(lon=np.nan, lat=np.nan)
    hidden = replace(sites, geometry=np.full(len(sites), None, dtype=object), table=table)
    return replace(screening, sites=hidden)


def with_sources(found: Eligibility, more: Sequence[Source]) -> Eligibility:
    """The same, with the layers that score and describe it among its sources."""
    union = {source.layer: source for source in (*found.sources, *more)}
    return replace(found, sources=tuple(union[name] for name in sorted(union)))


def restricted(found: Eligibility) -> tuple[str, ...]:
    """Titles of layers whose geometry may not be given away, though cells retrace their edges."""
    return tuple(s.title for s in found.sources if s.share in ("none", "result_only"))


def edges_told(found: Eligibility) -> tuple[str, ...]:
    """Warn of layers that may not be given away and whose edges the results retrace; () if none."""
    said = "结果可反推这些图层的边界，按其密级管理 edges of restricted layers can be retraced: "
    closed = restricted(found)
    return (said + "、".join(closed),) if closed else ()
