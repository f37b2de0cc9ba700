"""sample/proposals."""
