"""Layers and sites made ready to be asked: rings, pieces, edges, boundaries, erosion."""
