"""Facts of many sites: one column a fact, one row a site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.facts.values import Claims, Codes, Column, Numbers, concat


@dataclass(frozen=True, slots=True)
class Facts:
    """A table of facts.

    Parameters
    ----------
    ids : ndarray of str, shape (n,)
        Site ids, in the order of every column.
    columns : Mapping
        Fact name, as rules write it -> column of n cells.
    """

    ids: NDArray[np.str_]
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def numbers(self, name: str) -> Numbers:
        """Return a column that must hold numbers."""
        column = self.columns[name]
        if not isinstance(column, Numbers):
            raise TypeError(f"{name} holds no numbers")
        return column

    def claims(self, name: str) -> Claims:
        """Return a column that must hold claims."""
        column = self.columns[name]
        if not isinstance(column, Claims):
            raise TypeError(f"{name} holds no claims")
        return column

    def codes(self, name: str) -> Codes:
        """Return a column that must hold code sets."""
        column = self.columns[name]
        if not isinstance(column, Codes):
            raise TypeError(f"{name} holds no codes")
        return column

    def take(self, order: NDArray[np.intp]) -> Facts:
        """Rows in another order, or some of them."""
        return Facts(self.ids[order], {k: c.take(order) for k, c in self.columns.items()})

    def with_columns(self, columns: Mapping[str, Column]) -> Facts:
        """Return a copy with some columns replaced or added."""
        return Facts(self.ids, {**self.columns, **columns})


def concat_facts(parts: Sequence[Facts]) -> Facts:
    """Put tables with the same columns one below the other."""
    names = list(parts[0].columns)
    return Facts(
        np.concatenate([part.ids for part in parts]),
        {name: concat([part.columns[name] for part in parts]) for name in names},
    )
