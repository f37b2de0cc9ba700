"""The table of papers: what is held for each heap or part, who answers for it, what it is for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from zoning.errors import Fault, InputError
from zoning.facts.vocabulary import DOCUMENTS
from zoning.layers.aliases import ALIASES
from zoning.layers.values import standard_text
from zoning.projects.attributes import Parse, fill
from zoning.projects.cells.choices import to_flag, to_held
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import to_text
from zoning.projects.cells.words import plain, words
from zoning.projects.formats.contents import TABLES, read_tables
from zoning.projects.read import read_table
from zoning.projects.tables.columns import Column
from zoning.projects.tables.match_header import Header, doubled, match_header
from zoning.projects.tables.merged import filled_down
from zoning.projects.tables.raw import RawTable
from zoning.siting.heaps.gates import GATE_PAPERS

HEAP, PART = "heap", "part"
STATED: Final = ("holder", "tenure", "reserved", "restored_class")
"""What a table says of a part beside its papers; the heap layer may say it too."""
TITLES: Mapping[str, str] = MappingProxyType(
    {
        "holder": "责任主体",
        "tenure": "土地权属",
        "reserved": "留作综合利用",
        "restored_class": "验收后地类",
    }
)
_OWN: Mapping[str, str] = MappingProxyType(
    {
        HEAP: "堆场名称 渣场名称 矿山名称 废弃矿山名称 堆场 渣场 堆场/项目名称 堆场或矿山名称 heap",
        PART: "组成部分 部位 部分 分区 分区名称 堆场分区 part",
        **{name: " ".join(ALIASES["waste_heap"][name]) for name in STATED},
    }
)
"""Column -> headers of our own; they go before those of project lists."""
_LIST: Mapping[str, str] = MappingProxyType({"name": HEAP, "component": PART})
"""Columns of project lists that name heap and part where no header of our own does."""
_ALIKE: Final = 70.0  # rapidfuzz ratio from which a header is worth suggesting; illustrative
_ASKED: Final = tuple(
    dict.fromkeys(
        (
            *(paper.document for papers in GATE_PAPERS.values() for paper in papers),
            *(name for name in DOCUMENTS if name.startswith(("heap_", "gangue_"))),
        )
    )
)
COLUMNS: Final = "、".join(
    ("堆场名称", "组成部分", *TITLES.values(), *(DOCUMENTS[name] for name in _ASKED))
)
"""Headers of a table, for people: what a heap may be asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Papers:
    """A table of papers as it was read.

    Parameters
    ----------
    file : str
    table : pandas.DataFrame [n]
        ``row`` (as the file's program shows it), ``heap``, ``part`` ("" all parts), ``holder``,
        ``tenure``, ``restored_class`` ("" not stated), ``reserved`` (1, 0, NaN); ``document_*``
        (1, 0, NaN) of the papers that the file has a column for.
    notes : tuple of str
        Columns that were not understood or not used.
    """

    file: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[str, ...]:
        """Papers that the file has a column for."""
        heads = [name for name in self.table.columns if name.startswith("document_")]
        return tuple(name.removeprefix("document_") for name in heads)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What a table of papers says of each part.

    Parameters
    ----------
    documents : tuple of mapping [n]
        Document -> held or not; what is not spoken of is not there.
    stated : tuple of mapping [n]
        Of `STATED`, what is said.
    told : tuple of str
        What was read, for people.
    """

    documents: tuple[Mapping[str, bool], ...]
    stated: tuple[Mapping[str, object], ...]
    told: tuple[str, ...] = ()

    @classmethod
    def nothing(cls, n: int) -> Given:
        """No table for n parts."""
        return cls(({},) * n, ({},) * n)


def read_papers(path: Path | str) -> Papers:
    """Read a table of papers: a row a heap or part, a column a paper; no coordinates are needed.

    Parameters
    ----------
    path : path
        Anything that `zoning.read_projects` reads; places in it are not used.

    Raises
    ------
    InputError
        The file cannot be read, names no heaps or no papers, two columns mean the same, or a cell
        says neither yes nor no. Everything found is said at once.

    Examples
    --------
    >>> read_papers("papers.csv")  # doctest: +SKIP
    """
    raw = _raw(Path(path))
    headers, notes = _headers(raw)
    if faults := (*_unusable(raw, headers), *doubled(headers, raw.file, raw.header_row)):
        raise InputError(faults)
    raw, filled_in, broken = filled_down(raw, headers)
    source, n = raw.source(), len(raw.rows)
    table, found = _blank(raw, n), list(broken)
    for header in headers:
        values, refused = _values(header, raw.cells[header.index], source)
        table[header.standard] = values
        found += refused
    if found:
        raise InputError(tuple(fault for _, fault in found))
    return Papers(raw.file, table, (*notes, *filled_in))


def _raw(path: Path) -> RawTable:
    if path.suffix.lower() in TABLES and path.is_file():
        return read_tables(path, sheet=None, recognise=_recognised)
    return read_table(path, sheet=None, mapping=None)


@cache
def _own() -> Mapping[str, str]:
    return {plain(word): name for name, many in _OWN.items() for word in many.split()}


def _meaning(index: int, text: str) -> str:
    """Column that a header means here, or in a project list; "" for none."""
    if plain(text) in _own():
        return _own()[plain(text)]
    found = match_header(index, text)
    return "" if found is None else found.standard


def _recognised(row: Sequence[object]) -> int:
    return len({_meaning(0, text) for text in row if isinstance(text, str)} - {""})


def _headers(raw: RawTable) -> tuple[list[Header], tuple[str, ...]]:
    """Columns that are read, and notes on those that are not."""
    meant = [_meaning(j, text) for j, text in enumerate(raw.headers)]
    own = [plain(text) in _own() for text in raw.headers]
    named = {name for name, ours in zip(meant, own, strict=True) if ours}
    read, strange, unused = [], [], []
    for j, text in enumerate(raw.headers):
        name = meant[j] if own[j] else _LIST.get(meant[j], meant[j])
        if name.startswith("document_") or (name in _OWN and (own[j] or name not in named)):
            read.append(Header(j, text, name))
        elif meant[j]:
            unused.append(text)
        elif text or any(value is not None for value in raw.cells[j]):
            strange.append(f"「{text}」{_like(text)}" if text else f"第 {j + 1} 列（没有表头）")
    notes = []
    if strange:
        said = "、".join(strange)
        notes.append(
            f"材料表 {raw.file}：列 {said} 不认识，没有读  columns not understood: not read"
        )
    if unused:
        notes.append(f"材料表 {raw.file}：用不到的列 {'、'.join(unused)}，没有用  columns not used")
    return read, tuple(notes)


def _like(text: str) -> str:
    """Header that was probably meant."""
    from rapidfuzz import fuzz, process

    known = [*_own(), *(word for word, name in words().headers.items() if "document_" in name)]
    best = process.extractOne(plain(text), known, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return f"（是否指「{best[0]}」?）" if best else ""


def _unusable(raw: RawTable, headers: Sequence[Header]) -> tuple[Fault, ...]:
    read = {header.standard for header in headers}
    lacks = []
    if HEAP not in read:
        lacks.append(("没有堆场名称列", "no column that names the heap"))
    if not read - {HEAP, PART}:
        lacks.append(("没有一列是材料", "no column for a paper"))
    return tuple(
        Fault(
            zh=zh,
            en=en,
            file=raw.file,
            row=raw.header_row or None,
            value="、".join(text for text in raw.headers if text)[:200],
            remedy_zh=f"可用的列：{COLUMNS}；材料填 有/无，不知道留空",
            remedy_en="use these headers; write 有 or 无, leave empty what is not known",
        )
        for zh, en in lacks
    )


def _blank(raw: RawTable, n: int) -> pd.DataFrame:
    words = (name for name in (HEAP, PART, *STATED) if name != "reserved")
    texts = {name: np.full(n, "", dtype=object) for name in words}
    return pd.DataFrame({"row": raw.rows, **texts, "reserved": np.full(n, np.nan)})


def _values(
    header: Header, cells: NDArray[np.object_], source: Source
) -> tuple[NDArray[np.generic], list[RowFault]]:
    """Values of a column, and the cells that were not understood."""
    name = header.standard
    flag = name == "reserved" or name.startswith("document_")
    target: NDArray[np.generic] = np.full(len(cells), np.nan)
    parse: Parse = to_flag if name == "reserved" else to_held
    if not flag:
        target = np.full(len(cells), "", dtype=object)
        parse = partial(_standard, name) if name in STATED else to_text
    return target, fill(target, Column(header.text, cells), parse, source)


def _standard(name: str, value: object) -> str:
    return standard_text("waste_heap", name, value) or ""


def match_papers(parts: pd.DataFrame, papers: Papers) -> Given:
    """Return what a table says of each part.

    Parameters
    ----------
    parts : pandas.DataFrame [n]
        ``id``, ``heap``, ``part``.
    papers : Papers

    Raises
    ------
    InputError
        A row names a heap or a part that is not there (it is never dropped in silence), or two
        rows say different things of one part.
    """
    said: list[dict[str, object]] = [{} for _ in range(len(parts))]
    names = [f"document_{name}" for name in papers.documents] + list(STATED)
    faults = []
    touched: set[int] = set()
    for _, row in papers.table.iterrows():
        mine = np.flatnonzero(_named(row, parts))
        touched.update(mine.tolist())
        if not len(mine):
            faults.append(_nobody(row, parts, papers.file))
        for name in names:
            value = row[name]
            for k in mine if value == value and value != "" else ():
                if said[k].setdefault(name, value) != value:
                    faults.append(_contradicts(row, str(parts["id"].iloc[k]), name, papers.file))
    if faults:
        raise InputError(tuple(faults))
    documents = tuple(_documents(each) for each in said)
    stated = tuple(_stated(each) for each in said)
    return Given(documents, stated, (_counted(papers, documents, stated, touched), *papers.notes))


def _documents(said: Mapping[str, object]) -> dict[str, bool]:
    heads = {name: value for name, value in said.items() if name.startswith("document_")}
    return {name.removeprefix("document_"): value == 1.0 for name, value in heads.items()}


def _stated(said: Mapping[str, object]) -> dict[str, object]:
    return {name: said[name] for name in STATED if name in said}


def _counted(
    papers: Papers,
    documents: Sequence[Mapping[str, bool]],
    stated: Sequence[Mapping[str, object]],
    touched: set[int],
) -> str:
    """What was read, in figures."""
    counts = []
    for name in papers.documents:
        found = Counter(each[name] for each in documents if name in each)
        counts.append(f"{DOCUMENTS[name]} {found[True]} 有 {found[False]} 无")
    for name in STATED:
        if known := sum(name in each for each in stated):
            counts.append(f"{TITLES[name]} {known} 个写明")
    told = "，".join(counts) or "没有写明任何一项"
    return f"材料表 {papers.file}：{len(papers.table)} 行，{len(touched)} 个分区：{told}"


def _named(row: pd.Series[str], parts: pd.DataFrame) -> NDArray[np.bool_]:
    """Parts that a row of papers names: none where it names no heap."""
    mine = parts["heap"].to_numpy() == row[HEAP]
    if row[PART]:
        mine &= parts["part"].to_numpy() == row[PART]
    return np.asarray(mine & bool(row[HEAP]), dtype=np.bool_)


def _contradicts(row: pd.Series[str], part: str, name: str, file: str) -> Fault:
    return Fault(
        zh=f"材料表里对 {part} 的说法前后矛盾",
        en="two rows say different things of one part",
        file=file,
        row=int(str(row["row"])) or None,
        column=TITLES.get(name) or DOCUMENTS[name.removeprefix("document_")],
        remedy_zh="只留一行，或写明分区",
        remedy_en="keep one row, or name the part",
    )


def _nobody(row: pd.Series[str], parts: pd.DataFrame, file: str) -> Fault:
    """Say that a row names no part; its parts, where the heap is there."""
    same = parts["heap"] == row[HEAP]
    there = parts.loc[same, "part"] if same.any() else parts["heap"]
    known = list(dict.fromkeys(there[there != ""]))
    some = "、".join(known[:8]) + ("……" if len(known) > 8 else "")
    return Fault(
        zh="材料表里的堆场或分区在图层中没有",
        en="the layer holds no such heap or part",
        file=file,
        row=int(str(row["row"])) or None,
        column="组成部分" if same.any() else "堆场名称",
        value=f"{row[HEAP]} {row[PART]}".strip(),
        remedy_zh=f"按图层里的名称和部位填写：{some}" if some else "按图层里的名称和部位填写",
        remedy_en="write the names that the layer has",
    )
