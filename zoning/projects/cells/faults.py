"""Where a doubt lies: faults of rows, with file, row, column and the value that stood there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zoning.errors import Fault
from zoning.projects.cells.values import Refusal, to_text

RowFault = tuple[int, Fault]  # index into the table, not the file's row number


@dataclass(frozen=True, slots=True)
class Source:
    """The file that faults point into.

    Parameters
    ----------
    file : str
    rows : int array [n]
        As the file's program shows them.
    parts : object array [n] of str, optional
        Sheet of each row, where several were joined: row 3 is then told from row 3 of another.
    """

    file: str
    rows: NDArray[np.int64]
    parts: NDArray[np.object_] | None = None

    def fault(self, index: int, refusal: Refusal, column: str, value: object = None) -> RowFault:
        """Say what is wrong in one cell."""
        return index, Fault(
            zh=refusal.zh,
            en=refusal.en,
            file=self.file if self.parts is None else f"{self.file}「{self.parts[index]}」",
            row=int(self.rows[index]),
            column=column,
            value="" if value is None else to_text(value)[:80],
            remedy_zh=refusal.remedy_zh,
            remedy_en=refusal.remedy_en,
        )

    def faults(
        self,
        indices: Iterable[int],
        refusal: Refusal,
        column: str,
        values: NDArray[np.object_] | None = None,
    ) -> list[RowFault]:
        """Say the same of several rows."""
        return [
            self.fault(int(i), refusal, column, None if values is None else values[i])
            for i in indices
        ]


def by_row(n: int, faults: Iterable[RowFault]) -> tuple[tuple[Fault, ...], ...]:
    """Return the faults of each row."""
    rows: list[tuple[Fault, ...]] = [()] * n
    for index, fault in faults:
        rows[index] = (*rows[index], fault)
    return tuple(rows)
