"""Laws 3, 5 and 7 on the shipped sample, from list to canonical files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from zoning.catalog import Catalog
from zoning.projects import read_determinations, read_projects
from zoning.render.files.canonical import (
    facts_blocks,
    findings_blocks,
    screening_json,
    write_parquet,
)
from zoning.rules.load import load_rules
from zoning.rules.model import RuleSet
from zoning.screening import Screening, screen
from zoning.sites import Sites

DATA = Path(__file__).resolve().parents[2] / "data"
AS_OF = date(2026, 11, 22)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open(DATA)


@pytest.fixture(scope="module")
def sites(catalog: Catalog) -> Sites:
    return read_projects(DATA / "projects" / "proposed_projects.xlsx", crs=catalog.crs)


def screened(sites: Sites, catalog: Catalog, rules: RuleSet, chunk: int = 50_000) -> Screening:
    given = read_determinations(DATA / "projects" / "determinations.csv")
    return screen(sites, catalog, rules, as_of=AS_OF, determinations=given, chunk=chunk)


@pytest.fixture(scope="module")
def plain(sites: Sites, catalog: Catalog) -> Screening:
    return screened(sites, catalog, load_rules("admission"))


def canonical_bytes(screening: Screening, folder: Path) -> list[bytes]:
    folder.mkdir()
    write_parquet(facts_blocks(screening.facts), folder / "facts.parquet")
    write_parquet(findings_blocks(screening.findings), folder / "findings.parquet")
    (folder / "screening.json").write_text(screening_json(screening), encoding="utf-8")
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def test_law_3_the_same_bytes_in_any_order_and_chunk(
    plain: Screening, sites: Sites, catalog: Catalog, tmp_path: Path
) -> None:
    rng = np.random.default_rng(3)
    turned_sites = sites.take(rng.permutation(len(sites)))
    rules = load_rules("admission")
    turned_rules = replace(rules, rules=tuple(reversed(rules.rules)))
    turned_catalog = replace(catalog, layers=dict(reversed(list(catalog.layers.items()))))
    turned = screened(turned_sites, turned_catalog, turned_rules, chunk=7)
    assert canonical_bytes(plain, tmp_path / "a") == canonical_bytes(turned, tmp_path / "b")


def test_the_canonical_files_hold_no_path_and_no_time(plain: Screening) -> None:
    text = screening_json(plain)
    assert str(DATA.parent) not in text
    assert "T0" not in json.dumps(json.loads(text)["run"])


def test_every_verdict_is_the_gravest_of_its_findings(plain: Screening) -> None:
    for project in plain.projects():
        for site in project.components:
            assert site.least == max((f.least for f in site.findings), default=0)
            assert site.most >= max((f.most for f in site.findings), default=0)
        assert project.least == max(site.least for site in project.components)


def test_every_decision_is_shown_by_the_sample(plain: Screening) -> None:
    assert all(n >= 3 for n in plain.counts().values()), plain.counts()


def test_the_day_before_and_the_day_of_the_code(plain: Screening) -> None:
    """Accepted 2026-08-14: the old water law; accepted 2026-08-15: the code (law.md section 0)."""
    days: dict[date, set[str]] = {}
    for project in plain.projects():
        for site in project.components:
            for finding in site.findings:
                if finding.rule == "base.water_source.second" and finding.outcome == "fires":
                    assert site.accepted is not None
                    printed = {f"{cite.title} {cite.article}" for cite in finding.cites}
                    days.setdefault(site.accepted, set()).update(printed)
    assert days[date(2026, 8, 14)] == {"水污染防治法 66"}
    assert days[date(2026, 8, 15)] == {"生态环境法典 320(1)"}


def test_adopting_every_doubted_rule_closes_only_upwards(
    plain: Screening, sites: Sites, catalog: Catalog
) -> None:
    rules = load_rules("admission")
    for rule in plain.unverified:
        rules = rules.adopt(rule, by="示例·张工", on=AS_OF)
    again = screened(sites, catalog, rules)
    assert (again.verdicts.least >= plain.verdicts.least).all()
    assert (again.verdicts.most == plain.verdicts.most).all()
    assert (again.verdicts.least > plain.verdicts.least).any()
    assert again.rules.edition != plain.rules.edition
