"""From sheets to columns: header rows, margins, merged cells, mappings, CRS statements."""
