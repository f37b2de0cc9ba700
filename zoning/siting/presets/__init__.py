"""siting/presets."""
