"""projects/cells."""
