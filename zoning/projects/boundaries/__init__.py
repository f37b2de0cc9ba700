"""Boundary files: shapefile, DXF, KML, GeoJSON, 勘测定界, CASS."""
