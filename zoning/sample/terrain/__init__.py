"""Invented ground: relief, rivers, lakes, towns, land cover, sun."""
