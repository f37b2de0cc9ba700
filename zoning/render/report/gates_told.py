"""Say of patches on heaps how far the heaps' gates are, as the layer gives their state."""

from __future__ import annotations

import pandas as pd

from zoning.siting.standing import KEPT, NOT_YET, REACHED, UNKNOWN
from zoning.siting.target import RESERVED, counted_span


def gates_told(table: pd.DataFrame) -> tuple[str, ...]:
    """Count the patches on heaps, and what fits on them, by the gravest state beneath them.

    Parameters
    ----------
    table : pandas.DataFrame
        Of patches.

    Returns
    -------
    tuple of str
        () where none lies on a heap.
    """
    if "heap_ready" not in table.columns:
        return ()
    parts = [
        f"{word} {counted_span(rows)}"
        for word in (NOT_YET, UNKNOWN, REACHED)
        if len(rows := table[table["heap_ready"] == word])
    ]
    kept = table[table["heap_reserved"] == KEPT]
    reuse = f"；其中{RESERVED} {counted_span(kept)}" if len(kept) else ""
    return (
        f"地块所在堆场: {'，'.join(parts)}{reuse}；只有状态已到、没有留作综合利用的才可能是潜力，"
        "门槛由 zoning heaps 判断 gates are judged by `zoning heaps`",
    )
