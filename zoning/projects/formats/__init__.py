"""File formats of lists, each read into plain tables: xlsx, xls, ods, docx, html, csv, zip."""
