"""What a raster holds under sites, summed up part by part, and the bounds it comes to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Floats, Mask, Places
from zoning.overlay.bounds import Bounds
from zoning.overlay.raster.coverage import Tally
from zoning.overlay.raster.quantiles import Spread, condensed, joined, quantile

VALUE, COVERED, SHARE = "value", "covered", "share:"
ROWS = 1 << 22
"""Values of one site over many parts that are held before equal ones are put together."""

Three = tuple[Spread, Spread, Spread]
"""Of the known values, and of the least and greatest ones under any shift."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What is asked: which values, and how they come down to one.

    Attributes
    ----------
    look : str
        `VALUE`, `COVERED`, or ``share:`` and classes.
    how : {"mean", "min", "max"} or float
        A quantile's part of the whole.
    """

    look: str
    how: str | float

    @classmethod
    def of(cls, name: str) -> Stat:
        """Read the name of a statistic; ValueError if there is none of this name."""
        if name in ("mean", "min", "max"):
            return cls(VALUE, name)
        if name == COVERED:
            return cls(COVERED, "mean")
        if name.startswith(SHARE):
            classes(name)
            return cls(name, "mean")
        if re.fullmatch(r"p\d{1,2}(\.\d+)?|p100", name) and float(name[1:]) > 0:
            return cls(VALUE, float(name[1:]) / 100)
        raise ValueError(f"unknown statistic: {name}")


def classes(look: str) -> list[float]:
    """Values whose share is asked."""
    return [float(code) for code in look.removeprefix(SHARE).split(",")]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Sums over some cells of m sites.

    Attributes
    ----------
    site : intp[m]
        Positions in the list.
    sums : Tally
        Of the m sites; ground by class of the known cells only.
    low, high : f8[m, looks] or None
        Weighted sums of the least and greatest values under any shift; None: no shift.
    ends : f8[m, 4]
        Least and greatest of the least values, least and greatest of the greatest.
    spreads : Three or None
        Sites by their place in `site`.
    """

    site: Places
    sums: Tally
    low: Floats | None = None
    high: Floats | None = None
    ends: Floats | None = None
    spreads: Three | None = None


