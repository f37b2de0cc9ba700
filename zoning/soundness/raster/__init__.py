"""Raster layers: values, nodata, grids, suns."""
