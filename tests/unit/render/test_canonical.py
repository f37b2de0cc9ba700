"""Canonical files: the same bytes for the same result, and hashes of content."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.map_scene import AS_OF, Scene, make_sites
from zoning.facts.table import Facts
from zoning.facts.values import Claims, Codes, CodeSet, Numbers
from zoning.render.files import canonical as module
from zoning.render.files.canonical import (
    canonical,
    content_hash,
    facts_blocks,
    findings_blocks,
    inline_facts,
    screening_json,
    write_parquet,
)
from zoning.render.files.record import read_facts, read_findings, read_record
from zoning.screening import Screening, screen


def test_canonical_json_is_sorted_and_ends_with_a_newline() -> None:
    text = canonical({"b": [{"y": 1.0, "x": "甲"}], "a": {"d": 0.1, "c": None}})
    assert (
        text
        == '{\n "a": {\n  "c": null,\n  "d": 0.1\n },\n "b": [\n  {"x": "甲", "y": 1.0}\n ]\n}\n'
    )
    assert json.loads(text) == {"b": [{"y": 1, "x": "甲"}], "a": {"d": 0.1, "c": None}}


def test_canonical_json_refuses_what_json_has_no_word_for() -> None:
    with pytest.raises(ValueError):
        canonical({"a": float("nan")})


def small_facts(order: list[int]) -> Facts:
    facts = Facts(
        np.asarray(["乙", "甲", "丙"]),
        {
            "a.distance": Numbers.exact([1.5, float("nan"), 0.0], "m"),
            "a.meets": Claims.of([True, None, False]),
            "a.codes": Codes.of([CodeSet.only("x", "y"), None, CodeSet(maybe=frozenset("z"))]),
        },
    )
    return facts.take(np.asarray(order, np.intp))


def test_facts_inline_in_words() -> None:
    first, second, third = inline_facts(small_facts([0, 1, 2]))
    assert [r["site"] for r in (first, second, third)] == ["丙", "乙", "甲"]  # U+4E19 4E59 7532
    assert second["values"] == {"a.codes": "x;y", "a.distance": [1.5, 1.5, 1.5], "a.meets": True}
    assert third["values"] == {"a.codes": "*", "a.distance": [None, None, None], "a.meets": None}
    assert third["missing"] == {"a.codes": "未填写", "a.distance": "未填写", "a.meets": "未说明"}


def test_hash_is_of_content() -> None:
    same = content_hash(facts_blocks(small_facts([0, 1, 2])))
    assert same == content_hash(facts_blocks(small_facts([2, 0, 1])))
    facts = small_facts([0, 1, 2])
    turned = Facts(facts.ids, dict(sorted(facts.columns.items(), reverse=True)))
    assert same == content_hash(facts_blocks(turned))
    moved = facts.with_columns({"a.distance": Numbers.exact([1.5, np.nan, 1e-12], "m")})
    assert same != content_hash(facts_blocks(moved))


def test_hash_knows_one_zero_and_one_nan() -> None:
    plain = pa.table({"a": np.array([0.0, np.nan])})
    odd = np.array([-0.0, np.nan])
    odd.view(np.uint64)[1] |= 1  # another NaN
    assert content_hash([plain]) == content_hash([pa.table({"a": odd})])
    assert content_hash([plain]) != content_hash([pa.table({"b": np.array([0.0, np.nan])})])


def test_blocks_are_of_fixed_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "BLOCK", 2)
    assert [b.num_rows for b in facts_blocks(small_facts([0, 1, 2]))] == [2, 1]
    write_parquet(facts_blocks(small_facts([0, 1, 2])), tmp_path / "a.parquet")
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == 2


def everything(screening: Screening, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    write_parquet(facts_blocks(screening.facts), folder / "facts.parquet")
    write_parquet(findings_blocks(screening.findings), folder / "findings.parquet")
    (folder / "screening.json").write_text(screening_json(screening), encoding="utf-8")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_law_3_order_of_sites_layers_rules_and_chunks(scene: Scene, tmp_path: Path) -> None:
    expected = everything(scene.screening, tmp_path / "a")
    catalog, rules = scene.catalog, scene.screening.rules
    turned = replace(
        catalog, layers={name: catalog.layers[name] for name in reversed([*catalog.layers])}
    )
    back = replace(rules, rules=tuple(reversed(rules.rules)))
    order = [4, 8, 0, 2, 6, 1, 3, 7, 5]
    again = screen(make_sites().take(order), turned, back, as_of=AS_OF, chunk=2)
    assert next(iter(again.sites.ids)) == "P-04"
    assert everything(again, tmp_path / "b") == expected


def test_no_path_and_no_time(scene: Scene, tmp_path: Path) -> None:
    for name, data in everything(scene.screening, tmp_path / "a").items():
        assert str(scene.folder).encode() not in data, name
        assert not re.search(rb"\d\d:\d\d:\d\d", data), name


def test_read_back(scene: Scene, result: Path) -> None:
    record = read_record(result)
    assert record.run.as_of == AS_OF
    assert record.run.decisions == {"ALLOW": 2, "CONDITIONAL": 0, "FORBID": 3, "UNDETERMINED": 3}
    assert record.synthetic == sorted(scene.screening.synthetic)
    assert record.unreviewed == [] or record.unreviewed[0].department == "市林业局"
    assert {s.layer for s in record.sources} >= {"redline", "districts"}
    assert content_hash(facts_blocks(read_facts(result))) == record.facts.sha256
    table = read_findings(result)
    pairs = list(zip(table["site"].to_pylist(), table["rule"].to_pylist(), strict=True))
    assert pairs == sorted(pairs)
    told = dict(zip(pairs, table["outcome"].to_pylist(), strict=True))
    assert told["P-01", "base.redline"] == "fires"
    assert told["P-04", "base.redline"] == "clear"
    assert ("P-04", "base.bank") not in told  # asked of industry only


def test_many_sites_do_not_stand_inline(scene: Scene) -> None:
    few = json.loads(screening_json(scene.screening, inline_at_most=9))
    many = json.loads(screening_json(scene.screening, inline_at_most=8))
    assert len(few["facts"]["inline"]) == len(few["findings"]["inline"]) == 9
    assert many["facts"]["inline"] is many["findings"]["inline"] is None
    assert many["facts"]["sha256"] == few["facts"]["sha256"]
