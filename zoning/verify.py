"""Judge a screening again from its own folder, without layers, and say where it differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from zoning.facts.store import from_arrow
from zoning.facts.table import Facts
from zoning.render.files.canonical import (
    FINDINGS_SCHEMA,
    ContentHash,
    content_hash,
    findings_blocks,
    in_order,
    inline_facts,
    inline_findings,
    texts_hash,
)
from zoning.render.files.record import (
    Elsewhere,
    read_blocks,
    read_findings,
    read_record,
    read_sites_of,
    read_verdicts,
    rules_of,
)
from zoning.rules.judge import Findings, asked, judge, ranges
from zoning.rules.model import Level
from zoning.screening.views import Decision

_BLOCKS: Final = 8  # blocks of sites judged together
_ROWS: Final = 100_000  # recorded findings read together
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
    check = _Check(Path(folder))
    check.run()
    return check.report()


class _Check:
    """A folder judged again, some sites at a time, in the order of their ids."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._record = folder, read_record(folder)
        self._rules = rules_of(self._record)
        self._sites = read_sites_of(self._record, folder)
        ids = self._sites["id"].to_pylist()
        self._at = {site: row for row, site in enumerate(ids)}
        self._decided = read_verdicts(folder)
        path = folder / "findings.parquet"
        self._recorded = _Sorted(read_blocks(path, FINDINGS_SCHEMA, rows=_ROWS))
        self._inline = _by_site(self._record.facts.inline)
        self._count = self._seen = 0
        self._first: list[Difference] = []

    def report(self) -> Report:
        return Report(
            agrees=not self._count,
            sites=self._seen,
            findings=self._recorded.rows,
            count=self._count,
            differences=tuple(self._first),
            edition=self._record.run.rules.edition,
            version=self._record.run.version,
        )

    def run(self) -> None:
        facts_hash, findings_hash, judged = ContentHash(), ContentHash(), set[str]()
        for table in _together(facts_hash.through(read_blocks(self._folder / "facts.parquet"))):
            facts = from_arrow(table)
            ids = [str(site) for site in facts.ids]
            judged.update(ids)
            self._seen += len(ids)
            again = self._judged(facts, ids)
            self._compare_inline(facts)
            if again is None:
                continue
            blocks = list(findings_hash.through(findings_blocks(again)))
            self._compare_findings(pa.concat_tables(blocks), last=ids[-1] if ids else "")
            self._compare_verdicts(again, ids)
        self._compare_findings(FINDINGS_SCHEMA.empty_table(), last=None)
        self._compare_texts(str(facts_hash), str(findings_hash))
        self._compare_sites(judged)

    def _note(self, *found: Difference) -> None:
        self._count += len(found)
        self._first += found[: LISTED - len(self._first)]

    def _judged(self, facts: Facts, ids: Sequence[str]) -> Findings | None:
        """Judge recorded facts; where a fact or a site is gone there is nothing to judge."""
        absent = [
            *(Difference("screening.json sites", site, "", "", "有 in facts") for site in ids
              if site not in self._at),
            *(Difference("facts.parquet", "", "", name, "无此列 no such column")
              for name in sorted(map(str, self._rules.facts)) if name not in facts),
        ]  # fmt: skip
        if absent:
            self._note(*absent)
            return None
        rows = pa.array([self._at[site] for site in ids], pa.int64())
        stated = self._sites["accepted"].take(rows).to_pylist()
        days = [date.fromisoformat(day) if day else None for day in stated]
        return judge(
            facts,
            self._rules,
            on=asked(days, self._record.run.as_of),
            out_of_scope=frozenset(gap.layer for gap in self._record.out_of_scope),
            assumed=self._record.run.assumptions,
        )

    def _compare_inline(self, facts: Facts) -> None:
        if self._inline is None:
            return
        for told in inline_facts(facts):
            site = str(told["site"])
            if self._inline.pop(site, None) != told:
                self._note(_inline_differs("screening.json facts", site))

    def _compare_findings(self, again: pa.Table, *, last: str | None) -> None:
        recorded = self._recorded.up_to(last)
        if recorded.equals(again):
            return
        ours, theirs = _by_pair(recorded), _by_pair(again)
        for site, rule in sorted(ours.keys() | theirs.keys()):
            old, new = ours.get((site, rule), ""), theirs.get((site, rule), "")
            if old != new:
                self._note(Difference("findings.parquet", site, rule, old, new))

    def _compare_verdicts(self, again: Findings, ids: Sequence[str]) -> None:
        verdicts = ranges(again)
        rows = self._sites.take(pa.array([self._at[site] for site in ids], pa.int64()))
        names = ("decision", "least", "most")
        recorded = zip(*(rows[name].to_pylist() for name in names), strict=True)
        ends = zip(verdicts.least.tolist(), verdicts.most.tolist(), recorded, strict=True)
        for site, (lo, hi, old) in zip(ids, ends, strict=True):
            new = (Decision.of(Level(lo), Level(hi)).name, Level(lo).name, Level(hi).name)
            if old != new:
                told = [f"{decision} [{least}, {most}]" for decision, least, most in (old, new)]
                self._note(Difference("screening.json sites", site, "", *told))
            people = self._decided.pop(site, "")
            if people != new[0]:
                self._note(Difference("verdicts.csv", site, "", people, new[0]))

    def _compare_texts(self, facts_hash: str, findings_hash: str) -> None:
        record = self._record
        texts = [(item.file, item.text) for item in record.rules.texts]
        sites = record.sites
        for where, recorded, again in (
            ("facts.parquet", record.facts.sha256, facts_hash),
            ("findings.sha256", record.findings.sha256, findings_hash),
            ("rules.texts", record.rules.sha256, texts_hash(texts)),
            ("rules.edition", record.run.rules.edition, in_order(self._rules).edition),
            *([(sites.file, sites.sha256, content_hash(read_blocks(self._folder / sites.file)))]
              if isinstance(sites, Elsewhere) else []),
        ):  # fmt: skip
            if recorded != again:
                self._note(Difference(where, "", "", recorded[:12], again[:12]))
        told = _by_site(record.findings.inline)
        if told is not None:
            table = read_findings(self._folder)
            again_told = _by_site(inline_findings([table])) or {}
            for site in sorted(told.keys() | again_told.keys()):
                if told.get(site) != again_told.get(site):
                    self._note(_inline_differs("screening.json findings", site))

    def _compare_sites(self, judged: Set[str]) -> None:
        """Sites that one file names and another does not."""
        for site in sorted(self._at.keys() - judged):
            self._note(Difference("facts.parquet", site, "", "有 listed", ""))
        for site in sorted(self._inline or ()):
            self._note(_inline_differs("screening.json facts", site))
        for site in sorted(self._decided.keys() - self._at.keys()):
            self._note(Difference("verdicts.csv", site, "", self._decided[site], ""))


