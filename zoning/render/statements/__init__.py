"""Statements to file: 三线一单与选址符合性分析, one Word document a project."""
