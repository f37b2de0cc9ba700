"""render/workbook."""
