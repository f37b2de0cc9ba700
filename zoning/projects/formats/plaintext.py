"""Text files of surveyors: bytes to lines, in the encodings that their programs write."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from zoning.errors import Fault, ProjectFaults
from zoning.projects.tables.raw import unreadable

_BREAK = re.compile(r"\r\n|\r|\n")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)


def read_lines(path: Path) -> tuple[list[str], str]:
    """Return the lines of a text file and its encoding.

    Raises
    ------
    ProjectFaults
        Not readable, or no text in any encoding that `text_of` knows.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectFaults(unreadable(path, error)) from None
    text, encoding = text_of(data, path.name)
    return _BREAK.split(text), encoding


def text_of(data: bytes, file: str) -> tuple[str, str]:
    """Return text and encoding: by its byte order mark, else UTF-8, else GB 18030.

    Raises
    ------
    ProjectFaults
        Neither of them, or bytes that no text holds.
    """
    for mark, encoding, shown in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, file), shown
    try:
        text, shown = data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text, shown = _decoded(data, "gb18030", file), "GB 18030"
    if "\0" in text:
        raise ProjectFaults(_no_text(file))
    return text, shown


def _decoded(data: bytes, encoding: str, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise ProjectFaults(_no_text(file)) from None


def _no_text(file: str) -> Fault:
    return Fault(
        zh="不是 UTF-8、UTF-16 或 GB 18030 文本",
        en="no text in UTF-8, UTF-16 or GB 18030",
        file=file,
        remedy_zh="请用记事本打开后另存为 UTF-8",
        remedy_en="open it in a text editor and save it as UTF-8",
    )
