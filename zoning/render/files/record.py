"""A result folder read back: what was screened, by which rules, and what came out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from sys import intern
from typing import Annotated, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from zoning.errors import Fault, InputError
from zoning.facts.store import from_arrow
from zoning.facts.table import Facts
from zoning.render.files.canonical import BLOCK, FINDINGS_SCHEMA, SCHEMA, SITES_SCHEMA
from zoning.render.tables.guard import unguarded
from zoning.rules.assume import Assumptions
from zoning.rules.load import rules_from_texts
from zoning.rules.model import RuleSet
from zoning.screening.views import Source


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RuleName(_Strict):
    """Which rule set, which edition."""

    name: str
    title: str
    edition: str


class Run(_Strict):
    """What was run."""

    version: str
    as_of: date
    region: str
    crs: str
    rules: RuleName
    sites: int
    projects: int
    decisions: dict[str, int]
    assumed: tuple[Literal["papers", "claims", "boundary"], ...] = ()

    @property
    def assumptions(self) -> Assumptions:
        """What was taken for granted."""
        return Assumptions(**dict.fromkeys(self.assumed, True))


class SourceRecord(_Strict):
    """One layer, as it was used."""

    layer: str
    title: str
    source: str
    date: Annotated[date | None, Field()]
    licence: str
    accuracy_m: float | None
    accuracy_default: bool
    coverage: str
    share: str
    synthetic: bool
    sha256: str

    def source_row(self) -> Source:
        """Return the row of a screening's sources."""
        accuracy = float("nan") if self.accuracy_m is None else self.accuracy_m
        return Source(**{**self.model_dump(), "accuracy_m": accuracy})


class RuleText(_Strict):
    """One rule file."""

    file: str
    text: str


class Adoption(_Strict):
    """A rule that a named person answers for."""

    rule: str
    by: str
    on: date


class RuleTexts(_Strict):
    """The full text of the rules."""

    name: str
    title: str
    sha256: str
    texts: list[RuleText]
    adopted: list[Adoption]


class Gap(_Strict):
    """A layer that this office does not hold."""

    layer: str
    department: str


class Unreviewed(Gap):
    """The same, with the rules left unweighed."""

    rules: list[str]


class SiteRecord(_Strict):
    """One site and its verdict."""

    id: str
    project: str
    component: str
    kind: str
    stage: str
    accepted: date | None
    decision: str
    least: str
    most: str


class Elsewhere(_Strict):
    """A table that is too long for the JSON: its file, and the hash of its content."""

    file: Literal["sites.parquet"]
    sha256: str


class FactsRecord(_Strict):
    """Hash of the facts, their columns, and the facts themselves where they are few."""

    sha256: str
    columns: dict[str, dict[str, str]]
    inline: list[dict[str, object]] | None


class FindingsRecord(_Strict):
    """Hash of the findings, and the findings themselves where they are few."""

    sha256: str
    inline: list[dict[str, object]] | None


class Record(_Strict):
    """``screening.json``."""

    schema_: Annotated[Literal["zoning/screening/1"], Field(alias="$schema")]
    run: Run
    sources: list[SourceRecord]
    rules: RuleTexts
    out_of_scope: list[Gap]
    unreviewed: list[Unreviewed]
    synthetic: list[str]
    unverified: list[str]
    sites: list[SiteRecord] | Elsewhere
    facts: FactsRecord
    findings: FindingsRecord


