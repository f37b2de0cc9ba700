"""Degrees, minutes and seconds in columns of their own, joined into one column before reading."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from zoning.projects.cells.values import half_width
from zoning.projects.coordinates.notation import tidy_marks
from zoning.projects.tables.match_header import match_header
from zoning.projects.tables.raw import RawTable

_UNIT = re.compile(r"^(.+?)[\s(\[/]*([°'\"])[\s)\]]*$")
_SUFFIX = re.compile(r"[\s(（\[【/]*(?:''|[度分秒°º′″'\"’”])[\s)）\]】]*$")
_MARKS = ("°", "'", '"')


def joined_degrees(raw: RawTable) -> RawTable:
    """Return the table with 经度(度), 经度(分) and 经度(秒) as one column 经度(度分秒).

    Other tables are returned as they are. Seconds may be lacking, minutes may not.
    """
    for base, columns in _triples(raw.headers).items():
        first = columns["°"]
        parts = [(mark, raw.cells[columns[mark]]) for mark in _MARKS if mark in columns]
        old = [raw.headers[columns[mark]] for mark, _ in parts]
        headers, cells = list(raw.headers), list(raw.cells)
        for mark, _ in parts:
            headers[columns[mark]] = ""
            cells[columns[mark]] = np.full(len(raw.rows), None, dtype=object)
        headers[first], cells[first] = f"{base}(度分秒)", _joined(parts, len(raw.rows))
        named = "、".join(f"「{text}」" for text in old)
        note = f"列{named}合为「{base}(度分秒)」  columns joined as degrees, minutes, seconds"
        raw = replace(
            raw,
            headers=tuple(headers),
            cells=tuple(cells),
            notes=(*raw.notes, note),
            sorted=None,
        )
    return raw


def _triples(headers: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
    """Return the columns of each longitude or latitude that stands in degrees and minutes."""
    found: dict[str, dict[str, int]] = {}
    for i, text in enumerate(headers):
        match = _UNIT.match(tidy_marks(text)) if text else None
        if match is None:
            continue
        base = _SUFFIX.sub("", text)
        known = match_header(i, base) if base else None
        if known is not None and known.standard in ("lon", "lat"):
            found.setdefault(base, {}).setdefault(match[2], i)
    return {base: columns for base, columns in found.items() if {"°", "'"} <= columns.keys()}


def _joined(parts: list[tuple[str, NDArray[np.object_]]], n: int) -> NDArray[np.object_]:
    """Return texts such as ``106°42'30"``; None where nothing is written, gaps left as gaps."""
    result = np.full(n, None, dtype=object)
    for i in range(n):
        written = [(mark, column[i]) for mark, column in parts]
        last = max((k for k, (_, cell) in enumerate(written) if cell is not None), default=-1)
        if last >= 0:
            shown = written[: max(last, 1) + 1]  # 106 without minutes is not 106 deg 0 min
            result[i] = "".join(
                f"{'?' if cell is None else half_width(cell)}{mark}" for mark, cell in shown
            )
    return result
