"""Vector layers: shapes, attributes, tiling, shifts, and layers against each other."""
