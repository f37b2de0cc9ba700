"""Marks of footnotes beside figures: raised, circled and bracketed digits are no digits of them.

Normalising to half width would make them so: ``12①`` would be 121.
"""

from __future__ import annotations

import unicodedata

from zoning.projects.cells.refusals import Refusal

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def footnoted(text: str) -> Refusal | None:
    """Return why a text is no figure where such a mark touches a digit of it; else None.

    ``m²`` is none of these, and exponents of ten are written out before, see
    `zoning.projects.cells.inexact.raised`.

    Examples
    --------
    >>> footnoted("12①亩").zh
    '数字旁边有「①」，看不出是注号还是数'
    >>> footnoted("12m²") is None
    True
    """
    if text.isascii():
        return None
    for i, letter in enumerate(text):
        beside = text[max(i - 1, 0) : i] + text[i + 1 : i + 2]
        if is_mark(letter) and any(map(str.isdecimal, beside)):
            return Refusal(
                f"数字旁边有「{letter}」，看不出是注号还是数",
                f"“{letter}” beside a digit: a footnote, or part of the figure?",
                "请去掉注号，只填数字; 说明写入备注",
                "take the mark away, and put what it says into the remarks",
            )
    return None


def is_mark(letter: str) -> bool:
    """Whether a letter is no digit, and would be one, with brackets or not, in half width."""
    if letter.isascii() or letter.isdecimal():
        return False
    return unicodedata.normalize("NFKC", letter).lstrip("(")[:1].isdecimal()


def lifted(text: str) -> str:
    """Return text that a document shows raised, its digits as raised ones."""
    return text.translate(_RAISED)
