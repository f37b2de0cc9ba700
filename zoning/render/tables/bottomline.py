"""Bottom lines of a project: overlapped area and nearest distance, or why there is none.

Facts are looked up by name. What was not measured reads 未测, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Numbers
from zoning.render.words import geometry_word, hectares

if TYPE_CHECKING:
    from zoning.screening.views import SiteView

State: TypeAlias = Literal["meets", "maybe", "apart", "unknown"]

BOTTOM_LINES: Final[Mapping[str, str]] = {
    "redline": "生态保护红线",
    "basic_farmland": "永久基本农田",
    "water_source": "饮用水水源保护区",
    "protected_area": "自然保护地",
}
"""Layer -> title; their figures are published for every project, whatever the rules ask."""

ALSO: Final[Mapping[str, str]] = {"urban_boundary": "城镇开发边界"}
"""Printed where a rule asked for it; a project may well lie in it."""

NOT_MEASURED = "未测"
POINT = "点位"
NONE_NEAR = "范围内无"


@dataclass(frozen=True, slots=True)
class Touch:
    """How a project lies to one layer.

    Parameters
    ----------
    overlap : float or str
        [ha], or the length of a line, or why there is no figure.
    distance : float or str
        [m], 0 where they meet.
    state : str
        Whether they meet, as far as accuracies allow.
    """

    overlap: float | str
    distance: float | str
    state: State


@dataclass(frozen=True, slots=True)
class FactRows:
    """Facts and the row of each site in them."""

    facts: Facts
    rows: Mapping[str, int]

    @classmethod
    def of(cls, facts: Facts, rows: NDArray[np.intp] | None = None) -> FactRows:
        """Index the figures of the bottom lines by site id.

        Parameters
        ----------
        facts : Facts
        rows : intp array, optional
            Only these sites.
        """
        names = [
            name for name in facts.columns if name.partition(".")[0] in {**BOTTOM_LINES, **ALSO}
        ]
        ids = facts.ids if rows is None else facts.ids[rows]
        columns = {name: facts.columns[name] for name in names}
        if rows is not None:
            columns = {name: column.take(rows) for name, column in columns.items()}
        return cls(Facts(ids, columns), {str(site): row for row, site in enumerate(ids)})

    def number(self, site: str, name: str) -> tuple[float, float, float] | None:
        """Return (low, measured, high) of one cell; None where it has no value."""
        column = self.facts.columns.get(name)
        row = self.rows.get(site)
        if row is None or not isinstance(column, Numbers) or column.reasons.index[row]:
            return None
        return float(column.low[row]), float(column.measured[row]), float(column.high[row])

    def claim(self, site: str, name: str) -> bool | None:
        """Return one cell; None where it cannot be told."""
        column = self.facts.columns.get(name)
        row = self.rows.get(site)
        if row is None or not isinstance(column, Claims) or column.sure[row] != column.maybe[row]:
            return None
        return bool(column.sure[row])


def printed(facts: Facts) -> Mapping[str, str]:
    """Return layers with a pair of columns of their own, and their titles."""
    asked = {name.partition(".")[0] for name in facts.columns}
    return {**BOTTOM_LINES, **{layer: title for layer, title in ALSO.items() if layer in asked}}


def touch(facts: FactRows, components: Sequence[SiteView], layer: str) -> Touch:
    """Put the components of a project together: areas add up, the nearest distance counts."""
    return Touch(
        _overlap(facts, components, layer),
        _distance(facts, components, layer),
        _state(facts, components, layer),
    )


def _overlap(facts: FactRows, components: Sequence[SiteView], layer: str) -> float | str:
    areas = [s for s in components if geometry_word(s) == "面"]
    lines = [s for s in components if geometry_word(s) == "线"]
    if areas:
        total = _sum(facts, areas, f"{layer}.overlap_area")
        return NOT_MEASURED if total is None else hectares(total)
    if lines:
        total = _sum(facts, lines, f"{layer}.overlap_length")
        return NOT_MEASURED if total is None else f"线长 {total:,.0f} m"
    return POINT if components else NOT_MEASURED


def _sum(facts: FactRows, sites: Sequence[SiteView], name: str) -> float | None:
    cells = [facts.number(site.id, name) for site in sites]
    measured = [cell[1] for cell in cells if cell is not None and not math.isnan(cell[1])]
    return math.fsum(measured) if len(measured) == len(sites) else None


def _distance(facts: FactRows, components: Sequence[SiteView], layer: str) -> float | str:
    cells = [facts.number(site.id, f"{layer}.distance") for site in components]
    measured = [cell[1] for cell in cells if cell is not None and not math.isnan(cell[1])]
    if not measured or len(measured) < len(components):
        return NOT_MEASURED
    nearest = min(measured)
    return nearest if math.isfinite(nearest) else NONE_NEAR


def _state(facts: FactRows, components: Sequence[SiteView], layer: str) -> State:
    states = [_site_state(facts, site.id, layer) for site in components]
    order: tuple[State, ...] = ("meets", "maybe", "unknown", "apart")
    return min(states, key=order.index, default="unknown")


def _site_state(facts: FactRows, site: str, layer: str) -> State:
    met = facts.claim(site, f"{layer}.meets")
    if met is not None:
        return "meets" if met else "apart"
    area = facts.number(site, f"{layer}.overlap_area")
    if area is not None and area[0] > 0:
        return "meets"
    distance = facts.number(site, f"{layer}.distance")
    if distance is None:
        return "unknown"
    return "apart" if distance[0] > 0 else "maybe"
