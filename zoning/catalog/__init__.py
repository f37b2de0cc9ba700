"""The catalog of layers that a planner edits."""

from zoning.catalog.model import CATALOG_FILE, VALID_PIXELS, Catalog, Coverage, Extent, SunFile

__all__ = ["CATALOG_FILE", "VALID_PIXELS", "Catalog", "Coverage", "Extent", "SunFile"]
