"""Cells gathered by what they answer: a few hundred states stand for millions of cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from zoning.arrays import Longs
from zoning.siting.cells.block import Truths, uniform

NO, OPEN, YES = 0, 1, 2
_ROOM = 3**39
"""Greatest product of answers that a 64-bit integer holds."""

State = bytes
"""One answer (NO, OPEN, YES) a question."""


def states_of(answers: Sequence[Truths], shape: tuple[int, int]) -> tuple[list[State], Longs]:
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
    same = [(uniform(truth.sure), uniform(truth.maybe)) for truth in answers]
    varied = [i for i, (sure, maybe) in enumerate(same) if sure is None or maybe is None]
    state = {i: _state(answers[i]) for i in varied}
    other = np.zeros(size - 1, np.bool_)
    for column in state.values():
        other |= column[1:] != column[:-1]
    start = np.flatnonzero(np.concatenate([[True], other]))  # neighbours that agree count once
    state = {i: column[start] for i, column in state.items()}
    run, count = np.zeros(len(start), np.int64), 1
    for column in state.values():
        if count > _ROOM // 3:
            run, count = _packed(run)
        run, count = run * 3 + column, count * 3
    run, count = _packed(run)
    first = np.zeros(count, np.int64)
    first[run[::-1]] = np.arange(len(start) - 1, -1, -1)
    table = np.zeros((count, len(answers)), np.uint8)
    for i, (sure, maybe) in enumerate(same):
        table[:, i] = state[i][first] if i in state else int(bool(sure)) + int(bool(maybe))
    place = np.repeat(run, np.diff(start, append=size))
    return [row.tobytes() for row in table], place


def _state(truth: Truths) -> NDArray[np.uint8]:
    return (truth.maybe.view(np.uint8) + truth.sure.view(np.uint8)).ravel()


def _packed(place: Longs) -> tuple[Longs, int]:
    """Number the values from 0."""
    values, number = np.unique(place, return_inverse=True)
    return number.astype(np.int64), len(values)
