"""One answer for a whole list: what its rows leave blank is taken as somebody says, and noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from zoning.errors import Fault, ProjectFaults
from zoning.projects.cells.words import plain, words
from zoning.projects.tables.columns import Column, Columns
from zoning.sites import COLUMNS

_NOT_ONE_FOR_ALL = frozenset(("id", "project", "code24", "name", "lon", "lat"))


def answered(
    columns: Columns, answers: Mapping[str, str], n: int, file: str
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Fill blank cells with the answers given for the list.

    Parameters
    ----------
    columns : Columns
        n rows.
    answers : Mapping
        Column, by its own name or by any header known for it -> the cell to take.
    n : int
    file : str
        For messages.

    Returns
    -------
    columns : dict
    notes : tuple of str
        What was taken, and for how many rows.

    Raises
    ------
    ProjectFaults
        An answer for a column that there is not, or that no answer for a whole list can fill.
    """
    filled, notes, faults = dict(columns), [], []
    for said, value in answers.items():
        name = words().headers.get(plain(said), said)
        if name not in COLUMNS or name in _NOT_ONE_FOR_ALL:
            faults.append(_unknown(said, value, file))
            continue
        column = filled.get(name) or Column("", np.full(n, None, dtype=object))
        blank = np.asarray([cell is None for cell in column.values], np.bool_)
        values = column.values.copy()
        values[blank] = value
        filled[name] = replace(column, values=values, sorted=None)
        if blank.any():
            notes.append(f"设定: {said} = {value}（{int(blank.sum())} 行没有写）  assumed")
    if faults:
        raise ProjectFaults(tuple(faults))
    return filled, tuple(notes)


def _unknown(said: str, value: str, file: str) -> Fault:
    return Fault(
        zh=f"没有可以整张清单设定的列「{said}」",
        en="no column that one answer could fill for a whole list",
        file=file,
        value=f"{said}={value}",
        remedy_zh="如 --assume 建设性质=新建、--assume crs=CGCS2000",
        remedy_en="for example --assume stage=新建, --assume crs=CGCS2000",
    )
