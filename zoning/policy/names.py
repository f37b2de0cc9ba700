"""Names in lists: product names compared exactly, words that narrow, codes of industry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

_AMOUNT = re.compile(
    r"^(?:年产|日产|年处理|新增|产能|规模)*[\d.,]+\s*[万千百亿]*"
    r"(?:吨|t|kt|mt|mw|gw|kw|兆瓦|千瓦|立方米|平方米|m2|m3|重量箱|条|套|台)?(?:/?(?:年|a|d|日))?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:建设|新建|扩建|改建|技改|改造|生产|制造|项目|工程|生产线|装置|产品|一期|二期)+$"
)
_SPLIT = re.compile(r"[;,、+\n]|(?<=[\u4e00-\u9fff])[和及与](?=[\u4e00-\u9fff])")
_BRACKETS = re.compile(r"\([^()]*\)")
_CODE = re.compile(r"^([A-T]?)(\d{2,4})$")
# First and last division of each section of GB/T 4754-2017 (standard's table of sections).
_SECTIONS = {
    "A": (1, 5),
    "B": (6, 12),
    "C": (13, 43),
    "D": (44, 46),
    "E": (47, 50),
    "F": (51, 52),
    "G": (53, 60),
    "H": (61, 62),
    "I": (63, 65),
    "J": (66, 69),
    "K": (70, 70),
    "L": (71, 72),
    "M": (73, 75),
    "N": (76, 79),
    "O": (80, 82),
    "P": (83, 83),
    "Q": (84, 85),
    "R": (86, 90),
    "S": (91, 96),
    "T": (97, 97),
}


def plain(text: str) -> str:
    """Return text with half-width marks and no white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def product_names(text: str) -> tuple[str, ...]:
    """Split a product cell into names, without amounts, brackets and words such as 项目.

    Examples
    --------
    >>> product_names("年产40万吨电解铝(预焙槽)、氧化铝项目")
    ('电解铝', '氧化铝')
    """
    names = []
    for part in _SPLIT.split(_BRACKETS.sub("", plain(text))):
        name = _TAIL.sub("", _AMOUNT.sub("", part))
        if name:
            names.append(name)
    return tuple(dict.fromkeys(names))


def code_of(text: str) -> str | None:
    """Return a code of GB/T 4754 as ``C2619`` (or a prefix, ``C26``), None when it is none.

    Examples
    --------
    >>> code_of("2619"), code_of("D2619"), code_of("化工")
    ('C2619', None, None)
    """
    match = _CODE.match(plain(text).upper())
    if match is None:
        return None
    section, digits = match.groups()
    division = int(digits[:2])
    for letter, (first, last) in _SECTIONS.items():
        if first <= division <= last and section in ("", letter):
            return letter + digits
    return None


def codes_of(text: str) -> tuple[str | None, ...]:
    """Split an industry cell; an entry that is no code is None."""
    parts = [part for part in re.split(r"[;,/、]", plain(text)) if part]
    return tuple(dict.fromkeys(code_of(part) for part in parts))


def _found(words: Iterable[str], text: str) -> set[str]:
    # Longest first, and each find is taken out: 无烟煤 is not 烟煤.
    found = set()
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        if word in text:
            found.add(word)
            text = text.replace(word, " ")
    return found


def narrow(options: Mapping[str, Sequence[str]], text: str) -> tuple[str, ...]:
    """Drop the options that the words of a text contradict.

    Parameters
    ----------
    options : Mapping
        Name -> words, one a dimension, alternatives parted by "|".
    text : str
        Plain text of product and process.

    Returns
    -------
    tuple of str
        Names left, in their order; all of them when the words contradict every one.
    """
    left = list(options)
    dimensions = max((len(words) for words in options.values()), default=0)
    for i in range(dimensions):
        said = {name: words[i].split("|") for name, words in options.items() if len(words) > i}
        found = _found((word for words in said.values() for word in words), text)
        if found:
            left = [n for n in left if n not in said or found & set(said[n])]
    return tuple(left or options)


def any_word(words: Sequence[str], text: str) -> bool:
    """Whether one of the words, alternatives parted by "|", stands in the text."""
    return bool(_found((w for group in words for w in group.split("|")), text))
