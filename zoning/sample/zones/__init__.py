"""sample/zones."""
