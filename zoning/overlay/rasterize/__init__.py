"""Geometry burnt into cells: polygons, lines, setbacks, distances."""
