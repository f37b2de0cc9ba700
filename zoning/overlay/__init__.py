"""Geometry meets geometry meets cells: the engine room. Knows arrays, not facts, not rules."""

from zoning.overlay.hits import meets, touching
from zoning.overlay.index import Bounds, Zones, index_zones
from zoning.overlay.inside import overlap, within
from zoning.overlay.nearest import nearest, outside
from zoning.overlay.pairs import Pairs
from zoning.overlay.site_index import SiteIndex, index_sites
from zoning.overlay.zonal import zonal

__all__ = [
    "Bounds",
    "Pairs",
    "SiteIndex",
    "Zones",
    "index_sites",
    "index_zones",
    "meets",
    "nearest",
    "outside",
    "overlap",
    "touching",
    "within",
    "zonal",
]
