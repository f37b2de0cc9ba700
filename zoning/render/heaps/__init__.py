"""What `zoning heaps` leaves: ranked workbook, layers, report, and the screening with its map."""

from zoning.render.heaps.folder import cautions, show_heaps, write_heaps

__all__ = ["cautions", "show_heaps", "write_heaps"]
