"""Columns of facts, their table, vocabulary and store."""

from zoning.facts.table import Facts, concat_facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers, Reasons

__all__ = ["Claims", "CodeSet", "Codes", "Column", "Facts", "Numbers", "Reasons", "concat_facts"]
