"""Where something can stand: eligible ground from rules, patches of it, heaps and mines."""

from zoning.siting.cells.eligibility import Eligibility, eligible
from zoning.siting.energy.sunshine import Sunshine, sunshine
from zoning.siting.heaps.papers import Papers, read_papers
from zoning.siting.heaps.study import HeapStudy, study_heaps
from zoning.siting.patches import Sited, find_patches
from zoning.siting.presets.preset import Preset, load_preset, preset_names
from zoning.siting.presets.reweighting import reweighted
from zoning.siting.scores.comparison import Comparison, against, compare
from zoning.siting.scores.scored import Suitability, suitable

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
