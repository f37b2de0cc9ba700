"""soundness/raster."""
