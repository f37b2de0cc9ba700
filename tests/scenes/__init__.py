"""Catalogs, lists and a town that many tests build on."""
