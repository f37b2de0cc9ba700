"""Where something can stand: eligible ground from rules, and patches of it."""

from zoning.siting.eligibility import Eligibility, eligible
from zoning.siting.patches import Sited, find_patches
from zoning.siting.preset import Preset, load_preset, preset_names

__all__ = [
    "Eligibility",
    "Preset",
    "Sited",
    "eligible",
    "find_patches",
    "load_preset",
    "preset_names",
]
