"""Photovoltaics on heaps and mines: parts, gates, papers, usable ground, sizes."""
