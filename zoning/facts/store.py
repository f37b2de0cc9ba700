"""Facts to Arrow and back, without loss and the same bytes for the same facts.

Layout of a number: ``name|low``, ``name|high``, ``name|measured`` (float64); a claim: ``name``
(int8: 2 true, 1 cannot tell, 0 false); a code set: ``name`` (text: the surely met codes, then
``?`` and the possibly met ones, then ``*`` when open; separated by ``;``). ``name|why`` holds the
reason of missing cells and is left out where nothing is missing. Units are in the metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Column, Numbers, Reasons

_KIND = {Numbers: "number", Claims: "claim", Codes: "codes"}


def encode_set(codes: CodeSet) -> str:
    """Return a code set as text: ``A;B?C;D*``."""
    text = ";".join(map(_escape, sorted(codes.sure)))
    only_maybe = sorted(codes.maybe - codes.sure)
    if only_maybe:
        text += "?" + ";".join(map(_escape, only_maybe))
    return text + ("*" if codes.open else "")


def decode_set(text: str) -> CodeSet:
    """Read what :func:`encode_set` wrote."""
    is_open = text.endswith("*")
    sure, _, maybe = text.removesuffix("*").partition("?")
    return CodeSet(frozenset(_split(sure)), frozenset(_split(maybe)), is_open)


_MARKS = {"%": "%25", ";": "%3B", "?": "%3F", "*": "%2A"}


def _escape(code: str) -> str:
    return "".join(_MARKS.get(c, c) for c in code)


def _split(text: str) -> Iterable[str]:
    for code in filter(None, text.split(";")):
        for plain, mark in reversed(_MARKS.items()):
            code = code.replace(mark, plain)
        yield code


def _reasons_array(reasons: Reasons) -> pa.Array:
    texts = pa.array([None, *reasons.texts[1:]], pa.string())
    return texts.take(pa.array(reasons.index))


def _column_arrays(name: str, column: Column, *, why: bool) -> dict[str, pa.Array]:
    if isinstance(column, Numbers):
        measured = pa.array(column.measured, pa.float64(), mask=np.isnan(column.measured))
        arrays = {
            f"{name}|low": pa.array(column.low),
            f"{name}|high": pa.array(column.high),
            f"{name}|measured": measured,
        }
    elif isinstance(column, Claims):
        arrays = {name: pa.array(column.sure.astype(np.int8) + column.maybe.astype(np.int8))}
    else:
        texts = pa.array([encode_set(s) for s in column.values], pa.string())
        arrays = {name: texts.take(pa.array(column.index))}
    if why:
        arrays[f"{name}|why"] = _reasons_array(column.reasons)
    return arrays


def arrow_blocks(facts: Facts, size: int) -> Iterator[pa.Table]:
    """Give facts as Arrow tables of ``size`` rows, rows sorted by id and columns by name."""
    order = np.argsort(facts.ids, kind="stable")
    schema: dict[str, dict[str, str]] = {}
    why: dict[str, bool] = {}
    for name in sorted(facts.columns):
        column = facts.columns[name]
        why[name] = bool(column.reasons.missing.any())
        schema[name] = {"kind": _KIND[type(column)]}
        if isinstance(column, Numbers):
            schema[name]["unit"] = column.unit
    words = {"zoning.facts": json.dumps(schema, ensure_ascii=False, sort_keys=True)}
    for start in range(0, max(len(order), 1), size):
        rows = order[start : start + size]
        arrays: dict[str, pa.Array] = {"site": pa.array(facts.ids[rows].tolist(), pa.string())}
        for name in schema:
            arrays |= _column_arrays(name, facts.columns[name].take(rows), why=why[name])
        yield pa.table(arrays).replace_schema_metadata(words)


def to_arrow(facts: Facts) -> pa.Table:
    """Return facts as one Arrow table, rows sorted by id and columns by name."""
    return next(arrow_blocks(facts, max(len(facts), 1)))


def _read_reasons(table: pa.Table, name: str) -> Reasons:
    if f"{name}|why" not in table.column_names:
        return Reasons.none(table.num_rows)
    encoded = table[f"{name}|why"].combine_chunks().dictionary_encode()
    index = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Reasons((index + 1).astype(np.int16), ("", *encoded.dictionary.to_pylist()))


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(table[name].to_numpy(zero_copy_only=False), np.float64)


def _read_column(table: pa.Table, name: str, kind: str, unit: str) -> Column:
    reasons = _read_reasons(table, name)
    if kind == "number":
        low, high, measured = (_floats(table, f"{name}|{p}") for p in ("low", "high", "measured"))
        return Numbers(low, high, measured, unit, reasons)
    if kind == "claim":
        level = np.asarray(table[name].to_numpy(zero_copy_only=False))
        return Claims(level == 2, level >= 1, reasons)
    encoded = table[name].combine_chunks().dictionary_encode()
    values = tuple(decode_set(text) for text in encoded.dictionary.to_pylist())
    return Codes(np.asarray(encoded.indices, np.int32), values, reasons)


def names_in(schema: pa.Schema) -> dict[str, dict[str, str]]:
    """Return the facts that a table of this schema holds: name -> kind, and unit of numbers."""
    found: dict[str, dict[str, str]] = json.loads((schema.metadata or {})[b"zoning.facts"])
    return found


def from_arrow(table: pa.Table) -> Facts:
    """Read what :func:`to_arrow` wrote, or some rows of it."""
    schema = names_in(table.schema)
    columns = {
        name: _read_column(table, name, spec["kind"], spec.get("unit", ""))
        for name, spec in schema.items()
    }
    return Facts(np.asarray(table["site"].to_pylist(), dtype=np.str_), columns)
