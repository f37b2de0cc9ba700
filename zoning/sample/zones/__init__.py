"""Invented zones: units, redline, waters, farmland, parks, heaps."""
