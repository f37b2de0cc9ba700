"""Is what a list says of each row plausible: doubts, never corrections."""

from zoning.projects.sanity.run import examine

__all__ = ["examine"]
