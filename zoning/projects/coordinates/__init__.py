"""projects/coordinates."""
