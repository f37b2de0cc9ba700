"""Equal texts become one object; nothing else about a cell changes."""

from __future__ import annotations

import pytest

from zoning.projects.formats import shared
from zoning.projects.formats.shared import shared_cells, shared_rows


def text(*parts: str) -> str:
    """A text that is no other's object."""
    return "".join(parts)


def test_equal_texts_are_one_object() -> None:
    one, two = shared_rows([[text("新", "建"), "a"], [text("新", "建"), "b"]])
    assert one == ["新建", "a"]
    assert one[0] is two[0]
    first, _, last = shared_cells([text("有", "。"), None, text("有", "。")])
    assert first is last


def test_cells_keep_their_kind() -> None:
    cells = [1, 1.0, True, "1", None, 0, False, -0.0]
    assert [(type(c), repr(c)) for c in shared_cells(cells)] == [(type(c), repr(c)) for c in cells]


def test_memory_is_bounded_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "_KNOWN_AT_MOST", 3)
    rows = [[str(n), str(n % 2)] for n in range(20)]
    assert list(shared_rows(rows)) == rows
    flat = [text for row in rows for text in row]
    assert list(shared_cells(flat)) == flat
