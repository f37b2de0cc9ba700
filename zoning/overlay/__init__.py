"""Geometry meets geometry meets cells: the engine room. Knows arrays, not facts, not rules."""

from zoning.overlay.hits import Pairs, meets, overlap, touching, within
from zoning.overlay.index import Bounds, Zones, index_zones
from zoning.overlay.nearest import nearest, outside
from zoning.overlay.zonal import zonal

__all__ = [
    "Bounds",
    "Pairs",
    "Zones",
    "index_zones",
    "meets",
    "nearest",
    "outside",
    "overlap",
    "touching",
    "within",
    "zonal",
]
