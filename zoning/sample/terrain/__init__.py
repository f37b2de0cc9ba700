"""sample/terrain."""
