"""Facts to Arrow and back, without loss and the same bytes for the same facts.

Layout of a number: ``name|low``, ``name|high``, ``name|measured`` (float64); a claim: ``name``
(int8: 2 true, 1 cannot tell, 0 false); a code set: ``name`` (text: the surely met codes, then
``?`` and the possibly met ones, then ``*`` when open; separated by ``;``). ``name|why`` holds the
reason of missing cells and is left out where nothing is missing. Units are in the metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

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
    texts = np.asarray([None, *reasons.texts[1:]], dtype=object)
    return pa.array(texts[reasons.index], pa.string())


def _column_arrays(name: str, column: Column) -> dict[str, pa.Array]:
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
        texts = np.asarray([encode_set(s) for s in column.values], dtype=object)
        arrays = {name: pa.array(texts[column.index], pa.string())}
    if column.reasons.missing.any():
        arrays[f"{name}|why"] = _reasons_array(column.reasons)
    return arrays


def to_arrow(facts: Facts) -> pa.Table:
    """Return facts as an Arrow table, rows sorted by id and columns by name."""
    ordered = facts.take(np.argsort(facts.ids, kind="stable"))
    arrays: dict[str, pa.Array] = {"site": pa.array(ordered.ids.astype(object), pa.string())}
    schema: dict[str, dict[str, str]] = {}
    for name in sorted(ordered.columns):
        column = ordered.columns[name]
        arrays |= _column_arrays(name, column)
        schema[name] = {"kind": _KIND[type(column)]}
        if isinstance(column, Numbers):
            schema[name]["unit"] = column.unit
    text = json.dumps(schema, ensure_ascii=False, sort_keys=True)
    return pa.table(arrays).replace_schema_metadata({"zoning.facts": text})


def _read_reasons(table: pa.Table, name: str) -> Reasons:
    if f"{name}|why" not in table.column_names:
        return Reasons.none(table.num_rows)
    return Reasons.of([text or "" for text in table[f"{name}|why"].to_pylist()])


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


def from_arrow(table: pa.Table) -> Facts:
    """Read what :func:`to_arrow` wrote."""
    schema = json.loads((table.schema.metadata or {})[b"zoning.facts"])
    columns = {
        name: _read_column(table, name, spec["kind"], spec.get("unit", ""))
        for name, spec in schema.items()
    }
    return Facts(np.asarray(table["site"].to_pylist(), dtype=np.str_), columns)
