"""GeoPackages and their styles, for QGIS."""
