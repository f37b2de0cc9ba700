"""Fact names to columns, over the overlay."""

from zoning.measure.run import Views, measure, open_views

__all__ = ["Views", "measure", "open_views"]
