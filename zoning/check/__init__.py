"""Is the data sound: what a planner should mend before screening."""

from zoning.check.finding import CheckFinding, Severity
from zoning.check.run import check

__all__ = ["CheckFinding", "Severity", "check"]
