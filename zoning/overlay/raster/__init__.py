"""overlay/raster."""
