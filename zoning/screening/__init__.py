"""Screening: measure and judge, by chunks; verdicts and their reasons."""

from zoning.screening.one_place import probe
from zoning.screening.run import assumptions_of, screen
from zoning.screening.screening import Screening
from zoning.screening.views import Decision

__all__ = [
    "Decision",
    "Screening",
    "assumptions_of",
    "probe",
    "screen",
]
