"""render/tables."""
