"""Columns of facts: intervals, three-valued claims, pairs of sets; each cell may be missing.

A missing cell is the widest value there is, (-inf, inf), (no, maybe) or the open empty set, and
carries a reason. So no operation needs to treat it apart: hiding can only widen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Integers, Mask, Shorts


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why cells are missing: ``texts[index]``; text 0 is empty and means "has a value"."""

    index: Shorts
    texts: tuple[str, ...] = ("",)

    @classmethod
    def none(cls, n: int) -> Reasons:
        """No cell is missing."""
        return cls(np.zeros(n, np.int16))

    @classmethod
    def where(cls, mask: Mask, text: str) -> Reasons:
        """Cells under ``mask`` are missing for one reason."""
        return cls(mask.astype(np.int16), ("", text))

    @classmethod
    def of(cls, texts: Sequence[str]) -> Reasons:
        """One text a cell; empty means "has a value"."""
        unique = {"": 0}
        index = [unique.setdefault(text, len(unique)) for text in texts]
        return cls(np.asarray(index, np.int16), tuple(unique))

    @property
    def missing(self) -> Mask:
        """Cells without a value."""
        return np.not_equal(self.index, 0)

    def text(self, i: int) -> str:
        """Reason of one cell."""
        return self.texts[int(self.index[i])]

    def also(self, mask: Mask, text: str) -> Reasons:
        """Mark further cells missing; a cell keeps the first reason it was given."""
        fresh = mask & ~self.missing
        if not fresh.any():
            return self
        texts = self.texts if text in self.texts else (*self.texts, text)
        index = self.index.copy()
        index[fresh] = texts.index(text)
        return Reasons(index, texts)

    def take(self, order: NDArray[np.intp]) -> Reasons:
        """Cells in another order, or some of them."""
        return Reasons(self.index[order], self.texts)

    def __len__(self) -> int:
        return len(self.index)