def read_record(folder: Path) -> Record:
    """Read ``screening.json``.

    Raises
    ------
    InputError
        Not a result folder, or one of another schema.
    """
    path = Path(folder) / "screening.json"
    try:
        return Record.model_validate_json(path.read_bytes())
    except OSError:
        inside = Path(folder) / "screening"
        if (inside / "screening.json").is_file():
            zh, en = f"选址结果，判定在 {inside}", f"a siting folder, give {inside}"
            raise InputError(_not_ours(path, zh, en)) from None
        raise InputError(
            _not_ours(path, "找不到 screening.json", "screening.json is absent")
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        zh, en = f"screening.json 与格式 {SCHEMA} 不符", "screening.json does not follow its schema"
        raise InputError(_not_ours(path, zh, en, key=key)) from None


def read_facts(folder: Path) -> Facts:
    """Read ``facts.parquet``.

    Raises
    ------
    InputError
        Absent or unreadable.
    """
    return from_arrow(_read_table(Path(folder) / "facts.parquet"))


def read_blocks(
    path: Path, schema: pa.Schema | None = None, *, rows: int = BLOCK
) -> Iterator[pa.Table]:
    """Read a table of a result folder, so many rows at a time.

    Parameters
    ----------
    path : Path
    schema : pyarrow.Schema, optional
        Columns that it must have.
    rows : int
        `BLOCK` unless given, as content hashes are taken.

    Raises
    ------
    InputError
        Absent, unreadable, or with other columns.
    """
    try:
        with pq.ParquetFile(path) as file:
            if schema is not None and file.schema_arrow.names != schema.names:
                raise InputError(_not_ours(path, "列不符", "the columns are others"))
            words, waiting = file.schema_arrow, pa.Table.from_batches([], file.schema_arrow)
            for batch in file.iter_batches(batch_size=rows):
                waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
                while waiting.num_rows >= rows:
                    yield waiting.slice(0, rows).cast(words)
                    waiting = waiting.slice(rows)
            if waiting.num_rows or not file.metadata.num_rows:
                yield waiting.cast(words)
    except (OSError, pa.ArrowInvalid):
        raise InputError(_not_ours(path, "无法读取", "cannot be read")) from None


def read_sites_of(record: Record, folder: Path) -> pa.Table:
    """Return the sites as recorded, under `SITES_SCHEMA`, wherever they stand.

    Raises
    ------
    InputError
        Their file is absent, unreadable, or has other columns.
    """
    if isinstance(record.sites, Elsewhere):
        return pa.concat_tables(read_blocks(folder / record.sites.file, SITES_SCHEMA))
    rows = [site.model_dump(mode="json") for site in record.sites]
    return pa.Table.from_pylist(rows, schema=SITES_SCHEMA)


def read_findings(folder: Path) -> pa.Table:
    """Read ``findings.parquet``: site, rule, outcome, least, most.

    Raises
    ------
    InputError
        Absent, unreadable, or with other columns.
    """
    return pa.concat_tables(read_blocks(Path(folder) / "findings.parquet", FINDINGS_SCHEMA))


def read_verdicts(folder: Path) -> dict[str, str]:
    """Read ``verdicts.csv``: site -> decision, as people see it.

    Raises
    ------
    InputError
        Absent or without these columns.
    """
    path = Path(folder) / "verdicts.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            head = next(rows)
            site, decision = head.index("site"), head.index("decision")
            return {unguarded(row[site]): intern(row[decision]) for row in rows}
    except (OSError, UnicodeDecodeError, ValueError, IndexError, StopIteration):
        zh, en = "无法读取，或缺少列 site、decision", "cannot be read, or lacks site, decision"
        raise InputError(_not_ours(path, zh, en)) from None


def rules_of(record: Record) -> RuleSet:
    """Rebuild the rules from their recorded text, with who adopted which.

    Raises
    ------
    RuleFaults
        The recorded text is not valid.
    InputError
        A rule was adopted that the text does not hold.
    """
    texts = [(item.file, item.text) for item in record.rules.texts]
    rules = rules_from_texts(record.rules.name, texts)
    for adoption in record.rules.adopted:
        try:
            rules = rules.adopt(adoption.rule, by=adoption.by, on=adoption.on)
        except KeyError:
            fault = Fault(
                zh="被采纳的规则不在规则文本中",
                en="a rule was adopted that the text does not hold",
                file="screening.json",
                key="rules.adopted",
                value=adoption.rule,
            )
            raise InputError(fault) from None
    return rules


def _read_table(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowInvalid):
        raise InputError(_not_ours(path, "无法读取", "cannot be read")) from None


def _not_ours(path: Path, zh: str, en: str, *, key: str = "") -> Fault:
    return Fault(
        zh=zh,
        en=en,
        file=f"{path.parent.name}/{path.name}",
        key=key,
        remedy_zh="请指定 zoning screen 写出的结果文件夹",
        remedy_en="give a result folder that zoning screen wrote",
    )
