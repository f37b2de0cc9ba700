"""render/map."""
