"""Reports as HTML pages: charts, tables, what was asked of the ground."""
