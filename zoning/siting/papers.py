"""Papers that a list states for heaps and their parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import DOCUMENTS
from zoning.sites import Sites


def with_papers(sites: Sites, parts: pd.DataFrame, papers: Sites) -> Sites:
    """Return the sites with the papers that a list states for their heap and part.

    Raises
    ------
    InputError
        A row names a heap or a part that is not there: it is never dropped in silence.
    """
    columns = [f"document_{name}" for name in DOCUMENTS]
    table = sites.table.copy()
    said: dict[tuple[int, str], float] = {}
    faults = []
    for _, row in papers.table.iterrows():
        mine = np.flatnonzero(_named(row, parts))
        if not len(mine):
            faults.append(_nobody(row))
        for column in columns:
            value = float(row[column])
            for k in mine if value == value else ():
                if said.setdefault((int(k), column), value) != value:
                    faults.append(_contradicts(row, str(parts["id"].iloc[k]), column))
    if faults:
        raise InputError(tuple(faults))
    for (part, column), paper in said.items():
        table.loc[part, column] = paper
    return replace(sites, table=table)


def _named(row: pd.Series[str], parts: pd.DataFrame) -> NDArray[np.bool_]:
    """Parts that a row of papers names: none where it names no heap."""
    mine = parts["heap"].to_numpy() == row["name"]
    if row["component"]:
        mine &= parts["part"].to_numpy() == row["component"]
    return np.asarray(mine & bool(row["name"]), dtype=np.bool_)


def _contradicts(row: pd.Series[str], part: str, column: str) -> Fault:
    return Fault(
        zh=f"材料表里对 {part} 的说法前后矛盾",
        en="two rows say different things of one part",
        file=str(row["source"]),
        row=int(str(row["row"])) or None,
        column=DOCUMENTS[column.removeprefix("document_")],
        remedy_zh="只留一行，或写明分区",
        remedy_en="keep one row, or name the part",
    )


def _nobody(row: pd.Series[str]) -> Fault:
    return Fault(
        zh="材料表里的堆场或分区在图层中没有",
        en="the layer holds no such heap or part",
        file=str(row["source"]),
        row=int(str(row["row"])) or None,
        value=f"{row['name']} {row['component']}".strip(),
        remedy_zh="按图层里的名称和部位填写",
        remedy_en="write the names that the layer has",
    )
