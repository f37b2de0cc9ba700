"""overlay/rasterize."""
