"""One cell to one of few words: yes and no, held or not, a stage. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from zoning.facts.vocabulary import STAGES
from zoning.projects.cells.footnotes import is_mark
from zoning.projects.cells.refusals import Refusal
from zoning.projects.cells.values import half_width, split_number, to_text
from zoning.projects.cells.words import key, plain, words

_SEVERAL = re.compile(r"[;,、/+和及与]")

_NATURES = frozenset(("新建", "改建", "扩建", "技改", "搬迁"))  # several may hold of one project


def to_flag(value: object) -> float | Refusal:
    """Return 1 for yes, 0 for no."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and any(map(is_mark, value)):
        return _NO_FLAG
    if (flag := words().flags.get(key(to_text(value)))) is not None:
        return flag
    return _NO_FLAG


_NO_FLAG = Refusal(
    "只能填 有/无 或 是/否 (不知道就留空)",
    "only yes or no is understood here",
    "若填的是文号，表示已有，请填「有」，文号写入备注",
    "a document number means it is held: write 有 and put the number into the remarks",
)


def to_held(value: object) -> float | Refusal:
    """Return 1 where a paper is held, 0 where it is not."""
    if not isinstance(value, bool) and key(to_text(value)) in words().concerns:
        return Refusal(
            "说的是事项是否涉及，没有说文件有没有",
            "this says whether the matter arises, not whether the paper is held",
            "请填 有/无; 不需要这份文件就留空",
            "write 有 or 无; leave it empty where the paper is not called for",
        )
    return to_flag(value)


def to_quota(value: object) -> float | Refusal:
    """Return whether a quota is held: in words, for a number may be its amount."""
    if not isinstance(value, bool) and isinstance(split_number(value), tuple):
        return Refusal(
            "看不出是指标的数量，还是有没有指标",
            "the amount of the quota, or whether it is held?",
            "请填 有/无; 数量写入备注",
            "write 有 or 无, and the amount into the remarks",
        )
    return to_held(value)


def to_word(value: object, *, table: Mapping[str, str], zh: str, en: str) -> str | Refusal:
    """Return the standard word that a cell stands for."""
    word = table.get(plain(to_text(value)))
    if word is not None:
        return word
    return Refusal(
        f"不认识的{zh}",
        f"unknown {en}",
        f"可填: {'、'.join(_first_words(table))}",
        "use one of these",
    )


def to_stage(value: object) -> str | Refusal:
    """Return the stage; several natures of one project joined by ``;`` in the order of STAGES.

    Examples
    --------
    >>> to_stage("改、扩建"), to_stage("改扩建"), to_stage("迁建")
    ('改建;扩建', '改建;扩建', '搬迁')
    """
    parse = partial(to_word, table=words().stages, zh="建设性质", en="stage")
    whole = parse(value)
    parts = [part for part in _SEVERAL.split(half_width(value)) if part.strip()]
    if isinstance(whole, str) or len(parts) < 2:
        return whole
    # 改、扩建: the first has lost the word that the last one carries
    ending = parts[-1].strip()[-1]
    read = [one for part in parts if isinstance(one := _either_stage(part, ending), str)]
    codes = {code for one in read for code in one.split(";")}
    if len(read) < len(parts) or not codes <= _NATURES:
        return whole
    return ";".join(name for name in STAGES if name in codes)


def _either_stage(part: str, ending: str) -> str | None:
    stages = words().stages
    return stages.get(plain(part)) or stages.get(plain(part) + ending)


def _first_words(table: Mapping[str, str]) -> list[str]:
    """Return one word for each meaning, the first Chinese one where there is one."""
    chosen: dict[str, str] = {}
    for word, name in table.items():
        if name not in chosen or (chosen[name].isascii() and not word.isascii()):
            chosen[name] = word
    return list(chosen.values())
