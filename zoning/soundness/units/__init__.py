"""Control units: codes, lists, counties."""