@dataclass(slots=True, eq=False)
class Account:
    """Sums over all cells of n sites; the order of parts decides the last digit, so keep it.

    Parameters
    ----------
    looks : tuple of str
        Which values are asked.
    codes : f8[k]
        Classes of `Tally.ground`, ascending.
    quantiles : tuple of float
    shifted : bool[n]
    left : i8[n]
        How many parts are to come; counted down.
    limits : (float, float)
        Least and greatest possible value.
    beyond : f8[n]
        Weight that no part holds, of unknown value.
    """

    looks: tuple[str, ...]
    codes: Floats
    quantiles: tuple[float, ...]
    shifted: Mask
    left: NDArray[np.int64]
    limits: tuple[float, float]
    beyond: Floats
    split: Mask = field(init=False)
    weight: Floats = field(init=False)
    known: Floats = field(init=False)
    total: Floats = field(init=False)
    least: Floats = field(init=False)
    greatest: Floats = field(init=False)
    ground: Floats = field(init=False)
    low: Floats = field(init=False)
    high: Floats = field(init=False)
    ends: Floats = field(init=False)
    ranked: NDArray[np.float64] = field(init=False)
    pieces: dict[int, list[Three]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        n, looks = len(self.shifted), len(self.looks)
        self.weight, self.known, self.total = np.zeros(n), np.zeros(n), np.zeros(n)
        self.least, self.greatest = np.full(n, np.inf), np.full(n, -np.inf)
        self.ground = np.zeros((n, len(self.codes)))
        self.low, self.high = np.zeros((n, looks)), np.zeros((n, looks))
        self.ends = np.tile([np.inf, -np.inf, np.inf, -np.inf], (n, 1))
        self.split = self.beyond > 0
        self.ranked = np.full((n, len(self.quantiles), 3), np.nan)

    def add(self, part: Part) -> None:
        """Add a part; no site may stand in it twice."""
        at, sums = part.site, part.sums
        self.weight[at] += sums.weight
        self.known[at] += sums.known
        self.total[at] += sums.total
        self.least[at] = np.minimum(self.least[at], sums.least)
        self.greatest[at] = np.maximum(self.greatest[at], sums.greatest)
        self.ground[at] += sums.ground
        if part.low is not None and part.high is not None and part.ends is not None:
            self.low[at] += part.low
            self.high[at] += part.high
            self.ends[at, ::2] = np.minimum(self.ends[at, ::2], part.ends[:, ::2])
            self.ends[at, 1::2] = np.maximum(self.ends[at, 1::2], part.ends[:, 1::2])
        if part.spreads is not None:
            self._rank(at, part.spreads)

    def _rank(self, site: Places, spreads: Three) -> None:
        """Quantiles of sites that are complete; of the others the values are kept until then."""
        for q, wanted in enumerate(self.quantiles):
            for k, spread in enumerate(spreads):
                self.ranked[site, q, k] = quantile(spread, wanted, len(site))
        self.left[site] -= 1
        for place in np.flatnonzero((self.left[site] > 0) | self.split[site]):
            number = int(site[place])
            self.split[number] = True
            held = self.pieces.setdefault(number, [])
            held.append(_condensed(_of_one(spread, int(place)) for spread in spreads))
            if not self.left[number]:
                three = self._completed(number, _together(self.pieces.pop(number)))
                for q, wanted in enumerate(self.quantiles):
                    self.ranked[number, q] = [quantile(spread, wanted, 1)[0] for spread in three]
            elif sum(len(s.value) for three in held for s in three) > ROWS:
                held[:] = [_together(held)]

    def close(self) -> None:
        """Bring in the cells beyond the raster, and what sites without a shift come to."""
        still = ~self.shifted
        for k, look in enumerate(self.looks):
            self.low[still, k] = self.high[still, k] = self._held(look)[still]
        found = np.stack([self.least, self.greatest], axis=1)
        self.ends[still] = np.tile(found, 2)[still]
        self._open(np.where(still, self.weight - self.known, 0.0))
        self._open(self.beyond)
        never = (self.beyond > 0) & (self.weight == 0)
        self.ranked[never, :, 1:] = self.limits

    def _open(self, weight: Floats) -> None:
        """Count in cells that may hold anything possible."""
        where, (least, greatest) = weight > 0, self.limits
        for k, look in enumerate(self.looks):
            if look == VALUE:
                self.low[where, k] += weight[where] * least
                self.high[where, k] += weight[where] * greatest
            elif look != COVERED:
                self.high[where, k] += weight[where]
        pair = np.array([least, least, greatest, greatest])
        self.ends[where, ::2] = np.minimum(self.ends[where, ::2], pair[::2])
        self.ends[where, 1::2] = np.maximum(self.ends[where, 1::2], pair[1::2])

    def _completed(self, site: int, three: Three) -> Three:
        outside = self.beyond[site : site + 1]
        if not outside > 0:
            return three
        known, *both = three
        more = (Spread(np.zeros(1, np.intp), np.array([end]), outside) for end in self.limits)
        low, high = (joined([one, other]) for one, other in zip(both, more, strict=True))
        return known, low, high

    def _held(self, look: str) -> Floats:
        if look == VALUE:
            return self.total
        if look == COVERED:
            return self.known
        columns = np.searchsorted(self.codes, np.unique(classes(look)))
        return np.asarray(self.ground[:, columns].sum(axis=1), np.float64)

    def bounds(self, stat: Stat) -> Bounds:
        """One statistic of all sites, once closed."""
        measured, low, high = self._three(stat)
        none = ~(self.weight + self.beyond > 0)
        held = ~np.isnan(low) & ~none
        # Rounding of sums must not put a bound on the wrong side of what was measured.
        return Bounds(
            np.where(none, np.nan, measured),
            np.where(held, np.fmin(low, measured), -np.inf),
            np.where(held, np.fmax(high, measured), np.inf),
        )

    def _three(self, stat: Stat) -> tuple[Floats, Floats, Floats]:
        some = self.known > 0
        if isinstance(stat.how, float):
            q = self.quantiles.index(stat.how)
            return self.ranked[:, q, 0], self.ranked[:, q, 1], self.ranked[:, q, 2]
        if stat.how != "mean":
            k, found = (0, self.least) if stat.how == "min" else (1, self.greatest)
            return np.where(some, found, np.nan), self.ends[:, k], self.ends[:, k + 2]
        k, whole = self.looks.index(stat.look), self.weight + self.beyond
        with np.errstate(invalid="ignore", divide="ignore"):
            measured = self._held(stat.look) / (whole if stat.look == COVERED else self.known)
            return measured, self.low[:, k] / whole, self.high[:, k] / whole


def _of_one(spread: Spread, place: int) -> Spread:
    begin, end = np.searchsorted(spread.site, [place, place + 1])
    value = spread.value[begin:end]
    return Spread(np.zeros(len(value), np.intp), value, spread.weight[begin:end])


def _condensed(spreads: Iterable[Spread]) -> Three:
    known, low, high = (condensed(spread) for spread in spreads)
    return known, low, high


def _together(held: list[Three]) -> Three:
    return _condensed(joined([three[k] for three in held]) for k in range(3))
