"""What `zoning heaps` leaves: ranked workbook, layers, report, and the screening with its map."""

from zoning.render.heaps.folder import write_heaps

__all__ = ["write_heaps"]
