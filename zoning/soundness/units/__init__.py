"""soundness/units."""
