"""Where something can stand: eligible ground from rules."""

from zoning.siting.eligibility import Eligibility, eligible
from zoning.siting.preset import Preset, load_preset, preset_names

__all__ = ["Eligibility", "Preset", "eligible", "load_preset", "preset_names"]
