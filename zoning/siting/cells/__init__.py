"""siting/cells."""
