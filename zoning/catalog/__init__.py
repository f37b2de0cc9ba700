"""The catalog of layers that a planner edits."""

from zoning.catalog.model import VALID_PIXELS, Catalog, Coverage, Extent
from zoning.catalog.open import CATALOG_FILE, SunFile

__all__ = ["CATALOG_FILE", "VALID_PIXELS", "Catalog", "Coverage", "Extent", "SunFile"]
