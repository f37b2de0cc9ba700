"""Gates: what must be behind a heap or a mine before an array is thought of, state and papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from zoning.facts.vocabulary import DOCUMENTS
from zoning.facts.words import ATTRIBUTE_WORDS
from zoning.rules.load import load_rules
from zoning.rules.model import RuleSet
from zoning.siting.heaps.land_class import CLASS_RULE, CROPPED, RESTORED, class_said, is_cropland

GATES: Mapping[str, str] = MappingProxyType(
    {
        "尾矿库": "闭库并销号，闭库后再利用须设计论证和批准",
        "Ⅱ类场": "封场并验收，封场后的渗滤液、监测、覆盖维护不断",
        "矿山用地": "采矿权注销、采空区查明、修复验收；验收后地类为耕地的，方阵不得占用"
        "（自然资办发〔2023〕12号，读了摘录）",
        "疑似危废": "先鉴别；鉴别前管理类别不明，不作结论",
        "": "管理类别没有写明: 先查明属于尾矿库、一般固废场还是矿山用地",
    }
)
"""Regime -> what must be behind it before an array is thought of; rules of the set `pv`."""
READY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "尾矿库": ("已闭库销号",),
        "Ⅱ类场": ("已封场", "已修复"),
        "矿山用地": ("已修复",),
        "疑似危废": (),
    }
)
"""Regime -> states in which its gate is behind it, as far as a state can say; papers on top."""
RULES: Final = "pv"
"""Rule set whose rules ask for the papers; each is quoted with its clause."""
REUSE_PAPER, REUSE_RULE = "heap_reuse", "pv.heap.reuse"
"""Paper and rule that say how the reuse of the stock and the array keep out of each other's way."""
REUSED: Final = ("磷石膏", "赤泥", "煤矸石")
"""Types whose reuse the plan asks for; as the rule `pv.heap.reuse` names them."""
MINE, SUSPECT = "矿山用地", "疑似危废"
NO_CLAUSE: Final = "没有读到条款，是论证通常要看的材料（示意值 illustrative）"
_SEEN: Mapping[str, str] = MappingProxyType(
    {
        "original": "读了原文",
        "copy": "读了副本",
        "excerpt": "读了摘录",
        "secondary": "只见转述",
        "none": "没有读到",
    }
)


@dataclass(frozen=True, slots=True)
class GatePaper:
    """A paper of a gate.

    Parameters
    ----------
    document : str
        Of `zoning.facts.vocabulary.DOCUMENTS`.
    rule : str
        Id of the rule in the set `pv` that asks for it: its clause is the paper's.
    types : tuple of str
        Types of heap that it is asked of; () all of the regime.
    states : tuple of str
        States in which it is asked; () all.
    """

    document: str
    rule: str
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()

    def asked_of(self, type_: str, state: str = "") -> bool:
        """Whether a heap of a type and state needs it; one of which neither is known does."""
        return _asked("type", type_, self.types) and _asked("state", state, self.states)


def _asked(name: str, value: str, wanted: tuple[str, ...]) -> bool:
    return not wanted or value in wanted or value not in ATTRIBUTE_WORDS["waste_heap", name]


_LEACHING: Final = ("磷石膏", "电解锰渣", "电石渣", "赤泥")  # as the rules themselves name them
GATE_PAPERS: Mapping[str, tuple[GatePaper, ...]] = MappingProxyType(
    {
        "尾矿库": (
            GatePaper("tailings_closed", "pv.tailings.closed"),
            GatePaper("heap_redesign", "pv.heap.redesign"),
        ),
        # closing and its acceptance are the gate of any class II site (GB 18599-2020 9.4, 9.5),
        # though the rule names four types: gangue, too, is not passed without a paper
        "Ⅱ类场": (
            GatePaper("heap_cover", "pv.heap.cover"),
            GatePaper("heap_leachate", "pv.heap.leachate", _LEACHING),
            GatePaper("heap_monitoring", "pv.heap.monitoring", _LEACHING),
            # a slope that may slide and a heap that may burn carry no array, whatever the cover
            GatePaper("heap_stability", "pv.heap.stability"),
            GatePaper("gangue_temperature", "pv.heap.gangue", ("煤矸石",)),
        ),
        "矿山用地": (
            GatePaper("mine_right_cancelled", "pv.mine.right"),
            GatePaper("goaf_survey", "pv.mine.goaf"),
            GatePaper("restoration_accepted", "pv.mine.restoration"),
        ),
        "疑似危废": (GatePaper("hazard_identification", "pv.heap.identification"),),
    }
)
"""Regime -> papers of its gate, each from the rule that asks for it."""
OTHER_PAPERS: Final = (
    GatePaper("heap_redesign", "pv.heap.redesign", states=("已封场", "已闭库销号")),
    GatePaper("heap_tenure", "pv.heap.tenure"),
    GatePaper(REUSE_PAPER, REUSE_RULE, REUSED),
    GatePaper("heap_cover", "pv.heap.cover", _LEACHING),
    GatePaper("heap_leachate", "pv.heap.leachate", _LEACHING),
    GatePaper("heap_monitoring", "pv.heap.monitoring", _LEACHING),
    GatePaper("heap_stability", "pv.heap.stability", (*_LEACHING, "煤矸石")),
    GatePaper("gangue_temperature", "pv.heap.gangue", ("煤矸石",)),
)
"""Papers that rules ask of a heap whatever its regime. Where one is no paper of the gate it is a
demand on the project: not handed in it is not told, but who states that it lacks is not through."""
BESIDES: Final = "门槛之外"


