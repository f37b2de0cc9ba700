"""overlay/vector."""
