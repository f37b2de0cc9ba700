"""Rows below a header that are no projects: totals, remarks, signatures, the header once more.

Only what says so itself is set aside, and every such row is quoted: none is dropped silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from zoning.projects.cells.values import to_text
from zoning.projects.cells.words import plain
from zoning.projects.tables.raw import Cell, Grid

# First letters of all that is looked for, so that most rows are done with after one step
_MAYBE = re.compile(
    r"[\s*※★【\[(（]*(?:[注备说填编制审复负单分经联电盖签日合小总共累附特数资来来以一二三四五六七八九十]|"
    r"[nsdcptrgNSDCPTRG1])"
)
_TOTAL = re.compile(
    r"(?:合|小|总|共|累)计(?:[:(共有\d].*)?|(?:grand|sub)?-?total:?|sum:?", re.IGNORECASE
)
_REMARK = re.compile(
    r"[*※★【\[(]*(?:注|备注|说明|填表说明|填报说明|附注|特别说明|数据来源|资料来源|"
    r"notes?|remarks?|source)[】\])]*\d*[:.、].*",
    re.IGNORECASE | re.DOTALL,
)
_SIGNED = re.compile(
    r"(?:填表人?|填报人|制表人?|编制人?|审核人?|复核人?|负责人|单位负责人|分管领导|经办人|联系人|"
    r"联系电话|电话|填报单位|填表单位|编制单位|单位|盖章|签字|签章|填报日期|填表日期|制表日期|日期|"
    r"prepared by|checked by|date|signature)(?:\([^()]*\))?:.*",
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r"(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\)).*", re.DOTALL)
_ITEM = re.compile(r"\(?\d{1,2}[).、].*", re.DOTALL)
_NUMBERS = re.compile(r"\(?(\d{1,3})\)?")
_LONGEST_QUOTE = 80


@dataclass(frozen=True, slots=True)
class Told:
    """A row that is no project.

    Parameters
    ----------
    why, en : str
        ``合计行`` …, and in English.
    text : str
        What it says.
    """

    why: str
    en: str
    text: str


def tell(row: Sequence[Cell], header: Grid, *, merged: int, after: Told | None) -> Told | None:
    """Return why a row is no project, None where it may be one.

    Parameters
    ----------
    row : sequence of cells
        Not blank.
    header : rows of the header
    merged : int
        How many columns its first filled cell spans.
    after : Told, optional
        What the row before it was, where that was no project: remarks go on, numbered.
    """
    filled = [(j, cell) for j, cell in enumerate(row) if _says(cell)]
    texts = [_compact(str(cell)) for _, cell in filled]
    first, width = texts[0], len(header[-1])
    found: tuple[str, str] | None = None
    if _is_header(filled, header):
        found = "重复的表头", "the header again"
    elif _TOTAL.fullmatch(first):
        found = "合计行", "a total"
    elif _REMARK.fullmatch(first) and len(filled) <= 2:
        found = "注释", "a remark"
    elif _SIGNED.fullmatch(first) and 2 * sum(map(bool, map(_SIGNED.fullmatch, texts))) >= len(
        texts
    ):
        found = "签署栏", "a line of signatures"
    elif len(filled) == 1 and width > 2 and isinstance(filled[0][1], str):
        if _SECTION.fullmatch(first):
            found = "小标题", "a heading"
        elif merged >= max(3, width / 2):
            found = "通栏文字", "a line across the table"
        elif after is not None and after.why == "注释" and _ITEM.fullmatch(first):
            found = "注释", "a remark"
    if found is None and after is None and _is_numbering(texts):
        found = "列号行", "numbers of the columns"
    return Told(*found, quoted(row)) if found is not None else None


def worth_a_look(first: Cell, known: frozenset[str]) -> bool:
    """Whether a row that begins with this cell may be no project; False for nearly all rows."""
    if type(first) is str:
        return _MAYBE.match(first) is not None or first in known
    return first == 1  # numbers of the columns


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _says(cell: Cell) -> bool:
    return cell is not None and cell != "" and (not isinstance(cell, str) or bool(cell.strip()))


def _is_header(filled: Sequence[tuple[int, Cell]], header: Grid) -> bool:
    """Whether every filled cell repeats the header above it, and there are some."""
    return any(
        len(filled) >= min(2, sum(map(_says, line)))
        and all(
            isinstance(cell, str)
            and j < len(line)
            and _says(line[j])
            and plain(cell) == plain(str(line[j]))
            for j, cell in filled
        )
        for line in header
    )


def _is_numbering(texts: Sequence[str]) -> bool:
    """Whether cells read 1, 2, 3 … or (1), (2), (3) …."""
    numbers = [int(m[1]) if (m := _NUMBERS.fullmatch(_whole(text))) else 0 for text in texts]
    return len(numbers) > 3 and numbers == list(range(1, len(numbers) + 1))


def _whole(text: str) -> str:
    return text.removesuffix(".0")


def quoted(row: Sequence[Cell]) -> str:
    """Return what a row says, on one line."""
    text = " | ".join(to_text(cell) for cell in row if _says(cell))
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


_QUOTED = 40  # rows; of more, the numbers are said


def notes_of(told: Sequence[tuple[int, Told]], file: str) -> tuple[str, ...]:
    """Return notes that account for every row told, by its number."""
    notes = []
    again = [row for row, one in told if one.why == "重复的表头"]
    if again:
        rows = "、".join(map(str, again))
        notes.append(f"{file}: 第 {rows} 行是重复的表头，未作项目  the header again, no projects")
    others = [(row, one) for row, one in told if one.why != "重复的表头"]
    for row, one in others[:_QUOTED]:
        notes.append(
            f"{file}: 第 {row} 行是{one.why}，未作项目: 「{one.text}」  "
            f"row {row}: {one.en}, no project"
        )
    if rest := others[_QUOTED:]:
        rows = "、".join(str(row) for row, _ in rest)
        notes.append(f"{file}: 第 {rows} 行也不是项目  nor are these rows")
    return tuple(notes)
