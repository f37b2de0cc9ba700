"""Land class of a mine once its restoration was accepted: on cropland no array may stand."""

from __future__ import annotations

import re
from typing import Final

RESTORED, CLASS_RULE = "验收后地类", "base.farmland.array"
"""What is asked, and the rule that makes it matter."""
CROPLAND: Final = frozenset(("耕地", "水田", "水浇地", "旱地", "01", "0101", "0102", "0103"))
"""Cropland and its second level. GB/T 21010-2017, as the layer ``farmland`` has it."""
CROPPED: Final = "验收后地类为耕地，方阵不得占用（自然资办发〔2023〕12号）"
_MAYBE: Final = re.compile("耕|田|旱地|水浇|农用|农地|01")  # may hold cropland, or deny it
_SEPARATORS: Final = re.compile(r"[、，,;；/\s]+")


def is_cropland(restored: str) -> bool:
    """Whether all that a mine was restored to is cropland.

    Examples
    --------
    >>> is_cropland("旱地、水田"), is_cropland("林地、旱地"), is_cropland("非耕地")
    (True, False, False)
    """
    return all(word in CROPLAND for word in _SEPARATORS.split(restored))


def class_said(restored: str) -> tuple[str, str]:
    """Return the class as it is held, and as it was not seen; one of them is "".

    A doubtful one was not seen: which ground is cropland has to be found out.

    Examples
    --------
    >>> class_said("林地"), class_said("")
    (('验收后地类（林地）', ''), ('', '验收后地类'))
    """
    if not restored:
        return "", RESTORED
    if is_cropland(restored) or not _MAYBE.search(restored):
        return f"{RESTORED}（{restored}）", ""
    return "", f"{RESTORED}（写的是“{restored}”，须查明耕地范围）"
