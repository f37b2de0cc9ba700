"""What `zoning heaps` leaves: ranked workbook, layers, report, and the screening with its map."""

from zoning.render.heaps.folder import show_heaps, write_heaps

__all__ = ["show_heaps", "write_heaps"]
