"""Project lists and determinations in."""

from zoning.projects.determinations import Determination, read_determinations, text_sha
from zoning.projects.read import read_projects

__all__ = ["Determination", "read_determinations", "read_projects", "text_sha"]
