"""Canonical outputs: ``screening.json``, ``facts.parquet``, ``findings.parquet``.

The same bytes for the same result: rows sorted by id, columns by name, fixed row groups, no time,
no path. Hashes are taken over content, block by block, never over the bytes of a file, so that
another version of a library that writes files does not change them.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from zoning.facts.store import arrow_blocks, encode_set
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, Column, Numbers
from zoning.rules.judge import Findings, Outcome
from zoning.rules.model import Level, RuleSet
from zoning.screening.views import Decision

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.screening.views import Source

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

SCHEMA: Final = "zoning/screening/1"
INLINE_AT_MOST: Final = 300
"""Sites up to which facts and findings also stand in the JSON, for people to read and compare."""
BLOCK: Final = 4_096
"""Sites a row group; part of the format, hashes depend on it."""

FINDINGS_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("site", "rule", "outcome", "least", "most")]
)
SITES_FILE: Final = "sites.parquet"
SITES_SCHEMA: Final = pa.schema(
    [(name, pa.string()) for name in ("id", "project", "component", "kind", "stage")]
    + [(name, pa.string()) for name in ("accepted", "decision", "least", "most")]
)


class _Hash(Protocol):
    def update(self, data: bytes, /) -> None: ...


def facts_blocks(facts: Facts) -> Iterator[pa.Table]:
    """Give facts sorted by site, `BLOCK` sites at a time."""
    return arrow_blocks(facts, BLOCK)


def findings_blocks(findings: Findings) -> Iterator[pa.Table]:
    """Give findings that were asked for, sorted by site and rule, `BLOCK` sites at a time."""
    order = np.argsort(findings.ids, kind="stable")
    rules = pa.array(findings.rules, pa.string())
    outcomes = pa.array([outcome.name.lower() for outcome in Outcome], pa.string())
    levels = pa.array([level.name.lower() for level in Level], pa.string())
    by_id = np.argsort(np.asarray(findings.rules, dtype=object), kind="stable")
    for start in range(0, max(len(order), 1), BLOCK):
        part = findings.take(order[start : start + BLOCK])
        site, rank = np.nonzero(part.outcome[:, by_id] != Outcome.NOT_ASKED)
        rule = by_id[rank]
        columns = (
            pa.array(part.ids.tolist(), pa.string()).take(pa.array(site)),
            rules.take(pa.array(rule)),
            outcomes.take(pa.array(part.outcome[site, rule])),
            levels.take(pa.array(part.least[site, rule])),
            levels.take(pa.array(part.most[site, rule])),
        )
        yield pa.Table.from_arrays(columns, schema=FINDINGS_SCHEMA)


def write_parquet(blocks: Iterable[pa.Table], path: Path) -> None:
    """Write blocks, a row group each."""
    blocks = iter(blocks)
    first = next(blocks)
    with pq.ParquetWriter(path, first.schema, compression="zstd", version="2.6") as writer:
        writer.write_table(first, row_group_size=max(first.num_rows, 1))
        for block in blocks:
            writer.write_table(block, row_group_size=max(block.num_rows, 1))


class ContentHash:
    """SHA-256 of the values in blocks: names, types, numbers bit by bit, texts."""

    def __init__(self) -> None:
        self._words = hashlib.sha256()

    def through(self, blocks: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Hand blocks on, each hashed."""
        for block in blocks:
            self.add(block)
            yield block

    def add(self, block: pa.Table) -> None:
        """Take the next block."""
        for name in sorted(block.column_names):
            self._words.update(f"{name}\x00{block.schema.field(name).type}\x00".encode())
            _hash_column(self._words, block[name].combine_chunks())
        self._words.update(b"\x1e")

    def __str__(self) -> str:
        return self._words.hexdigest()


def content_hash(blocks: Iterable[pa.Table]) -> str:
    """Return the hash of all blocks."""
    words = ContentHash()
    for block in blocks:
        words.add(block)
    return str(words)


def _hash_column(words: _Hash, column: pa.Array) -> None:
    if pa.types.is_string(column.type):
        texts = column.fill_null("\x00")
        whole = pa.ListArray.from_arrays(pa.array([0, len(texts)], pa.int32()), texts)
        words.update(pc.binary_join(whole, "\x1f")[0].as_buffer())
        return
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype.kind == "f":
        values = values + 0.0  # -0.0 is 0.0
        values[np.isnan(values)] = np.nan  # and all NaN are one
        values = values.astype("<f8")
    words.update(np.ascontiguousarray(values).tobytes())


