"""siting/scores."""
