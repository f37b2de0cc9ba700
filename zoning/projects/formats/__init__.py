"""projects/formats."""
