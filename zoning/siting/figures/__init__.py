"""Figures of the ground under and around a site: slope, karst, neighbours, districts."""
