"""render/qgis."""
