"""Grids read and written block by block; cloud-optimised GeoTIFF."""
