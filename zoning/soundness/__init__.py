"""Is the data sound: what a planner should mend before screening."""

from zoning.soundness.finding import CheckFinding, Severity
from zoning.soundness.run import check

__all__ = ["CheckFinding", "Severity", "check"]
