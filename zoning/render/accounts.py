"""Target, list and potential as rows and as a record: three accounts, no sum over them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from zoning.render.sheets.book import Value
from zoning.siting.ledger import Ledger


def ledger_rows(ledger: Ledger) -> Iterator[tuple[Value, ...]]:
    """Rows of the sheet: the target, what the list proposes, what could be."""
    yield ("目标", "全市", "非化石", "新增", "", "", "", ledger.target_mw, ledger.target_mw)
    if ledger.pipeline is None:
        yield ("清单", "没有给清单", "", "", "", "", "", "未核", "未核")
    else:
        for _, row in ledger.pipeline.table.iterrows():
            words = (str(row[name]) for name in ("county", "kind_zh", "stage", "decision_zh"))
            count, silent = int(row["projects"]), int(row["projects"] - row["stated"])
            yield ("清单", *words, count, silent, *_megawatts(row, "未写明"))
    for _, row in ledger.potential.iterrows():
        county, verdict = str(row["county"] or "辖区外"), str(row["decision_zh"])
        yield ("潜力", county, "光伏", "", verdict, int(row["sites"]), "", *_megawatts(row, "未核"))


def _megawatts(row: pd.Series[float], nothing: str) -> tuple[Value, Value]:
    low, high = float(row["low_mw"]), float(row["high_mw"])
    return (nothing, nothing) if np.isnan(high) else (low, high)


def target_record(ledger: Ledger) -> dict[str, object]:
    """The three accounts for machines; null where nothing is known."""
    listed = ledger.pipeline
    return {
        "target_mw": ledger.target_mw,
        "pipeline": None
        if listed is None
        else {"source": listed.source, "rows": _records(listed.table), "notes": list(listed.notes)},
        "potential": _records(ledger.potential),
    }


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {
            str(name): None
            if value != value
            else round(value, 6)
            if isinstance(value, float)
            else value
            for name, value in row.items()
        }
        for row in table.astype(object).to_dict("records")
    ]
