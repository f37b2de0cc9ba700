"""Target, list and potential as rows and as a record: three accounts, no sum over them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from zoning.render.tables.columns import Column, Value
from zoning.siting.target import APART, NOT_POTENTIAL, RANKED, UNREAD, Ledger

PATCHES: Final = "可用地块"
"""Account of patches on no heap: ground by its verdict, of which nothing more is known."""
ACCOUNT_COLUMNS: Final = (
    Column("账目", 24), Column("区县", 14), Column("类型", 10), Column("建设性质", 12),
    Column("结论", 14), Column("个数", 8, "int"), Column("其中装机未写明", 14, "int"),
    Column("装机下限 MW", 14, "number"), Column("装机上限 MW", 14, "number"),
    Column("可用（地块：面积）ha", 14, "ha"), Column("年发电量下限 GWh", 16, "number"),
    Column("年发电量上限 GWh", 16, "number"),
)  # fmt: skip
"""Of `ledger_rows`."""


def ledger_rows(ledger: Ledger, kind: str = "光伏") -> Iterator[tuple[Value, ...]]:
    """Rows of the sheet: the target, what the list proposes, what could be (of one kind)."""
    yield (
        "目标",
        "全市",
        "非化石",
        "新增",
        "",
        "",
        "",
        ledger.target_mw,
        ledger.target_mw,
        "",
        "",
        "",
    )
    if ledger.pipeline is None:
        yield ("清单", "没有给清单", "", "", "", "", "", "未核", "未核", "", "", "")
    else:
        for _, row in ledger.pipeline.table.iterrows():
            words = (str(row[name]) for name in ("county", "kind_zh", "stage", "decision_zh"))
            count, silent = int(row["projects"]), int(row["projects"] - row["stated"])
            yield (
                "清单",
                *words,
                count,
                silent,
                *_between(row, "low_mw", "high_mw", "未写明"),
                "",
                "",
                "",
            )
    for _, row in ledger.potential.iterrows():
        county, verdict = str(row["county"] or "辖区外"), str(row["decision_zh"])
        yield _could(row, county, verdict, kind)
    for _, row in ledger.totals().iterrows():
        yield _could(row, "合计", "", kind)
    if ledger.gates is not None:
        for _, row in ledger.gates.iterrows():
            told = f"其中已排名：{row['gate']}"
            yield told, *_could(row.rename({"gate": "standing"}), "合计", "", kind)[1:]


def _could(row: pd.Series[float], county: str, verdict: str, kind: str) -> tuple[Value, ...]:
    standing = str(row["standing"])
    if standing in APART:
        account = f"非潜力（{standing}）"
    elif standing in (RANKED, UNREAD):
        account = f"潜力（{standing}）"
    else:  # told by the verdict, which stands in the row of the sum too
        account, verdict = PATCHES, verdict or standing
    mw = _between(row, "low_mw", "high_mw", "未核")
    gwh = _between(row, "gwh_low", "gwh_high", "未核")
    usable = float(row["usable_ha"])
    ground: Value = "未核" if np.isnan(usable) else usable
    return (account, county, kind, "", verdict, int(row["sites"]), "", *mw, ground, *gwh)


def _between(row: pd.Series[float], least: str, most: str, nothing: str) -> tuple[Value, Value]:
    low, high = float(row[least]), float(row[most])
    return (nothing, nothing) if np.isnan(high) else (low, high)


def target_record(ledger: Ledger) -> dict[str, object]:
    """The three accounts for machines; null where nothing is known."""
    listed, rows = ledger.pipeline, ledger.potential
    apart = rows["standing"].isin(APART)
    return {
        "target_mw": ledger.target_mw,
        "pipeline": None
        if listed is None
        else {"source": listed.source, "rows": _records(listed.table), "notes": list(listed.notes)},
        "potential": _records(rows[~apart]),
        "not_potential": _records(rows[apart]),
        "totals": _records(ledger.totals()),
        "ranked_by_gate": None if ledger.gates is None else _records(ledger.gates),
        "note": NOT_POTENTIAL,
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
