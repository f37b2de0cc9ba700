"""Text that was read in the wrong encoding, or lost on the way.

Chinese text is written in UTF-8 or in GBK; a program that takes one for the other, or either for
Latin-1, leaves signs that are all valid and mean nothing. Turning the mistake round shows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LOST = re.compile(r"\ufffd|锟斤拷|烫烫烫|屯屯屯|\?{2,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_HIGH = re.compile(r"[\u0080-\u00b6\u00b8-\u00ff\u0152-\u02dc\u20ac]")  # but the middle dot
# (as what it was read, what it is): undone by encoding with the first, decoding with the second
_MISTAKES = (
    ("gb18030", "utf-8"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("cp1252", "gb18030"),
    ("latin-1", "gb18030"),
)


@dataclass(frozen=True, slots=True)
class Garbled:
    """What happened to a text.

    Parameters
    ----------
    text : str
    meant : str
        What it was before; empty where that is lost.
    """

    text: str
    meant: str

    def __str__(self) -> str:
        return f"{self.text[:20]} → {self.meant[:20]}" if self.meant else self.text[:20]


def garbled(text: str) -> Garbled | None:
    """Tell whether a text is the product of a wrong encoding.

    Examples
    --------
    >>> str(garbled("璐甸槼甯�")), str(garbled("¹óÑôÊÐ")), garbled("贵阳市")
    ('璐甸槼甯�', '¹óÑôÊÐ → 贵阳市', None)
    """
    if _LOST.search(text):
        return Garbled(text, "")
    if text.isascii():
        return None
    for taken_for, real in _MISTAKES:
        meant = _undone(text, taken_for, real)
        if meant is not None and _familiar(meant) > _familiar(text):
            return Garbled(text, meant)
    return None


def _undone(text: str, taken_for: str, real: str) -> str | None:
    """Text as it was, if the mistake explains it whole."""
    try:
        meant = text.encode(taken_for).decode(real)
    except UnicodeError:
        return None
    # what comes out must be Chinese throughout: any other script is chance
    beyond = [sign for sign in meant if not sign.isascii()]
    held = all(_HAN.match(sign) or sign in "，。；：、（）《》“”—·\u3000" for sign in beyond)
    return meant if held and len(beyond) > 1 else None


def _familiar(text: str) -> float:
    """Share of the signs beyond ASCII that are among the 3,755 characters of daily use.

    References
    ----------
    .. [1] GB/T 2312-1980: rows 16 to 55 hold the characters of level 1.
    """
    beyond = [sign for sign in text if not sign.isascii()]
    if not beyond or _HIGH.search(text):
        return 0.0
    return sum(_level_1(sign) for sign in beyond) / len(beyond)


def _level_1(sign: str) -> bool:
    try:
        raw = sign.encode("gb2312")
    except UnicodeError:
        return False
    return len(raw) == 2 and 0xB0 <= raw[0] <= 0xD7
