"""soundness/entries."""