@dataclass(frozen=True, slots=True)
class Hashes:
    """Content hashes of the tables of a screening."""

    facts: str
    findings: str
    sites: str


def hashes_of(screening: Screening) -> Hashes:
    """Work the hashes out, where the tables are not being written anyway."""
    return Hashes(
        content_hash(facts_blocks(screening.facts)),
        content_hash(findings_blocks(screening.findings)),
        content_hash(sites_blocks(screening)),
    )


def screening_json(
    screening: Screening, *, hashes: Hashes | None = None, inline_at_most: int = INLINE_AT_MOST
) -> str:
    """Return the text of ``screening.json``.

    Parameters
    ----------
    screening : Screening
    hashes : Hashes, optional
        Of its tables, where they are known.
    inline_at_most : int
        Past this many sites the file names its tables only by their hashes.
    """
    inline = len(screening.sites) <= inline_at_most
    hashes = hashes or hashes_of(screening)
    elsewhere: Json = {"file": SITES_FILE, "sha256": hashes.sites}
    return canonical(
        {
            "$schema": SCHEMA,
            "run": _run(screening),
            "sources": [_source(s) for s in sorted(screening.sources, key=lambda s: s.layer)],
            "rules": _rules(screening.rules),
            "out_of_scope": [
                {"layer": layer, "department": department}
                for layer, department in sorted(screening.out_of_scope)
            ],
            "unreviewed": [
                {"layer": layer, "department": department, "rules": sorted(rules)}
                for layer, department, rules in sorted(screening.unreviewed)
            ],
            "synthetic": sorted(screening.synthetic),
            "unverified": sorted(screening.unverified),
            "sites": _sites(screening) if inline else elsewhere,
            "facts": {
                "sha256": hashes.facts,
                "columns": _units(screening.facts),
                "inline": list(inline_facts(screening.facts)) if inline else None,
            },
            "findings": {
                "sha256": hashes.findings,
                "inline": list(inline_findings(findings_blocks(screening.findings)))
                if inline
                else None,
            },
        }
    )


def _run(screening: Screening) -> Json:
    rules = in_order(screening.rules)
    return {
        "version": screening.version,
        "as_of": screening.as_of.isoformat(),
        "region": screening.region,
        "crs": screening.sites.crs,
        "rules": {"name": rules.name, "title": rules.title, "edition": rules.edition},
        "sites": len(screening.sites),
        "projects": len(screening.project_ids),
        "decisions": {d.name: count for d, count in screening.counts().items()},
        "assumed": list(screening.assumed.names),
    }


def in_order(rules: RuleSet) -> RuleSet:
    """Return a set with its rules sorted, so that its edition does not depend on their order."""
    return replace(rules, rules=tuple(sorted(rules.rules, key=lambda rule: rule.id)))


def _rules(rules: RuleSet) -> Json:
    return {
        "name": rules.name,
        "title": rules.title,
        "sha256": texts_hash(rules.texts),
        "texts": [{"file": file, "text": text} for file, text in sorted(rules.texts)],
        "adopted": [
            {"rule": rule.id, "by": rule.adopted_by, "on": _day(rule.adopted_on)}
            for rule in in_order(rules).rules
            if rule.status == "adopted"
        ],
    }


def texts_hash(texts: Iterable[tuple[str, str]]) -> str:
    """SHA-256 over the full text of rule files, sorted by name."""
    words = hashlib.sha256()
    for file, text in sorted(texts):
        words.update(f"{file}\x00{text}\x1e".encode())
    return words.hexdigest()


def _source(source: Source) -> Json:
    return {
        "layer": source.layer,
        "title": source.title,
        "source": source.source,
        "date": _day(source.date),
        "licence": source.licence,
        "accuracy_m": _finite(source.accuracy_m),
        "accuracy_default": source.accuracy_default,
        "coverage": source.coverage,
        "share": source.share,
        "synthetic": source.synthetic,
        "sha256": source.sha256,
    }


def _sites(screening: Screening) -> Json:
    return [row for block in sites_blocks(screening) for row in block.to_pylist()]


