"""Cells of a sheet to columns, sorted by what they are, in one pass over each.

A large sheet is millions of small objects scattered in memory, and fetching one costs more than
anything done to it. So rows are taken a few hundred at a time, cleaned and sorted while they are
at hand: later steps work on arrays of numbers, and on each different text once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zoning.projects.words import key, words

Cell = object  # str | int | float | bool | date | datetime | time | None, None where blank

# What spreadsheet programs show where a formula has failed; csv files carry them as text.
ERRORS = frozenset(
    (
        "#REF!",
        "#N/A",
        "#VALUE!",
        "#DIV/0!",
        "#NAME?",
        "#NUM!",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    )
)
_AT_ONCE = 256  # rows: some thirty columns of them fit into a core's own cache
_LONGEST_NOTHING = 24  # letters, blanks between them counted
_BARE = frozenset((int, float))
_PLAIN = _BARE | {str, type(None)}
_EMPTY = -1
_OTHER = -2


@dataclass(frozen=True, slots=True)
class Sorted:
    """A column of n cells by what they are.

    Parameters
    ----------
    texts : tuple of str
        Each different text once, without outer blanks.
    codes : int array [n]
        Index into ``texts``; negative for cells that are no text.
    numbers : float array [n]
        Of integers and floats; NaN elsewhere.
    others : int array
        Rows of dates, times, truth values and numbers that are not finite.
    failed : tuple of int
        Rows in which a program has written that its formula failed; their cells say nothing.
    """

    texts: tuple[str, ...]
    codes: NDArray[np.int64]
    numbers: NDArray[np.float64]
    others: NDArray[np.int64]
    failed: tuple[int, ...]


def columns_of(
    rows: Sequence[Sequence[Cell]], width: int
) -> tuple[list[NDArray[np.object_]], list[Sorted]]:
    """Return the columns of equally long rows: cells that say nothing are None, texts are bare."""
    sorters = [_Sorter(len(rows)) for _ in range(width)]
    block = np.empty((width, len(rows)), dtype=object)
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        for sorter, line, cells in zip(sorters, block, zip(*some, strict=True), strict=True):
            line[begin : begin + len(some)] = sorter.take(begin, cells)
    return list(block), [sorter.sorted() for sorter in sorters]


class _Codes(dict[str, int]):
    """Text as written -> code of the bare text; what has not been seen gets the next one."""

    def __init__(self) -> None:
        super().__init__({"": _EMPTY})
        self.bare: list[str] = []
        self.failures: list[int] = []

    def __missing__(self, text: str) -> int:
        bare = text.strip()
        if len(bare) != len(text):
            code = self[bare]
        elif _may_say_nothing(bare[0]) and says_nothing(bare):
            code = _EMPTY
        else:
            code = len(self.bare)
            self.bare.append(bare)
            if bare[0] == "#" and bare.upper() in ERRORS:
                self.failures.append(code)
        self[text] = code
        return code


class _Sorter:
    """Sorts the cells of one column, some rows at a time."""

    def __init__(self, n: int) -> None:
        self._known = _Codes()
        self._codes = np.full(n, _EMPTY, dtype=np.int64)
        self._numbers = np.full(n, np.nan)
        self._others: list[int] = []

    def take(self, begin: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        """Sort cells from row ``begin`` on; return them cleaned."""
        kinds = set(map(type, cells))
        here = slice(begin, begin + len(cells))
        if kinds <= _BARE:
            self._numbers[here] = cells
            return self._finite(begin, cells)
        known, shown = self._known, self._known.bare
        if kinds == {str}:
            codes = [known[cell] for cell in cells]  # type: ignore[index]  # texts, all of them
            self._codes[here] = codes
            return [shown[code] if code >= 0 else None for code in codes]
        if kinds <= _PLAIN:
            codes = [known[cell] if type(cell) is str else _EMPTY for cell in cells]
            bare = [None if type(cell) is str else cell for cell in cells]
            self._codes[here] = codes
            self._numbers[here] = np.asarray(bare, dtype=np.float64)
            mixed = [shown[c] if c >= 0 else b for c, b in zip(codes, bare, strict=True)]
            return self._finite(begin, mixed)
        return [self._one(begin + i, cell) for i, cell in enumerate(cells)]

    def _finite(self, begin: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        """Return the cells with NaN as None, and infinite numbers set apart."""
        numbers = self._numbers[begin : begin + len(cells)]
        if np.isfinite(numbers).all() or not any(map(_is_odd, cells)):
            return cells
        return [self._one(begin + i, cell) for i, cell in enumerate(cells)]

    def _one(self, row: int, cell: Cell) -> Cell:
        kind = type(cell)
        if kind is str:
            code = self._codes[row] = self._known[str(cell)]
            return self._known.bare[code] if code >= 0 else None
        if cell is None or cell != cell:  # NaN is not itself
            return None
        if kind in _BARE:
            self._numbers[row] = cell
            if np.isfinite(self._numbers[row]):
                return cell
            self._numbers[row] = np.nan
        self._codes[row] = _OTHER
        self._others.append(row)
        return cell

    def sorted(self) -> Sorted:
        """Return the whole column."""
        failed: list[int] = []
        if self._known.failures:
            failed = np.flatnonzero(np.isin(self._codes, self._known.failures)).tolist()
            self._codes[failed] = _EMPTY
        others = np.asarray(self._others, dtype=np.int64)
        return Sorted(tuple(self._known.bare), self._codes, self._numbers, others, tuple(failed))


def _is_odd(cell: Cell) -> bool:
    return type(cell) is float and not math.isfinite(cell)


@cache
def _may_say_nothing(letter: str) -> bool:
    """Whether a word for "not stated" begins with a letter: nearly all texts begin otherwise."""
    return letter.isspace() or key(letter)[:1] in {word[:1] for word in words().blank}


def says_nothing(text: str) -> bool:
    """Whether a text is one of the words for "not stated"."""
    return len(text) <= _LONGEST_NOTHING and key(text) in words().blank


def sort_cells(column: Iterable[Cell]) -> Sorted:
    """Return a column by what its cells are."""
    return columns_of([(cell,) for cell in column], 1)[1][0]


def clean(column: Sequence[Cell]) -> NDArray[np.object_]:
    """Return a column with None for every cell that says nothing; text without outer blanks."""
    (cells,), _ = columns_of([(cell,) for cell in column], 1)
    return cells
