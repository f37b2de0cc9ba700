"""overlay/relate."""
