"""What a person judged of a clause and a project, and the text that was judged."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Determination:
    """One judgement of one clause for one project.

    Parameters
    ----------
    project : str
        As in the list of projects.
    clause : str
        Code of a control unit, or id of a rule.
    dimension : str
        ``spatial``, ``emission``, ``risk`` or ``resource`` for a control unit, "" for a rule.
    result : str
        符合, 不符合 or 不涉及.
    reason, by : str
        Why, and who judged.
    on : datetime.date
    text_sha : str
        Of the text judged, see `text_sha`: the determination lapses when the text changes.
    """

    project: str
    clause: str
    dimension: str
    result: str
    reason: str
    by: str
    on: dt.date
    text_sha: str


def text_sha(text: str) -> str:
    """Return the SHA-256 of a text, hex, blanks and full-width forms aside.

    Line breaks and blanks differ between copies of one text without changing it.

    Examples
    --------
    >>> text_sha("禁止 新建 化工") == text_sha("禁止新建化工")
    True
    """
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    return hashlib.sha256(bare.encode("utf-8")).hexdigest()
