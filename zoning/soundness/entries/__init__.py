"""What the entries of a catalog leave unsaid."""
