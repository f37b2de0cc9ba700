"""Layers: handles of vector and raster files, their features, and the hash of their content."""

from zoning.layers.hash import content_hash
from zoning.layers.model import (
    OWN_EXTENT,
    REGION,
    Features,
    GeometryKind,
    Layer,
    RasterLayer,
    Share,
    VectorLayer,
)
from zoning.layers.read import read_features

__all__ = [
    "OWN_EXTENT",
    "REGION",
    "Features",
    "GeometryKind",
    "Layer",
    "RasterLayer",
    "Share",
    "VectorLayer",
    "content_hash",
    "read_features",
]
