"""projects/boundaries."""
