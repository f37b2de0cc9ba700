"""Eligible cells as runs along the rows, and the connected components they form.

The whole grid is one pass over blocks of rows: only runs are kept, never a raster of labels, and
components that are complete and too small are forgotten on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zoning.arrays import Bytes, Integers, Longs

Kind = TypeVar("Kind", bound=np.generic)

COMPILED_FROM = 8_000_000
"""[cell] Below this numpy has finished before the compiled loops are loaded (half a second)."""
ROOM = 1 << 19
"""[run] Finished components are looked for after so many new runs, or as many as are open."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cells are eligible, and which components of them are kept.

    Attributes
    ----------
    value : int
        Eligible cells have this value.
    neighbours : int
        4 (cells that share a side) or 8 (also those that share a corner).
    least : int
        Cells that a component must have.
    side : int
        A component must hold a square of so many by so many of its cells.
    """

    value: int = 1
    neighbours: int = 4
    least: int = 1
    side: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Runs of whole components that are kept, row by row from the west.

    Attributes
    ----------
    at : i4[2k]
        Column where a run begins and column past its end, in turn. Entry s is also the column of
        side s: run s // 2 has a left side (even) and a right one (odd).
    first : i8[rows + 1]
        First run of each row, and their number.
    component : i4[k]
        0, 1, … by the first cell of the component, row by row.
    piece : i4[k]
        The same among 4-neighbours: a component of 8-neighbours may have several pieces.
    """

    at: Integers
    first: Longs
    component: Integers
    piece: Integers

    @property
    def row(self) -> Integers:
        """Row of each run."""
        return np.repeat(np.arange(len(self.first) - 1, dtype=np.int32), np.diff(self.first))

    @property
    def length(self) -> Integers:
        """Cells of each run."""
        return self.at[1::2] - self.at[::2]


def gather(
    blocks: Iterable[Bytes], width: int, rows: int, wanted: Wanted, *, compiled: bool
) -> Iterator[Runs]:
    """Find the runs of the components that are wanted.

    Parameters
    ----------
    blocks : iterable of u1[any, width]
        Consecutive blocks of whole rows, C-contiguous.
    width, rows : int
        Columns and rows of the grid.
    wanted : Wanted
        What is eligible, and what is kept.
    compiled : bool
        By numba, as components are finished; else by numpy, all at once, which needs memory for
        the runs of the whole grid.

    Yields
    ------
    Runs
        Of whole components. All of them together do not depend on the blocks.
    """
    if compiled:
        yield from _gather_compiled(blocks, width, rows, wanted)
    else:
        yield _gather_numpy(blocks, width, wanted)


