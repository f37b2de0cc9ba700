"""Facts kept in a scratch file are the facts that were put in, whatever the pieces."""

from __future__ import annotations

import errno
import io
from itertools import pairwise

import numpy as np
import pytest

from zoning.errors import OutputFault
from zoning.facts import scratch
from zoning.facts.scratch import FactsGatherer
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Numbers, Reasons


def facts(first: int, last: int) -> Facts:
    """Rows first..last of a table with every kind of column; what is missing differs by piece."""
    rows = np.arange(first, last)
    values = np.where(rows % 3 == 0, np.nan, rows * 1.5)
    why = f"原因 {first % 2}"
    return Facts(
        np.asarray([f"S-{row}" for row in rows], np.str_),
        {
            "a.distance": Numbers.exact(values, "m", why_missing=why),
            "a.meets": Claims(rows % 2 == 0, rows % 2 == 0, Reasons.where(rows % 5 == 1, why)),
            "a.class": Codes.of(
                [None if row % 4 == 0 else CodeSet.only(f"C{row}") for row in rows]
            ),
            "never": Claims.certain(np.zeros(len(rows), np.bool_)),
        },
    )


def told(table: Facts, name: str) -> list[object]:
    """Cells of a column in plain values, told apart from every encoding."""
    column = table[name]
    why = [column.reasons.text(i) for i in range(len(table))]
    if isinstance(column, Numbers):
        ends = zip(column.low, column.high, column.measured, strict=True)
        cells: list[object] = [repr(each) for each in ends]
        return [*zip(cells, why, strict=True), column.unit]
    if isinstance(column, Claims):
        return [*zip(column.sure.tolist(), column.maybe.tolist(), why, strict=True)]
    return [*zip((column.cell(i) for i in range(len(table))), why, strict=True)]


@pytest.mark.parametrize("cuts", [(0, 20), (0, 7, 20), (0, 1, 2, 19, 20)])
def test_a_file_holds_what_memory_holds(cuts: tuple[int, ...]) -> None:
    in_file, in_memory = FactsGatherer(20, in_memory=0), FactsGatherer(20)
    for first, last in pairwise(cuts):
        in_file.add(facts(first, last))
        in_memory.add(facts(first, last))
    one, other = in_file.together(), in_memory.together()
    assert one.ids.tolist() == other.ids.tolist() == [f"S-{row}" for row in range(20)]
    assert list(one.columns) == list(other.columns)
    order = np.asarray([19, 0, 7, 3])
    for name in one.columns:
        assert told(one, name) == told(other, name)
        assert told(one.take(order), name) == told(other.take(order), name)
    assert one.numbers("a.distance").measured[4] == 6.0
    assert "b" not in one
    with pytest.raises(KeyError):
        one["b"]


def test_pages_let_go_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "_RESIDENT", 0)  # let go at every look
    gathered = FactsGatherer(9_000, in_memory=0)
    gathered.add(facts(0, 9_000))
    table = gathered.together()
    kept = table.numbers("a.distance")
    assert kept.measured[8_999] == 8_999 * 1.5
    assert table.claims("a.meets").sure[8_998]
    assert kept.low[1] == 1.5


def test_all_sites_must_have_come() -> None:
    gathered = FactsGatherer(20, in_memory=0)
    gathered.add(facts(0, 7))
    with pytest.raises(ValueError, match="7 of 20"):
        gathered.together()


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: object) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(scratch, "_opened", Full)
    gathered = FactsGatherer(20, in_memory=0)
    with pytest.raises(OutputFault, match="TMPDIR"):
        gathered.add(facts(0, 7))
