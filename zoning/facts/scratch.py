"""Facts of a long list, gathered chunk by chunk into a scratch file instead of into memory.

A column of a million numbers takes 26 MB and a rule set asks for two hundred of them. The file has
no name in any folder: it is gone with the process, however that ends.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from zoning.facts.table import Facts, concat_facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers, Reasons

IN_MEMORY: Final = 150_000
"""Sites up to which facts stay in memory."""

_RESIDENT: Final = 1 << 28  # [bytes] of the file that may be mapped before it is let go
_Arrays: TypeAlias = tuple[tuple[str, NDArray[np.generic]], ...]


def _arrays(column: Column) -> _Arrays:
    if isinstance(column, Numbers):
        return (("low", column.low), ("high", column.high), ("measured", column.measured))
    if isinstance(column, Claims):
        return (("sure", column.sure), ("maybe", column.maybe))
    return (("index", column.index),)


class FactsGatherer:
    """Takes the facts of n sites, chunk by chunk in list order, and gives them back as one table.

    Parameters
    ----------
    n : int
        Sites in all.
    in_memory : int
        Up to this many they stay in memory; the facts are the same either way.
    """

    def __init__(self, n: int, *, in_memory: int = IN_MEMORY) -> None:
        self._scratch = _Scratch(n) if n > in_memory else None
        self._parts: list[Facts] = []

    def add(self, facts: Facts) -> None:
        """Take the next sites."""
        if self._scratch is None:
            self._parts.append(facts)
        else:
            self._scratch.add(facts)

    def together(self) -> Facts:
        """Return all that was added."""
        return concat_facts(self._parts) if self._scratch is None else self._scratch.facts()


class _Scratch:
    """The file: for every array of every column a stretch of its own."""

    def __init__(self, n: int) -> None:
        self._n, self._done, self._end = n, 0, 0
        self._file = _opened()
        self._at: dict[tuple[str, str], tuple[int, np.dtype[np.generic]]] = {}
        self._ids: list[NDArray[np.str_]] = []
        self._units: dict[str, str] = {}
        self._texts: dict[str, dict[str, int]] = {}
        self._sets: dict[str, dict[CodeSet, int]] = {}
        self._kinds: dict[str, type[Column]] = {}

    def add(self, facts: Facts) -> None:
        for name, column in facts.columns.items():
            self._kinds.setdefault(name, type(column))
            texts = self._texts.setdefault(name, {"": 0})
            known = [texts.setdefault(text, len(texts)) for text in column.reasons.texts]
            self._write(name, "why", np.asarray(known, np.int16)[column.reasons.index])
            if isinstance(column, Codes):
                sets = self._sets.setdefault(name, {})
                places = [sets.setdefault(codes, len(sets)) for codes in column.values]
                self._write(name, "index", np.asarray(places, np.int32)[column.index])
                continue
            if isinstance(column, Numbers):
                self._units[name] = column.unit
            for part, array in _arrays(column):
                self._write(name, part, array)
        self._ids.append(facts.ids)
        self._done += len(facts)

    def _write(self, name: str, part: str, array: NDArray[np.generic]) -> None:
        if (name, part) not in self._at:
            self._at[name, part] = (self._end, array.dtype)
            size = self._n * array.dtype.itemsize
            self._end += -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
            self._file.truncate(self._end)  # what is not written reads as zero
        if array.dtype.kind != "f" and not array.any():
            return
        self._file.seek(self._at[name, part][0] + self._done * array.dtype.itemsize)
        self._file.write(np.ascontiguousarray(array).data)

    def facts(self) -> Facts:
        if self._done != self._n:
            raise ValueError(f"{self._done} of {self._n} sites were added")
        self._file.flush()
        return Facts(np.concatenate(self._ids), _Kept(self))

    def column(self, name: str, mapped: mmap.mmap) -> Column:
        def read(part: str) -> NDArray[np.generic]:
            offset, dtype = self._at[name, part]
            return np.frombuffer(mapped, dtype, count=self._n, offset=offset)

        reasons = Reasons(read("why").view(np.int16), tuple(self._texts[name]))
        kind = self._kinds[name]
        if kind is Numbers:
            low, high, measured = (read(p).view(np.float64) for p in ("low", "high", "measured"))
            return Numbers(low, high, measured, self._units[name], reasons)
        if kind is Claims:
            return Claims(read("sure").view(np.bool_), read("maybe").view(np.bool_), reasons)
        return Codes(read("index").view(np.int32), tuple(self._sets[name]), reasons)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._kinds)

    def mapped(self) -> mmap.mmap:
        return mmap.mmap(self._file.fileno(), self._end, access=mmap.ACCESS_READ)

    @property
    def bytes_a_column(self) -> int:
        return self._end // max(len(self._kinds), 1)


def _opened() -> BinaryIO:
    return tempfile.TemporaryFile(prefix="zoning-facts-")


class _Kept(Mapping[str, Column]):
    """Columns of the file, made as they are asked for.

    Pages that were read are let go from time to time; they come back from the file when needed.
    """

    def __init__(self, scratch: _Scratch) -> None:
        self._scratch, self._mapped, self._touched = scratch, scratch.mapped(), 0
        self._names = dict.fromkeys(scratch.names)

    def __getitem__(self, name: str) -> Column:
        if name not in self._names:
            raise KeyError(name)
        self._touched += self._scratch.bytes_a_column
        if self._touched > _RESIDENT and hasattr(self._mapped, "madvise"):
            self._mapped.madvise(mmap.MADV_DONTNEED)
            self._touched = 0
        return self._scratch.column(name, self._mapped)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