def sites_blocks(screening: Screening) -> Iterator[pa.Table]:
    """Give sites and their verdicts, sorted by id, `BLOCK` sites at a time.

    They stand in ``screening.json``, or past `INLINE_AT_MOST` in ``sites.parquet``.
    """
    table, verdicts = screening.sites.table, screening.verdicts
    levels = np.array([level.name for level in Level], dtype=object)
    decided = [[Decision.of(least, most).name for most in Level] for least in Level]
    order = np.argsort(table["id"].to_numpy(dtype=np.str_), kind="stable")
    for start in range(0, max(len(order), 1), BLOCK):
        rows = order[start : start + BLOCK]
        least, most = (ends[rows].astype(np.intp) for ends in (verdicts.least, verdicts.most))
        texts = [[str(v or "") for v in table[n].iloc[rows]] for n in SITES_SCHEMA.names[:5]]
        days = [_day(v if isinstance(v, date) else None) for v in table["accepted"].iloc[rows]]
        decisions = np.array(decided, dtype=object)[least, most]
        columns = (*texts, days, decisions, levels[least], levels[most])
        yield pa.Table.from_arrays(
            [pa.array(column, pa.string()) for column in columns], schema=SITES_SCHEMA
        )


def _units(facts: Facts) -> Json:
    kinds = {Numbers: "number", Claims: "claim", Codes: "codes"}
    return {
        name: {"kind": kinds[type(column)]}
        | ({"unit": column.unit} if isinstance(column, Numbers) else {})
        for name, column in sorted(facts.columns.items())
    }


def inline_facts(facts: Facts) -> Iterator[Mapping[str, Json]]:
    """Give one record a site: values of its facts, and why some are missing."""
    names = sorted(facts.columns)
    for row in np.argsort(facts.ids, kind="stable"):
        columns = [(name, facts.columns[name]) for name in names]
        yield {
            "site": str(facts.ids[row]),
            "values": {name: _cell(column, int(row)) for name, column in columns},
            "missing": {
                name: column.reasons.text(int(row))
                for name, column in columns
                if column.reasons.index[row]
            },
        }


def _cell(column: Column, row: int) -> Json:
    """Return a number as [low, high, measured], null where open; a claim; a set as text."""
    if isinstance(column, Numbers):
        figures = (column.low[row], column.high[row], column.measured[row])
        return [_finite(float(figure)) for figure in figures]
    if isinstance(column, Claims):
        sure, maybe = bool(column.sure[row]), bool(column.maybe[row])
        return sure if sure == maybe else None
    return encode_set(column.cell(row))


def inline_findings(blocks: Iterable[pa.Table]) -> Iterator[Mapping[str, Json]]:
    """Give one record a site: rule -> [outcome, least, most].

    Parameters
    ----------
    blocks : iterable of pyarrow.Table
        As :func:`findings_blocks` gives them.
    """
    rows = (row for block in blocks for row in block.to_pylist())
    for site, group in groupby(rows, key=itemgetter("site")):
        told = {row["rule"]: [row["outcome"], row["least"], row["most"]] for row in group}
        yield {"site": site, "rules": told}


def _finite(value: float) -> float | None:
    return value + 0.0 if math.isfinite(value) else None


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def canonical(value: Json) -> str:
    """Return JSON with sorted keys and one record a line, ending with a newline.

    Examples
    --------
    >>> print(canonical({"b": [{"y": 1, "x": "甲"}], "a": 0.5}), end="")
    {
     "a": 0.5,
     "b": [
      {"x": "甲", "y": 1}
     ]
    }
    """
    return _dump(value, 0) + "\n"


def _dump(value: Json, depth: int) -> str:
    pad, end = " " * (depth + 1), " " * depth
    if isinstance(value, Mapping) and value and depth < 2:
        lines = (f"{pad}{_plain(key)}: {_dump(value[key], depth + 1)}" for key in sorted(value))
        return "{\n" + ",\n".join(lines) + f"\n{end}}}"
    nested = isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0
    if nested and isinstance(value, Sequence) and isinstance(value[0], Mapping) and depth < 3:
        return "[\n" + ",\n".join(pad + _plain(item) for item in value) + f"\n{end}]"
    return _plain(value)


def _plain(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
