"""siting/energy."""
