"""Workbooks for Excel and WPS: the book, and one module a sheet."""
