"""overlay/patches."""
