"""What is taken for granted of projects that nobody has applied for yet: 选址初筛.

An assumption answers no question with "permitted": where a rule's outcome hangs only on what the
applicant has still to show (papers, declarations, where the boundary is drawn), the rule becomes a
condition that is listed, in place of a doubt. Where it hangs on anything else, it stays open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType

from zoning.facts.vocabulary import DOCUMENTS, SPACES
from zoning.rules.grammar import Claim, Condition

DRAWN = "@drawn"
"""Ends the name of a fact of the place alone, without the ground that a point stands for."""

# Claims of the project that an applicant declares and is held to; all others (what a project is,
# which exception it may use) are no promise, so they are never assumed.
_DECLARED = frozenset(
    (
        *("discharges_pollutants", "outfall", "heavy_water_polluter", "increases_discharge"),
        *("may_pollute_groundwater", "may_pollute_soil", "obstructs_flood", "overhead_pond"),
        *("discharges_wastewater", "slag_yard", "aluminium_grade_a"),
        *("energy_limit_class", "benchmark_class", "ac_power", "swap_ratio", "gypsum_use"),
    )
)

TOLD: Mapping[str, str] = MappingProxyType(
    {
        "papers": "清单没有材料栏，按选址初筛：规则要求的材料作为条件列出，不算存疑",
        "claims": "清单没有说明排污、妨碍行洪等事项：要求说明并落实的作为条件列出，不算存疑",
        "boundary": "只有点位、没有边界：能靠划定用地边界避开的，列为“划界时避开”的条件",
    }
)
"""What each assumption says, in every output."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is assumed of every project of a list.

    Parameters
    ----------
    papers : bool
        No paper has been applied for: what a rule wants held is a condition.
    claims : bool
        What is not declared will be declared and kept to: a condition.
    boundary : bool
        The ground of a site given as a point is drawn clear of what it can be drawn clear of.
    """

    papers: bool = False
    claims: bool = False
    boundary: bool = False

    def __bool__(self) -> bool:
        return self.papers or self.claims or self.boundary

    @property
    def names(self) -> tuple[str, ...]:
        """Those that are made, in a fixed order."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))

    @property
    def told(self) -> tuple[str, ...]:
        """Those that are made, in words."""
        return tuple(TOLD[name] for name in self.names)

    def left_to_applicant(self, condition: Condition) -> bool:
        """Whether an unknown answer to this is for the applicant to give and to keep to."""
        fact = condition.fact
        if fact.layer == "document":
            return self.papers
        return self.claims and fact.layer == "project" and fact.measure in _DECLARED


NOTHING = Assumptions()


def on_the_ground(condition: Condition) -> bool:
    """Whether a condition asks a layer, so that its answer depends on where the ground lies."""
    return condition.fact.layer not in SPACES


def can_be_shown(condition: Condition) -> bool:
    """Whether an applicant can settle a condition at all, under some assumption."""
    every = Assumptions(papers=True, claims=True, boundary=True)
    return every.left_to_applicant(condition) or on_the_ground(condition)


def to_show(condition: Condition, layer_title: str, label: str) -> str:
    """Say what an applicant has to show for one condition.

    Parameters
    ----------
    condition : Condition
    layer_title : str
        Of the layer it asks, "" for facts of the list.
    label : str
        The fact in words.
    """
    fact = condition.fact
    if layer_title:
        return f"划定用地边界时避开{layer_title}"
    if fact.layer == "document":
        return f"取得{DOCUMENTS[fact.measure]}"
    if isinstance(condition.test, Claim) and not condition.denied:
        return f"说明并落实不{label}" if not label.startswith("属") else f"说明不{label}"
    return f"说明并落实{label}符合要求"
