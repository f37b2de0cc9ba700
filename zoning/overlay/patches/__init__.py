"""Cells gathered into connected patches: runs along rows, components, outlines."""