class _Sorted:
    """Recorded findings, taken out by site."""

    def __init__(self, blocks: Iterator[pa.Table]) -> None:
        self._blocks, self._left, self.rows = blocks, FINDINGS_SCHEMA.empty_table(), 0

    def up_to(self, last: str | None) -> pa.Table:
        """Return those of sites up to ``last``; None: all that are left."""
        parts = [self._left]
        while last is None or not parts[-1].num_rows or parts[-1]["site"][-1].as_py() <= last:
            block = next(self._blocks, None)
            if block is None:
                break
            self.rows += block.num_rows
            parts.append(block)
        table = pa.concat_tables(parts)
        if last is None:
            self._left = FINDINGS_SCHEMA.empty_table()
            return table
        mine = pc.less_equal(table["site"], last)
        self._left = table.filter(pc.invert(mine))
        return table.filter(mine)


def _together(blocks: Iterator[pa.Table], *, number: int = _BLOCKS) -> Iterator[pa.Table]:
    """Put some blocks at a time together."""
    while part := list(islice(blocks, number)):
        yield pa.concat_tables(part).combine_chunks()


def _by_site(
    told: Iterable[Mapping[str, object]] | None,
) -> dict[str, Mapping[str, object]] | None:
    return None if told is None else {str(item["site"]): item for item in told}


def _inline_differs(where: str, site: str) -> Difference:
    return Difference(where, site, "", "内容 content", "与 parquet 不同 differs")


def _by_pair(table: pa.Table) -> dict[tuple[str, str], str]:
    columns = [table[name].to_pylist() for name in table.column_names]
    return {
        (site, rule): f"{outcome} [{least}, {most}]"
        for site, rule, outcome, least, most in zip(*columns, strict=True)
    }
