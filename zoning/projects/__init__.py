"""Project lists and determinations in."""

from zoning.determinations import Determination, text_sha
from zoning.projects.determinations import read_determinations
from zoning.projects.list_report import Reading, describe
from zoning.projects.read import read_projects
from zoning.projects.sanity import examine

__all__ = [
    "Determination",
    "Reading",
    "describe",
    "examine",
    "read_determinations",
    "read_projects",
    "text_sha",
]
