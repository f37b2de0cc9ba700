"""Judge a screening again from its own folder, without layers, and say where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa

from zoning.facts.table import Facts
from zoning.render.canonical import (
    content_hash,
    facts_blocks,
    findings_blocks,
    in_order,
    inline_facts,
    inline_findings,
    texts_hash,
)
from zoning.render.record import (
    Record,
    read_facts,
    read_findings,
    read_record,
    read_verdicts,
    rules_of,
)
from zoning.rules.judge import Findings, asked, judge, ranges
from zoning.rules.model import Level, RuleSet
from zoning.screening.views import Decision

LISTED: Final = 50
"""Differences listed; more are counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as recorded.

    Parameters
    ----------
    where : str
        File, or part of one.
    site, rule : str
        "" where the whole is meant.
    recorded, again : str
        What the folder says; what comes out now.
    """

    where: str
    site: str
    rule: str
    recorded: str
    again: str

    def __str__(self) -> str:
        place = " · ".join(part for part in (self.where, self.site, self.rule) if part)
        return f"{place}: 记录 recorded {self.recorded or '—'} → 重判 again {self.again or '—'}"


@dataclass(frozen=True, slots=True)
class Report:
    """What judging again came to.

    Parameters
    ----------
    agrees : bool
    sites, findings : int
        How many were judged again.
    count : int
        Differences found.
    differences : tuple of Difference
        The first of them.
    edition, version : str
        Of the rules, and of the program that wrote the folder.
    """

    agrees: bool
    sites: int
    findings: int
    count: int
    differences: tuple[Difference, ...]
    edition: str
    version: str

    def __str__(self) -> str:
        head = (
            f"重新判定 {self.sites:,} 个组件、{self.findings:,} 条规则结果"
            f"（规则版本 {self.edition[:12]}，由 zoning {self.version} 写出）"
        )
        if self.agrees:
            return f"{head}\n一致 agrees"
        more = f"\n… 共 {self.count:,} 处" if self.count > len(self.differences) else ""
        lines = "\n".join(f"  {difference}" for difference in self.differences)
        return f"{head}\n不一致 {self.count:,} 处 differences\n{lines}{more}"


def verify(folder: Path) -> Report:
    """Judge a result folder again and compare.

    Checked: hashes of facts, findings and rule texts; the facts and findings that stand inline;
    every finding and verdict, judged again from the recorded facts by the recorded rules; the
    decisions of ``verdicts.csv``.

    Parameters
    ----------
    folder : Path
        A result folder. No layer is opened.

    Raises
    ------
    InputError
        Not a result folder, or a file of it cannot be read.
    """
    folder = Path(folder)
    record, facts, findings = read_record(folder), read_facts(folder), read_findings(folder)
    rules = rules_of(record)
    found = list(_hashes(record, facts, findings, rules))
    again, difference = _judged(record, facts, rules)
    found += difference
    if again is not None:
        found += _findings(record, findings, again)
        found += _verdicts(record, again, read_verdicts(folder))
    return Report(
        agrees=not found,
        sites=len(facts),
        findings=findings.num_rows,
        count=len(found),
        differences=tuple(islice(found, LISTED)),
        edition=record.run.rules.edition,
        version=record.run.version,
    )


def _hashes(
    record: Record, facts: Facts, findings: pa.Table, rules: RuleSet
) -> Iterator[Difference]:
    texts = [(item.file, item.text) for item in record.rules.texts]
    pairs = (
        ("facts.parquet", record.facts.sha256, content_hash(facts_blocks(facts))),
        ("rules.texts", record.rules.sha256, texts_hash(texts)),
        ("rules.edition", record.run.rules.edition, in_order(rules).edition),
    )
    for where, recorded, again in pairs:
        if recorded != again:
            yield Difference(where, "", "", recorded[:12], again[:12])
    if record.facts.inline is not None:
        yield from _inline("screening.json facts", record.facts.inline, inline_facts(facts))
    if record.findings.inline is not None:
        lines = inline_findings([findings])
        yield from _inline("screening.json findings", record.findings.inline, lines)


def _inline(
    where: str, recorded: Iterable[Mapping[str, object]], again: Iterable[Mapping[str, object]]
) -> Iterator[Difference]:
    ours = {str(item["site"]): item for item in recorded}
    theirs = {str(item["site"]): item for item in again}
    for site in sorted(ours.keys() | theirs.keys()):
        if ours.get(site) != theirs.get(site):
            yield Difference(where, site, "", "内容 content", "与 parquet 不同 differs")


def _judged(
    record: Record, facts: Facts, rules: RuleSet
) -> tuple[Findings | None, list[Difference]]:
    """Judge the recorded facts; where a fact is gone there is nothing to judge."""
    accepted = {site.id: site.accepted for site in record.sites}
    ids = [str(site) for site in facts.ids]
    absent = [
        *(Difference("facts.parquet", site, "", "有 listed", "") for site in accepted
          if site not in set(ids)),
        *(Difference("screening.json sites", site, "", "", "有 in facts") for site in ids
          if site not in accepted),
        *(Difference("facts.parquet", "", "", name, "无此列 no such column")
          for name in sorted(map(str, rules.facts)) if name not in facts),
    ]  # fmt: skip
    if absent:
        return None, absent
    return judge(
        facts,
        rules,
        on=asked([accepted[site] for site in ids], record.run.as_of),
        out_of_scope=frozenset(gap.layer for gap in record.out_of_scope),
    ), []


def _findings(record: Record, recorded: pa.Table, again: Findings) -> Iterator[Difference]:
    new_hash = content_hash(findings_blocks(again))
    if record.findings.sha256 != new_hash:
        yield Difference("findings.sha256", "", "", record.findings.sha256[:12], new_hash[:12])
    table = pa.concat_tables(findings_blocks(again))
    if recorded.equals(table):
        return
    ours, theirs = _by_pair(recorded), _by_pair(table)
    for site, rule in sorted(ours.keys() | theirs.keys()):
        old, new = ours.get((site, rule), ""), theirs.get((site, rule), "")
        if old != new:
            yield Difference("findings.parquet", site, rule, old, new)


def _by_pair(table: pa.Table) -> dict[tuple[str, str], str]:
    columns = [table[name].to_pylist() for name in table.column_names]
    return {
        (site, rule): f"{outcome} [{least}, {most}]"
        for site, rule, outcome, least, most in zip(*columns, strict=True)
    }


def _verdicts(record: Record, again: Findings, table: Mapping[str, str]) -> Iterator[Difference]:
    verdicts = ranges(again)
    recorded = {site.id: site for site in record.sites}
    for row, name in enumerate(again.ids):
        site = recorded[str(name)]
        least, most = Level(int(verdicts.least[row])), Level(int(verdicts.most[row]))
        decision = Decision.of(least, most).name
        new = f"{decision} [{least.name}, {most.name}]"
        old = f"{site.decision} [{site.least}, {site.most}]"
        if old != new:
            yield Difference("screening.json sites", site.id, "", old, new)
        if table.get(site.id) != decision:
            yield Difference("verdicts.csv", site.id, "", table.get(site.id, ""), decision)
    for name in sorted(table.keys() - recorded.keys()):
        yield Difference("verdicts.csv", name, "", table[name], "")
