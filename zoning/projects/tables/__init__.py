"""projects/tables."""