def is_ready(regime: str, state: str) -> bool | None:
    """Whether the state of a part has reached its gate; None where either is not known.

    Examples
    --------
    >>> is_ready("尾矿库", "已封场"), is_ready("疑似危废", ""), is_ready("", "已封场")
    (False, False, None)
    """
    known = ATTRIBUTE_WORDS["waste_heap", "state"]
    if regime not in READY:
        return None
    if not READY[regime]:
        return False
    return state in READY[regime] if state in known else None


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one part.

    Parameters
    ----------
    regime, state : str
    held, lacking, unseen : tuple of str
        Titles of the gate's papers: stated to be held, stated not to be, and not spoken of.
    others : tuple of str
        Titles of `OTHER_PAPERS` that rules ask of the part and that are stated not to be held.
    barred : str
        Why no paper helps; "" nothing.
    """

    regime: str
    state: str
    held: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    barred: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the state is one in which the gate is behind the part."""
        if self.regime == SUSPECT and self.complete:  # identified: its regime is to be written anew
            return None
        return is_ready(self.regime, self.state)

    @property
    def complete(self) -> bool | None:
        """Whether every paper of the gate is held; None: one was not seen, or none is known."""
        if self.lacking:
            return False
        return True if self.held and not self.unseen else None

    @property
    def ready(self) -> bool | None:
        """False where the state is not reached or a paper lacks; True where the state is."""
        return False if self.lacking or self.barred else self.reached

    @property
    def passed(self) -> bool | None:
        """True only where the state is reached, every paper held and no other said to lack."""
        if self.ready is False:
            return False
        return True if self.reached and self.complete and not self.others else None

    @property
    def papers(self) -> str:
        """The papers in words."""
        if self.complete:
            return f"门槛材料齐，{self._besides}" if self.others else "材料齐"
        parts = (
            ("缺", self.lacking), ("材料未见", self.unseen), ("已有", self.held),
            ("门槛外另缺", self.others),
        )  # fmt: skip
        told = "；".join(f"{word}：{'、'.join(titles)}" for word, titles in parts if titles)
        return told or "管理类别不明，材料无从列出"

    @property
    def told(self) -> str:
        """Where the part stands before its gate."""
        if self.passed:
            return "门槛已过"
        if self.ready and self.complete:
            return f"门槛材料齐，{self._besides}"
        if self.ready:
            unseen = f"状态已到，门槛材料未核：{'、'.join(self.unseen)}"
            return "；".join(filter(None, (unseen, self._besides)))
        reasons = tuple(self._reasons())
        return f"{'门槛未过' if self.ready is False else '门槛不明'}：{'；'.join(reasons)}"

    @property
    def _besides(self) -> str:
        return f"另缺 {'、'.join(self.others)}" if self.others else ""

    def _reasons(self) -> Iterable[str]:
        if self.regime not in READY:
            yield "管理类别不明"
        elif not READY[self.regime]:
            yield "已鉴别，按结论改管理类别" if self.complete else "先鉴别"
        elif self.reached is False:
            yield f"状态未到（{self.state}）"
        elif self.reached is None:
            yield "状态不明"
        if self.lacking:
            yield f"缺 {'、'.join(self.lacking)}"
        if self.barred:
            yield self.barred
        if self.complete and self.reached is not True and READY.get(self.regime):
            yield "材料却写明齐全，须核对状态"


def gate_of(
    regime: str, state: str, type_: str, said: Mapping[str, bool], restored: str = ""
) -> Gate:
    """Return the gate of a part.

    Parameters
    ----------
    regime, state, type_ : str
    said : mapping
        Document -> whether a table states that it is held; what is not spoken of is not there.
    restored : str
        Land class of a mine after its restoration was accepted; "" not stated.

    Examples
    --------
    >>> papers = {"heap_cover": True, "heap_stability": True, "gangue_temperature": True}
    >>> gate_of("Ⅱ类场", "已封场", "煤矸石", papers).told
    '门槛已过'
    >>> gate_of("Ⅱ类场", "已封场", "煤矸石", {**papers, "heap_tenure": False}).told
    '门槛材料齐，另缺 堆场责任主体和权属材料'
    """
    asked = [p.document for p in GATE_PAPERS.get(regime, ()) if p.asked_of(type_)]
    others = [
        p.document for p in OTHER_PAPERS if p.document not in asked and p.asked_of(type_, state)
    ]

    def titles(names: Sequence[str], wanted: bool | None) -> tuple[str, ...]:
        return tuple(DOCUMENTS[name] for name in names if said.get(name) is wanted)

    held, lacking, unseen = (titles(asked, wanted) for wanted in (True, False, None))
    if regime == MINE:
        told, doubted = class_said(restored)
        held, unseen = (*held, *filter(None, (told,))), (*unseen, *filter(None, (doubted,)))
    return Gate(
        regime, state, held, lacking, unseen, titles(others, False),
        barred=CROPPED if regime == MINE and is_cropland(restored) else "",
    )  # fmt: skip


