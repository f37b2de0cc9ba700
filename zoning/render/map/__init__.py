"""The result map, one HTML page: payload, cards, legend, relief, pictures."""
