"""Gates of the parts: what is behind them, which papers were seen, by which clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zoning.render.report.paper import grid, paragraph
from zoning.render.words import HANDED_IN, NO_PAPERS
from zoning.siting.heaps.gates import GATES, clauses
from zoning.siting.target import UNSTATED

if TYPE_CHECKING:
    import pandas as pd

    from zoning.siting.heaps.study import HeapStudy

NOTE: Final = (
    "“门槛已过”只写给状态已到、门槛材料都写明“有”、门槛之外没有写明缺什么的分区；"
    "材料只核有无，没有核内容。门槛材料写明“无”的不参加排名；没有写的照常排名，不算过了门槛。"
    "门槛之外的要求（封场设计复核、权属、综合利用衔接等）写明“无”的照常排名，列为“另缺”，也不算过了门槛。"
)


def papers_told(study: HeapStudy) -> tuple[str, ...]:
    """What was read of papers; that none were given, where none were."""
    return study.parts.papers or (NO_PAPERS,)


def gates_html(study: HeapStudy, table: pd.DataFrame) -> str:
    """Section of the report.

    Parameters
    ----------
    study : HeapStudy
    table : pandas.DataFrame [n]
        The study's, in the order of the report.
    """
    rows = [
        (
            str(row["id"]), str(row["ready_zh"]), str(row["gate_papers"]),
            str(row["holder"]) or UNSTATED, str(row["tenure"]) or UNSTATED, str(row["reserved_zh"]),
        )
        for _, row in table.iterrows()
    ]  # fmt: skip
    told = paragraph((*papers_told(study), NOTE, HANDED_IN))
    heads = ("分区", "门槛", "门槛材料", "责任主体", "土地权属", "留作综合利用")
    gates = grid(("管理类别", "门槛"), [(name, text) for name, text in GATES.items() if name])
    asked = grid(("管理类别", "门槛材料", "依据"), clauses(study.found.rules))
    return f"{told}{grid(heads, rows)}<h3>门槛和材料的依据</h3>{gates}{asked}"


def gates_record(study: HeapStudy) -> dict[str, object]:
    """The gates for machines: null where nobody knows."""
    names = ("id", "state_reached", "papers_held", "gate_passed", "ready")
    words = {"told": "ready_zh", "papers": "gate_papers", "holder": "holder", "tenure": "tenure"}
    return {
        "papers": list(papers_told(study)),
        "asked": [
            {"regime": regime, "paper": paper, "clause": clause}
            for regime, paper, clause in clauses(study.found.rules)
        ],
        "parts": [
            {
                **{name: row[name] for name in names},
                **{name: str(row[column]) for name, column in words.items()},
                "reserved": row["reserved"],
            }
            for _, row in study.table.iterrows()
        ],
        "note": NOTE,
    }
