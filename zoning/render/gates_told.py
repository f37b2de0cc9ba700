"""Say of patches on heaps how far the heaps' gates are, as the layer gives their state."""

from __future__ import annotations

import pandas as pd

from zoning.siting.beneath import NOT_YET, REACHED, UNKNOWN


def gates_told(table: pd.DataFrame) -> tuple[str, ...]:
    """Count the patches on heaps by the gravest state beneath them; () where none lies on one."""
    if "heap_ready" not in table.columns:
        return ()
    counts = table["heap_ready"].value_counts()
    words = [word for word in (NOT_YET, UNKNOWN, REACHED) if word in counts]
    told = "，".join(f"{word} {counts[word]} 块" for word in words)
    return (f"地块所在堆场: {told}；门槛由 zoning heaps 判断 gates are judged by `zoning heaps`",)
