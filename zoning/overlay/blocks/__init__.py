"""overlay/blocks."""
