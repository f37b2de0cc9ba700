"""siting/figures."""
