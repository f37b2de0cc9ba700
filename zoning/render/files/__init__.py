"""render/files."""
