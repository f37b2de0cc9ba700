"""Equal texts of a list as one object: a million rows repeat a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_KNOWN_AT_MOST: Final = 200_000
"""Texts remembered; then it begins anew, so that columns of names and numbers do not fill it."""


def shared_rows(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """Give rows in which a text that was there before is the same object.

    Examples
    --------
    >>> first, second = shared_rows([["新 建"], ["新 建"]])
    >>> first[0] is second[0]
    True
    """
    known: dict[str, str] = {}
    for row in rows:
        if len(known) > _KNOWN_AT_MOST:
            known.clear()
        yield [known.setdefault(text, text) for text in row]


def shared_cells(cells: Iterable[object]) -> Iterator[object]:
    """Give cells likewise; what is no text passes as it is: 1, 1.0 and True are equal."""
    known: dict[str, str] = {}
    for cell in cells:
        if type(cell) is not str:
            yield cell
            continue
        if len(known) > _KNOWN_AT_MOST:
            known.clear()
        yield known.setdefault(cell, cell)