def gate_columns(
    table: pd.DataFrame, said: Sequence[Mapping[str, bool]]
) -> dict[str, list[str] | pd.Series[bool]]:
    """Return what the table of parts says of their gates.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``regime``, ``state``, ``type``; ``restored_class``, where it was asked.
    said : sequence of mapping [n]
        See `gate_of`.

    Returns
    -------
    dict
        Texts ``gate`` (what is asked), ``gate_papers``, ``ready_zh``; three-valued
        ``state_reached``, ``papers_held``, ``ready`` (nothing speaks against it: may be ranked),
        ``gate_passed`` (state and every paper, none of `OTHER_PAPERS` said to lack).
    """
    restored = table["restored_class"] if "restored_class" in table else [""] * len(table)
    rows = zip(table["regime"], table["state"], table["type"], said, restored, strict=True)
    gates = [gate_of(*row) for row in rows]

    def three(values: Iterable[bool | None]) -> pd.Series[bool]:
        return pd.Series(list(values), index=table.index, dtype=object)

    return {
        "gate": [GATES.get(gate.regime, GATES[""]) for gate in gates],
        "state_reached": three(gate.reached for gate in gates),
        "papers_held": three(gate.complete for gate in gates),
        "gate_papers": [gate.papers for gate in gates],
        "ready": three(gate.ready for gate in gates),
        "gate_passed": three(gate.passed for gate in gates),
        "ready_zh": [gate.told for gate in gates],
    }


def clauses(rules: RuleSet | None = None) -> tuple[tuple[str, str, str], ...]:
    """Return regime, paper and clause of every gate paper, then of what is asked beside them.

    Parameters
    ----------
    rules : RuleSet, optional
        Of the study; where it lacks a rule, or by default, the shipped set `pv`.

    Returns
    -------
    tuple of (regime, title of the paper, clause)
        Where nobody read a clause, that is said.
    """
    shipped = load_rules(RULES)
    asked = [
        (regime, DOCUMENTS[paper.document], paper.rule)
        for regime, papers in (*GATE_PAPERS.items(), (BESIDES, _besides()))
        for paper in papers
    ]
    asked.insert(1 + max(k for k, row in enumerate(asked) if row[0] == MINE), _CLASS)
    return tuple((regime, title, _clause(rule, rules, shipped)) for regime, title, rule in asked)


_CLASS: Final = (MINE, RESTORED, CLASS_RULE)


def _besides() -> tuple[GatePaper, ...]:
    """Papers that are no gate of a waste site: at other gates they are told there already."""
    gate = {paper.document for paper in GATE_PAPERS["Ⅱ类场"]}
    return tuple(paper for paper in OTHER_PAPERS if paper.document not in gate)


def _clause(rule: str, rules: RuleSet | None, shipped: RuleSet) -> str:
    held = shipped if rules is None else rules
    try:
        found = held[rule]
    except KeyError:
        found = shipped[rule]
    said = "；".join(f"{cite}，{_SEEN[cite.seen]}" for cite in found.cites)
    return f"{said or NO_CLAUSE}（规则 {rule}）"


def reuse_column(table: pd.DataFrame, said: Sequence[Mapping[str, bool]]) -> list[str]:
    """Return whether the stock of each part is kept for reuse, with the paper that goes with it.

    Parameters
    ----------
    table : pandas.DataFrame [n]
        ``reserved`` (True, False, None).
    said : sequence of mapping [n]
        See `gate_of`.
    """
    words = {True: "已有衔接说明", False: "缺衔接说明", None: "未见衔接说明"}
    return [
        f"是，{words[each.get(REUSE_PAPER)]}" if kept else "否" if kept is False else "未写明"
        for kept, each in zip(table["reserved"], said, strict=True)
    ]


def reuse_told(table: pd.DataFrame) -> tuple[str, ...]:
    """Say how many parts are kept for reuse, and of how many nobody says."""
    kept = int(sum(value is True for value in table["reserved"]))
    silent = table[[value is None for value in table["reserved"]]]
    lines = []
    if kept:
        lines.append(f"堆存物留作综合利用的分区 {kept} 个，不算潜力，不参加排名")
    if len(silent):
        types = int(silent["type"].isin(REUSED).sum())
        lines.append(
            f"是否留作综合利用未写明的分区 {len(silent)} 个，不影响排名；其中{'、'.join(REUSED)} "
            f"{types} 个，规则 {REUSE_RULE} 另要综合利用衔接说明"
        )
    return tuple(lines)
