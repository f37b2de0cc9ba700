"""siting/heaps."""
