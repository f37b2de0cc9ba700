"""Marked-up text in: XML without document types, tables out of a description's HTML.

A document type is where entities are declared, and entities are how a small file becomes a large
one or reads another: a KML needs neither, so one with a document type is refused.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as Etree
from xml.parsers import expat

from zoning.errors import Fault, ProjectFaults

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DEEPEST = 200  # elements inside elements; a KML of nested folders has ten
_LONGEST_HTML = 200_000  # characters of one description
_MARK = re.compile(r"<(?:table|tr|td|br|p|div|b|html|body|font|span|ul|li)\b", re.IGNORECASE)


class _NotAllowedError(Exception):
    """A document type, or elements nested without end."""


def parse_xml(text: str, file: str) -> Etree.Element:
    """Return the root of an XML text; names keep their prefixes, nothing outside is read.

    Raises
    ------
    ProjectFaults
        Not well formed, with a document type, or nested too deep.
    """
    builder = Etree.TreeBuilder()
    parser = expat.ParserCreate("utf-8")
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _NotAllowedError
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(name)

    def refuse(*_: object) -> None:
        raise _NotAllowedError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(_DECLARATION.sub("", text).encode("utf-8", "surrogatepass"), True)
        return builder.close()
    except _NotAllowedError:
        raise ProjectFaults(_refused(file)) from None
    except (expat.ExpatError, AssertionError) as error:
        raise ProjectFaults(_malformed(file, getattr(error, "lineno", None))) from None


def local(element: Etree.Element) -> str:
    """Return the name of an element without its prefix."""
    return element.tag.rpartition(":")[2]


def described(text: str) -> tuple[dict[str, str], str, bool]:
    """Return the two-column tables in a description, its plain text, and whether it was read.

    Examples
    --------
    >>> described("<table><tr><td>类型</td><td>光伏</td></tr></table>")
    ({'类型': '光伏'}, '', True)
    """
    if len(text) > _LONGEST_HTML:
        return {}, "", False
    if not _MARK.search(text):
        return {}, " ".join(text.split()), True
    page = _Page()
    page.feed(text)
    page.close()
    return page.pairs, " ".join(" ".join(page.loose).split()), True


class _Page(HTMLParser):
    """Pairs of cells, and the text outside tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pairs: dict[str, str] = {}
        self.loose: list[str] = []
        self._row: list[list[str]] = []
        self._cell: list[str] | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        if tag == "tr":
            self._row, self._cell = [], None
        elif tag in ("td", "th"):
            self._cell = []
            self._row.append(self._cell)
        elif tag in ("script", "style", "head"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = None
        elif tag == "tr":
            self._take()
        elif tag in ("script", "style", "head"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        (self.loose if self._cell is None else self._cell).append(data)

    def _take(self) -> None:
        cells = [" ".join("".join(cell).split()) for cell in self._row]
        if len(cells) == 2 and cells[0]:
            self.pairs.setdefault(cells[0], cells[1])
        else:
            self.loose += [cell for cell in cells if cell]
        self._row, self._cell = [], None


def _refused(file: str) -> Fault:
    return Fault(
        zh="XML 带有文档类型 (DOCTYPE) 或嵌套过深，不读",
        en="an XML with a document type, or nested too deep, is not read",
        file=file,
        remedy_zh="请在原软件中重新导出",
        remedy_en="export it again from the program it came from",
    )


def _malformed(file: str, line: int | None) -> Fault:
    return Fault(
        zh="XML 不完整或已损坏",
        en="the XML is not well formed",
        file=file,
        row=line,
        remedy_zh="请在原软件中重新导出",
        remedy_en="export it again from the program it came from",
    )
