"""Which encoding a shapefile's table is in, read from its bytes rather than from what it claims.

Language ID 0x00 or 0x57 and a ``.cpg`` of "ANSI 936" all make GDAL read GBK as Latin-1 without a
word, so the bytes decide: UTF-8 where they are that, else GB 18030, the superset of GBK.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_BYTES = 1 << 20
_GBK_WORDS = re.compile(r"936|gb-?k|gb-?2312|gb-?18030", re.IGNORECASE)
_GBK_LANGUAGE_IDS = (0x4D, 0x7A)  # dBASE language drivers of code page 936
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_END_OF_FIELDS = 0x0D
_FEW = 4  # illustrative: GBK 台 or 皮 alone is good UTF-8 too; four such in a row are not chance


def shapefile_encoding(path: Path, *, whole: bool = False) -> str | None:
    """Tell the encoding of a shapefile's attribute table.

    Parameters
    ----------
    path : Path
        The ``.shp``; the ``.dbf`` and ``.cpg`` beside it are looked at.
    whole : bool
        Look at all records, not at those in the first MiB alone.

    Returns
    -------
    str or None
        "UTF-8" or "gb18030"; None where the bytes are neither, so a person must say.
    """
    table = _beside(path, ".dbf")
    if table is None:
        return "UTF-8"
    with table.open("rb") as stream:
        head = stream.read(-1 if whole else _SAMPLE_BYTES)
    texts = _texts(head)
    if all(_decodes(text, "utf-8") for text in texts):
        few = sum(len(_MULTIBYTE.findall(text.raw)) for text in texts) < _FEW
        gbk = _claims_gbk(path, head) and all(_decodes(text, "gb18030") for text in texts)
        return "gb18030" if gbk and few else "UTF-8"
    return "gb18030" if all(_decodes(text, "gb18030") for text in texts) else None


def text_widths(path: Path, encoding: str | None) -> dict[str, int]:
    """Width of each text field of a shapefile's table. [bytes] Empty where it has no table."""
    table = _beside(path, ".dbf")
    if table is None:
        return {}
    with table.open("rb") as stream:
        head = stream.read(_SAMPLE_BYTES)
    return {
        name.decode(encoding or "utf-8", "ignore"): width
        for name, kind, width in _fields(head)
        if kind == b"C"
    }


def _fields(head: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Name, type and width of the fields of a table."""
    start = int.from_bytes(head[8:10], "little")
    for at in range(32, min(start - 1, len(head) - 32), 32):
        if head[at] == _END_OF_FIELDS:
            return
        yield head[at : at + 11].split(b"\0")[0], head[at + 11 : at + 12], head[at + 16]


def _beside(path: Path, suffix: str) -> Path | None:
    return next(
        (p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.exists()),
        None,
    )


def _claims_gbk(path: Path, head: bytes) -> bool:
    page = _beside(path, ".cpg")
    if page is not None:
        return bool(_GBK_WORDS.search(page.read_text("latin-1")))
    return len(head) > 29 and head[29] in _GBK_LANGUAGE_IDS


@dataclass(frozen=True, slots=True)
class _Text:
    """Bytes of a name or value; a full field may end in a character cut in two."""

    raw: bytes
    full: bool


def _texts(head: bytes) -> list[_Text]:
    """Field names and text values of the records at the table's head, those beyond ASCII."""
    start, width = int.from_bytes(head[8:10], "little"), int.from_bytes(head[10:12], "little")
    texts, spans, offset = [], [], 1  # a record starts with its deletion mark
    for name, kind, size in _fields(head):
        texts.append(_Text(name, len(name) >= 10))
        if kind == b"C":
            spans.append((offset, offset + size))
        offset += size
    for row in range(start, len(head) - width + 1, max(width, 1)):
        for a, b in spans:
            value = head[row + a : row + b].rstrip(b" \0")
            texts.append(_Text(value, len(value) == b - a))
    return [text for text in texts if not text.raw.isascii()]


def _decodes(text: _Text, encoding: str) -> bool:
    """Whether the bytes are text of the encoding."""
    try:
        getincrementaldecoder(encoding)().decode(text.raw, final=not text.full)
    except UnicodeDecodeError:
        return False
    return True