def _gather_compiled(
    blocks: Iterable[Bytes], width: int, rows: int, wanted: Wanted
) -> Iterator[Runs]:
    from zoning.overlay.kernels import runs as kernel

    at: Integers = np.empty(0, np.int32)
    parent: Integers = np.empty(0, np.int32)
    wide: Bytes = np.empty(0, np.uint8)
    height = np.zeros(width, np.int32)
    first = np.zeros(rows + 1, np.int64)
    row, again = 0, ROOM
    for block in blocks:
        room = int(first[row]) + len(block) * (width // 2 + 1)
        if room > len(parent):
            room += room // 4
            at, parent = _wider(at, 2 * room + 1), _wider(parent, room)
            wide = _wider(wide, room) if wanted.side > 1 else wide
        kernel.scan(block, wanted.value, _reach(wanted.neighbours), at, parent, first, row)
        if wanted.side > 1:
            kernel.mark_wide(block, wanted.value, wanted.side, height, at, first, row, wide)
        row += len(block)
        if first[row] >= again or row == rows:
            yield _finished(at, parent, wide, first[: row + 1], wanted, more=row < rows)
            again = max(2 * int(first[row]), int(first[row]) + ROOM)


def _finished(
    at: Integers, parent: Integers, wide: Bytes, first: Longs, wanted: Wanted, *, more: bool
) -> Runs:
    """Take the finished components out of the runs, and forget those that are not wanted."""
    from zoning.overlay.kernels import runs as kernel

    rows = len(first) - 1
    fate = np.empty(first[-1], np.uint8)
    count = kernel.judge(at, parent, wide, first, rows, wanted.least, more, fate)
    sides, done = np.empty(2 * count, np.int32), np.empty(rows + 1, np.int64)
    component = np.empty(count, np.int32)
    kernel.part(at, parent, wide, first, rows, fate, sides, component, done)
    piece = component
    if wanted.neighbours == 8:
        piece = np.empty_like(component)
        kernel.rejoin(sides, done, _reach(4), piece)
        kernel.number(piece)
    kernel.number(component)
    return Runs(sides, done, component, piece)


def _wider(array: NDArray[Kind], length: int) -> NDArray[Kind]:
    """The same entries in longer memory, the rest of which is not touched yet."""
    longer = np.empty(length, array.dtype)
    longer[: len(array)] = array
    return longer


def _reach(neighbours: int) -> int:
    """Columns by which runs of adjacent rows may miss each other and still touch."""
    return 1 if neighbours == 8 else 0


def _gather_numpy(blocks: Iterable[Bytes], width: int, wanted: Wanted) -> Runs:
    at: list[Integers] = [np.empty(0, np.int32)]
    counts: list[Longs] = [np.zeros(1, np.int64)]
    wide: list[NDArray[np.bool_]] = [np.empty(0, np.bool_)]
    marked = _squares(width, wanted.side)
    for block in blocks:
        eligible = np.zeros((len(block), width + 2), np.bool_)
        np.equal(block, wanted.value, out=eligible[:, 1:-1])
        row, column = np.nonzero(eligible[:, 1:] != eligible[:, :-1])
        at.append(column.astype(np.int32))
        counts.append(np.bincount(row, minlength=len(block)) // 2)
        wide.append(marked(eligible[:, 1:-1], at[-1], counts[-1]))
    sides, first = np.concatenate(at), np.cumsum(np.concatenate(counts))
    root = _roots(sides, first, wanted.neighbours)
    cells = np.bincount(root, weights=sides[1::2] - sides[::2], minlength=len(root))
    fit = np.bincount(root, weights=np.concatenate(wide), minlength=len(root)) > 0
    kept = (fit & (cells >= wanted.least))[root]
    first = np.concatenate([[0], np.cumsum(kept)])[first]
    sides = sides[np.repeat(kept, 2)]
    component = _numbered(root[kept])
    piece = component
    if wanted.neighbours == 8:
        piece = _numbered(_roots(sides, first, 4))
    return Runs(sides, first, component, piece)


def _numbered(root: Longs) -> Integers:
    return np.unique(root, return_inverse=True)[1].astype(np.int32)


def _roots(at: Integers, first: Longs, neighbours: int) -> Longs:
    """First run of the component of each run."""
    count = len(at) // 2
    stride = int(at.max(initial=0)) + 3  # rows are kept apart, whatever the reach
    row = np.repeat(np.arange(len(first) - 1, dtype=np.int64), np.diff(first))
    start, end = row * stride + at[::2], row * stride + at[1::2]
    reach = _reach(neighbours)
    low = np.searchsorted(end, start - stride - reach, side="right")
    high = np.searchsorted(start, end - stride + reach, side="left")
    touched = np.maximum(high - low, 0)
    here = np.repeat(np.arange(count), touched)
    above = np.arange(len(here)) - np.repeat(np.cumsum(touched) - touched - low, touched)
    pairs = coo_array((np.ones(len(here), np.bool_), (here, above)), shape=(count, count))
    label = connected_components(pairs, directed=False)[1] if count else np.empty(0, np.int32)
    earliest = np.unique(label, return_index=True)[1]
    root: Longs = earliest[label].astype(np.int64)
    return root


def _squares(
    width: int, side: int
) -> Callable[[NDArray[np.bool_], Integers, Longs], NDArray[np.bool_]]:
    """Marker of the runs that hold the bottom row of a square, for consecutive blocks."""
    height = np.zeros(width, np.int64)

    def marked(eligible: NDArray[np.bool_], at: Integers, counts: Longs) -> NDArray[np.bool_]:
        nonlocal height
        wide = np.full(len(at) // 2, side <= 1)
        if side <= 1:
            return wide
        begin = 0
        for line, count in zip(eligible, counts, strict=True):
            height = np.where(line, height + 1, 0)
            tall = np.concatenate([[0], np.cumsum(height >= side)])
            spans = np.flatnonzero(tall[side:] - tall[:-side] == side)
            here = at[2 * begin : 2 * (begin + count) : 2]
            wide[begin + np.searchsorted(here, spans, side="right") - 1] = True
            begin += count
        return wide

    return marked
