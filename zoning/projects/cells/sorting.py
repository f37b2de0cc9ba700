"""Cells of a sheet to columns, sorted by what they are, in one pass over each.

A large sheet is millions of small objects scattered in memory, and fetching one costs more than
anything done to it. So rows are taken a few hundred at a time, cleaned and sorted while they are
at hand: later steps work on arrays of numbers, and on each different text once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from zoning.projects.cells.words import key, words

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
_NOTHING = 0  # codes while sorting; afterwards they are one less, and index the texts
_OTHER = -1


@dataclass(frozen=True, slots=True)
class Sorted:
    """A column of n cells by what they are.

    Parameters
    ----------
    cells : object array [n]
        The cells themselves.
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

    cells: NDArray[np.object_]
    texts: tuple[str, ...]
    codes: NDArray[np.int64]
    numbers: NDArray[np.float64]
    others: NDArray[np.int64]
    failed: tuple[int, ...]


def columns_of(rows: Sequence[Sequence[Cell]], width: int) -> list[Sorted]:
    """Return the columns of equally long rows: cells that say nothing are None, texts are bare."""
    sorters = [_Sorter(len(rows)) for _ in range(width)]
    block = np.empty((width, len(rows)), dtype=object)
    for begin in range(0, len(rows), _AT_ONCE):
        some = rows[begin : begin + _AT_ONCE]
        for sorter, line, cells in zip(sorters, block, zip(*some, strict=True), strict=True):
            line[begin : begin + len(some)] = sorter.take(begin, cells)
    return [sorter.sorted(line) for sorter, line in zip(sorters, block, strict=True)]


class _Codes(dict[object, int]):
    """Text as written -> place among the bare texts; what has not been seen gets the next one."""

    def __init__(self) -> None:
        super().__init__({"": _NOTHING})
        self.bare: list[str | None] = [None]
        self.failures: list[int] = []

    def learn(self, texts: Sequence[str]) -> None:
        """Take new texts at once, where each says something and has no outer blanks."""
        fresh = [text for text in dict.fromkeys(texts) if text not in self]
        if any(map(_wants_care, {text[0] for text in fresh})):
            return
        if list(map(str.strip, fresh)) == fresh:
            self.update(zip(fresh, range(len(self.bare), len(self.bare) + len(fresh)), strict=True))
            self.bare += fresh

    def __missing__(self, text: object) -> int:
        bare = str(text).strip()
        if bare != text:
            code = self[bare]
        elif _wants_care(bare[0]) and says_nothing(bare):
            code = _NOTHING
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
        self._codes = np.full(n, _NOTHING, dtype=np.int64)
        self._numbers = np.full(n, np.nan)
        self._others: list[int] = []

    def take(self, begin: int, cells: Sequence[Cell]) -> Sequence[Cell]:
        """Sort cells from row ``begin`` on; return them cleaned."""
        kinds = set(map(type, cells))
        here = slice(begin, begin + len(cells))
        if kinds == {str}:
            self._known.learn(cells)  # type: ignore[arg-type]  # texts, all of them
            codes = list(map(self._known.__getitem__, cells))
            self._codes[here] = codes
            return list(map(self._known.bare.__getitem__, codes))
        if not kinds <= _PLAIN:
            return [self._one(begin + i, cell) for i, cell in enumerate(cells)]
        if str in kinds:
            known, shown = self._known, self._known.bare
            codes = [known[cell] if type(cell) is str else _NOTHING for cell in cells]
            numbers = [None if type(cell) is str else cell for cell in cells]
            self._codes[here] = codes
            cells = [shown[c] if c else n for c, n in zip(codes, numbers, strict=True)]
        else:
            numbers = list(cells)
        self._numbers[here] = np.asarray(numbers, dtype=np.float64)
        if np.count_nonzero(np.isfinite(self._numbers[here])) + numbers.count(None) < len(cells):
            return [self._one(begin + i, cell) for i, cell in enumerate(cells)]
        return cells

    def _one(self, row: int, cell: Cell) -> Cell:
        """Sort one cell of any kind."""
        kind = type(cell)
        if kind is str:
            code = self._codes[row] = self._known[cell]
            return self._known.bare[code]
        self._numbers[row] = np.nan
        if cell is None or cell != cell:  # NaN is not itself
            return None
        if kind in _BARE and np.isfinite(number := np.float64(cell)):  # type: ignore[arg-type]  # a number
            self._numbers[row] = number
            return cell
        self._codes[row] = _OTHER
        self._others.append(row)
        return cell

    def sorted(self, cells: NDArray[np.object_]) -> Sorted:
        """Return the whole column; what failed says nothing."""
        failed: list[int] = []
        if self._known.failures:
            failed = np.flatnonzero(np.isin(self._codes, self._known.failures)).tolist()
            self._codes[failed] = _NOTHING
            cells[failed] = None
        texts = tuple(text for text in self._known.bare if text is not None)
        others = np.asarray(self._others, dtype=np.int64)
        return Sorted(cells, texts, self._codes - 1, self._numbers, others, tuple(failed))


@cache
def _wants_care(letter: str) -> bool:
    """Whether a word for "not stated", or an error, begins with a letter: most texts do not."""
    return letter in "# " or key(letter)[:1] in {word[:1] for word in words().blank}


def says_nothing(text: str) -> bool:
    """Whether a text is one of the words for "not stated"."""
    return len(text) <= _LONGEST_NOTHING and key(text) in words().blank


def sort_cells(column: Iterable[Cell]) -> Sorted:
    """Return a column by what its cells are."""
    return columns_of([(cell,) for cell in column], 1)[0]


def clean(column: Sequence[Cell]) -> NDArray[np.object_]:
    """Return a column with None for every cell that says nothing; text without outer blanks."""
    return sort_cells(column).cells
