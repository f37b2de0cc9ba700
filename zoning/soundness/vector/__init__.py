"""soundness/vector."""
