"""Rasters under sites: zonal statistics, coverage fractions, terrain, flow."""
