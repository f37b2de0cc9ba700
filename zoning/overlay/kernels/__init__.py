"""Compiled loops, one module for each that calls them; loaded only where they pay."""
