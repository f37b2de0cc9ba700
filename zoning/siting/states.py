"""Cells gathered by what they answer: a few hundred states stand for millions of cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zoning.siting.block import Truths

NO, OPEN, YES = 0, 1, 2
_ROOM = 3**39
"""Greatest product of answers that a 64-bit integer holds."""

State = bytes
"""One answer (NO, OPEN, YES) a question."""
Places = NDArray[np.int64]


def states_of(answers: Sequence[Truths], shape: tuple[int, int]) -> tuple[list[State], Places]:
    """Gather the cells of a block by their answers.

    Parameters
    ----------
    answers : sequence of Truths [q]
        Masks of one block.
    shape : (int, int)
        Rows, columns.

    Returns
    -------
    list of State, int array [rows * columns]
        The states met, and which of them each cell is in.
    """
    size = shape[0] * shape[1]
    place, count = np.zeros(size, np.int64), 1
    columns: list[tuple[int, NDArray[np.uint8]]] = []
    varied = []
    for i, truth in enumerate(answers):
        state = (truth.maybe.view(np.uint8) + truth.sure.view(np.uint8)).ravel()
        if (state == state[0]).all():
            columns.append((i, state[:1]))
        else:
            varied.append((i, state))
    for _, state in varied:
        if count > _ROOM // 3:
            place, count = _packed(place)
        place, count = place * 3 + state, count * 3
    place, count = _packed(place)
    first = np.zeros(count, np.int64)
    first[place[::-1]] = np.arange(size - 1, -1, -1)
    table = np.zeros((count, len(answers)), np.uint8)
    for i, state in columns:
        table[:, i] = state
    for i, state in varied:
        table[:, i] = state[first]
    return [row.tobytes() for row in table], place


def _packed(place: Places) -> tuple[Places, int]:
    """Number the values from 0; neighbours that agree are looked at once."""
    start = np.flatnonzero(np.concatenate([[True], place[1:] != place[:-1]]))
    values, run = np.unique(place[start], return_inverse=True)
    length = np.diff(np.append(start, len(place)))
    return np.repeat(run.astype(np.int64), length), len(values)
