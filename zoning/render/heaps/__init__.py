"""What `zoning heaps` leaves: ranked workbook, layers, report, and the screening with its map."""

from zoning.render.heaps.folder import cautions, show_heaps, write_heaps
from zoning.render.heaps.gates import papers_told

__all__ = ["cautions", "papers_told", "show_heaps", "write_heaps"]
