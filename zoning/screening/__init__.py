"""Screening: measure and judge, by chunks; verdicts and their reasons."""

from zoning.screening.one_place import probe
from zoning.screening.run import screen
from zoning.screening.screening import Screening
from zoning.screening.views import Decision

__all__ = ["Decision", "Screening", "probe", "screen"]
