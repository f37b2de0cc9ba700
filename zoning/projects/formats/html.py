"""Web pages in: the tables of an HTML file, which old systems hand out as ".xls"."""

from __future__ import annotations

from html.parser import HTMLParser

from zoning.projects.tables.raw import Area, Sheet, is_filled

_WIDEST = 1000  # columns that a cell may span; no list is wider
_LONGEST = 100_000  # rows that a cell may span
_CELLS = ("td", "th")
_BREAKS = ("br", "p", "div", "li")


def read_page(text: str) -> list[Sheet]:
    """Return every table of a page that holds anything; tables within cells are text of these."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    parser.finish()
    return [sheet for sheet in parser.sheets if any(map(is_filled, sheet.grid))]


class _Tables(HTMLParser):
    """Collects rows and spans of the outermost tables."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._depth = 0
        self._silent = 0  # within <script> or <style>
        self._rows: list[dict[int, str]] = []
        self._merged: list[Area] = []
        self._taken: dict[int, int] = {}  # column -> first row that is free again
        self._cell: tuple[int, int, int, int] | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an opening tag."""
        if tag in ("script", "style"):
            self._silent += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self._rows, self._merged, self._taken = [], [], {}
        elif self._depth == 1 and tag == "tr":
            self._end_cell()
            self._rows.append({})
        elif self._depth == 1 and tag in _CELLS:
            self._end_cell()
            self._begin_cell(dict(attrs))
        elif tag in _BREAKS:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Take a closing tag."""
        if tag in ("script", "style"):
            self._silent = max(self._silent - 1, 0)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self.finish()
            self._depth -= 1
        elif self._depth == 1 and tag in (*_CELLS, "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._cell is not None and not self._silent:
            self._text.append(data)

    def finish(self) -> None:
        """Take the end of a table, said or not."""
        self._end_cell()
        if self._rows:
            width = 1 + max((max(row, default=0) for row in self._rows), default=0)
            grid = [[row.get(j) for j in range(width)] for row in self._rows]
            name = f"表{len(self.sheets) + 1}"
            self.sheets.append(Sheet(name, grid, tuple(self._merged)))
        self._rows = []

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        if not self._rows:
            self._rows.append({})
        row, column = len(self._rows) - 1, 0
        while column in self._rows[row] or self._taken.get(column, 0) > row:
            column += 1
        wide = _span(attributes.get("colspan"), _WIDEST)
        high = _span(attributes.get("rowspan"), _LONGEST)
        self._cell = (row, column, row + high - 1, column + wide - 1)
        self._text = []

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        top, left, bottom, right = self._cell
        lines = (" ".join(line.split()) for line in "".join(self._text).split("\n"))
        self._rows[top][left] = "\n".join(line for line in lines if line)
        for column in range(left, right + 1):
            self._rows[top].setdefault(column, "")
            self._taken[column] = bottom + 1
        if bottom > top or right > left:
            self._merged.append(self._cell)
        self._cell = None


def _span(text: str | None, most: int) -> int:
    return min(max(int(text), 1), most) if text and text.strip().isdecimal() else 1