def _join_reasons(parts: Sequence[Reasons]) -> Reasons:
    unique: dict[str, int] = {"": 0}
    indices = []
    for part in parts:
        lookup = [unique.setdefault(text, len(unique)) for text in part.texts]
        indices.append(np.asarray(lookup, np.int16)[part.index])
    return Reasons(np.concatenate(indices), tuple(unique))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Intervals [low, high] with the figure measured, where there is one.

    Parameters
    ----------
    low, high, measured : f8[n]
        In ``unit``. ``measured`` is NaN where nothing was measured.
    unit : str
        A base unit of :mod:`zoning.units`, or the raster's own.
    reasons : Reasons
        Missing cells hold (-inf, inf).
    """

    low: Floats
    high: Floats
    measured: Floats
    unit: str
    reasons: Reasons

    @classmethod
    def exact(cls, values: Iterable[float], unit: str, *, why_missing: str = "未填写") -> Numbers:
        """Degenerate intervals; NaN becomes missing."""
        given = values if isinstance(values, np.ndarray) else list(values)
        measured = np.asarray(given, np.float64)
        gone = np.isnan(measured)
        return cls(
            np.where(gone, -np.inf, measured),
            np.where(gone, np.inf, measured),
            measured,
            unit,
            Reasons.where(gone, why_missing),
        )

    @classmethod
    def between(
        cls, low: Floats, high: Floats, unit: str, measured: Floats | None = None
    ) -> Numbers:
        """Intervals without any missing cell."""
        low, high = np.asarray(low, np.float64), np.asarray(high, np.float64)
        middle = np.full(len(low), np.nan) if measured is None else np.asarray(measured, np.float64)
        return cls(low, high, middle, unit, Reasons.none(len(low)))

    def hide(self, mask: Mask, why: str) -> Numbers:
        """Make cells missing."""
        return replace(
            self,
            low=np.where(mask, -np.inf, self.low),
            high=np.where(mask, np.inf, self.high),
            measured=np.where(mask, np.nan, self.measured),
            reasons=self.reasons.also(mask, why),
        )

    def take(self, order: NDArray[np.intp]) -> Numbers:
        """Cells in another order, or some of them."""
        return Numbers(
            self.low[order],
            self.high[order],
            self.measured[order],
            self.unit,
            self.reasons.take(order),
        )

    def __len__(self) -> int:
        return len(self.low)


@dataclass(frozen=True, slots=True)
class Claims:
    """Three-valued truth: (T, T) true, (F, F) false, (F, T) cannot tell."""

    sure: Mask
    maybe: Mask
    reasons: Reasons

    @classmethod
    def of(cls, values: Iterable[bool | None], *, why_missing: str = "未说明") -> Claims:
        """From True, False or None (not stated)."""
        listed = list(values)
        sure = np.asarray([value is True for value in listed], np.bool_)
        gone = np.asarray([value is None for value in listed], np.bool_)
        return cls(sure, sure | gone, Reasons.where(gone, why_missing))

    @classmethod
    def from_codes(cls, values: Floats, *, why_missing: str = "未说明") -> Claims:
        """From 1, 0, NaN (not stated)."""
        gone = np.isnan(values)
        sure = np.asarray(values == 1, np.bool_)
        return cls(sure, sure | gone, Reasons.where(gone, why_missing))

    @classmethod
    def certain(cls, sure: Mask) -> Claims:
        """Two-valued truth."""
        sure = np.asarray(sure, np.bool_)
        return cls(sure, sure, Reasons.none(len(sure)))

    def hide(self, mask: Mask, why: str) -> Claims:
        """Make cells missing."""
        return Claims(self.sure & ~mask, self.maybe | mask, self.reasons.also(mask, why))

    def take(self, order: NDArray[np.intp]) -> Claims:
        """Cells in another order, or some of them."""
        return Claims(self.sure[order], self.maybe[order], self.reasons.take(order))

    def __len__(self) -> int:
        return len(self.sure)


@dataclass(frozen=True, slots=True)
class CodeSet:
    """What is surely met and what is possibly met; ``open``: others are possible too."""

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    open: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "maybe", self.maybe | self.sure)

    @classmethod
    def only(cls, *codes: str) -> CodeSet:
        """Exactly these."""
        return cls(frozenset(codes), frozenset(codes))


UNKNOWN = CodeSet(open=True)


@dataclass(frozen=True, slots=True)
class Codes:
    """Pairs of sets, dictionary-encoded: ``values[index]``."""

    index: Integers
    values: tuple[CodeSet, ...]
    reasons: Reasons

    @classmethod
    def of(cls, sets: Iterable[CodeSet | None], *, why_missing: str = "未填写") -> Codes:
        """One set a cell; None is missing."""
        listed = list(sets)
        unique: dict[CodeSet, int] = {}
        index = [unique.setdefault(UNKNOWN if s is None else s, len(unique)) for s in listed]
        gone = np.asarray([s is None for s in listed], np.bool_)
        return cls(np.asarray(index, np.int32), tuple(unique), Reasons.where(gone, why_missing))

    @classmethod
    def of_texts(cls, texts: Iterable[str | None], *, why_missing: str = "未填写") -> Codes:
        """One text a cell; None or empty is missing."""
        return cls.of_words(
            texts, lambda text: CodeSet.only(text) if text else None, why_missing=why_missing
        )

    @classmethod
    def of_words(
        cls,
        texts: Iterable[str | None],
        read: Callable[[str], CodeSet | None],
        *,
        why_missing: str = "未填写",
    ) -> Codes:
        """One text a cell, each distinct one read once; None is missing."""
        at: dict[str, int] = {}
        word = np.asarray([at.setdefault(text or "", len(at)) for text in texts], np.intp)
        sets = cls.of((read(text) for text in at), why_missing=why_missing)
        return sets.take(word)

    def hide(self, mask: Mask, why: str) -> Codes:
        """Make cells missing."""
        values = self.values if UNKNOWN in self.values else (*self.values, UNKNOWN)
        index = np.where(mask, values.index(UNKNOWN), self.index).astype(np.int32)
        return Codes(index, values, self.reasons.also(mask, why))

    def cell(self, i: int) -> CodeSet:
        """Value of one cell."""
        return self.values[int(self.index[i])]

    def take(self, order: NDArray[np.intp]) -> Codes:
        """Cells in another order, or some of them."""
        return Codes(self.index[order], self.values, self.reasons.take(order))

    def __len__(self) -> int:
        return len(self.index)


Column: TypeAlias = Numbers | Claims | Codes


def missing_numbers(n: int, unit: str, why: str) -> Numbers:
    """Return n cells that nobody measured."""
    every = np.ones(n, np.bool_)
    return Numbers(
        np.full(n, -np.inf), np.full(n, np.inf), np.full(n, np.nan), unit, Reasons.where(every, why)
    )


def missing_claims(n: int, why: str) -> Claims:
    """Return n claims that nobody stated."""
    every = np.ones(n, np.bool_)
    return Claims(~every, every, Reasons.where(every, why))


def missing_codes(n: int, why: str) -> Codes:
    """Return n open sets."""
    every = np.ones(n, np.bool_)
    return Codes(np.zeros(n, np.int32), (UNKNOWN,), Reasons.where(every, why))


def concat(parts: Sequence[Column]) -> Column:
    """Put the cells of columns of one kind one after the other.

    Raises
    ------
    TypeError
        The parts are of different kinds.
    """
    reasons = _join_reasons([part.reasons for part in parts])
    numbers = [part for part in parts if isinstance(part, Numbers)]
    claims = [part for part in parts if isinstance(part, Claims)]
    codes = [part for part in parts if isinstance(part, Codes)]
    if len(numbers) == len(parts):
        return Numbers(
            np.concatenate([p.low for p in numbers]),
            np.concatenate([p.high for p in numbers]),
            np.concatenate([p.measured for p in numbers]),
            numbers[0].unit,
            reasons,
        )
    if len(claims) == len(parts):
        return Claims(
            np.concatenate([p.sure for p in claims]),
            np.concatenate([p.maybe for p in claims]),
            reasons,
        )
    if len(codes) != len(parts):
        raise TypeError("columns of different kinds")
    unique: dict[CodeSet, int] = {}
    indices = []
    for part in codes:
        lookup = [unique.setdefault(value, len(unique)) for value in part.values]
        indices.append(np.asarray(lookup, np.int32)[part.index])
    return Codes(np.concatenate(indices), tuple(unique), reasons)


# One quantum a dimension; facts are rounded outward by it once (design: 1 mm, 0.01 m2, 1e-9)
QUANTA = {"m": 1e-3, "m2": 1e-2, "1": 1e-9}


def quantise(column: Numbers) -> Numbers:
    """Round low down and high up to the quantum of the unit, measured to the nearest.

    A bound that lies within 1e-6 of a quantum from a step is that step: rounding outward is for
    doubt, not for the last bits of a float.
    """
    quantum = QUANTA.get(column.unit)
    if quantum is None:
        return column
    steps = round(1 / quantum)
    with np.errstate(invalid="ignore"):
        low = np.floor(column.low * steps + 1e-6) / steps
        high = np.ceil(column.high * steps - 1e-6) / steps
        measured = np.round(column.measured * steps) / steps
    return replace(column, low=low + 0.0, high=high + 0.0, measured=measured + 0.0)
