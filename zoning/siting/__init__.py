"""Where something can stand: eligible ground from rules, patches of it, heaps and mines."""

from zoning.siting.comparison import Comparison, against, compare
from zoning.siting.eligibility import Eligibility, eligible
from zoning.siting.heaps import HeapStudy, study_heaps
from zoning.siting.papers import Papers, read_papers
from zoning.siting.patches import Sited, find_patches
from zoning.siting.preset import Preset, load_preset, preset_names
from zoning.siting.reweighting import reweighted
from zoning.siting.scored import Suitability, suitable
from zoning.siting.sunshine import Sunshine, sunshine

__all__ = [
    "Comparison",
    "Eligibility",
    "HeapStudy",
    "Papers",
    "Preset",
    "Sited",
    "Suitability",
    "Sunshine",
    "against",
    "compare",
    "eligible",
    "find_patches",
    "load_preset",
    "preset_names",
    "read_papers",
    "reweighted",
    "study_heaps",
    "suitable",
    "sunshine",
]
