"""Geometry meets geometry meets cells: the engine room. Knows arrays, not facts, not rules."""

from zoning.overlay.bounds import Bounds
from zoning.overlay.raster.zonal import zonal
from zoning.overlay.relate.hits import meets, touching
from zoning.overlay.relate.nearest import nearest, outside
from zoning.overlay.relate.overlap import overlap, within
from zoning.overlay.relate.pairs import Pairs
from zoning.overlay.vector.sites import SiteIndex, index_sites
from zoning.overlay.vector.zones import Zones, index_zones

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
